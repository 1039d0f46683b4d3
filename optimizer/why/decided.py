"""What a plan decides for every service, in words: the decision and with whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.records import Decision
from optimizer.options.candidates import codes_of, ids_at
from optimizer.plan.choices import Choices
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
