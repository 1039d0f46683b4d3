"""HiGHS held between its turns: it waits, goes on from where it was, and comes to the same end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.instances.families import family_program
from optimizer.solve import highs
from optimizer.solve.decomposition import search, stage
from optimizer.solve.decomposition.by_turns import ByTurns
from optimizer.solve.decomposition.remainder import Rest, Sought
from optimizer.solve.decomposition.restarts import Restarts
from optimizer.solve.decomposition.stage import Stage
from optimizer.solve.decomposition.tree import Tree
from optimizer.solve.outcome import Stopped
from tests.solve.decomposition.optima import EXACT

TWO = EXACT.model_copy(update={"threads": 2})
FAMILY, SEED = "gap-d-4x12", 2


@pytest.fixture
def staged() -> Stage:
    """A stage with a plan by rounding and a few cuts."""
    staged = Stage(family_program(FAMILY, SEED), EXACT, None)
    assert staged.below.relax(3)
    staged.plans.quick()
    assert staged.now.cost is not None
    return staged


@pytest.fixture
def begun(staged: Stage) -> Iterator[ByTurns]:
    """HiGHS on all that is left, held before its first turn."""
    turns = _handed_over(staged)
    yield turns
    turns.stop()


def _handed_over(staged: Stage, *, aside: bool = False) -> ByTurns:
    below, now = staged.below, staged.now
    assert now.cost is not None
    sought = Sought(now.cost, None, now.end, -np.inf)
    return ByTurns(Rest(below.reached, below.sacks, EXACT, sought, {}), below.left, aside)


def _take(staged: Stage, turns: ByTurns) -> None:
    for x in turns.told():
        staged.plans.offer(x, turns.left)


def test_turn_by_turn_it_ends_at_the_optimum(staged: Stage, begun: ByTurns) -> None:
    turns = 0
    while not begun.ended:
        begun.go_on(time.monotonic())
        turns += 1
    _take(staged, begun)
    best = highs.search(family_program(FAMILY, SEED), EXACT)
    assert turns > 1
    assert begun.ahead == 0.0
    assert begun.spent_s > 0.0
    assert staged.now.cost == best.cost_usd
    assert begun.bound >= staged.now.end


def test_between_its_turns_it_does_nothing(begun: ByTurns) -> None:
    begun.go_on(time.monotonic())
    assert not begun.ended
    told = len(begun.told())
    time.sleep(0.3)  # all of it takes about half of that
    assert not begun.ended
    assert len(begun.told()) == told


def test_with_a_processor_of_its_own_it_never_waits(staged: Stage) -> None:
    turns = _handed_over(staged, aside=True)
    turns.go_on(-np.inf)
    turns._thread.join()
    _take(staged, turns)
    assert turns.ended
    assert turns.bound >= staged.now.end
    turns.stop()


def test_stopped_before_its_first_turn_or_while_it_is_held_it_ends(staged: Stage) -> None:
    _handed_over(staged).stop()
    held = _handed_over(staged)
    held.go_on(time.monotonic())
    assert not held.ended
    held.stop()
    held._thread.join()
    assert held.ended
    assert held.bound < staged.now.end


def test_a_plan_of_others_is_taken_and_one_that_it_cannot_have_is_not(staged: Stage) -> None:
    program = family_program(FAMILY, SEED)
    best = highs.search(program, EXACT).x
    assert best is not None
    turns = _handed_over(staged)
    turns.left = turns.left[1:]  # as if one of its columns were not there
    turns.offer(np.ones(len(best)))
    assert turns._offered is None
    turns.left = staged.below.left
    turns.offer(best)
    turns.go_on(np.inf)
    assert "\n X " in turns.log
    assert all(staged.below.model.value(x) >= program.cost_usd(best) - 1e-6 for x in turns.told())


def test_what_highs_tells_bounds_plans_no_higher_than_its_end_and_not_where_it_is_infinite(staged: Stage) -> None:
    below, end = staged.below, staged.now.end
    rest = Rest(below.reached, below.sacks, EXACT, Sought(end + 1.0, None, end, -np.inf), {})
    assert rest.bound(end - 1.0) == end - 1.0
    assert rest.bound(end + 1.0) == end
    assert rest.bound(np.inf) is None
    assert rest.bound(-np.inf) is None


def test_what_its_thread_raises_is_raised_here(staged: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Rest, "ended", failing)
    turns = _handed_over(staged, aside=True)
    turns.go_on(-np.inf)
    turns._thread.join()
    assert turns.ended
    with pytest.raises(ZeroDivisionError):
        turns.told()


@pytest.mark.parametrize(
    ("ahead", "spent_s", "own_ahead", "own_spent_s", "share"),
    [
        (0.2, 4.0, None, 0.0, 0.05),  # a quarter of what is left
        (40.0, 4.0, None, 0.0, 1.0),  # as long as the tree's turn at most
        (40.0, 8.0, 1.0, 4.0, 1.0),  # less time so far than the tree
        (40.0, 8.0, np.inf, 9.0, 1.0),  # not yet branching
        (4.0, 10.0, 2.0, 10.0, 2.0),  # 40 s are left, and 20 of its own
        (40.0, 10.0, 0.5, 10.0, 3.0),
        (4.0, 10.0, 500.0, 10.0, 0.5),
        (np.inf, 10.0, 0.0, 10.0, 3.0),
        (0.2, 10.0, 0.0, 10.0, 0.05),  # the tree is nearly done
    ],
)
def test_the_longer_the_tree_and_the_shorter_its_own_the_longer_its_turn(
    ahead: float, spent_s: float, own_ahead: float | None, own_spent_s: float, share: float, staged: Stage
) -> None:
    if own_ahead is not None:
        own = SimpleNamespace(ahead=own_ahead, spent_s=own_spent_s)
        staged.climbing._rest = own  # type: ignore[assignment]
    assert staged.climbing._share_of_highs(ahead, spent_s) == pytest.approx(share)


def _all_end_but(before: set[threading.Thread]) -> None:
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=10.0)
        assert not thread.is_alive()


def _trees_that_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(Tree, "search", lambda *_: time.sleep(0.05))
    monkeypatch.setattr(Restarts, "search", lambda *_: None)


@pytest.mark.parametrize("solver", [EXACT, TWO], ids=["one thread", "two threads"])
def test_where_no_tree_ends_highs_ends_the_search(solver: object, monkeypatch: pytest.MonkeyPatch) -> None:
    _trees_that_never_end(monkeypatch)
    program = family_program(FAMILY, SEED)
    before = set(threading.enumerate())
    found = search.search(program, solver)  # type: ignore[arg-type]
    assert found.stopped is Stopped.PROVED
    assert found.cost_usd == highs.search(program, EXACT).cost_usd
    _all_end_but(before)


def test_ctrl_c_in_a_tree_ends_it_too_and_keeps_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    _trees_that_never_end(monkeypatch)
    calls: list[int] = []

    def interrupted(*_: object) -> bool:
        calls.append(1)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr(Tree, "search", interrupted)
    before = set(threading.enumerate())
    found = search.search(family_program("gap-d-5x40", 0), EXACT)
    assert found.stopped is Stopped.INTERRUPTED
    assert found.cost_usd is not None
    _all_end_but(before)
