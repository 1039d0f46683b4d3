"""The search: prices and a bound from the relaxation, a plan from rounding, and both made better until they meet.

relaxation -> branches, where it splits what no plan splits -> plans of each, or of the whole -> HiGHS on the rest

At any moment there is a bound that no plan beats and, once one is found, a plan; they only get better. Reads the clock
for the time limit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from optimizer.errors import SolverFailed
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.branching import Branch, Branches
from optimizer.solve.decomposition.kernels import BRANCH_KERNELS, KERNELS, Kernel
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.openings import openings
from optimizer.solve.decomposition.plans import CUT_ROUNDS, Plans
from optimizer.solve.decomposition.remainder import search_remainder
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.decomposition.turns import Turns
from optimizer.solve.gate import refuse_unsafe
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome, Stopped

REMAINDER_GROUPS = 20_000
"""Up to this many groups HiGHS ends the search over what the bounds leave open."""
FIRST_CUT_ROUNDS, KERNEL_CUT_ROUNDS = 6, 15
"""Of cuts: before the first plan, and the same before a first kernel, where there are no branches to come."""
AHEAD_CUT_ROUNDS = 9
"""Of these, before a kernel that is searched beside the others."""
FEWEST_GROUPS = 300
"""Up to this many groups there is little to take apart, and HiGHS gets the whole program unless openings are dear."""
FEW_COLUMNS, REST_SHARE = 5_000, 0.25
"""Up to this many columns that are open are HiGHS's at once, for this share of the time that is left."""
MOST_BRANCHES = 4
"""Searched before the whole is: where several are as low, HiGHS has a tree of its own over all that is not whole."""
LONG_DIVE_COLUMNS = 50_000
"""From this many columns a dive may take so long that a plan is wanted before."""
TURN, TURN_TRIES = 30, 8
"""Relaxations of branches over dear openings, or neighbourhoods of the best plan, before it is asked which pays."""
RECALL_SHARE = 0.1
"""Of the time that is left, to mend the plan of a search before; what resists is searched anew."""
FEW_GROUPS, FEW_TRIES = 1_000, 5
"""Up to this many groups plans come from kernels, and HiGHS takes over after so many neighbourhoods."""
BRANCH_S = 5.0
"""With few groups, for HiGHS to end a branch: where it does not, branches are no easier than the whole."""
LOOSE_GAPS = 5.0
"""Asked gaps from the bound to a plan, beyond which none near the relaxation will do and HiGHS's own tree has to."""
KERNEL_GROUPS, KERNEL_TRIES = 3_000, 60
"""Up to this many groups a kernel is searched early; others wait for so many neighbourhoods each."""


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


class _Run:
    """One search: where it stands, its bound, and its plans."""

    def __init__(self, program: Program, solver: Solver, on_progress: OnProgress | None) -> None:
        self.program, self.solver, self.on_progress = program, solver, on_progress
        self.now = Standing(model_of(program), solver, on_progress)
        self.below = Bounding(self.now)
        self.plans = Plans(self.now, self.below)
        self.choices = self.below.model.choices
        """Groups in which anything is to be decided, before any is narrowed."""

    def go_on(self, memory: Memory) -> None:
        """Begin with the bound and the plan of a search before."""
        found = self.below.go_on(memory, self.program)
        if found is None:
            return
        self.now.offer(found.x)
        if self.now.best is None:
            self.plans.mended(found.x[self.below.left], time.monotonic() + RECALL_SHARE * self.now.left_s)

    def relax(self) -> bool:
        """Solve the relaxation with cuts; False: it has no point."""
        if self.below.recalled is not None:
            return self.below.relax(CUT_ROUNDS)
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
        if branches is not None and branches.dear:
            branches = self.first_dive(branches)
        if branches is None or self.search_all(branches):
            if not self.now.over and not self.loose:
                self.find_plans()
            self.finish()

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
        if self.below.open_columns <= FEW_COLUMNS:
            self.finish(REST_SHARE)
        self.below.leave()

    def search_all(self, branches: Branches) -> bool:
        """Look for plans in branches, of the one kind or the other; False: no branch has any plan."""
        if branches.dear:
            return self.search_dear_branches(branches)
        return self.search_branches(branches, self.search_branch)

    def search_branches(self, branches: Branches, look: Callable[[Branch], bool]) -> bool:
        """Look for plans in one branch after another, the lowest first, while that may end the search soon.

        False: no branch has any plan.
        """
        for _ in range(MOST_BRANCHES):
            branch = branches.next(deep=self.now.best is None and not self.few, most=math.inf)
            if branch is None or not self.visit(branches, branch, look):
                break
        return branches.bound < math.inf

    def search_dear_branches(self, branches: Branches) -> bool:
        """The same for as long as there are branches, by turns with dives and with looking around the best plan."""
        turns, ways = Turns(3), (self.look_at, self.dive, self.polish)
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

    def search_branch(self, branch: Branch) -> bool:
        """Look for a plan in a branch; where that has been done before, or there are few groups, HiGHS ends it.

        False: with few groups it did not.
        """
        if not branch.visits and self.few:
            self.kernels(BRANCH_KERNELS)
        elif not branch.visits:
            self.rounded()
            self.plans.close_in()
        if self.few or branch.visits or self.below.open_columns <= FEW_COLUMNS:
            self.finish(REST_SHARE, BRANCH_S if self.few else math.inf)
        elif not self.now.over:
            self.plans.improve(FEW_TRIES)
        return self.now.over or not self.few

    def find_plans(self) -> None:
        """Plans near the relaxation; then HiGHS where little is open, or chains and neighbourhoods."""
        if self.few:
            self.find_few_plans()
            return
        self.rounded()
        if self.kernel_early:
            self.plans.kernels(KERNELS[:1])
        self.plans.close_in()
        if self.loose:
            return
        if self.below.open_columns <= FEW_COLUMNS:
            self.finish(REST_SHARE)
        self.improve()

    def find_few_plans(self) -> None:
        """Kernels; where the first one fails and openings hide the gap, in branches over these before others."""
        self.kernels(KERNELS[:1])
        if self.loose:
            return
        branches = None if self.now.over or self.below.tied else self.below.branches_that_hide()
        if branches is not None:
            self.search_branches(branches, self.search_hidden)
        self.kernels(KERNELS[1:])
        self.plans.close_in()
        self.plans.improve(FEW_TRIES)

    def search_hidden(self, branch: Branch) -> bool:
        """A kernel in a branch; where that has been done before, HiGHS ends it."""
        if branch.visits:
            self.finish(REST_SHARE)
        else:
            self.kernels(KERNELS[:1])
        return True

    def improve(self) -> None:
        """Neighbourhoods of the best plan, and wide kernels where these stand still."""
        if self.choices <= REMAINDER_GROUPS:
            for kernel in KERNELS[self.kernel_early :]:
                self.plans.improve(KERNEL_TRIES)
                self.plans.kernels([kernel])
        self.plans.improve(math.inf)

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
        if self.now.over or below.relaxation is None or (self.choices > REMAINDER_GROUPS and self.now.best is not None):
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
        memory = None
        if now.best is not None and best is not None and self.below.relaxation is not None:
            memory = Memory(self.program, self.below.relaxation, self.below.left, best.x)
        by = f"decomposition, {highs.version()}"
        return Outcome(stopped, x, cost, bound, by, now.elapsed_s, now.log, memory=memory)
