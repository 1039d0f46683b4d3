"""What must be true of any plan of any county; and the money once more, year by year in decimals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify import SALE_PARTS, exact_costs, freed_usd_per_year, net_present_value, shares, verify
from optimizer.plan.verify.exact import exact
from optimizer.scenario.scenario import Case
from tests.cases import sampled
from tests.examples import examples
from tests.plan import pocket
from tests.plan.pocket import capacity, offer, organization, pool, sale, service, tier, use

USD = st.integers(0, 10**8).map(lambda cents: cents / 100)
SHARE = st.integers(0, 100).map(lambda percent: percent / 100)
some = settings(max_examples=examples(60))
MONTHS = st.integers(0, 100).map(lambda tenths: tenths / 2)


@st.composite
def offers_of(draw: Any, service_id: str) -> list[Any]:
    row = {
        "price_usd_per_year": draw(USD),
        "transition_usd": draw(USD),
        "retained_revenue_usd": draw(USD),
        "moved_share": draw(SHARE),
        "lead_time_months": draw(MONTHS),
        "fte_displaced": draw(st.integers(0, 9)),
        "coverage": draw(SHARE),
    }
    where = draw(st.sampled_from([{"org_id": "city"}, {"org_id": "school"}, {"pool_id": "dispatch"}]))
    return [offer(f"o-{service_id}", service_id, **row, **where)]


GROWTH = st.integers(-20, 20).map(lambda percent: percent / 100)
PARTS = ("personnel", "nonpersonnel", "overhead")


@st.composite
def money_settings(draw: Any) -> dict[str, Any]:
    years = draw(st.integers(1, 7))
    grows = draw(st.booleans())
    return {
        "horizon.years": years,
        "horizon.start_years": draw(st.integers(1, years)),
        "horizon.discount_rate": draw(st.sampled_from([0, 0.03, 0.015, 0.1])),
        "economics.avoidable_share": {part: draw(SHARE) for part in PARTS},
        "economics.growth_share": {part: draw(GROWTH) if grows else 0 for part in (*PARTS, "revenue")},
        "economics.realization_share": draw(SHARE),
        "economics.ramp_share": draw(st.lists(SHARE, min_size=1, max_size=4)),
        "economics.communication_usd_per_unit": 1.37,
        "kinds.municipality.administration_share": draw(SHARE),
    }


@st.composite
def counties(draw: Any, changes: dict[str, Any] | None = None) -> Case:
    names = [f"s{number}" for number in range(draw(st.integers(1, 4)))]
    columns = ("personnel_usd", "nonpersonnel_usd", "overhead_usd", "revenue_usd")
    signing = {
        "agreement_usd_per_year": USD,
        "price_escalation_share": GROWTH,
        "renewal_usd": USD,
        "max_term_years": st.integers(1, 4),
    }
    return pocket.case(
        [service(name, **{column: draw(USD) for column in columns}) for name in names],
        draw(money_settings()) | (changes or {}),
        offers=[row for name in names for row in draw(offers_of(name))],
        organizations=[
            organization(**{column: draw(term) for column, term in signing.items()}),
            organization("school", kind="school_district", **{column: draw(term) for column, term in signing.items()}),
        ],
        pools=[
            pool(
                host_org_id=draw(st.sampled_from([None, "city"])),
                resource="calls",
                setup_usd=draw(USD),
                fixed_usd_per_year=draw(USD),
            )
        ],
        pool_tiers=[tier(1, 0, 50, 7.77, draw(USD)), tier(2, 50, 999, draw(SHARE), draw(USD))],
        uses=[use(f"o-{name}", "calls", draw(st.integers(0, 99)) / 2) for name in names],
        capacities=[capacity(0), capacity(0, "fte", org_id="school")],
        sales=[
            sale(
                f"x-{name}",
                name,
                price_usd_per_year=draw(USD),
                marginal_usd_per_year=draw(USD),
                setup_usd=draw(USD),
                lead_time_months=draw(MONTHS),
            )
            for name in names
        ],
        **pocket.talk(draw(st.integers(0, 9)), f"{names[0]} {names[-1]}" if len(names) > 1 else ""),
    )


@st.composite
def plans(draw: Any, changes: dict[str, Any] | None = None, moving: bool = True) -> tuple[Case, Choices]:
    held = draw(counties(changes))
    year = st.integers(1, held.settings.horizon.start_years)
    names = [row.service_id for row in held.county.services]
    moves = {name: f"o-{name}" for name in names if moving and draw(st.booleans())}
    used = any(row.pool_id for row in held.county.offers if row.offer_id in moves.values())
    opens = draw(year)
    later = held.settings.horizon.start_years - opens + 1
    tiers = draw(st.lists(st.sampled_from([1, 2]), min_size=1, max_size=later))
    return held, pocket.plan(
        held,
        moves,
        {"dispatch": Opened(opens, tuple(tiers))} if used else {},
        {name: draw(year) for name in moves},
        sales={f"x-{name}": draw(year) for name in names if moving and name not in moves and draw(st.booleans())},
    )


def decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))


def grown(amount: float, growth: float, year: int) -> Decimal:
    return decimal(amount) * (1 + decimal(growth)) ** (year - 1)


def waiting_and_missing(held: Case, lead_months: float, start: int, year: int) -> tuple[Decimal, Decimal]:
    """l_t, and the part of a saving that is not counted on."""
    economics, lead = held.settings.economics, decimal(lead_months) / 12
    waiting = min(Decimal(1), max(Decimal(0), start + lead - year))
    ramp = economics.ramp_share[min(max(year - start - int(lead), 0), len(economics.ramp_share) - 1)]
    return waiting, 1 - decimal(economics.realization_share) * decimal(ramp)


def by_year(held: Case, moved: Any, start: int, row: Any, year: int) -> dict[str, Decimal]:
    """The table of section 3 of the model, for one service and one year."""
    share, growth = held.settings.economics.avoidable_share, held.settings.economics.growth_share
    costs = {part: grown(getattr(row, f"{part}_usd"), getattr(growth, part), year) for part in PARTS}
    gross, revenue = sum(costs.values()), grown(row.revenue_usd, growth.revenue, year)
    if moved is None:
        return {"in_house_usd": gross, "revenue_usd": -revenue}
    avoidable = decimal(moved.moved_share) * sum(decimal(getattr(share, part)) * costs[part] for part in PARTS)
    host = held.county.pools[0].host_org_id if moved.pool_id else moved.org_id
    hosts = {org.org_id: org for org in held.county.organizations}
    administration = decimal(held.settings.kinds[hosts[host].kind].administration_share) if host else Decimal(0)
    rises = hosts[host].price_escalation_share if host else growth.personnel
    rate = min(tier.usd_per_unit for tier in held.county.pool_tiers) if moved.pool_id else 0.0
    amount = next(decimal(use.amount) for use in held.county.uses if use.offer_id == moved.offer_id)
    price, retained = (
        grown(moved.price_usd_per_year, rises, year),
        grown(moved.retained_revenue_usd, growth.revenue, year),
    )
    saving = avoidable - price * (1 + administration) - grown(rate, rises, year) * amount - (revenue - retained)
    waiting, missing = waiting_and_missing(held, moved.lead_time_months, start, year)
    return {
        "in_house_usd": waiting * gross,
        "revenue_usd": -waiting * revenue,
        "price_usd": (1 - waiting) * price,
        "administration_usd": (1 - waiting) * administration * price,
        "stays_usd": (1 - waiting) * (gross - avoidable),
        "retained_revenue_usd": -(1 - waiting) * retained,
        "unrealized_usd": (1 - waiting) * max(saving, Decimal(0)) * missing,
        "transition_usd": decimal(moved.transition_usd) if year == start else Decimal(0),
    }


def sold_by_year(held: Case, row: Any, start: int, year: int) -> dict[str, Decimal]:
    growth = held.settings.economics.growth_share
    waiting, missing = waiting_and_missing(held, row.lead_time_months, start, year)
    price = grown(row.price_usd_per_year, growth.revenue, year)
    cost = grown(row.marginal_usd_per_year, growth.personnel, year)
    return {
        "sale_revenue_usd": -(1 - waiting) * price,
        "sale_cost_usd": (1 - waiting) * cost,
        "sale_unrealized_usd": (1 - waiting) * max(price - cost, Decimal(0)) * missing,
        "sale_setup_usd": decimal(row.setup_usd) if year == start else Decimal(0),
    }


def in_cents(held: Case, parts_of: Callable[[int], dict[str, Decimal]]) -> dict[str, int]:
    """Present value of each part, rounded half to even."""
    growth = 1 + decimal(held.settings.horizon.discount_rate)
    present: dict[str, Decimal] = {}
    for year in range(1, held.settings.horizon.years + 1):
        for part, usd in parts_of(year).items():
            present[part] = present.get(part, Decimal(0)) + usd / growth ** (year - 1)
    # 60 digits are not thirds: what is a half in truth must be a half here
    return {part: int((round(usd, 40) * 100).quantize(Decimal(1), ROUND_HALF_EVEN)) for part, usd in present.items()}


@some
@given(plans())
def test_every_part_agrees_with_decimals_year_by_year(held_plan):
    held, choices = held_plan
    costs = exact_costs(held, choices)
    offers = {row.offer_id: row for row in held.county.offers}
    with localcontext() as context:
        context.prec = 60
        for row in held.county.services:
            moved, start = offers.get(choices.offers[row.service_id] or ""), choices.starts.get(row.service_id, 1)
            cents = in_cents(held, partial(by_year, held, moved, start, row))
            own = costs.cents_by_service[row.service_id]
            assert {part: usd for part, usd in own.items() if part in cents} == cents
        for row in held.county.sales:
            if row.sale_id in choices.sales:
                cents = in_cents(held, partial(sold_by_year, held, row, choices.sales[row.sale_id]))
                assert {part: costs.cents_by_source[part][row.sale_id] for part in SALE_PARTS} == cents


@some
@given(plans())
def test_discounted_cash_is_the_total_but_for_rounding(held_plan):
    held, choices = held_plan
    costs = exact_costs(held, choices)
    rate = exact(held.settings.horizon.discount_rate)
    cash = [costs.cash_usd_county, *costs.cash_usd_by_service.values(), *costs.cash_usd_by_sale.values()]
    present = sum(net_present_value(row, rate) for row in cash)
    rounded = sum(map(len, (*costs.cents_by_service.values(), *costs.cents_by_source.values())))
    assert abs(present * 100 - costs.total_cents) <= Fraction(rounded, 2)


@some
@given(plans(), st.integers(2, 50))
def test_ten_times_the_dollars_are_ten_times_the_cash(held_plan, factor):
    held, choices = held_plan
    money = {
        "services": ("personnel_usd", "nonpersonnel_usd", "overhead_usd", "revenue_usd"),
        "offers": ("price_usd_per_year", "transition_usd", "retained_revenue_usd"),
        "organizations": ("agreement_usd_per_year", "renewal_usd"),
        "pools": ("setup_usd", "fixed_usd_per_year"),
        "pool_tiers": ("usd_per_unit", "fixed_usd_per_year"),
        "sales": ("price_usd_per_year", "marginal_usd_per_year", "setup_usd"),
        "links": ("volume_per_year",),
    }
    tables = {
        name: tuple(
            row.model_copy(update={column: float(exact(getattr(row, column)) * factor) for column in columns})
            for row in held.county.table(name)
        )
        for name, columns in money.items()
    }
    small, large = (
        exact_costs(held, choices),
        exact_costs(replace(held, county=held.county.with_tables(**tables)), choices),
    )
    assert large.cash_usd_county == tuple(cash * factor for cash in small.cash_usd_county)
    for service_id, cash in small.cash_usd_by_service.items():
        assert large.cash_usd_by_service[service_id] == tuple(usd * factor for usd in cash)
    for sale_id, cash in small.cash_usd_by_sale.items():
        assert large.cash_usd_by_sale[sale_id] == tuple(usd * factor for usd in cash)


@some
@given(plans())
def test_a_pool_is_shared_out_as_soon_as_it_has_members(held_plan):
    held, choices = held_plan
    costs, borne = exact_costs(held, choices), shares(held, choices)
    starts = [choices.starts[service_id] for _, service_id in borne]
    if borne and min(starts) <= choices.pools["dispatch"].start_year:
        parts = ("pool_setup_usd", "pool_fixed_usd", "pool_volume_usd")
        cents = sum(costs.cents_by_source[part]["dispatch"] for part in parts)
        assert abs(100 * sum(borne.values()) - cents) <= Fraction(3, 2)
    assert all(share >= 0 for share in borne.values())


@some
@given(plans())
def test_what_is_freed_is_what_the_county_saves_if_it_has_one_fund(held_plan):
    held, choices = held_plan
    today = exact_costs(held, Choices(dict.fromkeys(choices.offers))).total_cents
    saved = Fraction(today - exact_costs(held, choices).total_cents, 100)
    horizon = held.settings.horizon
    years = net_present_value([Fraction(1)] * horizon.years, exact(horizon.discount_rate))
    assert freed_usd_per_year(held, choices) == {"General": max(saved / years, 0)}


@some
@given(plans())
def test_true_claims_are_never_questioned(held_plan):
    held, choices = held_plan
    costs = exact_costs(held, choices)
    parts = {part: cents / 100 for part, cents in costs.cents_by_part.items()}
    assert "claims" not in {found.rule for found in verify(held, choices, parts, costs.total_cents / 100)}


@some
@given(plans())
def test_the_order_of_rows_does_not_matter(held_plan):
    held, choices = held_plan
    tables = {
        name: held.county.table(name)[::-1]
        for name in ("services", "offers", "uses", "organizations", "capacities", "sales")
    }
    turned = replace(held, county=held.county.with_tables(**tables))
    assert exact_costs(held, choices).cents_by_part == exact_costs(turned, choices).cents_by_part
    assert set(verify(held, choices)) == set(verify(turned, choices))


HARSH = {
    "economics.hurdle_share": 1,
    "economics.max_payback_years": 0,
    "limits.transition_usd": 0,
    "limits.displaced_fte": 0,
    "limits.displaced_fte_by_department": {"Public Works": 0},
    "limits.agreements": 0,
    "limits.organization_share_of_moved_cost": 0,
    "limits.organization_share_of_critical_services": 0,
    "limits.retained_share_by_class": {"roads": 1},
    "limits.min_quality": 10,
    "duties.coverage_floor_by_mandate_level": {0: 1},
}


@some
@given(plans(changes=HARSH, moving=False))
def test_moving_nothing_breaks_no_limit_on_moving(held_plan):
    assert verify(*held_plan) == ()


@some
@given(plans(changes=HARSH))
def test_moving_anything_breaks_harsh_limits(held_plan):
    held, choices = held_plan
    assert bool(verify(held, replace(choices, sales={}))) == any(choices.offers.values())


def large(services: int, offers: int, organizations: int) -> tuple[Case, Choices]:
    """A county of size, every service moved; numbers vary so that little is shared."""
    rows = [service(f"s{number}", personnel_usd=1e5 + number * 13.37, revenue_usd=number) for number in range(services)]
    orgs = [organization(f"org{number}", agreement_usd_per_year=100) for number in range(organizations)]
    made = [
        offer(
            f"o{number}",
            f"s{number % services}",
            f"org{number % organizations}",
            price_usd_per_year=5e4 + number * 7.31,
            transition_usd=number * 1.17,
            lead_time_months=number % 37 / 2,
        )
        for number in range(offers)
    ]
    tied = {f"together{group}": [f"s{group * 4 + member}" for member in range(4)] for group in range(services // 20)}
    duties = pocket.mandate(*((f"s{number}", 1 + number % 3) for number in range(services)))
    held = pocket.case(
        rows,
        {
            "horizon.years": 5,
            "horizon.discount_rate": 0.03,
            "economics.max_payback_years": 40,
            "limits.net_cost_by_fund_usd_per_year": {"General": 1e9},
        },
        [f"d{number}" for number in range(5)],
        offers=made,
        organizations=orgs,
        capacities=[capacity(1e9, org_id=org.org_id) for org in orgs],
        **duties,
        **pocket.links(**tied),
    )
    return held, pocket.plan(held, {f"s{number}": f"o{number}" for number in range(services)})


@pytest.mark.parametrize("size", sampled([(80, 350, 10), (800, 3500, 40)], 1))
def test_a_large_county(size):
    held, choices = large(*size)
    costs = exact_costs(held, choices)
    parts = {part: cents / 100 for part, cents in costs.cents_by_part.items()}
    found = verify(held, choices, parts, costs.total_cents / 100)
    assert {violation.rule for violation in found} == {"links"}
