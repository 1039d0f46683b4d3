"""From one cost to another, step by step: from today to a plan, and from one plan to another."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from optimizer.plan.answer import Answer, same_county
from optimizer.plan.compare_regions import same_region
from optimizer.plan.plan import Plan
from optimizer.plan.region import RegionAnswer

TODAY, PLAN = "Today", "The plan"
OWN = "Own net cost of what moves, no longer paid"
PARTS = {
    "Paid to providers": ("price_usd",),
    "Volume in shared units": ("pool_volume_usd",),
    "Watching over contracts": ("administration_usd",),
    "Agreements and their renewal": ("agreement_usd", "renewal_usd"),
    "Fixed cost of shared units": ("pool_fixed_usd",),
    "Sales to neighbours, less what they cost": ("sale_revenue_usd", "sale_cost_usd"),
    "Promised, but not counted on": ("unrealized_usd", "sale_unrealized_usd"),
    "One-time costs, spread over the years": ("transition_usd", "sale_setup_usd", "pool_setup_usd"),
}
"""Steps of the bridge by the cost parts that they are made of."""
COMMUNICATION = "Communication, against today's"

ALIKE = "Decided alike, priced otherwise"
ONLY_FIRST, ONLY_SECOND = "Moved only in the first", "Moved only in the second"
OTHERWISE = "Moved in both, otherwise"
SOLD = "Moved in neither, sold otherwise"
APART = "Services that only one has"
SHARED = {"agreement": "Agreements", "pool": "Set-up and fixed cost of shared units", "link": "Communication"}
GROUPS = (ONLY_FIRST, ONLY_SECOND, OTHERWISE, SOLD, ALIKE, APART)


def savings_bridge(plan: Plan) -> pd.DataFrame:
    """step, usd_per_year: today's cost, what changes it (negative where it costs less), and the plan's cost.

    Yearly equivalents. The steps between the first and the last row add up to their difference; a step that is
    nothing is left out.
    """
    present = plan.costs.groupby("part")["present_usd"].sum()
    steps = {name: float(present.reindex(list(parts)).sum()) / plan.annuity for name, parts in PARTS.items()}
    steps[COMMUNICATION] = _communication(plan)
    first, last = plan.today_usd_per_year, plan.cost_usd_per_year
    own = last - first - sum(steps.values())
    rows = [(TODAY, first), (OWN, own), *steps.items(), (PLAN, last)]
    # half a cent: what is left of rounding every part to the cent is no step
    shown = [row for row in rows if row[0] in (TODAY, PLAN) or abs(row[1]) >= 0.5]
    return pd.DataFrame(shown, columns=["step", "usd_per_year"])


def _communication(plan: Plan) -> float:
    """What organizations' working together costs in the plan, less what it costs today [USD a year]."""
    rows = plan.totals[(plan.totals["by"] == "decision") & (plan.totals["name"] == "communication")]
    return float((rows["plan_usd_per_year"] - rows["today_usd_per_year"]).sum())


def pair_bridges(answers: tuple[Answer, ...]) -> pd.DataFrame:
    """One row per pair of answers of one county that hold a plan: from, to, from_usd_per_year, a column per step
    (negative where the second costs less), to_usd_per_year.

    The steps add up to the difference. Steps that are nothing for every pair are left out.
    """
    held = [answer for answer in answers if answer.plan is not None]
    return _told(
        pd.DataFrame(
            [pair_bridge(one, other) for one, other in combinations(held, 2) if same_county(one.county, other.county)]
        )
    )


def region_pair_bridges(answers: tuple[RegionAnswer, ...]) -> pd.DataFrame:
    """The same between answers for the same region: every step summed over the counties."""
    held = [answer for answer in answers if answer.plan is not None]
    rows = [
        pd.DataFrame([pair_bridge(replace(part, name=one.name), replace(other.counties[name], name=other.name))
                      for name, part in one.counties.items()]).groupby(["from", "to"]).sum().reset_index()
        for one, other in combinations(held, 2)
        if same_region(one, other)
    ]  # fmt: skip
    return _told(pd.concat(rows, ignore_index=True) if rows else pd.DataFrame())


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """The bridges without steps that are nothing for every pair."""
    if table.empty:
        return table
    steps = [column for column in (*GROUPS, *SHARED.values()) if table[column].abs().max() >= 0.5]
    return table[["from", "to", "from_usd_per_year", *steps, "to_usd_per_year"]]


def pair_bridge(one: Answer, other: Answer) -> dict[str, object]:
    """The row of one pair, with every step."""
    first, second = one.plan, other.plan
    assert first is not None
    assert second is not None
    steps = _by_group(first.decisions, second.decisions)
    for scope, name in SHARED.items():
        steps[name] = _shared(second, scope) - _shared(first, scope)
    return {
        "from": one.name,
        "to": other.name,
        "from_usd_per_year": first.cost_usd_per_year,
        **steps,
        "to_usd_per_year": second.cost_usd_per_year,
    }


def _shared(plan: Plan, scope: str) -> float:
    rows = plan.costs[(plan.costs["scope"] == scope) & (plan.costs["part"] != "pool_volume_usd")]
    return float(rows["present_usd"].sum()) / plan.annuity


def _by_group(first: pd.DataFrame, second: pd.DataFrame) -> dict[str, float]:
    columns = ["service_id", "decision", "provider", "moved", "plan_usd_per_year"]
    both = first[columns].merge(second[columns], on="service_id", how="outer", suffixes=("_1", "_2"))
    absent = both["decision_1"].isna() | both["decision_2"].isna()
    alike = (both["decision_1"] == both["decision_2"]) & (both["provider_1"] == both["provider_2"])
    moved = [both[f"moved_{side}"].astype("object").fillna(False).astype(bool) for side in (1, 2)]
    group = np.select(
        [absent, alike, moved[0] & moved[1], moved[0], moved[1]],
        [APART, ALIKE, OTHERWISE, ONLY_FIRST, ONLY_SECOND],
        SOLD,
    )
    change = both["plan_usd_per_year_2"].fillna(0.0) - both["plan_usd_per_year_1"].fillna(0.0)
    summed = change.groupby(group).sum()
    return {name: float(summed.get(name, 0.0)) for name in GROUPS}
