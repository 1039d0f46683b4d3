"""Kernels: the best plan among the columns that the relaxation uses or nearly uses, searched with its cuts.

After Angelelli, Mansini and Speranza 2010, "Kernel search: a general heuristic for the multi-dimensional knapsack
problem". What makes it quick here are the cuts, which spare HiGHS most of its own, and a cost at which to stop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods, first_penalties
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.relaxation import Relaxation

HARD = 20.0
"""How much more than usual it costs to break a row."""
UNMENDABLE = 1000.0
"""How much more again, where single shifts cannot mend it."""
FULL_GROUPS = 1_000
"""With more groups than this a kernel has more time."""
GAP_SHARE = 1e-5
"""A kernel solved to within this share of cost is solved well enough."""


@dataclass(frozen=True)
class Kernel:
    """How far a kernel reaches, and for how long it is searched."""

    width_share: float
    """Of the distance to the bound: what a column may be dearer than its group's cheapest."""
    seconds: float
    """Up to `FULL_GROUPS`, and more in proportion where there are more."""

    def seconds_for(self, groups: int) -> float:
        """How long it may take with so many groups."""
        return self.seconds * max(1.0, groups / FULL_GROUPS)


KERNELS = (Kernel(0.003, 0.7), Kernel(0.03, 1.3), Kernel(0.01, 1.7), Kernel(0.06, 2.0))
"""One after the other, each from the best plan and the bound of then."""
BRANCH_KERNELS = (Kernel(0.03, 0.5),)
"""In a branch, before HiGHS ends it."""


def best_near(found: Relaxation, x: Floats, width: float, seconds: float, target: float, seed: int) -> Floats:
    """A point [columns] of the kernel around x that breaks rows for less, or costs less.

    Columns up to `width` dearer than their group's cheapest are in it; a point that costs no more than `target` will
    do.
    """
    penalties = HARD * first_penalties(found.model, found.prices)
    penalties[_rows_of_volumes(found.model)] *= UNMENDABLE
    point = Point(found.model, x, penalties)
    hood = Neighbourhoods(point, found.reduced, found.prices, Companions(found.model), seed)
    hood.free_cheap(width, seconds, GAP_SHARE * abs(found.bound), target)
    return point.x


def _rows_of_volumes(model: Model) -> Codes:
    """Rows of columns that are in no group and need not be whole: what a shift changes there, no shift makes good."""
    volumes = model.alone[~model.integer[model.alone]]
    rows: Codes = np.unique(model.columns[:, volumes].indices).astype(np.int64)
    return rows
