"""What is said of an answer: every kind of ending in its own words, numbers as a budget office writes them."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from rich.console import Console

from optimizer.county.terms import Decision
from optimizer.plan.answer import Answer
from optimizer.plan.compare import compare
from optimizer.plan.plan import Plan
from optimizer.report.comparison import show_comparison
from optimizer.report.export import answer_data
from optimizer.report.frames import cell
from optimizer.report.memo.recommendation import open_sentences
from optimizer.report.memo.risks import estimated_sentences
from optimizer.report.pictures.drawing import money_axis
from optimizer.report.terminal import show_answer
from optimizer.report.words import (
    decimals,
    exact_usd,
    plan_sentence,
    progress_line,
    proof_word,
    proved_word,
    resting,
    status_sentence,
    unquoted_words,
    usd,
)
from optimizer.runs.manifest import flat_settings
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.outcome import Progress, Reached, Stopped
from tests.cases import best, case_of, completed, offer, organization, plain_money, service


def answered(stopped: Stopped | None = Stopped.PROVED, *, held: bool = True, **changes: Any) -> Answer:
    case, plan = _found()
    held_plan = replace(plan, **changes) if held else None
    return Answer("one", "One", "What?", stopped, held_plan, flat_settings(case), case.county)


@cache
def _found() -> tuple[Case, Plan]:
    case = case_of([service("a", name="Jail [bold]"), service("b")], [organization("east")], [offer("a", "east", 40)])
    return case, best(case)


@pytest.mark.parametrize(
    ("answer", "words", "short"),
    [
        (answered(), "Best plan, proved: no plan under these rules costs less.", "proved best"),
        (
            answered(bound_usd=139.5),
            "Best plan, proved: no plan under these rules costs over $0.50 less.",
            "proved best",
        ),
        (
            answered(Stopped.TIME, bound_usd=100.0),
            "the time was up; a better one may exist, cheaper by $40",
            "within $40",
        ),
        (answered(Stopped.TIME, bound_usd=None), "nothing is proved", "nothing proved"),
        (answered(Stopped.INTERRUPTED, bound_usd=100.0), "the search was interrupted; a better one", "within $40"),
        (
            answered(Stopped.TOLERANCE, bound_usd=126.8),
            "A good plan: the solver ended the search at a tolerance of its own; a better one may exist, cheaper by "
            "$13.20 at the most.",
            "within $13",
        ),
        (
            answered(Stopped.TOLERANCE, bound_usd=None),
            "nothing is proved: the solver ended the search at a tolerance of its own.",
            "nothing proved",
        ),
        (answered(Stopped.TIME, held=False), "That does not mean that none exists", "none found"),
        (answered(Stopped.INTERRUPTED, held=False), "before the search was interrupted", "none found"),
        (answered(Stopped.UNSEARCHED, held=False), "Not searched: Ctrl-C came before.", "not searched"),
        (answered(Stopped.TOLERANCE, held=False), "before the search was stopped", "none found"),
        (answered(Stopped.INFEASIBLE, held=False), "No plan exists: the rules cannot all hold", "no plan exists"),
        (answered(None), "Not searched: a rule decided.", "a rule's"),
    ],
)
def test_every_ending_has_its_own_words(answer: Answer, words: str, short: str) -> None:
    assert words in status_sentence(answer)
    assert proof_word(answer) == short


def test_the_plan_in_a_paragraph() -> None:
    assert plan_sentence(answered()) == (
        "Of 2 services keep 1, outsource 1. 50.0% of the budget changes hands, to 1 organization. Net of revenue the "
        "plan costs $140 a year instead of $200: it saves $60 a year (30.0%), averaged over 1 year and after all "
        "one-time costs; from year 1 on it has paid for itself. No move rests on estimated terms."
    )
    assert "costs $60 a year more" in plan_sentence(answered(cost_usd=260.0))


def ending() -> Answer:
    """Of 400 a year 100 goes to the town, 200 ends, 100 is kept."""
    case = completed(
        case_of(
            [service("a"), service("b", 200), service("c")],
            [organization("east")],
            [offer("a", "east", 40)],
            plain_money() | {"allowed_decisions": ["keep", "outsource", "exit"]},
            locks=[Lock("b", Decision.EXIT, None, ""), Lock("c", Decision.KEEP, None, "")],
        )
    )
    plan = best(case)
    assert plan.decisions["decision"].tolist() == ["outsource", "exit", "keep"]
    return Answer("ending", "Ending", "What?", Stopped.PROVED, plan, flat_settings(case), case.county)


def test_what_ends_is_told_apart_from_what_changes_hands() -> None:
    words = "25.0% of the budget changes hands, to 1 organization; 50.0% of it ends."
    assert words in plan_sentence(ending())
    compared = compare([ending()]).measures.set_index("measure")["ending"]
    assert (compared["budget that changes hands"], compared["budget of services that end"]) == (25, 50)
    rows = [" ".join(line.split()) for line in shown(ending()).splitlines()]
    assert any(row.startswith("A ending") and "25.0% 50.0%" in row for row in rows)
    # the column is there only where something ends
    assert "ended" not in shown(answered())
    assert "ends." not in plan_sentence(answered())


def test_a_county_that_costs_nothing_has_no_shares() -> None:
    money = plain_money() | {"allowed_decisions": ["outsource"]}
    plan = best(case_of([service("a", 0)], [organization("east")], [offer("a", "east", 5)], money))
    answer = replace(answered(), plan=plan)
    assert "- of the budget changes hands" in plan_sentence(answer)
    assert shown(answer)


def shown(answer: Answer) -> str:
    console = Console(file=io.StringIO(), width=160)
    show_answer(console, answer)
    show_comparison(console, compare([answer, replace(answer, name="two")]))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_names_are_shown_as_they_are_and_not_as_markup() -> None:
    assert "Jail [bold]" in shown(answered())


def test_an_answer_without_a_plan_is_shown_and_exported() -> None:
    nothing = answered(Stopped.INFEASIBLE, held=False)
    assert "No plan exists" in shown(nothing)
    assert answer_data(nothing)["plan"] is None


@pytest.mark.parametrize(
    ("amount", "short", "whole"),
    [
        (38_400_000, "$38.40M", "$38,400,000"),
        (999_499, "$999k", "$999,499"),
        (999_500, "$1.00M", "$999,500"),
        (-12_345, "-$12k", "-$12,345"),
        (950.4, "$950", "$950"),
        (-0.2, "$0", "$0"),
        (None, "-", "-"),
    ],
)
def test_dollars(amount: float | None, short: str, whole: str) -> None:
    assert usd(amount) == short
    assert exact_usd(amount) == whole


def test_progress() -> None:
    assert progress_line(Progress(3.4, None, None)) == "3 s: no plan yet"
    assert (
        progress_line(Progress(3.4, 1500.0, 1400.0)) == "3 s: best plan $1,500, none costs less than $1,400, gap $100"
    )


def test_the_export_has_no_number_that_json_cannot_hold() -> None:
    import json

    plan = answered().plan
    assert isinstance(plan, Plan)
    endless = plan.decisions.assign(payback_years=float("inf"))
    assert json.dumps(answer_data(answered(decisions=endless)), allow_nan=False)


def test_estimated_terms_are_told_apart_from_estimated_prices() -> None:
    plan = answered().plan
    assert plan is not None
    moved = plan.decisions[plan.decisions["moved"]]
    marked = ("coverage", "coverage;price_usd_per_year")
    told = {marks: unquoted_words(moved.assign(estimated=marks)) for marks in marked}
    assert list(told.values()) == ["; its price is quoted", ", not on a quote"]
    both = pd.concat([moved.assign(estimated=marks) for marks in told])
    assert unquoted_words(both) == ", 1 of them without a quoted price"
    assert unquoted_words(pd.concat([moved.assign(estimated="coverage")] * 2)) == "; their prices are quoted"


@pytest.mark.parametrize(
    ("usd_", "told"),
    [(5.275e6, "$5.275M"), (5.3e6, "$5.30M"), (-12_500, "−$12.5k"), (20_000, "$20k"), (2_500, "$2,500"), (0, "$0")],
)
def test_ticks_tell_the_number_that_they_stand_at(usd_: float, told: str) -> None:
    figure = Figure()
    axes = figure.subplots()
    money_axis(axes)
    assert axes.xaxis.get_major_formatter()(usd_, 0) == told


def test_what_never_pays_back_is_told_so() -> None:
    assert (cell("payback_years", float("inf")), cell("payback years", 1.5)) == ("never", "1.5")


@pytest.mark.parametrize(
    ("guesses", "whole", "words"),
    [
        (0, 1, "no move rests"),
        (0, 6, "no move rests"),
        (1, 1, "the one move rests"),
        (1, 6, "1 of 6 moves rests"),
        (2, 6, "2 of 6 moves rest"),
        (6, 6, "all 6 moves rest"),
    ],
)
def test_how_many_rest_on_estimates(guesses: int, whole: int, words: str) -> None:
    assert resting(guesses, whole, "move") == words


@pytest.mark.parametrize(
    ("least", "most", "proved", "unlike", "word"),
    [
        (5.0, 9.0, True, "", "yes"),
        (-0.4, 0.4, False, "", "alike"),
        (0.0, 0.0, False, "", "alike"),
        (0.0, 0.0, False, "another year", "no"),
        (-0.4, 3.0, False, "", "no"),
        (None, 0.0, False, "", "no"),
        (float("nan"), 0.0, False, "", "no"),
    ],
)
def test_what_is_proved_of_a_difference(least: float, most: float, proved: bool, unlike: str, word: str) -> None:
    row = {"least_usd_per_year": least, "most_usd_per_year": most, "proved": proved, "unlike": unlike}
    assert proved_word(row) == word


def test_what_share_of_money_rests_on_estimates_is_told_of_the_moves_it_is_of() -> None:
    # by hand: 30 of 100 dollars move on estimates, 10 of them without a price
    decisions = pd.DataFrame(
        {
            "moved": [True, True, True],
            "estimated": ["", "quality", "price_usd_per_year;quality"],
            "gross_usd_per_year": [70.0, 20.0, 10.0],
        }
    )
    (told,) = estimated_sentences(decisions, pd.DataFrame({"estimated": pd.Series([], dtype="object")}))
    assert told == "2 of 3 moves rest on estimated terms (30.0% of what moves), 1 of them without a quoted price."


def test_what_is_proved_where_proposals_are_weighed_against_cost() -> None:
    """The bound is of cost less what proposals are worth: a plan of less cost may exist, and none is denied."""
    cost_usd = _found()[1].cost_usd
    best_of_both = answered(reinvested_usd=-20.0, bound_usd=cost_usd - 20.0)
    told = "Best plan, proved: no plan under these rules is better, what its proposals are worth taken off its cost."
    assert status_sentence(best_of_both) == told
    near = answered(reinvested_usd=-20.0, bound_usd=cost_usd - 20.5)
    assert "no plan under these rules is better by over $0.50, what its proposals" in status_sentence(near)
    early = answered(Stopped.TIME, reinvested_usd=-20.0, bound_usd=cost_usd - 60.0)
    assert status_sentence(early).endswith("a better one may exist, by $40 at the most.")


def test_what_is_proved_where_a_goal_comes_before_cost() -> None:
    first = answered(bound_usd=_found()[1].cost_usd, reached=(Reached("coverage", 0.9, 0.9),))
    assert status_sentence(first) == "Best plan, proved: no plan that reaches as much costs less."


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2.135, "2.14"),
        (2.1350000000000002, "2.14"),
        (-0.005, "-0.01"),
        (1234.5, "1,234.50"),
    ],
)
def test_sums_in_any_order_are_shown_alike(number: float, text: str) -> None:
    assert decimals(number) == text
    assert decimals(1e300) == f"{1e300:,.2f}"


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (-5.0, 7.0, "it may cost between -$5 and $7 more."),
        (None, 7.0, "it may cost at most $7 more, and how much less is not proved."),
        (float("nan"), None, "what it may cost more or less is not proved."),
        (-5.0, None, "it may cost at least -$5 more, and at most how much is not proved."),
    ],
)
def test_a_difference_that_is_not_proved_tells_its_ends(least: float | None, most: float | None, words: str) -> None:
    ends = {"change_usd_per_year": 0.0, "least_usd_per_year": least, "most_usd_per_year": most}
    (told,) = open_sentences([{"letter": "F", **ends}])
    assert told == f"No difference to F is proved: as found it costs as much; {words}"
