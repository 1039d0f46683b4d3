"""What a plan rests on that nobody gave, and the source of every such number."""

from __future__ import annotations

import pandas as pd

from optimizer.county.terms import Decision, Kind
from optimizer.options.priors import match_priors
from optimizer.plan.answer import Answer

COLUMNS = ("service_id", "name", "decision", "provider", "estimated", "prior_class", "prior_kind", "source")


def estimate_table(answer: Answer) -> pd.DataFrame:
    """A row per move with estimated terms: which they are, the prior that applies, and its source."""
    if answer.plan is None:
        return pd.DataFrame(columns=list(COLUMNS))
    decided = answer.plan.decisions
    moves = decided[decided["moved"] & (decided["estimated"] != "") & (decided["decision"] != str(Decision.EXIT))]
    classes = {service.service_id: service.service_class for service in answer.county.services}
    kinds = {org.org_id: str(org.kind) for org in answer.county.organizations}
    wanted = pd.DataFrame(
        {
            "service_class": [classes[service_id] for service_id in moves["service_id"]],
            "kind": [kinds.get(org_id, str(Kind.COUNTY)) for org_id in moves["org_id"]],
            "decision": moves["decision"].tolist(),
        },
        dtype="object",
    )
    priors = answer.county.frame("priors")
    found = match_priors(wanted, priors)
    none = pd.DataFrame([{"service_class": "", "kind": "", "source": "unknown"}])
    rows = pd.concat([priors[["service_class", "kind", "source"]], none], ignore_index=True).iloc[found]
    return pd.DataFrame(
        {
            **{name: moves[name].tolist() for name in COLUMNS[:4]},
            "estimated": moves["estimated"].str.replace(";", ", ").tolist(),
            "prior_class": rows["service_class"].tolist(),
            "prior_kind": rows["kind"].tolist(),
            "source": rows["source"].tolist(),
        }
    )
