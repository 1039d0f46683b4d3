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
from optimizer.solve.decomposition.core import FEASIBILITY, Core
from optimizer.solve.decomposition.gains import Gains, Step, split_at
from optimizer.solve.decomposition.relaxation import Relaxation, relaxation_at
from optimizer.solve.decomposition.sacks import Knapsack
from optimizer.solve.decomposition.standing import Standing

SLACK = 0.2
"""Of the asked gap: a branch in which a plan can be looked for is taken if none is lower by more than this."""
MOST_SOLVED = 100
"""Relaxations, after which the tree is too large to be worth it."""
MOST_DEAR_SOLVED = 5_000
"""The same where openings are dear."""
MOST_VISITS = 2
"""After which nothing more can be done in a branch: the second time HiGHS ends it."""
LEAST_RISE, LEAST_RISE_SHARE = 1e-5, 0.02
"""Of cost without a plan, of what is left to a plan's cost with one: a relaxation that rises less is solved enough."""
TOTAL_ROUNDS = 3
"""Of cuts of what openings together need room for, in every branch."""
DIVE_WITHIN, DIVE_SHARE = 0.1, 0.15
"""A dive holds columns that are so near to 0 or 1, or else this share of those between, the nearest ones."""
PATIENT_STEPS = 25
"""Of a dive, after which each opens what has most of the point, too: that may go to one after another of its like."""


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

    def __init__(
        self,
        core: Core,
        columns: Codes,
        cut: Callable[[Core], Relaxation],
        totals: list[Knapsack],
        now: Standing,
        dear: bool,
    ) -> None:
        """`cut` looks for cuts where the core stands, in a branch that is whole; of `totals` any branch looks for some.

        `dear`: what is split of the columns is a large part of the cost.
        """
        self.columns, self.dear, self._now = np.sort(columns), dear, now
        self._most_solved = MOST_DEAR_SOLVED if dear else MOST_SOLVED
        self._core, self._cut, self._totals = core, cut, totals
        self.ended = False
        """Whether no further branch is to be had, though not all are done."""
        self._gains = Gains()
        self._numbers, self.solved = count(), 0
        self._heap = [Branch(-np.inf, next(self._numbers), {})]

    @property
    def bound(self) -> float:
        """No plan that is in a branch here costs less; infinite: there is none."""
        return self._heap[0].bound if self._heap else np.inf

    def next(self, deep: bool, most: float) -> Branch | None:
        """Take out a branch to look for a plan in, after at most so many relaxations; None: no such branch is there.

        If `deep`, the first one to be come upon: each time the lower of two halves is halved.
        """
        now, end = self._now, self.solved + most
        while self._told() < np.inf and not now.done and now.left_s > 0.0 and self.solved < end:
            if self.solved >= self._most_solved:
                self.ended = True
                return None
            branch = self._pop_deepest() if deep else self._pop(SLACK * now.asked(self.bound))
            if branch.whole and branch.cut:
                if branch.visits < MOST_VISITS:
                    return branch
                heapq.heappush(self._heap, branch)
                self.ended = True
                return None
            if branch.split is not None:
                self._halve(branch, branch.split)
            else:
                self._look(branch)
                heapq.heappush(self._heap, branch)
                if not branch.solved:  # out of time, or HiGHS makes nothing of its numbers
                    self.ended = True
                    return None
        return None

    def dive(self) -> Branch | None:
        """A part of the lowest branch to look for a plan in: several columns held at a time.

        Where there is no point any more, what was held last is all held at 1 instead. None: out of time, or a dead end.
        What is found is not to be put back, as the branch is still there.
        """
        lowest = self._heap[0]
        branch, instead, began = Branch(lowest.bound, next(self._numbers), lowest.held), None, self.solved
        while True:
            if not self._solve(branch):
                if instead is None or branch.bound < np.inf:
                    return None
                branch, instead = instead, None
                continue
            if branch.split is None:
                return branch
            x = self._core.x[self.columns]
            between = split_at(x)
            distance = np.minimum(x[between], 1.0 - x[between])
            near = distance <= max(DIVE_WITHIN, float(np.quantile(distance, DIVE_SHARE)))
            whole, most = np.rint(x[between]), int(np.argmax(x[between]))
            if self.solved - began >= PATIENT_STEPS:
                near[most], whole[most] = True, 1.0
            column, nearest = self.columns[between[near]].tolist(), whole[near].tolist()
            held = branch.held
            branch = Branch(branch.bound, next(self._numbers), held | dict(zip(column, nearest, strict=True)))
            instead = Branch(branch.bound, next(self._numbers), held | dict.fromkeys(column, 1.0))

    def put_back(self, branch: Branch, bound: float) -> None:
        """A branch that has been searched, with the bound that it has now."""
        branch.bound, branch.visits = max(branch.bound, bound), branch.visits + 1
        heapq.heappush(self._heap, branch)

    def relaxation(self, branch: Branch) -> Relaxation:
        """Where the relaxation of a branch stands."""
        self._solve(branch, exact=True)
        core = self._core
        return relaxation_at(core.model, core.prices, core.link_rows, core.x, core.basis)

    def held(self, branch: Branch) -> tuple[Floats, Floats]:
        """The least and the most value of every column that may be held."""
        least, most = np.zeros(len(self.columns)), np.ones(len(self.columns))
        at = np.searchsorted(self.columns, np.fromiter(branch.held, dtype=np.int64, count=len(branch.held)))
        least[at] = most[at] = list(branch.held.values())
        return least, most

    def _told(self) -> float:
        """The bound, told unless it is infinite."""
        if self.bound < np.inf:
            self._now.raise_bound(self.bound)
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

    def _look(self, branch: Branch) -> None:
        """Solve the relaxation; where that has been done and it is whole, look for cuts, which all others have, too."""
        if self._solve(branch) and branch.whole and not branch.cut:
            branch.cut = True
            branch.bound = max(branch.bound, self._cut(self._core).bound)
            self._split(branch)

    def _solve(self, branch: Branch, exact: bool = False) -> bool:
        """Solve the relaxation of a branch, if not `exact` as far as is worth it.

        False: out of time, or it has no point.
        """
        core = self._core
        self.solved += 1
        core.hold(self.columns, *self.held(branch))
        before, value = branch.bound, -np.inf
        rounds = TOTAL_ROUNDS if self._totals and not exact else 0
        while solved := core.solve(self._now.deadline):
            grown, last, value = core.grow(), value, core.model.value(core.x)
            if rounds and not grown and core.slack_used <= FEASIBILITY and core.cut(self._totals):
                rounds -= 1
                continue
            if not grown or (not exact and core.slack_used <= FEASIBILITY and self._enough(value, last)):
                break
        if solved:
            branch.bound = max(branch.bound, safe_bound(core.model, core.prices))
            self._gains.note(branch.step, branch.bound - before)
            branch.step, branch.solved = None, True
            self._split(branch)
        elif not core.feasible:
            branch.bound, branch.solved, branch.cut, branch.split = np.inf, True, True, None
        return solved

    def _enough(self, value: float, last: float) -> bool:
        """Whether a relaxation that rose to `value` need rise no further: to no cheaper plan, or hardly any more."""
        cost = self._now.cost
        if cost is None:
            return value - last < LEAST_RISE * abs(value)
        end = cost - self._now.asked(cost)
        return value >= end + LEAST_RISE * abs(value) or value - last < LEAST_RISE_SHARE * (end - value)

    def _split(self, branch: Branch) -> None:
        branch.split = self._gains.choice(self.columns, self._core.x[self.columns])
