"""Branches: what a few columns that are in no group decide, such as whether a pool opens and how large it is.

The relaxation buys a pool's whole volume at its cheapest tier and opens a sliver of that tier, so that it is far below
every plan. Holding such columns at 0 or 1, one after another, gives branches whose relaxations are near to their plans
(Land and Doig 1960). The lowest branch is looked at first; they share one linear program, whose bounds change from
branch to branch, and cuts, which hold in all of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.bound import safe_bound
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.gains import Gains, Step
from optimizer.solve.decomposition.relaxation import Relaxation, relaxation_at
from optimizer.solve.decomposition.standing import Standing

SLACK = 0.2
"""Of the asked gap: a branch in which a plan can be looked for is taken if none is lower by more than this."""
MOST_SOLVED = 300
"""Relaxations, after which the tree is too large to be worth it."""
MOST_VISITS = 2
"""After which nothing more can be done in a branch: the second time HiGHS ends it."""


@dataclass(order=True)
class Branch:
    """Some columns held at 0 or 1."""

    bound: float
    """No plan with them costs less."""
    number: int
    held: dict[int, float] = field(compare=False)
    """Value by column of the core's model."""
    step: Step | None = field(compare=False, default=None)
    """The last of them, and from where it was held."""
    solved: bool = field(compare=False, default=False)
    split: Step | None = field(compare=False, default=None)
    """What to hold next, at the value that the relaxation has; None: it has whole numbers."""
    cut: bool = field(compare=False, default=False)
    """Whether cuts were looked for in it."""
    visits: int = field(compare=False, default=0)
    """How often a plan was looked for in it."""

    @property
    def whole(self) -> bool:
        """Whether its relaxation has whole numbers where it matters."""
        return self.solved and self.split is None


class Branches:
    """The branches of a core, over columns that may be held."""

    def __init__(self, core: Core, columns: Codes, cut: Callable[[Core], Relaxation]) -> None:
        """`cut` looks for cuts where the core stands."""
        self.columns = np.sort(columns)
        self._core, self._cut = core, cut
        self._gains = Gains()
        self._numbers, self._solved = count(), 0
        self._heap = [Branch(-np.inf, next(self._numbers), {})]

    @property
    def bound(self) -> float:
        """No plan that is in a branch here costs less; infinite: there is none."""
        return self._heap[0].bound if self._heap else np.inf

    def next(self, now: Standing, deep: bool) -> Branch | None:
        """Take out a branch to look for a plan in; None: none is left, or it takes too long.

        If `deep`, the first one to be come upon: each time the lower of two halves is halved.
        """
        while self._told(now) < np.inf and not now.done and now.left_s > 0.0 and self._solved < MOST_SOLVED:
            branch = self._pop_deepest() if deep else self._pop(SLACK * now.asked(self.bound))
            if branch.whole and branch.cut:
                if branch.visits < MOST_VISITS:
                    return branch
                heapq.heappush(self._heap, branch)
                return None
            if branch.split is not None:
                self._halve(branch, branch.split)
            else:
                self._look(branch, now.deadline)
                heapq.heappush(self._heap, branch)
        return None

    def put_back(self, branch: Branch, bound: float) -> None:
        """A branch that has been searched, with the bound that it has now."""
        branch.bound, branch.visits = max(branch.bound, bound), branch.visits + 1
        heapq.heappush(self._heap, branch)

    def relaxation(self, branch: Branch, deadline: float) -> Relaxation:
        """Where the relaxation of a branch stands."""
        self._solve(branch, deadline)
        core = self._core
        return relaxation_at(core.model, core.prices, core.link_rows, core.x)

    def held(self, branch: Branch) -> tuple[Floats, Floats]:
        """The least and the most value of every column that may be held."""
        least, most = np.zeros(len(self.columns)), np.ones(len(self.columns))
        at = np.searchsorted(self.columns, np.fromiter(branch.held, dtype=np.int64, count=len(branch.held)))
        least[at] = most[at] = list(branch.held.values())
        return least, most

    def _told(self, now: Standing) -> float:
        """The bound, told unless it is infinite."""
        if self.bound < np.inf:
            now.raise_bound(self.bound)
        return self.bound

    def _pop(self, slack: float) -> Branch:
        """The lowest branch, or one to look for a plan in that is hardly higher."""
        lowest = self._heap[0]
        near = [one for one in self._heap if one.whole and not one.visits and one.bound <= lowest.bound + slack]
        if not near or not lowest.solved:
            return heapq.heappop(self._heap)
        return self._take(min(near))

    def _pop_deepest(self) -> Branch:
        """The lowest of the branches that hold most, once all these are solved."""
        left = [one for one in self._heap if not one.visits and one.bound < np.inf]
        if not left:
            return heapq.heappop(self._heap)
        return self._take(min(left, key=lambda one: (-len(one.held), one.solved, one.bound)))

    def _take(self, branch: Branch) -> Branch:
        self._heap.remove(branch)
        heapq.heapify(self._heap)
        return branch

    def _halve(self, branch: Branch, split: Step) -> None:
        for value in (0.0, 1.0):
            held = branch.held | {split.column: value}
            heapq.heappush(self._heap, Branch(branch.bound, next(self._numbers), held, split.to(value)))

    def _look(self, branch: Branch, deadline: float) -> None:
        """Solve the relaxation; where that has been done and it is whole, look for cuts, which all others have, too."""
        if self._solve(branch, deadline) and branch.whole and not branch.cut:
            branch.cut = True
            branch.bound = max(branch.bound, self._cut(self._core).bound)
            self._split(branch)

    def _solve(self, branch: Branch, deadline: float) -> bool:
        """Solve the relaxation of a branch; False: out of time, or it has no point."""
        core = self._core
        self._solved += 1
        core.hold(self.columns, *self.held(branch))
        while solved := core.solve(deadline):
            if not core.grow():
                break
        if solved:
            before, branch.bound = branch.bound, max(branch.bound, safe_bound(core.model, core.prices))
            self._gains.note(branch.step, branch.bound - before)
            branch.step, branch.solved = None, True
            self._split(branch)
        elif not core.feasible:
            branch.bound, branch.solved, branch.cut, branch.split = np.inf, True, True, None
        return solved

    def _split(self, branch: Branch) -> None:
        branch.split = self._gains.choice(self.columns, self._core.x[self.columns])
