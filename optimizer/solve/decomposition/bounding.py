"""The bound of a search: the relaxation with its cuts, over the columns that a cheaper plan may still have."""

from __future__ import annotations

import math
import time

import numpy as np

from optimizer.program.program import Program
from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.bound import safe_bound
from optimizer.solve.decomposition.branching import Branch, Branches
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.cut_pool import CutPool, FoundCuts
from optimizer.solve.decomposition.cuts import Cuts, LookUp, joined
from optimizer.solve.decomposition.gains import split_at
from optimizer.solve.decomposition.knapsacks import knapsacks, too_large
from optimizer.solve.decomposition.memory import Memory, Recalled, recall
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.neighbourhoods import rounded
from optimizer.solve.decomposition.openings import dear_openings, hiding_openings, tied
from optimizer.solve.decomposition.prices import guess_prices
from optimizer.solve.decomposition.relaxation import Relaxation, relaxation_at, solve_relaxation
from optimizer.solve.decomposition.sacks import Knapsack
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.decomposition.tightening import tightened

GUESS_GROUPS = 1_500
"""From this many groups prices are guessed before the relaxation is solved."""
BRANCH_CUT_ROUNDS = 8
"""Of cuts in a branch in which plans are looked for."""
LEAST_NARROWED = 0.1
"""Share of the columns from which it is worth to leave them out."""


