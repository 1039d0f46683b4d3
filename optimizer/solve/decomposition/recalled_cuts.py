"""Cuts of a search before: kept as they are where their row holds no more than it did, else lifted again in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress, pairwise

import numpy as np
from scipy.sparse import csr_array

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.knapsack_cuts import lifted_again
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.sacks import TOTAL_END, Cut, Knapsack, places_among

_NONE: Codes = np.empty(0, dtype=np.int64)


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
    priced = np.flatnonzero(old.prices[first:])
    rows = KnownRows(sacks_then, sacks, column_now, row_now)
    found = rows.again(old.model.rows[first + priced], old.model.upper[first + priced], old.model.cut_ends[priced])
    left = [place for place, cut in enumerate(found) if cut is not None]
    number = np.full(len(old.model.cut_ends), -1)
    number[priced[left]] = np.arange(len(left))
    return RecalledCuts([cut for cut in found if cut is not None], number)


class KnownRows:
    """Rows as knapsacks then and now."""

    def __init__(self, then: list[Knapsack], now: list[Knapsack], column_now: Codes, row_now: Codes) -> None:
        self._column_now, self._row_now = column_now, row_now
        self._now = {sack.end: sack for sack in now}
        both = [(sack, old) for old in then if (sack := self._row(old.end)) is not None]
        within = compress([old for _, old in both], _are_within(both, column_now))
        known = (self._keys(old.end, np.concatenate([old.columns, old.switches])) for old in within)
        self._asked = np.concatenate([np.full(1, -1), *known])
        """Columns then, each at an end of which every set that fits now did so then."""

    def again(self, cuts: csr_array, most: Floats, ends: Codes) -> list[Cut | None]:
        """Cuts [cuts x columns then] in terms of now; None where their row is gone or holds everything."""
        owner = np.repeat(np.arange(len(ends)), np.diff(cuts.indptr))
        _, asked = places_among(self._asked, self._keys(ends[owner], cuts.indices.astype(np.int64)))
        stays = np.bincount(owner, ~asked, len(ends)) == 0.0
        column = self._column_now[cuts.indices]
        left = column >= 0
        at = np.searchsorted(owner[left], np.arange(len(ends) + 1))
        column, value = column[left], cuts.data[left]
        found: list[Cut | None] = []
        for place, (end, (first, last)) in enumerate(zip(ends.tolist(), pairwise(at.tolist()), strict=True)):
            sack, columns, values = self._row(end), column[first:last], value[first:last]
            if sack is None or stays[place]:
                found.append(None if sack is None else Cut(columns, values, float(most[place]), sack.end))
            else:
                found.append(lifted_again(sack, columns, values))
        return found

    def _row(self, end: int) -> Knapsack | None:
        """The row now of an end then; None: it is gone, holds everything, or is none of the program's."""
        row = -1 if end == TOTAL_END else int(self._row_now[end // 2])
        return None if row < 0 else self._now.get(2 * row + end % 2)

    def _keys(self, end: int | Codes, columns: Codes) -> Codes:
        """One number for an end and a column then."""
        keys: Codes = end * np.int64(len(self._column_now)) + columns
        return keys


def _are_within(both: list[tuple[Knapsack, Knapsack]], column_now: Codes) -> Flags:
    """Whether each first row asks for at least what the second one, of then, asked of the same columns [pairs]."""
    now, then = _Laid([sack for sack, _ in both]), _Laid([old for _, old in both])
    left = np.flatnonzero(column_now[then.column] >= 0)
    left = left[np.lexsort((then.party[left], then.owner[left]))]
    owner, column, party = then.owner[left], column_now[then.column[left]], then.party[left]
    size = 1 + max(int(column.max(initial=0)), int(now.column.max(initial=0)))
    at, here = places_among(now.owner * size + now.column, owner * size + column)
    # of one party then, of one party now
    together = (np.diff(owner) == 0) & (np.diff(party) == 0)
    apart = np.append(np.diff(now.party[at]) != 0, False) & np.append(together, False)
    less = ~here | (now.weight[at] < then.weight[left]) | apart
    alike = [sack.room <= old.room and _opened_alike(sack, old, column_now) for sack, old in both]
    within: Flags = np.array(alike, dtype=bool) & (np.bincount(owner, less, len(both)) == 0.0)
    return within


class _Laid:
    """Rows one after the other."""

    def __init__(self, sacks: list[Knapsack]) -> None:
        self.owner = np.repeat(np.arange(len(sacks)), [len(sack.columns) for sack in sacks])
        self.column = np.concatenate([_NONE, *(sack.columns for sack in sacks)])
        self.party = np.concatenate([_NONE, *(sack.party for sack in sacks)])
        self.weight = np.concatenate([np.empty(0), *(sack.weight for sack in sacks)])


def _opened_alike(sack: Knapsack, old: Knapsack, column_now: Codes) -> bool:
    """Whether the same columns open both rows, or none has to."""
    if not (len(sack.switches) and len(old.switches)):
        return len(sack.switches) == len(old.switches)
    switches = column_now[old.switches]
    return np.array_equal(np.sort(switches[switches >= 0]), np.sort(sack.switches))
