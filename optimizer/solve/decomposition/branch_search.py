"""Plans in branches: in one after another, the lowest first, or by turns with dives where openings are dear."""

from __future__ import annotations

import math
from collections.abc import Callable

from optimizer.solve.decomposition.branching import Branch, Branches
from optimizer.solve.decomposition.kernels import BRANCH_KERNEL, KERNELS
from optimizer.solve.decomposition.stage import FEW_TRIES, REST_SHARE, Stage
from optimizer.solve.decomposition.turns import Turns

MOST_BRANCHES = 4
"""Searched before the whole is: where several are as low, HiGHS has a tree of its own over all that is not whole."""
BRANCH_S = 5.0
"""With few groups, for HiGHS to end a branch: where it does not, branches are no easier than the whole."""
DIVE_S = 5.0
"""For HiGHS to end the branch that a dive comes to: other openings may be better."""
LONG_DIVE_COLUMNS = 50_000
"""From this many columns a dive may take so long that a plan is wanted before."""
TURN, TURN_TRIES = 30, 8
"""Relaxations of branches over dear openings, or neighbourhoods of the best plan, before it is asked which pays."""
DEAR_LEAST_SHARE = 0.07
"""Of the time, for dives and for looking around the best plan, once they gain nothing more."""


class BranchSearch:
    """Looks for plans in the branches of a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.now, self.below, self.plans = stage, stage.now, stage.below, stage.plans

    def search(self, branches: Branches) -> bool:
        """Look for plans in branches, of the one kind or the other; False: no branch has any plan."""
        left = self.first_dive(branches) if branches.dear else branches
        if left is None:
            return True
        return self.search_dear(left) if left.dear else self.search_each(left, self.search_tied)

    def search_hiding(self, branches: Branches) -> None:
        """The same over openings that hide the gap."""
        self.search_each(branches, self.search_hidden)

    def first_dive(self, branches: Branches) -> Branches | None:
        """The branches over what a cheaper plan may still have, once there is a first one."""
        if self.now.best is None:
            if self.below.model.size > LONG_DIVE_COLUMNS:
                self.plans.near()
            self.dive(branches)
        self.below.narrow()
        return self.below.branches()

    def dive(self, branches: Branches) -> None:
        """Look for a plan where a dive from the lowest branch ends."""
        branch = None if self.now.over else branches.dive()
        if branch is None:
            return
        self.below.enter(branches, branch)
        self.plans.near()
        self.plans.polish(TURN_TRIES, anew=True)
        if self.stage.little_open:
            self.stage.finish(REST_SHARE, DIVE_S)
        self.below.leave()

    def search_each(self, branches: Branches, look: Callable[[Branch], bool]) -> bool:
        """Look for plans in one branch after another, the lowest first, while that may end the search soon.

        False: no branch has any plan.
        """
        for _ in range(MOST_BRANCHES):
            branch = branches.next(deep=self.now.best is None and not self.stage.few, most=math.inf)
            if branch is None or not self.visit(branches, branch, look):
                break
        return branches.bound < math.inf

    def search_dear(self, branches: Branches) -> bool:
        """The same for as long as there are branches, by turns with dives and with looking around the best plan."""
        turns, ways = Turns(3, DEAR_LEAST_SHARE), (self.look_at, self.dive, self.polish)
        while not self.now.over and not branches.ended and branches.bound < math.inf:
            way, bound, cost, began_s = turns.next(), self.now.bound, self.now.cost, self.now.elapsed_s
            ways[way](branches)
            lower = 0.0 if cost is None or self.now.cost is None else cost - self.now.cost
            turns.note(way, lower + min(self.now.bound - bound, abs(self.now.bound)), self.now.elapsed_s - began_s)
        return branches.bound < math.inf

    def look_at(self, branches: Branches) -> None:
        """Solve some more branches, and look for a plan in one that has whole openings."""
        branch = branches.next(deep=self.now.best is None, most=TURN)
        if branch is not None:
            self.visit(branches, branch, self.search_branch)

    def polish(self, _branches: Branches) -> None:
        """Look around the best plan."""
        self.plans.polish(TURN_TRIES)

    def visit(self, branches: Branches, branch: Branch, look: Callable[[Branch], bool]) -> bool:
        """Look for a plan in a branch; whether further ones are worth it."""
        self.below.enter(branches, branch)
        more = look(branch)
        branches.put_back(branch, self.now.floor)
        self.below.leave()
        return more

    def search_branch(self, branch: Branch, most_s: float = math.inf) -> bool:
        """Look for a plan in a branch; where that has been done before, or there are few groups, HiGHS ends it.

        It has a share of the time, and no more than `most_s`; whether the branch is done.
        """
        if not branch.visits and self.stage.few:
            self.stage.kernel(BRANCH_KERNEL)
        elif not branch.visits:
            self.stage.rounded()
            self.plans.close_in()
        if self.stage.few or branch.visits or self.stage.little_open:
            self.stage.finish(REST_SHARE, most_s)
        elif not self.now.over:
            self.plans.improve(FEW_TRIES)
        return self.now.over

    def search_tied(self, branch: Branch) -> bool:
        """The same where rows tie what makes branches, while, with few groups, HiGHS ends them soon."""
        few = self.stage.few
        return self.search_branch(branch, BRANCH_S if few else math.inf) or not few

    def search_hidden(self, branch: Branch) -> bool:
        """A kernel in a branch; where that has been done before, HiGHS ends it."""
        if branch.visits:
            self.stage.finish(REST_SHARE)
        else:
            self.stage.kernel(KERNELS[0])
        return True
