"""Measures by which solvers are compared: plain functions of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.program.rows import Floats

SHIFT_S = 1.0
"""Shift of the geometric mean of times [s]: runs far below it hardly count."""


def shifted_geometric_mean(values: Sequence[float] | Floats, shift: float = SHIFT_S) -> float:
    """exp(mean(log(value + shift))) - shift; NaN of nothing. Values and shift in one unit, value + shift > 0."""
    numbers = np.asarray(values, dtype=np.float64)
    if not len(numbers):
        return float("nan")
    return float(np.exp(np.mean(np.log(numbers + shift))) - shift)


def performance_ratios(times: pd.DataFrame) -> pd.DataFrame:
    """Time of each solver over that of the fastest [instances x solvers]; infinite where it did not solve it.

    `times` has infinity for what was not solved; an instance that nobody solved is infinite for all, and counts.
    Source: E. D. Dolan and J. J. More, Benchmarking optimization software with performance profiles, Mathematical
    Programming 91 (2002) 201-213.
    """
    best = times.min(axis=1)
    return times.div(best, axis=0).where(np.isfinite(times), np.inf)


def performance_profile(times: pd.DataFrame, factors: Floats) -> pd.DataFrame:
    """Share of the instances that each solver solves within each factor of the fastest [factors x solvers]."""
    ratios = performance_ratios(times)
    shares = {solver: [float((ratios[solver] <= factor).mean()) for factor in factors] for solver in ratios}
    return pd.DataFrame(shares, index=pd.Index(factors, name="factor"))


def primal_gap(cost: float | None, reference: float) -> float:
    """|reference - cost| / max(|reference|, |cost|), 0 .. 1; 1 without a cost and where the signs differ.

    Source: T. Berthold, Measuring the impact of primal heuristics, Operations Research Letters 41 (2013) 611-614.
    """
    if cost is None or np.isnan(cost):
        return 1.0
    if cost == reference:
        return 0.0
    if cost * reference < 0:
        return 1.0
    return abs(reference - cost) / max(abs(reference), abs(cost))


def primal_integral(events: Sequence[tuple[float, float | None]], reference: float, until_s: float) -> float:
    """Integral of the primal gap from 0 to `until_s` [s]; before the first cost the gap is 1.

    `events` are (elapsed seconds, best cost so far) in order of time; later ones than `until_s` do not count. The
    source is that of `primal_gap`.
    """
    total, gap, since = 0.0, 1.0, 0.0
    for elapsed_s, cost in events:
        if elapsed_s >= until_s:
            break
        total += gap * (elapsed_s - since)
        gap, since = primal_gap(cost, reference), elapsed_s
    return total + gap * (until_s - since)


def gap_over_time(events: pd.DataFrame, at_s: Floats) -> Floats:
    """The gap (cost - bound) / |cost| of one run at each of these times; 1 while there is no cost or no bound.

    `events` has elapsed_s, cost and bound in order of time. What is above 1 is told as 1.
    """
    place = np.searchsorted(events["elapsed_s"].to_numpy(), at_s, side="right") - 1
    cost, bound = (events[name].to_numpy(dtype=np.float64)[place] for name in ("cost", "bound"))
    with np.errstate(invalid="ignore", divide="ignore"):
        gaps = np.where(cost == bound, 0.0, np.abs(cost - bound) / np.abs(cost))
    gaps = np.where((place >= 0) & np.isfinite(gaps), gaps, 1.0)
    return np.asarray(np.minimum(gaps, 1.0), dtype=np.float64)


def growth_exponent(sizes: Sequence[float] | Floats, values: Sequence[float] | Floats) -> tuple[float, float]:
    """The exponent e and factor f of value = f size^e, by least squares of the logarithms; two sizes or more."""
    if len(set(np.asarray(sizes).tolist())) < 2:
        raise ValueError("growth needs two sizes or more")
    slope, intercept = np.polyfit(np.log(np.asarray(sizes, float)), np.log(np.asarray(values, float)), 1)
    return float(slope), float(np.exp(intercept))
