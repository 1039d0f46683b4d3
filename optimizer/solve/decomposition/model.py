"""The program as arrays: groups of which one column is taken, and the coupling rows that tie groups together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from optimizer.program.program import Program
from optimizer.program.rows import Codes, Flags, Floats

LINK_ROW_ENTRIES = 12
"""An inequality of at most this many entries may be left out of a relaxation until it is violated."""

MOST_EXACT = 2.0**40
"""Of a cost, so that sums of thousands are exact."""


@dataclass(frozen=True)
class Model:
    """min cost'x + offset  s.t.  lower <= rows x <= upper, least <= x <= most, one column of every group is 1."""

    cost: Floats
    offset: float
    least: Floats
    """Lower bound of every column, 0 but where a branch holds it [columns]."""
    most: Floats
    """Upper bound of every column [columns]."""
    integer: Flags
    rows: csr_array
    """Coupling rows [rows x columns]: every row but those that say that one column of a group is 1."""
    lower: Floats
    upper: Floats
    group: Codes
    """Group of every column, -1 where it is in none [columns]."""
    groups: int
    of_program: Codes
    """Row of the program of every coupling row that is no cut."""
    cut_ends: Codes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """`Knapsack.end` that each cut is of; cuts are the last coupling rows [cuts]."""

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.cost)

    @property
    def first_cut(self) -> int:
        """Number of the first coupling row that is a cut, or would be."""
        return len(self.lower) - len(self.cut_ends)

    @property
    def choices(self) -> int:
        """Number of groups with more than one column."""
        return int((np.diff(self.group_starts) > 1).sum())

    @cached_property
    def cost_step(self) -> float:
        """Costs of plans are whole numbers and differ from the offset by multiples of this; 0: they may be any."""
        costs = np.abs(self.cost[self.cost != 0.0])
        whole = len(costs) and not self.cost[~self.integer].any() and not (costs % 1.0).any() and not self.offset % 1.0
        return float(np.gcd.reduce(costs.astype(np.int64))) if whole and costs.max() <= MOST_EXACT else 0.0

    @cached_property
    def columns(self) -> csc_array:
        """The coupling rows, column by column."""
        return self.rows.tocsc()

    @cached_property
    def transposed(self) -> csr_array:
        """The coupling rows transposed [columns x rows]: prices to what a column pays at them."""
        return self.columns.T

    @cached_property
    def transposed_sizes(self) -> csr_array:
        """The same without signs."""
        return abs(self.transposed)

    @cached_property
    def grouped(self) -> Codes:
        """Columns that are in a group, group after group."""
        order = np.argsort(self.group, kind="stable")
        return order[self.group[order] >= 0]

    @cached_property
    def group_starts(self) -> Codes:
        """Where each group begins in `grouped`, and the length of it last [groups + 1]."""
        return np.searchsorted(self.group[self.grouped], np.arange(self.groups + 1))

    @cached_property
    def alone(self) -> Codes:
        """Columns that are in no group."""
        return np.flatnonzero(self.group < 0)

    @cached_property
    def is_link(self) -> Flags:
        """Rows such as x <= y: short inequalities, of which a relaxation needs few [rows]."""
        short = np.diff(self.rows.indptr) <= LINK_ROW_ENTRIES
        short[self.first_cut :] = False
        return short & np.isneginf(self.lower) & (self.upper >= 0.0)

    def with_cuts(self, rows: csr_array, upper: Floats, ends: Codes) -> Model:
        """The same with further rows that are at most `upper`, which follow from these ends of rows."""
        return replace(
            self,
            rows=vstack([self.rows, rows], format="csr"),
            lower=np.append(self.lower, np.full(len(upper), -np.inf)),
            upper=np.append(self.upper, upper),
            cut_ends=np.append(self.cut_ends, ends),
        )

    def held(self, columns: Codes, least: Floats, most: Floats) -> Model:
        """The same with other bounds of these columns."""
        new_least, new_most = self.least.copy(), self.most.copy()
        new_least[columns], new_most[columns] = least, most
        same = replace(self, least=new_least, most=new_most)
        same.__dict__.update({name: value for name, value in self.__dict__.items() if name not in same.__dict__})
        return same

    def with_rows_only(self, rows: Codes) -> Model:
        """The same with these rows alone, all that are no cuts among them."""
        ends = self.cut_ends[rows[rows >= self.first_cut] - self.first_cut]
        return replace(self, rows=self.rows[rows], lower=self.lower[rows], upper=self.upper[rows], cut_ends=ends)

    def without(self, columns: Codes) -> tuple[Model, Codes]:
        """The model without some columns that no plan has, and the columns that are left."""
        left = np.setdiff1d(np.arange(self.size), columns)
        picked = replace(
            self,
            cost=self.cost[left],
            least=self.least[left],
            most=self.most[left],
            integer=self.integer[left],
            rows=self.rows[:, left],
            group=self.group[left],
        )
        return picked, left

    def value(self, x: Floats) -> float:
        """Cost of a point."""
        return float(np.einsum("i,i", self.cost, x)) + self.offset

    def has_one_of_each(self, x: Floats) -> bool:
        """Whether a point takes one column of every group."""
        return bool((np.bincount(self.group[self.grouped], x[self.grouped], self.groups) == 1.0).all())

    def violation(self, x: Floats) -> Floats:
        """How far each coupling row is off, in its unit [rows]."""
        activity = self.rows @ x
        off: Floats = np.maximum(0.0, np.maximum(self.lower - activity, activity - self.upper))
        return off

    def columns_of(self, groups: Codes) -> Codes:
        """Columns of these groups, group after group."""
        return self.grouped[spans(self.group_starts[groups], self.group_starts[groups + 1])]


