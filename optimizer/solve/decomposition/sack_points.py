"""Where knapsack rows stand at a point, all rows at once: which columns are full, empty, or between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.sacks import LEAST_OPEN, Knapsack, with_margin

WHOLE = 1e-6
"""A share this near to 0 or 1 counts as that."""


@dataclass(frozen=True)
class SackPoint:
    """One row at a point that it might cut off; of a party, the column that asks most of the row stands for all."""

    number: int
    sack: Knapsack
    between: Codes
    """Columns between 0 and 1 [places in the sack]."""
    share: Floats
    """What each of them has of the point, its party's heavier columns included."""
    full: Codes
    empty: Codes
    left: float
    """Room that the full columns leave, a little rounded up."""


class SackPoints:
    """Rows, laid out one after the other."""

    def __init__(self, sacks: list[Knapsack]) -> None:
        self.sacks = sacks
        orders = [sack.by_party for sack in sacks]
        none = np.empty(0, dtype=np.int64)
        length = np.array([len(order) for order, _ in orders], dtype=np.int64)
        parties = np.array([len(starts) for _, starts in orders], dtype=np.int64)
        first = np.cumsum(length) - length
        self._place = np.concatenate([none, *(order for order, _ in orders)])
        self._columns = np.concatenate([none, *(s.columns[o] for s, (o, _) in zip(sacks, orders, strict=True))])
        self._weight = np.concatenate([np.empty(0), *(s.weight[o] for s, (o, _) in zip(sacks, orders, strict=True))])
        self._owner = np.repeat(np.arange(len(sacks)), length)
        self._closed = np.repeat(np.array([sack.closed for sack in sacks], dtype=bool), length)
        self._starts = np.concatenate([none, *(starts for _, starts in orders)]) + np.repeat(first, parties)
        self._lengths = np.diff(np.append(self._starts, len(self._place)))
        self._parties = np.concatenate([[0], np.cumsum(parties)])
        """Where each row's parties begin among all."""
        self._room = np.array([with_margin(sack.room) for sack in sacks])
        switches = [sack.switches for sack in sacks]
        self._switches = np.concatenate([none, *switches])
        self._switched = np.repeat(np.arange(len(sacks)), [len(each) for each in switches])
        self._always = np.array([not len(each) for each in switches], dtype=bool)

    def at(self, x: Floats, wanted: Flags) -> Iterator[SackPoint]:
        """The rows of those `wanted` [rows] whose columns between 0 and 1 at x [columns] do not all fit."""
        if not self.sacks:
            return
        first, share = self._stand_ins(x)
        owner, weight = self._owner[first], self._weight[first]
        full, empty = share >= 1.0 - WHOLE, share <= WHOLE
        left = self._room - np.bincount(owner, weight * full, len(self.sacks))
        asked = np.bincount(owner, weight * ~(full | empty), len(self.sacks))
        for number in np.flatnonzero(wanted & (left >= 0.0) & (asked > left)).tolist():
            own = slice(self._parties[number], self._parties[number + 1])
            place, between = self._place[first[own]], ~(full[own] | empty[own])
            yield SackPoint(
                number,
                self.sacks[number],
                place[between],
                share[own][between],
                place[full[own]],
                place[empty[own]],
                float(left[number]),
            )

    def _stand_ins(self, x: Floats) -> tuple[Codes, Floats]:
        """Of every party the place of the column that asks most with what it stands for, and what that is."""
        opened = np.bincount(self._switched, x[self._switches], len(self.sacks)).astype(np.float64)
        opened[self._always] = 1.0
        opened[opened < LEAST_OPEN] = np.inf
        own = x[self._columns]
        own = np.minimum(1.0, np.where(self._closed, 1.0 - own, own) / opened[self._owner])
        total = np.cumsum(own)
        stands_for = total - np.repeat((total - own)[self._starts], self._lengths)
        asks = stands_for * self._weight
        most = np.flatnonzero(asks == np.repeat(np.maximum.reduceat(asks, self._starts), self._lengths))
        first = most[np.searchsorted(most, self._starts)]
        return first, np.clip(stands_for[first], 0.0, 1.0)
