"""What a plan decides for every service, in words: the decision and with whom; and where two plans differ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.options.candidates import codes_of, ids_at
from optimizer.plan.choices import Choices
from optimizer.program.rows import Floats
from optimizer.scenario.scenario import Case


def decided(case: Case, choices: Choices) -> pd.Series[str]:
    """Decision and provider of every service, such as `partner: City of Golden` [services, by id]."""
    services, offers = case.county.frame("services")["service_id"], case.county.frame("offers")
    row = codes_of((choices.offers[service_id] for service_id in services), offers["offer_id"])
    moved = pd.Series(np.append(_offered(case), str(Decision.KEEP))[row], index=pd.Index(services))
    sold = _sold(case, choices)
    return sold.reindex(moved.index).fillna(moved)


def _offered(case: Case) -> np.ndarray:
    """Decision and provider of every offer [offers]."""
    offers, pools, orgs = (case.county.frame(name) for name in ("offers", "pools", "organizations"))
    pool = ids_at(pools["name"], codes_of(offers["pool_id"], pools["pool_id"]), "")
    org = ids_at(orgs["name"], codes_of(offers["org_id"], orgs["org_id"]), "")
    provider = np.where(pool != "", pool, org)
    words = [
        f"{decision}: {name}" if name else str(decision)
        for decision, name in zip(offers["decision"], provider, strict=True)
    ]
    return np.array([*words], dtype=object)


def _sold(case: Case, choices: Choices) -> pd.Series[str]:
    """The buyers of every service that is sold, by service id."""
    sales, orgs = case.county.frame("sales"), case.county.frame("organizations")
    made = sales[sales["sale_id"].isin(list(choices.sales))]
    buyer = pd.Series(ids_at(orgs["name"], codes_of(made["org_id"], orgs["org_id"]), ""), index=made["service_id"])
    joined: pd.Series[str] = f"{Decision.INSOURCE}: " + buyer.groupby(level=0).agg(", ".join).astype(object)
    return joined


def changed(case: Case, before: Choices, after: Choices) -> pd.DataFrame:
    """Services that two plans decide differently, the largest first.

    service_id, service, department, before, after, budget_share.
    """
    services = case.county.frame("services")
    table = pd.DataFrame(
        {
            "service_id": services["service_id"],
            "service": services["name"],
            "department": services["department"],
            "before": decided(case, before).to_numpy(),
            "after": decided(case, after).to_numpy(),
            "budget_share": budget_shares(case),
        }
    )
    unlike = table[table["before"] != table["after"]]
    return unlike.sort_values("budget_share", ascending=False, kind="stable", ignore_index=True)


def budget_shares(case: Case) -> Floats:
    """Each service's part of today's gross budget; every service the same where there is none [services]."""
    services = case.county.frame("services")
    gross = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].to_numpy(dtype=np.float64).sum(axis=1)
    shares: Floats = gross / gross.sum() if gross.sum() > 0 else np.full(len(gross), 1.0 / len(gross))
    return shares


def provider_names(case: Case) -> Mapping[str, str]:
    """Names of organizations and pools, by id."""
    names = {row.org_id: row.name for row in case.county.organizations}
    return names | {row.pool_id: row.name for row in case.county.pools}
