"""Random draws that the families share; every one takes its generator and loops over no service."""

from __future__ import annotations

import numpy as np

from optimizer.program.rows import Codes, Floats


def distinct(rng: np.random.Generator, rows: int, count: int, weight: Floats) -> Codes:
    """`count` different numbers below len(weight) per row [rows x count], drawn in proportion to their weights.

    Where few of many are asked for, repeated ones are drawn again; else the largest of log weight + Gumbel noise are
    taken. Both are draws without replacement.
    """
    size = len(weight)
    if count > size:
        raise ValueError(f"{count} different numbers of {size}")
    if 4 * count > size:
        keys = np.log(weight) + rng.gumbel(size=(rows, size))
        return np.argsort(-keys, axis=1)[:, :count]
    reach = np.cumsum(weight) / weight.sum()
    reach[-1] = 1.0
    drawn = np.searchsorted(reach, rng.random((rows, count)), side="right")
    while True:
        order = np.argsort(drawn, axis=1, kind="stable")
        ordered = np.take_along_axis(drawn, order, axis=1)
        repeated = np.zeros(drawn.shape, dtype=bool)
        np.put_along_axis(repeated, order[:, 1:], ordered[:, 1:] == ordered[:, :-1], axis=1)
        again = int(repeated.sum())
        if not again:
            return drawn
        drawn[repeated] = np.searchsorted(reach, rng.random(again), side="right")


def correlated(rng: np.random.Generator, size: int, correlation: float) -> tuple[Floats, Floats]:
    """Two standard normal arrays [size] with this correlation, in -1 .. 1."""
    first, other = rng.standard_normal((2, size))
    return first, correlation * first + np.sqrt(1.0 - correlation**2) * other
