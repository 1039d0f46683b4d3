"""Limits by year seen to bite: what would start at once is put off, and costs more.

A service costs $100 a year. East does it for $50, and moving costs $10 once: over two years 110 if it starts at once,
160 if it starts in the second year, 200 if it is kept.
"""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.solve.outcome import Stopped
from tests.cases import best, offer, organization, service, solved
from tests.program.pair import choices_without, linked, pool, starts, two_services, years

EAST_ONLY = [offer(one, "east", 50, transition_usd=10, fte_displaced=1) for one in ("a", "b")]
SHERIFFS = [service("a", consent_owner="Sheriff"), service("b")]
AT_ONCE, ONE_BY_ONE, BOTH_LATER = (1, 1), (1, 2), (2, 2)


@pytest.mark.parametrize(
    ("limits", "begun", "cost_usd"),
    [
        ({}, AT_ONCE, 220),
        ({"moves_by_year": [1]}, ONE_BY_ONE, 270),
        ({"moves_by_year": [0, 2]}, BOTH_LATER, 320),
        ({"moves_by_year": [0]}, (None, None), 400),
        ({"transition_usd_by_year": [20.0, 0.0]}, AT_ONCE, 220),
        ({"transition_usd_by_year": [19.0]}, ONE_BY_ONE, 270),
        ({"transition_usd_by_year": [9.0, 20.0]}, BOTH_LATER, 320),
        ({"agreements_by_year": [1, 0]}, AT_ONCE, 220),
        ({"agreements_by_year": [0, 1]}, BOTH_LATER, 320),
        ({"moved_services_by_consent_owner_by_year": {"Sheriff": [1, 0]}}, AT_ONCE, 220),
        ({"moved_services_by_consent_owner_by_year": {"Sheriff": [0, 1]}}, ONE_BY_ONE, 270),
        ({"laid_off_fte_by_year": [2.0, 0.0]}, AT_ONCE, 220),
        ({"laid_off_fte_by_year": [1.0]}, ONE_BY_ONE, 270),
        ({"laid_off_fte_by_year": [0.9, 2.0]}, BOTH_LATER, 320),
    ],
)
def test_each_limit_by_year_puts_off_what_it_must(
    limits: dict[str, Any], begun: tuple[int | None, int | None], cost_usd: float
) -> None:
    case = two_services(services=SHERIFFS, offers=EAST_ONLY, settings=years(**limits))
    assert best(case).cost_usd == cost_usd
    assert starts(case) == begun


@pytest.mark.parametrize(("attrition", "cost_usd"), [(0.0, 400), (0.5, 270), (1.0, 220)])
def test_attrition_makes_room_for_those_whose_work_moves(attrition: float, cost_usd: float) -> None:
    # two staff in the department: half of them leaving makes room for one a year
    settings = years(laid_off_fte_by_year=[0.0]) | {"people": {"attrition_share": attrition}}
    assert best(two_services(offers=EAST_ONLY, settings=settings)).cost_usd == cost_usd


def test_staff_lose_their_position_when_the_lead_time_is_over() -> None:
    # with a lead of 12 months a start in year 1 lays off in year 2, and costs 100 + 50 + 10 as a start in year 2 would;
    # that lays off after the horizon, but brings nothing: 210
    slow = [row.model_copy(update={"lead_time_months": 12}) for row in EAST_ONLY]
    for limits, cost_usd in (([0.0, 2.0], 320), ([2.0, 1.0], 360), ([2.0, 0.0], 400)):
        settings = years(laid_off_fte_by_year=limits)
        assert best(two_services(offers=slow, settings=settings)).cost_usd == cost_usd


def test_a_capacity_that_grows_lets_the_second_service_in_later() -> None:
    room = [records.Capacity(org_id="east", resource="usd", year=year, amount=usd) for year, usd in ((1, 50), (2, 100))]
    case = two_services(offers=EAST_ONLY, settings=years(), capacities=room)
    assert starts(case) == ONE_BY_ONE
    # a row without a year holds in the second: what has started by then stays
    room[1] = records.Capacity(org_id="east", resource="usd", amount=50)
    assert starts(two_services(offers=EAST_ONLY, settings=years(), capacities=room)) == (1, None)


def test_a_minimum_volume_holds_from_the_first_year_of_the_agreement() -> None:
    for minimum, begun in ((50, ONE_BY_ONE), (51, (None, None))):
        town = organization("east", min_volume_usd_per_year=minimum)
        case = two_services(organizations=[town], offers=EAST_ONLY, settings=years(moves_by_year=[1]))
        assert starts(case) == begun


