"""Frontiers of cost against another measure: by hand, and against every plan of small counties."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pytest

from optimizer.errors import Refused
from optimizer.program.program import CountyProgram
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome, Reached, Stopped
from optimizer.why import asked as asked_module
from optimizer.why.asked import Asked, ask, silent
from optimizer.why.ends import ends_noted
from optimizer.why.frontier import Frontier, frontier
from optimizer.why.frontier_points import Cut, Searches
from optimizer.why.frontier_walk import walk
from optimizer.why.measures import MEASURES, Measure, measure_of
from tests.cases import case_of, offer, organization, sampled, service
from tests.properties.small_cases import small_case
from tests.properties.trials import changed
from tests.solve.rich import cases
from tests.why.limits_by_hand import three_moves
from tests.why.plans_by_hand import CENTS, lawful_plans, wide_case

SMALL_SEEDS = (3, 18, 39)
WIDE_SEEDS = (0, 2, 7, 12)
MORE_SEEDS = (33, 40)
NEAR = 1e-6

Found = tuple[float, float, float]


def test_by_hand() -> None:
    """Each move of the three takes half a person: all cost 255, two 260, one 270, none 300."""
    found = frontier(ask(three_moves()), "displaced_fte")
    assert found.points["displaced_fte"].tolist() == [1.5, 1.0, 0.5, 0.0]
    assert found.points["usd_per_year"].round(2).tolist() == [255, 260, 270, 300]
    assert found.points["least_usd_per_year"].round(2).tolist() == [255, 260, 270, 300]
    assert found.points["usd_per_year_per_fte"].round(2).tolist()[1:] == [10, 20, 60]
    assert found.points["keep"].tolist() == [0, 1, 2, 3]
    assert found.points["proved"].all()
    assert found.told().lines == (
        "Staff who lose their position: 1.5 FTE at least cost ($255 a year); the best that is possible is 0 FTE, for "
        "$45 a year more.",
        "4 plans, proved, none of which can be beaten in one of the two without losing in the other; any other is less "
        "than 0.01 FTE better than one of these.",
        "The first step, from 1.5 FTE to 1 FTE, costs $5 a year: $10 for each FTE.",
        "The last step, from 0.5 FTE to 0 FTE, costs $30 a year: $60 for each FTE.",
    )


def test_points_are_spread_evenly_between_the_ends() -> None:
    found = frontier(ask(three_moves()), "moves", points=3)
    assert found.points["moved_services"].tolist() == [3, 1, 0]
    assert found.points["usd_per_year"].round(2).tolist() == [255, 270, 300]
    # the one with 2 moves costs 260, which is $10 less than the best of these that moves no more
    said = "there may be others between them; none costs over $30 a year less than the one of these that is as good in"
    assert found.told().lines[1].endswith(f"{said} it.")
    assert frontier(ask(three_moves()), "moves", points=2).points["moved_services"].tolist() == [3, 0]


def test_where_the_cheapest_plan_is_best_there_is_one_point() -> None:
    found = frontier(ask(three_moves()), "private_share")
    assert len(found.points) == 1
    line = "Share of the budget at private firms: the plan of least cost has 0 %, and no plan has a better value."
    assert found.told().lines == (line,)


@pytest.mark.parametrize("lost", [(1, 0), (0, 1)])
def test_of_plans_that_cost_as_little_the_better_one_is_told(lost: tuple[int, int]) -> None:
    """Two towns ask the same, and to one of them nobody loses a position."""
    offers = [offer("s", name, 60, fte_displaced=fte) for name, fte in zip("ab", lost, strict=True)]
    found = frontier(ask(case_of([service("s")], [organization("a"), organization("b")], offers)), "displaced_fte")
    assert found.points["displaced_fte"].tolist() == [0]


@pytest.mark.parametrize("seed", sampled(SMALL_SEEDS, 1))
def test_complete_and_without_dominated_plans_in_small_counties(seed: int) -> None:
    _agrees(small_case(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", WIDE_SEEDS)
def test_complete_and_without_dominated_plans_where_little_is_forbidden(seed: int) -> None:
    _agrees(wide_case(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_complete_and_without_dominated_plans_in_many_more(seed: int) -> None:
    for case in (small_case(seed), wide_case(seed)):
        if lawful_plans(case):
            _agrees(case)


def _agrees(case: Case) -> None:
    asked, plans = ask(case), lawful_plans(case)
    for name in MEASURES:
        if name == "coverage" and not _duties_bind(case):
            with pytest.raises(Refused, match="a binding mandate"):
                measure_of(asked.program, name)
            continue
        measure = measure_of(asked.program, name)
        sign = 1.0 if measure.less_is_better else -1.0
        lawful = [(plan.usd_per_year, sign * plan.measure(name)) for plan in plans]
        ends = _is_complete(_walked(asked, measure, None), lawful, measure)
        _spread_is_right(_walked(asked, measure, 4), lawful, ends)


def _duties_bind(case: Case) -> bool:
    named = {row.mandate_id for row in case.county.mandate_services}
    enforced = case.settings.duties.enforce_unfunded
    return any(row.mandate_id in named and (row.funded or enforced) for row in case.county.mandates)


def _walked(asked: Asked, measure: Measure, points: int | None) -> list[Found]:
    """Cost [USD a year], its bound, and the measure of which less is better, of every point."""
    found = walk(asked, measure, points, silent).points
    assert all(point.proved for point in found)
    return [
        (point.outcome.cost_usd / asked.annuity, point.outcome.bound_usd / asked.annuity, point.steps * measure.step)
        for point in found
    ]


def _is_complete(found: list[Found], lawful: list[tuple[float, float]], measure: Measure) -> tuple[float, float]:
    cost, bound, value = np.array(found).T
    leeway = 0.0 if measure.counts else measure.step
    for usd, at in lawful:
        assert ((cost <= usd + CENTS) & (value <= at + leeway + NEAR)).any(), (measure.name, usd, at)
        assert not ((usd <= cost - CENTS) & (at <= value + NEAR)).any(), (measure.name, usd, at)
        as_cheap = abs(usd - cost) < 1e-6
        assert not (as_cheap & (at < value - 0.01 * measure.step - NEAR)).any(), (measure.name, usd, at)
    for usd, at in zip(cost, value, strict=True):
        assert any(abs(usd - one) <= CENTS and abs(at - other) <= NEAR for one, other in lawful)
    assert (np.diff(cost) > 0).all()
    assert (np.diff(value) < 0).all()
    for at, least in zip(value, bound, strict=True):
        assert least <= min(usd for usd, other in lawful if other <= at + NEAR) + CENTS
    return value[0], value[-1]


def _spread_is_right(found: list[Found], lawful: list[tuple[float, float]], ends: tuple[float, float]) -> None:
    """At every limit looked at the cheapest plan that keeps it is among the points."""
    cost, _, value = np.array(found).T
    assert (value[0], value[-1]) == pytest.approx(ends)
    assert len(found) <= 4
    for limit in np.linspace(value[0], value[-1], 4):
        least = min(usd for usd, at in lawful if at <= limit + NEAR)
        assert cost[value <= limit + NEAR].min() == pytest.approx(least, abs=CENTS)


@cache
def _wide_whole() -> tuple[Asked, Frontier]:
    asked = ask(wide_case(WIDE_SEEDS[0]))
    return asked, frontier(asked, "risk")


@pytest.mark.parametrize(
    ("why", "raised"),
    [
        (Stopped.TIME, Cut(Stopped.TIME)),
        pytest.param(Stopped.INTERRUPTED, Cut(Stopped.INTERRUPTED), marks=pytest.mark.slow),
        pytest.param(Stopped.INTERRUPTED, KeyboardInterrupt(), marks=pytest.mark.slow),
    ],
)
def test_a_search_that_is_cut_short_says_so_and_holds_points_of_the_frontier(
    why: Stopped, raised: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many searches: what is told is of the frontier, and what is open is told."""
    (asked, whole), search = _wide_whole(), Searches._again
    points = set(whole.points["at_risk_usd_per_year"])
    assert whole.stopped is None
    assert whole.open_share == 0
    open_shares, left = [], 0

    def some(searches: Searches, *given: object) -> Outcome:
        nonlocal left
        left -= 1
        if left < 0 and searches.until_s < np.inf:
            raise raised
        return search(searches, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Searches, "_again", some)
    for searches in (0, 2, 5, 10_000):
        left = searches + 2  # two of them are of the plan of least cost
        found = frontier(asked, "risk", time_limit_s=1e6)
        assert set(found.points["at_risk_usd_per_year"]) <= points
        assert found.points["proved"].all()
        open_shares.append(found.open_share)
        if found.stopped is None:
            break
        assert found.stopped is why
        ended = "time limit ended" if why is Stopped.TIME else "interrupted"
        assert ended in found.told().lines[1]
        assert f"{found.open_share:.0%} of the range" in found.told().lines[1]
        missed = _worth_of_the_others(found.points, whole.points)
        told = re.search(r"none costs over \$([\d,]+) a year less", found.told().lines[1])
        assert told is not None
        assert missed <= float(told.group(1).replace(",", "")) + 0.5
    assert found.points.equals(whole.points)
    assert open_shares == sorted(open_shares, reverse=True)
    assert open_shares[0] > 0.9
    assert len(open_shares) > 2


