"""Cuts of a search before: kept as they are where their row holds no more than it did, else lifted again in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.program.rows import Codes
from optimizer.solve.decomposition.knapsack_cuts import lifted_again
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.sacks import Cut, Knapsack


@dataclass(frozen=True)
class RecalledCuts:
    """What is left of the cuts of a relaxation."""

    cuts: list[Cut]
    number: Codes
    """Of every cut then its number among those that are left, -1: it is none any more [cuts then]."""


def recalled_cuts(
    old: Relaxation, sacks_then: list[Knapsack], sacks: list[Knapsack], column_now: Codes, row_now: Codes
) -> RecalledCuts:
    """The cuts with a price, each in its row as it is now.

    `column_now` and `row_now` are the numbers now of the columns and coupling rows of `old`, -1: gone.
    """
    first = old.model.first_cut
    number = np.full(len(old.model.cut_ends), -1)
    rows = KnownRows(sacks_then, sacks, column_now, row_now)
    cuts: list[Cut] = []
    for place in np.flatnonzero(old.prices[first:]).tolist():
        entries = slice(*old.model.rows.indptr[first + place : first + place + 2])
        column, value = old.model.rows.indices[entries].astype(np.int64), old.model.rows.data[entries]
        cut = rows.again(Cut(column, value, float(old.model.upper[first + place]), int(old.model.cut_ends[place])))
        if cut is not None:
            number[place] = len(cuts)
            cuts.append(cut)
    return RecalledCuts(cuts, number)


class KnownRows:
    """Rows as knapsacks then and now."""

    def __init__(self, then: list[Knapsack], now: list[Knapsack], column_now: Codes, row_now: Codes) -> None:
        self._then, self._now = ({sack.end: sack for sack in sacks} for sacks in (then, now))
        self._column_now, self._row_now = column_now, row_now
        self._kept: dict[int, frozenset[int]] = {}

    def again(self, cut: Cut) -> Cut | None:
        """The cut in terms of now; None where its row is gone or holds everything."""
        row = int(self._row_now[cut.end // 2])
        sack = None if row < 0 else self._now.get(2 * row + cut.end % 2)
        if sack is None:
            return None
        column = self._column_now[cut.columns]
        left = column >= 0
        column, values = column[left], cut.values[left]
        if self._asked_no_more_of(cut.end, sack).issuperset(cut.columns.tolist()):
            return Cut(column, values, cut.most, sack.end)
        return lifted_again(sack, column, values)

    def _asked_no_more_of(self, end: int, sack: Knapsack) -> frozenset[int]:
        """Columns then of which every set that fits now did so then."""
        if end not in self._kept:
            old, known = self._then.get(end), list[int]()
            if old is not None and _is_within(sack, old, self._column_now):
                known = np.concatenate([old.columns, old.switches]).tolist()
            self._kept[end] = frozenset(known)
        return self._kept[end]


def _is_within(sack: Knapsack, old: Knapsack, column_now: Codes) -> bool:
    """Whether a row asks for at least what another one asked of the same columns."""
    column = column_now[old.columns]
    left = np.flatnonzero(column >= 0)
    at, here = sack.places_of(column[left])
    if sack.room > old.room or not here.all() or (sack.weight[at] < old.weight[left]).any():
        return False
    switches = column_now[old.switches]
    if bool(len(old.switches)) != bool(len(sack.switches)):
        return False
    if not np.array_equal(np.sort(switches[switches >= 0]), np.sort(sack.switches)):
        return False
    by_party = np.lexsort((sack.party[at], old.party[left]))
    together = np.diff(old.party[left][by_party]) == 0
    return bool((np.diff(sack.party[at][by_party])[together] == 0).all())
