"""What the bounds leave open, to HiGHS: fewer columns, fewer link rows, and the cuts.

Only plans below some cost are looked for, at most that at which a bound would end the search: a column whose reduced
cost is more than the distance from the bound to there is 0 in all of them. Where there is no such plan, that cost is a
bound (a destructive one: Klein and Scholl 1999, "Computing lower bounds by destructive improvement"). HiGHS ends when
its bound is as near to its best plan as that cost is to the plan it began with. A link row is left out where a capacity
row says the same for whole numbers: what uses capacity needs the agreement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array, vstack

from optimizer.errors import SolverFailed
from optimizer.program.rows import Codes, Flags, Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.sacks import Knapsack
from optimizer.solve.decomposition.submip import KEPT_TO
from optimizer.solve.highs import Options, finite, offer_start, set_options
from optimizer.solve.stoppable import run_stoppably

OnStanding = Callable[[float | None, float | None], None]
"""Told a bound and the cost of a plan, as far as there are any."""


@dataclass(frozen=True)
class Sought:
    """What is held, and what is looked for."""

    cost: float
    """Of the best plan."""
    x: Floats | None
    """That plan [columns]; None where the model does not have it."""
    end: float
    """Plans that cost less are looked for."""
    target: float
    """One that costs no more will do."""


@dataclass(frozen=True)
class Remainder:
    """How HiGHS ended."""

    x: Floats | None
    bound: float
    """Infinite: there is no plan."""
    interrupted: bool
    log: str


def search_remainder(
    relaxation: Relaxation,
    sacks: list[Knapsack],
    solver: Solver,
    sought: Sought | None,
    tell: OnStanding,
    further: Options,
) -> Remainder:
    """A plan of the model [columns] and a bound on all plans, no higher than the end of what is sought.

    Without anything `sought` the best plan, to the gap of the solver. `further` options are HiGHS's. Raises
    `SolverFailed` if HiGHS fails.
    """
    rest = Rest(relaxation, sacks, solver, sought, further)
    rest.highs.cbMipLogging.subscribe(
        lambda event: tell(rest.bound(event.data_out.mip_dual_bound), finite(event.data_out.mip_primal_bound))
    )
    return rest.ended(run_stoppably(rest.highs))


class Rest:
    """What is open, handed to HiGHS and not yet searched: that may happen in another thread."""

    def __init__(
        self,
        relaxation: Relaxation,
        sacks: list[Knapsack],
        solver: Solver,
        sought: Sought | None,
        further: Options,
    ) -> None:
        """The same as for `search_remainder`."""
        model = relaxation.model
        most, best, end = model.most.copy(), None, np.inf
        options = {"mip_feasibility_tolerance": KEPT_TO, **further}
        if sought is not None:
            best, end = sought.x, sought.end
            options |= {
                "mip_rel_gap": 0.0,
                "mip_abs_gap": max(1e-6, sought.cost - end),
                "objective_target": sought.target,
            }
            most[relaxation.hopeless(end)] = 0.0
        if best is not None:
            options["mip_heuristic_effort"] = 0.01
            most = np.maximum(most, best)
        keep = ~model.is_link | needed_links(model, sacks, relaxation)
        self.highs, self._end = highspy.Highs(), end
        self._log: list[str] = []
        set_options(self.highs, solver, options)
        self.highs.cbLogging.subscribe(lambda event: self._log.append(event.message))
        if self.highs.passModel(_lp(model, keep, most)) == highspy.HighsStatus.kError:
            raise SolverFailed("HiGHS refused what was left of the program")
        if best is not None:
            offer_start(self.highs, best)

    @property
    def log(self) -> str:
        """What HiGHS has told so far."""
        return "".join(self._log)

    def bound(self, dual_bound: float) -> float | None:
        """What HiGHS's bound is for all plans: what was left out may cost as little as the end it was measured by."""
        found = finite(dual_bound)
        return None if found is None else min(found, self._end)

    def ended(self, interrupted: bool) -> Remainder:
        """What HiGHS has found, once it has ended."""
        highs = self.highs
        info = highs.getInfo()
        held = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        x = np.array(highs.getSolution().col_value) if held else None
        # after an error of HiGHS its bound reads 0
        bound = self.bound(info.mip_dual_bound) if info.valid else None
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            bound = self._end
        return Remainder(x, -np.inf if bound is None else bound, interrupted, self.log)


def needed_links(model: Model, sacks: list[Knapsack], relaxation: Relaxation) -> Flags:
    """Link rows that no capacity row stands for, and those that the relaxation needed [rows]."""
    needed = model.is_link.copy()
    rows = np.flatnonzero(needed & (model.upper == 0.0))
    part = model.rows[rows]
    owner, value = np.repeat(np.arange(len(rows)), np.diff(part.indptr)), part.data
    user, switch = np.flatnonzero(value > 0.0), np.flatnonzero(value < 0.0)
    plain = np.bincount(owner[user], minlength=len(rows)) == 1
    plain[owner[user[value[user] != 1.0]]] = False
    plain[owner[switch[value[switch] > -1.0]]] = False
    opened = [sack for sack in sacks if len(sack.switches)]
    of_sack = np.repeat(len(rows) + np.arange(len(opened)), [len(sack.switches) for sack in opened])
    switches = np.concatenate([part.indices[switch], *(sack.switches for sack in opened)])
    number = _numbered(np.concatenate([owner[switch], of_sack]), switches, len(rows) + len(opened))
    user = user[plain[owner[user]]]
    asks = number[owner[user]] * model.size + part.indices[user]
    users = [own * model.size + sack.columns for own, sack in zip(number[len(rows) :], opened, strict=True)]
    needed[rows[owner[user]]] = ~np.isin(asks, np.concatenate([np.empty(0, dtype=np.int64), *users]))
    needed[relaxation.links] = True
    return needed


def _numbered(owner: Codes, member: Codes, owners: int) -> Codes:
    """A number for each owner's set of members, the same for the same set [owners]."""
    order = np.lexsort((member, owner))
    owner, member = owner[order], member[order]
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    table = np.full((owners, int(place.max(initial=-1)) + 1), -1)
    table[owner, place] = member
    numbers: Codes = np.unique(table, axis=0, return_inverse=True)[1].ravel()
    return numbers


def _lp(model: Model, keep: Flags, most: Floats) -> highspy.HighsLp:
    rows = np.flatnonzero(keep)
    at = np.flatnonzero(model.group >= 0)
    choice = csr_array((np.ones(len(at)), (model.group[at], at)), shape=(model.groups, model.size))
    matrix = vstack([model.rows[rows], choice], format="csc")
    ones = np.ones(model.groups)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.offset_ = model.cost, model.offset
    lp.col_lower_, lp.col_upper_ = model.least, most
    lp.row_lower_ = np.concatenate([model.lower[rows], ones])
    lp.row_upper_ = np.concatenate([model.upper[rows], ones])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[flag] for flag in model.integer.tolist()]
    return lp
