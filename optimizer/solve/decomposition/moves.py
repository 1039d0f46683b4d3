"""Moves of a point: a group takes another of its near columns, with what that does to every coupling row."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.point import Point

Offsets = npt.NDArray[np.int64]

OPTIONS = 13
"""Columns of a group that are looked at, cheapest first at the prices."""


class Moves:
    """Moves from where a point stands; made anew when it has moved."""

    def __init__(self, point: Point, over: Floats, prices: Floats, near: Codes) -> None:
        """Look at the columns of `near` that are not taken; `over` is what `near_columns` was given, prices [rows]."""
        model = point.model
        ends = np.where(prices > 0.0, model.lower, model.upper)
        self.prices = np.where(np.isfinite(ends), prices, 0.0)
        # a row that is broken already may stay as it is, but not get worse
        self.above: Floats = np.maximum(0.0, model.upper + point.allowed - point.activity)
        self.below: Floats = np.minimum(0.0, model.lower - point.allowed - point.activity)
        self._take(point, over, near[point.x[near] < 0.5])
        stuck = self._stuck()
        if stuck.any():
            self._take(point, over, self.column[~stuck])

    def _take(self, point: Point, over: Floats, column: Codes) -> None:
        model = point.model
        self.column, self.group = column, model.group[column]
        taken = point.taken[self.group]
        self.cost: Floats = model.cost[column] - model.cost[taken]
        self.over: Floats = over[column] - over[taken]
        change = (model.transposed[column] - model.transposed[taken]).tocsr()
        change.eliminate_zeros()
        self.start: Offsets = change.indptr.astype(np.int64)
        self.row: Offsets = change.indices.astype(np.int64)
        self.change: Floats = change.data

    @property
    def rows(self) -> int:
        """Number of coupling rows."""
        return len(self.above)

    @cached_property
    def of_entry(self) -> Codes:
        """Move of every entry [entries]."""
        return np.repeat(np.arange(len(self.column)), np.diff(self.start))

    @cached_property
    def relief(self) -> tuple[Offsets, Offsets]:
        """Moves that lower each row, then those that raise each, cheapest first; where each begins [2 rows + 1]."""
        end = self.row + np.where(self.change < 0.0, 0, self.rows)
        order = np.argsort(self.over, kind="stable")
        listed = csr_array((np.ones(len(end)), end, self.start), shape=(len(order), 2 * self.rows))[order].tocsc()
        return order[listed.indices], listed.indptr.astype(np.int64)

    def _stuck(self) -> Flags:
        """Moves that break a row which no other move relieves, such as x <= y where y is 0 [moves]."""
        up, down = self.change > self.above[self.row], self.change < self.below[self.row]
        lowers = np.bincount(self.row[self.change < 0.0], minlength=self.rows) > 0
        raises = np.bincount(self.row[self.change > 0.0], minlength=self.rows) > 0
        lost = (up & ~lowers[self.row]) | (down & ~raises[self.row])
        stuck: Flags = np.bincount(self.of_entry, weights=lost, minlength=len(self.column)) > 0.0
        del self.of_entry
        return stuck


def near_columns(model: Model, over: Floats, reach: float) -> Codes:
    """The cheapest few columns of every group, none more than `reach` dearer, `over` [columns], than its cheapest."""
    column = model.grouped[over[model.grouped] <= reach]
    group = model.group[column]
    order = np.lexsort((over[column], group))
    first = np.searchsorted(group, np.arange(model.groups))
    near: Codes = column[order[np.arange(len(order)) - first[group] < OPTIONS]]
    return near
