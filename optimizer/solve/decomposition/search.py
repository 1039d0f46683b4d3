"""The search: prices and a bound from the relaxation, a plan from rounding, and both made better until they meet.

relaxation -> kernels, or rounded and repaired -> cuts and plans by turns -> chains, neighbourhoods -> HiGHS on the rest

At any moment there is a bound that no plan beats and, once one is found, a plan; they only get better. Reads the clock
for the time limit.
"""

from __future__ import annotations

import math
import time

import numpy as np

from optimizer.errors import SolverFailed
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.improving import Improving
from optimizer.solve.decomposition.kernels import KERNELS, Kernel, best_near
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.mending import mend, shifted_whole
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods, first_penalties, rounded
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.remainder import search_remainder
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.gate import refuse_unsafe
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome, Stopped

REMAINDER_GROUPS = 20_000
"""Up to this many groups HiGHS ends the search over what the bounds leave open."""
FIRST_CUT_ROUNDS, FEW_CUT_ROUNDS, CUT_ROUNDS = 6, 15, 3
"""Of cuts: before the first plan, the same where there are few groups, and between two plans."""
FEWEST_GROUPS = 300
"""Up to this many groups there is little to take apart, and HiGHS gets the whole program."""
FEW_GROUPS, FEW_TRIES = 1_000, 5
"""Up to this many groups there are more cuts first, and HiGHS takes over after so many neighbourhoods."""
CHEAP_S = 2.0
TARGET_SHARE = 0.99
"""Of the asked gap above the bound, such a search may end."""
CUT_TIME_SHARE = 0.5
"""Of the time that is left, for cuts and the plans between them."""
RECALL_SHARE = 0.1
"""Of the time that is left, to mend the plan of a search before; what resists is searched anew."""
MOST_STALE = 150
"""Neighbourhoods, or as much work, without progress after which HiGHS takes over."""


def search(
    program: Program,
    solver: Solver,
    start: Floats | None = None,
    on_progress: OnProgress | None = None,
    memory: Memory | None = None,
) -> Outcome:
    """Find a plan within the asked gap of the best; Ctrl-C keeps the best one found so far.

    `start` is a point [columns]; what comes back is never worse. With the `memory` of a search over a program that
    differs a little this one goes on from there. Raises `SolverFailed` if HiGHS refuses a part of the
    program or fails.
    """
    refuse_unsafe(program)
    run = _Run(program, solver, on_progress)
    if run.below.model.groups <= FEWEST_GROUPS:
        return run.by_highs(start)
    try:
        run.now.offer(start)
        if memory is not None:
            run.go_on(memory)
        if not run.now.over and run.relax():
            run.take_apart()
        ended = None if run.now.over else run.ask_highs()
        if ended in (Stopped.INFEASIBLE, Stopped.INTERRUPTED):
            return run.outcome(ended)
        return run.outcome(Stopped.PROVED if run.now.done else Stopped.TIME)
    except KeyboardInterrupt:
        run.now.offer(start)  # Ctrl-C may have come while it was looked at
        return run.outcome(Stopped.INTERRUPTED)


