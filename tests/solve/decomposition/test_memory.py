"""Going on from a search over a program that differed a little: the same answers, sooner."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import whatifs
from benchmarks.instances import family_program
from optimizer.program.program import Program
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition import bounding, plans, stage
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.knapsack_cuts import lifted_again
from optimizer.solve.decomposition.memory import Memory, recall
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.sacks import Knapsack, knapsacks
from optimizer.solve.decomposition.search import search
from optimizer.solve.highs import search as whole
from optimizer.solve.outcome import Stopped
from tests.cases import sampled
from tests.properties.trials import program_of_seed
from tests.solve.decomposition.cutting import exact_cut


@pytest.fixture(autouse=True)
def _takes_small_programs_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)


def _solver(gap_share: float) -> Solver:
    return Solver.model_construct(
        time_limit_s=30.0, gap_share=gap_share, gap_usd=None, seed=0, threads=1, break_ties=False
    )


@pytest.mark.parametrize("number", sampled(range(8), 4))
def test_a_what_if_has_the_answer_of_a_search_anew(number: int) -> None:
    first = family_program("county-60x8x4", 3)
    memory = search(first, _solver(1e-6)).memory
    assert isinstance(memory, Memory)
    _, changed = list(whatifs._changed(first, 8))[number]
    anew, recalled = whole(changed, _solver(1e-6), None, None), search(changed, _solver(1e-6), memory=memory)
    assert anew.stopped is recalled.stopped is Stopped.PROVED
    assert recalled.cost_usd == pytest.approx(anew.cost_usd, rel=2e-6)


def test_the_same_program_needs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    first = search(program, _solver(1e-3))
    monkeypatch.setattr(bounding, "solve_relaxation", None)  # would fail if it were asked for
    assert isinstance(first.memory, Memory)
    again = search(program, _solver(1e-3), memory=first.memory)
    assert again.stopped is Stopped.PROVED
    assert again.cost_usd == first.cost_usd
    assert again.bound_usd == pytest.approx(first.bound_usd)


@pytest.mark.parametrize("seed", range(12))
def test_a_memory_of_another_program_is_no_lie(seed: int) -> None:
    one, other = program_of_seed(seed), program_of_seed(seed + 100)
    memory = search(one, _solver(0.0)).memory
    if not isinstance(memory, Memory):
        pytest.skip("no plan exists")
    anew, recalled = whole(other, _solver(0.0), None, None), search(other, _solver(0.0), memory=memory)
    assert (anew.cost_usd is None) == (recalled.cost_usd is None)
    if anew.cost_usd is not None:
        assert recalled.cost_usd == pytest.approx(anew.cost_usd, abs=0.01)


def test_the_relaxation_goes_on_from_where_it_stood() -> None:
    program = family_program("county-60x8x4", 3)
    memory = search(program, _solver(1e-6)).memory
    assert isinstance(memory, Memory)
    model = model_of(program)
    found = recall(memory, program, model, np.arange(model.size), knapsacks(model))
    assert found is not None
    values, iterations = [], []
    for point in (None, found.point):
        core = Core(found.model, found.prices, found.links, point)
        assert core.solve(time.monotonic() + 10.0)
        assert core.lp is not None
        values.append(core.model.value(core.x))
        iterations.append(core.lp.highs.getInfo().simplex_iteration_count)
    assert values[1] == pytest.approx(values[0])
    assert iterations[1] < iterations[0] / 2


def test_of_another_county_nothing_is_recalled() -> None:
    memory = search(family_program("gap-c-4x20", 1), _solver(1e-2)).memory
    assert isinstance(memory, Memory)
    program = family_program("county-60x8x4", 3)
    model = model_of(program)
    assert recall(memory, program, model, np.arange(model.size), knapsacks(model)) is None


def test_a_plan_that_cannot_be_mended_leaves_time_to_search_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    memory = search(program, _solver(1e-3)).memory
    assert isinstance(memory, Memory)
    (given_s,), mend = [[0.0]], plans.mend
    memory = replace(memory, x=np.where(program.columns.integer, memory.x, 0.0))
    dearest = program.columns["agree"].columns
    memory.x[dearest] = 0.0  # what it takes needs agreements that it does not have

    def hopeless(point: object, hoods: object, deadline: float) -> None:
        given_s.append(deadline - time.monotonic())
        if len(given_s) > 2:
            mend(point, hoods, deadline)

    monkeypatch.setattr(plans, "mend", hopeless)
    outcome = search(program, _solver(1e-3), memory=memory)
    assert 0.0 < given_s[1] <= 0.1 * 30.0
    assert outcome.stopped is Stopped.PROVED


def test_options_that_are_gone_are_forgotten() -> None:
    program = family_program("county-60x8x4", 3)
    memory = search(program, _solver(1e-6)).memory
    assert isinstance(memory, Memory)
    fewer = _without_rows(program, 1)
    model = model_of(fewer)
    found = recall(memory, fewer, model, np.arange(model.size), knapsacks(model))
    assert found is not None
    assert len(found.prices) == found.model.rows.shape[0]
    assert found.x.shape == (model.size,)


def _without_rows(program: Program, family: int) -> Program:
    return replace(program, families=tuple(rows for place, rows in enumerate(program.families) if place != family))


def test_a_cut_is_lifted_again_in_the_row_as_it_is_now() -> None:
    # three of weight 2 in room for 5: two of them fit; with room for 6 all three do
    row = Knapsack(np.arange(3), np.full(3, 2.0), np.arange(3), 5.0, np.empty(0, dtype=np.int64))
    found = exact_cut(row, np.array([1.0, 0.75, 0.75]))
    assert found is not None
    columns, values, upper = found
    assert values.tolist() == [1.0, 1.0, 1.0]
    assert upper == 2.0
    again = lifted_again(replace(row, room=6.0), columns, values)
    assert again is not None
    assert again[2] == 3.0
