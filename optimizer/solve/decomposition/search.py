"""The search: prices and a bound from the relaxation, a plan from rounding, and both made better until they meet.

relaxation with cuts -> rounded point -> repaired -> improved neighbourhood by neighbourhood -> HiGHS over what is left

At any moment there is a bound that no plan beats and, once one is found, a plan; they only get better. Reads the clock
for the time limit.
"""

from __future__ import annotations

import math
import time

import numpy as np

from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.improving import Improving
from optimizer.solve.decomposition.memory import Memory, Recalled, recall
from optimizer.solve.decomposition.mending import mend, shifted_whole
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods, first_penalties, rounded
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.prices import guess_prices
from optimizer.solve.decomposition.relaxation import Relaxation, relaxation_at, solve_relaxation
from optimizer.solve.decomposition.remainder import search_remainder
from optimizer.solve.decomposition.sacks import Knapsack, knapsacks, too_large
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.gate import refuse_unsafe
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome, Stopped

GUESS_GROUPS = 1_500
"""From this many groups prices are guessed before the relaxation is solved."""
REMAINDER_GROUPS = 20_000
"""Up to this many groups HiGHS ends the search over what the bounds leave open."""
FIRST_CUT_ROUNDS, CUT_ROUNDS = 6, 40
FEWEST_GROUPS = 300
"""Up to this many groups there is little to take apart, and HiGHS gets the whole program."""
FEW_GROUPS, FEW_TRIES = 1_000, 5
"""Up to this many groups cuts come first, and HiGHS takes over after so many neighbourhoods."""
LEAST_NARROWED = 0.1
"""Share of the columns from which it is worth to leave them out."""
CHEAP_S = 2.0
CHEAP_SHARE = 0.01
"""Of the gap: columns that are no dearer than this over their group's cheapest are searched together."""
TARGET_SHARE = 0.95
"""Of the asked gap above the bound, such a search may end."""
CUT_TIME_SHARE = 0.25
"""Of the time that is left, for cuts."""
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
    if run.model.groups <= FEWEST_GROUPS:
        return run.by_highs(start)
    try:
        run.now.offer(start)
        if memory is not None:
            run.go_on(memory)
        if not run.now.over and not run.relax():
            return run.by_highs(start)
        run.quick_plan()
        if not run.now.over:
            run.narrow()
            run.cut_more()
            run.narrow()
            run.first_plan()
            run.improve()
            run.finish()
        ended = None if run.now.over else run.ask_highs()
        if ended in (Stopped.INFEASIBLE, Stopped.INTERRUPTED):
            return run.outcome(ended)
        return run.outcome(Stopped.PROVED if run.now.done else Stopped.TIME)
    except KeyboardInterrupt:
        return run.outcome(Stopped.INTERRUPTED)


