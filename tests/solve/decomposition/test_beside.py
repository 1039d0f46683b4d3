"""Kernels in threads of their own: they find what they would find alone, end when asked to, and hide nothing."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import family_program
from optimizer.program.program import Program
from optimizer.program.rows import Codes, Floats
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition import search, stage
from optimizer.solve.decomposition.beside import Beside, Lot
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.kernels import AHEAD, KERNELS, KernelSearch
from optimizer.solve.decomposition.plans import Plans
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.submip import Effort, SubMip
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome, Stopped
from tests.cases import sampled
from tests.solve.decomposition.optima import EXACT, best_of

TWO = EXACT.model_copy(update={"threads": 2})
FAMILIES = ("county-40x6x3", "county-60x8x4", "county-pools-40x6x3", "gap-e-5x20", "sscflp-6x20", "gap-d-4x12")


pytestmark = pytest.mark.usefixtures("taken_apart")


@pytest.mark.parametrize("few_groups", [5, 1000])
@pytest.mark.parametrize("family", sampled(FAMILIES, 5))
@pytest.mark.parametrize("seed", sampled(range(5), 1))
def test_two_threads_agree_with_highs(family: str, seed: int, few_groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEW_GROUPS", few_groups)
    _agrees(search.search(family_program(family, seed), TWO), best_of(family, seed))


def test_a_kernel_beside_finds_what_it_finds_alone() -> None:
    alone, beside = _relaxed(EXACT), _relaxed(TWO)
    alone.plans.kernel(AHEAD)
    beside.plans.ahead()
    beside.plans.wait()
    assert alone.now.cost is not None
    assert beside.now.cost == alone.now.cost


def test_no_more_kernels_at_a_time_than_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    begin = Beside.begin

    def counted(beside: Beside, lot: object) -> None:
        begin(beside, lot)  # type: ignore[arg-type]
        running.append(beside.running)

    monkeypatch.setattr(Beside, "begin", counted)
    run = _relaxed(TWO)
    run.plans.ahead()
    for kernel in KERNELS:
        run.plans.kernel(kernel)
    assert len(running) > 1
    assert max(running) <= 2


def test_what_is_stopped_ends() -> None:
    before = set(threading.enumerate())
    run = _relaxed(TWO.model_copy(update={"time_limit_s": 1000.0}), "gap-d-20x200")
    assert run.plans.beside is not None
    lot = run.plans._lot(AHEAD)
    long = KernelSearch(lot.kernel.point, np.arange(run.below.model.size), Effort(10**6, 200.0, 0.0))
    run.plans.beside.begin(replace(lot, kernel=long))
    (thread,) = set(threading.enumerate()) - before
    thread.join(0.3)
    assert thread.is_alive()
    run.plans.beside.stop()
    thread.join(30.0)
    assert not thread.is_alive()


def test_what_a_thread_raises_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    run = _relaxed(TWO)

    def failing(sub: SubMip) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(SubMip, "search", failing)
    run.plans.ahead()
    with pytest.raises(ZeroDivisionError):
        run.plans.wait()


def test_ctrl_c_keeps_what_threads_have_found(monkeypatch: pytest.MonkeyPatch) -> None:
    program, before = family_program("county-60x8x4", 0), set(threading.enumerate())

    def interrupted(_below: Bounding, _rounds: int, _deadline: float) -> bool:
        for thread in set(threading.enumerate()) - before:
            thread.join()
        raise KeyboardInterrupt

    monkeypatch.setattr(Bounding, "cut_more", interrupted)
    outcome = search.search(program, TWO)
    assert outcome.stopped is Stopped.INTERRUPTED
    assert outcome.cost_usd is not None
    assert outcome.cost_usd < as_it_is(program)
    assert outcome.bound_usd is not None
    assert outcome.bound_usd <= outcome.cost_usd


def test_ctrl_c_while_a_find_is_taken_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run, take, came = _relaxed(TWO), Plans._take, list[int]()

    def interrupted(plans: Plans, point: Point, left: Codes, ended: bool) -> None:
        came.append(1)
        if len(came) == 1:
            raise KeyboardInterrupt
        take(plans, point, left, ended)

    monkeypatch.setattr(Plans, "_take", interrupted)
    before = set(threading.enumerate())
    run.plans.ahead()
    for thread in set(threading.enumerate()) - before:
        thread.join()
    with pytest.raises(KeyboardInterrupt):
        run.plans.look()
    run.plans.look()
    assert run.now.cost is not None


def test_the_whole_program_has_all_threads_and_begins_from_what_they_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is so little that only openings are worth taking apart."""
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 300)
    program, before, whole = family_program("county-60x8x4", 1), set(threading.enumerate()), highs.search
    besides: list[Beside] = []
    begun: list[tuple[int, bool]] = []
    begin = Beside.begin

    def counted(beside: Beside, lot: Lot) -> None:
        besides.append(beside)
        begin(beside, lot)

    def cut(_below: Bounding, _rounds: int, _deadline: float) -> bool:
        for thread in set(threading.enumerate()) - before:
            thread.join()
        return False

    def searched(asked: Program, solver: Solver, start: Floats | None, *given: OnProgress) -> Outcome:
        begun.append((sum(beside.running for beside in besides), start is not None))
        return whole(asked, solver, start, *given)

    monkeypatch.setattr(Beside, "begin", counted)
    monkeypatch.setattr(Bounding, "cut_more", cut)
    monkeypatch.setattr(highs, "search", searched)
    assert search.search(program, TWO).stopped is Stopped.PROVED
    assert (len(besides), begun) == (1, [(0, True)])


def as_it_is(program: Program) -> float:
    """Cost of the plan that is held before there is a better one."""
    now = search._Run(program, TWO, None).now
    now.fall_back()
    assert now.held is not None
    return program.cost_usd(now.held.x)


def _agrees(found: Outcome, whole: Outcome) -> None:
    assert found.stopped is whole.stopped is Stopped.PROVED
    assert whole.cost_usd is not None
    assert found.cost_usd == pytest.approx(whole.cost_usd, rel=1e-9)
    assert found.bound_usd is not None
    assert found.bound_usd <= whole.cost_usd * (1.0 + 1e-9)


def _relaxed(solver: Solver, size: str = "county-60x8x4") -> search._Run:
    """A search that has a bound and no plan."""
    run = search._Run(family_program(size, 0), solver, None)
    assert run.below.relax(3)
    return run
