"""A neighbourhood: some columns are free, all others stay as they are, and HiGHS finds the best for the free ones.

Rows that the point breaks may stay broken at a penalty, so that the point itself is always among the answers: what
comes back is never worse than what was given, by cost plus penalties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.point import Point
from optimizer.solve.highs import Options, offer_start

KEPT_TO = 1e-7
"""Rows are kept to this: among few columns HiGHS finds plans inside its usual 1e-6 that it does not among all."""
CUT_POOL = 100
"""Cuts that HiGHS keeps of its own, as ours are in the program: more of them cost more than they bring."""
LEAN: Options = MappingProxyType(
    {
        "mip_allow_restart": False,
        "mip_heuristic_run_feasibility_jump": False,
        "mip_heuristic_run_root_reduced_cost": False,
        "mip_pool_soft_limit": CUT_POOL,
    }
)
"""Options of HiGHS where it has a moment for a few columns and our cuts."""
_KINDS = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)


@dataclass(frozen=True)
class Effort:
    """How long one neighbourhood may take: counted first, so that the same inputs give the same plan."""

    nodes: int
    seconds: float
    gap: float
    """A neighbourhood solved within this much of its best is good enough [cost]."""
    target: float = -np.inf
    """Cost of the whole point at which the search may end."""


@dataclass(frozen=True)
class Found:
    """What a neighbourhood gave."""

    values: Floats
    """Values of the free columns, in their order."""
    proved: bool
    """Whether no better ones are in the neighbourhood."""
    seconds: float


def best_around(point: Point, free: Codes, effort: Effort) -> Found | None:
    """The best values of the free columns (each once); None where HiGHS found nothing.

    A group with a free column must have its taken column among the free ones.
    """
    return SubMip(point, free, effort).search()


class SubMip:
    """A neighbourhood handed to HiGHS, and not yet searched: that may happen in another thread."""

    def __init__(self, point: Point, free: Codes, effort: Effort) -> None:
        """The same as for `best_around`."""
        lp, start = _stated(point, free)
        self._integer = point.model.integer[free]
        self._least, self._most = point.model.least[free], point.model.most[free]
        target = effort.target - point.cost + float(point.model.cost[free] @ point.x[free])
        self.highs = _handed_over(lp, start, replace(effort, target=target))

    def search(self) -> Found | None:
        """What HiGHS finds; None where that is nothing."""
        if self.highs is None:
            return None
        self.highs.run()
        if self.highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        proved = self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return Found(self.values(self.highs.getSolution().col_value), proved, self.highs.getRunTime())

    def values(self, solution: Sequence[float]) -> Floats:
        """Values of the free columns at a solution of HiGHS, whole where they have to be."""
        values = np.array(solution)[: len(self._integer)]
        whole: Floats = np.where(self._integer, np.rint(values), np.clip(values, self._least, self._most))
        return whole


def _stated(point: Point, free: Codes) -> tuple[highspy.HighsLp, Floats]:
    """The program over the free columns and the slacks of broken rows, and what these are now."""
    model, now = point.model, point.x[free]
    part: csr_array = model.columns[:, free].tocsr()
    rows = np.flatnonzero(np.diff(part.indptr))
    part = part[rows]
    activity, rest = point.activity[rows], point.activity[rows] - part @ now
    off = point.off(rows)
    short = off * (activity < model.lower[rows])
    over = off * (activity > model.upper[rows])
    # what a row does now is always allowed: it may be off by rounding
    lower = np.where(short > 0.0, model.lower[rows], np.minimum(model.lower[rows], activity)) - rest
    upper = np.where(over > 0.0, model.upper[rows], np.maximum(model.upper[rows], activity)) - rest
    needed = may_bind(part, lower, upper, model.least[free], model.most[free]) | (off > 0.0)
    part, rows = part[needed], rows[needed]
    lower, upper, short, over = lower[needed], upper[needed], short[needed], over[needed]
    low, high = np.flatnonzero(short), np.flatnonzero(over)
    slack_row, sign = np.concatenate([low, high]), np.repeat([1.0, -1.0], [len(low), len(high)])
    slack = csc_array((sign, (slack_row, np.arange(len(sign)))), shape=(len(rows), len(sign)))
    choice, groups = _choice(model, free)
    matrix = vstack([hstack([part, slack]), hstack([choice, csc_array((groups, len(sign)))])], format="csc")
    amount = np.concatenate([short[low], over[high]])
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.concatenate([model.cost[free], point.penalty[rows[slack_row]]])
    lp.col_lower_ = np.concatenate([model.least[free], np.zeros(len(amount))])
    lp.col_upper_ = np.concatenate([model.most[free], amount])
    ones = np.ones(groups)
    lp.row_lower_, lp.row_upper_ = np.concatenate([lower, ones]), np.concatenate([upper, ones])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    lp.integrality_ = [_KINDS[flag] for flag in model.integer[free].tolist()] + [_KINDS[0]] * len(sign)
    return lp, np.concatenate([now, amount])


def may_bind(part: csr_array, lower: Floats, upper: Floats, least: Floats, most: Floats) -> Flags:
    """Rows that some values of the free columns could break [rows of the part]."""
    adds, takes = part.maximum(0.0), part.minimum(0.0)
    high = adds @ most + takes @ least
    low = takes @ most + adds @ least
    binds: Flags = (low < lower - 1e-12 * np.abs(lower)) | (high > upper + 1e-12 * np.abs(upper))
    return binds


def _choice(model: Model, free: Codes) -> tuple[csr_array, int]:
    """Rows that say that one column of every group with a free column is 1."""
    at = np.flatnonzero(model.group[free] >= 0)
    groups, row = np.unique(model.group[free[at]], return_inverse=True)
    return csr_array((np.ones(len(at)), (row, at)), shape=(len(groups), len(free))), len(groups)


def _handed_over(lp: highspy.HighsLp, start: Floats, effort: Effort) -> highspy.Highs | None:
    highs = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        *LEAN.items(),
        ("mip_rel_gap", 0.0),
        ("mip_feasibility_tolerance", KEPT_TO),
        ("mip_abs_gap", max(1e-6, effort.gap)),
        ("mip_max_nodes", effort.nodes),
        ("objective_target", effort.target),
        ("time_limit", max(0.05, effort.seconds)),
    ):
        highs.setOptionValue(name, value)
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        return None
    offer_start(highs, start)
    return highs
