"""The search: prices and a bound from the relaxation, a plan from rounding, and both made better until they meet.

relaxation with cuts -> rounded point -> repaired -> improved neighbourhood by neighbourhood -> HiGHS over what is left

At any moment there is a bound that no plan beats and, once one is found, a plan; they only get better. Reads the clock
for the time limit.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.mending import mend, shifted_whole
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods, first_penalties, rounded
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.prices import guess_prices
from optimizer.solve.decomposition.relaxation import Relaxation, solve_relaxation
from optimizer.solve.decomposition.remainder import search_remainder
from optimizer.solve.decomposition.sacks import Knapsack, knapsacks, too_large
from optimizer.solve.gate import refuse_unsafe
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome, Progress, Stopped

GUESS_GROUPS = 1_500
"""From this many groups prices are guessed before the relaxation is solved."""
REMAINDER_GROUPS = 20_000
"""Up to this many groups HiGHS ends the search over what the bounds leave open."""
FIRST_CUT_ROUNDS, CUT_ROUNDS = 6, 40
FEWEST_GROUPS = 300
"""Up to this many groups there is little to take apart, and HiGHS gets the whole program."""
FEW_GROUPS, FEW_TRIES = 1_000, 15
"""Up to this many groups cuts come first, and HiGHS takes over after so many neighbourhoods."""
LEAST_NARROWED = 0.1
"""Share of the columns from which it is worth to leave them out."""
CHEAP_SHARE = 0.01
"""Of the gap: columns that are no dearer than this over their group's cheapest are searched together."""
TARGET_SHARE = 0.95
"""Of the asked gap above the bound, such a search may end."""
CUT_TIME_SHARE = 0.25
"""Of the time that is left, for cuts."""
GAP_SHARE = 1e-3
"""A neighbourhood solved to within this share of the gap is solved well enough."""
MOST_STALE = 150
"""Neighbourhoods without progress after which further cuts are looked for, or HiGHS takes over."""


def search(
    program: Program, solver: Solver, start: Floats | None = None, on_progress: OnProgress | None = None
) -> Outcome:
    """Find a plan within the asked gap of the best; Ctrl-C keeps the best one found so far.

    `start` is a point [columns]; what comes back is never worse. Raises `SolverFailed` if HiGHS refuses a part of the
    program or fails.
    """
    refuse_unsafe(program)
    run = _Run(program, solver, on_progress)
    if run.model.groups <= FEWEST_GROUPS:
        return run.by_highs(start)
    try:
        run.offer(start)
        if not run.relax():
            return run.by_highs(start)
        run.quick_plan()
        if not run.over:
            run.narrow()
            run.cut_more()
            run.narrow()
            run.first_plan()
            run.improve()
            run.finish()
        ended = None if run.over else run.ask_highs()
        if ended in (Stopped.INFEASIBLE, Stopped.INTERRUPTED):
            return run.outcome(ended)
        return run.outcome(Stopped.PROVED if run.done else Stopped.TIME)
    except KeyboardInterrupt:
        return run.outcome(Stopped.INTERRUPTED)


@dataclass(frozen=True)
class _Best:
    x: Floats
    cost: float


