"""The bound of a search: the relaxation with its cuts, over the columns that a cheaper plan may still have."""

from __future__ import annotations

import time

import numpy as np

from optimizer.program.program import Program
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.memory import Memory, Recalled, recall
from optimizer.solve.decomposition.prices import guess_prices
from optimizer.solve.decomposition.relaxation import Relaxation, relaxation_at, solve_relaxation
from optimizer.solve.decomposition.sacks import Knapsack, knapsacks, too_large
from optimizer.solve.decomposition.standing import Standing

GUESS_GROUPS = 1_500
"""From this many groups prices are guessed before the relaxation is solved."""
LEAST_NARROWED = 0.1
"""Share of the columns from which it is worth to leave them out."""


class Bounding:
    """Raises the bound of a search, and leaves out what its best plan makes needless."""

    def __init__(self, now: Standing) -> None:
        self.now, whole = now, now.model
        self.model, self.left = whole.without(too_large(whole, knapsacks(whole)))
        """The model of the columns that are left, and their numbers in the whole."""
        self.sacks: list[Knapsack] = knapsacks(self.model)
        self.relaxation: Relaxation | None = None
        self.recalled: Recalled | None = None
        self._core: Core | None = None

    @property
    def reached(self) -> Relaxation:
        """Where the relaxation stands, once there is one."""
        assert self.relaxation is not None
        return self.relaxation

    def go_on(self, memory: Memory, program: Program) -> Recalled | None:
        """Begin with the bound of a search before; what of it is of use."""
        found = self.recalled = recall(memory, program, self.model, self.left, self.sacks)
        if found is not None:
            self._take(relaxation_at(found.model, found.prices, found.links, found.point))
        return found

    def relax(self, rounds: int) -> bool:
        """Solve the relaxation with so many rounds of cuts; False: it has no point."""
        model, guess, links, point = self.model, None, None, None
        if self.recalled is not None:
            known = self.recalled
            model, guess, links, point = known.model, known.prices, known.links, known.point
        elif self.model.groups > GUESS_GROUPS:
            guess = guess_prices(self.model)
        self._core = Core(model, guess, links, point)
        return self._solve(rounds, self.now.deadline)

    def cut_more(self, rounds: int, deadline: float) -> bool:
        """Look for further cuts from where the relaxation stands; whether more of them may help."""
        found = self.reached
        if not found.cuttable or time.monotonic() >= deadline:
            return False
        if self._core is None or self._core.model is not found.model:
            self._core = Core(found.model, found.prices, found.links, found.x)
        return self._solve(rounds, deadline) and self.reached.cuttable

    def narrow(self) -> None:
        """Go on without columns that no cheaper plan has."""
        best, found = self.now.best, self.relaxation
        if best is None or found is None:
            return
        used = (best.x[self.left] > 0.0) | (found.x > 0.0)
        columns = np.flatnonzero(found.hopeless(best.cost) & ~used & (self.model.group >= 0))
        if len(columns) < LEAST_NARROWED * self.model.size:
            return
        model, left = self.model.without(columns)
        narrower, sacks = found.without(columns), knapsacks(model)
        # together, so that Ctrl-C finds all of it narrowed or nothing
        self.relaxation, self.model, self.left, self.sacks = narrower, model, self.left[left], sacks

    def _solve(self, rounds: int, deadline: float) -> bool:
        assert self._core is not None
        found = solve_relaxation(self._core, self.sacks, rounds, self.now.asked, deadline, self.now.cost)
        self._take(found)
        return found.feasible

    def _take(self, found: Relaxation) -> None:
        self.relaxation = found
        if found.feasible:
            self.now.raise_bound(found.bound)
