"""The simplest plan: by hand, and against every plan of small counties."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.errors import Refused
from optimizer.scenario.scenario import Case
from optimizer.why.asked import ask
from optimizer.why.simplest import simplest_plan
from tests.cases import case_of, offer, organization, sampled, service
from tests.properties.small_cases import small_case
from tests.why.limits_by_hand import three_moves
from tests.why.plans_by_hand import CENTS, a_cost_between, differs, lawful_plans, ways_of, wide_case

SMALL_SEEDS = (3, 22)
WIDE_SEEDS = (0, 2, 12)
MORE_SEEDS = (33, 40)
WITHIN = 0.6
"""Of the way from the cheapest plan to the dearest one: what is allowed."""


def two_towns() -> Case:
    """One town takes three small services, another a large one; either is nearly as good."""
    return case_of(
        [service("big", 100), *(service(f"s{number}", 40) for number in range(3))],
        [organization("east", 4), organization("west", 6)],
        [offer("big", "east", 50), *(offer(f"s{number}", "west", 22) for number in range(3))],
    )


def test_by_hand() -> None:
    """Best is 220 - 46 - 48 = 126; the large move alone costs 174, with one small one 162, the small ones alone 172."""
    asked = ask(two_towns())
    found = simplest_plan(asked, within_usd_per_year=49)
    assert found.plans["moved_services"].tolist() == [4, 1, 1]
    assert found.plans["agreements"].tolist() == [2, 1, 1]
    assert found.plans["usd_per_year"].round(2).tolist()[:2] == [126, 174]
    assert found.dearer.usd_per_year == pytest.approx(48)
    assert (found.dearer.least_usd_per_year, found.dearer.most_usd_per_year) == pytest.approx((48, 48))
    assert found.changed["service_id"].tolist() == ["s0", "s1", "s2"]
    assert found.told().lines == (
        "Within $49 a year of the best plan the simplest one moves 1 service with 1 agreement; the best one moves 4 "
        "with 2.",
        "It is proved that no plan within that cost has fewer moved services, or as few and fewer agreements.",
        "Being as simple costs $48 a year; $46 a year is still saved of $94.",
    )


def test_fewest_agreements_and_fewest_moves_are_two_questions() -> None:
    """Within 47 two moves with two towns are enough, or three moves with one town."""
    asked = ask(two_towns())
    by_moves = simplest_plan(asked, within_usd_per_year=47, by="moves").plans.iloc[1]
    by_agreements = simplest_plan(asked, within_usd_per_year=47, by="agreements").plans.iloc[1]
    assert by_moves[["moved_services", "agreements", "usd_per_year"]].tolist() == [2, 2, 162]
    assert by_agreements[["moved_services", "agreements", "usd_per_year"]].tolist() == [3, 1, 172]


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
    for by, order in {"moves": ("moves", "agreements"), "agreements": ("agreements", "moves")}.items():
        found = simplest_plan(asked, within_usd_per_year=allowed, by=by)
        fewest = min(tuple(plan.measure(name) for name in order) for plan in near)
        simplest = [plan for plan in near if tuple(plan.measure(name) for name in order) == fewest]
        names = ["moved_services" if name == "moves" else name for name in order]
        assert tuple(found.plans[names].iloc[1]) == fewest
        assert tuple(found.plans[names].iloc[2]) == fewest
        cheapest = simplest[0].usd_per_year
        assert found.plans["usd_per_year"].iloc[1] == pytest.approx(cheapest, abs=CENTS)
        dearer = cheapest - plans[0].usd_per_year
        assert found.dearer.least_usd_per_year - CENTS <= dearer <= found.dearer.most_usd_per_year + CENTS
        assert any(differs(case, ways_of(found.plan), plan.ways) == 0 for plan in simplest)
        assert np.isnan(found.plans["usd_per_year"].iloc[2])


def test_what_cannot_be_asked_is_refused() -> None:
    asked = ask(three_moves())
    with pytest.raises(Refused, match="Did you mean moves"):
        simplest_plan(asked, by="move")
    with pytest.raises(Refused, match="0 or more"):
        simplest_plan(asked, within_share=-0.1)