class _Run:
    """One search: its bound, its best plan, and what both are made of."""

    def __init__(self, program: Program, solver: Solver, on_progress: OnProgress | None) -> None:
        self.program, self.solver, self.on_progress = program, solver, on_progress
        whole = model_of(program)
        self.now = Standing(whole, solver, on_progress)
        self.model, self.left = whole.without(too_large(whole, knapsacks(whole)))
        self.sacks: list[Knapsack] = knapsacks(self.model)
        self.relaxation: Relaxation | None = None
        self.recalled: Recalled | None = None

    def go_on(self, memory: Memory) -> None:
        """Begin with the bound and the plan of a search before."""
        found = recall(memory, self.program, self.model, self.left, self.sacks)
        if found is None:
            return
        self.recalled = found
        self.relaxation = relaxation_at(found.model, found.prices, found.links)
        self.now.raise_bound(self.relaxation.bound)
        self.now.offer(found.x)
        if self.now.best is None:
            point = self._point(rounded(self.model, found.x[self.left], self.relaxation.reduced))
            mend(point, self.neighbourhoods, self.now.deadline)
            self._offer_point(point)

    def relax(self) -> bool:
        """Solve the relaxation with cuts; False: it has no point."""
        rounds = CUT_ROUNDS if self.model.groups <= FEW_GROUPS else FIRST_CUT_ROUNDS
        model, guess, links = self.model, None, None
        if self.recalled is not None:
            model, guess, links = self.recalled.model, self.recalled.prices, self.recalled.links
        elif self.model.groups > GUESS_GROUPS:
            guess = guess_prices(self.model)
        self.relaxation = solve_relaxation(
            model, self.sacks, guess, rounds, self.now.asked, self.now.deadline, links, self.now.cost
        )
        if self.relaxation.feasible:
            self.now.raise_bound(self.relaxation.bound)
        return self.relaxation.feasible

    def quick_plan(self) -> None:
        """Round the relaxation's point and repair it by single shifts, which may do where the asked gap is wide."""
        if self.model.groups <= FEW_GROUPS or self.recalled is not None or self.now.over:
            return
        point = self._rounded()
        if shifted_whole(point, self.now.deadline):
            self._offer_point(point)

    def first_plan(self) -> None:
        """Round the relaxation's point and repair it neighbourhood by neighbourhood."""
        point = self._rounded()
        if self.now.over:
            return
        mend(point, self.neighbourhoods, self.now.deadline)
        self._offer_point(point)

    def _free_cheap(self, over: float) -> None:
        """Search among columns that are no dearer than this over their group's cheapest."""
        cost = self.neighbourhoods.point.cost
        seconds = min(self.now.left_s / 4, CHEAP_S + self.model.groups / 5000)
        self.neighbourhoods.free_cheap(
            over, seconds, 1e-5 * abs(cost), self.now.bound + TARGET_SHARE * self.now.asked(cost)
        )

    def _rounded(self) -> Point:
        assert self.relaxation is not None
        point = self._point(rounded(self.model, self.relaxation.x, self.relaxation.reduced))
        if not self.now.over:
            self._free_cheap(0.0)
        return point

    def _point(self, x: Floats) -> Point:
        """A point to work on, with neighbourhoods by the relaxation's prices."""
        found, model = self.relaxation, self.model
        assert found is not None
        prices = found.prices[: model.rows.shape[0]]
        point = Point(model, x, first_penalties(model, prices))
        self.neighbourhoods = Neighbourhoods(point, found.reduced, prices, Companions(model), self.solver.seed)
        return point

    def improve(self) -> None:
        """Try chains and neighbourhoods until the gap is reached, time is up or nothing comes of them."""
        assert self.relaxation is not None
        point, ways = self.neighbourhoods.point, Improving(self.neighbourhoods, self.now)
        if self.now.best is not None and not self._holds(point):
            point.put(np.arange(self.model.size), self.now.best.x[self.left])
        if self.now.best is not None and not self.now.over and ways.begin(self.now.best.cost - self.now.bound):
            self._offer_point(point)
        stale, tries = 0.0, 0.0
        while not self.now.over and self.now.best is not None:
            better, work = ways.turn(self.now.best.cost - self.now.bound)
            stale, tries = 0.0 if better else stale + work, tries + work
            if better:
                self._offer_point(point)
            if self.model.groups <= FEW_GROUPS and tries >= FEW_TRIES:
                break
            if stale > MOST_STALE:
                return
        if self.now.best is not None and self.model.groups <= FEW_GROUPS and not self.now.over:
            self._free_cheap(CHEAP_SHARE * (self.now.best.cost - self.now.bound))
            self._offer_point(point)

    def cut_more(self) -> None:
        """Look for further cuts from where the relaxation stands."""
        found = self.relaxation
        assert found is not None
        if not found.cuttable:
            return
        deadline = time.monotonic() + CUT_TIME_SHARE * self.now.left_s
        self.relaxation = solve_relaxation(
            found.model, self.sacks, found.prices, CUT_ROUNDS, self.now.asked, deadline, found.links, self.now.cost
        )
        self.now.raise_bound(self.relaxation.bound)

    def narrow(self) -> None:
        """Go on without columns that no cheaper plan has."""
        found = self.relaxation
        if self.now.best is None or found is None:
            return
        used = (self.now.best.x[self.left] > 0.0) | (found.x > 0.0)
        columns = np.flatnonzero(found.hopeless(self.now.best.cost) & ~used & (self.model.group >= 0))
        if len(columns) < LEAST_NARROWED * self.model.size:
            return
        self.relaxation = found.without(columns)
        self.model, left = self.model.without(columns)
        self.left, self.sacks = self.left[left], knapsacks(self.model)

    def finish(self) -> None:
        """Hand what the bounds leave open to HiGHS."""
        if (
            self.now.over
            or self.relaxation is None
            or (self.model.groups > REMAINDER_GROUPS and self.now.best is not None)
        ):
            return
        best, cost = (None, None) if self.now.best is None else (self.now.best.x[self.left], self.now.best.cost)
        asked = self.solver.model_copy(update={"time_limit_s": max(0.1, self.now.left_s)})
        found = search_remainder(self.relaxation, self.sacks, asked, best, cost, self.now.tell)
        self.now.log += found.log
        if found.x is not None:
            self._offer_inner(found.x)
        self.now.raise_bound(found.bound)
        if found.interrupted:
            raise KeyboardInterrupt

    def ask_highs(self) -> Stopped:
        """The whole program to HiGHS from the best plan, where the parts ended without an answer; how that ended."""
        asked = self.solver.model_copy(update={"time_limit_s": max(0.1, self.now.left_s)})
        found = highs.search(self.program, asked, None if self.now.best is None else self.now.best.x, self.on_progress)
        self.now.log += found.log
        self.now.offer(found.x)
        if found.bound_usd is not None:
            self.now.raise_bound(found.bound_usd)
        return found.stopped

    def by_highs(self, start: Floats | None) -> Outcome:
        """The whole program to HiGHS: for small programs, and for what the relaxation calls impossible."""
        asked = self.solver.model_copy(update={"time_limit_s": max(0.1, self.now.left_s)})
        return highs.search(self.program, asked, start, self.on_progress)

    def outcome(self, stopped: Stopped) -> Outcome:
        """Where the search stands now."""
        best, bound = (
            self.now.best,
            None if self.now.bound == -math.inf or stopped is Stopped.INFEASIBLE else self.now.bound,
        )
        if best is not None and bound is not None:
            bound = min(bound, best.cost)
        x, cost = (None, None) if best is None else (best.x, self.program.cost_usd(best.x))
        memory = None
        if best is not None and self.relaxation is not None:
            memory = Memory(self.program, self.relaxation, self.left, best.x)
        return Outcome(
            stopped,
            x,
            cost,
            bound,
            f"decomposition, {highs.version()}",
            self.now.elapsed_s,
            self.now.log,
            memory=memory,
        )

    def _holds(self, point: Point) -> bool:
        return not len(point.broken()) and self.now.best is not None and point.cost <= self.now.best.cost + 1e-9

    def _offer_point(self, point: Point) -> None:
        point.settle()
        self._offer_inner(point.x)

    def _offer_inner(self, x: Floats) -> None:
        whole = np.zeros(self.now.model.size)
        whole[self.left] = x
        self.now.offer(whole)
