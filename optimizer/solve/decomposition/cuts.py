"""Cuts: rows that every plan keeps and the relaxation does not, from the knapsack that a row is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, vstack

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.covers import cover_cuts
from optimizer.solve.decomposition.knapsack_cuts import MOST_OPEN, exact_cuts
from optimizer.solve.decomposition.sack_points import SackPoints
from optimizer.solve.decomposition.sacks import Cut, Knapsack

LEAST_VIOLATION = 1e-6

Cuts = tuple[csr_array, Floats, Codes]
"""Rows [cuts x columns], their upper bounds, and the ends of rows that they are of."""


class Resting:
    """Looks for cuts round after round; a row that gave none rests for as many rounds as it gave none in a row."""

    def __init__(self) -> None:
        self._rows = SackPoints([])
        self._missed: Codes = np.empty(0, dtype=np.int64)
        self._rests: Codes = np.empty(0, dtype=np.int64)

    def cuts(self, sacks: list[Knapsack], x: Floats, deep: Floats) -> Cuts:
        """Cuts that the point x [columns] violates: rows [cuts x columns], their upper bounds, and what they are of.

        They are looked for at `deep`, a point nearer to the plans, where that gives any: such cuts reach further
        (Ben-Ameur and Neto 2007, "Acceleration of cutting-plane and column generation algorithms").
        None are found only where no row has any.
        """
        if sacks is not self._rows.sacks:
            self._rows = SackPoints(sacks)
            self._missed, self._rests = np.zeros(len(sacks), dtype=np.int64), np.zeros(len(sacks), dtype=np.int64)
        awake = self._rests == 0
        self._rests[~awake] -= 1
        found = self._of(awake, x, deep) or self._of(~awake, x, deep)
        return stacked(found, len(x))

    def _of(self, wanted: Flags, x: Floats, deep: Floats) -> list[Cut]:
        found = {
            number: kept
            for number, cuts in _of_rows(self._rows, deep, wanted).items()
            if (kept := [cut for cut in cuts if cut.values @ x[cut.columns] > cut.most + LEAST_VIOLATION])
        }
        without = wanted.copy()
        without[list(found)] = False
        found |= _of_rows(self._rows, x, without)
        self._missed[wanted] += 1
        self._missed[list(found)] = 0
        self._rests[wanted] = self._missed[wanted]
        return [cut for number in sorted(found) for cut in found[number]]


class LookUp:
    """Cuts that are looked up while the relaxation of one model is solved."""

    def __init__(self, cuts: Cuts) -> None:
        self.cuts = cuts
        self.used: Flags = np.zeros(len(cuts[1]), dtype=bool)
        """Those that were handed over [cuts]."""

    def part(self, wanted: Flags) -> Cuts:
        """Some of the cuts."""
        rows, most, ends = self.cuts
        return rows[wanted], most[wanted], ends[wanted]

    def violated(self, x: Floats) -> Cuts:
        """Cuts that the point [columns] violates and that were not handed over before."""
        rows, most, _ = self.cuts
        found: Flags = (rows @ x > most + LEAST_VIOLATION) & ~self.used
        self.used |= found
        return self.part(found)


def stacked(cuts: list[Cut], size: int) -> Cuts:
    """Cuts over so many columns."""
    start = np.cumsum([0, *(len(cut.columns) for cut in cuts)])
    column = np.concatenate([np.empty(0, dtype=np.int64), *(cut.columns for cut in cuts)])
    value = np.concatenate([np.empty(0), *(cut.values for cut in cuts)])
    matrix = csr_array((value, column, start), shape=(len(cuts), size))
    return matrix, np.array([cut.most for cut in cuts]), np.array([cut.end for cut in cuts], dtype=np.int64)


def joined(parts: Sequence[Cuts]) -> Cuts:
    """Cuts over the same columns, part after part; there is one part at least."""
    return (
        vstack([rows for rows, _, _ in parts], format="csr"),
        np.concatenate([most for _, most, _ in parts]),
        np.concatenate([ends for _, _, ends in parts]),
    )


def _of_rows(rows: SackPoints, x: Floats, wanted: Flags) -> dict[int, list[Cut]]:
    """Cuts by row of those `wanted` [rows], where there are any."""
    points = list(rows.at(x, wanted))
    few = [point for point in points if len(point.between) <= MOST_OPEN]
    found = {point.number: [cut] for point, cut in zip(few, exact_cuts(few, x), strict=True) if cut is not None}
    covers = {point.number: list(cover_cuts(point.sack, x)) for point in points if len(point.between) > MOST_OPEN}
    return found | {number: cuts for number, cuts in covers.items() if cuts}
