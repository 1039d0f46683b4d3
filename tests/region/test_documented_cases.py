"""Published outcomes that come out of stated inputs: data/washington_wi/README.md, data/clear_creek_911/README.md."""

from __future__ import annotations

import pytest

from optimizer import ask
from optimizer.ask_region import find_region_plan, load_region_case
from tests.cases import ROOT

WHATIFS = ROOT / "scenarios" / "whatifs"


def test_washington_and_ozaukee_save_what_was_published() -> None:
    _, plan = find_region_plan(load_region_case(WHATIFS / "washington_ozaukee.yaml"))
    assert plan is not None
    by_county = plan.by_county().set_index("county")
    assert by_county.loc["all", "today_usd_per_year"] < 3_000_000
    saved = by_county.loc["all", "saved_together_usd_per_year"]
    assert 250_000 <= saved <= 300_000
    assert 0.08 <= saved / by_county.loc["all", "today_usd_per_year"] <= 0.10
    assert (by_county["gain_usd_per_year"] > 0).all()
    assert sum(own.decisions["fte_displaced"].sum() for own in plan.plans.values()) == 0
    # shared by population
    assert plan.pools.groupby("county")["share_of_cost"].sum()["washington_wi"] == pytest.approx(
        131_887 / (131_887 + 86_395)
    )


@pytest.mark.parametrize(("question", "saved_usd"), [("consortiums_claim", 1_200_000), ("cautious", 500_000)])
def test_dispatch_saves_what_was_announced_after_29_months(question: str, saved_usd: float) -> None:
    _, plan = ask.find_plan(ask.load_case(WHATIFS / "clear_creek_911" / f"{question}.yaml"))
    assert plan is not None
    assert plan.cash["today_usd"].tolist() == [1_700_000] * 8
    # 29 months: nothing in two years, seven months of the third, then all of it
    saved = plan.cash["saving_usd"].tolist()
    assert saved == pytest.approx([0, 0, saved_usd * 7 / 12, *[saved_usd] * 5])
    step = plan.roadmap[plan.roadmap["step"] == "move"].iloc[0]
    assert (step["delivers_from_year"], step["delivers_from_month"]) == (3, 6)


def test_the_cautious_price_is_not_worth_it_by_the_countys_own_yardstick() -> None:
    _, plan = ask.find_plan(ask.load_case(WHATIFS / "clear_creek_911" / "cautious_as_the_county_plans.yaml"))
    assert plan is not None
    assert plan.decisions["decision"].tolist() == ["keep"]
    assert plan.left_out["reason"].tolist() == ["does not beat keeping by the hurdle"]
