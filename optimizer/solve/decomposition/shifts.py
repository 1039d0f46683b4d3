"""Single shifts: one group takes another of its columns, as long as that is worth it.

Shifts of all groups in question are looked at together, then made one by one, each looked at again before it is made.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csc_array

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.point import Point

PENALTY_GROWTH = 2.0
GROWTHS = 60
"""Times that penalties are raised before it is given up."""


def repair_by_shifts(point: Point, cost: Floats, deadline: float) -> bool:
    """Shift at these costs [columns] until no row is broken, dearer penalties each time that nothing helps.

    False: given up, or out of time.
    """
    growths = 0
    while len(rows := point.broken()):
        if time.monotonic() > deadline or growths > GROWTHS:
            return False
        groups = np.unique(point.model.group[point.model.rows[rows].indices])
        if not _pass(point, cost, groups[groups >= 0]):
            point.penalize(rows, PENALTY_GROWTH)
            growths += 1
    return True


def descend(point: Point, deadline: float) -> None:
    """Make every shift that lowers cost and breaks nothing, until there is none."""
    while time.monotonic() < deadline and _pass(point, point.model.cost, np.arange(point.model.groups)):
        pass


def _pass(point: Point, cost: Floats, groups: Codes) -> int:
    """Make the shifts of these groups that are worth it, best first; their number."""
    model = point.model
    columns = model.columns_of(groups)
    columns = columns[point.x[columns] < 0.5]
    gain = _gains(point, cost, columns)
    worth = np.flatnonzero(gain < -1e-9 * (1.0 + np.abs(cost[columns])))
    moved: set[int] = set()
    for place in worth[np.argsort(gain[worth], kind="stable")].tolist():
        column = columns[place : place + 1]
        group = int(model.group[column[0]])
        if group not in moved and _gain(point, cost, int(column[0])) < -1e-9:
            point.put(np.append(point.taken[group], column), np.array([0.0, 1.0]))
            moved.add(group)
    return len(moved)


def _gains(point: Point, cost: Floats, columns: Codes) -> Floats:
    """Change of cost and penalties if each column were taken instead of what its group takes [columns given]."""
    model = point.model
    if not len(columns):
        return np.empty(0)
    taken = point.taken[model.group[columns]]
    change: csc_array = (model.columns[:, columns] - model.columns[:, taken]).tocsc()
    row = change.indices.astype(np.int64)
    now = point.activity[row]
    penalty: Floats = point.penalty[row] * (_off(point, row, now + change.data) - _off(point, row, now))
    of_column = np.repeat(np.arange(len(columns)), np.diff(change.indptr))
    gains: Floats = cost[columns] - cost[taken] + np.bincount(of_column, weights=penalty, minlength=len(columns))
    return gains


def _gain(point: Point, cost: Floats, column: int) -> float:
    """The same for one column, where setting up the whole would take longer than the sum."""
    columns = point.model.columns
    taken = int(point.taken[point.model.group[column]])
    mine = slice(columns.indptr[column], columns.indptr[column + 1])
    others = slice(columns.indptr[taken], columns.indptr[taken + 1])
    row = np.concatenate([columns.indices[mine], columns.indices[others]])
    row, place = np.unique(row, return_inverse=True)
    change = np.bincount(place, np.concatenate([columns.data[mine], -columns.data[others]]))
    now = point.activity[row]
    penalty = point.penalty[row] @ (_off(point, row, now + change) - _off(point, row, now))
    return float(cost[column] - cost[taken] + penalty)


def _off(point: Point, row: Codes, activity: Floats) -> Floats:
    model = point.model
    below, above = model.lower[row] - activity, activity - model.upper[row]
    off: Floats = np.maximum(0.0, np.maximum(below, above) - point.allowed[row])
    return off
