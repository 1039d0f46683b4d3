"""Climbing: trees ask whether any plan costs hardly more than the bound, then a little more, until one does.

The first such plan is the best one, or nearly. Each tree has few columns, as its end is near the bound, and is a bound
where it finds nothing (a destructive one: Klein and Scholl 1999, "Computing lower bounds by destructive improvement");
together they are hardly larger than the last.
"""

from __future__ import annotations

import time

import numpy as np

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.by_turns import ByTurns
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.knapsacks import knapsacks
from optimizer.solve.decomposition.plans import Plans
from optimizer.solve.decomposition.relaxation import Relaxation, solve_relaxation
from optimizer.solve.decomposition.remainder import Rest, Sought
from optimizer.solve.decomposition.restarts import Restarts
from optimizer.solve.decomposition.standing import STEP_MARGIN, Standing
from optimizer.solve.decomposition.tree import Tree, Unproved

MOST_COLUMNS = 2_000
"""Columns in groups up to which trees are quicker than HiGHS."""
CUT_ROUNDS = 40
"""Of cuts before the first tree: they are there for all of them."""
FIRST_SHARE = 0.02
"""Of the distance from the bound to the best plan, how far the first tree looks where costs may be any number."""
PASSES, LEAST_NARROWED = 4, 0.03
"""Of cutting and leaving out before a tree, and the share of columns for which it is worth to go on."""
TURN_MOST, TURN_S = 2_000, 4.0
"""Linear programs of a tree, and seconds, before others have their turns."""
RESTARTS_SHARE, LAST_SHARE = 0.5, 0.2
"""Of the time of a tree's turn, what restarts have, and those beside a tree that will end the search."""
HIGHS_SHARE, FIRST_HIGHS_SHARE = 0.25, 1.0
"""The same of HiGHS for each time as much as was searched of a tree that seems to be left, and at most, until it can be
told how much is left of HiGHS's own.
"""
WORTH_SHARE = 0.1
"""From what on it has a turn."""
LEAST_HIGHS_SHARE, MOST_HIGHS_SHARE = 0.5, 3.0
"""At least and at most from then on: both guesses are far off at times."""
ENDLESS_S = 1e7
"""HiGHS's clock runs on while it is held."""
MANY_SHARE = 0.5
"""Of the time, what restarts have where there are too many columns for trees."""
QUICK = 400
"""Linear programs of a tree, up to which the next one looks twice as far beyond the bound."""


