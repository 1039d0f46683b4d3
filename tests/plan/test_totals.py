"""Totals: each of the four ways to sum a plan adds up to its cost, and to what it costs once."""

from __future__ import annotations

import pytest

from optimizer import ask
from optimizer.county import records
from optimizer.plan.compare import one_time_usd
from optimizer.plan.plan import Plan
from tests.cases import ROOT, best, case_of, offer, organization, plain_money, sampled, service


def plan_of(name: str) -> Plan:
    plan = ask.find_plan(ask.load_case(ROOT / "scenarios" / "whatifs" / name))[1]
    assert plan is not None
    return plan


@pytest.mark.parametrize("name", sampled(["pocket/on_paper.yaml", "clear_creek/recommended.yaml"], 1))
def test_every_way_to_sum_gives_the_same_cost(name: str) -> None:
    plan = plan_of(name)
    for by, table in plan.totals.groupby("by"):
        for told in ("today", "saving"):
            expected = getattr(plan, f"{told}_usd_per_year")
            assert round(float(table[f"{told}_usd_per_year"].sum()), 2) == expected, (by, told)
        assert round(float(table["plan_usd_per_year"].sum()), 2) == plan.cost_usd_per_year, by
        # present costs are rounded part by part, today's cost a year is not: two parts of each service
        rounded = 0.005 * 2 * len(plan.decisions) / plan.annuity
        assert plan.cost_usd_per_year == pytest.approx(plan.cost_usd / plan.annuity, abs=rounded)
        assert table["services"].sum() == len(plan.decisions)
        assert table["fte_displaced"].sum() == pytest.approx(plan.decisions["fte_displaced"].sum())
        assert table["one_time_usd"].sum() == pytest.approx(one_time_usd(plan)), by
    # what is spent in the first year is not discounted
    once = plan.costs["part"].isin(["transition_usd", "sale_setup_usd", "pool_setup_usd"])
    assert one_time_usd(plan) == pytest.approx(plan.costs.loc[once, "present_usd"].sum(), abs=0.01)


def test_pocket_by_hand() -> None:
    totals = plan_of("pocket/on_paper.yaml").totals.set_index(["by", "name"])
    # data/pocket/README.md: five agreements of 3,000 + 2,500 + 1,500 + 4,000 + 2,000
    assert totals.loc[("decision", "agreements"), "plan_usd_per_year"] == 13_000
    assert totals.loc[("organization", "the county itself"), "services"] == 2


def test_set_up_of_sales_and_pools_is_in_every_way_to_sum() -> None:
    # a moves to the town for 15 once, b into the county's own pool for 3 once and 20 to set it up, c is sold for 7 once
    plan = best(
        case_of(
            [service("a"), service("b"), service("c")],
            [organization("east")],
            [offer("a", "east", 40, transition_usd=15), offer("b", "pool", 10, transition_usd=3)],
            plain_money(),
            pools=[
                records.Pool(
                    pool_id="pool", name="Pool", setup_usd=20, fixed_usd_per_year=5, min_members=1, max_members=9
                )
            ],
            sales=[
                records.Sale(
                    sale_id="s", service_id="c", org_id="east", price_usd_per_year=50, marginal_usd_per_year=10,
                    buyer_cost_usd_per_year=90, setup_usd=7, fte=0, lead_time_months=0,
                )
            ],
        )
    )  # fmt: skip
    assert one_time_usd(plan) == 15 + 3 + 20 + 7
    once = {by: table.set_index("name")["one_time_usd"].to_dict() for by, table in plan.totals.groupby("by")}
    assert once == {
        "decision": {"outsource": 15, "consolidate": 3, "insource": 7, "set-up and fixed cost of pools": 20},
        "department": {"Works": 25, "set-up and fixed cost of pools": 20},
        "fund": {"General": 45},
        "organization": {"east": 15, "the county itself": 30},
    }
