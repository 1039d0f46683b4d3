"""What is searched now, the whole or one branch: its plans, its bound, and HiGHS for what the two leave open."""

from __future__ import annotations

import math
from collections.abc import Sequence

from optimizer.program.program import Program
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.kernels import Kernel
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.plans import Plans
from optimizer.solve.decomposition.remainder import search_remainder
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.highs import OnProgress

FEWEST_GROUPS = 300
"""Up to this many groups there is little to take apart, and HiGHS gets the whole program unless openings are dear."""
FEW_GROUPS = 1_000
"""Up to this many groups plans come from kernels."""
KERNEL_GROUPS = 3_000
"""Up to this many groups a kernel is searched early."""
REMAINDER_GROUPS = 20_000
"""Up to this many groups HiGHS ends the search over what the bounds leave open."""
FEW_COLUMNS, REST_SHARE = 5_000, 0.25
"""Up to this many columns that are open are HiGHS's at once, for this share of the time that is left."""
FEW_TRIES = 5
"""Neighbourhoods, after which HiGHS or a branch takes over."""
LOOSE_GAPS = 15.0
"""Asked gaps from the bound to a plan, beyond which none near the relaxation will do and HiGHS's own tree has to."""


class Stage:
    """The parts of one search, and what is done with whatever they stand at."""

    def __init__(self, program: Program, solver: Solver, on_progress: OnProgress | None) -> None:
        self.solver = solver
        self.now = Standing(model_of(program), solver, on_progress)
        self.below = Bounding(self.now)
        self.plans = Plans(self.now, self.below)
        self.choices = self.below.model.choices
        """Groups in which anything is to be decided, before any is narrowed."""

    def kernels(self, kernels: Sequence[Kernel]) -> None:
        """Plans of kernels, and the model without what no cheaper plan has."""
        self.plans.kernels(kernels)
        self.narrow()

    def rounded(self) -> None:
        """A plan by rounding, unless there is one of a search before; likewise."""
        if self.below.recalled is None:
            self.plans.quick()
        self.narrow()

    def narrow(self) -> None:
        """Leave out what no cheaper plan has, where the search goes on."""
        if not self.now.over:
            self.below.narrow()

    @property
    def small(self) -> bool:
        """Whether there is so little that it is only taken apart where openings are dear."""
        return self.choices <= FEWEST_GROUPS

    @property
    def few(self) -> bool:
        """Whether there are few groups."""
        return self.choices <= FEW_GROUPS

    @property
    def kernel_early(self) -> bool:
        """Whether HiGHS ends a kernel sooner than cuts and plans by turns do."""
        return self.choices <= KERNEL_GROUPS

    @property
    def many(self) -> bool:
        """Whether there are too many groups for HiGHS to end the search, or to search kernels in between."""
        return self.choices > REMAINDER_GROUPS

    @property
    def little_open(self) -> bool:
        """Whether HiGHS may end what is open."""
        return self.below.open_columns <= FEW_COLUMNS

    @property
    def loose(self) -> bool:
        """Whether, unless there are many groups, the bound is far below the best plan."""
        now = self.now
        return self.kernel_early and now.cost is not None and now.cost - now.bound > LOOSE_GAPS * now.asked(now.cost)

    def rest(self, time_share: float = 1.0, most_s: float = math.inf) -> Solver:
        """The settings for this share of the time that is left, and no more than so many seconds."""
        return self.solver.model_copy(update={"time_limit_s": max(0.1, min(most_s, time_share * self.now.left_s))})

    def finish(self, time_share: float = 1.0, most_s: float = math.inf) -> None:
        """Hand what the bounds leave open to HiGHS, for this share of the time that is left and no more than that."""
        self.plans.wait()
        below, best = self.below, self.plans.best
        if self.now.over or below.relaxation is None or (self.many and self.now.best is not None):
            return
        x = None if best is None else best.x[below.left]
        rest = self.rest(time_share, most_s)
        found = search_remainder(below.relaxation, below.sacks, rest, x, self.now.cost, below.tell)
        self.now.log += found.log
        if found.x is not None:
            self.plans.offer(found.x)
        below.raise_bound(found.bound)
        if found.interrupted:
            raise KeyboardInterrupt