class _Run:
    """One search: its bound, its best plan, and what both are made of."""

    def __init__(self, program: Program, solver: Solver, on_progress: OnProgress | None) -> None:
        self.began = time.monotonic()
        self.deadline = self.began + solver.time_limit_s
        self.program, self.solver, self.on_progress = program, solver, on_progress
        self.whole = model_of(program)
        self.sacks: list[Knapsack] = knapsacks(self.whole)
        self.model, self.left = self.whole.without(too_large(self.whole, self.sacks))
        self.sacks = knapsacks(self.model)
        self.bound, self.log = -math.inf, ""
        self.best: _Best | None = None
        self.relaxation: Relaxation | None = None

    @property
    def done(self) -> bool:
        """Whether plan and bound are within the asked gap."""
        if self.best is None:
            return False
        return self.best.cost - self.bound <= max(self._asked(self.best.cost), 1e-6)

    @property
    def over(self) -> bool:
        return self.done or time.monotonic() >= self.deadline

    def offer(self, x: Floats | None) -> None:
        """Take a point of the program as the best plan if it is one and costs less."""
        if x is None:
            return
        x = np.clip(np.where(self.program.columns.integer, np.rint(x), x), 0.0, self.whole.most)
        point = Point(self.whole, x, np.zeros(len(self.whole.lower)))
        one_each = np.bincount(self.whole.group[self.whole.grouped], x[self.whole.grouped], self.whole.groups) == 1.0
        sound = not len(point.broken()) and bool(one_each.all())
        if sound and (self.best is None or point.cost < self.best.cost):
            self.best = _Best(x, point.cost)
            self._tell("plan")

    def raise_bound(self, bound: float) -> None:
        """Take a bound that is higher."""
        if bound > self.bound:
            self.bound = bound if self.best is None else min(bound, self.best.cost)
            self._tell("bound")

    def relax(self) -> bool:
        """Solve the relaxation with cuts; False: it has no point."""
        guess = guess_prices(self.model) if self.model.groups > GUESS_GROUPS else None
        rounds = CUT_ROUNDS if self.model.groups <= FEW_GROUPS else FIRST_CUT_ROUNDS
        self.relaxation = solve_relaxation(self.model, self.sacks, guess, rounds, self._asked, self.deadline)
        if self.relaxation.feasible:
            self.raise_bound(self.relaxation.bound)
        return self.relaxation.feasible

    def quick_plan(self) -> None:
        """Round the relaxation's point and repair it by single shifts, which may do where the asked gap is wide."""
        if self.model.groups <= FEW_GROUPS or self.over:
            return
        point = self._rounded()
        if shifted_whole(point, self.deadline):
            self._offer_point(point)

    def first_plan(self) -> None:
        """Round the relaxation's point and repair it neighbourhood by neighbourhood."""
        point = self._rounded()
        if self.over:
            return
        mend(point, self.neighbourhoods, self.deadline)
        self._offer_point(point)
        if self.best is not None and self.model.groups <= FEW_GROUPS and not self.over:
            self._free_cheap(CHEAP_SHARE * (self.best.cost - self.bound))
            self._offer_point(point)

    def _free_cheap(self, over: float) -> None:
        """Search among columns that are no dearer than this over their group's cheapest."""
        cost = self.neighbourhoods.point.cost
        seconds = min(self.left_s / 4, 0.5 + self.model.groups / 5000)
        self.neighbourhoods.free_cheap(over, seconds, 1e-5 * abs(cost), self.bound + TARGET_SHARE * self._asked(cost))

    def _rounded(self) -> Point:
        found, model = self.relaxation, self.model
        assert found is not None
        reduced = found.reduced
        rows = model.rows.shape[0]
        point = Point(model, rounded(model, found.x, reduced), first_penalties(model, found.prices[:rows]))
        self.neighbourhoods = Neighbourhoods(point, reduced, found.prices[:rows], Companions(model), self.solver.seed)
        if not self.over:
            self._free_cheap(0.0)
        return point

    @property
    def left_s(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def improve(self) -> None:
        """Try neighbourhoods until the gap is reached, time is up or nothing comes of them."""
        assert self.relaxation is not None
        hood = self.neighbourhoods
        point = hood.point
        if self.best is not None and not self._holds(point):
            point.put(np.arange(self.model.size), self.best.x[self.left])
        stale, tries = 0, 0
        while not self.over and self.best is not None:
            hood.narrow(self.best.cost - self.bound)
            better = hood.improve_once(GAP_SHARE * (self.best.cost - self.bound), self.left_s)
            stale, tries = 0 if better else stale + 1, tries + 1
            if better:
                self._offer_point(point)
            if self.model.groups <= FEW_GROUPS and tries >= FEW_TRIES:
                return
            if stale > MOST_STALE:
                return

    def cut_more(self) -> None:
        """Look for further cuts from where the relaxation stands."""
        found = self.relaxation
        assert found is not None
        if not found.cuttable:
            return
        deadline = time.monotonic() + CUT_TIME_SHARE * self.left_s
        self.relaxation = solve_relaxation(
            found.model, self.sacks, found.prices, CUT_ROUNDS, self._asked, deadline, found.links
        )
        self.raise_bound(self.relaxation.bound)

    def narrow(self) -> None:
        """Go on without columns that no cheaper plan has."""
        found = self.relaxation
        if self.best is None or found is None:
            return
        used = (self.best.x[self.left] > 0.0) | (found.x > 0.0)
        columns = np.flatnonzero(found.hopeless(self.best.cost) & ~used & (self.model.group >= 0))
        if len(columns) < LEAST_NARROWED * self.model.size:
            return
        self.relaxation = found.without(columns)
        self.model, left = self.model.without(columns)
        self.left, self.sacks = self.left[left], knapsacks(self.model)

    def finish(self) -> None:
        """Hand what the bounds leave open to HiGHS."""
        if self.over or self.relaxation is None or (self.model.groups > REMAINDER_GROUPS and self.best is not None):
            return
        best, cost = (None, None) if self.best is None else (self.best.x[self.left], self.best.cost)
        asked = self.solver.model_copy(update={"time_limit_s": max(0.1, self.left_s)})
        found = search_remainder(self.relaxation, self.sacks, asked, best, cost, self._inner)
        self.log += found.log
        if found.x is not None:
            self._offer_inner(found.x)
        self.raise_bound(found.bound)
        if found.interrupted:
            raise KeyboardInterrupt

    def ask_highs(self) -> Stopped:
        """The whole program to HiGHS from the best plan, where the parts ended without an answer; how that ended."""
        asked = self.solver.model_copy(update={"time_limit_s": max(0.1, self.left_s)})
        found = highs.search(self.program, asked, None if self.best is None else self.best.x, self.on_progress)
        self.log += found.log
        self.offer(found.x)
        if found.bound_usd is not None:
            self.raise_bound(found.bound_usd)
        return found.stopped

    def by_highs(self, start: Floats | None) -> Outcome:
        """The whole program to HiGHS: for small programs, and for what the relaxation calls impossible."""
        asked = self.solver.model_copy(update={"time_limit_s": max(0.1, self.left_s)})
        return highs.search(self.program, asked, start, self.on_progress)

    def outcome(self, stopped: Stopped) -> Outcome:
        """Where the search stands now."""
        best, bound = self.best, None if self.bound == -math.inf or stopped is Stopped.INFEASIBLE else self.bound
        if best is not None and bound is not None:
            bound = min(bound, best.cost)
        elapsed_s = time.monotonic() - self.began
        x, cost = (None, None) if best is None else (best.x, self.program.cost_usd(best.x))
        return Outcome(stopped, x, cost, bound, f"decomposition, {highs.version()}", elapsed_s, self.log)

    def _asked(self, cost: float) -> float:
        return max(self.solver.gap_usd or 0.0, (self.solver.gap_share or 0.0) * abs(cost))

    def _holds(self, point: Point) -> bool:
        return not len(point.broken()) and self.best is not None and point.cost <= self.best.cost + 1e-9

    def _offer_point(self, point: Point) -> None:
        point.settle()
        self._offer_inner(point.x)

    def _offer_inner(self, x: Floats) -> None:
        whole = np.zeros(self.whole.size)
        whole[self.left] = x
        self.offer(whole)

    def _inner(self, cost: float | None, bound: float | None) -> None:
        if bound is not None and bound > self.bound and self.on_progress is not None:
            self.on_progress(
                Progress(time.monotonic() - self.began, None if self.best is None else self.best.cost, bound)
            )

    def _tell(self, what: str) -> None:
        elapsed_s = time.monotonic() - self.began
        cost = None if self.best is None else self.best.cost
        bound = None if self.bound == -math.inf else self.bound
        self.log += f"{elapsed_s:9.2f} s  {what:5}  cost {cost}  bound {bound}\n"
        if self.on_progress is not None:
            self.on_progress(Progress(elapsed_s, cost, bound))
