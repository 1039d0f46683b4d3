"""Plans of which each breaks one rule and nothing else; everything starts at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.plan import pocket
from tests.plan.pocket import capacity, coverage, forbid, lock, mandate, offer, organization, pool, service, tier, use
from tests.plan.small_plans import (
    CALLS,
    JAIL,
    SPLIT,
    TO_CITY,
    TWO,
    concentrated,
    hosted,
    kept,
    moved,
    one,
    other_fund,
    pooled,
    spends_once,
    without,
)

BROKEN: dict[str, tuple[Callable[[], Any], str, str]] = {
    # admissibility
    "decision not considered": (
        lambda: moved({"allowed_decisions": ["keep", "outsource"]}, {"jail": "j"}),
        "decision not considered",
        "Jail (partner with City): the county does not consider partner",
    ),
    "keep not considered": (
        lambda: kept(JAIL, {"allowed_decisions": ["partner"]}),
        "decision not considered",
        "Jail (keep): the county does not consider keep",
    ),
    "not delegable": (
        lambda: one(service("jail", delegable=False), offer("j", "jail")),
        "not delegable",
        "Jail (partner with City): the law leaves this service to the county itself",
    ),
    "law does not allow the move": (
        lambda: moved({}, {"jail": "j"}, **mandate(("jail", 1), allowed_decisions="keep;consolidate")),
        "law does not allow it",
        "Jail (partner with City): Jail inspections (C.R.S. 17-26-126) allows only keep, consolidate",
    ),
    "law does not allow keeping": (
        lambda: kept(JAIL, **mandate(("jail", 1), allowed_decisions="partner")),
        "law does not allow it",
        "Jail (keep): Jail inspections (C.R.S. 17-26-126) allows only partner",
    ),
    "coverage below the floor": (
        lambda: one(
            service("jail", mandate_level=3),
            offer("j", "jail"),
            {"duties.coverage_floor_by_mandate_level": {3: 0.9}},
            districts=["north", "south"],
            coverages=[coverage("j", "south", 0.85)],
        ),
        "coverage below the floor",
        "Jail (partner with City) in district south: coverage 0.85 of the 0.90 required",
    ),
    "quality below the floor": (
        lambda: one(JAIL, offer("j", "jail", quality=0.7), {"limits.min_quality": 0.8}),
        "quality below the floor",
        "Jail (partner with City): quality 0.70 of the 0.80 required",
    ),
    "pays back too late": (
        # 3/12 + 400 / (0.8 x 500) = 1.25 years
        lambda: one(
            JAIL,
            offer("j", "jail", transition_usd=400, lead_time_months=3),
            {"economics.max_payback_years": 1.2, "economics.realization_share": 0.8, "horizon.years": 9},
        ),
        "pays back too late",
        "Jail (partner with City): pays back after 1.25 of at most 1.20 years",
    ),
    "never pays back": (
        lambda: one(
            JAIL,
            offer("j", "jail", price_usd_per_year=1000, transition_usd=1),
            {"economics.max_payback_years": 3},
            locks=[lock("jail", "partner")],
        ),
        "pays back too late",
        "Jail (partner with City): never pays back, at most 3 years are allowed",
    ),
    "hurdle": (
        lambda: one(JAIL, offer("j", "jail", price_usd_per_year=901), {"economics.hurdle_share": 0.1}),
        "does not beat keeping by the hurdle",
        "Jail (partner with City): beats keeping, over 1 year, by $99.00 of the $100.00 required",
    ),
    # activation
    "no agreement": (
        lambda: without(moved(), agreements={}),
        "activation",
        "Parks (partner with City): there is no agreement with City",
    ),
    "closed pool": (
        lambda: without(pooled(None, pool()), pools={}),
        "activation",
        "Parks (consolidate with Dispatch): the pool is not open",
    ),
    "host without an agreement": (
        lambda: without(hosted(), agreements={}),
        "activation",
        "Parks (consolidate with Dispatch): there is no agreement with City",
    ),
    # capacity, volume, mandates
    "capacity in dollars": (
        lambda: moved(capacities=[capacity(999)]),
        "capacity",
        "City, usd in every year: $1,000.00 of at most $999.00 a year",
    ),
    "capacity in staff, in one year": (
        lambda: moved({"horizon.years": 2}, capacities=[capacity(9.5, "fte", 2), capacity(1, "fte", 3)]),
        "capacity",
        "City, fte in year 2: 20.00 of at most 9.50 FTE",
    ),
    "capacity of the years that have no row of their own": (
        lambda: moved({"horizon.years": 2}, capacities=[capacity(1000, year=2), capacity(999)]),
        "capacity",
        "City, usd in every year: $1,000.00 of at most $999.00 a year",
    ),
    "capacity in the county's own unit": (
        lambda: moved(capacities=[capacity(3, "lane_miles")], uses=[use("p", "lane_miles", 4)]),
        "capacity",
        "City, lane_miles in every year: 4 of at most 3 lane_miles",
    ),
    "capacity of a host": (
        lambda: hosted(capacities=[capacity(900), capacity(1, "usd", 2)]),
        "capacity",
        "City, usd in every year: $1,000.00 of at most $900.00 a year",
    ),
    "minimum volume": (
        lambda: moved(organizations=[organization(min_volume_usd_per_year=1000.5)]),
        "volume",
        "City: it is paid $1,000.00 of the $1,000.50 a year required",
    ),
    "mandate in a district": (
        lambda: moved(
            districts=["north", "south"],
            coverages=[coverage("j", "north", 0.7)],
            **mandate(("jail", 2), ("parks", 1)),
        ),
        "mandates",
        "Jail inspections (C.R.S. 17-26-126) in district north: coverage 0.80 of the 0.95 required",
    ),
    "mandate of which a kept service covers its own part": (
        lambda: moved(
            {}, {"jail": "j"}, offers=[offer("j", "jail", coverage=0.7)], **mandate(("jail", 1), ("parks", 1))
        ),
        "mandates",
        "Jail inspections (C.R.S. 17-26-126): coverage 0.85 of the 0.95 required",
    ),
    "mandate in the county as a whole": (
        lambda: moved(offers=[offer("j", "jail", coverage=0.9), TO_CITY[1]], **mandate(("jail", 1))),
        "mandates",
        "Jail inspections (C.R.S. 17-26-126): coverage 0.90 of the 0.95 required",
    ),
    # pools
    "too few members": (
        lambda: pooled(None, pool(min_members=3)),
        "pools",
        "Dispatch: members 2 of the 3 services required",
    ),
    "too many members": (
        lambda: pooled(None, pool(max_members=1)),
        "pools",
        "Dispatch: members 2 of at most 1 service",
    ),
    "no tier": (
        lambda: pooled(None, CALLS, tier(1, 0, 50, 0)),
        "pools",
        "Dispatch: it has tiers, and the plan runs it in none",
    ),
    "volume below its tier": (
        lambda: pooled(2, CALLS, tier(1, 0, 50, 0), tier(2, 50, 90, 0)),
        "pools",
        "Dispatch, tier 2: volume 10 of the 50 calls required",
    ),
    "volume beyond its tier": (
        lambda: pooled(1, CALLS, tier(1, 0, 8, 0), tier(2, 8, 90, 0)),
        "pools",
        "Dispatch, tier 1: volume 10 of at most 8 calls",
    ),
    # people
    "displaced staff": (
        lambda: moved({"limits.displaced_fte": 2.5}, offers=[offer("j", "jail", fte_displaced=2.6), TO_CITY[1]]),
        "limits.displaced_fte",
        "Staff who lose their position: 2.60 of at most 2.50 FTE",
    ),
    "displaced staff of a department": (
        lambda: moved(
            {"limits.displaced_fte_by_department": {"Public Works": 1, "Sheriff": 0}},
            offers=[offer("j", "jail", fte_displaced=2), TO_CITY[1]],
        ),
        "limits.displaced_fte_by_department",
        "Public Works, staff who lose their position: 2 of at most 1 FTE",
    ),
    "consent": (
        lambda: one(
            service("jail", consent_owner="Sheriff"),
            offer("j", "jail"),
            {"limits.moved_services_by_consent_owner": {"Sheriff": 0, "Clerk": 0}},
        ),
        "limits.moved_services_by_consent_owner",
        "Sheriff lets go: 1 of at most 0 services",
    ),
    "agreements": (
        lambda: moved({"limits.agreements": 1}, offers=SPLIT, organizations=TWO),
        "limits.agreements",
        "The county signs 2 of at most 1 agreement",
    ),
    # money
    "transition": (
        lambda: spends_once(),
        "limits.transition_usd",
        "Moving, ending and selling services and setting up pools costs once $300.00 of at most $299.99",
    ),
    "cost of the general fund": (
        # 1000 kept + 400 moved + 50 for the agreement, each of two years
        lambda: moved(
            {"limits.net_cost_by_fund_usd_per_year": {"General": 1449.99}, "horizon.years": 2},
            {"jail": "j"},
            offers=[offer("j", "jail", price_usd_per_year=400)],
            organizations=[organization(agreement_usd_per_year=50)],
        ),
        "limits.net_cost_by_fund_usd_per_year",
        "General costs, net of revenue, $1,450.00 of at most $1,449.99 a year",
    ),
    "cost of another fund": (
        lambda: other_fund(),
        "limits.net_cost_by_fund_usd_per_year",
        "Roads costs, net of revenue, $600.00 of at most $599.00 a year",
    ),
    "revenue floor": (
        lambda: one(
            service("jail", revenue_usd=300),
            offer("j", "jail", retained_revenue_usd=100),
            {"limits.revenue_floor_usd_per_year": 101},
        ),
        "limits.revenue_floor_usd_per_year",
        "Services still bring in $100.00 of the $101.00 a year required",
    ),
    # risk
    "concentration of cost": (
        lambda: concentrated({"limits.organization_share_of_moved_cost": 0.7}),
        "limits.organization_share_of_moved_cost",
        "City holds, of the moved cost, $3,000.00 of at most $2,800.00 a year",
    ),
    "concentration of critical services": (
        lambda: concentrated({"limits.organization_share_of_critical_services": 0.4}),
        "limits.organization_share_of_critical_services",
        "City holds, of the critical services, 1.00 of at most 0.80 services",
    ),
    "retained share of a class": (
        lambda: moved({"limits.retained_share_by_class": {"roads": 0.6, "jails": 1}}, {"jail": "j"}),
        "limits.retained_share_by_class",
        "Of class roads the county keeps $1,000.00 of the $1,200.00 a year required",
    ),
    # links
    "together, one kept": (
        lambda: moved({}, {"jail": "j"}, **pocket.links(together="jail parks")),
        "links",
        "link together: these services go together, but Jail (partner with City); Parks (keep)",
    ),
    "together, other provider": (
        lambda: moved(offers=SPLIT, organizations=TWO, **pocket.links(together="jail parks")),
        "links",
        "link together: these services go together, but Jail (partner with City); Parks (partner with School)",
    ),
    "together, other decision": (
        lambda: moved(
            offers=[TO_CITY[0], offer("p", "parks", decision="outsource")], **pocket.links(together="jail parks")
        ),
        "links",
        "link together: these services go together, but Jail (partner with City); Parks (outsource with City)",
    ),
    "apart": (
        lambda: moved(**pocket.links(apart="jail parks")),
        "links",
        "link apart: City may not be the provider of both Jail and Parks",
    ),
    "needs": (
        lambda: moved({}, {"jail": "j"}, **pocket.links(needs="jail parks")),
        "links",
        "link needs: Jail may not move while the county keeps Parks",
    ),
    # locks
    "locked to keep": (
        lambda: moved({}, {"jail": "j"}, locks=[lock("jail", "keep")]),
        "locks",
        "Jail is locked to keep (what-if.yaml:3), not partner: Jail (partner with City)",
    ),
    "locked to a move": (
        lambda: moved({}, {"jail": "j"}, locks=[lock("parks", "partner")]),
        "locks",
        "Parks is locked to partner (what-if.yaml:3), not keep",
    ),
    "locked to another provider": (
        lambda: moved({}, {"jail": "j"}, locks=[lock("jail", "partner", "school")]),
        "locks",
        "Jail is locked to partner with school (what-if.yaml:3), not partner: Jail (partner with City)",
    ),
    "locked to a provider, yet kept": (
        lambda: kept(JAIL, locks=[lock("jail", "partner", "city")]),
        "locks",
        "Jail is locked to partner with city (what-if.yaml:3), not keep",
    ),
    "forbidden to a service": (
        lambda: moved({}, {"jail": "j"}, forbids=[forbid("partner", "jail"), forbid("partner", "parks")]),
        "locks",
        "Jail (partner with City): the scenario forbids this (what-if.yaml:4)",
    ),
    "forbidden to a provider": (
        lambda: moved({}, {"jail": "j"}, forbids=[forbid("partner", provider="city"), forbid("outsource")]),
        "locks",
        "Jail (partner with City): the scenario forbids this (what-if.yaml:4)",
    ),
    "keeping forbidden": (
        lambda: moved({}, {"jail": "j"}, forbids=[forbid("keep", "parks"), forbid("keep", "jail")]),
        "locks",
        "Parks (keep): the scenario forbids this (what-if.yaml:4)",
    ),
}
