"""Cuts of searches before: every plan keeps them, each is handed over once, and what was needed is kept longest."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import whatifs
from benchmarks.instances import family_program
from benchmarks.instances.assembly import program_of as assembled
from benchmarks.instances.assignment import KEEP, Assignment
from optimizer.program.program import Program
from optimizer.solve.decomposition import bounding, cut_pool
from optimizer.solve.decomposition.cut_pool import CutPool, FoundCuts
from optimizer.solve.decomposition.cuts import LookUp, Resting, stacked
from optimizer.solve.decomposition.knapsacks import knapsacks
from optimizer.solve.decomposition.memory import Memory, remembered
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.sacks import Cut
from optimizer.solve.decomposition.search import search
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.highs import search as whole
from tests.cases import sampled
from tests.properties.trials import program_of_seed
from tests.solve.decomposition.going_on import solver_to

COUNTY = "county-60x8x4"


pytestmark = pytest.mark.usefixtures("taken_apart")


def _memory(program: Program, memory: Memory | None = None, gap_share: float = 1e-6) -> Memory:
    found = search(program, solver_to(gap_share), memory=memory).memory
    assert isinstance(found, Memory)
    return found


def _standing(program: Program) -> Standing:
    return Standing(model_of(program), solver_to(1e-6), None)


def _recalled(memory: Memory, program: Program) -> LookUp:
    model = model_of(program)
    known = memory.pool.recalled(program, model, np.arange(model.size), knapsacks(model))
    assert known is not None
    return known


def _most(program: Program, values: np.ndarray) -> float:
    """The largest that a sum over columns can be in any plan."""
    found = whole(program.with_objective(-values), solver_to(0.0), None, None)
    assert found.bound_usd is not None
    return -found.bound_usd


@pytest.mark.parametrize("name", sampled(["gap-e-5x30", "county-60x8x4"], 1))
def test_no_plan_breaks_a_cut_of_a_search_before(name: str) -> None:
    first = family_program(name, 0)
    memory, random, looked_at, narrowed = _memory(first, gap_share=1e-3), np.random.default_rng(0), 0, False
    for _, changed in whatifs._changed(first, 3):
        rows, most, _ = _recalled(memory, changed).cuts
        for place in random.permutation(len(most))[:25]:
            assert _most(changed, rows[[place]].toarray().ravel()) <= most[place] + 1e-6
            looked_at += 1
        narrowed |= any(len(part.left) < len(memory.program.columns) for part in memory.pool.parts)
        memory = _memory(changed, memory, gap_share=1e-4)
    assert looked_at > 20


def _one_room(keep_first_usd: float) -> Program:
    """One organization with room for 8: service 0 asks 3 of it, 29 others ask 4 each; a third way is dear."""
    services = 30
    keep = np.array([keep_first_usd] + [100.0] * 29)
    move = np.array([0.0] + [50.0 + 0.5 * number for number in range(29)])
    use = np.array([3.0] + [4.0] * 29)
    none = np.zeros(services)
    return assembled(
        Assignment(
            services=services,
            service=np.repeat(np.arange(services), 3),
            provider=np.tile([KEEP, 0, 1], services),
            cost_usd=np.column_stack([keep, move, np.full(services, 5000.0)]).ravel(),
            use=np.column_stack([none, use, none]).ravel(),
            capacity=np.array([8.0, np.inf]),
        )
    )


@pytest.mark.parametrize("keep_first_usd", [1.0, 40.0, 48.0])
def test_cuts_of_fewer_columns_are_lifted_to_all(keep_first_usd: float) -> None:
    # while service 0 has to move only one other fits beside it; once it may be kept two of them do
    dear, cheap = _one_room(1000.0), _one_room(keep_first_usd)
    below = bounding.Bounding(_standing(dear))
    below.relax(0)
    plan = np.tile([1.0, 0.0, 0.0], 30)
    plan[[0, 1, 3, 4]] = 0.0, 1.0, 0.0, 1.0
    below.now.offer(plan)
    below.narrow()
    assert len(below.left) < len(plan)
    assert below.cut_more(5, time.monotonic() + 20.0) is not None
    pool, found = below.pool(dear), below.reached
    assert sum(len(part.cuts[1]) for part in pool.parts)
    memory = Memory(dear, found, below.left, below.sacks, remembered(plan, None), pool)
    anew, again = whole(cheap, solver_to(0.0), None, None), search(cheap, solver_to(1e-6), memory=memory)
    assert again.cost_usd == pytest.approx(anew.cost_usd)


def test_cuts_that_the_last_relaxation_did_not_keep_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program(COUNTY, 3)
    memory, bounds = _memory(program), []
    last = memory.relaxation
    rows = np.arange(last.model.first_cut)
    bare = replace(last, model=last.model.with_rows_only(rows), prices=last.prices[rows], basis=None)
    monkeypatch.setattr(Resting, "cuts", lambda self, sacks, x, deep: stacked([], len(x)))  # none is looked for
    for pool in (memory.pool, replace(memory.pool, parts=())):
        below = bounding.Bounding(_standing(program))
        below.go_on(replace(memory, relaxation=bare, pool=pool), program)
        assert below.relax(3)
        bounds.append(below.reached.bound)
    known, none = bounds
    assert known > none + 1e-5 * abs(none)


def test_a_search_without_a_relaxation_hands_the_pool_on() -> None:
    program = family_program(COUNTY, 3)
    first = _memory(program, gap_share=1e-3)
    assert _memory(program, first, gap_share=1e-3).pool is first.pool


def test_of_another_county_nothing_is_known() -> None:
    pool, other = _memory(family_program(COUNTY, 3)).pool, program_of_seed(5)
    model = model_of(other)
    found = pool.recalled(other, model, np.arange(model.size), knapsacks(model))
    assert found is None or not len(found.cuts[1])


def test_a_cut_is_handed_over_once_and_where_it_is_violated() -> None:
    cuts = [Cut(np.array([place]), np.ones(1), 0.5, 0) for place in range(3)]
    known = LookUp(stacked(cuts, 3))
    rows, most, _ = known.violated(np.array([1.0, 0.0, 0.5]))
    assert rows.indices.tolist() == [0]
    assert most.tolist() == [0.5]
    assert known.violated(np.array([1.0, 0.0, 0.6]))[0].indices.tolist() == [2]
    assert not len(known.violated(np.array([1.0, 0.5, 1.0]))[1])
    assert known.used.tolist() == [True, False, True]


def test_needed_cuts_come_first_each_once_and_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program(COUNTY, 3)
    model = model_of(program)
    sacks, left = knapsacks(model), np.arange(model.size)
    sack = max(sacks, key=lambda one: len(one.columns))

    def found(*places: int) -> FoundCuts:
        cuts = [Cut(sack.columns[[place]], np.ones(1), 1.0, sack.end) for place in places]
        return FoundCuts(left, sacks, stacked(cuts, model.size))

    def known(*parts: FoundCuts) -> list[int]:
        looked_up = CutPool(program, model.of_program, parts).recalled(program, model, left, sacks)
        assert looked_up is not None
        return looked_up.cuts[0].indices.tolist()

    parts = found(1), found(5, 1), found(4, 5), found(0, 2)
    assert known(*parts) == sack.columns[[1, 5, 4, 0, 2]].tolist()
    monkeypatch.setattr(cut_pool, "MOST_CUTS", 3)
    assert known(*parts) == sack.columns[[1, 5, 4]].tolist()


def test_what_a_search_needed_of_the_pool_comes_before_what_it_found() -> None:
    first = family_program(COUNTY, 3)
    memory = _memory(first)
    below = bounding.Bounding(_standing(first))
    bare = replace(memory.relaxation, prices=np.zeros_like(memory.relaxation.prices), basis=None)
    below.go_on(replace(memory, relaxation=bare), first)
    assert below.relax(6)
    needed, *others, rest = below.pool(first).parts
    assert len(needed.cuts[1])
    assert len(needed.cuts[1]) + len(rest.cuts[1]) == len(_recalled(memory, first).cuts[1])
    assert sum(len(part.cuts[1]) for part in others) > 0


def test_cuts_of_one_branch_are_not_kept() -> None:
    program = family_program("sscflp-8x30", 3)
    below = bounding.Bounding(_standing(program))
    assert below.relax(0)
    branches = below.branches()
    assert branches is not None
    branch = branches.next(deep=False, most=math.inf)
    assert branch is not None
    below.enter(branches, branch)
    below.cut_more(6, time.monotonic() + 20.0)
    assert len(below.reached.model.cut_ends)
    assert not below.pool(program).parts
    below.leave()
    below.cut_more(6, time.monotonic() + 20.0)
    assert below.pool(program).parts
