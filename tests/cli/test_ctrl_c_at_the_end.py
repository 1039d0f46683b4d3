"""Ctrl-C that comes just as HiGHS ends by itself: what is proved stays proved, and nothing else is searched."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import highspy
import pytest

from optimizer.interrupts import ctrl_c_came, ended_together, note_ctrl_c
from optimizer.program.goals import Goal
from optimizer.program.rows import RowBuilder, at_least
from optimizer.solve import goals as searches_in_order
from optimizer.solve import highs
from optimizer.solve.engines import run_engine, search_once
from optimizer.solve.goals import not_searched
from optimizer.solve.outcome import Stopped
from tests.cases import assignment, program_of, sampled
from tests.cli.test_commands import ANALYSES, reallocate

pytestmark = pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals")


@pytest.fixture
def at_the_end_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Lets Ctrl-C come after HiGHS has ended its search of that number, in its thread; which searches were made."""
    usual, made = highspy.Highs.run, list[int]()

    def come(number: int) -> list[int]:
        def run(self: highspy.Highs) -> object:
            ended = usual(self)
            made.append(len(made))
            if len(made) - 1 == number:
                signal.raise_signal(signal.SIGINT)
            return ended

        monkeypatch.setattr(highspy.Highs, "run", run)
        return made

    return come


def test_a_proof_stays_one_and_the_next_search_does_not_begin(at_the_end_of: Callable[[int], list[int]]) -> None:
    case = assignment(6, 3, 1)
    program, solver, made = program_of(case), case.settings.solver, at_the_end_of(0)
    with ended_together() as came:
        first = search_once(program, solver)
        assert (first.stopped, bool(came)) == (Stopped.PROVED, True)
        nothing, start = search_once(program, solver), search_once(program, solver, first.x)
    assert made == [0]
    assert (nothing.stopped, nothing.x, nothing.cost_usd) == (Stopped.INTERRUPTED, None, None)
    assert (start.stopped, start.cost_usd, start.bound_usd) == (Stopped.INTERRUPTED, first.cost_usd, None)
    assert search_once(program, solver).stopped is Stopped.PROVED  # another question


def test_that_no_plan_exists_is_not_said_where_nobody_confirmed_it(at_the_end_of: Callable[[int], list[int]]) -> None:
    case = assignment(6, 3, 1)
    program, made = program_of(case), at_the_end_of(0)
    impossible = program.with_rows(
        RowBuilder("impossible", "1", {}, *at_least(2.0)).add(0, program.columns.options[:1], 1.0).rows()
    )
    with ended_together():
        assert search_once(impossible, case.settings.solver).stopped is Stopped.INTERRUPTED
    assert made == [0]
    assert search_once(impossible, case.settings.solver).stopped is Stopped.INFEASIBLE


def test_ties_are_left_as_they_are(at_the_end_of: Callable[[int], list[int]]) -> None:
    program, made = program_of(assignment(6, 3, 1)), at_the_end_of(0)
    assert program.case.settings.solver.break_ties
    assert run_engine("highs", program, None, None, None).stopped is Stopped.PROVED
    assert made == [0]
    run_engine("highs", program, None, None, None)
    assert len(made) > 2


def test_a_goal_that_was_settled_stays_so_and_cost_is_not_sought(at_the_end_of: Callable[[int], list[int]]) -> None:
    case = assignment(6, 3, 1)
    program, solver, made = program_of(case), case.settings.solver, at_the_end_of(0)
    goal = Goal("most", program.columns.cost_usd, 0.01)
    program = searches_in_order.replace(program, goals=(goal,))
    with ended_together():
        _, outcome = searches_in_order.search_in_order(program, solver, None, highs.search)
    assert made == [0]
    assert (outcome.stopped, outcome.bound_usd) == (Stopped.INTERRUPTED, None)
    (reached,) = outcome.reached
    assert reached.bound == pytest.approx(reached.value, abs=0.01)


def test_a_start_that_is_no_plan_is_not_handed_over() -> None:
    program = program_of(assignment(6, 3, 1))
    assert not_searched(program, 0.0 * program.columns.cost_usd).x is None


def test_ctrl_c_before_highs_begins_ends_a_search_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    case = assignment(6, 3, 1)
    program, solver = program_of(case), case.settings.solver
    monkeypatch.setattr(highs, "refuse_unsafe", interrupted)
    with ended_together() as came:
        assert search_once(program, solver).stopped is Stopped.INTERRUPTED
    assert came
    with pytest.raises(KeyboardInterrupt):  # where nobody ends what comes after it
        search_once(program, solver)


def test_a_block_around_is_told_and_one_after_it_is_not() -> None:
    with ended_together() as outer:
        with ended_together() as inner:
            assert not ctrl_c_came()
            assert note_ctrl_c()
        assert (bool(inner), bool(outer), ctrl_c_came()) == (True, True, True)
    assert not ctrl_c_came()
    assert not note_ctrl_c()


@pytest.mark.parametrize("number", sampled([1, 0, 4], 1))
@pytest.mark.parametrize("words", ANALYSES, ids=lambda words: words[0])
def test_every_analysis_ends_with_what_it_holds(
    words: list[object], number: int, at_the_end_of: Callable[[int], list[int]]
) -> None:
    made = at_the_end_of(number)
    result = reallocate(*words)
    assert result.exit_code == 130, result.output
    assert result.stdout
    assert len(made) == number + 1  # none begins after it
