"""What follows from a plan besides its cost: shares of pools, freed money, coverage of places, staff laid off."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from optimizer.errors import PlanWithheld
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify import audit, coverage_of_places, freed_usd_per_year, laid_off_fte, shares, verify
from tests.plan import pocket
from tests.plan.pocket import coverage, ending, offer, organization, pool, proposal, sale, service, tier, use

LATER = {"horizon.years": 3, "horizon.start_years": 2}


def pooled(
    rule: str | None, calls: tuple[float, float] = (10, 30), resource: str | None = "calls", **changes: Any
) -> Any:
    """Ems joins in year 1, fire in year 2 of 3; the pool costs 80 once and 40 a year, and 1 a call."""
    held = pocket.case(
        [service("ems"), service("fire"), service("jail")],
        LATER | {"horizon.discount_rate": 0.25} | changes,
        pools=[
            pool(resource=resource, setup_usd=80, fixed_usd_per_year=40, share_rule=rule),
            pool("fleet", fixed_usd_per_year=9),
        ],
        pool_tiers=[tier(1, 0, 99, 1)] if resource else [],
        offers=[offer("e", "ems", pool_id="dispatch"), offer("f", "fire", pool_id="dispatch")],
        uses=[use("e", "calls", calls[0]), use("f", "calls", calls[1])],
    )
    open_pools = {"dispatch": 1 if resource else None, "fleet": None}
    return held, pocket.plan(held, {"ems": "e", "fire": "f"}, open_pools, {"fire": 2})


@pytest.mark.parametrize(
    ("rule", "resource", "ems", "fire"),
    [
        # year 1: 80 + 40 + 10 for ems alone; years 2 and 3: 80 at 0.8 and 0.64 is 115.20
        ("equal", "calls", "187.60", "57.60"),
        ("population", "calls", "187.60", "57.60"),
        ("use", "calls", "158.80", "86.40"),
        (None, "calls", "158.80", "86.40"),
        # without a resource no volume is paid: 120, then 40 at 1.44
        (None, None, "148.80", "28.80"),
        ("use", None, "148.80", "28.80"),
    ],
)
def test_members_share_what_a_pool_costs_year_by_year(rule, resource, ems, fire):
    assert shares(*pooled(rule, resource=resource)) == {
        ("dispatch", "ems"): Fraction(ems),
        ("dispatch", "fire"): Fraction(fire),
    }


def test_members_that_use_nothing_share_equally():
    # 120 in year 1, then 40 at 1.44
    assert set(shares(*pooled("use", calls=(0, 0))).values()) == {Fraction("148.80"), Fraction("28.80")}


def test_a_year_without_members_is_borne_by_nobody():
    held, _ = pooled("equal")
    late = pocket.plan(held, {"ems": "e"}, {"dispatch": Opened(1, (1,))}, {"ems": 2})
    # 50 at 1.44; set-up and the 40 of year 1 are nobody's
    assert shares(held, late) == {("dispatch", "ems"): 72}


def test_nobody_is_worse_off_over_all_years_and_by_department():
    # ems costs 1000 x 2.44 today; half of it in the pool, and its share
    changes = {"consolidation.nobody_worse_off": True}
    assert verify(*pooled("equal", **changes)) == ()
    held, choices = pooled("equal", **changes)
    dear = tuple(row.model_copy(update={"price_usd_per_year": 950.0}) for row in held.county.offers)
    held = pocket.Case(held.scenario, held.county.with_tables(offers=dear), (), (), ())
    # 950 x 2.44 and 1000 + 950 x 1.44 against 2440 each: 194 in sum, and 245.20 to share
    assert [str(found) for found in verify(held, choices)] == [
        "Dispatch, Public Works: its services there cost, over 3 years, $4,931.20 of at most $4,880.00"
    ]


def test_what_a_pool_may_be_rounded_by_is_forgiven():
    # each member may be rounded in its share of set-up, fixed cost and volume: 6 cents, and half a cent
    for fixed, broken in ((1000.06, False), (1000.07, True)):
        held = pocket.case(
            [service("ems"), service("fire")],
            {"consolidation.nobody_worse_off": True},
            pools=[pool(fixed_usd_per_year=fixed)],
            offers=[offer("e", "ems", pool_id="dispatch"), offer("f", "fire", pool_id="dispatch")],
        )
        plan = pocket.plan(held, {"ems": "e", "fire": "f"}, {"dispatch": None})
        assert bool(verify(held, plan)) == broken


def two_funds(**tables: Any) -> Any:
    """Jail is paid by the general fund, parks by Roads, which is not freed of anything by a sale at a loss."""
    return pocket.case(
        [service("jail"), service("parks", fund="Roads"), service("fleet", fund="Roads")],
        {"horizon.years": 2, "horizon.discount_rate": 0.25},
        offers=[
            offer("j", "jail", price_usd_per_year=400, transition_usd=90),
            offer("p", "parks", price_usd_per_year=700),
        ],
        organizations=[organization(agreement_usd_per_year=30)],
        sales=[sale("s", "fleet")],
        proposals=[proposal(fund="Library")],
        **tables,
    )


def test_each_fund_is_freed_of_what_its_services_no_longer_cost():
    held = two_funds()
    assert freed_usd_per_year(held, pocket.plan(held)) == {"General": 0, "Roads": 0, "Library": 0}
    # 600 and 300 a year; the general fund pays the agreement and 90 over 1.8 years
    freed = freed_usd_per_year(held, pocket.plan(held, {"jail": "j", "parks": "p"}, sales={"s": 1}))
    assert freed == {"General": 600 - 50 - 30, "Roads": 300 + 100, "Library": 0}
    # nothing but the agreement: the general fund pays more than today, which frees nothing
    assert freed_usd_per_year(held, pocket.plan(held, {"parks": "p"}))["General"] == 0


def test_the_general_fund_is_freed_of_communication_too():
    held = two_funds(**pocket.talk(5, "jail parks", (None, None, 4), ("city", "city", 1), ("city", None, 6)))
    assert freed_usd_per_year(held, pocket.plan(held, {"jail": "j", "parks": "p"}))["General"] == 520 + 15
    assert freed_usd_per_year(held, pocket.plan(held, {"jail": "j"}))["General"] == 520 - 10


@pytest.mark.parametrize(("usd_per_year", "broken"), [(1000.0, False), (1000.01, False), (1000.02, True)])
def test_freed_money_is_spent_to_the_half_cent(usd_per_year, broken):
    held = pocket.case(
        [service("jail")], offers=[offer("j", "jail")], proposals=[proposal(usd_per_year=usd_per_year, max_share=0.5)]
    )
    assert bool(verify(held, pocket.plan(held, {"jail": "j"}, proposals={"trails": 0.5}))) == broken


@pytest.mark.parametrize(("share", "broken"), [(0.50045, False), (0.50046, True)])
def test_what_freed_money_may_be_rounded_by_is_forgiven(share, broken):
    # half of 100.05 waits: next to half a cent, so that 1 cent beyond the 50.03 freed is forgiven, and half a cent
    held = pocket.case(
        [service("jail", personnel_usd=100.05)],
        offers=[offer("j", "jail", lead_time_months=6, price_usd_per_year=0)],
        proposals=[proposal(usd_per_year=100)],
    )
    assert freed_usd_per_year(held, pocket.plan(held, {"jail": "j"})) == {"General": Fraction("50.03")}
    assert bool(verify(held, pocket.plan(held, {"jail": "j"}, proposals={"trails": share}))) == broken


def test_coverage_of_every_place():
    held = pocket.case(
        [
            service("jail", nonpersonnel_usd=1500, overhead_usd=500),
            service("parks"),
            service("snow", personnel_usd=0),
        ],
        {},
        ["north", "south"],
        groups=["elders"],
        offers=[offer("j", "jail", coverage=0.9), ending("parks", coverage=1)],
        coverages=[coverage("j", "north", 0.5), coverage("j", "elders", 1), coverage("exit~parks", "south", 1)],
    )
    assert set(coverage_of_places(held, pocket.plan(held)).values()) == {Fraction(1)}
    moved = coverage_of_places(held, pocket.plan(held, {"jail": "j", "parks": "exit~parks"}))
    assert moved == {"north": Fraction(3, 8), "south": Fraction(27, 40), "elders": Fraction(3, 4)}


def test_coverage_of_a_county_without_districts():
    held = pocket.case(
        [service("jail"), service("parks")],
        {"equity.weight": "equal"},
        groups=["elders"],
        offers=[offer("j", "jail", coverage=0.5)],
        coverages=[coverage("j", "elders", 0)],
    )
    assert coverage_of_places(held, pocket.plan(held, {"jail": "j"})) == {
        None: Fraction(3, 4),
        "elders": Fraction(1, 2),
    }


def test_scenarios_over_one_county_that_weigh_otherwise_have_weights_of_their_own():
    rows = [service("jail", personnel_usd=3000), service("parks")]
    held = pocket.case(rows, {"equity.weight": "gross_cost"}, offers=[offer("j", "jail", coverage=0)])
    other = pocket.case(rows, {"equity.weight": "equal"}, offers=[offer("j", "jail", coverage=0)])
    plan = pocket.plan(held, {"jail": "j"})
    same_county = replace(other, county=held.county)
    assert coverage_of_places(held, plan) == {None: Fraction(1, 4)}
    assert coverage_of_places(same_county, plan) == {None: Fraction(1, 2)}
    assert coverage_of_places(held, plan) == {None: Fraction(1, 4)}


def test_equity_is_told_of_each_place():
    held = pocket.case([service("jail")], {"equity.floor": 0.5}, groups=["elders"])
    found = {(usage.rule, usage.subject, usage.used) for usage in audit(held, pocket.plan(held)) if usage.limit == 0.5}
    assert found == {("equity.floor", "county", 1), ("equity.floor", "elders", 1)}


def test_there_is_no_coverage_where_no_service_has_any_weight():
    held = pocket.case(
        [service("jail", personnel_usd=0)],
        {"equity.floor": 1, "economics.hurdle_share": 0},
        offers=[offer("j", "jail", coverage=0, price_usd_per_year=0)],
    )
    plan = pocket.plan(held, {"jail": "j"})
    assert coverage_of_places(held, plan) == {}
    assert verify(held, plan) == ()


def test_staff_laid_off_beyond_what_attrition_absorbs():
    held = pocket.case(
        [service("jail", fte=20), service("parks", fte=10), service("court", fte=8, department="Courts")],
        LATER | {"people.attrition_share": 0.1, "people.attrition_share_by_department": {"Courts": 0.5}},
        offers=[
            offer("j", "jail", fte_displaced=5, lead_time_months=12),
            ending("parks", fte_displaced=4.5),
            offer("c", "court", fte_displaced=8, lead_time_months=11.9),
        ],
    )
    moves = {"jail": "j", "parks": "exit~parks", "court": "c"}
    lost = laid_off_fte(held, pocket.plan(held, moves, starts={"parks": 2}))
    # jail and parks lose 9.5 in year 2, of whom 3 leave anyway; court 8 in year 1, of whom 4 do
    assert lost == {
        ("Public Works", 1): 0,
        ("Public Works", 2): Fraction("6.5"),
        ("Public Works", 3): 0,
        ("Courts", 1): 4,
        ("Courts", 2): 0,
        ("Courts", 3): 0,
    }
    # one after the other: what attrition leaves over in year 1 is not carried on
    apart = laid_off_fte(held, pocket.plan(held, moves, starts={"jail": 2, "parks": 2}))
    assert [apart["Public Works", year] for year in (1, 2, 3)] == [0, Fraction("1.5"), 2]


@pytest.mark.parametrize("outcome", [shares, freed_usd_per_year, coverage_of_places, laid_off_fte])
def test_what_follows_from_choices_that_do_not_fit_is_withheld(outcome):
    held = two_funds()
    with pytest.raises(PlanWithheld, match="nothing says in which year"):
        outcome(held, Choices({"jail": "j", "parks": None, "fleet": None}))
