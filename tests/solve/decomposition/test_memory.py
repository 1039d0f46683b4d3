"""Going on from a search over a program that differed a little: the same answers, sooner."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from highspy import HighsBasisStatus
from scipy.sparse import csr_array

from benchmarks import whatifs
from benchmarks.instances import family_program
from optimizer.program.columns import laid_out
from optimizer.program.program import Program
from optimizer.solve.decomposition import bounding, plans
from optimizer.solve.decomposition import memory as memory_
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.knapsack_cuts import lifted_again
from optimizer.solve.decomposition.knapsacks import knapsacks
from optimizer.solve.decomposition.memory import Memory, recall, remembered
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.relaxation import solve_relaxation
from optimizer.solve.decomposition.sacks import Knapsack
from optimizer.solve.decomposition.search import search
from optimizer.solve.highs import search as whole
from optimizer.solve.outcome import Outcome, Stopped
from tests.cases import sampled
from tests.properties.trials import program_of_seed
from tests.solve.decomposition.cutting import exact_cut
from tests.solve.decomposition.going_on import solver_to

pytestmark = pytest.mark.usefixtures("taken_apart")


def _memory(outcome: Outcome) -> Memory:
    assert isinstance(outcome.memory, Memory)
    return outcome.memory


def _costs_held(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """What the best plan costs whenever a relaxation is begun from now on."""
    costs: list[float | None] = []
    relax = bounding.Bounding.relax

    def note(below: bounding.Bounding, rounds: int) -> bool:
        costs.append(below.now.cost)
        return relax(below, rounds)

    monkeypatch.setattr(bounding.Bounding, "relax", note)
    return costs


@pytest.mark.parametrize("number", sampled([1, 0, *range(2, 8)], 1))
def test_a_what_if_has_the_answer_of_a_search_anew(number: int) -> None:
    first = family_program("county-60x8x4", 3)
    memory = _memory(search(first, solver_to(1e-6)))
    _, changed = list(whatifs._changed(first, 8))[number]
    anew, recalled = whole(changed, solver_to(1e-6), None, None), search(changed, solver_to(1e-6), memory=memory)
    assert anew.stopped is recalled.stopped is Stopped.PROVED
    assert recalled.cost_usd == pytest.approx(anew.cost_usd, rel=2e-6)


def test_the_same_program_needs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    first = search(program, solver_to(1e-3))
    monkeypatch.setattr(bounding, "solve_relaxation", None)  # would fail if it were asked for
    again = search(program, solver_to(1e-3), memory=_memory(first))
    assert again.stopped is Stopped.PROVED
    assert again.cost_usd == first.cost_usd
    assert again.bound_usd == pytest.approx(first.bound_usd)


def test_where_everything_is_dearer_the_bound_is_too_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    first = search(program, solver_to(1e-3))
    assert first.bound_usd is not None
    assert first.x is not None
    costs = 1.25 * program.columns.cost_usd
    unused = np.flatnonzero(first.x == 0.0)[:3]
    costs[unused] += np.abs(costs[unused])  # a few have prices of their own
    columns = program.columns.with_costs(costs, 1.25 * program.columns.offset_usd)
    monkeypatch.setattr(bounding, "solve_relaxation", None)  # would fail if it were asked for
    again = search(replace(program, columns=columns), solver_to(1e-3), memory=_memory(first))
    assert again.stopped is Stopped.PROVED
    assert again.bound_usd == pytest.approx(1.25 * first.bound_usd)


@pytest.mark.parametrize("seed", sampled(range(12), 4))
def test_a_memory_of_another_program_is_no_lie(seed: int) -> None:
    one, other = program_of_seed(seed), program_of_seed(seed + 100)
    memory = search(one, solver_to(0.0)).memory
    if not isinstance(memory, Memory):
        pytest.skip("no plan exists")
    anew, recalled = whole(other, solver_to(0.0), None, None), search(other, solver_to(0.0), memory=memory)
    assert (anew.cost_usd is None) == (recalled.cost_usd is None)
    if anew.cost_usd is not None:
        assert recalled.cost_usd == pytest.approx(anew.cost_usd, abs=0.01)


def test_the_relaxation_goes_on_from_where_it_stood() -> None:
    program = family_program("county-60x8x4", 3)
    memory = _memory(search(program, solver_to(1e-6)))
    model = model_of(program)
    found = recall(memory, program, model, np.arange(model.size), knapsacks(model))
    assert found is not None
    values, iterations = [], []
    for basis in (None, found.basis):
        core = Core(found.model, found.prices, found.links, basis)
        assert core.solve(time.monotonic() + 10.0)
        assert core.lp is not None
        values.append(core.model.value(core.x))
        iterations.append(core.lp.highs.getInfo().simplex_iteration_count)
    assert values[1] == pytest.approx(values[0])
    assert iterations[1] < iterations[0] / 2


def test_a_relaxation_with_fewer_columns_begins_where_it_stood() -> None:
    model = model_of(family_program("county-60x8x4", 3))
    found = solve_relaxation(Core(model), knapsacks(model), 5, lambda cost: 1e-4 * cost, time.monotonic() + 10.0)
    unused = np.flatnonzero((found.x == 0.0) & (model.group >= 0))[::2]
    narrower = found.without(unused)
    core = Core(narrower.model, narrower.prices, narrower.links, narrower.basis)
    assert core.solve(time.monotonic() + 10.0)
    assert core.lp is not None
    assert core.model.value(core.x) == pytest.approx(found.model.value(found.x))
    assert core.lp.highs.getInfo().simplex_iteration_count <= 2


def test_a_basis_is_found_again_by_what_is_still_there() -> None:
    model = model_of(family_program("county-60x8x4", 3))
    core = Core(model)
    assert core.solve(time.monotonic() + 10.0)
    assert core.basis is not None
    turned = np.arange(model.size)[::-1].copy()
    same = np.arange(len(model.lower))
    moved = core.basis.moved(model, turned, np.where(same == 0, -1, same), np.arange(model.groups))
    assert (moved.column == core.basis.column[::-1]).all()
    assert moved.row[0] == HighsBasisStatus.kBasic
    assert (moved.row[1:] == core.basis.row[1:]).all()


def test_a_plan_of_any_search_before_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    first = search(program, solver_to(1e-4))
    taken = np.flatnonzero((first.x > 0.5) & (program.columns.cost_usd > 0.0))[:20]
    costs = program.columns.cost_usd.copy()
    costs[taken] *= 3.0
    dearer = replace(program, columns=program.columns.with_costs(costs, program.columns.offset_usd))
    second = search(dearer, solver_to(1e-4), memory=_memory(first))
    assert not np.array_equal(first.x, second.x)
    assert _memory(second).plans.shape[0] == 2
    costs_held = _costs_held(monkeypatch)
    again = search(program, solver_to(1e-6), memory=_memory(second))
    assert costs_held == [pytest.approx(first.cost_usd)]
    assert again.stopped is Stopped.PROVED


@pytest.mark.parametrize("gone", sampled([1, 3], 1))
@pytest.mark.parametrize("seed", sampled([3, 4], 1))
def test_a_plan_that_lost_options_is_completed_and_hides_no_other(
    seed: int, gone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = family_program("county-60x8x4", seed)
    first = search(program, solver_to(1e-4))
    options = program.columns.options
    used = options[first.x[options] > 0.5][5 : 5 + gone]
    fewer = _without_options(program, used)
    costs_held = _costs_held(monkeypatch)
    second = search(fewer, solver_to(1e-6), memory=_memory(first))
    assert second.cost_usd == pytest.approx(whole(fewer, solver_to(1e-6), None, None).cost_usd, rel=2e-6)
    search(fewer, solver_to(1e-6), memory=_memory(second))
    search(program, solver_to(1e-6), memory=_memory(second))
    assert None not in costs_held
    assert costs_held[0] == pytest.approx(second.cost_usd, rel=2e-3)
    assert costs_held[1] == pytest.approx(second.cost_usd)


def _without_options(program: Program, gone: np.ndarray) -> Program:
    """The same without these columns."""
    left = np.ones(len(program.columns), dtype=bool)
    left[gone] = False
    number = np.cumsum(left) - 1
    blocks = [
        replace(
            block,
            keys=block.keys[left[block.columns]].reset_index(drop=True),
            cost_usd=block.cost_usd[left[block.columns]],
            upper=block.upper[left[block.columns]],
        )
        for block in program.columns.blocks
    ]
    families = [
        replace(
            rows,
            row=rows.row[left[rows.column]],
            column=number[rows.column[left[rows.column]]].astype(rows.column.dtype),
            value=rows.value[left[rows.column]],
        )
        for rows in program.families
    ]
    columns = laid_out(blocks, program.columns.offset_usd)
    return replace(program, columns=columns, families=tuple(families))


def test_so_many_plans_are_remembered_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    model = model_of(program)
    known = recall(_memory(search(program, solver_to(1e-3))), program, model, np.arange(model.size), knapsacks(model))
    assert known is not None
    monkeypatch.setattr(memory_, "MOST_PLANS", 3)
    known = replace(known, plans=csr_array(np.eye(4, model.size)))
    assert np.argmax(remembered(np.eye(model.size)[2], known).toarray(), axis=1).tolist() == [2, 0, 1]
    assert np.argmax(remembered(np.eye(model.size)[7], known).toarray(), axis=1).tolist() == [7, 0, 1]
    assert remembered(np.eye(model.size)[7], None).shape == (1, model.size)


def test_of_another_county_nothing_is_recalled() -> None:
    memory = _memory(search(family_program("gap-c-4x20", 1), solver_to(1e-2)))
    program = family_program("county-60x8x4", 3)
    model = model_of(program)
    assert recall(memory, program, model, np.arange(model.size), knapsacks(model)) is None


def test_a_plan_that_cannot_be_mended_leaves_time_to_search_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    memory = _memory(search(program, solver_to(1e-3)))
    (given_s,), mend = [[0.0]], plans.mend
    x = np.where(program.columns.integer, memory.plans.toarray()[0], 0.0)
    x[program.columns["agree"].columns] = 0.0  # what it takes needs agreements that it does not have
    memory = replace(memory, plans=csr_array(x[np.newaxis]))

    def hopeless(point: object, hoods: object, deadline: float) -> None:
        given_s.append(deadline - time.monotonic())
        if len(given_s) > 2:
            mend(point, hoods, deadline)

    monkeypatch.setattr(plans, "mend", hopeless)
    outcome = search(program, solver_to(1e-3), memory=memory)
    assert 0.0 < given_s[1] <= 0.1 * 30.0
    assert outcome.stopped is Stopped.PROVED


def test_nothing_is_mended_where_a_plan_that_fits_is_near_the_bound_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-60x8x4", 3)
    first = search(program, solver_to(1e-3))
    memory = _memory(first)
    x = memory.plans.toarray()
    broken = x.copy()
    broken[0, program.columns["agree"].columns] = 0.0  # cheaper, but what it takes needs its agreements
    nothing = replace(memory.relaxation, prices=np.zeros(len(memory.relaxation.prices)))
    memory = replace(memory, relaxation=nothing, plans=csr_array(np.concatenate([broken, x])))
    monkeypatch.setattr(plans, "mend", None)  # would fail if it were asked for
    costs_held = _costs_held(monkeypatch)
    again = search(program, solver_to(1e-2), memory=memory)
    assert costs_held == [pytest.approx(first.cost_usd)]
    assert again.cost_usd == first.cost_usd
    assert again.stopped is Stopped.PROVED


def test_options_that_are_gone_are_forgotten() -> None:
    program = family_program("county-60x8x4", 3)
    memory = _memory(search(program, solver_to(1e-6)))
    fewer = _without_rows(program, 1)
    model = model_of(fewer)
    found = recall(memory, fewer, model, np.arange(model.size), knapsacks(model))
    assert found is not None
    assert len(found.prices) == found.model.rows.shape[0]
    assert found.plans.shape == (1, model.size)


def _without_rows(program: Program, family: int) -> Program:
    return replace(program, families=tuple(rows for place, rows in enumerate(program.families) if place != family))


def test_a_cut_is_lifted_again_in_the_row_as_it_is_now() -> None:
    # three of weight 2 in room for 5: two of them fit; with room for 6 all three do
    row = Knapsack(np.arange(3), np.full(3, 2.0), np.arange(3), 5.0, np.empty(0, dtype=np.int64), 0)
    found = exact_cut(row, np.array([1.0, 0.75, 0.75]))
    assert found is not None
    columns, values, upper, _ = found
    assert values.tolist() == [1.0, 1.0, 1.0]
    assert upper == 2.0
    again = lifted_again(replace(row, room=6.0), columns, values)
    assert again is not None
    assert again.most == 3.0
