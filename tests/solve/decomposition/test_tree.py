"""Trees: whether any plan costs less than an end, against proved optima; and climbing from the bound by them."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import family_program
from benchmarks.instances.assembly import program_of
from benchmarks.instances.dense import dense_assignment
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.solve import highs
from optimizer.solve.decomposition import climbing, search, stage
from optimizer.solve.decomposition.by_turns import ByTurns
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.restarts import Restarts
from optimizer.solve.decomposition.stage import Stage
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.decomposition.tree import Tree, Unproved
from optimizer.solve.outcome import Stopped
from tests.cases import sampled
from tests.examples import examples
from tests.solve.decomposition.optima import EXACT

ASSIGNMENTS = ("gap-c-3x12", "gap-d-3x9", "gap-e-4x14", "gap-b-4x12")
EVERY = 10**9


class Told:
    """What a tree tells: plans, each to be beaten by some margin."""

    def __init__(self, staged: Stage, end: float, margin: float = 1e-6) -> None:
        self.staged, self.end, self.margin = staged, end, margin
        self.costs: list[float] = []

    def __call__(self, x: Floats) -> float:
        model = self.staged.below.reached.model
        assert not (model.violation(x) > 1e-6).any()
        assert model.has_one_of_each(x)
        self.costs.append(model.value(x))
        self.end = self.costs[-1] - self.margin
        return self.end


def _staged(program: Program, rounds: int = 5) -> Stage:
    staged = Stage(program, EXACT, None)
    assert staged.below.relax(rounds)
    return staged


def _tree(staged: Stage, end: float) -> tuple[Tree, Told]:
    told = Told(staged, end)
    return Tree(staged.below.reached, end, told), told


def _best(program: Program) -> float:
    best = highs.search(program, EXACT)
    assert best.stopped is Stopped.PROVED
    assert best.cost_usd is not None
    return best.cost_usd


@pytest.mark.parametrize("family", [*ASSIGNMENTS, "county-30x5x3", "county-pools-20x4x3", "sscflp-4x12"])
@pytest.mark.parametrize("seed", sampled(range(3), 1))
def test_there_is_a_plan_below_an_end_or_none(family: str, seed: int) -> None:
    program = family_program(family, seed)
    best, staged = _best(program), _staged(program)
    margin = 1e-7 * abs(best)
    tree, told = _tree(staged, best - margin)
    assert tree.search(EVERY)
    assert not told.costs
    tree, told = _tree(staged, best + 10.0 * margin)
    told.margin = margin
    assert tree.search(EVERY)
    assert told.costs[-1] == pytest.approx(best, abs=10.0 * margin)
    assert tree.end <= best


@given(seed=st.integers(0, 10_000), kind=st.sampled_from("BCDE"), rounds=st.integers(0, 6), above=st.integers(1, 30))
@settings(max_examples=examples(40), deadline=None)
def test_the_last_plan_told_is_the_best_one(seed: int, kind: str, rounds: int, above: int) -> None:
    program = family_program(f"gap-{kind.lower()}-3x8", seed)
    best = highs.search(program, EXACT)
    staged = Stage(program, EXACT, None)
    if not staged.below.relax(rounds):
        assert best.stopped is Stopped.INFEASIBLE
        return
    cost = 1e4 if best.cost_usd is None else best.cost_usd
    tree, told = _tree(staged, cost + above)
    assert tree.search(EVERY)
    assert (told.costs[-1] if told.costs else None) == best.cost_usd
    assert tree.end == told.end


def test_what_is_left_of_a_tree_is_all_of_it_then_less_and_less_and_nothing() -> None:
    program = family_program("gap-d-4x12", 2)
    tree, _ = _tree(_staged(program, 3), _best(program))
    left = [tree.ahead]
    while not tree.search(1):
        left.append(tree.ahead)
    branched = [ahead for ahead in left if ahead < math.inf]
    assert left[0] == math.inf
    assert left == sorted(left, reverse=True)
    assert len(set(branched)) > 1
    assert tree.ahead == 0.0


def test_where_no_plan_exists_rays_prove_it() -> None:
    use = np.array([[3.0] * 7, [3.0] * 7])
    program = program_of(dense_assignment(np.ones((2, 7)), use, np.array([10.0, 11.0])))
    staged = Stage(program, EXACT, None)
    assert staged.below.relax(0)  # 21 in all, as the relaxation asks for; six whole jobs
    tree, told = _tree(staged, 1e6)
    assert tree.search(EVERY)
    assert not told.costs


def test_a_ray_that_proves_nothing_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    use = np.array([[3.0] * 7, [3.0] * 7])
    staged = _staged(program_of(dense_assignment(np.ones((2, 7)), use, np.array([10.0, 11.0]))), 0)
    tree, _ = _tree(staged, 1e6)
    rows = staged.below.reached.model.rows.shape[0] + 7
    nothing = highspy.HighsStatus.kOk, True, np.zeros(rows)
    monkeypatch.setattr(highspy.Highs, "getDualRay", lambda *_: nothing)
    with pytest.raises(Unproved):
        tree.search(EVERY)


def test_a_plan_that_is_not_taken_leaves_its_branch_unproved() -> None:
    staged = _staged(family_program("gap-c-3x12", 0))
    end = staged.now.bound + 50.0
    tree = Tree(staged.below.reached, end, lambda _: end)
    with pytest.raises(Unproved):
        tree.search(EVERY)


def test_a_tree_goes_on_from_where_it_stopped() -> None:
    program = family_program("gap-d-3x9", 1)
    best, staged = _best(program), _staged(program, 0)
    whole, _ = _tree(staged, best + 5.0)
    assert whole.search(EVERY)
    tree, told = _tree(staged, best + 5.0)
    assert not tree.search(3)
    before = tree.solved
    assert not tree.search(3)
    assert tree.solved > before
    assert tree.search(EVERY)
    assert tree.solved == whole.solved
    assert told.costs[-1] == best


def test_a_tree_stops_at_its_deadline() -> None:
    staged = _staged(family_program("gap-d-3x9", 1), 0)
    told = Told(staged, 1e6)
    assert not Tree(staged.below.reached, 1e6, told).search(EVERY, time.monotonic())
    assert not told.costs


def test_costs_come_in_steps_or_may_be_any_number() -> None:
    assert model_of(family_program("gap-c-3x12", 0)).cost_step == 1.0
    costs = np.array([[6.0, 9.0], [15.0, 12.0]])
    in_threes = model_of(program_of(dense_assignment(costs, np.ones((2, 2)), np.full(2, 5.0))))
    assert in_threes.cost_step == 3.0
    assert replace(in_threes, offset=0.5).cost_step == 0.0
    assert model_of(family_program("county-20x4x3", 0)).cost_step == 0.0
    # volumes are bought in any amount
    assert model_of(family_program("county-pools-20x4x3", 0)).cost_step == 0.0
    huge = model_of(program_of(dense_assignment(costs * 2.0**40, np.ones((2, 2)), np.full(2, 5.0))))
    assert huge.cost_step == 0.0


def test_a_bound_between_two_costs_is_the_higher_one() -> None:
    costs = np.array([[6.0, 9.0], [15.0, 12.0]])
    program = program_of(dense_assignment(costs, np.ones((2, 2)), np.full(2, 5.0)))
    now = Standing(model_of(program), EXACT, None)
    assert now.stepped(12.001) == pytest.approx(15.0)
    assert now.stepped(12.001) <= 15.0
    # what rounding may have added is no step
    assert now.stepped(12.0 + 1e-5) == pytest.approx(12.0, abs=1e-4)
    assert now.stepped(-math.inf) == -math.inf
    now.raise_bound(12.5)
    assert now.bound == pytest.approx(15.0)
    x = np.zeros(now.model.size)
    x[now.model.grouped[now.model.group_starts[:-1]]] = 1.0
    now.offer(x)
    assert now.cost is not None
    # the next cheaper plan costs three less
    assert now.cost - 3.0 < now.end < now.cost - 2.9


@pytest.mark.parametrize("family", ASSIGNMENTS)
@pytest.mark.parametrize("seed", sampled(range(2), 1))
def test_climbing_alone_ends_at_the_optimum(family: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(Stage, "_hand_over", _never)
    program = family_program(family, seed)
    found = search.search(program, EXACT)
    assert found.stopped is Stopped.PROVED
    assert found.cost_usd == _best(program)
    assert found.bound_usd == pytest.approx(found.cost_usd)


def test_costs_of_any_number_are_climbed_by_shares_of_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(Stage, "_hand_over", _never)
    random = np.random.default_rng(5)
    costs, use = random.uniform(10.0, 50.0, (4, 14)), random.integers(5, 25, (4, 14)).astype(float)
    program = program_of(dense_assignment(costs, use, np.floor(0.8 * use.sum(axis=1) / 4)))
    assert model_of(program).cost_step == 0.0
    found = search.search(program, EXACT)
    assert found.stopped is Stopped.PROVED
    assert found.cost_usd == pytest.approx(_best(program), abs=1e-6)


@pytest.mark.parametrize("seed", sampled([2, 1], 1))
def test_where_a_tree_is_long_highs_has_its_turn(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(climbing, "TURN_MOST", 1)
    monkeypatch.setattr(Restarts, "search", lambda *_: None)
    turns: list[float] = []
    go_on = ByTurns.go_on

    def noted(highs: ByTurns, deadline: float) -> None:
        turns.append(deadline)
        go_on(highs, deadline)

    monkeypatch.setattr(ByTurns, "go_on", noted)
    program = family_program("gap-d-3x12", seed)
    found = search.search(program, EXACT)
    assert turns
    assert found.stopped is Stopped.PROVED
    assert found.cost_usd == _best(program)


def test_a_tree_that_proves_nothing_leaves_the_rest_to_highs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)

    def unproved(*_: object) -> bool:
        raise Unproved

    monkeypatch.setattr(Tree, "search", unproved)
    program = family_program("gap-d-3x12", 1)
    found = search.search(program, EXACT)
    assert "proved nothing" in found.log
    assert found.stopped is Stopped.PROVED
    assert found.cost_usd == _best(program)


def test_where_agreements_are_open_there_is_no_climbing() -> None:
    staged = _staged(family_program("county-30x5x3", 0))
    assert not staged.climbing.fits  # no plan yet
    staged.rounded()
    assert staged.plans.best is not None
    assert not staged.climbing.fits


def _never(*_: object) -> None:
    raise AssertionError("the rest is HiGHS's, and there should be none")
