"""Plans of what is searched now, the whole or one branch: near the relaxation's point, then better and better.

a kernel, or rounded and repaired -> cuts and plans by turns -> chains, neighbourhoods
"""

from __future__ import annotations

import math
import time

import numpy as np
from scipy.sparse import csr_array

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition.beside import Beside, Lot
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.improving import Improving
from optimizer.solve.decomposition.kernels import AHEAD, Kernel, kernel_near
from optimizer.solve.decomposition.mending import mend, shifted_whole
from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods, first_penalties, rounded
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.remainder import Sought, search_remainder
from optimizer.solve.decomposition.standing import Best, Standing
from optimizer.solve.highs import Options

CUT_ROUNDS = 3
"""Of cuts, between two plans."""
CHEAP_S = 2.0
CUT_TIME_SHARE = 0.5
"""Of the time that is left, for cuts and the plans between them."""
MOST_STALE = 150
"""Neighbourhoods, or as much work, without progress after which HiGHS takes over."""


class Plans:
    """Looks for plans where the bound of a search stands, and offers them."""

    def __init__(self, now: Standing, below: Bounding) -> None:
        self.now, self.below = now, below
        self.neighbourhoods: Neighbourhoods
        self._polished: Neighbourhoods | None = None
        self.beside = Beside(now.solver.threads)
        self.crossed: Flags = np.zeros(now.model.size, dtype=bool)
        """Columns of the program that kernels have besides: what plans of searches before use."""

    @property
    def best(self) -> Best | None:
        """The best plan, if it is among what is searched now."""
        best = self.now.best
        if best is None:
            return None
        x = best.x[self.below.left]
        left = np.count_nonzero(x) == np.count_nonzero(best.x) and bool((x >= self.below.model.least).all())
        return best if left else None

    def mended(self, x: Floats, deadline: float) -> None:
        """A plan near a point [columns left] that breaks rows, until `deadline` on the monotonic clock."""
        self._offer(self._mended(x, deadline))

    def anew(self, x: Floats) -> Best | None:
        """The same, and what chains make of it, though the best plan may be cheaper; None: rows stay broken."""
        point = self._mended(x, self.now.deadline)
        if len(point.broken()):
            return None
        Improving(self.neighbourhoods, self.now).begin(point.cost - self.now.floor)
        self._offer(point)
        return Best(self._whole(point.x), point.cost)

    def quick(self) -> None:
        """Round the relaxation's point and repair it by single shifts, which may do where the asked gap is wide."""
        point = self._rounded()
        if shifted_whole(point, self.now.deadline):
            self._offer(point)

    def near(self) -> None:
        """A plan near the relaxation's point: from the best one, where there is one, else rounded and repaired."""
        best = self.best
        if best is None:
            point = self._rounded()
            if self.now.over:
                return
            mend(point, self.neighbourhoods, self.now.deadline)
        else:
            point = self._point(best.x[self.below.left])
            self._free_cheapest()
        self._offer(point)

    def kernel(self, kernel: Kernel) -> None:
        """A kernel, and chains from what it finds.

        With threads for several it goes on beside what comes next, until there is something better to begin.
        """
        if not self.now.over:
            self._search(kernel)
        if not self.now.over:
            self.chains()

    def cross(self, plans: csr_array) -> None:
        """Let kernels from here on have all columns of these plans [plans x columns of the program], too."""
        self.crossed = np.asarray(plans.sum(axis=0)).ravel() > 0.5

    def ahead(self) -> None:
        """Begin a kernel beside what comes next."""
        if not self.now.over:
            self.beside.begin(self._lot(AHEAD))

    def look(self) -> None:
        """Take what kernels beside have found."""
        for lot in self.beside.found():
            point = Point(lot.model, lot.kernel.point.x, first_penalties(lot.model, lot.prices))
            self._take(point, lot.left, lot.ended)

    def wait(self, running: int = 0) -> None:
        """Until no more than so many kernels are searched beside, or the search is over."""
        self.look()
        while self.beside.running > running and not self.now.over:
            self.beside.wait(self.now.left_s)
            self.look()

    def chains(self) -> Improving:
        """Try chains from the best plan until none pays."""
        point, ways, best = self.neighbourhoods.point, Improving(self.neighbourhoods, self.now), self.best
        if best is not None and not self._holds(point):
            point.put(np.arange(self.below.model.size), best.x[self.below.left])
        if best is not None and not self.now.over and ways.begin(best.cost - self.now.floor):
            self._offer(point)
        return ways

    def close_in(self) -> None:
        """Cuts and plans by turns: each makes the other cheaper."""
        deadline, cuttable = time.monotonic() + CUT_TIME_SHARE * self.now.left_s, True
        while cuttable and not self.now.over:
            cuttable = self.below.cut_more(CUT_ROUNDS, deadline)
            self.below.narrow()
            self.near()
            if cuttable:
                self.chains()

    def polish(self, tries: float, deadline: float = math.inf, anew: bool = False) -> None:
        """So many neighbourhoods of the best plan, and chains, from where this stood before unless `anew`.

        No longer than to `deadline` on the monotonic clock.
        """
        if self.best is None or self.now.over:
            return
        polished = None if anew else self._polished
        if polished is None or polished.point.model is not self.below.model:
            self._point(self.best.x[self.below.left])
            polished = self.neighbourhoods
        if not anew:
            self._polished = polished
        self.neighbourhoods = polished
        self.improve(tries, deadline)

    def improve(self, most_tries: float, deadline: float = math.inf) -> None:
        """Try chains and neighbourhoods until the gap is reached, time is up or nothing comes of them."""
        if self.now.over:
            return
        point, ways, stale, tries = self.neighbourhoods.point, self.chains(), 0.0, 0.0
        while not self.now.over and self.now.best is not None and stale <= MOST_STALE and tries < most_tries:
            if time.monotonic() >= deadline:
                break
            better, work = ways.turn(self.now.best.cost - self.now.floor)
            stale, tries = 0.0 if better else stale + work, tries + work
            if better:
                self._offer(point)

    def by_highs(self, rest: Solver, sought: Sought | None, more: Options) -> None:
        """Take the plan and the bound of HiGHS on what the relaxation leaves open.

        `more` options are HiGHS's. Raises `SolverFailed` if it fails, `KeyboardInterrupt` if it was stopped so.
        """
        below = self.below
        ended = search_remainder(below.reached, below.sacks, rest, sought, below.tell, more)
        self.now.log += ended.log
        if ended.x is not None:
            self.offer(ended.x)
        below.raise_bound(ended.bound)
        if ended.interrupted:
            raise KeyboardInterrupt

    def offer(self, x: Floats, left: Codes | None = None) -> None:
        """Take a point of what is searched [columns left] as the best plan, if it is one and costs less."""
        self.now.offer(self._whole(x, left))

    def _search(self, kernel: Kernel) -> None:
        """One kernel, to its end or begun beside as soon as there is a thread for it."""
        if not self.beside.several:
            lot = self._lot(kernel)
            lot.kernel.search()
            self._take(self._point(lot.kernel.point.x), lot.left, ended=True)
            return
        self.wait(self.beside.most - 1)
        if self.now.over:
            return
        lot = self._lot(kernel)
        self._point(lot.kernel.point.x)
        self.beside.begin(lot)
        self.wait(self.beside.most - 1)

    def _lot(self, kernel: Kernel) -> Lot:
        """A kernel around the best plan, or the relaxation's rounded point."""
        found, best = self.below.reached, self.best
        asked = self.now.asked(found.bound)
        x, gap = rounded(found.model, found.x, found.reduced), asked
        if best is not None:
            x, gap = best.x[self.below.left], max(asked, best.cost - self.now.floor)
        seconds = min(self.now.left_s / 4, kernel.seconds_for(found.model.groups))
        target = self.now.target(found.bound)
        also = self.crossed[self.below.left]
        width = None if kernel.width_share is None else kernel.width_share * gap
        search = kernel_near(found, x, width, also, seconds, target, self.now.solver.seed)
        return Lot(search, self.below.model, self._prices, self.below.left)

    def _take(self, point: Point, left: Codes, ended: bool) -> None:
        """Offer what a kernel has found; where that breaks rows in the end, single shifts may mend it."""
        if not len(point.broken()) or (ended and shifted_whole(point, self.now.deadline)):
            self._offer(point, left)

    def _whole(self, x: Floats, left: Codes | None = None) -> Floats:
        """A point of what is searched [columns left] as one of the program."""
        whole = np.zeros(self.now.model.size)
        whole[self.below.left if left is None else left] = x
        return whole

    def _mended(self, x: Floats, deadline: float) -> Point:
        point = self._point(rounded(self.below.model, x, self.below.reached.reduced))
        mend(point, self.neighbourhoods, deadline)
        return point

    def _free_cheapest(self) -> None:
        """Search among columns that are no dearer than their group's cheapest."""
        cost = self.neighbourhoods.point.cost
        seconds = min(self.now.left_s / 4, CHEAP_S + self.below.model.groups / 5000)
        target = self.now.target(cost)
        self.neighbourhoods.free_cheap(0.0, seconds, 1e-5 * abs(cost), target)

    def _rounded(self) -> Point:
        found = self.below.reached
        point = self._point(rounded(self.below.model, found.x, found.reduced))
        if not self.now.over:
            self._free_cheapest()
        return point

    def _point(self, x: Floats) -> Point:
        """A point to work on, with neighbourhoods by the relaxation's prices."""
        found, model, prices = self.below.reached, self.below.model, self._prices
        point = Point(model, x, first_penalties(model, prices))
        self.neighbourhoods = Neighbourhoods(point, found.reduced, prices, Companions(model), self.now.solver.seed)
        return point

    @property
    def _prices(self) -> Floats:
        """Of the rows without the cuts."""
        return self.below.reached.prices[: self.below.model.rows.shape[0]]

    def _holds(self, point: Point) -> bool:
        best = self.now.best
        return not len(point.broken()) and best is not None and point.cost <= best.cost + 1e-9

    def _offer(self, point: Point, left: Codes | None = None) -> None:
        point.settle()
        self.offer(point.x, left)
