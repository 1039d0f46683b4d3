"""The plan as a roadmap, by hand: what starts when, what every year costs, who is laid off, when it has paid."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.plan.plan import Plan
from tests.cases import best, case_of, offer, organization, plain_money, service


def over_years(years: int, start_years: int, **limits: Any) -> dict[str, Any]:
    """Plain money over several years, nothing discounted."""
    return plain_money(**limits) | {"horizon": {"years": years, "discount_rate": 0.0, "start_years": start_years}}


def two_moves(settings: dict[str, Any], **terms: Any) -> Plan:
    """Services a and b, 100 a year each, offered for 40 and 60 by one town whose agreement costs 5 a year."""
    offers = [offer("a", "east", 40, **terms), offer("b", "east", 60, **terms)]
    return best(case_of([service("a"), service("b")], [organization("east", 5)], offers, settings))


def test_one_move_a_year_starts_with_the_one_that_saves_most() -> None:
    plan = two_moves(over_years(3, 3, moves_by_year=[1]))
    decided = plan.decisions.set_index("service_id")
    assert decided["start_year"].to_dict() == {"a": 1, "b": 2}
    # a: 40 x 3; b: 100 + 60 x 2; agreement 5 x 3
    assert plan.cost_usd == 120 + 220 + 15
    assert plan.cash["plan_usd"].tolist() == [40 + 100 + 5, 40 + 60 + 5, 105]
    assert plan.years[["moves", "agreements"]].to_numpy().tolist() == [[1, 1], [1, 0], [0, 0]]
    assert plan.roadmap[["start_year", "step", "id"]].to_numpy().tolist() == [
        [1, "agreement", "east"],
        [1, "move", "a"],
        [2, "move", "b"],
    ]


def test_money_by_year_puts_off_what_it_cannot_pay() -> None:
    plan = two_moves(over_years(3, 3, transition_usd_by_year=[20, 10]), transition_usd=15)
    # 20 pays one move in the first year, 10 none later
    assert plan.decisions["moved"].tolist() == [True, False]
    assert plan.roadmap["one_time_usd"].sum() == 15
    plan = two_moves(over_years(3, 3, transition_usd_by_year=[0, 30]), transition_usd=15)
    assert plan.decisions["start_year"].tolist() == [2, 2]


def test_delivery_begins_after_the_lead_time() -> None:
    plan = two_moves(over_years(4, 2, moves_by_year=[1]), lead_time_months=14)
    steps = plan.roadmap[plan.roadmap["step"] == "move"].set_index("id")
    assert steps.loc["a", ["delivers_from_year", "delivers_from_month"]].tolist() == [2, 3]
    assert steps.loc["b", ["delivers_from_year", "delivers_from_month"]].tolist() == [3, 3]
    # the county delivers a for 14 months and b for 26
    assert plan.cash["services_usd"].tolist() == pytest.approx(
        [200, 100 * 2 / 12 + 40 * 10 / 12 + 100, round(40 + 70 - 60 / 6 + 20 / 3, 2), 100]
    )


def test_attrition_absorbs_who_loses_a_position() -> None:
    settings = over_years(2, 2, laid_off_fte_by_year=[0.0])
    settings["people"] = {"attrition_share": 0.25}
    plan = two_moves(settings, fte_displaced=0.5)
    # 2 staff, a quarter leaves in a year: room for one of the two moves in each year
    assert sorted(plan.decisions["start_year"]) == [1, 2]
    assert plan.years[["displaced_fte", "absorbed_fte", "laid_off_fte"]].to_numpy().tolist() == [
        [0.5, 0.5, 0],
        [0.5, 0.5, 0],
    ]
    assert two_moves(over_years(2, 2), fte_displaced=0.5).years["laid_off_fte"].tolist() == [1.0, 0.0]


def test_the_year_from_which_it_has_paid_for_itself() -> None:
    plan = two_moves(over_years(3, 1), transition_usd=70)
    # year 1: 95 saved less 140 once; year 2: 95 more
    assert plan.cash["cumulative_saving_usd"].tolist() == [-45, 50, 145]
    assert plan.break_even_year == 2
    locked = two_moves(over_years(1, 1))
    assert locked.break_even_year == 1


def test_years_before_anything_changes_are_not_paid_for() -> None:
    later = best(
        case_of([service("a")], [organization("east")], [offer("a", "east", 5, lead_time_months=24)], over_years(5, 1))
    )
    assert later.cash["cumulative_saving_usd"].tolist()[:2] == [0, 0]
    assert later.break_even_year == 3
    assert best(case_of([service("a")], [], [], over_years(3, 1))).break_even_year == 1


def test_terms_end_and_are_renewed() -> None:
    orgs = [organization("east", 5, max_term_years=2, renewal_usd=7, price_escalation_share=0.5)]
    plan = best(case_of([service("a")], orgs, [offer("a", "east", 10)], over_years(5, 1)))
    # renewed in years 3 and 5; price and agreement rise by half every year
    rising = sum(1.5**year for year in range(5))
    parts = plan.costs.set_index("part")["present_usd"]
    assert parts["renewal_usd"] == 14
    # a renewal comes back with every term: it is none of what is spent once, and has its own place in each year
    assert plan.years["renewals_usd"].tolist() == plan.cash["renewals_usd"].tolist() == [0, 0, 7, 0, 7]
    assert plan.years["one_time_usd"].tolist() == [0] * 5
    assert plan.cash["plan_usd"].sum() == pytest.approx(plan.cost_usd, abs=0.01)
    assert parts["price_usd"] == pytest.approx(10 * rising, abs=0.01)
    assert parts["agreement_usd"] == pytest.approx(5 * rising, abs=0.01)


def test_today_grows_with_wages() -> None:
    settings = over_years(2, 1)
    settings["economics"] = settings["economics"] | {
        "growth_share": {"personnel": 0.1, "nonpersonnel": 0.0, "overhead": 0.0, "revenue": 0.0}
    }
    plan = best(case_of([service("a")], settings=settings))
    assert plan.cash["today_usd"].tolist() == pytest.approx([100, 110])
    assert plan.today_usd == 210


def test_capacity_that_grows_lets_a_second_move_in_later() -> None:
    room = [records.Capacity(org_id="east", resource="fte", year=year, amount=year) for year in (1, 2, 3)]
    offers = [offer("a", "east", 40), offer("b", "east", 60)]
    case = case_of([service("a"), service("b")], [organization("east")], offers, over_years(3, 3), capacities=room)
    assert best(case).decisions["start_year"].tolist() == [1, 2]


def test_cash_of_all_years_is_what_the_costs_say() -> None:
    settings = over_years(5, 2, moves_by_year=[1])
    settings["horizon"]["discount_rate"] = 0.25
    orgs = [organization("east", 5, max_term_years=2, renewal_usd=7)]
    offers = [offer("a", "east", 10, transition_usd=3), offer("b", "east", 20, transition_usd=3)]
    plan = best(case_of([service("a"), service("b")], orgs, offers, settings))
    worth = [0.8**year for year in range(5)]
    # signed in year 1 for two years: renewed in years 3 and 5; one move and 3 dollars in each of the first two years
    assert plan.cash["renewals_usd"].tolist() == [0, 0, 7, 0, 7]
    assert plan.years["one_time_usd"].tolist() == [3, 3, 0, 0, 0]
    assert plan.cash["plan_usd"].tolist() == [10 + 100 + 3 + 5, 30 + 3 + 5, 30 + 5 + 7, 30 + 5, 30 + 5 + 7]
    assert plan.cash["plan_usd"] @ worth == pytest.approx(plan.cost_usd, abs=0.02)
    parts = plan.costs.groupby("part")["present_usd"].sum()
    assert plan.cash["renewals_usd"] @ worth == pytest.approx(parts["renewal_usd"], abs=0.01)
    assert plan.years["one_time_usd"] @ worth == pytest.approx(parts["transition_usd"], abs=0.01)
