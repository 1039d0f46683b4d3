"""A core as a linear program in HiGHS, and its basis by column, row and group of the model."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from optimizer.errors import SolverFailed
from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.model import Flags, Model

_LOWER, _BASIC = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic


@dataclass(frozen=True)
class Part:
    """The linear program of a core: its columns, then slacks; its coupling rows, then its groups' rows."""

    model: Model
    columns: Codes
    groups: Codes
    rows: Codes
    below: Codes
    """Rows (places in `rows`) with a slack that adds to them; none where every choice is in the core."""
    above: Codes
    lower: Floats
    upper: Floats

    @property
    def slacks(self) -> int:
        return len(self.below) + len(self.above)


def part_of(model: Model, in_core: Flags, decided: Codes, row_in: Flags, *, elastic: bool) -> Part:
    """The program over groups [groups] and rows [rows] that are in, beside the decided columns of the other groups."""
    rows, groups = np.flatnonzero(row_in), np.flatnonzero(in_core)
    taken = decided[~in_core]
    used = np.asarray(model.columns[:, taken].sum(axis=1)).ravel()[rows]
    lower, upper = model.lower[rows] - used, model.upper[rows] - used
    none = np.empty(0, dtype=np.int64)
    return Part(
        model,
        np.concatenate([model.alone, model.columns_of(groups)]),
        groups,
        rows,
        np.flatnonzero(np.isfinite(lower)) if elastic else none,
        np.flatnonzero(np.isfinite(upper)) if elastic else none,
        lower,
        upper,
    )


def _highs(part: Part) -> highspy.Highs:
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


def _matrix(part: Part) -> csc_array:
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


def _slack_costs(part: Part) -> Floats:
    """Dearer per unit of any row than what a column of it could earn."""
    model = part.model
    dearest = 10.0 * max(1.0, float(np.abs(model.cost).max(initial=0.0)))
    rows = abs(model.rows[part.rows])
    entries = np.maximum(1, np.diff(rows.indptr))
    mean = np.asarray(rows.sum(axis=1)).ravel() / entries
    cost = dearest / np.maximum(1e-9, mean)
    return np.concatenate([cost[part.below], cost[part.above]])


class Live:
    """A part in HiGHS, which takes in further rows as long as no group joins."""

    def __init__(self, part: Part, basis: Basis | None) -> None:
        self.part, self.highs = part, _highs(part)
        self.rows: Codes = np.concatenate([part.rows, -1 - part.groups])
        """Row of the model of every row in HiGHS; a group g as -1 - g."""
        if basis is not None:
            self.highs.setBasis(basis.of(part))

    def follow(self, model: Model, in_core: Flags, row_in: Flags) -> bool:
        """Add the rows that entered since; False where that would not do."""
        if self.part.slacks or len(self.part.groups) < int(in_core.sum()):
            return False
        has = np.zeros(len(row_in), dtype=bool)
        has[self.rows[self.rows >= 0]] = True
        new = np.flatnonzero(row_in & ~has)
        matrix = model.rows[new][:, self.part.columns]
        self.highs.addRows(
            len(new), model.lower[new], model.upper[new], matrix.nnz, matrix.indptr, matrix.indices, matrix.data
        )
        self.rows = np.concatenate([self.rows, new])
        return True

    def basic_rows(self) -> Codes:
        """Rows of the model that do not hold the point."""
        status = np.array(self.highs.getBasis().row_status, dtype=object)
        basic: Codes = self.rows[(status == _BASIC) & (self.rows >= 0)]
        return basic

    def basis(self, model: Model, decided: Codes) -> Basis:
        """The basis where it stands."""
        return Basis(model, self.part, self.rows, self.highs.getBasis(), decided)


class Basis:
    """A basis by column, row and group of the model, so that a larger core can begin from it."""

    def __init__(self, model: Model, part: Part, row: Codes, basis: highspy.HighsBasis, decided: Codes) -> None:
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
        self.row[row[row >= 0]] = rows[row >= 0]
        self.group[-1 - row[row < 0]] = rows[row < 0]

    def of(self, part: Part) -> highspy.HighsBasis:
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
