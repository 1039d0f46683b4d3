"""HiGHS in a thread of its own: Ctrl-C stops it at any moment, several may run at once."""

from __future__ import annotations

import signal
import threading
import time

import highspy
import pytest

from optimizer.interrupts import ctrl_c_noted
from optimizer.solve.highs import pass_program, search
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.solve.stoppable import run_stoppably
from tests.cases import assignment, program_of, sampled


def hard_to_solve() -> highspy.Highs:
    """What takes HiGHS minutes."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("time_limit", 20.0)
    pass_program(highs, program_of(assignment(200, 15, 1, correlated=True)))
    return highs


def test_ctrl_c_stops_the_search_and_raises_nothing() -> None:
    highs, began = hard_to_solve(), time.monotonic()
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    assert run_stoppably(highs)
    assert highs.getModelStatus() == highspy.HighsModelStatus.kInterrupt
    assert time.monotonic() - began < 15.0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("after_ms", sampled(sorted(range(0, 40, 2), key=lambda ms: ms % 6), 7))
def test_ctrl_c_about_when_a_search_ends_leaves_the_next_one_free(after_ms: int) -> None:
    case = assignment(6, 3, 1)
    program, solver = program_of(case), case.settings.solver
    with ctrl_c_noted():  # what comes between two searches is no matter here
        timer = threading.Timer(after_ms / 1000.0, signal.raise_signal, [signal.SIGINT])
        timer.start()
        search(program, solver)
        timer.join()
        assert search(program, solver).stopped is Stopped.PROVED


def test_two_threads_search_at_once() -> None:
    case = assignment(30, 5, 1)
    program, solver = program_of(case), case.settings.solver
    expected = search(program, solver)
    found: list[Outcome] = []
    threads = [threading.Thread(target=lambda: found.append(search(program, solver))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.cost_usd for one in found] == [expected.cost_usd] * 3


def test_what_a_callback_raises_is_raised() -> None:
    case = assignment(120, 12, 1)

    def failing(now: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        search(program_of(case), case.settings.solver, None, failing)
