"""Every part of the money against numbers worked out on paper."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.errors import PlanWithheld, Refused
from optimizer.plan.choices import Choices
from optimizer.plan.verify import COUNTY_PARTS, SALE_PARTS, SERVICE_PARTS, exact_costs, net_present_value
from optimizer.plan.verify.calendar import Calendar
from optimizer.plan.verify.exact import TOLERANCE, exact, may_round_otherwise, shown, tolerance, whole_cents
from tests.plan import pocket

ADMINISTRATION = "kinds.municipality.administration_share"


def usd(cents_by_part):
    return {part: cents / 100 for part, cents in cents_by_part.items() if cents}


def test_the_published_make_or_buy_worksheet():
    """Published: 4,031,851 and 3,399,803; the second is 3,399,803.50 to the cent, so its cents were cut off."""
    rate = Fraction(15, 1000)
    avoidable = net_present_value([Fraction(684_000)] + [Fraction(700_000)] * 5, rate)
    costs = net_present_value([Fraction(645_000)] + [Fraction(576_000)] * 5, rate)
    assert [floor(avoidable), floor(costs)] == [4_031_851, 3_399_803]
    assert [whole_cents(avoidable), whole_cents(costs)] == [403_185_148, 339_980_350]


def test_the_worksheet_as_an_offer():
    # 576,000 a year and 69,000 more in year 0, all of the in-house cost avoided
    held = pocket.case(
        [pocket.service("fleet", personnel_usd=700_000)],
        {"horizon.years": 6, "horizon.discount_rate": 0.015},
        offers=[pocket.offer("o", "fleet", price_usd_per_year=576_000, transition_usd=69_000)],
    )
    costs = exact_costs(held, pocket.plan(held, {"fleet": "o"}))
    assert costs.total_cents == 339_980_350
    assert [int(cash) for cash in costs.cash_usd_by_service["fleet"]] == [645_000] + [576_000] * 5


def test_keeping_costs_gross_less_revenue_every_year():
    held = pocket.case(
        [pocket.service("library", personnel_usd=600, nonpersonnel_usd=300, overhead_usd=100, revenue_usd=200)],
        {"horizon.years": 5, "horizon.discount_rate": 0.03},
    )
    costs = exact_costs(held, pocket.plan(held))
    # 1 + 0.97087379 + 0.94259591 + 0.91514166 + 0.88848705 = 4.71709840
    assert usd(costs.cents_by_part) == {"in_house_usd": 4717.10, "revenue_usd": -943.42}
    assert costs.total_cents == 377_368
    assert costs.cash_usd_by_service == {"library": (Fraction(800),) * 5}
    assert costs.cash_usd_county == (Fraction(0),) * 5


def eighteen_months(**columns):
    """A = 0.8 (0.5 x 600k + 300k) = 480k; lost revenue 50k; s = 480k - 220k - 50k = 210k."""
    row = {"price_usd_per_year": 200_000, "transition_usd": 90_000, "retained_revenue_usd": 150_000}
    row |= {"moved_share": 0.8, "lead_time_months": 18}
    return pocket.case(
        [
            pocket.service(
                "s", personnel_usd=600_000, nonpersonnel_usd=300_000, overhead_usd=100_000, revenue_usd=200_000
            )
        ],
        {
            "horizon.years": 4,
            "economics.avoidable_share": {"personnel": 0.5, "nonpersonnel": 1, "overhead": 0},
            "economics.realization_share": 0.6,
            "economics.ramp_share": [0.5, 0.8, 1.0],
            ADMINISTRATION: 0.1,
        },
        offers=[pocket.offer("o", "s", **(row | columns))],
    )


def test_lead_time_of_eighteen_months_with_a_ramp():
    held = eighteen_months()
    costs = exact_costs(held, pocket.plan(held, {"s": "o"}))
    assert usd(costs.cents_by_service["s"]) == {
        "in_house_usd": 1_500_000,  # 1.5 years of 1,000,000
        "revenue_usd": -300_000,
        "price_usd": 500_000,  # 2.5 years of 200,000
        "administration_usd": 50_000,
        "stays_usd": 1_300_000,  # 2.5 x (1,000,000 - 480,000)
        "retained_revenue_usd": -375_000,
        "unrealized_usd": 266_700,  # 210,000 x (0.5 x 0.70 + 0.52 + 0.40)
        "transition_usd": 90_000,
    }
    assert [int(cash) for cash in costs.cash_usd_by_service["s"]] == [890_000, 768_500, 699_200, 674_000]
    assert costs.total_cents == 303_170_000


def test_a_negative_saving_counts_in_full():
    held = eighteen_months(price_usd_per_year=500_000)  # s = 480k - 550k - 50k = -120k
    costs = exact_costs(held, pocket.plan(held, {"s": "o"}))
    assert costs.cents_by_part["unrealized_usd"] == 0
    assert costs.cents_by_part["price_usd"] == 125_000_000


def test_a_lead_time_beyond_the_horizon_pays_only_the_transition():
    held = eighteen_months(lead_time_months=48)
    costs = exact_costs(held, pocket.plan(held, {"s": "o"}))
    assert usd(costs.cents_by_part) == {"in_house_usd": 4e6, "revenue_usd": -800_000, "transition_usd": 90_000}


@pytest.mark.parametrize(
    ("lead_months", "waiting", "missing"),
    [
        (0, [0, 0, 0], ["1/2", "1/5", 0]),
        (6, ["1/2", 0, 0], ["1/4", "1/5", 0]),
        (12, [1, 0, 0], [0, "1/2", "1/5"]),
        (17.4, [1, "0.45", 0], [0, "0.275", "1/5"]),
    ],
)
def test_years_of_a_lead_time(lead_months, waiting, missing):
    calendar = Calendar(pocket.settings({"horizon.years": 3, "economics.ramp_share": [0.5, 0.8, 1.0]}))
    phases = calendar.phases(exact(lead_months), 1)
    assert phases.waiting.shares == tuple(map(Fraction, waiting))
    assert phases.moved.shares == tuple(1 - Fraction(share) for share in waiting)
    assert phases.missing.shares == tuple(map(Fraction, missing))


def pooled(host=None, **changes):
    """Two members, 1000 and 3000 calls; the second tier runs at 10 a call, which is the best rate of all."""
    return pocket.case(
        [pocket.service("ems", personnel_usd=100_000), pocket.service("fire", personnel_usd=100_000)],
        {"horizon.years": 2, "economics.realization_share": 0.5, ADMINISTRATION: 0.1} | changes,
        organizations=[pocket.organization(agreement_usd_per_year=900)],
        pools=[pocket.pool(host_org_id=host, resource="calls", setup_usd=7000, fixed_usd_per_year=5000)],
        pool_tiers=[pocket.tier(1, 0, 2000, 20, 1000), pocket.tier(2, 2000, 5000, 10, 2000)],
        offers=[
            pocket.offer("e", "ems", pool_id="dispatch", price_usd_per_year=30_000),
            pocket.offer("f", "fire", pool_id="dispatch", price_usd_per_year=30_000),
        ],
        uses=[pocket.use("e", "calls", 1000), pocket.use("f", "calls", 3000)],
    )


def test_a_pool_of_the_county_itself():
    held = pooled()
    costs = exact_costs(held, pocket.plan(held, {"ems": "e", "fire": "f"}, {"dispatch": 2}))
    # s = 100k - 30k - 10k = 60k and 100k - 30k - 30k = 40k; half of it does not come true, in both years
    assert usd(costs.cents_by_service["ems"]) == {"price_usd": 60_000, "unrealized_usd": 60_000}
    assert usd(costs.cents_by_service["fire"]) == {"price_usd": 60_000, "unrealized_usd": 40_000}
    assert usd(costs.cents_by_source["pool_setup_usd"]) == {"dispatch": 7000}
    assert usd(costs.cents_by_source["pool_fixed_usd"]) == {"dispatch": 14_000}  # 2 x (5000 + 2000)
    assert usd(costs.cents_by_source["pool_volume_usd"]) == {"dispatch": 80_000}  # 2 x 4000 x 10
    assert costs.cents_by_source["agreement_usd"] == {}
    assert costs.total_cents == 32_100_000
    assert [int(cash) for cash in costs.cash_usd_county] == [54_000, 47_000]


def test_a_pool_hosted_by_an_organization_is_administered_and_needs_its_agreement():
    held = pooled(host="city")
    costs = exact_costs(held, pocket.plan(held, {"ems": "e"}, {"dispatch": 1}))
    # s = 100k - 33k - 10k = 57k
    assert usd(costs.cents_by_part) == {
        "in_house_usd": 200_000,  # fire is kept
        "price_usd": 60_000,
        "administration_usd": 6000,
        "unrealized_usd": 57_000,
        "agreement_usd": 1800,
        "pool_setup_usd": 7000,
        "pool_fixed_usd": 12_000,  # 2 x (5000 + 1000)
        "pool_volume_usd": 40_000,  # 2 x 1000 x 20: the tier it runs in, not the best one
    }


@pytest.mark.parametrize("resource", [None, "calls"])
def test_a_pool_without_tiers_charges_nothing_for_volume(resource):
    held = pocket.case(
        [pocket.service("ems")],
        {"economics.realization_share": 0.5},
        pools=[pocket.pool(resource=resource, fixed_usd_per_year=9)],
        offers=[pocket.offer("e", "ems", pool_id="dispatch")],
        uses=[pocket.use("e", "calls", 7)],
    )
    costs = exact_costs(held, pocket.plan(held, {"ems": "e"}, {"dispatch": None}))
    # s = 1000 - 500
    assert usd(costs.cents_by_part) == {"price_usd": 500, "unrealized_usd": 250, "pool_fixed_usd": 9}


def test_a_lead_time_does_not_shift_what_the_county_pays_for_all():
    held = pooled(host="city", **{"horizon.discount_rate": 0.25})
    late = [row.model_copy(update={"lead_time_months": 12.0}) for row in held.county.offers]
    waiting = pocket.Case(held.scenario, held.county.with_tables(offers=tuple(late)), (), (), ())
    moves = pocket.plan(held, {"ems": "e", "fire": "f"}, {"dispatch": 2})
    assert exact_costs(held, moves).cash_usd_county == exact_costs(waiting, moves).cash_usd_county
    assert exact_costs(waiting, moves).cents_by_source["agreement_usd"] == {"city": 162_000}  # 900 x 1.8


def test_each_part_is_rounded_half_even_to_the_cent():
    held = pocket.case(
        [pocket.service("a", personnel_usd=100.05), pocket.service("b", personnel_usd=100.07)],
        offers=[
            pocket.offer("oa", "a", lead_time_months=6, price_usd_per_year=0),
            pocket.offer("ob", "b", lead_time_months=6, price_usd_per_year=0),
        ],
    )
    costs = exact_costs(held, pocket.plan(held, {"a": "oa", "b": "ob"}))
    # half of 100.05 is 50.025 and of 100.07 is 50.035: to the even cent
    assert [costs.cents_by_service[key]["in_house_usd"] for key in "ab"] == [5002, 5004]


def test_decimals_are_meant_as_written():
    assert exact(0.1) + exact(0.2) == exact(0.3) == Fraction(3, 10)
    assert exact(1e22) == 10**22
    assert whole_cents(exact(2.675)) == 268
    assert whole_cents(exact(-0.005)) == 0


def test_tolerance_by_unit():
    assert tolerance("USD/year", Fraction(10**9)) == Fraction(1, 200)
    assert tolerance("FTE", Fraction(1, 2)) == Fraction(1, 10**6)
    assert tolerance("lane miles", Fraction(-3000)) == Fraction(3, 1000)


@pytest.mark.parametrize(
    ("usd", "uncertain"),
    [
        ("50.025", True),
        ("50.015", True),
        ("-50.015", True),
        ("50.0250009", True),
        ("50.0250011", False),
        ("50.0249989", False),
        ("100000000.0050019", True),  # at this size floats are coarser
        ("100000000.0050021", False),
        ("50.02", False),
    ],
)
def test_only_amounts_next_to_half_a_cent_may_be_rounded_otherwise(usd, uncertain):
    assert may_round_otherwise(Fraction(usd)) == uncertain


@given(st.fractions(-(10**9), 10**9, max_denominator=10**9), st.booleans(), st.fractions(-(10**-4), 10**-4))
def test_cents_are_those_of_fractions(usd, at_half, off):
    if at_half:
        usd = (round(usd) + Fraction(1, 2) + off) / 100
    assert whole_cents(usd) == round(usd * 100)
    cents = usd * 100
    near = TOLERANCE.tie_cents + TOLERANCE.tie_share * abs(cents)
    assert may_round_otherwise(usd) == (abs(cents % 1 - Fraction(1, 2)) <= near)


@pytest.mark.parametrize(
    ("used", "limit", "unit", "texts"),
    [
        (3, 2, "services", ("3", "2")),
        (0.8, 0.95, "share", ("0.80", "0.95")),
        (0.9496, 0.95, "share", ("0.9496", "0.9500")),
        (-1234.5, 0, "USD/year", ("-$1,234.50", "$0.00")),
        (float("inf"), 5, "years", ("inf", "5.00")),
    ],
)
def test_numbers_are_shown_with_just_enough_decimals(used, limit, unit, texts):
    held = used if used == float("inf") else exact(used)
    assert shown(held, exact(limit), unit) == texts


def test_every_part_is_named_even_if_nil():
    held = pocket.case([pocket.service("a")])
    costs = exact_costs(held, pocket.plan(held))
    assert tuple(costs.cents_by_part) == SERVICE_PARTS + SALE_PARTS + COUNTY_PARTS
    assert tuple(costs.cents_by_service["a"]) == SERVICE_PARTS


def test_a_blank_term_is_refused_and_not_taken_for_nothing():
    held = pocket.case([pocket.service("a")], offers=[pocket.offer("o", "a", transition_usd=None)])
    with pytest.raises(Refused, match="offer o transition_usd: found a blank"):
        exact_costs(held, pocket.plan(held, {"a": "o"}))


def test_costs_of_choices_that_the_tables_do_not_hold_are_withheld():
    held = pocket.case([pocket.service("a")])
    with pytest.raises(PlanWithheld, match="there is no offer o"):
        exact_costs(held, Choices({"a": "o"}, {"a": 1}))
