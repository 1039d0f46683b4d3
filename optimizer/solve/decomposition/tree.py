"""A tree over what is left of a program: whether any plan costs less than some end, and the cheapest that does.

With the cuts that are there and an end near the bound, few columns are left and hardly more than linear programs is
needed; HiGHS's own tree spends most of its time on looking for cuts and plans. This one is searched depth first, so
that each linear program differs from the last by a few bounds (Land and Doig 1960). In every branch columns are left
out whose reduced cost says that no plan there costs less than the end (Posta, Ferland and Michelon 2012, "An exact
method with variable fixing for solving the generalized assignment problem"). What to hold next is chosen by what it
gained before, once both sides have been tried (Achterberg, Koch and Martin 2005, "Branching rules revisited").

Every branch is closed by a Lagrangian bound at the prices, or the ray, that HiGHS ended with, rounded to the safe side:
what HiGHS says about a linear program is never taken on trust.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.bound import (
    alone_terms,
    hopeless,
    open_minima,
    row_terms,
    safe_bound,
    safe_bound_with,
    safe_reduced_costs,
    usable,
)
from optimizer.solve.decomposition.core_lp import CoreLp, Part
from optimizer.solve.decomposition.gains import Gains, Step, split_at
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.submip import may_bind

TRIED, TRY_ITERATIONS = 8, 40
"""Columns that are tried on both sides before one is held, and iterations of the simplex method for each side."""
WORSE = 4
"""Columns in a row that promise less, after which no more are tried."""
NO_LIMIT = 2**31 - 1
SIDES = (0.0, 1.0)
_OPTIMAL, _INFEASIBLE = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible


@dataclass(frozen=True)
class _Branch:
    """Some columns held at 0 or 1."""

    least: Floats
    """[columns]"""
    most: Floats
    bound: float = -np.inf
    """No plan in it costs less."""
    step: Step | None = None
    """The last column that was held."""
    value: float = -np.inf
    """Of the linear program before that."""
    share: float = 1.0
    """Of the tree, were all of it equally deep."""


@dataclass(frozen=True)
class _Solved:
    """The linear program of a branch."""

    held: Model
    """The model with the bounds of the branch."""
    bound: float
    """Safe; infinite: the branch has no plan."""
    value: float
    x: Floats
    """[columns]"""
    lowest: Floats
    """Numbers that no reduced cost is below [columns]."""


class Unproved(Exception):
    """HiGHS makes nothing of a linear program, or no bound follows from what it says."""


class Tree:
    """The search of one tree."""

    def __init__(self, relaxation: Relaxation, end: float, lower: Callable[[Floats], float]) -> None:
        """Look for plans of the relaxation's model that cost less than `end`.

        `lower` is told every plan found [columns], each cheaper than the one before, and gives the end from then on.
        """
        model = relaxation.model
        self.model, self.end, self.lower = model, end, lower
        part = _part(model)
        self._lp = CoreLp(part, elastic=False, basis=relaxation.basis)
        self._decided = model.offset + float(model.cost[part.decided[part.decided >= 0]].sum())
        """Cost that is not in the linear program."""
        self._lp.highs.setOptionValue("presolve", "off")
        here = self._lp.columns
        self._here, self._integer = here, here[model.integer[here]]
        self._held = model.least[here], model.most[here]
        self._gains = Gains()
        self._branches = [_Branch(model.least, model.most)]
        self.solved = 0
        """Linear programs."""

    @property
    def ahead(self) -> float:
        """How many times as much as was searched is left, were all of the tree equally deep (Knuth 1975, "Estimating
        the efficiency of backtrack programs").
        """
        left = sum(branch.share for branch in self._branches)
        return left / (1.0 - left) if left < 1.0 else math.inf

    def search(self, most: int, deadline: float = math.inf) -> bool:
        """Look for plans; whether there is none that costs less than the end, but those that were told.

        False: at `deadline` on the monotonic clock, or after so many linear programs; it may be gone on with. Raises
        `Unproved` where nothing follows from what HiGHS says.
        """
        end, branches = self.solved + most, self._branches
        while branches:
            if self.solved >= end or time.monotonic() >= deadline:
                return False
            branch = branches.pop()
            if branch.bound < self.end:
                branches += self._look(branch)
        return True

    def _look(self, branch: _Branch) -> list[_Branch]:
        """The branches that are left of this one, the one to look at next last."""
        solved = self._solve(branch.least, branch.most)
        self._gains.note(branch.step, max(0.0, solved.value - branch.value))
        if max(branch.bound, solved.bound) >= self.end:
            return []
        branch = self._narrowed(branch, solved)
        split = self._integer[split_at(solved.x[self._integer])]
        if not len(split):
            self._whole(solved)
            return []
        return self._halves(branch, solved, split)

    def _narrowed(self, branch: _Branch, solved: _Solved) -> _Branch:
        """The branch with its bound, without what no plan has that costs less than the end."""
        # with the bound at the same prices, though the branch may have a higher one from others
        out = hopeless(solved.held, solved.lowest, solved.bound, self.end)
        return replace(branch, most=np.where(out, 0.0, branch.most), bound=max(branch.bound, solved.bound))

    def _whole(self, solved: _Solved) -> None:
        """Take a point of whole numbers for a plan, the cheapest one in its branch."""
        self.end = min(self.end, self.lower(np.where(self.model.integer, np.rint(solved.x), solved.x)))
        if self.end > solved.bound:
            raise Unproved  # rounding breaks a row or the bound, and what else is in the branch is not known

    def _halves(self, branch: _Branch, solved: _Solved, split: Codes) -> list[_Branch]:
        """The branch with one of the split columns held at 0, and at 1; one half, where the other has no plan."""
        promised = self._gains.promised(split, solved.x[split])
        best, most, worse = Step(-1, 0.0), -1.0, 0
        for place in np.argsort(-promised, kind="stable")[:TRIED].tolist():
            step = Step(int(split[place]), float(solved.x[split[place]]))
            promise = float(promised[place])
            if not self._gains.known(step.column):
                left = [side for side in SIDES if self._try(branch, solved, step.to(side))]
                if len(left) < len(SIDES):
                    held = [self._hold(branch, step.to(side)) for side in left]
                    return [_Branch(*bounds, branch.bound, share=branch.share) for bounds in held]
                promise = float(self._gains.promised(split[[place]], solved.x[split[[place]]])[0])
            best, most, worse = (step, promise, 0) if promise > most else (best, most, worse + 1)
            if worse >= WORSE:
                break
        steps = [best.to(side) for side in SIDES]
        half = branch.share / 2.0
        return [_Branch(*self._hold(branch, step), branch.bound, step, solved.value, half) for step in steps]

    def _try(self, branch: _Branch, solved: _Solved, step: Step) -> bool:
        """Hold a column for a moment and note what that gains; False: no plan is left that costs less than the end."""
        least, most = self._hold(branch, step)
        status = self._run(least, most, TRY_ITERATIONS)
        reached = self._value
        if status == _INFEASIBLE or (status == _OPTIMAL and reached >= self.end):
            return self._solved(least, most, status).bound < self.end
        self._gains.note(step, max(0.0, reached - solved.value))
        return True

    def _hold(self, branch: _Branch, step: Step) -> tuple[Floats, Floats]:
        """Bounds with this column held."""
        least, most, column = branch.least.copy(), branch.most.copy(), step.column
        if step.held and self.model.group[column] >= 0:
            most[self.model.columns_of(self.model.group[[column]])] = 0.0
        least[column] = most[column] = step.held or 0.0
        return least, most

    def _solve(self, least: Floats, most: Floats) -> _Solved:
        """Solve the linear program of a branch."""
        return self._solved(least, most, self._run(least, most, NO_LIMIT))

    def _solved(self, least: Floats, most: Floats, status: highspy.HighsModelStatus) -> _Solved:
        """What follows from the linear program with these bounds, which ended so."""
        held = self.model.held(np.arange(self.model.size), least, most)
        if status == _INFEASIBLE:
            return self._without_plan(held)
        if status != _OPTIMAL:
            raise Unproved
        prices = usable(held, self._lp.prices())
        lowest, (x, _) = safe_reduced_costs(held, prices), self._lp.point()
        return _Solved(held, safe_bound_with(held, prices, lowest), self._value, x, lowest)

    @property
    def _value(self) -> float:
        """Of the last linear program."""
        return self._decided + float(self._lp.highs.getInfo().objective_function_value)

    def _run(self, least: Floats, most: Floats, iterations: int) -> highspy.HighsModelStatus:
        here, lp = self._here, self._lp
        other = np.flatnonzero((self._held[0] != least[here]) | (self._held[1] != most[here]))
        lp.hold(here[other], least[here[other]], most[here[other]])
        self._held = least[here], most[here]
        lp.highs.setOptionValue("simplex_iteration_limit", iterations)
        lp.highs.run()
        self.solved += 1
        status: highspy.HighsModelStatus = lp.highs.getModelStatus()
        return status

    def _without_plan(self, held: Model) -> _Solved:
        """What follows from the ray of a linear program that has no point: a bound as high as one likes."""
        _, has_ray, ray = self._lp.highs.getDualRay()
        if not has_ray:
            raise Unproved
        for sign in (1.0, -1.0):
            prices = usable(held, sign * self._lp.by_row(np.array(ray)))
            rise = _rise(held, prices)
            if rise > 0.0:
                high = (self.end - held.offset + float(np.abs(held.cost * held.most).sum())) / rise
                if safe_bound(held, 2.0 * max(1.0, high) * prices) >= self.end:
                    nothing = np.zeros(held.size)
                    return _Solved(held, np.inf, self.end, nothing, nothing)
        raise Unproved


def _rise(model: Model, prices: Floats) -> float:
    """By how much the bound rises with every unit of these prices, once costs do not matter."""
    paid = -(model.transposed @ prices)
    return float(row_terms(model, prices).sum() + open_minima(model, paid).sum() + alone_terms(model, paid).sum())


def _part(model: Model) -> Part:
    """All of a model, with groups of one column as decided, but for rows that hold whatever is taken."""
    single = np.diff(model.group_starts) == 1
    decided, column_in = np.full(model.groups, -1), np.ones(model.size, dtype=bool)
    decided[single] = model.grouped[model.group_starts[:-1][single]]
    column_in[decided[single]] = False
    return Part(model, decided, column_in, may_bind(model.rows, model.lower, model.upper, model.least, model.most))
