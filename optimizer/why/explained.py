"""Decision by decision: whether the best plan takes it, what it costs where it does not, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.plan.selection import choices_of
from optimizer.program.rows import Floats
from optimizer.report.words import ended_words
from optimizer.scenario.scenario import Lock
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import OnStep
from optimizer.why.decided import decided, provider_names
from optimizer.why.taken import Taken

MOST_SEARCHES = 60
"""Decisions that are asked about one by one; those with most of the budget first."""

AGREES, AS_GOOD, UNEXPLAINED = "agrees", "as good", "unexplained"
CANNOT_BE, NOT_SEARCHED = "cannot be", "not searched"

COLUMNS = (
    "service_id", "service", "department", "taken", "planned", "answer", "why", "usd_per_year", "least_usd_per_year",
    "gross_usd_per_year",
)  # fmt: skip


def decision_table(
    found: Taken, past: Sequence[Lock], below_usd: Floats, met_usd: float, on_step: OnStep
) -> pd.DataFrame:
    """A row per decision, unexplained ones first, the dearest of them first.

    `below_usd` is by how much each fails the hurdle; what costs no more than `met_usd` is as good as best [USD a year].
    """
    case = found.asked.case
    services = case.county.frame("services").set_index("service_id")
    gross = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].sum(axis=1)
    names = provider_names(case)
    planned = decided(case, choices_of(found.asked.program, found.asked.x))
    size = np.array([gross[one.service_id] for one in past])
    answers = _answers(found, past, size, below_usd, met_usd, on_step)
    rows = [
        (
            one.service_id, services["name"][one.service_id], services["department"][one.service_id],
            str(one.decision) if one.provider is None else f"{one.decision}: {names.get(one.provider, one.provider)}",
            planned[one.service_id], *answer, usd,
        )
        for one, answer, usd in zip(past, answers, size.tolist(), strict=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = [UNEXPLAINED, CANNOT_BE, NOT_SEARCHED, AS_GOOD, AGREES]
    keyed = table.assign(order=pd.Categorical(table["answer"], order, ordered=True))
    ordered = keyed.sort_values(["order", "usd_per_year"], ascending=[True, False], kind="stable")
    return ordered.drop(columns="order").reset_index(drop=True)


Answer = tuple[str, str, float, float]
"""Answer, why, what it costs as found and at the least [USD a year]."""


def _answers(
    found: Taken, past: Sequence[Lock], size: Floats, below_usd: Floats, met_usd: float, on_step: OnStep
) -> list[Answer]:
    in_plan = found.in_plan
    open_ = [number for number in np.argsort(-size, kind="stable").tolist() if not in_plan[number]]
    asked = [number for number in open_ if len(found.columns[number])][:MOST_SEARCHES]
    answers = [(AGREES, "", 0.0, 0.0) if agrees else (NOT_SEARCHED, "", np.nan, np.nan) for agrees in in_plan]
    for number in open_:
        if not len(found.columns[number]):
            below = float(below_usd[number])
            reason, cost = _reason(found, past[number]), below or np.nan
            answer = CANNOT_BE if not below else AS_GOOD if below <= met_usd else UNEXPLAINED
            answers[number] = (answer, reason, cost, cost)
    for place, number in enumerate(asked, 1):
        on_step(f"What decision {place} of {len(asked)} costs that the plan does not take")
        answers[number] = _searched(found, number, met_usd)
    return answers


def _searched(found: Taken, number: int, met_usd: float) -> Answer:
    cost, stopped = found.alone(number)
    if cost is None and stopped is not Stopped.INFEASIBLE:
        return NOT_SEARCHED, f"no plan was found {ended_words([stopped])}", np.nan, np.nan
    if cost is None:
        return CANNOT_BE, "no plan within the limits takes it", np.nan, np.nan
    least = max(0.0, cost.least_usd_per_year)
    if least <= met_usd:
        return AS_GOOD, "", cost.usd_per_year, least
    return UNEXPLAINED, "the best plan costs less", cost.usd_per_year, least


def _reason(found: Taken, lock: Lock) -> str:
    """Why nothing of the kind is admissible."""
    county, left_out = found.asked.case.county, found.asked.program.options.left_out
    same = [row.offer_id for row in county.offers if (row.service_id, row.decision) == (lock.service_id, lock.decision)]
    if lock.provider is not None:
        at = {row.offer_id for row in county.offers if lock.provider in (row.org_id, row.pool_id)}
        same = [offer_id for offer_id in same if offer_id in at]
    if lock.decision is Decision.KEEP:
        left_out, same = left_out[left_out["service_id"] == lock.service_id], [""]
    reasons = left_out.loc[left_out["offer_id"].isin(same), "reason"]
    return str(reasons.iloc[0]) if len(reasons) else "there is no such offer"
