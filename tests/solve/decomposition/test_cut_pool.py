"""Cuts of searches before: every plan keeps them, each is handed over once, and what was needed is kept longest."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import whatifs
from benchmarks.instances import family_program
from optimizer.program.program import Program
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition import bounding, cut_pool, stage
from optimizer.solve.decomposition.cut_pool import pooled
from optimizer.solve.decomposition.cuts import Cuts, LookUp, Resting, stacked
from optimizer.solve.decomposition.knapsacks import knapsacks
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.sacks import Cut
from optimizer.solve.decomposition.search import search
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.highs import search as whole
from tests.properties.trials import program_of_seed

COUNTY = "county-60x8x4"


@pytest.fixture(autouse=True)
def _takes_small_programs_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)


def _solver(gap_share: float) -> Solver:
    return Solver.model_construct(
        time_limit_s=30.0, gap_share=gap_share, gap_usd=None, seed=0, threads=1, break_ties=False
    )


def _memory(program: Program, memory: Memory | None = None, gap_share: float = 1e-6) -> Memory:
    found = search(program, _solver(gap_share), memory=memory).memory
    assert isinstance(found, Memory)
    return found


def _standing(program: Program) -> Standing:
    return Standing(model_of(program), _solver(1e-6), None)


def test_every_plan_keeps_the_cuts_of_searches_before() -> None:
    first = family_program(COUNTY, 3)
    memory, random, looked_at = _memory(first), np.random.default_rng(0), 0
    for _, changed in whatifs._changed(first, 6):
        model = model_of(changed)
        known = memory.pool.recalled(changed, model, np.arange(model.size), knapsacks(model))
        assert known is not None
        rows, most, _ = known.cuts
        for _ in range(3):
            costs = changed.columns.cost_usd * random.uniform(0.5, 1.5, len(changed.columns))
            plan = whole(changed.with_objective(costs), _solver(1e-3), None, None).x
            assert plan is not None
            assert (rows @ plan <= most + 1e-6).all()
        looked_at += len(most)
        memory = _memory(changed, memory)
    assert looked_at > 50


def test_cuts_that_the_last_relaxation_did_not_keep_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program(COUNTY, 3)
    memory, bounds = _memory(program), []
    last = memory.relaxation
    rows = np.arange(last.model.first_cut)
    bare = replace(last, model=last.model.with_rows_only(rows), prices=last.prices[rows], basis=None)
    monkeypatch.setattr(Resting, "cuts", lambda self, sacks, x, deep: stacked([], len(x)))  # none is looked for
    for pool in (memory.pool, replace(memory.pool, cuts=stacked([], len(memory.pool.left)))):
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

    def cuts(*places: int) -> Cuts:
        return stacked([Cut(np.array([place]), np.ones(1), 1.0, 0) for place in places], model.size)

    def kept(*found: Cuts) -> list[int]:
        pool = pooled(program, model.of_program, np.arange(model.size), knapsacks(model), list(found), known)
        return pool.cuts[0].indices.tolist()

    known = LookUp(cuts(0, 1, 2))
    known.used[1] = True
    assert kept(cuts(5, 1), cuts(4, 5)) == [1, 5, 4, 0, 2]
    monkeypatch.setattr(cut_pool, "MOST_CUTS", 3)
    assert kept(cuts(5, 1), cuts(4, 5)) == [1, 5, 4]


def test_cuts_of_one_branch_are_not_kept() -> None:
    program = family_program(COUNTY, 3)
    for elsewhere, kept in ((math.inf, True), (0.0, False)):
        below = bounding.Bounding(_standing(program))
        below.elsewhere = elsewhere
        assert below.relax(6)
        assert bool(len(below.pool(program).cuts[1])) == kept
