"""Measures against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from benchmarks.measures import (
    gap_over_time,
    growth_exponent,
    performance_profile,
    performance_ratios,
    primal_gap,
    primal_integral,
    shifted_geometric_mean,
)
from benchmarks.tables import gap_share

INF = math.inf
TIMES = pd.DataFrame({"a": [1.0, 4.0, INF, INF], "b": [2.0, 2.0, 6.0, INF]})


def test_shifted_geometric_mean():
    # (0 + 1)(3 + 1)(15 + 1) = 64, whose third root is 4
    assert shifted_geometric_mean([0.0, 3.0, 15.0], 1.0) == pytest.approx(3.0)
    assert shifted_geometric_mean([2.0, 8.0], 0.0) == pytest.approx(4.0)
    assert math.isnan(shifted_geometric_mean([]))


def test_performance_ratios():
    expected = pd.DataFrame({"a": [1.0, 2.0, INF, INF], "b": [2.0, 1.0, 1.0, INF]})
    pd.testing.assert_frame_equal(performance_ratios(TIMES), expected)


def test_performance_profile_counts_what_nobody_solved():
    profile = performance_profile(TIMES, np.array([1.0, 1.5, 2.0, 100.0]))
    assert profile["a"].tolist() == [0.25, 0.25, 0.5, 0.5]
    assert profile["b"].tolist() == [0.5, 0.5, 0.75, 0.75]


@pytest.mark.parametrize(
    ("cost", "reference", "gap"),
    [
        (100, 80, 0.2),
        (80, 100, 0.2),
        (0, 0, 0),
        (-50, -100, 0.5),
        (5, -5, 1),
        (5, 0, 1),
        (None, 3, 1),
        (math.nan, 3, 1),
    ],
)
def test_primal_gap(cost, reference, gap):
    assert primal_gap(cost, reference) == pytest.approx(gap)


def test_primal_integral():
    # 1 for 2 s, 0.5 for 3 s, 0.2 for 4 s, 0 for 1 s
    events = [(0.5, None), (2.0, 160.0), (5.0, 100.0), (9.0, 80.0), (30.0, 80.0)]
    assert primal_integral(events, 80.0, 10.0) == pytest.approx(2.0 + 1.5 + 0.8)
    assert primal_integral(events, 80.0, 4.0) == pytest.approx(2.0 + 1.0)
    assert primal_integral([], 80.0, 10.0) == 10.0


def test_gap_over_time():
    events = pd.DataFrame(
        {
            "elapsed_s": [1.0, 2.0, 3.0, 4.0],
            "cost": [np.nan, 100.0, 80.0, 80.0],
            "bound": [10.0, np.nan, 60.0, 80.0],
        }
    )
    gaps = gap_over_time(events, np.array([0.5, 1.5, 2.5, 3.0, 9.0]))
    assert gaps.tolist() == pytest.approx([1.0, 1.0, 1.0, 0.25, 0.0])


@pytest.mark.parametrize(
    ("cost", "bound", "gap"),
    [(100, 90, 0.1), (-100, -110, 0.1), (0, 0, 0), (0, -1, INF), (100, 101, 0), (None, 1, None), (1, None, None)],
)
def test_gap_as_a_share_of_the_cost(cost, bound, gap):
    assert gap_share(cost, bound) == (gap if gap is None else pytest.approx(gap))


def test_growth_exponent():
    sizes = np.array([10.0, 20.0, 80.0])
    assert growth_exponent(sizes, 3.0 * sizes**1.5) == (pytest.approx(1.5), pytest.approx(3.0))
    with pytest.raises(ValueError, match="two sizes"):
        growth_exponent([10.0, 10.0], [1.0, 2.0])
