"""Totals of a plan by decision, department, fund and organization; each of the four adds up to the plan's costs."""

from __future__ import annotations

import pandas as pd

from optimizer.options.money import annuity
from optimizer.plan.chosen import Chosen
from optimizer.plan.communication import exchange_today_usd
from optimizer.plan.pools import open_pools

SUMMED = {
    "services": ("service_id", "size"),
    "gross_usd_per_year": ("gross_usd_per_year", "sum"),
    "today_usd_per_year": ("today_usd_per_year", "sum"),
    "plan_usd_per_year": ("plan_usd_per_year", "sum"),
    "one_time_usd": ("one_time_usd", "sum"),
    "fte": ("fte", "sum"),
    "fte_transferred": ("fte_transferred", "sum"),
    "fte_displaced": ("fte_displaced", "sum"),
}
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
    named = decisions.assign(organization=decisions["org_id"].replace("", COUNTY))
    payers = {
        "decision": shared["what"],
        "department": shared["what"],
        "fund": pd.Series(case.county.facts.general_fund, index=shared.index, dtype="object"),
        "organization": shared["organization"],
    }
    tables = [_total(named, shared.assign(name=payer), by) for by, payer in payers.items()]
    return pd.concat(tables, ignore_index=True)


def _total(decisions: pd.DataFrame, shared: pd.DataFrame, by: str) -> pd.DataFrame:
    own = decisions.groupby(by, sort=True).agg(**SUMMED).rename_axis("name").reset_index()
    extra = shared[["name", "today_usd_per_year", "plan_usd_per_year", "one_time_usd"]]
    table = pd.concat([own, extra]).fillna(0.0).groupby("name", sort=False, as_index=False).sum()
    table["services"] = table["services"].astype("int64")
    table.insert(5, "saving_usd_per_year", table["today_usd_per_year"] - table["plan_usd_per_year"])
    table.insert(0, "by", by)
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
