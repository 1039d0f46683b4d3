"""Beside trees: around the best plan, from plans begun anew, and between these, whichever gained most of late.

Where plans are many and the best few are far from one another, chains from several beginnings come upon better ones
than chains and neighbourhoods from one (Martí, Resende and Ribeiro 2013, "Multi-start methods for combinatorial
optimization"); what two of them have in common is mostly right (Rothberg 2007, "An evolutionary algorithm for polishing
mixed integer programming solutions").
"""

from __future__ import annotations

import time

import numpy as np

from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.kernels import INDUCED
from optimizer.solve.decomposition.plans import Plans
from optimizer.solve.decomposition.standing import Best, Standing
from optimizer.solve.decomposition.turns import Turns

NOISE = 0.3
"""Of a whole column, what is added at most to the relaxation's point before it is rounded."""
POLISH_TRIES = 10
"""Neighbourhoods of the best plan in a turn."""
MOST_KNOWN, CROSSED = 8, 2
"""Plans begun anew that are kept, the cheapest, and how many of them a kernel lies between, and the best plan."""


class Restarts:
    """Looks for plans with what time there is."""

    def __init__(self, now: Standing, below: Bounding, plans: Plans) -> None:
        self.now, self.below, self.plans = now, below, plans
        self._turns, self._random = Turns(3), np.random.default_rng(now.solver.seed)
        self._known: list[Best] = []
        """Plans begun anew, cheapest first."""

    def search(self, deadline: float) -> None:
        """Look for plans cheaper than the best one until about `deadline` on the monotonic clock."""
        now = self.now
        ways = (lambda: self.plans.polish(POLISH_TRIES, deadline), self._anew, self._between)
        while not now.over and now.cost is not None and (began := time.monotonic()) < deadline:
            way, cost = self._turns.next(), now.cost
            ways[way]()
            self._turns.note(way, cost - now.cost, time.monotonic() - began)

    def _anew(self) -> None:
        """A plan near the relaxation's point, a little shaken."""
        found = self.below.reached
        moved = (found.model.group >= 0) & ~found.hopeless(self.now.end)
        plan = self.plans.anew(found.x + moved * NOISE * self._random.random(found.model.size))
        if plan is not None and all((plan.x != known.x).any() for known in self._known):
            self._known = sorted([*self._known, plan], key=lambda known: known.cost)[:MOST_KNOWN]

    def _between(self) -> None:
        """A kernel of what the best plan, some begun anew and the relaxation use."""
        if len(self._known) < CROSSED:
            self._anew()
            return
        chosen = self._random.choice(len(self._known), CROSSED, replace=False)
        self.plans.crossed = np.any([self._known[place].x > 0.5 for place in chosen], axis=0)
        self.plans.kernel(INDUCED)
        self.plans.wait()
