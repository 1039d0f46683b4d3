"""The linear relaxation, solved over a core: link rows enter when they are violated, groups when they are undecided.

At given prices most groups have one option that is cheapest by far; these are taken as decided and only their use of
the coupling rows is kept. The rest is a linear program with slacks that cost more than anything. Its prices are tried
on all groups: a decided one for which another option would now be cheaper joins, with all that share a local row with
it, and the program is solved again from the basis where it stood. When none joins and no link row is violated, the
relaxation is solved exactly.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from optimizer.errors import SolverFailed
from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.bound import group_minima, reduced_costs, safe_bound, usable
from optimizer.solve.decomposition.cuts import Knapsack, covers
from optimizer.solve.decomposition.model import Flags, Model
from optimizer.solve.highs import wait

FEASIBILITY = 1e-7
"""Link rows violated by more than this enter."""
QUICK_COLUMNS = 20_000
"""Up to this many columns a round is over too soon to need a way out."""
OPTIMALITY_SHARE = 1e-9
"""A decided group joins where another option is cheaper by more than this share of the largest cost."""
LEAST_GAIN_SHARE = 2e-6
"""Cuts are looked for as long as a round of them raises the bound by this share."""
CORE_GROUPS = 6_000
"""Up to this many groups all of them are in the core from the start."""

_LOWER, _BASIC = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic


@dataclass(frozen=True)
class Relaxation:
    """Where the relaxation ended."""

    model: Model
    """The model with the cuts that were found."""
    x: Floats
    """A point [columns]; if `exact`, one of least cost."""
    prices: Floats
    """Price of every coupling row [rows]."""
    bound: float
    """Safe bound at these prices."""
    exact: bool
    """Whether it was solved to its end."""
    feasible: bool
    """False: even the relaxation has no point, as far as floating point can tell."""
    rounds: int
    iterations: int
    """Simplex iterations."""
    links: Codes
    """Link rows that were needed."""

    @cached_property
    def reduced(self) -> Floats:
        """Reduced cost of every column at the prices of all rows, cuts included [columns]."""
        return reduced_costs(self.model, self.prices)


def solve_relaxation(
    model: Model,
    sacks: list[Knapsack],
    guess: Floats | None,
    most_cut_rounds: int,
    deadline: float,
    links: Codes | None = None,
) -> Relaxation:
    """The relaxation from guessed prices [rows] and link rows needed before, until `deadline` on the monotonic clock.

    Cuts are looked for in `sacks`, in at most so many rounds.

    Raises `SolverFailed` if HiGHS refuses the program, `KeyboardInterrupt` if it was stopped so.
    """
    core = _Core(model, guess, links)
    exact, rounds, cut_rounds, last = False, 0, 0, -np.inf
    while core.solve(deadline):
        rounds += 1
        if core.grow():
            continue
        exact = core.slack_used <= FEASIBILITY
        core.feasible = exact or core.whole
        value = core.model.value(core.x)
        if not exact or cut_rounds >= most_cut_rounds or value - last < LEAST_GAIN_SHARE * abs(value):
            break
        cut_rounds, last = cut_rounds + 1, value
        if not core.cut(sacks):
            break
    model = core.model
    prices = usable(model, core.prices)
    bound = safe_bound(model, prices)
    return Relaxation(model, core.x, prices, bound, exact, core.feasible, rounds, core.iterations, core.link_rows)


class _Core:
    """The linear program over undecided groups and the link rows entered so far."""

    def __init__(self, model: Model, guess: Floats | None, links: Codes | None) -> None:
        self.model = model
        self.in_core = np.ones(model.groups, dtype=bool)
        self.decided = np.full(model.groups, -1)
        """Column taken of each group that is not in the core."""
        if guess is not None and model.groups > CORE_GROUPS:
            self.decided, self.in_core = _undecided(model, guess)
        self.row_in: Flags = ~model.is_link
        if links is not None:
            self.row_in[links] = True
        self.x, self.prices = np.zeros(model.size), np.zeros(model.rows.shape[0])
        self.iterations, self.slack_used, self.feasible = 0, 0.0, True
        self.basis: _Basis | None = None

    @property
    def whole(self) -> bool:
        return bool(self.in_core.all())

    @property
    def link_rows(self) -> Codes:
        return np.flatnonzero(self.row_in & self.model.is_link)

    def solve(self, deadline: float) -> bool:
        """Solve what is there, from the last basis if there is one; False: no point, or out of time."""
        left_s = deadline - time.monotonic()
        if left_s <= 0.0:
            return False
        part = _part(self.model, self.in_core, self.decided, self.row_in)
        highs = _highs(part)
        highs.setOptionValue("time_limit", left_s)
        if self.basis is not None:
            highs.setBasis(self.basis.of(part))
        if len(part.columns) > QUICK_COLUMNS:
            wait(highs)
        else:
            highs.run()
        self.iterations += max(0, highs.getInfo().simplex_iteration_count)
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInterrupt:
            raise KeyboardInterrupt
        self.feasible = status != highspy.HighsModelStatus.kInfeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return False
        solution = highs.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        self.x = np.zeros(self.model.size)
        self.x[self.decided[~self.in_core]] = 1.0
        self.x[part.columns] = values[: len(part.columns)]
        self.slack_used = float(values[len(part.columns) :].max(initial=0.0))
        self.prices = np.zeros(len(self.prices))
        self.prices[part.rows] = duals[: len(part.rows)]
        self.basis = _Basis(self.model, part, highs.getBasis(), self.decided)
        return True

    def cut(self, sacks: list[Knapsack]) -> bool:
        """Take in cuts that the last point violates, and the decided groups that are in them; False: there are none."""
        rows, upper = covers(self.model, sacks, self.x)
        if not len(upper):
            return False
        self.model = self.model.with_rows(rows, upper)
        self.row_in = np.append(self.row_in, np.ones(len(upper), dtype=bool))
        self.prices = np.append(self.prices, np.zeros(len(upper)))
        taken = rows.indices[self.x[rows.indices] > 0.0]
        groups = self.model.group[taken]
        self.in_core[groups[groups >= 0]] = True
        return True

    def grow(self) -> bool:
        """Let in what the last point and prices ask for; False: nothing does."""
        model = self.model
        violated = (model.violation(self.x) > FEASIBILITY) & ~self.row_in
        joins = np.zeros(model.groups, dtype=bool)
        if not self.whole:
            reduced = reduced_costs(model, self.prices)
            ahead = reduced[self.decided] - group_minima(model, reduced)
            joins = ~self.in_core & (ahead > OPTIMALITY_SHARE * np.abs(model.cost).max(initial=1.0))
            # a decided group would force open what its link rows tie it to
            tied = model.group[model.rows[np.flatnonzero(violated)].indices]
            joins[tied[tied >= 0]] = True
            joins &= ~self.in_core
            if not joins.any() and self.slack_used > FEASIBILITY:
                joins = ~self.in_core  # slacks are for groups that are not here; with all of them none is left
        self.row_in |= violated
        self.in_core |= joins
        return bool(violated.any() or joins.any())


def _undecided(model: Model, guess: Floats) -> tuple[Codes, Flags]:
    """Cheapest column of every group at these prices, and the groups whose second is not far behind."""
    reduced = reduced_costs(model, guess)
    lengths = np.diff(model.group_starts)
    over = reduced[model.grouped] - np.repeat(group_minima(model, reduced), lengths)
    at_least = np.flatnonzero(over == 0.0)
    first = at_least[np.unique(model.group[model.grouped[at_least]], return_index=True)[1]]
    over[first] = np.inf
    lead = np.minimum.reduceat(over, model.group_starts[:-1])
    largest = np.maximum.reduceat(np.abs(model.cost[model.grouped]), model.group_starts[:-1])
    share = lead / np.where(largest > 0.0, largest, 1.0)
    kept = max(CORE_GROUPS, model.groups * 3 // 10)
    return model.grouped[first], share <= np.partition(share, kept - 1)[kept - 1]


@dataclass(frozen=True)
class _Part:
    """The linear program of a core: its columns, then slacks; its coupling rows, then its groups' rows."""

    model: Model
    columns: Codes
    groups: Codes
    rows: Codes
    below: Codes
    """Rows (places in `rows`) with a slack that adds to them; none where the core is everything."""
    above: Codes
    lower: Floats
    upper: Floats

    @property
    def slacks(self) -> int:
        return len(self.below) + len(self.above)


