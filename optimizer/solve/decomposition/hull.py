"""The hull of what fits: all sets of a few weights that fit, and what cuts a point off most from them."""

from __future__ import annotations

from functools import lru_cache

import highspy
import numpy as np
import numpy.typing as npt

from optimizer.program.rows import Floats

Indices = npt.NDArray[np.int32]

LARGEST_FACTOR = 60
"""Weights are multiplied by up to this to make them whole."""
NEAR_WHOLE = 1e-6
LEAST_VALUE = 1.0 + 1e-4
"""Of a point outside the hull, at weights that are at most 1 on every set that fits."""


def maximal_sets(weight: Floats, room: float) -> Floats:
    """All sets that fit and to which nothing can be added, as 0 and 1 [sets x columns]."""
    order = np.argsort(weight, kind="stable")
    member, lightest_absent = _subsets(len(weight))
    sorted_weight = weight[order]
    total = np.zeros(1)
    for one in sorted_weight:
        total = np.concatenate([total, total + one])
    more = np.append(sorted_weight, np.inf)[lightest_absent]
    fits = (total <= room) & (total + more > room)
    sets = np.empty((int(fits.sum()), len(weight)))
    sets[:, order] = member[fits]
    return sets


@lru_cache(maxsize=32)
def _subsets(size: int) -> tuple[Floats, np.ndarray]:
    """All sets of so many columns [sets x columns], and the first column that each lacks; `size` where none."""
    number = np.arange(1 << size)
    member = (number[:, None] >> np.arange(size)) & 1
    lacking = np.where(member.all(axis=1), size, np.argmin(member, axis=1))
    return member.astype(np.float64), lacking


def outside(hulls: list[Floats], points: list[Floats]) -> list[tuple[np.ndarray, int] | None]:
    """For each list of sets and its point, whole weights and their largest sum over a set, which the point exceeds.

    None where the point exceeds no such sum. Weights of at most 1 on every set whose value at the point is largest are
    the prices of the fewest sets (in shares) that cover the point; one linear program finds them for all points.
    """
    weights = _prices_of_covering(hulls, points)
    return [_whole(sets, share, value) for sets, share, value in zip(hulls, points, weights, strict=True)]


def _prices_of_covering(hulls: list[Floats], points: list[Floats]) -> list[Floats]:
    if not hulls:
        return []
    start, index = _members(hulls)
    rows, columns = sum(len(share) for share in points), len(start) - 1
    nothing = [np.zeros(len(share)) for share in points]
    highs = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
        highs.setOptionValue(name, value)
    open_ended = np.full(max(rows, columns), highspy.kHighsInf)
    highs.passModel(
        columns,
        rows,
        len(index),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        np.ones(columns),
        np.zeros(columns),
        open_ended[:columns],
        np.concatenate(points),
        open_ended[:rows],
        start,
        index,
        np.ones(len(index)),
        np.zeros(columns, dtype=np.int32),
    )
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return nothing
    prices = np.maximum(0.0, np.array(highs.getSolution().row_dual))
    return np.split(prices, np.cumsum([len(share) for share in points])[:-1])


def _members(hulls: list[Floats]) -> tuple[Indices, Indices]:
    """Where each set begins among the members of all, list after list, and these; no column is in two lists."""
    first = np.cumsum([0, *(sets.shape[1] for sets in hulls)])
    each = [np.nonzero(sets)[1] + start for sets, start in zip(hulls, first.tolist(), strict=False)]
    counts = np.concatenate([[0], *(np.count_nonzero(sets, axis=1) for sets in hulls)])
    return np.cumsum(counts, dtype=np.int32), np.concatenate(each, dtype=np.int32)


def _whole(sets: Floats, share: Floats, value: Floats) -> tuple[np.ndarray, int] | None:
    if float(value @ share) <= LEAST_VALUE:
        return None
    factor = np.arange(1, LARGEST_FACTOR + 1)[:, None]
    off = np.abs(factor * value - np.rint(factor * value)).max(axis=1)
    near = np.flatnonzero(off <= NEAR_WHOLE * factor[:, 0])
    best = int(near[0]) if len(near) else int(np.argmin(off))
    whole = np.rint((best + 1) * value).astype(np.int64)
    most = int(np.einsum("ij,j", sets, whole).max(initial=0))
    return (whole, most) if float(whole @ share) > most + 1e-6 else None
