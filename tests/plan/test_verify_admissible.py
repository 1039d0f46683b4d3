"""Which options are left out, for which reason, and the hurdle of single and linked services."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf
from typing import Any

import pytest

from optimizer.errors import Refused
from optimizer.plan.verify import audit, left_out, sales_left_out, verify
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.hurdle import Hurdle
from optimizer.plan.verify.reasons import payback_years
from tests.plan import pocket
from tests.plan.pocket import (
    coverage,
    ending,
    forbid,
    lock,
    mandate,
    offer,
    organization,
    pool,
    sale,
    service,
    tier,
    use,
)

HURDLE = "does not beat keeping by the hurdle"


def test_the_first_reason_that_applies_is_given():
    every = {
        "allowed_decisions": ["keep", "outsource"],
        "duties.coverage_floor_by_mandate_level": {4: 0.95},
        "limits.min_quality": 0.8,
        "economics.max_payback_years": 2,
        "economics.hurdle_share": 0.1,
    }
    bad = {"coverage": 0.9, "quality": 0.5, "transition_usd": 5000, "price_usd_per_year": 2000}
    duty = mandate(("jail", 1), allowed_decisions="keep")
    steps: list[tuple[str, dict[str, Any], bool]] = [
        ("decision not considered", {}, False),
        ("not delegable", {"decision": "outsource"}, False),
        ("law does not allow it", {}, True),
        ("coverage below the floor", {}, True),
        ("quality below the floor", {"coverage": 0.95}, True),
        ("pays back too late", {"quality": 0.8}, True),
        (HURDLE, {"transition_usd": 200, "price_usd_per_year": 800}, True),
    ]
    columns = dict(bad)
    for number, (reason, mended, delegable) in enumerate(steps):
        columns |= mended
        held = pocket.case(
            [service("jail", mandate_level=4, delegable=delegable)],
            every,
            offers=[offer("j", "jail", **columns)],
            **(duty if number < 3 else {}),
        )
        assert left_out(held) == {("jail", "j", 1): reason}


def test_the_first_reason_against_an_end():
    changes = {
        "allowed_decisions": ["keep", "exit"],
        "duties.coverage_floor_by_mandate_level": {2: 0.1},
        "limits.min_quality": 2,
    }
    duty = mandate(("jail", 1), allowed_decisions="keep")
    named = mandate(("jail", 1), funded=False, allowed_decisions="keep")
    steps: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
        ("decision not considered", {"allowed_decisions": ["keep"]}, {"delegable": False}, duty),
        ("not delegable", {}, {"delegable": False}, duty),
        ("law does not allow it", {}, {}, duty),
        ("a duty is not ended", {"duties.enforce_unfunded": False, "exit.max_mandate_level": 2}, {}, named),
        ("a duty is not ended", {}, {}, {}),
        ("coverage below the floor", {"exit.max_mandate_level": 2}, {}, {}),
        (
            "quality below the floor",
            {"exit.max_mandate_level": 2, "duties.coverage_floor_by_mandate_level": {}},
            {},
            {},
        ),
    ]
    for reason, other, columns, tables in steps:
        held = pocket.case(
            [service("jail", mandate_level=2, **columns)], changes | other, offers=[ending("jail")], **tables
        )
        assert left_out(held) == {("jail", "exit~jail", 1): reason}


def test_reasons_hold_for_every_start_year_but_the_hurdle_is_asked_of_each():
    later = {"horizon.years": 3, "horizon.start_years": 3}
    # with a transition of 1200, three years of 500 save 300; two years save nothing
    offers = [offer("j", "jail", transition_usd=1200), offer("k", "jail", quality=0)]
    held = pocket.case([service("jail")], later | {"limits.min_quality": 1}, offers=offers)
    quality = {("jail", "k", start): "quality below the floor" for start in (1, 2, 3)}
    assert left_out(held) == {("jail", "j", 2): HURDLE, ("jail", "j", 3): HURDLE} | quality


def test_linked_services_clear_the_hurdle_at_the_same_start():
    # from year 1 of 2 jail gains 600 - 250 and parks loses 200; from year 2 it is 300 - 250 and 100
    held = pocket.case(
        [service("jail"), service("parks"), service("snow")],
        {"horizon.years": 2, "horizon.start_years": 2, "allowed_decisions": ["keep", "partner", "exit"]},
        offers=[
            offer("j", "jail", price_usd_per_year=700, transition_usd=250),
            offer("p", "parks", price_usd_per_year=1100),
            # both ends together save 2000 even in year 2, and cost 1800
            ending("jail", transition_usd=600),
            ending("snow", transition_usd=1200),
        ],
        **pocket.links(together="jail parks snow"),
    )
    assert left_out(held) == {("jail", "j", 2): HURDLE, ("parks", "p", 2): HURDLE}


@pytest.mark.parametrize(
    ("columns", "changes", "reason"),
    [
        ({"price_usd_per_year": 150}, {"allowed_decisions": ["keep", "partner"]}, "decision not considered"),
        ({"price_usd_per_year": 199.99, "buyer_cost_usd_per_year": 100}, {}, "sold below its marginal cost"),
        ({"price_usd_per_year": 400.01}, {}, "the buyer would pay more than today"),
        ({}, {}, None),
    ],
)
def test_the_first_reason_against_a_sale(columns, changes, reason):
    held = pocket.case([service("jail")], changes, sales=[sale("s", "jail", **columns), sale("t", "jail")])
    others = {"t": reason} if changes else {}
    assert sales_left_out(held) == (others if reason is None else others | {"s": reason})


def test_a_sale_without_a_price_is_refused():
    held = pocket.case([service("jail")], sales=[sale("s", "jail", price_usd_per_year=None)])
    with pytest.raises(Refused, match="sale s price_usd_per_year: found a blank"):
        sales_left_out(held)


def test_only_departments_that_could_sell_need_staff_to_spare():
    held = pocket.case([service("jail")], sales=[sale("s", "jail", fte=3, price_usd_per_year=1)])
    found = verify(held, pocket.plan(held, sales={"s": 1}))
    assert [violation.rule for violation in found] == ["sold below its marginal cost"]


def test_nothing_is_left_out_without_a_reason():
    held = pocket.case([service("jail"), service("parks", delegable=False)], offers=[offer("j", "jail")])
    assert left_out(held) == {}


def test_keeping_is_left_out_by_the_county_or_by_law_only():
    assert left_out(pocket.case([service("jail")], {"allowed_decisions": ["partner"]})) == {
        ("jail", None, None): "decision not considered"
    }
    duty = mandate(("jail", 1), allowed_decisions="partner; outsource")
    assert left_out(pocket.case([service("jail")], **duty)) == {("jail", None, None): "law does not allow it"}
    strict = {"limits.min_quality": 2, "duties.coverage_floor_by_mandate_level": {0: 1}}
    assert left_out(pocket.case([service("jail", delegable=False)], strict)) == {}


def test_a_mandate_that_nobody_funds_may_be_left_aside():
    duty = mandate(("jail", 1), funded=False, allowed_decisions="keep")
    for enforced, reasons in ((True, {("jail", "j", 1): "law does not allow it"}), (False, {})):
        held = pocket.case(
            [service("jail")], {"duties.enforce_unfunded": enforced}, offers=[offer("j", "jail")], **duty
        )
        assert left_out(held) == reasons


def test_the_coverage_floor_holds_in_every_district():
    floors = {"duties.coverage_floor_by_mandate_level": {3: 0.9}}
    offers = [offer("j", "jail", coverage=0.8)]
    lifted = [coverage("j", "north", 0.9), coverage("j", "south", 0.95)]
    for rows, reasons in ((lifted, {}), (lifted[:1], {("jail", "j", 1): "coverage below the floor"})):
        held = pocket.case(
            [service("jail", mandate_level=3)], floors, ["north", "south"], offers=offers, coverages=rows
        )
        assert left_out(held) == reasons


@pytest.mark.parametrize(
    ("columns", "years"),
    [
        ({"transition_usd": 300, "lead_time_months": 18}, Fraction(3, 2) + Fraction(300, 250)),  # s = 500, half of it
        ({"transition_usd": 0, "lead_time_months": 18}, Fraction(3, 2)),
        ({"transition_usd": 1, "price_usd_per_year": 999.5}, 4),
        ({"transition_usd": 0, "price_usd_per_year": 1000, "lead_time_months": 6}, 0),
        ({"transition_usd": 1, "price_usd_per_year": 1000}, inf),
        ({"transition_usd": 0, "price_usd_per_year": 1001}, inf),
    ],
)
def test_payback(columns, years):
    held = pocket.case([service("jail")], {"economics.realization_share": 0.5}, offers=[offer("j", "jail", **columns)])
    assert payback_years(Book(held), held.county.offers[0]) == years


def test_a_saving_that_is_not_counted_on_pays_nothing_back():
    held = pocket.case(
        [service("jail")],
        {"economics.realization_share": 0},
        offers=[offer("j", "jail", transition_usd=1), offer("k", "jail", lead_time_months=6)],
    )
    assert [payback_years(Book(held), row) for row in held.county.offers] == [inf, Fraction(1, 2)]


def test_payback_counts_administration_revenue_and_the_best_rate_of_a_pool():
    held = pocket.case(
        [service("jail", personnel_usd=10_000, revenue_usd=900)],
        {"kinds.municipality.administration_share": 0.1},
        offers=[
            offer(
                "j", "jail", pool_id="dispatch", price_usd_per_year=5000, retained_revenue_usd=400, transition_usd=300
            )
        ],
        pools=[pool(host_org_id="city", resource="calls")],
        pool_tiers=[tier(1, 0, 9, 80), tier(2, 9, 99, 70)],
        uses=[use("j", "calls", 50)],
    )
    # s = 10,000 - 5,500 - 3,500 - 500 = 500
    assert payback_years(Book(held), held.county.offers[0]) == Fraction(3, 5)


def hurdled(price: float, **tables: Any) -> Any:
    """Jail moves at this price; of 1000 avoidable it must save 100 a year."""
    tables.setdefault("offers", [offer("j", "jail", price_usd_per_year=price)])
    return pocket.case([service("jail")], {"economics.hurdle_share": 0.1, "horizon.years": 2}, **tables)


def test_the_hurdle_is_a_share_of_the_avoidable_cost():
    assert left_out(hurdled(900)) == {}
    assert left_out(hurdled(900.01)) == {("jail", "j", 1): HURDLE}
    (usage,) = audit(hurdled(901), pocket.plan(hurdled(901), {"jail": "j"}))
    assert (usage.used, usage.limit, usage.broken) == (198, 200, True)


def test_half_a_cent_short_of_the_hurdle_is_let_through():
    held = pocket.case(
        [service("jail", personnel_usd=0.99)],
        {"economics.hurdle_share": 0.5},
        offers=[offer("j", "jail", price_usd_per_year=0.5)],
    )
    assert left_out(held) == {}  # 0.49 of 0.495


@pytest.mark.parametrize(
    "decided",
    [
        {"locks": [lock("jail", "partner")]},
        {"locks": [lock("jail", "keep")]},
        {"forbids": [forbid("keep", "jail")]},
        {"forbids": [forbid("keep")]},
    ],
)
def test_the_hurdle_is_not_asked_where_the_scenario_decides(decided):
    assert left_out(hurdled(5000, **decided)) == {}


def test_the_hurdle_is_asked_where_the_scenario_says_something_else():
    for decided in ({"locks": [lock("parks", "keep")]}, {"forbids": [forbid("outsource", "jail")]}):
        assert left_out(hurdled(5000, **decided)) == {("jail", "j", 1): HURDLE}


def test_the_hurdle_is_not_asked_where_the_law_closes_keeping():
    held = hurdled(5000, **mandate(("jail", 1), allowed_decisions="partner"))
    assert left_out(held) == {("jail", None, None): "law does not allow it"}


def test_the_hurdle_counts_the_pools_best_rate_in_every_year_and_no_lead_time():
    held = pocket.case(
        [service("jail")],
        {"horizon.years": 2},
        offers=[offer("j", "jail", pool_id="dispatch", price_usd_per_year=600, lead_time_months=12)],
        pools=[pool(resource="calls")],
        pool_tiers=[tier(1, 0, 9, 80), tier(2, 9, 99, 30)],
        uses=[use("j", "calls", 10)],
    )
    # keep 2000; the option 1000 + 600 and 30 x 10 in both years
    assert Hurdle(Book(held)).gain(held.county.offers[0], 1).cents == -20_000


@pytest.mark.parametrize(
    ("months", "calls", "cents"),
    [
        (0, 0, 0),
        (6, 0, 1),  # half of 100.05 in house: next to half a cent
        (6, 0.05, 2),  # and a share of a pool's volume, which need not be rounded by itself
    ],
)
def test_the_hurdle_forgives_what_rounding_may_change(months, calls, cents):
    held = pocket.case(
        [service("jail", personnel_usd=100.05)],
        {"economics.hurdle_share": 1},
        offers=[offer("j", "jail", pool_id="dispatch", lead_time_months=months)],
        pools=[pool(resource="calls")],
        pool_tiers=[tier(1, 0, 9, 10)],
        uses=[use("j", "calls", calls)],
    )
    usage = Hurdle(Book(held)).usage(held.county.offers[0], 1)
    assert usage.broken
    assert usage.rounding_usd == Fraction(cents, 100)
    short = replace(usage, used=usage.limit - usage.rounding_usd - Fraction(1, 200))
    assert not short.broken
    assert replace(short, used=short.used - Fraction(1, 10**6)).broken


def linked(prices: dict[str, float], link: str = "jail parks", **tables: Any) -> Any:
    """Services of 1000 each; offers `<service>` of the city at these prices, hurdle 10 %."""
    tables.setdefault("offers", [offer(key, key.rstrip("x"), price_usd_per_year=usd) for key, usd in prices.items()])
    names = dict.fromkeys(key.rstrip("x") for key in prices)
    return pocket.case(
        [service(name) for name in names], {"economics.hurdle_share": 0.1}, **pocket.links(together=link), **tables
    )


def test_linked_services_clear_the_hurdle_in_sum():
    assert left_out(linked({"jail": 700, "parks": 1100})) == {}
    assert left_out(linked({"jail": 700, "parks": 1100.01})) == {
        ("jail", "jail", 1): HURDLE,
        ("parks", "parks", 1): HURDLE,
    }
    assert left_out(linked({"jail": 700, "parks": 1100, "library": 950})) == {("library", "library", 1): HURDLE}


def test_links_tie_across_services():
    held = linked({"jail": 600, "parks": 1100, "library": 1000})
    chained = held.county.with_tables(**pocket.links(together="jail parks", together2="library parks"))
    assert left_out(pocket.Case(held.scenario, chained, (), (), ())) == {}


def test_the_cheapest_offer_of_a_linked_service_stands_for_all_its_offers():
    # parks has two offers of the city; with the cheaper one the pair saves 200, with the dearer one 100
    assert left_out(linked({"jail": 700, "parks": 1100, "parksx": 1200})) == {}
    assert left_out(linked({"jail": 700, "parksx": 1200})) == {
        ("jail", "jail", 1): HURDLE,
        ("parks", "parksx", 1): HURDLE,
    }


def test_only_offers_of_the_same_decision_and_provider_are_summed():
    offers = [
        offer("j", "jail", price_usd_per_year=700),
        offer("p", "parks", "school", price_usd_per_year=1100),
        offer("q", "parks", decision="outsource", price_usd_per_year=1100),
    ]
    held = linked({"jail": 0, "parks": 0}, offers=offers, organizations=[organization(), organization("school")])
    assert left_out(held) == {("parks", "p", 1): HURDLE, ("parks", "q", 1): HURDLE}


def test_a_linked_group_is_let_through_if_the_scenario_decides_for_one_of_it():
    assert left_out(linked({"jail": 2000, "parks": 2000}, locks=[lock("parks", "partner")])) == {}


def test_an_offer_of_a_plan_is_tested_with_those_it_is_linked_to():
    held = linked({"jail": 700, "parks": 1100.01})
    found = verify(held, pocket.plan(held, {"jail": "jail", "parks": "parks"}))
    assert [(violation.rule, violation.subject) for violation in found] == [(HURDLE, "jail"), (HURDLE, "parks")]
    assert str(found[0]) == (
        "Jail (partner with City) and the services linked to it: beats keeping, over 1 year, "
        "by $199.99 of the $200.00 required"
    )
