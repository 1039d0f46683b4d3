"""A point of the program with everything that changes when some of its columns do."""

from __future__ import annotations

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.model import Model

OFF, OFF_SHARE = 1.5e-6, 1e-13
"""A row off by more than this, and this share of its bound, is broken; HiGHS keeps rows to 1e-6."""
MOST_PENALTY = 1e18
"""HiGHS takes a cost of 1e20 for infinite."""


class Point:
    """Integers are integers and every group has one column; rows may be broken, at a penalty per unit."""

    def __init__(self, model: Model, x: Floats, penalty: Floats) -> None:
        self.model, self.x, self.penalty = model, x.copy(), penalty.copy()
        self.activity = model.rows @ x
        bound = np.where(np.isfinite(model.lower), np.abs(model.lower), 0.0)
        bound = np.maximum(bound, np.where(np.isfinite(model.upper), np.abs(model.upper), 0.0))
        self.allowed = OFF + OFF_SHARE * bound
        self.taken = np.full(model.groups, -1)
        """Column of each group that is 1 [groups]."""
        at = model.grouped[x[model.grouped] > 0.5]
        self.taken[model.group[at]] = at

    @property
    def cost(self) -> float:
        return self.model.value(self.x)

    def penalize(self, rows: Codes, factor: float) -> None:
        """Make it so many times dearer to break these rows."""
        self.penalty[rows] = np.minimum(self.penalty[rows] * factor, MOST_PENALTY)

    def settle(self) -> None:
        """Work the activities out again: steps leave rounding behind."""
        self.activity = self.model.rows @ self.x

    def off(self, rows: Codes) -> Floats:
        """How far each of these rows is broken, 0 where it is not [rows given]."""
        activity, model = self.activity[rows], self.model
        off = np.maximum(0.0, np.maximum(model.lower[rows] - activity, activity - model.upper[rows]))
        return np.where(off > self.allowed[rows], off, 0.0)

    def broken(self) -> Codes:
        """Rows that are broken."""
        return np.flatnonzero(self.off(np.arange(len(self.activity))))

    def put(self, columns: Codes, values: Floats) -> Codes:
        """Set these columns; the rows whose activity changed."""
        model = self.model
        change = values - self.x[columns]
        moved = np.flatnonzero(change)
        part = model.columns[:, columns[moved]]
        np.add.at(self.activity, part.indices, part.data * np.repeat(change[moved], np.diff(part.indptr)))
        rows: Codes = np.unique(part.indices).astype(np.int64)
        self.x[columns] = values
        ones = columns[(values > 0.5) & (model.group[columns] >= 0)]
        self.taken[model.group[ones]] = ones
        return rows

    def put_if_better(self, columns: Codes, values: Floats) -> Codes | None:
        """Set these columns if cost plus penalties fall; the rows whose activity changed, None if they do not."""
        before = self.x[columns].copy()
        spent = float(self.model.cost[columns] @ (values - before))
        rows = np.unique(self.model.columns[:, columns[values != before]].indices)
        priced = float(self.penalty[rows] @ self.off(rows))
        self.put(columns, values)
        if spent + float(self.penalty[rows] @ self.off(rows)) - priced < 0.0:
            return rows
        self.put(columns, before)
        return None