class _Run:
    """One search: its bound, its best plan, and what both are made of."""

    def __init__(self, program: Program, solver: Solver, on_progress: OnProgress | None) -> None:
        self.program, self.solver, self.on_progress = program, solver, on_progress
        self.now = Standing(model_of(program), solver, on_progress)
        self.below = Bounding(self.now)

    def go_on(self, memory: Memory) -> None:
        """Begin with the bound and the plan of a search before."""
        found = self.below.go_on(memory, self.program)
        if found is None:
            return
        self.now.offer(found.x)
        if self.now.best is None:
            point = self._point(rounded(self.below.model, found.x[self.below.left], self.below.reached.reduced))
            mend(point, self.neighbourhoods, time.monotonic() + RECALL_SHARE * self.now.left_s)
            self._offer_point(point)

    def take_apart(self) -> None:
        """Make plan and bound meet, part by part, from where the relaxation stands."""
        if self.few and not self.now.over:
            self.kernels()
        else:
            self.quick_plan()
        if not self.now.over:
            self.below.narrow()
            self.close_in()
            self.improve()
            self.finish()

    def relax(self) -> bool:
        """Solve the relaxation with cuts; False: it has no point."""
        if self.below.recalled is not None:
            return self.below.relax(CUT_ROUNDS)
        return self.below.relax(FEW_CUT_ROUNDS if self.few else FIRST_CUT_ROUNDS)

    @property
    def few(self) -> bool:
        """Whether there are few groups."""
        return self.below.model.groups <= FEW_GROUPS

    @property
    def rest(self) -> Solver:
        """The settings for the time that is left."""
        return self.solver.model_copy(update={"time_limit_s": max(0.1, self.now.left_s)})

    def quick_plan(self) -> None:
        """Round the relaxation's point and repair it by single shifts, which may do where the asked gap is wide."""
        if self.below.recalled is not None or self.now.over:
            return
        point = self._rounded()
        if shifted_whole(point, self.now.deadline):
            self._offer_point(point)

    def plan_near(self) -> None:
        """A plan near the relaxation's point: from the best one, where there is one, else rounded and repaired."""
        if self.now.best is None:
            point = self._rounded()
            if self.now.over:
                return
            mend(point, self.neighbourhoods, self.now.deadline)
        else:
            point = self._point(self.now.best.x[self.below.left])
            self._free_cheapest()
        self._offer_point(point)

    def kernels(self) -> None:
        """Kernels of one width after another, with chains and further cuts between them."""
        for number, kernel in enumerate(KERNELS):
            if number:
                self.below.cut_more(CUT_ROUNDS, self.now.deadline)
                self.below.narrow()
            if not self.now.over:
                self._search(kernel)
            if self.now.over:
                return
            self.chains()

    def _search(self, kernel: Kernel) -> None:
        found, best = self.below.reached, self.now.best
        asked = self.now.asked(found.bound)
        x, gap = rounded(found.model, found.x, found.reduced), asked
        if best is not None:
            x, gap = best.x[self.below.left], max(asked, best.cost - self.now.bound)
        seconds = min(self.now.left_s / 4, kernel.seconds)
        target = self.now.bound + TARGET_SHARE * asked
        near = best_near(found, x, kernel.width_share * gap, seconds, target, self.solver.seed)
        point = self._point(near)
        if not len(point.broken()) or shifted_whole(point, self.now.deadline):
            self._offer_point(point)

    def _free_cheapest(self) -> None:
        """Search among columns that are no dearer than their group's cheapest."""
        cost = self.neighbourhoods.point.cost
        seconds = min(self.now.left_s / 4, CHEAP_S + self.below.model.groups / 5000)
        self.neighbourhoods.free_cheap(
            0.0, seconds, 1e-5 * abs(cost), self.now.bound + TARGET_SHARE * self.now.asked(cost)
        )

    def _rounded(self) -> Point:
        found = self.below.reached
        point = self._point(rounded(self.below.model, found.x, found.reduced))
        if not self.now.over:
            self._free_cheapest()
        return point

    def _point(self, x: Floats) -> Point:
        """A point to work on, with neighbourhoods by the relaxation's prices."""
        found, model = self.below.reached, self.below.model
        prices = found.prices[: model.rows.shape[0]]
        point = Point(model, x, first_penalties(model, prices))
        self.neighbourhoods = Neighbourhoods(point, found.reduced, prices, Companions(model), self.solver.seed)
        return point

    def chains(self) -> Improving:
        """Try chains from the best plan until none pays."""
        point, ways, best = self.neighbourhoods.point, Improving(self.neighbourhoods, self.now), self.now.best
        if best is not None and not self._holds(point):
            point.put(np.arange(self.below.model.size), best.x[self.below.left])
        if best is not None and not self.now.over and ways.begin(best.cost - self.now.bound):
            self._offer_point(point)
        return ways

    def improve(self) -> None:
        """Try chains and neighbourhoods until the gap is reached, time is up or nothing comes of them."""
        if self.now.over:
            return
        point, ways, stale, tries = self.neighbourhoods.point, self.chains(), 0.0, 0.0
        while not self.now.over and self.now.best is not None:
            better, work = ways.turn(self.now.best.cost - self.now.bound)
            stale, tries = 0.0 if better else stale + work, tries + work
            if better:
                self._offer_point(point)
            if self.few and tries >= FEW_TRIES:
                break
            if stale > MOST_STALE:
                return

    def close_in(self) -> None:
        """Cuts and plans by turns: each makes the other cheaper."""
        deadline, cuttable = time.monotonic() + CUT_TIME_SHARE * self.now.left_s, True
        while cuttable and not self.now.over:
            cuttable = self.below.cut_more(CUT_ROUNDS, deadline)
            self.below.narrow()
            self.plan_near()
            if cuttable:
                self.chains()

    def finish(self) -> None:
        """Hand what the bounds leave open to HiGHS."""
        if (
            self.now.over
            or self.below.relaxation is None
            or (self.below.model.groups > REMAINDER_GROUPS and self.now.best is not None)
        ):
            return
        best, cost = (None, None) if self.now.best is None else (self.now.best.x[self.below.left], self.now.best.cost)
        found = search_remainder(self.below.relaxation, self.below.sacks, self.rest, best, cost, self.now.tell)
        self.now.log += found.log
        if found.x is not None:
            self._offer_inner(found.x)
        self.now.raise_bound(found.bound)
        if found.interrupted:
            raise KeyboardInterrupt

    def ask_highs(self) -> Stopped:
        """The whole program to HiGHS from the best plan, where the parts ended without an answer; how that ended.

        Raises `SolverFailed` where HiGHS says that no plan exists and one is held.
        """
        best = None if self.now.best is None else self.now.best.x
        found = highs.search(self.program, self.rest, best, lambda now: self.now.tell(now.bound_usd, now.cost_usd))
        self.now.log += found.log
        self.now.offer(found.x)
        if found.bound_usd is not None:
            self.now.raise_bound(found.bound_usd)
        if found.stopped is Stopped.INFEASIBLE and self.now.best is not None:
            raise SolverFailed("HiGHS calls the program infeasible, but a plan of it is held")
        return found.stopped

    def by_highs(self, start: Floats | None) -> Outcome:
        """The whole program to HiGHS: there is little to take apart."""
        return highs.search(self.program, self.rest, start, self.on_progress)

    def outcome(self, stopped: Stopped) -> Outcome:
        """Where the search stands now."""
        now, best = self.now, self.now.best
        bound = None if now.bound == -math.inf or stopped is Stopped.INFEASIBLE else now.bound
        if best is not None and bound is not None:
            bound = min(bound, best.cost)
        x, cost = (None, None) if best is None else (best.x, self.program.cost_usd(best.x))
        memory = None
        if best is not None and self.below.relaxation is not None:
            memory = Memory(self.program, self.below.relaxation, self.below.left, best.x)
        by = f"decomposition, {highs.version()}"
        return Outcome(stopped, x, cost, bound, by, now.elapsed_s, now.log, memory=memory)

    def _holds(self, point: Point) -> bool:
        return not len(point.broken()) and self.now.best is not None and point.cost <= self.now.best.cost + 1e-9

    def _offer_point(self, point: Point) -> None:
        point.settle()
        self._offer_inner(point.x)

    def _offer_inner(self, x: Floats) -> None:
        whole = np.zeros(self.now.model.size)
        whole[self.below.left] = x
        self.now.offer(whole)
