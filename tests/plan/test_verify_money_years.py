"""Money over start years, growth, terms and tiers, and the money of sales and communication, against paper."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from optimizer.errors import Refused
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify import exact_costs
from optimizer.plan.verify.book import MONEY, Book
from optimizer.plan.verify.calendar import Calendar
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.hurdle import Hurdle
from optimizer.plan.verify.money import kept, move_flows
from optimizer.plan.verify.reasons import payback_years
from optimizer.scenario.settings import Settings
from tests.plan import pocket
from tests.plan.pocket import ending, offer, organization, pool, sale, service, tier, use

GROWTH = {"personnel": 0.1, "nonpersonnel": 0, "overhead": 0, "revenue": 0.05}
GROWING = {
    "horizon.years": 3,
    "horizon.start_years": 2,
    "economics.growth_share": GROWTH,
    "economics.avoidable_share": {"personnel": 0.5, "nonpersonnel": 1, "overhead": 0},
    "economics.realization_share": 0.5,
    "economics.ramp_share": [0.5, 1],
    "kinds.municipality.administration_share": 0.1,
}


def usd(cents_by_part: Any) -> dict[str, float]:
    return {part: cents / 100 for part, cents in cents_by_part.items() if cents}


def growing(changes: dict[str, Any] | None = None, **columns: Any) -> Any:
    """G is 1500, 1600, 1710; R 200, 210, 220.50; A 1000, 1050, 1105; p 400, 480, 576; r 100, 105, 110.25."""
    row = {"price_usd_per_year": 400, "retained_revenue_usd": 100, "transition_usd": 90, "lead_time_months": 6}
    return pocket.case(
        [service("jail", personnel_usd=1000, nonpersonnel_usd=500, revenue_usd=200)],
        GROWING | (changes or {}),
        offers=[offer("j", "jail", **(row | columns))],
        organizations=[organization(price_escalation_share=0.2)],
    )


def test_keeping_grows_piece_by_piece():
    held = growing()
    costs = exact_costs(held, pocket.plan(held))
    assert usd(costs.cents_by_part) == {"in_house_usd": 4810, "revenue_usd": -630.50}
    assert costs.cash_usd_by_service["jail"] == (1300, 1390, Fraction(2979, 2))


def test_a_move_that_starts_in_year_2_after_half_a_year():
    held = growing()
    costs = exact_costs(held, pocket.plan(held, {"jail": "j"}, starts={"jail": 2}))
    # s is 1050 - 528 - 105 = 417 in year 2, and 1105 - 633.60 - 110.25 = 361.15 in year 3
    assert usd(costs.cents_by_service["jail"]) == {
        "in_house_usd": 2300,  # 1500 + half of 1600
        "revenue_usd": -305,  # 200 + half of 210
        "price_usd": 816,  # half of 480 + 576
        "administration_usd": 81.60,
        "stays_usd": 880,  # half of 1600 - 1050, and 1710 - 1105
        "retained_revenue_usd": -162.75,  # half of 105 + 110.25
        "unrealized_usd": 336.95,  # half of 417 x 0.75, and 361.15 x 0.5
        "transition_usd": 90,
    }
    first, second, third = costs.cash_usd_by_service["jail"]
    assert first == 1300
    # 800 - 105 + 240 + 24 + 275 - 52.50 + 156.375 + 90
    assert second == Fraction("1427.875")
    assert third == 576 + exact(57.6) + 605 - exact(110.25) + exact(180.575)


def test_a_transition_is_discounted_from_its_start():
    held = growing({"horizon.discount_rate": 0.25})
    costs = exact_costs(held, pocket.plan(held, {"jail": "j"}, starts={"jail": 2}))
    assert costs.cents_by_part["transition_usd"] == 7200
    assert costs.cents_by_part["price_usd"] == 56_064  # 240 x 0.8 + 576 x 0.64


def test_a_saving_that_turns_negative_counts_in_full_from_then_on():
    # s is 1000 - 880 - 100 = 20 in year 1, 1050 - 1056 - 105 < 0 in year 2; half of the half that is reached
    held = growing(price_usd_per_year=800, lead_time_months=0)
    costs = exact_costs(held, pocket.plan(held, {"jail": "j"}))
    assert costs.cents_by_part["unrealized_usd"] == 1500


def test_an_end_that_starts_in_year_2():
    held = growing()
    row = ending("jail", transition_usd=150, lead_time_months=6)
    held = pocket.Case(held.scenario, held.county.with_tables(offers=(row,)), (), (), ())
    costs = exact_costs(held, pocket.plan(held, {"jail": "exit~jail"}, starts={"jail": 2}))
    # s is 1050 - 210 = 840 and 1105 - 220.50 = 884.50
    assert usd(costs.cents_by_part) == {
        "in_house_usd": 2300,
        "revenue_usd": -305,
        "stays_usd": 880,
        "unrealized_usd": 757.25,  # half of 840 x 0.75, and 884.50 x 0.5
        "transition_usd": 150,
    }


@pytest.mark.parametrize(
    ("lead_months", "start", "waiting", "missing"),
    [
        (0, 1, [0, 0, 0, 0], ["1/2", "1/5", 0, 0]),
        (0, 3, [1, 1, 0, 0], [0, 0, "1/2", "1/5"]),
        (6, 2, [1, "1/2", 0, 0], [0, "1/4", "1/5", 0]),
        (18, 2, [1, 1, "1/2", 0], [0, 0, "1/4", "1/5"]),
        (36, 2, [1, 1, 1, 1], [0, 0, 0, 0]),
    ],
)
def test_years_of_a_start_and_a_lead_time(lead_months, start, waiting, missing):
    changes = {"horizon.years": 4, "horizon.start_years": 3, "economics.ramp_share": [0.5, 0.8, 1.0]}
    phases = Calendar(pocket.settings(changes)).phases(exact(lead_months), start)
    assert phases.waiting.shares == tuple(map(Fraction, waiting))
    assert phases.moved.shares == tuple(1 - Fraction(share) for share in waiting)
    assert phases.missing.shares == tuple(map(Fraction, missing))


def test_an_agreement_rises_every_year_and_is_renewed_after_each_term():
    held = pocket.case(
        [service("jail")],
        {"horizon.years": 6, "horizon.start_years": 3},
        organizations=[
            organization(agreement_usd_per_year=100, price_escalation_share=0.1, renewal_usd=70, max_term_years=2)
        ],
    )
    parts = exact_costs(held, Choices({"jail": None}, agreements={"city": 2})).cents_by_source
    assert parts["agreement_usd"] == {"city": 67_156}  # 110 + 121 + 133.10 + 146.41 + 161.051
    assert parts["renewal_usd"] == {"city": 14_000}  # in years 4 and 6
    later = exact_costs(held, Choices({"jail": None}, agreements={"city": 3}))
    assert later.cents_by_source["renewal_usd"] == {"city": 7000}  # in year 5; year 7 is beyond the horizon
    assert [int(cash) for cash in later.cash_usd_county] == [0, 0, 121, 133, 216, 161]


def test_a_term_runs_from_the_year_of_signing():
    held = pocket.case(
        [service("jail")],
        {"horizon.years": 6, "horizon.start_years": 2},
        organizations=[organization(renewal_usd=70, max_term_years=3)],
    )
    assert exact_costs(held, Choices({"jail": None}, agreements={"city": 2})).cash_usd_county == (0, 0, 0, 0, 70, 0)


@pytest.mark.parametrize("column", ["max_term_years", "price_escalation_share", "renewal_usd"])
def test_a_blank_term_of_an_organization_is_refused(column):
    held = pocket.case([service("jail")], organizations=[organization(**{column: None})])
    with pytest.raises(Refused, match=f"organization city {column}: found a blank"):
        exact_costs(held, Choices({"jail": None}, agreements={"city": 1}))


@pytest.mark.parametrize(("host", "index"), [("city", Fraction("1.2")), (None, Fraction("1.1"))])
def test_a_pool_over_years_and_tiers(host, index):
    """Open from year 2; ems brings 10 calls from year 2 on, fire 30 from year 3 on; charges rise with its host."""
    held = pocket.case(
        [service("ems"), service("fire")],
        {
            "horizon.years": 4,
            "horizon.start_years": 3,
            "economics.growth_share": GROWTH,
            "economics.realization_share": 1,
        },
        organizations=[organization(price_escalation_share=0.2)],
        pools=[pool(host_org_id=host, resource="calls", setup_usd=700, fixed_usd_per_year=50)],
        pool_tiers=[tier(1, 0, 20, 2, 5), tier(2, 20, 99, 1, 10)],
        offers=[
            offer("e", "ems", pool_id="dispatch", price_usd_per_year=100),
            offer("f", "fire", pool_id="dispatch", price_usd_per_year=100),
        ],
        uses=[use("e", "calls", 10), use("f", "calls", 30)],
    )
    opened = {"dispatch": Opened(2, (1, 2))}
    costs = exact_costs(held, pocket.plan(held, {"ems": "e", "fire": "f"}, opened, {"ems": 2, "fire": 3}))
    assert usd(costs.cents_by_source["pool_setup_usd"]) == {"dispatch": 700}
    fixed = 55 * index + 60 * index**2 + 60 * index**3
    volume = 20 * index + 40 * index**2 + 40 * index**3
    assert usd(costs.cents_by_source["pool_fixed_usd"]) == {"dispatch": round(float(fixed), 2)}
    assert usd(costs.cents_by_source["pool_volume_usd"]) == {"dispatch": round(float(volume), 2)}
    assert costs.cents_by_service["ems"]["price_usd"] == round(10_000 * (index + index**2 + index**3))
    assert costs.cash_usd_county == (0, 700 + 75 * index, 100 * index**2, 100 * index**3)


def test_a_sale_over_the_years():
    """Price 300, 315, 330.75; cost 200, 220, 242; from the middle of year 2 on."""
    held = growing()
    sales = (sale("s", "jail", setup_usd=40, lead_time_months=6),)
    held = pocket.Case(held.scenario, held.county.with_tables(sales=sales), (), (), ())
    costs = exact_costs(held, pocket.plan(held, sales={"s": 2}))
    # half of 95 x 0.75, and 88.75 x 0.5
    assert usd({part: sources["s"] for part, sources in costs.cents_by_source.items() if sources}) == {
        "sale_revenue_usd": -488.25,
        "sale_cost_usd": 352,
        "sale_unrealized_usd": 80,
        "sale_setup_usd": 40,
    }
    assert costs.cash_usd_by_sale == {"s": (0, Fraction("28.125"), Fraction("-44.375"))}
    assert costs.total_cents == 417_950 - 1625
    assert "s" not in exact_costs(held, pocket.plan(held)).cents_by_source["sale_setup_usd"]


def test_a_sale_that_turns_to_a_loss_counts_in_full_from_then_on():
    held = growing()
    sales = (sale("s", "jail", price_usd_per_year=210),)
    held = pocket.Case(held.scenario, held.county.with_tables(sales=sales), (), (), ())
    parts = exact_costs(held, pocket.plan(held, sales={"s": 1})).cents_by_source
    # 10 in year 1, of which a quarter is counted on; 220.50 - 220 in year 2, of which a half; a loss in year 3
    assert parts["sale_unrealized_usd"] == {"s": 775}


def talking(*costs: tuple[str | None, str | None, float], **more: Any) -> Any:
    """Jail and parks exchange 10 units a year; a unit between two organizations costs 3 where nothing else is said."""
    return pocket.case(
        [service("jail"), service("parks")],
        {"horizon.years": 3, "horizon.start_years": 3, "economics.communication_usd_per_unit": 3},
        organizations=[organization(), organization("school")],
        pools=[pool(), pool("shared", host_org_id="school")],
        offers=[
            offer("j", "jail"),
            offer("p", "parks"),
            offer("q", "parks", "school"),
            offer("o", "parks", pool_id="dispatch"),
            offer("h", "parks", pool_id="shared"),
            ending("parks"),
        ],
        **pocket.talk(10, "jail parks", *costs),
        **more,
    )


@pytest.mark.parametrize(
    ("moves", "starts", "costs", "yearly"),
    [
        ({}, {}, (), (0, 0, 0)),
        ({}, {}, ((None, None, 0.5),), (5, 5, 5)),  # within the county, where a row says so
        ({"jail": "j"}, {"jail": 2}, (), (0, 30, 30)),
        ({"jail": "j"}, {"jail": 2}, (("city", None, 7),), (0, 70, 70)),
        ({"jail": "j"}, {"jail": 2}, ((None, "city", 7),), (0, 70, 70)),
        ({"jail": "j", "parks": "p"}, {"jail": 1, "parks": 3}, (), (30, 30, 0)),
        ({"jail": "j", "parks": "p"}, {}, (("city", "city", 1),), (10, 10, 10)),
        ({"jail": "j", "parks": "q"}, {"parks": 2}, (("school", "city", 4),), (30, 40, 40)),
        ({"jail": "j", "parks": "o"}, {}, (), (30, 30, 30)),  # a pool of the county is at the county
        ({"parks": "o"}, {}, (), (0, 0, 0)),
        ({"parks": "h"}, {}, ((None, "school", 2),), (20, 20, 20)),  # a pool is at its host
        ({"jail": "j", "parks": "exit~parks"}, {"parks": 2}, (), (30, 0, 0)),
    ],
)
def test_communication_costs_what_passes_between_two_places(moves, starts, costs, yearly):
    held = talking(*costs)
    opened = {"dispatch": None, "shared": None}
    used = {
        pool_id: opened[pool_id]
        for pool_id in opened
        if moves.get("parks") == {"dispatch": "o", "shared": "h"}[pool_id]
    }
    found = exact_costs(held, pocket.plan(held, moves, used, starts))
    assert found.cents_by_source["communication_usd"] == {"talk": 100 * sum(yearly)}
    assert found.cash_usd_county == yearly


def test_communication_starts_with_the_move_and_not_after_its_lead_time():
    held = talking()
    late = tuple(row.model_copy(update={"lead_time_months": 12.0}) for row in held.county.offers)
    held = pocket.Case(held.scenario, held.county.with_tables(offers=late), (), (), ())
    assert exact_costs(held, pocket.plan(held, {"jail": "j"})).cash_usd_county == (30, 30, 30)


def test_a_link_of_another_kind_costs_nothing():
    held = pocket.case(
        [service("jail"), service("parks")], offers=[offer("j", "jail")], **pocket.links(apart="jail parks")
    )
    assert exact_costs(held, pocket.plan(held, {"jail": "j"})).cents_by_source["communication_usd"] == {}


def test_the_hurdle_looks_at_the_years_from_the_start_on():
    held = growing(lead_time_months=0, retained_revenue_usd=200, transition_usd=0)
    gain = Hurdle(Book(held)).gain(held.county.offers[0], 2)
    share = Fraction(str(held.settings.economics.hurdle_share))
    # A is 1050 and 1105; s is 522 and 471.40; a quarter of it counts in year 2, a half in year 3
    assert gain.needed_usd == share * 2155
    assert gain.cents == 13_050 + 23_570


def test_money_follows_from_its_settings_alone_and_is_worked_out_once_for_them():
    held, other = growing(), growing({"limits.displaced_fte": 1, "horizon.discount_rate": 0.5})
    offer_ = held.county.offers[0]

    def under(settings):
        return Book(replace(held, scenario=replace(held.scenario, settings=settings)))

    # whatever else is asked for is not there
    money = under(Settings.model_construct(**{name: getattr(held.settings, name) for name in MONEY}))
    found = kept(money), move_flows(money, offer_, 1), Hurdle(money).gain(offer_, 2), payback_years(money, offer_)
    limited = under(held.settings.model_copy(update={"limits": other.settings.limits}))
    again = (
        kept(limited),
        move_flows(limited, offer_, 1),
        Hurdle(limited).gain(offer_, 2),
        payback_years(limited, offer_),
    )
    assert all(one is two for one, two in zip(found, again, strict=True))
    assert move_flows(money, offer_, 2) != move_flows(money, offer_, 1)
    discounted = Hurdle(under(other.settings)).gain(offer_, 2)
    assert discounted.cents < found[2].cents
    assert discounted.cents == Hurdle(Book(other)).gain(offer_, 2).cents


def test_the_hurdle_counts_the_best_rate_from_the_start_on_and_as_it_rises():
    held = pocket.case(
        [service("jail")],
        {"horizon.years": 3, "horizon.start_years": 2, "economics.growth_share": GROWTH | {"personnel": 0}},
        organizations=[organization(price_escalation_share=0.2)],
        offers=[offer("j", "jail", pool_id="dispatch", price_usd_per_year=0, lead_time_months=12)],
        pools=[pool(host_org_id="city", resource="calls")],
        pool_tiers=[tier(1, 0, 9, 80), tier(2, 9, 99, 30)],
        uses=[use("j", "calls", 10)],
    )
    # year 3 alone is saved: 1000 less 300 x (1.2 + 1.44)
    assert Hurdle(Book(held)).gain(held.county.offers[0], 2).cents == 20_800


def test_payback_is_in_todays_dollars():
    held = growing(retained_revenue_usd=200, transition_usd=84)
    # s = 1000 - 440; half of it is counted on
    assert payback_years(Book(held), held.county.offers[0]) == Fraction(1, 2) + Fraction(84, 280)