class Climbing:
    """Raises the bound of a search by trees."""

    def __init__(self, now: Standing, below: Bounding, plans: Plans) -> None:
        self.now, self.below, self.plans = now, below, plans
        self.restarts = Restarts(now, below, plans)
        self._rest: ByTurns | None = None
        """HiGHS over all that was left when it was first asked."""

    @property
    def fits(self) -> bool:
        """Whether it is worth it: of what a plan of use may have only groups are undecided, and few columns.

        With more of them where no gap is asked for: neighbourhoods have been passed over then.

        In a branch HiGHS is as quick: there is little to climb, and as soon as no plan is left that will do it is over.
        """
        if self.plans.best is None or self.below.elsewhere < np.inf:
            return False
        if self._open[self.below.model.alone].any():
            return False
        return not self._many or not self.now.asked(self.plans.best.cost)

    @property
    def _open(self) -> Flags:
        """Which columns are undecided in plans of use [columns left]."""
        model = self.below.model
        open_: Flags = ~self.below.reached.hopeless(self.now.end) & model.integer & (model.least < model.most)
        return open_

    @property
    def _many(self) -> bool:
        """Whether there are too many columns for trees."""
        return int(self._open[self.below.model.grouped].sum()) > MOST_COLUMNS

    def climb(self, deadline: float) -> None:
        """Raise the bound until `deadline` on the monotonic clock, or the search is over.

        With too many columns for trees better plans are looked for, first.
        """
        self.below.cut_more(CUT_ROUNDS, deadline)
        if self._many:
            now = time.monotonic()
            self.restarts.search(now + MANY_SHARE * (deadline - now))
            self.below.narrow()
        if self._many:
            return
        try:
            if self.plans.beside.several:
                self._by_highs(deadline)
            self._climb(deadline)
        except Unproved:
            self.now.log += "a linear program of a tree proved nothing\n"
        finally:
            if self._rest is not None:
                self._rest.stop()
                self.now.log += self._rest.log
            self._rest = None

    def _climb(self, deadline: float) -> None:
        now = self.now
        assert now.cost is not None
        step = now.model.cost_step
        further = least = step or max(now.asked(now.floor), FIRST_SHARE * (now.cost - now.floor))
        before = None
        while not now.over and time.monotonic() < deadline and before != (now.floor, now.cost):
            before = now.floor, now.cost
            self.below.narrow()
            # where costs come in steps, a plan that costs what the bound is is looked for, too
            end = min(now.end, now.floor + further - (1.0 - STEP_MARGIN) * step)
            solved = self._look(end, deadline)
            further = 2.0 * further if solved <= QUICK else max(least, further / 2.0)

    def _near(self, end: float, deadline: float) -> tuple[Relaxation, Codes]:
        """The relaxation of what plans that cost less than `end` may have, and the program's columns left in it.

        With fewer columns cuts are stronger, and with these fewer columns are left.
        """
        found, left = self._narrowed(self.below.reached, self.below.left, end)
        for _ in range(PASSES):
            core = Core(found.model, found.prices, found.links, found.basis)
            cut = solve_relaxation(core, knapsacks(found.model), CUT_ROUNDS, lambda _: 0.0, deadline, end)
            if not cut.feasible:
                break
            size = found.model.size
            found, left = self._narrowed(cut, left, end)
            if found.bound >= end or found.model.size > (1.0 - LEAST_NARROWED) * size:
                break
        return found, left

    def _narrowed(self, found: Relaxation, left: Codes, end: float) -> tuple[Relaxation, Codes]:
        """The same without columns that no plan has that costs less than `end`, and the program's columns left."""
        useless = np.flatnonzero(found.hopeless(end) & (found.x == 0.0) & (found.model.group >= 0))
        return found.without(useless), np.delete(left, useless)

    def _look(self, end: float, deadline: float) -> int:
        """Look for plans that cost less than `end` by a tree, by turns with restarts and HiGHS.

        How many linear programs it took. HiGHS's own tree has other luck; with a thread of its own it has all the time.
        """
        found, left = self._near(end, deadline)

        def lower(x: Floats) -> float:
            self.plans.offer(x, left)
            return self.now.end

        tree, spent_s = Tree(found, end, lower), 0.0
        while (began := time.monotonic()) < deadline:
            if tree.search(TURN_MOST, min(deadline, began + TURN_S)):
                self.below.raise_bound(tree.end)
                break
            spent = time.monotonic() - began
            spent_s += spent
            share = RESTARTS_SHARE if end < self.now.end else LAST_SHARE
            self.restarts.search(min(deadline, time.monotonic() + share * spent))
            share = self._share_of_highs(tree.ahead, spent_s)
            if self.plans.beside.several or share >= WORTH_SHARE:
                self._by_highs(min(deadline, time.monotonic() + share * spent))
            tree.end = min(tree.end, self.now.end)
            if self.now.over or self.now.floor >= tree.end:
                break
        self.now.log += f"{tree.solved} linear programs of a tree to {end}\n"
        return tree.solved

    def _share_of_highs(self, ahead: float, spent_s: float) -> float:
        """Of the time of a tree's turn: the more of it, the longer the tree seems to take, and the less HiGHS's own.

        `ahead`: what is left of the tree, in times of what took `spent_s`.
        """
        rest = self._rest
        share = min(FIRST_HIGHS_SHARE, HIGHS_SHARE * ahead)
        if rest is None or rest.spent_s < spent_s or rest.ahead == np.inf or share < WORTH_SHARE:
            return share
        left_s = max(rest.ahead * rest.spent_s, 1e-3)
        return min(MOST_HIGHS_SHARE, max(LEAST_HIGHS_SHARE, ahead * spent_s / left_s))

    def _by_highs(self, deadline: float) -> None:
        """Let HiGHS go on until `deadline` on the monotonic clock, and take what it has found."""
        rest = self._rest = self._rest or self._handed_over()
        assert self.now.best is not None
        rest.offer(self.now.best.x)
        rest.go_on(deadline)
        found = rest.told()
        for x in found:
            self.plans.offer(x, rest.left)
        rest.forget(len(found))
        self.below.raise_bound(rest.bound)

    def _handed_over(self) -> ByTurns:
        """All that is left now, for HiGHS."""
        now, below, best = self.now, self.below, self.plans.best
        assert now.cost is not None
        sought = Sought(now.cost, None if best is None else best.x[below.left], now.end, -np.inf)
        solver = now.solver.model_copy(update={"time_limit_s": ENDLESS_S, "threads": 1})
        # where HiGHS begins its tree anew, what it has come to is lost once more
        rest = Rest(below.reached, below.sacks, solver, sought, {"mip_allow_restart": False})
        return ByTurns(rest, below.left, aside=self.plans.beside.several)
