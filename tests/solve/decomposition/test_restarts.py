"""Plans begun anew, and kernels between them: beside trees, where one beginning does not come to the best plan."""

from __future__ import annotations

import time

import numpy as np
import pytest

from benchmarks.instances.families import family_program
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition import climbing, restarts, search, stage
from optimizer.solve.decomposition.kernels import INDUCED, Kernel
from optimizer.solve.decomposition.plans import Plans
from optimizer.solve.decomposition.restarts import Restarts
from optimizer.solve.decomposition.stage import Stage
from optimizer.solve.decomposition.standing import Best
from optimizer.solve.outcome import Stopped
from tests.solve.decomposition.optima import EXACT


def _begun(family: str, seed: int, solver: Solver = EXACT) -> Stage:
    """A stage with a first plan by rounding, and not more."""
    staged = Stage(family_program(family, seed), solver, None)
    assert staged.below.relax(0)
    staged.plans.quick()
    assert staged.now.cost is not None
    return staged


def test_plans_begun_anew_are_kept_cheapest_first_and_the_best_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "MOST_KNOWN", 2)
    staged = _begun("gap-d-5x40", 0)
    first, found = staged.now.cost, staged.climbing.restarts
    assert first is not None
    for _ in range(4):
        found._anew()
    known = found._known
    assert 1 <= len(known) <= 2
    assert [plan.cost for plan in known] == sorted(plan.cost for plan in known)
    model = staged.now.model
    for plan in known:
        assert model.has_one_of_each(plan.x)
        assert not (model.violation(plan.x) > 1e-6).any()
        assert model.value(plan.x) == pytest.approx(plan.cost)
    assert len({plan.x.tobytes() for plan in known}) == len(known)
    assert staged.now.cost == min(first, known[0].cost)


def test_a_kernel_lies_between_plans_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "CROSSED", 2)
    staged = _begun("gap-d-5x40", 0)
    found, kernels = staged.climbing.restarts, list[Kernel]()
    monkeypatch.setattr(Plans, "kernel", lambda _, kernel: kernels.append(kernel))
    found._between()  # too few are known yet
    assert not kernels
    one, two = np.eye(2, staged.now.model.size)
    found._known = [Best(one, 1.0), Best(two, 2.0)]
    found._between()
    assert kernels == [INDUCED]
    assert (staged.plans.crossed == (one + two > 0.5)).all()


@pytest.mark.parametrize("way", [1, 2])
def test_each_way_alone_betters_a_plan(way: int, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = _begun("gap-d-5x40", 1)
    first, found = staged.now.cost, staged.climbing.restarts
    assert first is not None
    monkeypatch.setattr(found._turns, "next", lambda: way)
    found.search(time.monotonic() + 0.5)
    assert staged.now.cost is not None
    assert staged.now.cost < first


def test_they_end_at_the_deadline_and_where_the_search_is_over() -> None:
    staged = _begun("gap-d-5x40", 0)
    cost, found = staged.now.cost, staged.climbing.restarts
    found.search(time.monotonic())
    assert staged.now.cost == cost
    easy = _begun("gap-d-5x40", 0, EXACT.model_copy(update={"gap_share": 0.5}))
    assert easy.now.over
    easy.climbing.restarts.search(np.inf)


def test_with_too_many_columns_for_trees_plans_are_looked_for_before_highs_has_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(climbing, "MOST_COLUMNS", 0)
    monkeypatch.setattr(climbing, "MANY_SHARE", 0.01)
    searched: list[float] = []
    monkeypatch.setattr(Restarts, "search", lambda _, deadline: searched.append(deadline))
    program = family_program("gap-d-3x12", 1)
    found, best = search.search(program, EXACT), highs.search(program, EXACT)
    assert len(searched) == 1
    assert found.stopped is Stopped.PROVED
    assert found.cost_usd == best.cost_usd


def test_a_tree_that_does_not_reach_the_best_plan_leaves_restarts_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(climbing, "TURN_MOST", 1)
    monkeypatch.setattr(climbing, "RESTARTS_SHARE", 1000.0)
    monkeypatch.setattr(climbing, "LAST_SHARE", 0.0)
    reached: list[bool] = []

    def noted(self: Restarts, deadline: float) -> None:
        longer = deadline > time.monotonic() + 1e-3
        reached.append(longer)

    monkeypatch.setattr(Restarts, "search", noted)
    program = family_program("gap-d-3x12", 2)
    found = search.search(program, EXACT)
    assert found.stopped is Stopped.PROVED
    assert set(reached) == {True, False}
