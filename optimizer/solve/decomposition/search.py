"""The search: prices and a bound from the relaxation, a plan from rounding, and both made better until they meet.

relaxation -> branches, where it splits what no plan splits -> plans of each, or of the whole -> HiGHS on the rest

At any moment there is a bound that no plan beats and, once one is found, a plan; they only get better. Reads the clock
for the time limit.
"""

from __future__ import annotations

import math
import time

from optimizer.errors import SolverFailed
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition.branch_search import BranchSearch
from optimizer.solve.decomposition.kernels import INDUCED, KERNELS
from optimizer.solve.decomposition.memory import Memory, remembered
from optimizer.solve.decomposition.openings import openings
from optimizer.solve.decomposition.plans import CUT_ROUNDS
from optimizer.solve.decomposition.stage import FEW_TRIES, REST_SHARE, Stage
from optimizer.solve.gate import keeps_rows, refuse_unsafe
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome, Stopped, as_proved

FIRST_CUT_ROUNDS, KERNEL_CUT_ROUNDS = 6, 15
"""Of cuts: before the first plan, and the same around a first kernel, where there are no branches to come."""
AHEAD_CUT_ROUNDS = 9
"""Of these, before a kernel that is searched beside the others."""
RECALL_SHARE = 0.1
"""Of the time that is left, to mend the plan of a search before; what resists is searched anew."""
KERNEL_TRIES = 60
"""Neighbourhoods before each further kernel."""
INDUCED_PLANS, INDUCED_TRIES, INDUCED_GAIN = 5, 3, 0.2
"""Plans of searches before whose columns a what-if's first kernels have, how many such kernels, and the asked gaps by
which one has to be better than the last for another."""
PROBED_GAPS = 1.75
"""Asked gaps from the bound to the plan that these left, up to which a probe comes before any wider kernel."""


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
    if run.small and not len(openings(run.below.model)):
        return run.by_highs(start)
    try:
        run.now.offer(start)
        run.now.fall_back()
        if memory is not None:
            run.go_on(memory)
        if not run.now.over and run.relax() and (not run.small or run.below.dear):
            run.take_apart()
        run.plans.look()
        run.plans.beside.stop()  # the threads are HiGHS's from here on
        ended = None if run.now.over else run.ask_highs(start)
        if ended in (Stopped.INFEASIBLE, Stopped.INTERRUPTED):
            return run.outcome(ended)
        proved = run.now.done or ended is Stopped.PROVED
        return run.outcome(Stopped.PROVED if proved else ended or Stopped.TIME)
    except KeyboardInterrupt:
        run.now.offer(start)  # Ctrl-C may have come while it was looked at
        run.plans.look()
        return run.outcome(Stopped.INTERRUPTED)
    finally:
        run.plans.beside.stop()


