"""Cuts: rows that every plan keeps and the relaxation does not, from the knapsack that a row is."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from optimizer.program.rows import Floats
from optimizer.solve.decomposition.covers import cover_cuts
from optimizer.solve.decomposition.knapsack_cuts import TooManyOpen, exact_cut
from optimizer.solve.decomposition.sacks import Cut, Knapsack


def cuts(sacks: list[Knapsack], x: Floats) -> tuple[csr_array, Floats]:
    """Cuts that the point [columns] violates: rows [cuts x columns] and their upper bounds."""
    return stacked([cut for sack in sacks for cut in _of(sack, x)], len(x))


def stacked(rows: list[Cut], size: int) -> tuple[csr_array, Floats]:
    """Cuts over so many columns as rows [cuts x columns] and their upper bounds."""
    start = np.cumsum([0, *(len(columns) for columns, _, _ in rows)])
    column = np.concatenate([np.empty(0, dtype=np.int64), *(columns for columns, _, _ in rows)])
    value = np.concatenate([np.empty(0), *(values for _, values, _ in rows)])
    matrix = csr_array((value, column, start), shape=(len(rows), size))
    return matrix, np.array([upper for _, _, upper in rows])


def _of(sack: Knapsack, x: Floats) -> list[Cut]:
    try:
        exact = exact_cut(sack, x)
    except TooManyOpen:
        return list(cover_cuts(sack, x))
    return [] if exact is None else [exact]
