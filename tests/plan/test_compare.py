"""Comparisons: which inputs differ, which services flip and what that is worth, what is proved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.plan.answer import Answer, distinct_names
from optimizer.plan.compare import compare
from optimizer.runs.manifest import flat_settings
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Stopped
from tests.cases import case_of, offer, organization, plain_money, service, solved


def asked(name: str, case: Case, **changes: Any) -> Answer:
    outcome, plan = solved(case)
    if plan is not None:
        plan = replace(plan, **changes)
    return Answer(name, name.title(), "What if?", outcome.stopped, plan, flat_settings(case), case.county)


def county(price: float = 50, **limits: Any) -> Case:
    offers = [offer("a", "east", price), offer("b", "east", 80)]
    return case_of([service("a"), service("b")], [organization("east")], offers, plain_money(**limits))


def over(years: int, rate: float = 0.0, price: float = 50) -> Case:
    """The same county over some years."""
    case = county(price)
    horizon = case.settings.horizon.model_copy(update={"years": years, "discount_rate": rate})
    return replace(
        case, scenario=replace(case.scenario, settings=case.settings.model_copy(update={"horizon": horizon}))
    )


def named(case: Case, **facts: Any) -> Case:
    """The same tables under other facts."""
    return replace(case, county=replace(case.county, facts=case.county.facts.model_copy(update=facts)))


def row(table: pd.DataFrame, **where: Any) -> dict[str, Any]:
    for column, value in where.items():
        table = table[table[column] == value]
    (found,) = table.to_dict("records")
    return {str(name): value for name, value in found.items()}


def test_inputs_flips_and_proved_differences() -> None:
    base, dear, kept = asked("base", county()), asked("dear", county(120)), asked("kept", county(agreements=0))
    found = compare([base, dear, kept])

    assert row(found.inputs, input="offers.a-east.price_usd_per_year") == {
        "input": "offers.a-east.price_usd_per_year", "base": 50.0, "dear": 120.0, "kept": 50.0,
    }  # fmt: skip
    assert row(found.inputs, input="limits.agreements")["kept"] == 0
    assert len(found.inputs) == 2

    # by hand: base 50 + 80, dear keeps a: 100 + 80, kept keeps both: 200
    cost = row(found.measures, measure="present cost")
    assert (cost["base"], cost["dear"], cost["kept"]) == (130, 180, 200)
    assert list(found.flips["service_id"]) == ["a", "b"]
    flip = row(found.flips, service_id="a")
    assert (flip["base"], flip["dear"], flip["kept"]) == ("outsource: Town of east", "keep", "keep")
    assert (flip["worth_usd_per_year"], row(found.flips, service_id="b")["worth_usd_per_year"]) == (50, 20)

    change = row(found.differences, **{"from": "base", "to": "dear"})
    assert (change["change_usd_per_year"], change["proved"], change["unlike"]) == (50, True, "")


def test_a_hundred_scenarios_are_compared_without_a_word_of_pandas() -> None:
    kept, moved = asked("kept", county(agreements=0)), asked("moved", county())
    others = [replace(moved, name=f"moved {number}") for number in range(2, 110)]
    found = compare([kept, moved, *others])  # a warning would be an error here
    assert list(found.flips["moved 109"]) == ["outsource: Town of east"] * 2
    assert list(found.flips["worth_usd_per_year"]) == [50, 20]
    assert row(found.measures, measure="present cost")["moved 109"] == 130


def test_a_difference_within_the_gaps_is_not_proved() -> None:
    # costs 130 and 180, bounds 90 and 125: the intervals overlap
    first = asked("first", county(), bound_usd=90.0)
    second = asked("second", county(120), bound_usd=125.0)
    change = row(compare([first, second]).differences, to="second")
    assert (change["least_usd_per_year"], change["most_usd_per_year"], change["proved"]) == (-5, 90, False)
    tight = replace(second, plan=replace(second.plan, bound_usd=131.0)) if second.plan else second
    assert row(compare([first, tight]).differences, to="second")["proved"]
    unknown = replace(second, plan=replace(second.plan, bound_usd=None)) if second.plan else second
    assert not row(compare([first, unknown]).differences, to="second")["proved"]


def test_horizons_are_compared_by_what_a_year_costs() -> None:
    # one year costs 130; three years cost 390, which is 130 a year; at the dear price three years cost 3 x 180
    found = compare([asked("one", over(1)), asked("three", over(3)), asked("dear", over(3, price=120))])
    same, dear = (row(found.differences, **{"from": "one", "to": name}) for name in ("three", "dear"))
    assert (same["change_usd_per_year"], same["proved"]) == (0, False)
    assert (dear["change_usd_per_year"], dear["least_usd_per_year"], dear["proved"]) == (50, 50, True)
    assert same["unlike"] == "another horizon (3 years instead of 1)"
    # discounting two years at 25 % makes them worth 1.8 years, but leaves the year's cost as it is
    rate = row(compare([asked("plain", over(2)), asked("later", over(2, 0.25))]).differences, to="later")
    assert rate["unlike"] == "another discount rate (25.0% instead of 0.0%)"
    assert (rate["change_usd_per_year"], rate["proved"]) == (0, False)


def test_what_freed_money_buys_is_no_change_of_cost() -> None:
    plain = asked("plain", county())
    # cost weighed against what it buys: the bound of 110 is on both together
    weighted = asked("weighted", county(), reinvested_usd=-20.0, bound_usd=110.0)
    (difference,) = compare([plain, weighted]).differences.to_dict("records")
    assert difference["change_usd_per_year"] == 0
    assert not difference["proved"]
    assert pd.isna(difference["least_usd_per_year"]) or difference["least_usd_per_year"] is None


def test_nothing_is_proved_between_two_counties() -> None:
    other = asked("other", named(county(120), name="Elsewhere"))
    found = compare([asked("base", county()), other])
    change = row(found.differences, to="other")
    assert (change["change_usd_per_year"], change["proved"]) == (50, False)
    assert change["unlike"] == "another county (Elsewhere, CO)"
    # the services of the two are not the same, whatever their ids
    assert found.flips.empty
    assert found.inputs.to_dict("records") == [{"input": "county", "base": "Test County, CO", "other": "Elsewhere, CO"}]


def test_a_county_of_the_same_name_without_a_common_service_is_another() -> None:
    strangers = case_of([service("x")], settings=plain_money())
    change = row(compare([asked("base", county()), asked("other", strangers)]).differences, to="other")
    assert change["unlike"] == "another county (Test County, CO)"


def test_another_fiscal_year_is_told_and_still_compared() -> None:
    change = row(
        compare([asked("base", county()), asked("next", named(county(120), fiscal_year=2027))]).differences, to="next"
    )
    assert (change["unlike"], change["proved"]) == ("another fiscal year (2027 instead of 2026)", True)


def test_a_scenario_without_a_plan_has_its_column() -> None:
    nothing = asked("nothing", county(revenue_floor_usd_per_year=1.0))
    assert nothing.stopped is Stopped.INFEASIBLE
    found = compare([asked("base", county()), nothing])
    assert row(found.measures, measure="search")["nothing"] == "no plan exists"
    assert row(found.measures, measure="present cost")["nothing"] is None
    assert found.differences.empty
    assert found.flips.empty


def test_services_that_only_one_county_has_are_told() -> None:
    more = case_of([service("a"), service("b"), service("c")], settings=plain_money())
    fewer = case_of([service("a"), service("b")], settings=plain_money())
    found = compare([asked("more", more), asked("fewer", fewer)])
    assert set(found.flips["service_id"]) == {"c"}
    assert row(found.inputs, input="services.c.name")["fewer"] == "-"


def test_names_that_are_shared_give_way_to_labels() -> None:
    twice = [asked("same", county()), asked("same", county(120)), asked("other", county())]
    assert [found.name for found in distinct_names(twice, ["x", "y", "z"])] == ["x", "y", "other"]
    assert [found.name for found in distinct_names(twice, ["x", "x", "z"])] == ["x", "x#2", "other"]


def test_a_scenario_that_is_called_as_a_column_goes_by_its_label() -> None:
    called = [asked("name", county()), asked("a", county(120)), asked("a_usd_per_year", county(70))]
    answers = distinct_names(called, ["whatifs/name.yaml", "whatifs/a.yaml", "whatifs/b.yaml"])
    assert [found.name for found in answers] == ["whatifs/name.yaml", "a", "whatifs/b.yaml"]
    flips = compare(answers).flips
    assert row(flips, service_id="a")["name"] == "Service a"
    assert row(flips, service_id="a")["whatifs/name.yaml"] == "outsource: Town of east"
