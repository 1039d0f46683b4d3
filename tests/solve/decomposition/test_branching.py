"""Branches over what pools decide: bounds that hold in each, tighter tiers that cost no plan, what to hold next."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import family_program
from benchmarks.instances.assembly import program_of as assembled
from benchmarks.instances.dense import dense_assignment
from optimizer.program.program import Program
from optimizer.solve import highs
from optimizer.solve.decomposition.bound import safe_bound
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.gains import Gains, Step
from optimizer.solve.decomposition.knapsacks import knapsacks
from optimizer.solve.decomposition.model import Model, model_of
from optimizer.solve.decomposition.openings import dear_openings, hiding_openings, openings, tied
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.tightening import tightened
from tests.cases import sampled
from tests.solve.decomposition.optima import EXACT
from tests.solve.decomposition.trees import branches_of

POOLS = "county-pools-20x4x3"


def test_what_makes_branches_is_openings_and_tiers() -> None:
    program = family_program(POOLS, 0)
    columns = program.columns
    pools = columns["open_pool"].columns.tolist(), columns["tier"].columns.tolist()
    assert set(tied(model_of(program)).tolist()) == {*pools[0], *pools[1]}


@pytest.mark.parametrize("seed", range(6))
def test_tighter_tiers_keep_the_best_plan_and_stay_above_what_it_buys(seed: int) -> None:
    program = family_program(POOLS, seed)
    loose, best = model_of(program), highs.search(program, EXACT)
    model = tightened(loose)
    assert best.x is not None
    assert (model.most <= loose.most).all()
    assert (best.x <= model.most + 1e-6).all()
    assert not len(Point(model, best.x, np.zeros(len(model.lower))).broken())


def test_a_tier_ends_at_what_the_services_can_bring() -> None:
    program = family_program(POOLS, 0)
    model = tightened(model_of(program))
    volumes, tiers = program.columns["volume"].columns, program.columns["tier"].columns
    held = program.matrix()[[name.startswith("pool_volume") for name in program.row_names()]].tocsr()
    for row in range(held.shape[0]):
        entries = held[[row]].tocoo()
        bought = entries.col[entries.data > 0.0]
        # a service has one offer of a pool at most, so that each brings all of its use
        most = -entries.data[entries.data < 0.0].sum()
        assert model.most[bought].max() == pytest.approx(most, abs=1e-6)
    for volume, tier in zip(volumes.tolist(), tiers.tolist(), strict=True):
        rows = model.rows[:, [volume, tier]].toarray()
        pair = rows[(rows[:, 0] == 1.0) & (rows[:, 1] < 0.0) & np.isneginf(model.lower)]
        assert -pair[0, 1] <= model.most[volume] + 1e-9


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_the_bound_of_a_branch_is_below_its_best_plan_at_any_prices(seed: int, value: float) -> None:
    program = family_program(POOLS, seed)
    pool = program.columns["open_pool"].columns[:1]
    model = model_of(program).held(pool, np.array([value]), np.array([value]))
    best = highs.search(_with_held(program, int(pool[0]), value), EXACT).cost_usd
    random = np.random.default_rng(seed)
    assert best is not None
    for scale in (0.0, 1e3, 1e5):
        assert safe_bound(model, scale * random.normal(size=len(model.lower))) <= best
    whole = Core(model)
    assert whole.solve(np.inf)
    while whole.grow():
        assert whole.solve(np.inf)
    assert best - 0.5 * abs(best) <= safe_bound(whole.model, whole.prices) <= best


def test_the_lowest_branch_is_below_every_plan_and_rises_as_branches_are_searched() -> None:
    program = family_program(POOLS, 1)
    best = highs.search(program, EXACT).cost_usd
    assert best is not None
    model = tightened(model_of(program))
    branches, bounds = branches_of(model, tied(model), knapsacks(model), dear=False, rounds=2), []
    while branch := branches.next(deep=False, most=math.inf):
        bounds.append(branch.bound)
        x = branches.relaxation(branch).x[branches.columns]
        assert np.abs(x - np.rint(x)).max() <= 1e-5
        assert min(branch.bound, branches.bound) <= best + 1e-6
        branches.put_back(branch, branch.bound)
    assert bounds == sorted(bounds)
    assert len(bounds) >= 2


def test_deep_branches_come_to_one_with_whole_numbers_first() -> None:
    model = tightened(model_of(family_program(POOLS, 2)))
    wide = branches_of(model, tied(model), knapsacks(model), dear=False)
    deep = branches_of(model, tied(model), knapsacks(model), dear=False)
    first, lowest = deep.next(deep=True, most=math.inf), wide.next(deep=False, most=math.inf)
    assert first is not None
    assert lowest is not None
    assert lowest.bound <= first.bound + 1e-6
    assert deep.bound <= wide.bound + 1e-6


def test_openings_are_dear_where_what_is_split_of_them_is_a_hundredth_of_the_cost() -> None:
    # by hand: two services, two organizations; both services half with each, so that both agreements are half made
    dear = model_of(two_sites(agreement_usd=10.0))
    x = np.full(dear.size, 0.5)
    found = openings(dear)
    assert len(found) == 2
    # services cost 4 x 100 x 0.5 = 200, agreements 2 x 0.5 x 10 = 10 of 210
    assert dear_openings(dear, x).tolist() == found.tolist()
    cheap = model_of(two_sites(agreement_usd=2.0))
    # 2 of 202 is less than a hundredth
    assert not len(dear_openings(cheap, x))
    x[found] = 1.0
    assert not len(dear_openings(dear, x))
    assert not len(tied(dear))


def test_openings_hide_the_gap_where_splitting_one_costs_seven_tenths_of_it() -> None:
    # by hand: the nearer whole number is 0.25 of 10 away from the first agreement, 0.5 of 10 from the second
    model = model_of(two_sites(agreement_usd=10.0))
    first, second = openings(model).tolist()
    x = np.full(model.size, 0.5)
    x[first] = 0.75
    assert hiding_openings(model, x, asked=3.0).tolist() == [first, second]  # of 2.1 and more
    assert hiding_openings(model, x, asked=4.0).tolist() == [second]  # of 2.8
    assert hiding_openings(model, x, asked=8.0).tolist() == []  # of 5.6


@pytest.mark.parametrize("seed", sampled([1, 0, 2, 3], 1))
def test_a_dive_comes_to_a_branch_without_split_openings_and_leaves_the_tree_whole(seed: int) -> None:
    program = family_program("sscflp-8x30", seed)
    best = highs.search(program, EXACT).cost_usd
    model = model_of(program)
    branches = branches_of(model, openings(model), knapsacks(model), dear=True)
    found = branches.dive()
    assert best is not None
    assert found is not None
    x = branches.relaxation(found).x[branches.columns]
    assert np.abs(x - np.rint(x)).max() <= 1e-6
    least, most = branches.held(found)
    assert (x >= least - 1e-9).all()
    assert (x <= most + 1e-9).all()
    # what was not dived into is still there
    lowest = branches.next(deep=False, most=math.inf)
    assert lowest is not None
    assert min(lowest.bound, branches.bound) <= best + 1e-6


def test_branches_pause_after_so_many_relaxations_and_go_on_from_there() -> None:
    model = model_of(family_program("sscflp-8x30", 1))
    whole = branches_of(model, openings(model), knapsacks(model), dear=True)
    first = whole.next(deep=False, most=math.inf)
    paused = branches_of(model, openings(model), knapsacks(model), dear=True)
    found, pauses = None, 0
    while found is None and not paused.ended:
        found, pauses = paused.next(deep=False, most=2), pauses + 1
    assert first is not None
    assert found is not None
    assert pauses > 1
    assert found.held == first.held
    assert paused.solved == whole.solved


def test_the_column_that_promises_most_on_both_sides_is_held_next() -> None:
    gains, columns = Gains(), np.array([3, 7, 9])
    gains.note(Step(3, 0.5).to(0.0), 10.0)
    gains.note(Step(3, 0.5).to(1.0), 10.0)
    gains.note(Step(7, 0.25).to(0.0), 100.0)
    gains.note(Step(7, 0.25).to(1.0), 75.0)
    # by hand: 20 a unit for 3; 400 and 100 a unit for 7; the means 210 and 60 for 9, which is unknown
    assert gains.choice(columns, np.array([0.5, 0.5, 1.0])) == Step(7, 0.5)
    assert gains.choice(columns, np.array([0.5, 1e-9, 0.5])) == Step(9, 0.5)
    assert gains.choice(columns, np.array([0.0, 1.0, 1.0])) is None
    assert gains.choice(columns[:0], np.empty(0)) is None


def two_sites(agreement_usd: float) -> Program:
    """Two services of 100 USD with either of two organizations."""
    return assembled(dense_assignment(np.full((2, 2), 100.0), np.ones(2), np.full(2, 2.0), np.full(2, agreement_usd)))


def _with_held(program: Program, column: int, value: float) -> Program:
    """The program with a column fixed by what it costs to have it otherwise."""
    costs = program.columns.cost_usd.copy()
    costs[column] += -1e9 if value else 1e9
    offset = program.columns.offset_usd + (1e9 if value else 0.0)
    return replace(program, columns=program.columns.with_costs(costs, offset))


def test_a_model_that_is_held_shares_what_does_not_change() -> None:
    model: Model = model_of(family_program(POOLS, 0))
    columns = model.columns
    held = model.held(np.array([int(model.alone[0])]), np.array([1.0]), np.array([1.0]))
    assert held.columns is columns
    assert held.least[model.alone[0]] == 1.0
    assert model.least[model.alone[0]] == 0.0
