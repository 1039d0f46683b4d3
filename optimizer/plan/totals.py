"""Totals of a plan by decision, department, fund and organization; each of the four adds up to the plan's costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.money import annuity
from optimizer.plan.chosen import Chosen
from optimizer.plan.communication import exchange_today_usd
from optimizer.plan.pools import open_pools
from optimizer.program.rows import Floats

SUMMED = [
    "services",
    "gross_usd_per_year",
    "today_usd_per_year",
    "plan_usd_per_year",
    "one_time_usd",
    "fte",
    "fte_transferred",
    "fte_displaced",
]
COUNTY = "the county itself"
NOT_OF_SERVICES = {"agreement": "agreements", "pool": "set-up and fixed cost of pools", "link": "communication"}
"""Rows for costs that no single service bears, by the scope of the cost."""


def total_table(chosen: Chosen, decisions: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Columns: by, name, services, gross_usd_per_year, today_usd_per_year, plan_usd_per_year, saving_usd_per_year,
    one_time_usd (transition, set-up of sales and of pools, not discounted), fte, fte_transferred, fte_displaced.

    Dollars per year are yearly equivalents. Agreements, the set-up and fixed cost of pools, and communication stand in
    rows of their own by decision and department, with the general fund by fund, and with the organization or host by
    organization (communication with the county).
    """
    case, shared = chosen.case, _shared(chosen, costs)
    named = decisions.assign(services=1, organization=decisions["org_id"].replace("", COUNTY))
    own, extra = (table.reindex(columns=SUMMED, fill_value=0.0).to_numpy(dtype=np.float64) for table in (named, shared))
    payers = {
        "decision": shared["what"].tolist(),
        "department": shared["what"].tolist(),
        "fund": [case.county.facts.general_fund] * len(shared),
        "organization": shared["organization"].tolist(),
    }
    names: list[str] = []
    amounts: list[Floats] = []
    for by, payer in payers.items():
        decided = named[by].to_numpy(dtype=object)
        order = np.argsort(decided, kind="stable")
        names += [*decided[order], *payer]
        amounts += [own[order], extra]
    rows = pd.DataFrame(np.vstack(amounts), columns=SUMMED)
    rows = rows.assign(by=np.repeat([*payers], len(own) + len(extra)), name=names)
    table = rows.groupby(["by", "name"], sort=False, as_index=False).sum()
    table["services"] = table["services"].astype("int64")
    table.insert(6, "saving_usd_per_year", table["today_usd_per_year"] - table["plan_usd_per_year"])
    return table


def _shared(chosen: Chosen, costs: pd.DataFrame) -> pd.DataFrame:
    """Costs that no single service bears: what, organization, today's and the plan's usd_per_year, one_time_usd."""
    case, running = chosen.case, open_pools(chosen)
    rows = costs[costs["scope"].isin(NOT_OF_SERVICES) & (costs["part"] != "pool_volume_usd")]
    hosts = {pool.pool_id: pool.host_org_id or COUNTY for pool in case.county.pools}
    setup_usd = dict(zip(chosen.choices.pools, running.setup_usd.sum(axis=1), strict=True))
    once = rows["id"].map(setup_usd).where(rows["part"] == "pool_setup_usd", 0.0)
    organization = rows["id"].where(rows["scope"] != "pool", rows["id"].map(hosts))
    plan = pd.DataFrame(
        {
            "what": rows["scope"].map(NOT_OF_SERVICES),
            "organization": organization.where(rows["scope"] != "link", COUNTY),
            "today_usd_per_year": 0.0,
            "plan_usd_per_year": rows["present_usd"] / annuity(case.settings),
            "one_time_usd": once.astype("float64"),
        }
    )
    today_usd = exchange_today_usd(case)
    today = pd.DataFrame(
        {
            "what": [NOT_OF_SERVICES["link"]],
            "organization": COUNTY,
            "today_usd_per_year": today_usd,
            "plan_usd_per_year": 0.0,
            "one_time_usd": 0.0,
        }
    )
    return pd.concat([plan, today], ignore_index=True) if today_usd else plan