def spans(first: Codes, end: Codes) -> Codes:
    """The numbers first[0], ..., end[0] - 1, first[1], ... in one array."""
    lengths = end - first
    ends = np.cumsum(lengths)
    numbers: Codes = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + lengths, lengths)
    return numbers


def model_of(program: Program) -> Model:
    """The arrays of a program. Rows that ask for one of some binary columns make groups, as far as they do not meet."""
    matrix = program.matrix()
    lower, upper = program.row_bounds()
    columns = program.columns
    group = _groups(matrix, lower, upper, columns.integer & (columns.upper == 1.0))
    is_choice = np.zeros(len(lower), dtype=bool)
    is_choice[np.unique(group[group >= 0])] = True
    number = np.append(np.cumsum(is_choice) - 1, -1)
    return Model(
        cost=columns.cost_usd,
        offset=columns.offset_usd,
        least=np.zeros(len(columns)),
        most=columns.upper,
        integer=columns.integer,
        rows=matrix[~is_choice],
        lower=lower[~is_choice],
        upper=upper[~is_choice],
        group=number[group],
        groups=int(is_choice.sum()),
        of_program=np.flatnonzero(~is_choice),
    )


def _groups(matrix: csr_array, lower: Floats, upper: Floats, binary: Flags) -> Codes:
    """Row whose group each column is in, -1 if none [columns]."""
    length = np.diff(matrix.indptr)
    row = np.repeat(np.arange(len(length)), length)
    fits = (matrix.data == 1.0) & binary[matrix.indices]
    asks = (lower == 1.0) & (upper == 1.0) & (length > 0)
    asks &= np.bincount(row, weights=fits, minlength=len(length)) == length
    group = np.full(matrix.shape[1], -1)
    entries = np.flatnonzero(asks[row])
    column, asking = matrix.indices[entries], row[entries]
    # a column in two such rows belongs to the first; the other row stays a coupling row
    meets = np.bincount(column, minlength=matrix.shape[1])[column] > 1
    clean = np.bincount(asking, weights=meets, minlength=len(length)) == 0
    group[column[clean[asking]]] = asking[clean[asking]]
    for of_row in np.unique(asking[~clean[asking]]):
        own = matrix.indices[matrix.indptr[of_row] : matrix.indptr[of_row + 1]]
        if (group[own] < 0).all():
            group[own] = of_row
    return group