class _Run(Stage):
    """One search, from its first bound to its outcome."""

    def __init__(self, program: Program, solver: Solver, on_progress: OnProgress | None) -> None:
        super().__init__(program, solver, on_progress)
        self.program, self.on_progress = program, on_progress
        self.resists: Floats | None = None
        """Of the plans of searches before the nearest one, while it breaks rows [columns left]."""

    def go_on(self, memory: Memory) -> None:
        """Begin with the bound and the plans of searches before; without one that fits the nearest is mended."""
        found = self.below.go_on(memory, self.program)
        if found is None:
            return
        known = self.below.known_plans(found)
        self.resists = None if self.take_first(known) else known[0]
        if self.now.best is None:
            self.mend()

    def mend(self) -> None:
        """Mend the nearest of the plans of searches before, unless one will do as it is."""
        if self.resists is not None and not self.now.done:
            self.plans.mended(self.resists, time.monotonic() + RECALL_SHARE * self.now.left_s)
        self.resists = None

    def take_first(self, known: list[Floats]) -> bool:
        """Take the first of these plans [columns left] that fits; whether none comes before it."""
        for place, x in enumerate(known):
            before = self.now.best
            self.plans.offer(x)
            if self.now.best is not before:
                return place == 0
        return False

    def relax(self) -> bool:
        """Solve the relaxation with cuts; False: it has no point."""
        if self.below.recalled is not None:
            solved = self.below.relax(CUT_ROUNDS)
            self.mend()
            return solved
        if not self.kernel_early or self.below.tied:
            return self.below.relax(FIRST_CUT_ROUNDS)
        return self.relax_beside() if self.plans.beside.several else self.below.relax(KERNEL_CUT_ROUNDS)

    def relax_beside(self) -> bool:
        """The same with a kernel beside the later rounds of cuts."""
        if not self.below.relax(AHEAD_CUT_ROUNDS):
            return False
        self.plans.ahead()
        for _ in range(AHEAD_CUT_ROUNDS, KERNEL_CUT_ROUNDS, CUT_ROUNDS):
            if self.now.over or not self.below.cut_more(CUT_ROUNDS, self.now.deadline):
                break
            self.plans.look()
        return True

    def take_apart(self) -> None:
        """Make plan and bound meet, part by part, from where the relaxation stands."""
        branches = None if self.now.over else self.below.branches()
        if branches is None or BranchSearch(self).search(branches):
            self.go_between()
            if not self.now.over and not self.loose:
                self.find_plans()
            self.finish()

    def find_plans(self) -> None:
        """Plans near the relaxation; then HiGHS where little is open, or chains and neighbourhoods."""
        if self.few:
            self.find_few_plans()
            return
        self.rounded()
        if self.kernel_early:
            self.first_kernel()
        self.plans.close_in()
        if self.loose:
            return
        if self.little_open:
            self.finish(REST_SHARE)
        self.improve()

    def find_few_plans(self) -> None:
        """Kernels, and probes of what is below; where openings hide the gap, branches over these before others."""
        if self.near:
            self.probe()
        self.first_kernel()
        self.narrow()
        if self.loose:
            return
        self.catch_up()
        self.probe()
        branches = None if self.now.over or self.below.tied else self.below.branches_that_hide()
        if branches is not None:
            BranchSearch(self).search_hiding(branches)
        for kernel in KERNELS[1:]:
            self.kernel(kernel)
            self.probe()
        self.plans.close_in()
        self.plans.improve(FEW_TRIES)

    def go_between(self) -> None:
        """In a what-if, kernels between its plan and the relaxation while they gain; then cuts and a probe."""
        recalled = self.below.recalled
        if recalled is None or not self.few or self.plans.best is None or self.gaps == math.inf:
            return
        if self.near:
            self.probe()
        self.plans.cross(recalled.plans[:INDUCED_PLANS])
        for _ in range(INDUCED_TRIES):
            before = self.gaps
            self.kernel(INDUCED)
            if self.now.over or self.gaps <= PROBED_GAPS or before - self.gaps < INDUCED_GAIN:
                break
        if self.gaps <= PROBED_GAPS:
            self.catch_up()
            self.probe()

    def first_kernel(self) -> None:
        """The first of `KERNELS`; where it has no plan that will do, later ones have what all known plans use, too."""
        self.plans.kernel(KERNELS[0])
        if self.below.recalled is not None:
            self.plans.cross(self.below.recalled.plans)

    def catch_up(self) -> None:
        """Cuts for a search that went on from others: it had few rounds of them, and is not one of the easy ones."""
        if not self.now.over and self.below.recalled is not None:
            self.below.cut_more(KERNEL_CUT_ROUNDS, self.now.deadline)
            self.narrow()

    def improve(self) -> None:
        """Neighbourhoods of the best plan, and wide kernels where these stand still."""
        if not self.many:
            for kernel in KERNELS[self.kernel_early :]:
                self.plans.improve(KERNEL_TRIES)
                self.plans.kernel(kernel)
        self.plans.improve(math.inf)

    def ask_highs(self, start: Floats | None) -> Stopped:
        """The whole program to HiGHS from the best plan, or else near `start`, after the parts; how that ended.

        Raises `SolverFailed` where HiGHS fails and no plan is held, or says that no plan exists and one is.
        """
        begin = start if self.now.best is None else self.now.best.x
        try:
            found = highs.search(
                self.program, self.rest(), begin, lambda now: self.now.tell(now.bound_usd, now.cost_usd)
            )
        except SolverFailed as failure:
            if self.now.held is None:
                raise
            self.now.log += f"{failure}\n"
            return Stopped.TOLERANCE
        self.now.log += found.log
        self.now.offer(found.x)
        if self.now.best is None and found.x is not None and keeps_rows(self.program, found.x):
            # rounding what HiGHS takes for whole may move a row by more than is let pass here
            self.now.hold(found.x, self.program.cost_usd(found.x))
        if found.bound_usd is not None:
            self.now.raise_bound(found.bound_usd)
        if found.stopped is Stopped.INFEASIBLE and self.now.held is not None:
            raise SolverFailed("HiGHS calls the program infeasible, but a plan of it is held")
        return found.stopped

    def by_highs(self, start: Floats | None) -> Outcome:
        """The whole program to HiGHS: there is little to take apart."""
        return highs.search(self.program, self.rest(), start, self.on_progress)

    def outcome(self, stopped: Stopped) -> Outcome:
        """Where the search stands now."""
        now, best = self.now, self.now.held
        bound = None if now.bound == -math.inf or stopped is Stopped.INFEASIBLE else now.bound
        if best is not None and bound is not None:
            bound = min(bound, best.cost)
        x, cost = (None, None) if best is None else (best.x, self.program.cost_usd(best.x))
        by = f"decomposition, {highs.version()}"
        return as_proved(Outcome(stopped, x, cost, bound, by, now.elapsed_s, now.log, memory=self.memory), self.solver)

    @property
    def memory(self) -> Memory | None:
        """What a search over a program that differs a little may go on from."""
        best, below = self.now.best, self.below
        if best is None or below.relaxation is None:
            return None
        plans, pool = remembered(best.x, below.recalled), below.pool(self.program)
        return Memory(self.program, below.relaxation, below.left, below.sacks, plans, pool)
