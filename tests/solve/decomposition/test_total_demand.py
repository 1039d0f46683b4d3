"""What all openings together need room for: by hand, against every choice of openings, and that no plan is lost."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import family_program
from benchmarks.instances.assembly import program_of
from benchmarks.instances.assignment import Assignment
from benchmarks.instances.dense import dense_assignment
from benchmarks.instances.facility_family import FacilityParameters
from optimizer.program.rows import Floats
from optimizer.solve import highs
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.covers import cover_cuts
from optimizer.solve.decomposition.cuts import Resting
from optimizer.solve.decomposition.knapsacks import knapsacks
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.model import Model, model_of
from optimizer.solve.decomposition.openings import openings
from optimizer.solve.decomposition.relaxation import solve_relaxation
from optimizer.solve.decomposition.sacks import TOTAL_END, Knapsack
from optimizer.solve.decomposition.search import search
from optimizer.solve.outcome import Stopped
from tests.examples import examples
from tests.solve.decomposition.cutting import exact_cut, plans_of, sacks
from tests.solve.decomposition.optima import EXACT
from tests.solve.decomposition.trees import branches_of


def total_of(model: Model) -> Knapsack | None:
    """The knapsack over what stays closed."""
    found = [sack for sack in knapsacks(model) if sack.closed]
    return found[0] if found else None


def three_sites(**changes: Floats) -> Assignment:
    """Fifteen customers of one unit each at three sites for 10 units, of which two are needed."""
    cost = np.arange(45.0).reshape(3, 15)
    return replace(dense_assignment(cost, np.ones(15), np.full(3, 10.0), np.full(3, 100.0)), **changes)


def test_two_of_three_sites_are_needed_for_fifteen_units() -> None:
    model = model_of(program_of(three_sites()))
    sack = total_of(model)
    assert sack is not None
    # by hand: of 30 units 15 may stay closed, which is one site of 10
    assert sack.columns.tolist() == openings(model).tolist()
    assert sack.weight.tolist() == [10.0, 10.0, 10.0]
    assert sack.room == pytest.approx(15.0)
    assert sack.end == TOTAL_END
    x = np.zeros(model.size)
    x[sack.columns] = 0.5
    rows, most, ends = Resting().cuts([sack], x, x)
    assert len(most) == len(ends) == 1
    assert rows.indices.tolist() == sack.columns.tolist()
    assert rows.data.tolist() == [-1.0, -1.0, -1.0]  # y1 + y2 + y3 >= 2
    assert most.tolist() == [-2.0]


def test_a_site_without_which_the_others_are_too_small_is_open() -> None:
    model = model_of(program_of(three_sites(capacity=np.array([14.0, 6.0, 6.0]))))
    sack = total_of(model)
    assert sack is not None
    x = np.zeros(model.size)
    x[sack.columns] = [0.5, 1.0, 1.0]
    rows, most, _ = Resting().cuts([sack], x, x)
    # by hand: 12 of 15 units without the first; of 11 that may stay closed it needs 14
    assert rows.toarray()[0, sack.columns].tolist() == [-1.0, 0.0, 0.0]
    assert most.tolist() == [-1.0]


def test_what_may_be_kept_needs_no_room() -> None:
    kept = family_program("county-20x4x3", 0)
    assert any(len(sack.switches) for sack in knapsacks(model_of(kept)))
    assert total_of(model_of(kept)) is None


@given(sacks())
@settings(max_examples=examples(200), derandomize=True)
def test_every_choice_of_openings_with_room_enough_keeps_every_cut(case: tuple[Knapsack, np.ndarray]) -> None:
    drawn, at = case
    size, nothing = len(drawn.columns), np.empty(0, dtype=np.int64)
    sack = replace(drawn, party=-1 - np.arange(size), switches=nothing, end=TOTAL_END, closed=True)
    x = 1.0 - np.clip(at[:size], 0.0, 1.0)
    exact = exact_cut(sack, x)
    for columns, values, upper, _ in [*cover_cuts(sack, x), *([] if exact is None else [exact])]:
        assert values @ x[columns] > upper
        assert max(values @ (1.0 - plan[:size])[columns] for plan in plans_of(sack)) <= upper + 1e-9


@given(st.data())
@settings(max_examples=examples(200), derandomize=True)
def test_the_openings_of_any_plan_keep_it(data: st.DataObject) -> None:
    sites, customers = data.draw(st.integers(2, 4)), 12
    use = np.array(data.draw(st.lists(st.integers(1, 9), min_size=customers, max_size=customers)), dtype=float)
    place = np.array(data.draw(st.lists(st.integers(0, sites - 1), min_size=customers, max_size=customers)))
    load = np.bincount(place, use, sites)
    capacity = np.maximum(load, np.array(data.draw(st.lists(st.integers(9, 40), min_size=sites, max_size=sites))))
    model = model_of(program_of(dense_assignment(np.ones((sites, customers)), use, capacity, np.ones(sites))))
    sack = total_of(model)
    assert sack is not None
    # by its definition: a site has no more room than all customers use, and those of the plan's have enough for them
    room = dict(zip(sack.columns.tolist(), sack.weight.tolist(), strict=True))
    closed = [room[column] for column, used in zip(openings(model).tolist(), load, strict=True) if not used]
    assert sum(room.values()) == pytest.approx(np.minimum(capacity, use.sum()).sum())
    assert sum(closed) <= sack.room + 1e-6


@pytest.fixture(scope="module")
def optima() -> list[tuple[Model, float]]:
    """Facility location with what its best plan costs."""
    programs = [family_program("sscflp-8x30", seed) for seed in range(4)]
    best = [highs.search(program, EXACT).cost_usd for program in programs]
    return [(model_of(program), cost) for program, cost in zip(programs, best, strict=True) if cost is not None]


def test_relaxations_rise_and_stay_below_the_best_plan(optima: list[tuple[Model, float]]) -> None:
    rises = []
    for model, best in optima:
        without, found = (
            solve_relaxation(Core(model), sacks, 20, lambda _: 0.0, np.inf).bound
            for sacks in (_rows(model), knapsacks(model))
        )
        assert without <= found <= best + 1e-6
        rises.append((found - without) / (best - without))
    assert max(rises) > 0.9


def test_branches_that_look_for_these_cuts_are_fewer_and_below_the_best_plan(optima: list[tuple[Model, float]]) -> None:
    solved = {True: 0, False: 0}
    for (model, best), with_totals in product(optima, solved):
        total = total_of(model)
        assert total is not None
        totals = [total] if with_totals else []
        branches = branches_of(model, openings(model), _rows(model), dear=True, totals=totals)
        found = branches.next(deep=False, most=math.inf)
        assert found is not None
        assert min(found.bound, branches.bound) <= best + 1e-6
        solved[with_totals] += branches.solved
    assert solved[True] < solved[False]


def _rows(model: Model) -> list[Knapsack]:
    """The knapsacks that single rows are."""
    return [sack for sack in knapsacks(model) if not sack.closed]


@pytest.mark.usefixtures("taken_apart")
@pytest.mark.parametrize("times", [0.9, 1.5])
def test_what_ifs_with_other_capacities_keep_no_cut_of_what_was_needed_before(times: float) -> None:
    drawn = FacilityParameters(8, 30).draw(0)
    assert drawn.capacity is not None
    memory = search(program_of(drawn), EXACT).memory
    assert isinstance(memory, Memory)
    assert memory.relaxation is not None
    assert (memory.relaxation.model.cut_ends == TOTAL_END).any()
    changed = program_of(replace(drawn, capacity=np.rint(times * drawn.capacity)))
    anew, found = highs.search(changed, EXACT), search(changed, EXACT, memory=memory)
    assert anew.stopped is found.stopped is Stopped.PROVED
    assert found.cost_usd == pytest.approx(anew.cost_usd)
