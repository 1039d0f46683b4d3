"""Where a search stands: the best plan found, the bound that no plan beats, the time and the gap that are left.

Both only ever get better. Reads the clock for the time limit.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.point import Point
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Progress

LEAST_GAP = 1e-6
"""A plan this near to the bound is the best one, whatever was asked."""
AIM_SHARE = 0.99
"""Of the asked gap, what is aimed at, so that rounding does not leave a search a hair short."""
STEP_MARGIN = 1e-4
"""Of the step between costs of plans, by which a number counts as one of them all the same."""


@dataclass(frozen=True)
class Best:
    """The best plan so far."""

    x: Floats
    """[columns of the program]"""
    cost: float


class Standing:
    """The best plan and the bound of one search over a model."""

    def __init__(self, model: Model, solver: Solver, on_progress: OnProgress | None) -> None:
        self.began = time.monotonic()
        self.deadline = self.began + solver.time_limit_s
        self.model, self.solver, self.on_progress = model, solver, on_progress
        self.bound, self.log = -math.inf, ""
        self.branch_bound = -math.inf
        """Of the branch that is searched, where a part is searched at a time."""
        self._ceiling = math.inf
        """Bounds hold up to here: plans that cost as much may have been left out."""
        self.best: Best | None = None
        self.fallback: Best | None = None
        """A plan that is no place to search from, for whoever ends the search before there is a better one."""
        self._told = Progress(0.0, None, None)

    @property
    def held(self) -> Best | None:
        """The plan that is handed over if the search ends now."""
        return self.fallback if self.best is None else self.best

    @property
    def cost(self) -> float | None:
        """Of the best plan."""
        return None if self.best is None else self.best.cost

    @property
    def done(self) -> bool:
        """Whether plan and bound are within the asked gap."""
        return self._within(self.bound)

    @property
    def over(self) -> bool:
        """Whether the search, or that of the branch, has to end."""
        return self._within(self.floor) or time.monotonic() >= self.deadline

    @property
    def floor(self) -> float:
        """No plan that is looked for now costs less."""
        return max(self.bound, self.branch_bound)

    @property
    def end(self) -> float:
        """A bound this high ends the search: only plans that cost less have to be looked for; infinite without one."""
        best = self.best
        if best is None:
            return math.inf
        less = max(AIM_SHARE * max(self.asked(best.cost), LEAST_GAP), (1.0 - STEP_MARGIN) * self.model.cost_step)
        return best.cost - less

    @property
    def useless(self) -> float:
        """Plans that cost as much are of no use: they end nothing, and one that costs no more is held."""
        best = self.best
        return math.inf if best is None else min(best.cost, max(self.end, self.floor + self.asked(best.cost)))

    @property
    def elapsed_s(self) -> float:
        """Since the search began."""
        return time.monotonic() - self.began

    @property
    def left_s(self) -> float:
        """Until the time limit."""
        return max(0.0, self.deadline - time.monotonic())

    def asked(self, cost: float) -> float:
        """The gap that will do at a cost."""
        return self.solver.asked_usd(cost)

    def target(self, cost: float) -> float:
        """A plan that costs no more ends what is searched now, where costs are about `cost`."""
        return self.floor + AIM_SHARE * self.asked(cost)

    def leave_out(self, cost: float) -> None:
        """Plans that cost as much are left out from now on: no bound is known to be higher."""
        self._ceiling = min(self._ceiling, cost)

    def offer(self, x: Floats | None) -> None:
        """Take a point of the program as the best plan if it is one and costs less."""
        found = None if x is None else self._plan(x)
        if found is not None and (self.best is None or found.cost < self.best.cost):
            self.best = found
            self._record("plan")

    def fall_back(self) -> None:
        """Hold the plan that takes the first column of every group and no other, if it is one: things as they are."""
        x = np.zeros(self.model.size)
        x[self.model.grouped[self.model.group_starts[:-1]]] = 1.0
        self.fallback = self._plan(x)
        self.tell(None)

    def hold(self, x: Floats, cost: float) -> None:
        """Fall back to a plan [columns] that keeps rows less closely than others are asked to, if it costs less."""
        if self.held is None or cost < self.held.cost:
            self.fallback = Best(x, cost)

    def raise_bound(self, bound: float) -> None:
        """Take a bound that is higher; no higher than the best plan, nor than plans that have been left out."""
        bound = self.stepped(min(bound, self._ceiling))
        bound = min(bound, math.inf if self.best is None else self.best.cost)
        if bound > self.bound:
            self.bound = bound
            self._record("bound")

    def stepped(self, bound: float) -> float:
        """The least that a plan may cost that costs no less than `bound`, where costs come in steps."""
        step, offset = self.model.cost_step, self.model.offset
        if not step or not math.isfinite(bound):
            return bound
        steps = math.ceil((bound - offset) / step - STEP_MARGIN / 2.0)
        return max(bound, offset + step * steps)  # exact: all are whole numbers

    def tell(self, bound: float | None, cost: float | None = None) -> None:
        """Tell of what a part of the search has reached and not yet handed over; nothing worse than was told before."""
        if self.on_progress is None:
            return
        known = None if self.held is None else self.held.cost
        cost = min((one for one in (known, self._told.cost_usd, cost) if one is not None), default=None)
        bound = self.bound if bound is None else max(self.bound, min(bound, self._ceiling))
        bound = bound if self._told.bound_usd is None else max(bound, self._told.bound_usd)
        bound = bound if cost is None else min(bound, cost)
        self._told = Progress(self.elapsed_s, cost, None if bound == -math.inf else bound)
        self.on_progress(self._told)

    def _plan(self, x: Floats) -> Best | None:
        """A point of the program with whole numbers, None where it breaks a row."""
        model = self.model
        x = np.clip(np.where(model.integer, np.rint(x), x), 0.0, model.most)
        point = Point(model, x, np.zeros(len(model.lower)))
        return Best(x, point.cost) if not len(point.broken()) and model.has_one_of_each(x) else None

    def _within(self, bound: float) -> bool:
        return self.best is not None and self.best.cost - bound <= max(self.asked(self.best.cost), LEAST_GAP)

    def _record(self, what: str) -> None:
        bound = None if self.bound == -math.inf else self.bound
        self.log += f"{self.elapsed_s:9.2f} s  {what:5}  cost {self.cost}  bound {bound}\n"
        self.tell(None)