def _part(model: Model, in_core: Flags, decided: Codes, row_in: Flags) -> _Part:
    rows, groups = np.flatnonzero(row_in), np.flatnonzero(in_core)
    taken = decided[~in_core]
    used = np.asarray(model.columns[:, taken].sum(axis=1)).ravel()[rows]
    lower, upper = model.lower[rows] - used, model.upper[rows] - used
    none = np.empty(0, dtype=np.int64)
    elastic = len(taken) > 0
    return _Part(
        model,
        np.concatenate([model.alone, model.columns_of(groups)]),
        groups,
        rows,
        np.flatnonzero(np.isfinite(lower)) if elastic else none,
        np.flatnonzero(np.isfinite(upper)) if elastic else none,
        lower,
        upper,
    )


def _highs(part: _Part) -> highspy.Highs:
    model = part.model
    matrix = _matrix(part)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.concatenate([model.cost[part.columns], _slack_costs(part)])
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([model.most[part.columns], np.full(part.slacks, highspy.kHighsInf)])
    ones = np.ones(len(part.groups))
    lp.row_lower_, lp.row_upper_ = np.concatenate([part.lower, ones]), np.concatenate([part.upper, ones])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise SolverFailed("HiGHS refused the relaxation")
    return highs


def _matrix(part: _Part) -> csc_array:
    model, size = part.model, len(part.columns)
    coupling = model.rows[part.rows][:, part.columns]
    place = np.full(model.groups + 1, -1)
    place[part.groups] = np.arange(len(part.groups))
    in_group = np.flatnonzero(model.group[part.columns] >= 0)
    row = place[model.group[part.columns[in_group]]]
    choice = csr_array((np.ones(len(row)), (row, in_group)), shape=(len(part.groups), size))
    whole: csc_array = vstack([coupling, choice], format="csc")
    if not part.slacks:
        return whole
    at = np.concatenate([part.below, part.above])
    sign = np.repeat([1.0, -1.0], [len(part.below), len(part.above)])
    slack = csc_array((sign, (at, np.arange(len(at)))), shape=(whole.shape[0], len(at)))
    elastic: csc_array = hstack([whole, slack], format="csc")
    return elastic


