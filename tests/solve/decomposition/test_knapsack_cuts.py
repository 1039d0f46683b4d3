"""Cuts of one row: every plan keeps them, and where a point is outside the row's hull one is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimizer.solve.decomposition.covers import cover_cuts
from optimizer.solve.decomposition.cuts import Resting
from optimizer.solve.decomposition.knapsack_cuts import MOST_OPEN
from optimizer.solve.decomposition.sack_points import SackPoints
from optimizer.solve.decomposition.sacks import Knapsack
from tests.examples import examples
from tests.solve.decomposition.cutting import exact_cut, plans_of, sacks


@given(sacks())
@settings(max_examples=examples(400), derandomize=True)
def test_every_plan_keeps_every_cut_and_the_point_does_not(case: tuple[Knapsack, np.ndarray]) -> None:
    sack, x = case
    exact = exact_cut(sack, x)
    for columns, values, upper, _ in [*cover_cuts(sack, x), *([] if exact is None else [exact])]:
        assert values @ x[columns] > upper
        assert max(values @ plan[columns] for plan in plans_of(sack)) <= upper + 1e-9


@given(sacks())
@settings(max_examples=examples(300), derandomize=True)
def test_a_point_outside_the_hull_is_cut_off(case: tuple[Knapsack, np.ndarray]) -> None:
    drawn, x = case
    size = len(drawn.columns)
    sack = Knapsack(drawn.columns, drawn.weight, np.arange(size), drawn.room, np.empty(0, dtype=np.int64), 0)
    x = np.clip(x[:size], 0.05, 0.95)  # nothing fixed, so that nothing has to be lifted
    x *= min(1.0, sack.room / float(sack.weight @ x))
    plans = np.array([plan[:size] for plan in plans_of(sack)])
    inside = linprog(
        np.zeros(len(plans)), A_eq=np.vstack([plans.T, np.ones(len(plans))]), b_eq=np.append(x, 1.0), bounds=(0, None)
    )
    found = exact_cut(sack, x)
    if inside.status == 0:
        assert found is None
    elif _depth(plans, x) > 0.01:
        assert found is not None


def _depth(plans: np.ndarray, x: np.ndarray) -> float:
    """By how much the best inequality with a right side of 1 cuts the point off."""
    best = linprog(-x, A_ub=plans, b_ub=np.ones(len(plans)), bounds=(0, None))
    return -best.fun - 1.0 if best.status == 0 else np.inf


def test_an_inequality_that_is_no_cover() -> None:
    # two heavy ones fit, or a heavy and a light one, or three light ones: 2 h1 + h2 + l1 + l2 + l3 <= 3
    sack = Knapsack(
        np.arange(5), np.array([3.0, 3.0, 2.0, 2.0, 2.0]), np.arange(5), 6.0, np.empty(0, dtype=np.int64), 0
    )
    found = exact_cut(sack, np.array([0.8, 0.4, 0.4, 0.4, 0.4]))
    assert found is not None
    columns, values, upper, _ = found
    assert dict(zip(columns.tolist(), (values / upper * 3).tolist(), strict=True)) == pytest.approx(
        {0: 2.0, 1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0}
    )


def test_rows_with_too_many_open_columns_give_covers() -> None:
    size = MOST_OPEN + 1
    sack = Knapsack(np.arange(size), np.ones(size), np.arange(size), size / 2 - 0.5, np.empty(0, dtype=np.int64), 0)
    x = np.append(np.full(size // 2 + 1, 0.9), np.full(size - size // 2 - 1, 0.1))
    rows, upper, _ = Resting().cuts([sack], x, x)
    assert len(upper) >= 1
    assert (rows @ x > upper).all()
    assert upper[0] == size // 2


@given(st.lists(sacks(), min_size=2, max_size=5))
@settings(max_examples=examples(100), derandomize=True)
def test_rows_are_told_together_as_each_alone(cases: list[tuple[Knapsack, np.ndarray]]) -> None:
    size = max(len(x) for _, x in cases)
    x = np.zeros(size * len(cases))
    moved = []
    # no two columns of a party ask the same, which rounding would decide
    cases = [(replace(sack, weight=sack.weight + 1e-3 * np.sqrt(2 + sack.columns)), own) for sack, own in cases]
    for number, (sack, own) in enumerate(cases):
        first = number * size
        x[first : first + len(own)] = own
        moved.append(replace(sack, columns=sack.columns + first, switches=sack.switches + first))
    together = {point.number: point for point in SackPoints(moved).at(x, np.ones(len(moved), dtype=bool))}
    for number, (sack, own) in enumerate(cases):
        alone = list(SackPoints([sack]).at(own, np.ones(1, dtype=bool)))
        assert (number in together) == bool(alone)
        if alone:
            assert together[number].between.tolist() == alone[0].between.tolist()
            assert together[number].full.tolist() == alone[0].full.tolist()
            assert together[number].empty.tolist() == alone[0].empty.tolist()
            assert together[number].share == pytest.approx(alone[0].share)
            assert together[number].left == pytest.approx(alone[0].left)
