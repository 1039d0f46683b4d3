"""What is searched now, the whole or one branch: its plans, its bound, and HiGHS for what the two leave open."""

from __future__ import annotations

import math
import time

from optimizer.program.program import Program
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.climbing import Climbing
from optimizer.solve.decomposition.kernels import Kernel
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.plans import Plans
from optimizer.solve.decomposition.remainder import Sought
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.decomposition.submip import LEAN
from optimizer.solve.highs import OnProgress, Options

FEWEST_GROUPS = 20
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
PROBE_GAPS, FURTHER_GAPS, PROBE_S, WHAT_IF_PROBE_S = 0.5, 0.25, 1.5, 0.8
"""Asked gaps above the bound of the relaxation, and above what is proved by then, and seconds, for a probe."""
WHOLE_GAPS = 0.75
"""Asked gaps above the bound of the relaxation, up to which a probe is made to where a bound would end the search."""
NEAR_GAPS, NEAR_S = 1.15, 4.0
"""Asked gaps from the bound to a plan, up to which a probe is quicker than a kernel, and what it may take then."""
LOOSE_GAPS = 15.0
"""Asked gaps from the bound to a plan, beyond which none near the relaxation will do and HiGHS's own tree has to."""


class Stage:
    """The parts of one search, and what is done with whatever they stand at."""

    def __init__(self, program: Program, solver: Solver, on_progress: OnProgress | None) -> None:
        self.solver = solver
        self.now = Standing(model_of(program), solver, on_progress)
        self.below = Bounding(self.now)
        self.plans = Plans(self.now, self.below)
        self.climbing = Climbing(self.now, self.below, self.plans)
        self.choices = self.below.model.choices
        """Groups in which anything is to be decided, before any is narrowed."""
        self._vain = math.inf
        """The lowest end that a probe did not come to."""

    def kernel(self, kernel: Kernel) -> None:
        """Plans of a kernel, and the model without what no plan of use has."""
        self.plans.kernel(kernel)
        self.narrow()

    def rounded(self) -> None:
        """A plan by rounding, unless there is one of a search before; likewise."""
        if self.below.recalled is None:
            self.plans.quick()
        self.narrow()

    def narrow(self) -> None:
        """Leave out what no plan of use has, where the search goes on."""
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
        return self.kernel_early and self.now.best is not None and self.gaps > LOOSE_GAPS

    @property
    def near(self) -> bool:
        """Whether the bound is so near to the best plan that a probe costs less than a kernel."""
        return self.gaps <= NEAR_GAPS

    @property
    def gaps(self) -> float:
        """Asked gaps from what is proved to the best plan; infinite without a plan, or where no gap is asked for."""
        now = self.now
        asked = 0.0 if now.cost is None else now.asked(now.cost)
        return math.inf if now.cost is None or not asked else (now.cost - now.floor) / asked

    def rest(self, time_share: float = 1.0, most_s: float = math.inf) -> Solver:
        """The settings for this share of the time that is left, and no more than so many seconds."""
        return self.solver.model_copy(update={"time_limit_s": self.rest_s(time_share, most_s)})

    def rest_s(self, time_share: float, most_s: float) -> float:
        """That share, in seconds."""
        return max(0.1, min(most_s, time_share * self.now.left_s))

    def finish(self, time_share: float = 1.0, most_s: float = math.inf) -> None:
        """Hand what the bounds leave open to HiGHS, for this share of the time that is left and no more than that."""
        self.plans.wait()
        if self.now.over or self.below.relaxation is None or (self.many and self.now.best is not None):
            return
        if self.climbing.fits:
            self.climbing.climb(time.monotonic() + self.rest_s(time_share, most_s))
            self.narrow()
            if self.now.over:
                return
        self._hand_over(self.now.end, self.rest(time_share, most_s), {})

    def probe(self) -> None:
        """Ask HiGHS for a moment whether any plan costs hardly more than the bound; if none does, that is a bound.

        Not where that was asked before, and no answer came.
        """
        self.plans.wait()
        now, found = self.now, self.below.relaxation
        if now.over or found is None or self.plans.best is None:
            return
        asked = now.asked(found.bound)
        end = max(found.bound + PROBE_GAPS * asked, now.floor + FURTHER_GAPS * asked)
        end = now.end if now.end - found.bound <= WHOLE_GAPS * asked else min(end, now.end)
        if not now.floor < end < self._vain:
            return
        usual = PROBE_S if self.below.recalled is None else WHAT_IF_PROBE_S
        self._hand_over(end, self.rest(most_s=NEAR_S if self.near else usual), LEAN)
        if not now.over and now.floor < min(end, now.end):
            self._vain = end

    def _hand_over(self, end: float, rest: Solver, further: Options) -> None:
        """Hand to HiGHS what plans that cost less than `end` may have, with these settings and further options."""
        below, best, cost = self.below, self.plans.best, self.now.cost
        x = None if best is None else best.x[below.left]
        sought = None if cost is None else Sought(cost, x, end, self.now.target(cost))
        self.plans.by_highs(rest, sought, further)
