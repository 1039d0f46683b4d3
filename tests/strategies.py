"""Hypothesis strategies for whole counties: small, valid, with every table now and then."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from optimizer.county import records
from optimizer.county.county import County
from optimizer.county.terms import MOVES, Decision, Kind, ShareRule, Stance
from tests.strategy_parts import dollars, shares, some
from tests.strategy_ties import communication_costs, links, sales, spare_staff

PLAIN_TEXTS = st.sampled_from(["Road upkeep", "Library", "Jail", "Planning", "Clerk"])
DISTRICTS = ("north", "00123")
GROUPS = ("elders", "1E3")
VOLUME = "calls"


@st.composite
def counties(draw: st.DrawFn, texts: st.SearchStrategy[str] = PLAIN_TEXTS) -> County:
    """Valid counties of 1 to 6 services; `texts` gives their names."""
    facts = draw(_facts(texts))
    services = draw(_services(facts, texts))
    organizations = draw(_organizations(texts))
    pools = draw(_pools(organizations, texts))
    offers = draw(_offers(services, organizations, pools))
    return County(
        facts,
        services=tuple(services),
        organizations=tuple(organizations),
        offers=tuple(offers),
        pools=tuple(pools),
        pool_tiers=tuple(draw(_tiers(pools))),
        **draw(_resources(organizations, offers, pools)),
        overlaps=tuple(draw(_overlaps(services, organizations))),
        coverages=tuple(draw(_coverages(facts, offers))),
        **draw(_mandates(facts, services, texts)),
        **draw(links(services)),
        communication_costs=tuple(draw(communication_costs(organizations))),
        sales=tuple(draw(sales(services, organizations))),
        spare_staff=tuple(draw(spare_staff(services))),
        proposals=tuple(draw(_proposals(facts, texts))),
        priors=tuple(draw(_priors(texts))),
    )


@st.composite
def _facts(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> records.Facts:
    funds = ["General", *draw(st.sampled_from([[], ["Roads: 1%"], ["=Bonds", "'99"]]))]
    return records.Facts(
        name=draw(texts),
        state=draw(st.sampled_from(["CO", "NO"])),
        population=draw(st.integers(0, 12_000_000)),
        fiscal_year=2026,
        general_fund="General",
        districts=tuple(
            records.District(district=name, population=draw(st.integers(0, 9_000)))
            for name in draw(st.sampled_from([(), DISTRICTS[:1], DISTRICTS]))
        ),
        groups=tuple(
            records.Group(group=name, population=draw(st.integers(0, 9_000)))
            for name in draw(st.sampled_from([(), GROUPS[:1], GROUPS]))
        ),
        funds=tuple(records.Fund(fund=name, restricted=draw(st.booleans())) for name in funds),
    )


@st.composite
def _services(draw: st.DrawFn, facts: records.Facts, texts: st.SearchStrategy[str]) -> list[records.Service]:
    ids = draw(st.lists(st.sampled_from(["00123", "1E5", "MAR1", "s-4", "s_5", "123"]), min_size=1, unique=True))
    level = st.none() | st.integers(0, 4)
    return [
        records.Service(
            service_id=service_id,
            name=draw(texts),
            department=draw(st.sampled_from(["Works", "Sheriff"])),
            division=draw(st.none() | texts),
            service_class=draw(st.sampled_from(["roads", "library"])),
            fund=draw(st.sampled_from(facts.funds)).fund,
            personnel_usd=draw(dollars()),
            nonpersonnel_usd=draw(dollars()),
            overhead_usd=draw(dollars()),
            revenue_usd=draw(dollars()),
            fte=draw(st.integers(0, 40)) / 4,
            mandate_level=draw(st.integers(0, 4)),
            reliance_level=draw(st.integers(0, 4)),
            cost_recovery_level=draw(level),
            population_level=draw(level),
            demand_level=draw(st.none() | st.integers(-4, 4)),
            quartile=draw(st.none() | st.integers(1, 4)),
            delegable=draw(st.sampled_from([True, True, True, False])),
            consent_owner=draw(st.none() | st.just("Sheriff")),
            critical=draw(st.booleans()),
        )
        for service_id in ids
    ]


@st.composite
def _organizations(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> list[records.Organization]:
    return [
        records.Organization(
            org_id=f"org{number}",
            name=f"{draw(texts)[:200]} {number}",
            kind=draw(st.sampled_from(Kind)),
            agreement_usd_per_year=draw(st.none() | dollars(9_000)),
            min_volume_usd_per_year=draw(st.none() | dollars(9_000)),
            max_term_years=draw(st.none() | st.integers(1, 10)),
            probability_of_failure=draw(st.none() | shares()),
            price_escalation_share=draw(st.none() | st.integers(-50, 50).map(lambda percent: percent / 100)),
            renewal_usd=draw(st.none() | dollars(9_000)),
        )
        for number in range(draw(st.integers(0, 3)))
    ]


@st.composite
def _pools(
    draw: st.DrawFn, organizations: list[records.Organization], texts: st.SearchStrategy[str]
) -> list[records.Pool]:
    least, resource = draw(st.integers(0, 2)), draw(st.sampled_from([None, "fte", VOLUME]))
    # what members use of staff may be 0, so that they could not share by it
    rules = [rule for rule in ShareRule if rule is not ShareRule.USE or resource == VOLUME]
    pool = records.Pool(
        pool_id="pool",
        name=draw(texts),
        host_org_id=draw(st.sampled_from([None, *(row.org_id for row in organizations)])),
        resource=resource,
        setup_usd=draw(dollars(9_000)),
        fixed_usd_per_year=draw(dollars(9_000)),
        min_members=least,
        max_members=least + draw(st.integers(1, 3)),
        share_rule=draw(st.sampled_from([None, *rules])),
    )
    return draw(some([pool]))


@st.composite
def _tiers(draw: st.DrawFn, pools: list[records.Pool]) -> list[records.PoolTier]:
    steps = draw(st.lists(st.integers(1, 500), max_size=3))
    return [
        records.PoolTier(
            pool_id=pool.pool_id,
            tier=number + 1,
            from_volume=sum(steps[:number]),
            to_volume=sum(steps[: number + 1]),
            usd_per_unit=draw(dollars(50)),
            fixed_usd_per_year=draw(dollars(500)),
        )
        for pool in pools
        if pool.resource is not None
        for number in range(len(steps))
    ]


@st.composite
def _offers(
    draw: st.DrawFn,
    services: list[records.Service],
    organizations: list[records.Organization],
    pools: list[records.Pool],
) -> list[records.Offer]:
    providers = [{"org_id": row.org_id} for row in organizations] + [{"pool_id": row.pool_id} for row in pools]
    possible = [(service, provider) for service in services if service.delegable for provider in providers]
    return [
        records.Offer(
            offer_id=f"offer{number}",
            service_id=service.service_id,
            **provider,
            decision=draw(st.sampled_from(MOVES)),
            price_usd_per_year=draw(dollars()),
            transition_usd=draw(dollars(90_000)),
            retained_revenue_usd=draw(st.sampled_from([0.0, service.revenue_usd])),
            moved_share=draw(shares()),
            coverage=draw(shares()),
            fte_transferred=draw(st.sampled_from([0.0, service.fte / 2])),
            fte_displaced=draw(st.sampled_from([0.0, service.fte / 2])),
            lead_time_months=float(draw(st.integers(0, 24))),
            quality=draw(st.integers(5, 15)) / 10,
            estimated=draw(st.sampled_from([(), ("quality",), ("coverage", "quality")])),
        )
        for number, (service, provider) in enumerate(draw(some(possible)))
    ]


@st.composite
def _resources(
    draw: st.DrawFn,
    organizations: list[records.Organization],
    offers: list[records.Offer],
    pools: list[records.Pool],
) -> dict[str, Any]:
    """Capacities in dollars and staff, and a use of its volume for each offer of a pool."""
    capacities = [
        records.Capacity(org_id=row.org_id, resource=resource, year=year, amount=draw(dollars()))
        for row in draw(some(organizations))
        for resource in draw(some(["usd", "fte"]))
        for year in draw(st.sampled_from([(None,), (None, 2), (1, 2)]))
    ]
    by_use = bool(pools) and pools[0].share_rule is ShareRule.USE
    uses = [
        records.Use(offer_id=offer.offer_id, resource=VOLUME, amount=draw(dollars(500)) + by_use)
        for offer in offers
        if offer.pool_id and pools[0].resource == VOLUME
    ]
    return {"capacities": tuple(capacities), "uses": tuple(uses)}


SAID = [stance for stance in Stance if stance is not Stance.NO]
"""What may be said beside an offer."""


@st.composite
def _overlaps(
    draw: st.DrawFn, services: list[records.Service], organizations: list[records.Organization]
) -> list[records.Overlap]:
    return [
        records.Overlap(org_id=organization.org_id, service_id=service.service_id, stance=draw(st.sampled_from(SAID)))
        for service in draw(some(services))
        for organization in draw(some(organizations))
    ]


@st.composite
def _coverages(draw: st.DrawFn, facts: records.Facts, offers: list[records.Offer]) -> list[records.Coverage]:
    return [
        records.Coverage(offer_id=offer.offer_id, district=place, coverage=draw(shares()))
        for place in draw(some(_places(facts)))
        for offer in draw(some(offers))
    ]


def _places(facts: records.Facts) -> list[str]:
    return [row.district for row in facts.districts] + [row.group for row in facts.groups]


@st.composite
def _mandates(
    draw: st.DrawFn, facts: records.Facts, services: list[records.Service], texts: st.SearchStrategy[str]
) -> dict[str, Any]:
    """Duties whose services may all be kept, so that they can be met."""
    mandates = [
        records.Mandate(
            mandate_id=f"duty{number}",
            name=draw(texts),
            citation="C.R.S. 30-10-101",
            authority="state",
            required_coverage=draw(shares()),
            district=draw(st.sampled_from([None, *_places(facts)])),
            funded=draw(st.booleans()),
            allowed_decisions=draw(st.sampled_from([(), (Decision.KEEP, Decision.PARTNER)])),
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    rows = [
        records.MandateService(
            mandate_id=mandate.mandate_id, service_id=service.service_id, weight=draw(st.integers(1, 90)) / 10
        )
        for mandate in mandates
        for service in services[draw(st.integers(0, len(services) - 1)) :]
    ]
    return {"mandates": tuple(mandates), "mandate_services": tuple(rows)}


@st.composite
def _proposals(draw: st.DrawFn, facts: records.Facts, texts: st.SearchStrategy[str]) -> list[records.Proposal]:
    return [
        records.Proposal(
            proposal_id=f"proposal{number}",
            name=draw(texts),
            fund=draw(st.sampled_from(facts.funds)).fund,
            usd_per_year=draw(dollars()),
            score=draw(st.integers(0, 100)) / 10,
            max_share=draw(shares()),
        )
        for number in range(draw(st.integers(0, 2)))
    ]


@st.composite
def _priors(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> list[records.Prior]:
    prior = records.Prior(
        service_class=draw(st.sampled_from(["*", "roads"])),
        kind=draw(st.sampled_from(["*", *Kind])),
        decision=draw(st.sampled_from(MOVES)),
        price_share=draw(shares()) * 2,
        transition_share=draw(shares()),
        retained_revenue_share=draw(shares()),
        moved_share=draw(shares()),
        coverage=draw(shares()),
        transferred_share=draw(shares()),
        displaced_share=draw(shares()),
        lead_time_months=float(draw(st.integers(0, 24))),
        quality=draw(st.integers(5, 15)) / 10,
        source=draw(texts),
    )
    return draw(some([prior]))