class Bounding:
    """Raises the bound of a search, and leaves out what its best plan makes needless."""

    def __init__(self, now: Standing) -> None:
        self.now, whole = now, tightened(now.model)
        self.model, self.left = whole.without(too_large(whole, knapsacks(whole)))
        """The model of the columns that are left, and their numbers in the whole."""
        self.sacks: list[Knapsack] = knapsacks(self.model)
        self._first = self.left, self.sacks
        """With which the search begins."""
        self.tied = bool(len(tied(self.model)))
        """Whether there are columns that make branches whatever the relaxation is."""
        self.relaxation: Relaxation | None = None
        self.recalled: Recalled | None = None
        self.elsewhere = math.inf
        """Bound of the branches that are not searched now."""
        self._known: LookUp | None = None
        """Cuts of searches before."""
        self._found: list[FoundCuts] = []
        """Cuts of this one."""
        self._in_branch = False
        self._core: Core | None = None
        self._whole: tuple[Model, Codes, list[Knapsack], Relaxation] | None = None

    @property
    def reached(self) -> Relaxation:
        """Where the relaxation stands, once there is one."""
        assert self.relaxation is not None
        return self.relaxation

    def go_on(self, memory: Memory, program: Program) -> Recalled | None:
        """Begin with the bound of a search before; what of it is of use."""
        found = self.recalled = recall(memory, program, self.model, self.left, self.sacks)
        if found is not None:
            self._take(relaxation_at(found.model, found.prices, found.links, found.point, found.basis))
        return found

    def relax(self, rounds: int) -> bool:
        """Solve the relaxation with so many rounds of cuts; False: it has no point."""
        model, guess, links, basis = self.model, None, None, None
        if self.recalled is not None:
            known = self.recalled
            model, guess, links, basis = known.model, known.prices, known.links, known.basis
            self._known = known.pool.recalled(known.program, self.model, *self._first)
        elif self.model.groups > GUESS_GROUPS:
            guess = guess_prices(self.model, self.now.deadline)
            self.raise_bound(safe_bound(self.model, guess))  # long before the relaxation is solved
        self._core = Core(model, guess, links, basis, self._known)
        return self._solve(rounds, self.now.deadline)

    def cut_more(self, rounds: int, deadline: float) -> bool:
        """Look for further cuts from where the relaxation stands; whether more of them may help."""
        found = self.reached
        if not found.cuttable or time.monotonic() >= deadline:
            return False
        self._core_of(found)
        return self._solve(rounds, deadline) and self.reached.cuttable

    @property
    def dear(self) -> bool:
        """Whether what the relaxation splits of openings is a large part of the cost."""
        return bool(len(dear_openings(self.model, self.reached.x)))

    def branches(self) -> Branches | None:
        """The branches over columns that no plan splits; None: the relaxation splits none of them."""
        dear = dear_openings(self.model, self.reached.x)
        return self._branches(np.union1d(tied(self.model), dear), bool(len(dear)))

    def branches_that_hide(self) -> Branches | None:
        """The branches over openings that hide a good part of the asked gap, each alone; None: there are none."""
        found = self.reached
        return self._branches(hiding_openings(self.model, found.x, self.now.asked(found.bound)), dear=False)

    def _branches(self, columns: Codes, dear: bool) -> Branches | None:
        found, now, sacks = self.reached, self.now, self.sacks
        if not len(split_at(found.x[columns])):
            return None
        self._whole = self.model, self.left, sacks, found

        def cut(core: Core) -> Relaxation:
            return solve_relaxation(core, sacks, BRANCH_CUT_ROUNDS, now.asked, now.deadline, now.cost)

        totals = [sack for sack in sacks if sack.closed]
        return Branches(self._core_of(found), columns, cut, totals, now, dear)

    def enter(self, branches: Branches, branch: Branch) -> None:
        """Go on in one branch, without the columns that it holds at 0."""
        assert self._whole is not None
        found = branches.relaxation(branch)
        least, most = branches.held(branch)
        none = branches.columns[most == 0.0]
        model, left = self._whole[0].held(branches.columns, least, most).without(none)
        self.elsewhere, self.now.branch_bound, self._in_branch = branches.bound, -math.inf, True
        self._go_to(model, self._whole[1][left], knapsacks(model), found.without(none))
        self.raise_bound(max(branch.bound, found.bound))

    def leave(self) -> None:
        """Go on with the whole."""
        assert self._whole is not None
        self.elsewhere, self.now.branch_bound, self._in_branch = math.inf, -math.inf, False
        self._go_to(*self._whole)

    def raise_bound(self, bound: float) -> None:
        """Take a bound on what is searched now; on all plans it is one as far as no other branch is lower."""
        if min(bound, self.elsewhere) < math.inf:
            self.now.raise_bound(min(bound, self.elsewhere))
        self.now.branch_bound = max(self.now.branch_bound, self.now.stepped(bound))

    def tell(self, bound: float | None, cost: float | None) -> None:
        """Tell of a bound on what is searched now, and of a plan's cost, that have not been handed over yet."""
        self.now.tell(None if bound is None else min(bound, self.elsewhere), cost)

    def pool(self, program: Program) -> CutPool:
        """The cuts that are known by now, of the program that is searched."""
        if self._known is None and not self._found and self.recalled is not None:
            return self.recalled.pool
        parts = [*reversed(self._found)]
        if self._known is not None:
            used, known = self._known.used, self._known
            parts = [FoundCuts(*self._first, known.part(used)), *parts, FoundCuts(*self._first, known.part(~used))]
        return CutPool(program, self.model.of_program, tuple(parts))

    def known_plans(self, recalled: Recalled) -> list[Floats]:
        """Plans of the searches before [columns left], that of least cost with each break of a row at its price first.

        They may have nothing of a group, where what they took of it is gone.
        """
        found = [recalled.plan(place)[self.left] for place in range(recalled.plans.shape[0])]
        return sorted(found, key=self._at_prices)

    def _at_prices(self, x: Floats) -> float:
        """Cost of a plan, breaks of rows at their prices, with what is cheapest in groups that it leaves out."""
        model = self.model
        whole = x if model.has_one_of_each(x) else rounded(model, x, self.reached.reduced)
        return model.value(whole) + float(np.abs(self.reached.prices[: len(model.lower)]) @ model.violation(whole))

    @property
    def open_columns(self) -> int:
        """How many columns of groups a plan may have that has to be looked for."""
        if self.now.best is None:
            return self.model.size
        return int((~self.reached.hopeless(self.now.end) & (self.model.group >= 0)).sum())

    def narrow(self) -> None:
        """Go on without columns that no plan of use has, but for those of the best one."""
        best, found = self.now.best, self.relaxation
        if best is None or found is None:
            return
        used, useless = (best.x[self.left] > 0.0) | (found.x > 0.0), self.now.useless
        columns = np.flatnonzero(found.hopeless(useless) & ~used & (self.model.group >= 0))
        if len(columns) < LEAST_NARROWED * self.model.size:
            return
        self.now.leave_out(useless)
        model, left = self.model.without(columns)
        narrower, sacks = found.without(columns), knapsacks(model)
        self._go_to(model, self.left[left], sacks, narrower)

    def _go_to(self, model: Model, left: Codes, sacks: list[Knapsack], found: Relaxation) -> None:
        """Together, so that Ctrl-C finds all of it changed or nothing."""
        self.relaxation, self.model, self.left, self.sacks = found, model, left, sacks

    def _core_of(self, found: Relaxation) -> Core:
        """The core that stands where a relaxation does."""
        if self._core is None or self._core.model is not found.model:
            self._core = Core(found.model, found.prices, found.links, found.basis)
        return self._core

    def _solve(self, rounds: int, deadline: float) -> bool:
        assert self._core is not None
        found = solve_relaxation(self._core, self.sacks, rounds, self.now.asked, deadline, self.now.cost)
        self._keep(self._core.found)
        self._take(found)
        return found.feasible

    def _keep(self, found: list[Cuts]) -> None:
        """Take cuts over the columns that are left over for the pool, unless they are of a branch."""
        if found and not self._in_branch:
            self._found.append(FoundCuts(self.left, self.sacks, joined(found)))
        found.clear()

    def _take(self, found: Relaxation) -> None:
        self.relaxation = found
        if found.feasible:
            self.raise_bound(found.bound)
