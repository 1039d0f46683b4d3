"""Hypothesis strategies: cases small enough to try every plan, with numbers that make the limits bite."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from optimizer.county import records
from optimizer.county.records import Decision
from optimizer.scenario.scenario import Case, Forbid, Lock
from tests.cases import FACTS, case_of, offer, organization, plain_money, service

ORGS = ("east", "west")
POOLS = ("pool1", "pool2")
DISTRICTS = ("north", "south")


LIMITS: dict[str, list[Any]] = {
    "transition_usd": [0.0, 20.0, 45.0],
    "displaced_fte": [0.0, 0.5, 1.0],
    "displaced_fte_by_department": [{"Works": 0.2}],
    "moved_services_by_consent_owner": [{"Sheriff": 0}, {"Sheriff": 1}],
    "agreements": [0, 1, 2],
    "organization_share_of_moved_cost": [0.5, 0.7],
    "organization_share_of_critical_services": [0.4, 0.6],
    "retained_share_by_class": [{"roads": 0.5}],
    "net_cost_by_fund_usd_per_year": [{"General": 700.0}, {"Roads": 300.0}],
    "revenue_floor_usd_per_year": [0.0, 20.0],
    "min_quality": [0.9],
}


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def _service(draw: st.DrawFn, number: int) -> records.Service:
    return service(
        f"s{number}",
        draw(st.sampled_from([250, 100, 40, 0])),
        nonpersonnel_usd=draw(st.sampled_from([0, 60])),
        overhead_usd=draw(st.sampled_from([0, 30])),
        revenue_usd=draw(st.sampled_from([0, 0, 50])),
        fte=draw(st.sampled_from([0, 1, 2.5])),
        department=draw(st.sampled_from(["Works", "Sheriff"])),
        fund=draw(st.sampled_from(["General", "Roads"])),
        service_class=draw(st.sampled_from(["roads", "library"])),
        mandate_level=draw(st.integers(0, 4)),
        delegable=draw(st.sampled_from([True, True, True, False])),
        critical=draw(st.booleans()),
        consent_owner=draw(st.sampled_from([None, None, "Sheriff"])),
    )


@st.composite
def _offer(draw: st.DrawFn, target: records.Service, provider: str, number: int) -> records.Offer:
    gross = target.personnel_usd + target.nonpersonnel_usd
    fte = target.fte
    terms = {
        "offer_id": f"{target.service_id}-{provider}-{number}",
        "transition_usd": draw(st.sampled_from([0, 10, 25])),
        "retained_revenue_usd": draw(st.sampled_from([0, 0.5, 1])) * target.revenue_usd,
        "moved_share": draw(st.sampled_from([1, 1, 0.5])),
        "coverage": draw(st.sampled_from([1, 1, 1, 0.9, 0.6])),
        "fte_transferred": draw(st.sampled_from([0, 0.5])) * fte,
        "fte_displaced": draw(st.sampled_from([0, 0.2, 0.5])) * fte,
        "lead_time_months": draw(st.sampled_from([0, 0, 6, 18])),
        "quality": draw(st.sampled_from([1, 0.8])),
    }
    if not provider.startswith("pool"):
        terms["decision"] = draw(st.sampled_from([Decision.PARTNER, Decision.OUTSOURCE, Decision.CONSOLIDATE]))
    price = draw(st.sampled_from([0.1, 0.1, 0.3, 0.5, 1.1])) * gross + draw(st.integers(0, 9))
    return offer(target.service_id, provider, round(price, 2), **terms)


@st.composite
def _settings(draw: st.DrawFn) -> dict[str, Any]:
    money = plain_money()
    money["horizon"] = draw(st.sampled_from([{"years": 1, "discount_rate": 0.0}, {"years": 3, "discount_rate": 0.05}]))
    money["economics"] |= {
        "avoidable_share": draw(
            st.sampled_from(
                [
                    {"personnel": 1.0, "nonpersonnel": 1.0, "overhead": 0.0},
                    {"personnel": 0.67, "nonpersonnel": 1.0, "overhead": 0.5},
                ]
            )
        ),
        "hurdle_share": draw(st.sampled_from([0.0, 0.0, 0.1, 0.3])),
        "realization_share": draw(st.sampled_from([1.0, 0.6])),
        "ramp_share": draw(st.sampled_from([[1.0], [0.5, 1.0]])),
        "max_payback_years": draw(st.sampled_from([None, None, 0.5, 2.0])),
    }
    money["kinds"] = {kind: {"administration_share": draw(st.sampled_from([0.0, 0.15]))} for kind in records.Kind}
    money["allowed_decisions"] = draw(
        st.sampled_from([*[list(Decision)] * 8, ["keep", "outsource"], ["partner", "consolidate", "outsource"]])
    )
    money["duties"] = {
        "enforce_unfunded": draw(st.booleans()),
        "coverage_floor_by_mandate_level": draw(st.sampled_from([{}, {}, {3: 0.7, 4: 0.95}])),
    }
    # few limits at a time, or nothing would ever move
    named = draw(st.lists(st.sampled_from(list(LIMITS)), max_size=2, unique=True))
    money["limits"] = {name: draw(st.sampled_from(LIMITS[name])) for name in named}
    return money


@st.composite
def _pools(draw: st.DrawFn) -> dict[str, list[Any]]:
    pools, tiers = [], []
    for pool_id in POOLS:
        tiered = draw(st.booleans())
        pools.append(
            records.Pool(
                pool_id=pool_id,
                name=f"Shared {pool_id}",
                host_org_id=draw(st.sampled_from([None, "east"])),
                resource="calls" if tiered else None,
                setup_usd=draw(st.sampled_from([0, 15])),
                fixed_usd_per_year=draw(st.sampled_from([0, 10])),
                min_members=draw(st.integers(0, 2)),
                max_members=draw(st.integers(2, 4)),
            )
        )
        if tiered:
            rates = draw(st.sampled_from([(3, 1), (2, 2), (1, 2)]))
            bounds = ((0, 10), (10, draw(st.sampled_from([20, 60]))))
            tiers += [
                records.PoolTier(
                    pool_id=pool_id, tier=tier, from_volume=low, to_volume=high, usd_per_unit=rate,
                    fixed_usd_per_year=5 * tier,
                )
                for tier, ((low, high), rate) in enumerate(zip(bounds, rates, strict=True), start=1)
            ]  # fmt: skip
    return {"pools": pools, "pool_tiers": tiers}


@st.composite
def _duties(draw: st.DrawFn, services: list[records.Service]) -> dict[str, list[Any]]:
    mandates, members = [], []
    for number in range(draw(st.integers(0, 2))):
        mandates.append(
            records.Mandate(
                mandate_id=f"m{number}",
                name=f"Duty {number}",
                citation="Statute 1",
                authority="state",
                required_coverage=draw(st.sampled_from([0.5, 0.8, 0.95, 1])),
                district=draw(st.sampled_from([None, "north"])),
                funded=draw(st.booleans()),
                allowed_decisions=draw(st.sampled_from([*[()] * 6, ("keep", "partner"), ("outsource", "partner")])),
            )
        )
        serving = draw(st.lists(st.sampled_from(services), min_size=1, max_size=2, unique_by=lambda s: s.service_id))
        members += [
            records.MandateService(
                mandate_id=f"m{number}", service_id=served.service_id, weight=draw(st.sampled_from([1, 2.5]))
            )
            for served in serving
        ]
    return {"mandates": mandates, "mandate_services": members}


@st.composite
def _links(draw: st.DrawFn, services: list[records.Service]) -> dict[str, list[Any]]:
    links, members = [], []
    if len(services) > 1:
        for number in range(draw(st.integers(0, 2))):
            links.append(records.Link(link_id=f"l{number}", kind=draw(st.sampled_from(list(records.LinkKind)))))
            tied = draw(st.lists(st.sampled_from(services), min_size=2, max_size=3, unique_by=lambda s: s.service_id))
            members += [
                records.LinkService(link_id=f"l{number}", service_id=one.service_id, position=place)
                for place, one in enumerate(tied, start=1)
            ]
    return {"links": links, "link_services": members}


@st.composite
def _uses(draw: st.DrawFn, offers: list[records.Offer]) -> list[records.Use]:
    uses = []
    for one in offers:
        resource = draw(st.sampled_from(["calls", "crews", None])) if one.pool_id is None else "calls"
        if resource is not None:
            uses.append(records.Use(offer_id=one.offer_id, resource=resource, amount=draw(st.sampled_from([2, 4, 9]))))
    return uses


@st.composite
def _capacities(draw: st.DrawFn) -> list[records.Capacity]:
    amounts = {"usd": [60, 150, 400], "fte": [0.5, 2, 5], "crews": [3, 8], "calls": [5, 30]}
    keys = st.tuples(st.sampled_from(ORGS), st.sampled_from(list(amounts)), st.sampled_from([None, 1, 2]))
    return [
        records.Capacity(org_id=org, resource=resource, year=year, amount=draw(st.sampled_from(amounts[resource])))
        for org, resource, year in draw(st.lists(keys, max_size=2, unique=True))
    ]


@st.composite
def _rules(
    draw: st.DrawFn, services: list[records.Service], offers: list[records.Offer]
) -> tuple[list[Lock], list[Forbid]]:
    one = services[0].service_id
    ways = [(Decision.KEEP, None), *((offer.decision, offer.org_id) for offer in offers if offer.service_id == one)]
    lock = Lock(one, *draw(st.sampled_from(ways)), "t")
    bans = [
        Forbid(one, None, draw(st.sampled_from(list(Decision))), "t"),
        Forbid(None, draw(st.sampled_from([*ORGS, *POOLS])), Decision.OUTSOURCE, "t"),
    ]
    return draw(st.sampled_from([[], [], [], [lock]])), draw(st.sampled_from([[], [], [], *([ban] for ban in bans)]))


@st.composite
def small_cases(draw: st.DrawFn) -> Case:
    """Up to four services, two organizations and two pools, under every kind of rule."""
    services = [draw(_service(number)) for number in range(draw(st.integers(1, 4)))]
    organizations = [
        organization(
            org,
            draw(st.sampled_from([0, 20])),
            kind=draw(st.sampled_from(["municipality", "private"])),
            min_volume_usd_per_year=draw(_maybe(st.sampled_from([20, 60]))),
        )
        for org in ORGS
    ]
    offers = [
        draw(_offer(one, provider, number))
        for one in services
        if one.delegable
        for number, provider in enumerate(draw(st.lists(st.sampled_from([*ORGS, *POOLS]), min_size=1, max_size=3)))
    ]
    coverages = [
        records.Coverage(offer_id=one.offer_id, district="north", coverage=draw(st.sampled_from([0.5, 1])))
        for one in offers
        if draw(st.integers(0, 3)) == 0
    ]
    locks, forbids = draw(_rules(services, offers))
    districts = tuple(records.District(district=name, population=500) for name in DISTRICTS)
    return case_of(
        services,
        organizations,
        offers,
        draw(_settings()),
        locks,
        forbids,
        FACTS.model_copy(update={"districts": draw(st.sampled_from([(), districts])) if not coverages else districts}),
        coverages=coverages,
        uses=draw(_uses(offers)),
        capacities=draw(_capacities()),
        **draw(_pools()),
        **draw(_duties(services)),
        **draw(_links(services)),
    )
