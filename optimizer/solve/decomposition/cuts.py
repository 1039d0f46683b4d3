"""Cuts: rows that every plan keeps and the relaxation does not, from the knapsack that a row is."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.covers import cover_cuts
from optimizer.solve.decomposition.knapsack_cuts import TooManyOpen, exact_cut
from optimizer.solve.decomposition.sacks import Cut, Knapsack

LEAST_VIOLATION = 1e-6


class Resting:
    """Looks for cuts round after round; a row that gave none rests for as many rounds as it gave none in a row."""

    def __init__(self) -> None:
        self._missed: Codes = np.empty(0, dtype=np.int64)
        self._rests: Codes = np.empty(0, dtype=np.int64)

    def cuts(self, sacks: list[Knapsack], x: Floats, deep: Floats) -> tuple[csr_array, Floats]:
        """Cuts that the point x [columns] violates: rows [cuts x columns] and their upper bounds.

        They are looked for at `deep`, a point nearer to the plans, where that gives any: such cuts reach further
        (Ben-Ameur and Neto 2007, "Acceleration of cutting-plane and column generation algorithms").
        None are found only where no row has any.
        """
        if len(sacks) != len(self._missed):
            self._missed, self._rests = np.zeros(len(sacks), dtype=np.int64), np.zeros(len(sacks), dtype=np.int64)
        awake = self._rests == 0
        self._rests[~awake] -= 1
        found = self._of(np.flatnonzero(awake), sacks, x, deep) or self._of(np.flatnonzero(~awake), sacks, x, deep)
        return stacked(found, len(x))

    def _of(self, numbers: Codes, sacks: list[Knapsack], x: Floats, deep: Floats) -> list[Cut]:
        found = []
        for number in numbers.tolist():
            cuts = _of_either(sacks[number], x, deep)
            self._missed[number] = 0 if cuts else self._missed[number] + 1
            self._rests[number] = self._missed[number]
            found += cuts
        return found


def stacked(rows: list[Cut], size: int) -> tuple[csr_array, Floats]:
    """Cuts over so many columns as rows [cuts x columns] and their upper bounds."""
    start = np.cumsum([0, *(len(columns) for columns, _, _ in rows)])
    column = np.concatenate([np.empty(0, dtype=np.int64), *(columns for columns, _, _ in rows)])
    value = np.concatenate([np.empty(0), *(values for _, values, _ in rows)])
    matrix = csr_array((value, column, start), shape=(len(rows), size))
    return matrix, np.array([upper for _, _, upper in rows])


def _of_either(sack: Knapsack, x: Floats, deep: Floats) -> list[Cut]:
    found = [cut for cut in _of(sack, deep) if cut[1] @ x[cut[0]] > cut[2] + LEAST_VIOLATION]
    return found or _of(sack, x)


def _of(sack: Knapsack, x: Floats) -> list[Cut]:
    try:
        exact = exact_cut(sack, x)
    except TooManyOpen:
        return list(cover_cuts(sack, x))
    return [] if exact is None else [exact]
