"""Local search by ejection chains: made as long as any pays, then a few that do not, to begin again from elsewhere."""

from __future__ import annotations

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.chains import LEAST_GAIN, Found, Work, beginnings, follow, in_turn, picked
from optimizer.solve.decomposition.moves import Moves, near_columns
from optimizer.solve.decomposition.point import Point

TOGETHER = 32
"""Beginnings that are followed together."""
KICKS = 4
"""Beginnings of which a shake makes the chain that costs least."""
MAKING = 3
"""To make a move is as much work as looking at it so many times."""
LONG_ROW = 2_000
"""A row that more moves than this change is no reason to look at all of them again."""
NARROWER = 0.7
"""Columns are looked through again where the distance to the bound has fallen to this share."""


class ChainSearch:
    """Moves a point by chains; remembers where nothing came of it."""

    def __init__(self, point: Point, over: Floats, prices: Floats, random: np.random.Generator) -> None:
        """Look from these prices [rows]; `over`: by how much each column is dearer than its group's cheapest there."""
        self.point, self.random = point, random
        self.over, self.prices = over, prices
        self._reach, self._near = np.inf, near_columns(self.point.model, over, np.inf)
        self._looks = np.zeros(self.point.model.size, dtype=np.int64)
        self._asleep = np.zeros(self.point.model.size, dtype=bool)
        self._taken = self.point.taken.copy()

    def improve(self, reach: float, work: Work) -> bool:
        """Make chains that lower cost until none is found; whether any was made. Whole rows stay whole.

        Columns more than `reach` dearer than their group's cheapest are left alone.
        """
        self._look(reach, work)
        return self._improve(work) < 0.0

    def shake(self, reach: float, most: float, work: Work) -> bool:
        """Make a few chains that cost less than `most` each, and improve from there; back if that came to no good."""
        self._look(reach, work)
        first = beginnings(self._moves)
        if not len(first.begin):
            return False
        asleep, taken = self._asleep.copy(), self.point.taken.copy()
        chosen = self.random.choice(len(first.begin), size=KICKS, p=first.score / first.score.sum())
        found = follow(self._moves, picked(first, np.unique(chosen)), self.random, work, most)
        cost = self._make(found, most, work)
        cost += self._improve(work)
        if cost > 0.0:
            self._back(taken)
            self._asleep, self._taken = asleep, taken
        return cost < 0.0

    def _look(self, reach: float, work: Work) -> None:
        """See where the point is."""
        if reach < NARROWER * self._reach:
            self._reach = reach
            self._near = near_columns(self.point.model, self.over, reach)
        self._see(work)

    def _see(self, work: Work) -> None:
        """Moves from where the point is; beginnings in rows that have changed since the last time may pay again."""
        self._moves = moves = Moves(self.point, self.over, self.prices, self._near)
        work.entries -= MAKING * len(moves.row)
        moved = np.flatnonzero(self.point.taken != self._taken)
        if not len(moved):
            return
        changed = np.zeros(moves.rows, dtype=bool)
        columns = np.concatenate([self.point.taken[moved], self._taken[moved]])
        changed[self.point.model.columns[:, columns].indices] = True
        changed &= np.bincount(moves.row, minlength=moves.rows) <= LONG_ROW
        self._asleep[moves.column[moves.of_entry[changed[moves.row]]]] = False
        self._taken = self.point.taken.copy()

    def _improve(self, work: Work) -> float:
        """Make chains that lower cost until none is found; the change of cost."""
        change = 0.0
        while not work.over:
            moves, first = self._moves, beginnings(self._moves)
            first = picked(first, np.flatnonzero(~self._asleep[moves.column[first.moves[:, 0]]]))
            if not len(first.begin):
                break
            batch = picked(first, in_turn(moves, first, self._looks)[:TOGETHER])
            looked = moves.column[batch.moves[:, 0]]
            self._looks[looked] += 1
            self._asleep[looked] = True
            change += self._make(follow(moves, batch, self.random, work, 0.0), 0.0, work)
        return change

    def _back(self, taken: Codes) -> None:
        """Take these columns again [groups]."""
        moved = np.flatnonzero(self.point.taken != taken)
        self.point.put(np.concatenate([self.point.taken[moved], taken[moved]]), np.repeat([0.0, 1.0], len(moved)))

    def _make(self, found: Found, most: float, work: Work) -> float:
        """Make the chains that still fit and still cost less than `most`, best first; the change of cost."""
        made = [
            self._make_one(found.moves[place], most)
            for place in sorted(range(len(found.cost)), key=found.cost.__getitem__)
        ]
        if any(made):
            self._see(work)
        return sum(made)

    def _make_one(self, chain: Codes, most: float) -> float:
        point, moves, model = self.point, self._moves, self.point.model
        onto = moves.column[chain]
        off = point.taken[moves.group[chain]]
        cost = float((model.cost[onto] - model.cost[off]).sum())
        if (onto == off).any() or cost >= most - LEAST_GAIN:
            return 0.0
        columns, values = np.concatenate([off, onto]), np.repeat([0.0, 1.0], len(chain))
        rows = np.unique(model.columns[:, columns].indices).astype(np.int64)
        broken = point.off(rows)
        point.put(columns, values)
        if (point.off(rows) > broken).any():
            point.put(columns, 1.0 - values)
            return 0.0
        return cost
