"""The three synthetic counties that ship: made again byte for byte, and planned together."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from optimizer.ask_region import find_region_plan, load_region_case, plans_alone
from optimizer.county.generator.region import COUNTIES
from optimizer.plan.region import RegionPlan
from tests.cases import ROOT

WHATIFS = ROOT / "scenarios" / "whatifs"


@cache
def plan_of(question: str) -> RegionPlan:
    """The proved plan of a question that ships."""
    outcome, plan = find_region_plan(load_region_case(WHATIFS / f"{question}.yaml"))
    assert plan is not None
    assert outcome.bound_usd is not None
    assert plan.sought_usd - outcome.bound_usd < 1.01
    return plan


def test_the_shipped_counties_are_made_again_byte_for_byte(tmp_path: Path) -> None:
    words = ["generate", "--preset", "three_counties", "--seed", "2", "--out", str(tmp_path)]
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == 0, result.output
    for name in COUNTIES:
        made = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        shipped = {
            path.name: path.read_bytes() for path in (ROOT / "data" / name).iterdir() if path.name != "README.md"
        }
        assert made == shipped


def test_planning_together_is_worth_something_to_everybody() -> None:
    plan = plan_of("three_counties")
    table = plan.by_county().set_index("county")
    parts = table.drop(index="all")
    assert (parts["gain_usd_per_year"] > 0).all()
    assert table.loc["all"].tolist() == parts.sum().round(2).tolist()
    # whole cents, and what is gained or saved is the difference of what is told
    cents = (table * 100.0).round().astype("int64")
    assert table.to_numpy().tolist() == pytest.approx((cents / 100.0).to_numpy(), abs=1e-9)
    gain = cents["alone_usd_per_year"] - cents["together_usd_per_year"]
    assert cents["gain_usd_per_year"].tolist() == gain.tolist()
    assert table.loc["all", "today_usd_per_year"] == plan.today_usd_per_year
    assert plan.value_usd_per_year == table.loc["all", "gain_usd_per_year"]


def test_services_are_sold_and_units_are_shared() -> None:
    plan = plan_of("three_counties")
    assert len(plan.trades) >= 6
    assert set(plan.pools["county"]) == set(COUNTIES)
    assert (plan.trades["price_usd_per_year"] > plan.trades["marginal_usd_per_year"]).all()
    whole = plan.pools.groupby("pool_id")["share_of_cost"].sum()
    assert whole.tolist() == pytest.approx([1.0] * len(whole))
    for seller, sold in plan.trades.groupby("seller"):
        assert len(plan.plans[str(seller)].sales) >= len(sold)


def test_alone_nothing_is_bought_from_the_others() -> None:
    region = load_region_case(WHATIFS / "three_counties.yaml")
    assert plans_alone(region) == pytest.approx(dict(plan_of("three_counties").alone_usd))


def test_a_county_that_stays_out_costs_the_others_too() -> None:
    together, without = plan_of("three_counties"), plan_of("cedar_stays_out")
    assert set(without.pools["county"]) == set(COUNTIES) - {"region_cedar"}
    assert without.cost_usd > together.cost_usd


@pytest.mark.slow
def test_nobody_is_worse_off_where_that_is_asked() -> None:
    plan = plan_of("three_counties_fairly")
    assert all(own.cost_usd <= plan.alone_usd[name] + 0.01 * 60 for name, own in plan.plans.items())
