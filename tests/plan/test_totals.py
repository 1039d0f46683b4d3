"""Totals: each of the four ways to sum a plan adds up to its cost."""

from __future__ import annotations

import pytest

from optimizer import ask
from optimizer.plan.plan import Plan
from tests.cases import ROOT


def plan_of(name: str) -> Plan:
    plan = ask.find_plan(ask.load_case(ROOT / "scenarios" / "whatifs" / name))[1]
    assert plan is not None
    return plan


@pytest.mark.parametrize("name", ["pocket/on_paper.yaml", "clear_creek/recommended.yaml"])
def test_every_way_to_sum_gives_the_same_cost(name: str) -> None:
    plan = plan_of(name)
    for by, table in plan.totals.groupby("by"):
        assert table["plan_usd_per_year"].sum() * plan.annuity == pytest.approx(plan.cost_usd, abs=0.01), by
        # today's cost of each service is rounded to the cent on the one side only
        rounded = 0.005 * len(plan.decisions)
        assert table["saving_usd_per_year"].sum() == pytest.approx(plan.saving_usd_per_year, abs=rounded)
        assert table["services"].sum() == len(plan.decisions)
        assert table["fte_displaced"].sum() == pytest.approx(plan.decisions["fte_displaced"].sum())
    once = plan.totals[plan.totals["by"] == "fund"]["transition_usd"].sum()
    setup = plan.costs.loc[plan.costs["part"] == "pool_setup_usd", "present_usd"].sum()
    assert once == pytest.approx(plan.decisions["transition_usd"].sum() + setup)


def test_pocket_by_hand() -> None:
    totals = plan_of("pocket/on_paper.yaml").totals.set_index(["by", "name"])
    # data/pocket/README.md: five agreements of 3,000 + 2,500 + 1,500 + 4,000 + 2,000
    assert totals.loc[("decision", "agreements"), "plan_usd_per_year"] == 13_000
    assert totals.loc[("organization", "the county itself"), "services"] == 2
