"""Where the dollars that change hands go: from departments by decision to those who deliver then."""

from __future__ import annotations

import pandas as pd

from optimizer.plan.plan import Plan

NOBODY = "nobody (it ends)"


def flow_table(plan: Plan) -> pd.DataFrame:
    """department, decision, provider, services, gross_usd_per_year of what moves or ends; the largest first."""
    moved = plan.decisions[plan.decisions["moved"]]
    moved = moved.assign(provider=moved["provider"].where(moved["decision"] != "exit", NOBODY))
    keys = ["department", "decision", "provider"]
    flows = moved.groupby(keys, sort=True).agg(
        services=("service_id", "size"), gross_usd_per_year=("gross_usd_per_year", "sum")
    )
    return flows.reset_index().sort_values("gross_usd_per_year", ascending=False, kind="stable", ignore_index=True)


GATHERED = {"department": "other departments", "provider": "other providers"}


def largest(flows: pd.DataFrame, column: str, most: int) -> pd.DataFrame:
    """The flows with all but the largest names of a column gathered under one, as `8 other departments`."""
    order = flows.groupby(column)["gross_usd_per_year"].sum().sort_values(ascending=False, kind="stable").index
    if len(order) <= most:
        return flows
    kept = set(order[: most - 1])
    gathered = flows[column].where(flows[column].isin(kept), f"{len(order) - most + 1} {GATHERED[column]}")
    keys = ["department", "decision", "provider"]
    summed = flows.assign(**{column: gathered}).groupby(keys, sort=False)[["services", "gross_usd_per_year"]].sum()
    return summed.reset_index()