def _slack_costs(part: _Part) -> Floats:
    """Dearer per unit of any row than what a column of it could earn."""
    model = part.model
    dearest = 10.0 * max(1.0, float(np.abs(model.cost).max(initial=0.0)))
    rows = abs(model.rows[part.rows])
    entries = np.maximum(1, np.diff(rows.indptr))
    mean = np.asarray(rows.sum(axis=1)).ravel() / entries
    cost = dearest / np.maximum(1e-9, mean)
    return np.concatenate([cost[part.below], cost[part.above]])


class _Basis:
    """A basis by column, row and group of the model, so that a larger core can begin from it."""

    def __init__(self, model: Model, part: _Part, basis: highspy.HighsBasis, decided: Codes) -> None:
        self.column = np.full(model.size, _LOWER, dtype=object)
        # a decided group's column is basic in the group's row, should the group join
        self.column[decided[decided >= 0]] = _BASIC
        self.row = np.full(model.rows.shape[0], _BASIC, dtype=object)
        self.group = np.full(model.groups, _LOWER, dtype=object)
        self.slack = np.full((2, model.rows.shape[0]), _LOWER, dtype=object)
        columns, rows = np.array(basis.col_status, dtype=object), np.array(basis.row_status, dtype=object)
        size = len(part.columns)
        self.column[part.columns] = columns[:size]
        self.slack[0, part.rows[part.below]] = columns[size : size + len(part.below)]
        self.slack[1, part.rows[part.above]] = columns[size + len(part.below) :]
        self.row[part.rows] = rows[: len(part.rows)]
        self.group[part.groups] = rows[len(part.rows) :]

    def of(self, part: _Part) -> highspy.HighsBasis:
        """The basis of a part."""
        basis = highspy.HighsBasis()
        more = part.model.rows.shape[0] - len(self.row)
        slack = np.hstack([self.slack, np.full((2, more), _LOWER, dtype=object)])
        slacks = (slack[0, part.rows[part.below]], slack[1, part.rows[part.above]])
        basis.col_status = np.concatenate([self.column[part.columns], *slacks]).tolist()
        row = np.append(self.row, np.full(more, _BASIC, dtype=object))
        basis.row_status = np.concatenate([row[part.rows], self.group[part.groups]]).tolist()
        basis.valid = True
        return basis
