"""Other good plans and safe bets: by hand, and against every plan of small counties."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.errors import Refused
from optimizer.scenario.scenario import Case
from optimizer.why.apart import NEAR_SHARE, SAME_SHARE
from optimizer.why.asked import Asked, ask
from optimizer.why.others import OtherPlans, other_plans
from optimizer.why.service_answers import NO_CHOICE, OPEN, SAFE, SWINGS
from tests.cases import sampled
from tests.properties.small_cases import small_case
from tests.properties.trials import changed
from tests.solve.rich import cases
from tests.why.limits_by_hand import three_moves
from tests.why.plans_by_hand import (
    CENTS,
    ByHand,
    Way,
    a_cost_between,
    differs,
    lawful_plans,
    ways_of,
    wide_case,
)

SMALL_SEEDS = (3, 22)
WIDE_SEEDS = (0, 2, 12)
MORE_SEEDS = (33, 40)
WITHIN = 0.4
"""Of the way from the cheapest plan to the dearest one: what is allowed."""


def answers(found: OtherPlans) -> dict[str, str]:
    return dict(zip(found.services["service_id"], found.services["answer"], strict=True))


def test_by_hand() -> None:
    """Moving all three costs 255; without s3 it is 260, without s2 265, without both 270, without s1 285 or more."""
    found = other_plans(ask(three_moves()), within_usd_per_year=12)
    assert found.plans["usd_per_year"].round(2).tolist() == [255, 260, 265]
    assert found.plans["dearer_usd_per_year"].round(2).tolist() == [0, 5, 10]
    assert found.plans["differs_from_nearest_share"].round(4).tolist() == [0, 0.3333, 0.3333]
    assert found.further_share == pytest.approx(0, abs=SAME_SHARE)
    assert answers(found) == {"s1": SAFE, "s2": SWINGS, "s3": SWINGS}
    also_seen = dict(zip(found.services["service_id"], found.services["also_seen"], strict=True))
    assert also_seen == {"s1": "", "s2": "keep", "s3": "keep"}
    assert found.told().lines == (
        "2 other plans cost at most $12 a year more than the best one; each of them decides at least 33.3% of today's "
        "budget differently from every other.",
        "No further plan within that cost differs from each of these in more than 0.01% of the budget.",
        "Of 3 services that could be decided in more than one way 2 (66.7% of the budget) can be decided otherwise "
        "within that cost.",
        "Safe bets: 1 (33.3% of the budget), proved to be decided alike in every plan within that cost.",
    )


def test_the_most_different_comes_first() -> None:
    """Within 15 a plan that keeps both s2 and s3 differs in two thirds of the budget."""
    found = other_plans(ask(three_moves()), within_usd_per_year=15, count=1)
    assert found.plans["usd_per_year"].round(2).tolist() == [255, 270]
    assert found.plans["differs_from_best_share"].round(4).tolist() == [0, 0.6667]
    assert found.further_share is None


def test_without_any_search_all_is_open() -> None:
    found = other_plans(ask(three_moves()), within_usd_per_year=12, count=1, searches=0)
    assert sorted(answers(found).values()) == [OPEN, OPEN, SWINGS]
    assert "Open: 2 (66.7% of the budget); in 0 searches" in found.told().lines[-1]


def test_without_leeway_only_plans_of_equal_cost_are_left() -> None:
    found = other_plans(ask(three_moves()), within_usd_per_year=0)
    assert len(found.found) == 1
    assert set(answers(found).values()) == {SAFE}
    assert found.told().lines[0].startswith("No other plan was found that costs at most $0 a year more")


@pytest.mark.parametrize("seed", sampled(SMALL_SEEDS, 1))
def test_agrees_with_every_plan_of_small_counties(seed: int) -> None:
    _agrees(small_case(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", WIDE_SEEDS)
def test_agrees_with_every_plan_of_counties_where_little_is_forbidden(seed: int) -> None:
    _agrees(wide_case(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_agrees_with_every_plan_of_many_more(seed: int) -> None:
    for case in (small_case(seed), wide_case(seed)):
        if lawful_plans(case):
            _agrees(case)


def _agrees(case: Case) -> None:
    plans = lawful_plans(case)
    allowed = a_cost_between(plans, WITHIN)
    near = [plan for plan in plans if plan.usd_per_year <= plans[0].usd_per_year + allowed]
    asked = ask(case)
    found = other_plans(asked, within_usd_per_year=allowed, count=3)
    _swings_are_right(asked, found, near)
    _plans_are_the_most_different(case, found, near)


def _swings_are_right(asked: Asked, found: OtherPlans, near: list[ByHand]) -> None:
    best = ways_of(found.found[0])
    for service, answer in answers(found).items():
        ways = {plan.ways[service] for plan in near}
        if answer == NO_CHOICE:
            assert ways == {best[service]}
        else:
            assert answer == (SAFE if ways == {best[service]} else SWINGS), service


def _plans_are_the_most_different(case: Case, found: OtherPlans, near: list[ByHand]) -> None:
    before: list[dict[str, Way]] = [ways_of(found.found[0])]
    for number, plan in enumerate(found.found[1:], start=1):
        distance = {id(other): min(differs(case, other.ways, one) for one in before) for other in near}
        most, row = max(distance.values()), found.plans.iloc[number]
        assert row["differs_from_nearest_share"] == pytest.approx(most, abs=2.01 * NEAR_SHARE)
        assert row["most_possible_share"] >= most - 1e-6
        assert min(differs(case, ways_of(plan), one) for one in before) == pytest.approx(
            row["differs_from_nearest_share"]
        )
        cheapest = min(other.usd_per_year for other in near if distance[id(other)] >= most - 1e-9)
        assert row["usd_per_year"] <= cheapest + CENTS
        before.append(ways_of(plan))
    if found.further_share is not None:
        most = max(min(differs(case, other.ways, one) for one in before) for other in near)
        assert most <= found.further_share + 1e-6
        assert most < SAME_SHARE + 2 * NEAR_SHARE


@pytest.mark.parametrize(
    ("asked_for", "needs"),
    [
        ({"within_usd_per_year": 5.0, "within_share": 0.1}, "dollars a year or a share, not both"),
        ({"within_usd_per_year": -1.0}, "0 or more"),
        ({"within_share": float("nan")}, "0 or more"),
        ({"count": 0}, "1 or more"),
        ({"searches": -1}, "0 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked_for: dict[str, Any], needs: str) -> None:
    with pytest.raises(Refused, match=needs):
        other_plans(ask(three_moves()), **asked_for)


def test_where_cost_is_not_all_it_is_refused() -> None:
    with pytest.raises(Refused, match="least_cost, as costs are compared"):
        other_plans(ask(cases()["everything"]))
    with pytest.raises(Refused, match="plans are compared by their cost alone"):
        other_plans(ask(changed(three_moves(), "reinvestment", rule="weighted", usd_per_score=1.0)))
