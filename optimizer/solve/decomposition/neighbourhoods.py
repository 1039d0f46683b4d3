"""Neighbourhoods of a point, where most of its distance from the bound is.

At prices p the distance of a point from the bound comes apart: by how much every group's column is dearer than the
group's cheapest, by how much every priced row is slack, by how much it is broken. A neighbourhood begins at a row or a
group where this is large, and frees the groups that change their column at least cost.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.bound import over_cheapest
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.submip import Effort, Found, best_around

FEWEST_GROUPS, MOST_GROUPS = 8, 300
"""Size of a neighbourhood."""
OPTIONS_TRIED = 4
"""Columns of a free group besides the taken one, cheapest first at the prices."""
EVERY_OPTION = 30
"""The same while rows are broken."""
PENALTY_GROWTH = 3.0
"""Of a row that a neighbourhood around it did not mend."""
NARROWER = 0.7
"""Columns are looked through again where the distance to the bound has fallen to this share."""
MOST_ENTRIES = 1500
"""Of a longer row this many entries are looked at."""
EASY_S, LONGEST_S, NODES = 0.05, 0.4, 50
"""A neighbourhood solved in less may grow; one that takes more is left."""
FRUITLESS, MOST_EFFORT = 30, 16.0
"""Neighbourhoods that gave nothing, after which each may take twice as long, and how many times as long at most."""


class Neighbourhoods:
    """Makes neighbourhoods of a point and moves it to the best in them."""

    def __init__(self, point: Point, reduced: Floats, prices: Floats, companions: Companions, seed: int) -> None:
        """Look at the point from these prices [rows]; reduced costs [columns] may know of cuts that the rows do not."""
        self.point, self.companions = point, companions
        self.random = np.random.default_rng(seed)
        self.groups = 30
        """Groups freed at a time."""
        model, self.prices = point.model, prices
        self.over = np.zeros(model.size)
        """By how much each column is dearer than its group's cheapest [columns]."""
        self.over[model.grouped] = over_cheapest(model, reduced)
        self._looks = np.zeros(len(prices) + model.groups)
        self._reach = np.inf
        self._effort, self._fruitless = 1.0, 0
        self._near = model.rows
        self._end = np.where(prices > 0.0, model.lower, np.where(prices < 0.0, model.upper, 0.0))

    def narrow(self, gap: float) -> None:
        """Leave columns alone that no plan takes which costs less: dearer by more than the distance to the bound."""
        if gap > NARROWER * self._reach:
            return
        rows = self.point.model.rows
        self._reach = gap
        kept = self.over[rows.indices] <= gap
        ends = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
        self._near = csr_array((rows.data[kept], rows.indices[kept], ends), shape=rows.shape)

    def repair_once(self, seconds: float) -> bool:
        """Try to mend the row whose break costs most; False: no row is broken."""
        rows = self.point.broken()
        if not len(rows):
            return False
        priced = self.point.penalty[rows] * self.point.off(rows)
        row = int(rows[np.argmax(priced / (1.0 + self._looks[rows]) ** 2)])
        self._looks[row] += 1.0
        self._move(self._around(np.array([row])), 0.02 * float(priced.sum()), seconds, EVERY_OPTION)
        if self.point.off(np.array([row]))[0] > 0.0:
            self.point.penalize(np.array([row]), PENALTY_GROWTH)
        return True

    def improve_once(self, gap: float, seconds: float) -> bool:
        """Try one neighbourhood; whether the point became better."""
        better = self._move(self._around(self._worst()), gap, seconds)
        self._fruitless = 0 if better else self._fruitless + 1
        if self._fruitless >= FRUITLESS:
            self._effort, self._fruitless = min(MOST_EFFORT, 2.0 * self._effort), 0
        return better

    def free_cheap(self, over: float, seconds: float, gap: float, target: float = -np.inf) -> None:
        """One large neighbourhood: every column at most this much dearer than its group's cheapest.

        A point that costs no more than `target` will do.
        """
        self._take(self.cheap(over), Effort(10 * NODES, seconds, gap, target))

    def cheap(self, over: float, also: Flags | None = None) -> Codes:
        """Columns at most this much dearer than their group's cheapest, where there are several, with companions.

        Those of `also` [columns] are among them, however dear they are.
        """
        model, point = self.point.model, self.point
        taken = (point.x > 0.5) if also is None else (point.x > 0.5) | also
        near = model.grouped[(self.over[model.grouped] <= over) | taken[model.grouped]]
        several = np.bincount(model.group[near], minlength=model.groups) > 1
        own = near[several[model.group[near]]]
        return np.concatenate([own, self.companions.of(own)])

    def free_alone(self, seconds: float) -> None:
        """Set the columns that are in no group to what the groups need of them."""
        self._take(self.point.model.alone, Effort(10 * NODES, seconds, 0.0))

    def _worst(self) -> Codes:
        """Rows to begin at: one that is slack at a price, or those of a group that pays more than it must."""
        model, point = self.point.model, self.point
        lost = np.abs(self.prices * (point.activity - self._end))
        regret = self.over[point.taken]
        weight = np.concatenate([np.where(np.isfinite(lost), lost, 0.0), regret]) / (1.0 + self._looks) ** 2
        running = np.cumsum(weight)
        place = int(np.searchsorted(running, self.random.random() * running[-1]))
        place = min(place, len(weight) - 1) if running[-1] > 0.0 else int(self.random.integers(len(weight)))
        self._looks[place] += 1.0
        if place < len(self.prices):
            return np.array([place])
        return self._rows_of(model.columns_of(np.array([place - len(self.prices)])))

    def _around(self, rows: Codes) -> Codes:
        """Groups that change these rows at least cost, and then those that change the rows which they touch."""
        first = self._cheapest(rows, max(FEWEST_GROUPS, self.groups // 2))
        second = self._cheapest(self._rows_of(self._tried(first)), self.groups)
        return np.union1d(first, second)

    def _rows_of(self, columns: Codes) -> Codes:
        """Coupling rows of these columns, without link rows."""
        rows: Codes = np.unique(self.point.model.columns[:, columns].indices).astype(np.int64)
        return rows[~self.point.model.is_link[rows]]

    def _cheapest(self, rows: Codes, count: int) -> Codes:
        """Groups with a column in these rows that change to or from it at least cost, a little shuffled."""
        model, point = self.point.model, self.point
        named = np.zeros(model.size, dtype=bool)
        for row in rows.tolist():
            named[self._entries(row)] = True
        column: Codes = np.flatnonzero(named & (model.group >= 0))
        if not len(column):
            return column
        group = model.group[column]
        change = self.over[column] - self.over[point.taken[group]]
        leaving = np.flatnonzero(point.taken[group] == column)
        change[leaving] = self._away(group[leaving])
        order = np.argsort(change * (0.7 + 0.6 * self.random.random(len(change))), kind="stable")
        ordered = group[order]
        cheapest: Codes = ordered[np.sort(np.unique(ordered, return_index=True)[1])][:count]
        return cheapest

    def _entries(self, row: int) -> Codes:
        entries = slice(self._near.indptr[row], self._near.indptr[row + 1])
        column: Codes = self._near.indices[entries].astype(np.int64)
        return column if len(column) <= MOST_ENTRIES else self.random.choice(column, MOST_ENTRIES, replace=False)

    def _away(self, groups: Codes) -> Floats:
        """What it costs each group to take its cheapest other column [groups given]."""
        model, point = self.point.model, self.point
        columns = model.columns_of(groups)
        if not len(columns):
            return np.empty(0)
        over = np.where(point.x[columns] > 0.5, np.inf, self.over[columns])
        lengths = model.group_starts[groups + 1] - model.group_starts[groups]
        least: Floats = np.minimum.reduceat(over, np.cumsum(lengths) - lengths)
        cost: Floats = least - self.over[point.taken[groups]]
        return cost

    def _tried(self, groups: Codes, options: int = OPTIONS_TRIED) -> Codes:
        """The taken and the cheapest other columns of these groups."""
        model = self.point.model
        columns = model.columns_of(groups)
        number = np.repeat(np.arange(len(groups)), model.group_starts[groups + 1] - model.group_starts[groups])
        key = np.where(self.point.x[columns] > 0.5, -np.inf, self.over[columns])
        near = key <= self._reach
        columns, number, key = columns[near], number[near], key[near]
        order = np.lexsort((key, number))
        first = np.searchsorted(number, np.arange(len(groups)))
        tried: Codes = columns[order[np.arange(len(order)) - first[number] <= options]]
        return tried

    def _move(self, groups: Codes, gap: float, seconds: float, options: int = OPTIONS_TRIED) -> bool:
        own = self._tried(groups, options)
        free = np.concatenate([own, self.companions.of(own)])
        effort = Effort(int(NODES * self._effort), min(seconds, LONGEST_S * self._effort), gap)
        found, better = self._take(free, effort)
        easy = found is not None and found.proved and found.seconds < EASY_S * self._effort
        self.groups = int(np.clip(self.groups * (1.1 if easy else 0.9), FEWEST_GROUPS, MOST_GROUPS))
        return better

    def _take(self, free: Codes, effort: Effort) -> tuple[Found | None, bool]:
        if not len(free):
            return None, False
        found = best_around(self.point, free, effort)
        return found, found is not None and self.point.put_if_better(free, found.values) is not None


def rounded(model: Model, x: Floats, reduced: Floats) -> Floats:
    """In every group the column with most of the point, cheapest first among equals; other columns rounded up."""
    order = np.lexsort((reduced[model.grouped], -np.round(x[model.grouped], 6), model.group[model.grouped]))
    whole = np.where(model.integer, np.ceil(x - 1e-6), x)
    whole[model.grouped] = 0.0
    whole[model.grouped[order][model.group_starts[:-1]]] = 1.0
    return np.clip(whole, model.least, model.most)


def first_penalties(model: Model, prices: Floats) -> Floats:
    """Cost of a unit of breaking each row: more than its price, and than what a typical column could earn [rows]."""
    entries = np.maximum(1, np.diff(model.rows.indptr))
    mean = np.asarray(abs(model.rows).sum(axis=1)).ravel() / entries
    costs = np.abs(model.cost[model.cost != 0.0])
    typical = float(np.median(costs)) if len(costs) else 1.0
    return 2.0 * np.abs(prices) + typical / np.maximum(mean, 1e-9)
