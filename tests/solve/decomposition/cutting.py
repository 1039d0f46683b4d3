"""Exact cuts of a single row."""

from __future__ import annotations

import numpy as np

from optimizer.solve.decomposition.knapsack_cuts import exact_cuts
from optimizer.solve.decomposition.sack_points import SackPoints
from optimizer.solve.decomposition.sacks import Cut, Knapsack


def exact_cut(sack: Knapsack, x: np.ndarray) -> Cut | None:
    """The cut of this row that the point violates, None where there is none."""
    found = exact_cuts(list(SackPoints([sack]).at(x, np.ones(1, dtype=bool))), x)
    return found[0] if found else None