def _worth_of_the_others(held: pd.DataFrame, whole: pd.DataFrame) -> float:
    """What a plan of the frontier that is not held saves at the most against one that is held and as good."""
    measure, worth = "at_risk_usd_per_year", [0.0]
    for risk, usd in whole[[measure, "usd_per_year"]].itertuples(index=False):
        worth.append(float(held.loc[held[measure] <= risk, "usd_per_year"].min() - usd))
    return max(worth)


def test_without_time_only_the_ends_are_told() -> None:
    found = frontier(ask(three_moves()), "moves", time_limit_s=1e-9)
    assert found.points["moved_services"].tolist() == [3, 0]
    assert found.stopped is Stopped.TIME
    assert found.open_share == pytest.approx(2 / 3, abs=1e-3)  # at most 2, or at most 1
    assert "others in 67% of the range from 3 services to 0 services" in found.told().lines[1]


def _interrupts(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def _holds_nothing(*_: object, **__: object) -> Outcome:
    return Outcome(Stopped.INTERRUPTED, None, None, None, "", 0.0)


@pytest.mark.parametrize("search", [_interrupts, _holds_nothing])
def test_interrupted_before_the_best_is_known_the_plan_in_question_is_told(
    search: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask(three_moves())
    monkeypatch.setattr(asked_module, "search_once", search)
    with ends_noted() as ends:
        found = frontier(question, "displaced_fte")
    assert found.stopped is Stopped.INTERRUPTED
    assert Stopped.INTERRUPTED in ends
    assert found.points["displaced_fte"].tolist() == [1.5]
    assert found.points["usd_per_year"].round(2).tolist() == [255]
    assert not found.best
    assert found.told().lines == (
        "Staff who lose their position: the plan of least cost has 1.5 FTE, and the search for a better value was "
        "interrupted before it had found one or proved that there is none.",
    )


@pytest.mark.parametrize(
    ("stopped", "ended"), [(Stopped.INTERRUPTED, "the search was interrupted"), (Stopped.TIME, "there may be others")]
)
def test_the_best_that_was_found_is_not_called_the_best_possible(
    stopped: Stopped, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for the best measure ends with half a position lost, for 270: none at all would cost 300."""
    question = ask(three_moves())
    measure = measure_of(question.program, "displaced_fte")
    (half,) = (point for point in walk(question, measure, None, silent).points if point.steps == 50)
    usual = asked_module.search_once

    def ended_early(program: CountyProgram, *given: Any, **more: Any) -> Outcome:
        if not program.goals:
            return usual(program, *given, **more)
        return replace(half.outcome, stopped=stopped, bound_usd=None, reached=(Reached("", 0.0, None),))

    monkeypatch.setattr(asked_module, "search_once", ended_early)
    found = frontier(question, "displaced_fte", points=2)
    assert found.points["displaced_fte"].tolist() == [1.5, 0.5]
    assert found.points["usd_per_year"].round(2).tolist() == [255, 270]
    assert found.points["least_usd_per_year"].round(2).tolist() == [255, 255]  # no plan at all costs less
    lines = found.told().lines
    assert lines[0].endswith("the best that was found is 0.5 FTE, for $15 a year more; whether a better one exists is "
                             "open.")  # fmt: skip
    assert f"; {ended}" in lines[1]
    proved = {Stopped.INTERRUPTED: "none is", Stopped.TIME: "1 is"}[stopped]
    assert lines[1].startswith(f"2 plans, of which {proved} proved to be such that no plan beats it in one")


def test_interrupted_before_the_plan_of_least_cost_is_sought_the_one_in_question_stands_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Searches, "least_cost", _interrupts)
    found = frontier(ask(three_moves()), "moves")
    assert found.points["moved_services"].tolist() == [3, 0]
    assert found.points["usd_per_year"].round(2).tolist() == [255, 300]
    assert found.stopped is Stopped.INTERRUPTED
    assert "the best that is possible is 0 services, for $45 a year more" in found.told().lines[0]
    assert "in 67% of the range from 3 services to 0 services" in found.told().lines[1]


def test_what_no_search_proved_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The searches find what there is to find, but prove nothing."""
    search = Searches._again

    def unproved(searches: Searches, *given: object) -> Outcome:
        return replace(search(searches, *given), bound_usd=None)  # type: ignore[arg-type]

    monkeypatch.setattr(Searches, "_again", unproved)
    found = frontier(ask(three_moves()), "moves")
    assert found.points["moved_services"].tolist() == [3, 2, 1, 0]
    assert found.open_share > 0.5
    assert "there may be others between them" in found.told().lines[1]


def test_what_cannot_be_asked_is_refused() -> None:
    asked = ask(three_moves())
    with pytest.raises(Refused, match="Did you mean agreements"):
        frontier(asked, "agrements")
    with pytest.raises(Refused, match="2 or more"):
        frontier(asked, "moves", points=1)
    with pytest.raises(Refused, match="a binding mandate"):
        frontier(asked, "coverage")
    with pytest.raises(Refused, match="least_cost, as costs are compared"):
        frontier(ask(cases()["everything"]), "moves")
    with pytest.raises(Refused, match="compared by their cost alone"):
        frontier(ask(changed(three_moves(), "reinvestment", rule="weighted", usd_per_score=1.0)), "moves")
