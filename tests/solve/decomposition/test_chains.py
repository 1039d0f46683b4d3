"""Ejection chains: found where nothing shorter helps, and never at the cost of a row."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array, hstack, vstack

from benchmarks.instances import family_program
from optimizer.solve.decomposition import chains
from optimizer.solve.decomposition.bound import group_minima, reduced_costs
from optimizer.solve.decomposition.chain_search import ChainSearch
from optimizer.solve.decomposition.chains import Work
from optimizer.solve.decomposition.model import Model, model_of
from optimizer.solve.decomposition.moves import Moves, near_columns
from optimizer.solve.decomposition.neighbourhoods import first_penalties
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.prices import guess_prices
from optimizer.solve.decomposition.shifts import descend, repair_by_shifts
from optimizer.solve.decomposition.turns import Turns
from tests.cases import sampled
from tests.properties.trials import program_of_seed

FAMILIES = ("county-40x6x3", "county-60x8x4", "gap-d-4x16", "gap-e-5x20", "sscflp-6x20")
KEPT = 3e-6
"""Twice what `Point` lets a row be off."""


def plenty() -> Work:
    return Work(10**9, time.monotonic() + 60.0)


def ring(sign: float) -> Model:
    """Three full rows and three groups, each in one row and able to go to the next; only the first gains by that.

    With `sign` -1 the rows ask for at least -1 of what is taken off.
    """
    places = [0, 1, 1, 2, 2, 0]
    entries = (np.full(6, sign), (places, range(6)))
    full = np.ones(3)
    return Model(
        cost=np.array([10.0, 1.0, 0.0, 1.0, 0.0, 1.0]),
        offset=0.0,
        least=np.zeros(6),
        most=np.ones(6),
        integer=np.ones(6, dtype=bool),
        rows=csr_array(entries, shape=(3, 6)),
        lower=-full if sign < 0.0 else np.full(3, -np.inf),
        upper=full if sign > 0.0 else np.full(3, np.inf),
        group=np.array([0, 0, 1, 1, 2, 2]),
        groups=3,
        of_program=np.arange(3),
    )


def searching(model: Model, x: np.ndarray, prices: np.ndarray, seed: int = 0) -> ChainSearch:
    reduced = reduced_costs(model, prices)
    over = np.zeros(model.size)
    over[model.grouped] = (reduced - group_minima(model, reduced)[model.group])[model.grouped]
    point = Point(model, x, first_penalties(model, prices))
    return ChainSearch(point, over, prices, np.random.default_rng(seed))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("price", [0.0, 2.0])
def test_three_groups_that_can_only_move_together_do(sign: float, price: float) -> None:
    model, stays = ring(sign), np.array([1.0, 0.0] * 3)
    plans = {}
    for moved in product((0, 1), repeat=3):
        x = np.zeros(6)
        x[[2 * group + to for group, to in enumerate(moved)]] = 1.0
        if not model.violation(x).any():
            plans[moved] = model.value(x)
    assert plans == {(0, 0, 0): 10.0, (1, 1, 1): 3.0}
    search = searching(model, stays, np.full(3, -sign * price))
    assert search.improve(np.inf, plenty())
    assert search.point.x.tolist() == [0.0, 1.0] * 3
    assert not search.improve(np.inf, plenty())


def test_chains_that_are_too_short_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "DEPTH", 2)
    search = searching(ring(1.0), np.array([1.0, 0.0] * 3), np.zeros(3))
    assert not search.improve(np.inf, plenty())
    assert search.point.x.tolist() == [1.0, 0.0] * 3


def test_work_that_is_used_up_ends_the_search() -> None:
    search = searching(ring(1.0), np.array([1.0, 0.0] * 3), np.zeros(3))
    assert not search.improve(np.inf, Work(0, time.monotonic() + 60.0))
    assert not search.improve(np.inf, Work(10**9, time.monotonic()))
    assert search.improve(np.inf, plenty())


def test_columns_out_of_reach_are_left_alone() -> None:
    search = searching(ring(1.0), np.array([1.0, 0.0] * 3), np.zeros(3))
    assert not search.improve(0.5, plenty())


def test_a_beginning_that_failed_is_tried_again_once_its_row_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "DEPTH", 2)
    search = searching(ring(1.0), np.array([1.0, 0.0] * 3), np.zeros(3))
    assert not search.improve(np.inf, plenty())
    search.point.put(np.array([2, 3]), np.array([0.0, 1.0]))
    assert search.improve(np.inf, plenty())
    assert search.point.x.tolist()[:2] == [0.0, 1.0]


@pytest.mark.parametrize("bought", [0.0, 1.0])
def test_a_move_that_needs_what_is_not_bought_is_none(bought: float) -> None:
    linked = ring(1.0)
    needs = csr_array(([1.0, -1.0], ([0, 0], [1, 6])), shape=(1, 7))
    model = replace(
        linked,
        cost=np.append(linked.cost, 1.0),
        most=np.ones(7),
        integer=np.ones(7, dtype=bool),
        rows=vstack([hstack([linked.rows, csr_array((3, 1))]), needs], format="csr"),
        lower=np.append(linked.lower, -np.inf),
        upper=np.append(linked.upper, 0.0),
        group=np.append(linked.group, -1),
    )
    search = searching(model, np.array([*[1.0, 0.0] * 3, bought]), np.zeros(4))
    moves = Moves(search.point, search.over, np.zeros(4), near_columns(model, search.over, np.inf))
    assert moves.column.tolist() == ([1, 3, 5] if bought else [3, 5])
    assert search.improve(np.inf, plenty()) is bool(bought)


@pytest.mark.parametrize("seed", sampled(range(60), 10))
def test_never_worse_and_no_row_is_broken(seed: int) -> None:
    program = program_of_seed(seed) if seed % 2 else family_program(FAMILIES[seed // 2 % 5], seed)
    model, random = model_of(program), np.random.default_rng(seed)
    if not model.groups:
        return
    x = np.where(random.random(model.size) < 0.8, model.most.clip(0.0, 1.0), 0.0)
    x[model.grouped] = 0.0
    starts, ends = model.group_starts[:-1], model.group_starts[1:]
    x[model.grouped[random.integers(starts, ends)]] = 1.0
    search = searching(model, x, guess_prices(model), seed)
    for shakes in (False, True, True, True):
        before, cost = model.violation(search.point.x), search.point.cost
        better = search.shake(np.inf, 1e6, plenty()) if shakes else search.improve(np.inf, plenty())
        after = model.violation(search.point.x)
        assert (after <= np.maximum(before, KEPT * (1.0 + before))).all()
        assert search.point.cost <= cost + 1e-9 * abs(cost)
        assert better == (search.point.cost < cost - 1e-9 * abs(cost))
        one_each = np.bincount(model.group[model.grouped], search.point.x[model.grouped], model.groups)
        assert (one_each == 1.0).all()
        assert (search.point.x[search.point.taken] == 1.0).all()
        assert (search.point.x[model.alone] == x[model.alone]).all()


def after_shifts(family: str) -> tuple[Model, Point, np.ndarray]:
    """A plan that no single shift makes cheaper."""
    model = model_of(family_program(family, 0))
    prices = guess_prices(model)
    reduced = reduced_costs(model, prices)
    x = np.zeros(model.size)
    for group in range(model.groups):
        own = model.columns_of(np.array([group]))
        x[own[np.argmin(reduced[own])]] = 1.0
    point = Point(model, x, first_penalties(model, prices))
    assert repair_by_shifts(point, model.cost, np.inf)
    point.penalty *= 1e6
    descend(point, np.inf)
    return model, point, prices


@pytest.mark.parametrize("family", sampled(["gap-c-20x100", "gap-d-20x100", "gap-e-20x100"], 1))
def test_what_shifts_cannot_mend_chains_do_and_the_same_each_time(family: str) -> None:
    model, point, prices = after_shifts(family)
    ends = []
    for _ in range(2):
        search = searching(model, point.x, prices)
        assert search.improve(np.inf, plenty())
        for _ in range(5):
            search.shake(np.inf, 20.0, plenty())
        ends.append(search.point.x)
    assert (ends[0] == ends[1]).all()
    assert not len(search.point.broken())
    assert search.point.cost < point.cost - 0.005 * abs(point.cost)


def test_moves_are_what_a_point_would_change_by() -> None:
    model, point, prices = after_shifts("gap-d-20x100")
    reduced = reduced_costs(model, prices)
    moves = Moves(point, reduced, prices, near_columns(model, reduced, np.inf))
    for move in range(0, len(moves.column), 97):
        trial = Point(model, point.x, point.penalty)
        onto = moves.column[move : move + 1]
        trial.put(np.append(point.taken[moves.group[move]], onto), np.array([0.0, 1.0]))
        change = np.zeros(moves.rows)
        own = slice(moves.start[move], moves.start[move + 1])
        change[moves.row[own]] = moves.change[own]
        assert trial.activity - point.activity == pytest.approx(change)
        assert trial.cost - point.cost == pytest.approx(moves.cost[move])
    listed, begins = moves.relief
    for row in range(moves.rows):
        lowers = moves.of_entry[(moves.row == row) & (moves.change < 0.0)]
        assert sorted(listed[begins[row] : begins[row + 1]]) == lowers.tolist()
        assert (np.diff(moves.over[listed[begins[row] : begins[row + 1]]]) >= 0.0).all()


def test_turns_go_to_what_gains_and_never_only_there() -> None:
    turns, counts = Turns(2), [0, 0]
    for _ in range(1000):
        way = turns.next()
        counts[way] += 1
        turns.note(way, 3.0 if way else 1.0, 1.0)
    assert 100 < counts[0] < 200
    for _ in range(1000):
        way = turns.next()
        counts[way] += 1
        turns.note(way, 0.0 if way else 1.0, 1.0)
    assert counts[0] > 800


def test_penalties_stay_numbers_that_highs_takes() -> None:
    model = ring(1.0)
    point = Point(model, np.array([1.0, 0.0, 1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 1e17]))
    for _ in range(500):
        point.penalize(np.arange(3), 1e6)
    assert point.penalty.tolist() == [0.0, 1e18, 1e18]
