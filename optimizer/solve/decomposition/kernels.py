"""Kernels: the best plan among the columns that the relaxation uses or nearly uses, searched with its cuts.

After Angelelli, Mansini and Speranza 2010, "Kernel search: a general heuristic for the multi-dimensional knapsack
problem". What makes it quick here are the cuts, which spare HiGHS most of its own, and a cost at which to stop. Where
plans of other searches are known, a kernel may have what these use, too (Rothberg 2007, "An evolutionary algorithm for
polishing mixed integer programming solutions"), and the narrowest has little else (Danna, Rothberg and Le Pape 2005,
"Exploring relaxation induced neighborhoods to improve MIP solutions").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.gains import NEAR_WHOLE
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods, first_penalties
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.submip import Effort, best_around

HARD = 20.0
"""How much more than usual it costs to break a row."""
UNMENDABLE = 1000.0
"""How much more again, where single shifts cannot mend it."""
FULL_GROUPS = 1_000
"""With more groups than this a kernel has more time."""
GAP_SHARE, NODES = 1e-5, 500
"""A kernel solved to within this share of cost is solved well enough, and one with so many nodes is left."""


@dataclass(frozen=True)
class Kernel:
    """How far a kernel reaches, and for how long it is searched."""

    width_share: float | None
    """Of the distance to the bound: what a column may be dearer than its group's cheapest; None: see `INDUCED`."""
    seconds: float
    """Up to `FULL_GROUPS`, and more in proportion where there are more."""

    def seconds_for(self, groups: int) -> float:
        """How long it may take with so many groups."""
        return self.seconds * max(1.0, groups / FULL_GROUPS)


KERNELS = (Kernel(0.003, 0.7), Kernel(0.03, 1.3), Kernel(0.01, 1.7), Kernel(0.06, 2.0))
"""One after the other, each from the best plan and the bound of then."""
AHEAD = Kernel(0.03, 1.3)
"""Beside the last rounds of cuts, where there is a second thread: the wider ones need fewer cuts."""
BRANCH_KERNEL = Kernel(0.03, 0.5)
"""In a branch, before HiGHS ends it."""
INDUCED = Kernel(None, 0.35)
"""What the relaxation's point uses and what the plan does, and no more: half as many columns as in the others."""


@dataclass(frozen=True)
class KernelSearch:
    """A kernel around a point, to be searched at once or beside something else."""

    point: Point
    free: Codes
    """Its columns."""
    effort: Effort

    def search(self) -> None:
        """Move the point to one that breaks rows for less, or costs less."""
        found = best_around(self.point, self.free, self.effort) if len(self.free) else None
        if found is not None:
            self.take(found.values)

    def take(self, values: Floats) -> None:
        """Move the point to these values of the columns, unless it is better where it is."""
        self.point.put_if_better(self.free, values)


def kernel_near(
    found: Relaxation, x: Floats, width: float | None, also: Flags, seconds: float, target: float, seed: int
) -> KernelSearch:
    """The kernel around x [columns] of the columns up to `width` dearer than their group's cheapest, or of `also`.

    Without a width of the columns that the relaxation's point uses. A point that costs no more than `target` will do.
    """
    if width is None:
        width, also = -np.inf, also | (found.x > NEAR_WHOLE)
    penalties = HARD * first_penalties(found.model, found.prices)
    penalties[_rows_of_volumes(found.model)] *= UNMENDABLE
    point = Point(found.model, x, penalties)
    hood = Neighbourhoods(point, found.reduced, found.prices, Companions(found.model), seed)
    return KernelSearch(point, hood.cheap(width, also), Effort(NODES, seconds, GAP_SHARE * abs(found.bound), target))


def _rows_of_volumes(model: Model) -> Codes:
    """Rows of columns that are in no group and need not be whole: what a shift changes there, no shift makes good."""
    volumes = model.alone[~model.integer[model.alone]]
    rows: Codes = np.unique(model.columns[:, volumes].indices).astype(np.int64)
    return rows