def test_the_first_of_a_needs_link_waits_for_the_other() -> None:
    # b starts in year 2 alone if its official says so; a would save 90 a year from year 1 on
    offers = [offer("a", "east", 10), offer("b", "east", 50)]
    limits = years(moved_services_by_consent_owner_by_year={"Sheriff": [0, 1]})
    services = [service("a"), service("b", consent_owner="Sheriff")]
    assert starts(two_services(services=services, offers=offers, settings=limits)) == ONE_BY_ONE
    assert starts(linked("needs", offers, services=services, settings=limits)) == BOTH_LATER


def test_together_starts_as_one() -> None:
    offers = [offer(one, "east", 50) for one in ("a", "b")]
    limits = years(moved_services_by_consent_owner_by_year={"Sheriff": [0, 1]})
    assert starts(two_services(services=SHERIFFS, offers=offers, settings=limits)) == ONE_BY_ONE
    assert starts(linked("together", offers, services=SHERIFFS, settings=limits)) == BOTH_LATER


def test_an_agreement_is_signed_once() -> None:
    # two agreements with east would have twice its room: 2 x 110 + 10 + 5 instead of 110 + 200 + 10
    room = [records.Capacity(org_id="east", resource="usd", amount=50)]
    case = two_services(organizations=[organization("east", 5)], offers=EAST_ONLY, settings=years(), capacities=room)
    assert best(case).cost_usd == 320
    assert choices_without(case, "agreement_once")[0].cost_usd == 235


def test_a_pool_opens_once() -> None:
    # a pool that opens again in year 2 would take a second member: 100 + 150 + 20 + 10 instead of 100 + 200 + 20
    offers = [offer(one, "pool", 50) for one in ("a", "b")]
    case = two_services(organizations=[], offers=offers, settings=years(), pools=[pool(max_members=1)])
    assert best(case).cost_usd == 320
    assert choices_without(case, "pool_once")[0].cost_usd == 280


def test_a_pool_has_its_members_from_its_opening_on() -> None:
    # one a year: with two members at least the pool could never open
    offers = [offer(one, "pool", 50) for one in ("a", "b")]
    for least, begun in ((1, ONE_BY_ONE), (2, (None, None))):
        case = two_services(
            organizations=[], offers=offers, settings=years(moves_by_year=[1]), pools=[pool(min_members=least)]
        )
        assert starts(case) == begun


def test_a_pool_may_open_before_its_first_member() -> None:
    # 30 to set it up and 10 to move do not fit into one year: 30 + 10 + 100 + 10 for a, 200 for b
    offers = [offer("a", "pool", 10, transition_usd=10)]
    setup = [pool(setup_usd=30, fixed_usd_per_year=0)]
    for limit, cost_usd in (([40.0], 260), ([30.0, 10.0], 350), ([29.0], 400)):
        settings = years(transition_usd_by_year=limit)
        case = two_services(organizations=[], offers=offers, settings=settings, pools=setup)
        assert best(case).cost_usd == cost_usd


def test_a_pool_changes_its_tier_as_members_join() -> None:
    # a alone pays 9 x 10 in year 1, both pay 4 x 20 in year 2, and the pool 10 a year: a 90, b 100, then 80, and 20
    tiers = [
        records.PoolTier(pool_id="pool", tier=1, from_volume=0, to_volume=10, usd_per_unit=9, fixed_usd_per_year=0),
        records.PoolTier(pool_id="pool", tier=2, from_volume=11, to_volume=30, usd_per_unit=4, fixed_usd_per_year=0),
    ]
    uses = [records.Use(offer_id=f"{one}-pool", resource="calls", amount=10) for one in ("a", "b")]
    case = two_services(
        organizations=[],
        offers=[offer(one, "pool", 0) for one in ("a", "b")],
        settings=years(moves_by_year=[1]),
        pools=[pool(resource="calls", fixed_usd_per_year=5)],
        pool_tiers=tiers,
        uses=uses,
    )
    assert best(case).cost_usd == 90 + 100 + 80 + 10
    assert choices_without(case)[1].pools["pool"].tiers == (1, 2)


def test_a_service_locked_to_move_waits_no_longer_than_it_may() -> None:
    settings = years(moves_by_year=[0]) | {"allowed_decisions": ["outsource"]}
    assert solved(two_services(offers=EAST_ONLY, settings=settings))[0].stopped is Stopped.INFEASIBLE
