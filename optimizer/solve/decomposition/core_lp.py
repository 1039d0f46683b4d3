"""The linear program of a core in HiGHS, which takes in further columns and rows, and its basis.

What HiGHS numbers from 0 is told by number here: column j >= 0 is column j of the model, -1 - 2r and -2 - 2r are the
slacks that take from and add to row r; row r >= 0 is row r of the model, -1 - g the row of group g.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from optimizer.errors import SolverFailed
from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.model import Model

_LOWER, _BASIC = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
_UPPER = highspy.HighsBasisStatus.kUpper
Statuses = npt.NDArray[np.object_]
MOST_JOINED = 50
"""Groups that may join a program in place; with more, another one begins from a better basis."""


@dataclass(frozen=True)
class Part:
    """What of a model is in a core."""

    model: Model
    decided: Codes
    """Column taken of every group that is not in the core, -1 for the others [groups]."""
    column_in: Flags
    """[columns]; those that are taken are not among them."""
    row_in: Flags
    """[rows]"""

    @cached_property
    def used(self) -> Floats:
        """What the decided groups use of every row [rows]."""
        taken = self.decided[self.decided >= 0]
        used: Floats = np.asarray(self.model.columns[:, taken].sum(axis=1), dtype=np.float64).ravel()
        return used


class CoreLp:
    """A part as a linear program; where columns are left out, every row has slacks that cost more than anything."""

    def __init__(self, part: Part, elastic: bool, basis: Basis | None) -> None:
        self.part, self.elastic = part, elastic
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.columns: Codes = np.empty(0, dtype=np.int64)
        self.rows: Codes = np.empty(0, dtype=np.int64)
        self._add_groups(np.flatnonzero(part.decided < 0))
        self._add_rows(np.flatnonzero(part.row_in))
        self._add_columns(np.flatnonzero(part.column_in))
        if basis is not None:
            self.highs.setBasis(basis.of(self.part.model, self.columns, self.rows))

    def follow(self, part: Part) -> bool:
        """Add the rows, columns and groups that entered since; False: with so many groups another program is better."""
        before = self.part
        joined = np.flatnonzero((part.decided < 0) & (before.decided >= 0))
        if len(joined) > MOST_JOINED:
            return False
        self.part = part
        if len(joined):
            self._no_longer_decided(before.decided[joined])
        self._add_groups(joined)
        self._add_rows(np.flatnonzero(part.row_in & ~np.pad(before.row_in, (0, len(part.row_in) - len(before.row_in)))))
        self._add_columns(np.flatnonzero(part.column_in & ~before.column_in))
        return True

    def _no_longer_decided(self, columns: Codes) -> None:
        """Give back to the rows what these columns use of them."""
        used = self.part.used
        at = np.flatnonzero(self.rows >= 0)
        at = at[np.isin(self.rows[at], self.part.model.columns[:, columns].indices)]
        row = self.rows[at]
        lower, upper = self.part.model.lower[row] - used[row], self.part.model.upper[row] - used[row]
        self._do(self.highs.changeRowsBounds(len(at), at, lower, upper))

    def hold(self, columns: Codes, least: Floats, most: Floats) -> None:
        """Other bounds of columns of the model that are here."""
        place = np.full(self.part.model.size, -1)
        own = np.flatnonzero(self.columns >= 0)
        place[self.columns[own]] = own
        self._do(self.highs.changeColsBounds(len(columns), place[columns], least, most))

    def point(self) -> tuple[Floats, float]:
        """The last solution with the decided groups' columns [columns], and the most that any slack is used."""
        values, x = np.array(self.highs.getSolution().col_value), np.zeros(self.part.model.size)
        own = self.columns >= 0
        x[self.part.decided[self.part.decided >= 0]] = 1.0
        x[self.columns[own]] = values[own]
        return x, float(values[~own].max(initial=0.0))

    def prices(self) -> Floats:
        """The last solution's price of every row [rows]; 0 for those that are not here."""
        return self.by_row(np.array(self.highs.getSolution().row_dual))

    def by_row(self, values: Floats) -> Floats:
        """What HiGHS says of its rows as values of the model's [rows]; 0 for those that are not here."""
        of_model, own = np.zeros(len(self.part.row_in)), self.rows >= 0
        of_model[self.rows[own]] = values[own]
        return of_model

    def loose_rows(self) -> Codes:
        """Rows of the model that do not hold the point."""
        status = np.array(self.highs.getBasis().row_status, dtype=object)
        loose: Codes = self.rows[(status == _BASIC) & (self.rows >= 0)]
        return loose

    def forget(self, kept: Codes, number: Codes, model: Model) -> None:
        """Leave out rows that are loose: `kept` are left, each with its number in what is now the model; -1: gone."""
        row, slack = number[np.maximum(self.rows, 0)], number[np.maximum(0, (-1 - self.columns) // 2)]
        gone = np.flatnonzero((self.columns < 0) & (slack < 0))
        self._do(self.highs.deleteCols(len(gone), gone))
        slacks = -1 - 2 * slack - (-1 - self.columns) % 2
        self.columns = np.delete(np.where(self.columns < 0, slacks, self.columns), gone)
        gone = np.flatnonzero((self.rows >= 0) & (row < 0))
        self._do(self.highs.deleteRows(len(gone), gone))
        self.rows = np.delete(np.where(self.rows >= 0, row, self.rows), gone)
        row_in = np.pad(self.part.row_in, (0, len(number) - len(self.part.row_in)))[kept]
        self.part = replace(self.part, model=model, row_in=row_in)

    def basis(self) -> Basis:
        """The basis where it stands."""
        return Basis.of_core(self)

    def _add_groups(self, groups: Codes) -> None:
        ones, nothing = np.ones(len(groups)), np.empty(0)
        self._do(self.highs.addRows(len(groups), ones, ones, 0, np.zeros(len(groups)), nothing, nothing))
        self.rows = np.concatenate([self.rows, -1 - groups])

    def _add_rows(self, rows: Codes) -> None:
        model = self.part.model
        place, own = np.full(model.size, -1), np.flatnonzero(self.columns >= 0)
        place[self.columns[own]] = own
        entries = model.rows[rows]
        at = place[entries.indices]
        row = np.repeat(np.arange(len(rows)), np.diff(entries.indptr))[at >= 0]
        matrix = csr_array((entries.data[at >= 0], (row, at[at >= 0])), shape=(len(rows), len(self.columns)))
        used = self.part.used[rows]
        lower, upper = model.lower[rows] - used, model.upper[rows] - used
        self._do(self.highs.addRows(len(rows), lower, upper, matrix.nnz, matrix.indptr, matrix.indices, matrix.data))
        self.rows = np.concatenate([self.rows, rows])
        if self.elastic:
            self._add_slacks(rows)

    def _add_slacks(self, rows: Codes) -> None:
        """For the last rows."""
        model, cost = self.part.model, _slack_costs(self.part.model, rows)
        for number, sign, end in ((-1 - 2 * rows, -1.0, model.upper), (-2 - 2 * rows, 1.0, model.lower)):
            at = np.flatnonzero(np.isfinite(end[rows]))
            place = (len(self.rows) - len(rows) + at, np.arange(len(at)))
            slack = csc_array((np.full(len(at), sign), place), shape=(len(self.rows), len(at)))
            self._add(number[at], cost[at], np.zeros(len(at)), np.full(len(at), highspy.kHighsInf), slack)

    def _add_columns(self, columns: Codes) -> None:
        model = self.part.model
        of_row, of_group = np.full(len(self.part.row_in), -1), np.full(model.groups + 1, -1)
        row, group = np.flatnonzero(self.rows >= 0), np.flatnonzero(self.rows < 0)
        of_row[self.rows[row]], of_group[-1 - self.rows[group]] = row, group
        entries = model.columns[:, columns]
        in_group = np.flatnonzero(model.group[columns] >= 0)
        at = np.concatenate([of_row[entries.indices], of_group[model.group[columns[in_group]]]])
        column = np.concatenate([np.repeat(np.arange(len(columns)), np.diff(entries.indptr)), in_group])
        value = np.concatenate([entries.data, np.ones(len(in_group))])
        here = at >= 0
        matrix = csc_array((value[here], (at[here], column[here])), shape=(len(self.rows), len(columns)))
        self._add(columns, model.cost[columns], model.least[columns], model.most[columns], matrix)

    def _add(self, columns: Codes, cost: Floats, least: Floats, most: Floats, matrix: csc_array) -> None:
        self._do(
            self.highs.addCols(len(columns), cost, least, most, matrix.nnz, matrix.indptr, matrix.indices, matrix.data)
        )
        self.columns = np.concatenate([self.columns, columns])

    def _do(self, status: highspy.HighsStatus) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolverFailed("HiGHS refused the relaxation")


@dataclass(frozen=True)
class Basis:
    """A basis by column, row and group of the model, so that another core can begin from it."""

    column: Statuses
    row: Statuses
    group: Statuses
    slack: Statuses

    @classmethod
    def of_core(cls, core: CoreLp) -> Basis:
        """Where a core stands."""
        part, basis = core.part, core.highs.getBasis()
        columns, rows = np.array(basis.col_status, dtype=object), np.array(basis.row_status, dtype=object)
        own, of_model = core.columns >= 0, core.rows >= 0
        column = np.full(part.model.size, _LOWER, dtype=object)
        # a decided group's column is basic in the group's row, should the group join
        column[part.decided[part.decided >= 0]] = _BASIC
        column[core.columns[own]] = columns[own]
        row = np.full(len(part.row_in), _BASIC, dtype=object)
        row[core.rows[of_model]] = rows[of_model]
        group = np.full(part.model.groups, _LOWER, dtype=object)
        group[-1 - core.rows[~of_model]] = rows[~of_model]
        slack = np.full(2 * len(part.row_in), _LOWER, dtype=object)
        slack[-1 - core.columns[~own]] = columns[~own]
        return cls(column, row, group, slack)

    def among(self, columns: Codes) -> Basis:
        """The same of a model that has these columns alone."""
        return replace(self, column=self.column[columns])

    def moved(self, model: Model, column: Codes, row: Codes, group: Codes) -> Basis:
        """The same of another model, where every column, row and group of this one has these numbers, -1: none.

        What is new there stands at its lower bound, or is loose; HiGHS makes a basis of it that is whole.
        """
        rows = model.rows.shape[0]
        return Basis(
            _put(self.column, column, model.size, _LOWER),
            _put(self.row, row[: len(self.row)], rows, _BASIC),
            _put(self.group, group, model.groups, _LOWER),
            np.full(2 * rows, _LOWER, dtype=object),
        )

    def of(self, model: Model, columns: Codes, rows: Codes) -> highspy.HighsBasis:
        """The same of these columns and rows, with rows that it does not know as loose."""
        more = model.rows.shape[0] - len(self.row)
        row = np.append(self.row, np.full(more, _BASIC, dtype=object))
        slack = np.append(self.slack, np.full(2 * more, _LOWER, dtype=object))
        own, of_model = columns >= 0, rows >= 0
        basis = highspy.HighsBasis()
        col_status, row_status = np.empty(len(columns), dtype=object), np.empty(len(rows), dtype=object)
        col_status[own], col_status[~own] = self.column[columns[own]], slack[-1 - columns[~own]]
        row_status[of_model], row_status[~of_model] = row[rows[of_model]], self.group[-1 - rows[~of_model]]
        basis.col_status, basis.row_status = col_status.tolist(), row_status.tolist()
        basis.valid = True
        return basis


def _put(statuses: Statuses, number: Codes, size: int, other: highspy.HighsBasisStatus) -> Statuses:
    """The statuses at these numbers of so many, `other` where there is none."""
    moved, known = np.full(size, other, dtype=object), np.flatnonzero(number >= 0)
    moved[number[known]] = statuses[known]
    return moved


def _slack_costs(model: Model, rows: Codes) -> Floats:
    """Dearer per unit of any of these rows than what a column of it could earn [rows given]."""
    dearest = 10.0 * max(1.0, float(np.abs(model.cost).max(initial=0.0)))
    entries = abs(model.rows[rows])
    mean = np.asarray(entries.sum(axis=1)).ravel() / np.maximum(1, np.diff(entries.indptr))
    costs: Floats = dearest / np.maximum(1e-9, mean)
    return costs
