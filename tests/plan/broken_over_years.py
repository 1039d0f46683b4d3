"""Plans of which each breaks one rule and nothing else: start years, sales, ends, shares, equity, freed money."""

from __future__ import annotations

from collections.abc import Callable
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
    pocket_of_one_sale,
    shared,
    sold,
    sold_and_moved,
    spends_in_year_2,
)
from tests.plan.pocket import (
    capacity,
    coverage,
    ending,
    forbid,
    lock,
    mandate,
    offer,
    organization,
    sale,
    service,
    spare,
)
from tests.plan.small_plans import (
    JAIL,
    TO_CITY,
    TWO,
    moved,
    one,
    without,
)

BROKEN: dict[str, tuple[Callable[[], Any], str, str]] = {
    # admissibility
    "exit not considered": (
        lambda: ended(changes={"allowed_decisions": ["keep"]}),
        "decision not considered",
        "Jail (exit): the county does not consider exit",
    ),
    "a duty by its mandate level": (
        lambda: ended(service("jail", mandate_level=2)),
        "a duty is not ended",
        "Jail (exit): its mandate level is 2, only services of level 1 and below are ended",
    ),
    "a duty that a mandate names, though it does not bind": (
        lambda: ended(changes={"duties.enforce_unfunded": False}, **mandate(("jail", 1), funded=False)),
        "a duty is not ended",
        "Jail (exit): a mandate names this service",
    ),
    "coverage of a group below the floor": (
        lambda: one(
            service("jail", mandate_level=3),
            offer("j", "jail"),
            {"duties.coverage_floor_by_mandate_level": {3: 0.9}},
            groups=["elders"],
            coverages=[coverage("j", "elders", 0.85)],
        ),
        "coverage below the floor",
        "Jail (partner with City) for group elders: coverage 0.85 of the 0.90 required",
    ),
    "pays back after the term": (
        lambda: one(
            JAIL,
            offer("j", "jail", transition_usd=600),
            {"economics.payback_within_term": True, "horizon.years": 9},
            organizations=[organization(max_term_years=1)],
        ),
        "pays back too late",
        "Jail (partner with City): pays back, in the longest term of City, after 1.20 of at most 1.00 years",
    ),
    "hurdle of a later start": (
        # 500 saved in each of years 2 and 3
        lambda: one_later(offer("j", "jail", transition_usd=1000.01)),
        "does not beat keeping by the hurdle",
        "Jail (partner with City) in year 2: beats keeping, over 3 years, by -$0.01 of the $0.00 required",
    ),
    "sale not considered": (
        lambda: sold({"allowed_decisions": ["keep", "partner"]}),
        "decision not considered",
        "Parks (insource for City): the county does not consider insource",
    ),
    "sale below cost": (
        lambda: sold(sales=[sale("s", "parks", price_usd_per_year=199.99)]),
        "sold below its marginal cost",
        "Parks (insource for City): to cover its own cost it brings in $199.99 of the $200.00 a year required",
    ),
    "sale that the buyer would lose on": (
        lambda: sold(sales=[sale("s", "parks", price_usd_per_year=400.01)]),
        "the buyer would pay more than today",
        "Parks (insource for City): the buyer pays $400.01 of at most $400.00 a year",
    ),
    # activation, capacity, volume
    "agreement signed too late": (
        lambda: without(apart_in_time(), agreements={"city": 2}),
        "activation",
        "Jail (partner with City) in year 1: there is no agreement with City before year 2",
    ),
    "pool opened too late": (
        lambda: without(growing(1, 2), pools={"dispatch": Opened(2, (2,))}),
        "activation",
        "Jail (consolidate with Dispatch) in year 1: the pool is not open before year 2",
    ),
    "capacity in a year of starts": (
        lambda: apart_in_time(capacities=[capacity(500, year=1), capacity(999, year=2), capacity(1000)]),
        "capacity",
        "City, usd in year 2: $1,000.00 of at most $999.00 a year",
    ),
    "capacity of the years without a row, once all has started": (
        lambda: apart_in_time(capacities=[capacity(500, year=1), capacity(999)]),
        "capacity",
        "City, usd in every year: $1,000.00 of at most $999.00 a year",
    ),
    "minimum volume from the first year of the agreement on": (
        lambda: apart_in_time(organizations=[organization(min_volume_usd_per_year=501)]),
        "volume",
        "City in year 1: it is paid $500.00 of the $501.00 a year required",
    ),
    "mandate for a group": (
        lambda: moved(
            groups=["elders"],
            coverages=[coverage("j", "elders", 0.7)],
            **mandate(("jail", 2), ("parks", 1), district="elders"),
        ),
        "mandates",
        "Jail inspections (C.R.S. 17-26-126) for group elders: coverage 0.80 of the 0.95 required",
    ),
    # pools
    "too few members in the first year": (
        lambda: members_from_year_1(min_members=2),
        "pools",
        "Dispatch in year 1: members 1 of the 2 services required",
    ),
    "too many members in the end": (
        lambda: members_from_year_1(max_members=1),
        "pools",
        "Dispatch: members 2 of at most 1 service",
    ),
    "volume that outgrows its tier": (
        lambda: growing(1),
        "pools",
        "Dispatch, tier 1 in year 2: volume 10 of at most 8 calls",
    ),
    "volume that does not reach its tier yet": (
        lambda: growing(2),
        "pools",
        "Dispatch, tier 2 in year 1: volume 5 of the 8 calls required",
    ),
    "worse off in a pool, shared equally": (
        lambda: shared("equal", 1000.1),
        "consolidation.nobody_worse_off",
        "Dispatch, Recreation: its services there cost, over 1 year, $1,000.05 of at most $1,000.00",
    ),
    "worse off in a pool, shared by use": (
        # 0.9 of 600 and the price of 500
        lambda: shared(None),
        "consolidation.nobody_worse_off",
        "Dispatch, Public Works: its services there cost, over 1 year, $1,040.00 of at most $1,000.00",
    ),
    # people
    "laid off at once": (
        lambda: laid_off([3.9], parks_start=1),
        "limits.laid_off_fte_by_year",
        "Staff laid off in year 1: 4.00 of at most 3.90 FTE",
    ),
    "laid off after the lead time": (
        lambda: laid_off([1, 9, 0.5], parks_start=2, months=12),
        "limits.laid_off_fte_by_year",
        "Staff laid off in year 3: 1.00 of at most 0.50 FTE",
    ),
    "consent of a year": (
        lambda: owned([1, 0], {"parks": 2}),
        "limits.moved_services_by_consent_owner_by_year",
        "Sheriff lets go in year 2: 1 of at most 0 services",
    ),
    "moves of a year": (
        lambda: moved({"limits.moves_by_year": [1]}),
        "limits.moves_by_year",
        "In year 1 the county moves or ends 2 of at most 1 service",
    ),
    "agreements of a year": (
        lambda: apart_in_time(
            {"limits.agreements_by_year": [1, 0]}, offers=[TO_CITY[0], offer("p", "parks", "school")], organizations=TWO
        ),
        "limits.agreements_by_year",
        "In year 2 the county signs 1 of at most 0 agreements",
    ),
    # money
    "transition of a year": (
        lambda: spends_in_year_2([100, 319.99]),
        "limits.transition_usd_by_year",
        "In year 2 moving, ending and selling services and setting up pools costs once $320.00 of at most $319.99",
    ),
    "cost of a fund, sale included": (
        # 2000 less the gain of 100 from the sale
        lambda: sold({"limits.net_cost_by_fund_usd_per_year": {"General": 1899.99}}),
        "limits.net_cost_by_fund_usd_per_year",
        "General costs, net of revenue, $1,900.00 of at most $1,899.99 a year",
    ),
    "cost of the general fund, communication included": (
        lambda: moved(
            {"limits.net_cost_by_fund_usd_per_year": {"General": 1519.98}},
            {"jail": "j"},
            **pocket.talk(10, "jail parks", ("city", None, 2)),
        ),
        "limits.net_cost_by_fund_usd_per_year",
        "General costs, net of revenue, $1,520.00 of at most $1,519.98 a year",
    ),
    "revenue floor, sale included": (
        lambda: sold({"limits.revenue_floor_usd_per_year": 301}),
        "limits.revenue_floor_usd_per_year",
        "Services still bring in $300.00 of the $301.00 a year required",
    ),
    "cost of the whole plan": (
        lambda: freed(0, {"equity.cost_limit_usd_per_year": 1499}),
        "equity.cost_limit_usd_per_year",
        "The plan costs, net of revenue, $1,500.00 of at most $1,499.00 a year",
    ),
    # sales
    "sold and not kept": (
        lambda: sold_and_moved(),
        "sales",
        "Parks (insource for City): the county does not keep it: Parks (partner with City)",
    ),
    "staff to spare in a year": (
        lambda: sold(
            LATER,
            {"s": 1, "t": 2},
            sales=[sale("s", "parks", fte=2), sale("t", "jail", fte=1.5)],
            spare_staff=[spare(3.5), spare(3, year=2)],
        ),
        "sales",
        "Public Works, staff for what it sells in year 2: 3.50 of at most 3.00 FTE",
    ),
    "no staff to spare": (
        lambda: sold(spare_staff=[spare(9, department="Sheriff")]),
        "sales",
        "Public Works, staff for what it sells in year 1: 2 of at most 0 FTE",
    ),
    # risk, links
    "concentration of what is handed over": (
        lambda: handed_over_and_ended(0.9),
        "limits.organization_share_of_moved_cost",
        "City holds, of the moved cost, $1,000.00 of at most $900.00 a year",
    ),
    "together, other start": (
        lambda: apart_in_time(**pocket.links(together="jail parks")),
        "links",
        "link together: these services go together, but Jail (partner with City) in year 1; "
        "Parks (partner with City) in year 2",
    ),
    "needs, moved too late": (
        lambda: apart_in_time(**pocket.links(needs="jail parks")),
        "links",
        "link needs: Jail may not move in year 1 while the county keeps Parks",
    ),
    # equity
    "equity": (
        # (3000 x 0.8 + 1000) / 4000
        lambda: losing({"equity.floor": 0.86}),
        "equity.floor",
        "All services in district north: coverage 0.85 of the 0.86 required",
    ),
    "equity of a place of its own": (
        lambda: losing({"equity.floor": 0.85, "equity.floor_by_place": {"elders": 0.95}}),
        "equity.floor_by_place",
        "All services for group elders: coverage 0.90 of the 0.95 required",
    ),
    "equity, every service alike": (
        lambda: losing({"equity.weight": "equal", "equity.floor": 0.85}),
        "equity.floor",
        "All services for group elders: coverage 0.80 of the 0.85 required",
    ),
    "equity of the county as a whole": (
        lambda: moved({**EXIT, "equity.floor": 0.51}, {"jail": "exit~jail"}, offers=[ending("jail")]),
        "equity.floor",
        "All services: coverage 0.50 of the 0.51 required",
    ),
    # reinvestment
    "more spent again than is freed": (
        lambda: freed(0.51),
        "reinvestment",
        "General spends again $510.00 of at most $500.00 a year",
    ),
    "spent by a fund that nothing is freed in": (
        lambda: freed(0.01, fund="Roads"),
        "reinvestment",
        "Roads spends again $10.00 of at most $0.00 a year",
    ),
    "more done than can be": (
        lambda: freed(0.5, max_share=0.4),
        "reinvestment",
        "Trails: the share done is 0.50 of at most 0.40",
    ),
    "freed money is not spent": (
        lambda: freed(0.1, {"reinvestment.rule": "none"}),
        "reinvestment",
        "Trails: the scenario spends no freed money",
    ),
    # locks
    "locked to insource, yet only kept": (
        lambda: pocket_of_one_sale(locks=[lock("parks", "insource")], starts={}),
        "locks",
        "Parks is locked to insource (what-if.yaml:3), not keep",
    ),
    "locked to insource for another buyer": (
        lambda: sold(locks=[lock("parks", "insource", "school")], organizations=TWO),
        "locks",
        "Parks is locked to insource with school (what-if.yaml:3), not insource",
    ),
    "locked to insource, yet moved": (
        lambda: moved({}, {"jail": "j"}, locks=[lock("jail", "insource")]),
        "locks",
        "Jail is locked to insource (what-if.yaml:3), not partner: Jail (partner with City)",
    ),
    "locked to an end": (
        lambda: moved({}, {"jail": "j"}, locks=[lock("jail", "exit")]),
        "locks",
        "Jail is locked to exit (what-if.yaml:3), not partner: Jail (partner with City)",
    ),
    "keeping forbidden, yet kept and sold": (
        lambda: sold(forbids=[forbid("keep", "parks")]),
        "locks",
        "Parks (keep): the scenario forbids this (what-if.yaml:4)",
    ),
    "sale forbidden to a service": (
        lambda: sold(forbids=[forbid("insource", "jail"), forbid("insource", "parks")]),
        "locks",
        "Parks (insource for City): the scenario forbids this (what-if.yaml:4)",
    ),
    "sale forbidden to an organization": (
        lambda: sold(forbids=[forbid("insource", provider="city")]),
        "locks",
        "Parks (insource for City): the scenario forbids this (what-if.yaml:4)",
    ),
    "end forbidden": (
        lambda: ended(forbids=[forbid("exit", "jail")]),
        "locks",
        "Jail (exit): the scenario forbids this (what-if.yaml:4)",
    ),
}
