"""Plans that just meet the rules which the plans of broken_over_years break."""

from __future__ import annotations

from typing import Any

from optimizer.plan.choices import Opened
from tests.plan import pocket
from tests.plan.plans_over_years import (
    EXIT,
    LATER,
    apart_in_time,
    ended,
    freed,
    growing,
    handed_over_and_ended,
    laid_off,
    losing,
    members_from_year_1,
    one_later,
    owned,
    shared,
    sold,
    spends_in_year_2,
)
from tests.plan.pocket import (
    capacity,
    ending,
    forbid,
    lock,
    offer,
    organization,
    sale,
    service,
    spare,
)
from tests.plan.small_plans import (
    JAIL,
    TWO,
    moved,
    one,
    without,
)

KEPT: tuple[Any, ...] = (
    ended(),
    ended(service("jail", mandate_level=1)),
    ended(service("jail", mandate_level=2), {"exit.max_mandate_level": 2}),
    one(
        JAIL,
        offer("j", "jail", transition_usd=500),
        {"economics.payback_within_term": True, "horizon.years": 9},
        organizations=[organization(max_term_years=1)],
    ),
    # an end has no provider whose term could be too short
    ended(changes={"economics.payback_within_term": True}),
    one_later(offer("j", "jail", transition_usd=1000)),
    sold(sales=[sale("s", "parks", price_usd_per_year=200)]),
    sold(sales=[sale("s", "parks", price_usd_per_year=400)]),
    without(apart_in_time(), starts={"jail": 2, "parks": 2}, agreements={"city": 2}),
    without(growing(1, 2), pools={"dispatch": Opened(1, (1, 2))}),
    without(growing(2), starts={"jail": 2, "parks": 2}, pools={"dispatch": Opened(2, (2,))}),
    apart_in_time(capacities=[capacity(500, year=1), capacity(1000)]),
    apart_in_time(organizations=[organization(min_volume_usd_per_year=500)]),
    without(
        apart_in_time(organizations=[organization(min_volume_usd_per_year=1000)]),
        starts={"jail": 2, "parks": 2},
        agreements={"city": 2},
    ),
    without(members_from_year_1(min_members=2), starts={"jail": 2, "parks": 2}, pools={"dispatch": Opened(2, (None,))}),
    members_from_year_1(min_members=1, max_members=2),
    shared("equal"),
    shared("population", 1000),
    shared(None, 555.55),
    laid_off([4], parks_start=1),
    laid_off([1], parks_start=2),
    laid_off([1, 0, 1], parks_start=2, months=18),
    laid_off([1, 0], parks_start=2, months=24),  # after the horizon: never
    owned([1], {"parks": 2}),
    owned([2, 0], {}),
    moved({"limits.moves_by_year": [2, 0], "limits.agreements_by_year": [1]}),
    apart_in_time({"limits.moves_by_year": [1], "limits.agreements_by_year": [1, 0]}),
    spends_in_year_2([100, 320]),
    sold({"limits.revenue_floor_usd_per_year": 300, "limits.net_cost_by_fund_usd_per_year": {"General": 1900}}),
    sold(sales=[sale("s", "parks", fte=2)], spare_staff=[spare(2)]),
    sold(LATER, {"s": 2}, spare_staff=[spare(2), spare(0, year=1)]),
    handed_over_and_ended(1),
    without(
        apart_in_time(**pocket.links(together="jail parks")), starts={"jail": 2, "parks": 2}, agreements={"city": 2}
    ),
    apart_in_time(**pocket.links(needs="parks jail")),
    moved(
        EXIT,
        {"jail": "exit~jail", "parks": "exit~parks"},
        offers=[ending("jail"), ending("parks")],
        **pocket.links(together="jail parks", apart="jail parks", needs="jail parks"),
    ),
    losing({"equity.floor": 0.85, "equity.floor_by_place": {"south": 1}}),
    losing({"equity.floor": 1, "equity.floor_by_place": {"north": 0.85, "elders": 0.9}}),
    losing({"equity.weight": "equal", "equity.floor": 0.8}),
    freed(0.5, {"equity.cost_limit_usd_per_year": 1500}),
    freed(0.5, max_share=0.5),
    freed(0, {"reinvestment.rule": "none"}),
    sold(locks=[lock("parks", "insource")]),
    sold(locks=[lock("parks", "insource", "city"), lock("jail", "keep")]),
    sold(locks=[lock("parks", "keep")]),
    ended(locks=[lock("jail", "exit")]),
    sold(forbids=[forbid("insource", provider="school"), forbid("insource", "parks", "school")], organizations=TWO),
)
