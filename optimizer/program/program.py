"""The mixed-integer program: columns, families of rows, and the way from both to sparse matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

import numpy as np
from scipy.sparse import coo_array, csr_array

from optimizer.options.options import Options
from optimizer.program import (
    activation,
    bills,
    capacity,
    choice,
    communication,
    equity,
    links,
    locks,
    mandates,
    money,
    people,
    pools,
    reinvestment,
    risk,
    sales,
    sharing,
    volume,
)
from optimizer.program.columns import Block, Columns, laid_out
from optimizer.program.goals import Goal, goals_before, preferences
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import Floats, Rows
from optimizer.scenario.scenario import Case

BLOCKS: tuple[Callable[[Parts], list[Block]], ...] = (
    choice.blocks,
    activation.blocks,
    pools.blocks,
    bills.blocks,
    sales.blocks,
    communication.blocks,
    sharing.blocks,
    people.blocks,
    risk.blocks,
    equity.blocks,
    reinvestment.blocks,
)
"""Every kind of column, in the order in which they stand."""

FAMILIES: tuple[Callable[[Layout], list[Rows]], ...] = (
    choice.rows,
    activation.rows,
    capacity.rows,
    volume.rows,
    mandates.rows,
    pools.rows,
    sharing.rows,
    people.rows,
    money.rows,
    sales.rows,
    risk.rows,
    links.rows,
    communication.rows,
    equity.rows,
    reinvestment.rows,
    locks.rows,
)
"""Every constraint family, in the order of docs/model.md, section 5. A new family is a file and one entry here."""


TOGETHER = 100_000
"""Entries of families that are put into a matrix at once."""


@dataclass(frozen=True)
class Program:
    """min cost'x + offset  s.t.  lower <= A x <= upper for every family, 0 <= x <= columns.upper, some x integer."""

    columns: Columns
    families: tuple[Rows, ...]
    """Families that have at least one row."""
    goals: tuple[Goal, ...]
    """What is sought before least cost, in this order."""
    preferences: tuple[Goal, ...]
    """What is sought among plans of least cost, in this order."""

    @property
    def row_count(self) -> int:
        return sum(len(rows) for rows in self.families)

    def row_names(self) -> list[str]:
        """A name per row, in the order of `matrix`."""
        return [name for rows in self.families for name in rows.names()]

    def matrix(self) -> csr_array:
        """All families stacked [rows x columns]; no more than one large family at a time is there twice."""
        columns, most = len(self.columns), sum(len(rows.value) for rows in self.families)
        values, places = np.empty(most), np.empty(most, dtype=np.int32)
        starts, end = [np.zeros(1, dtype=np.int32)], 0
        for families in _batches(self.families):
            part = _compressed(families, columns)
            values[end : end + part.nnz], places[end : end + part.nnz] = part.data, part.indices
            starts.append(part.indptr[1:] + end)
            end += part.nnz
        begun = np.concatenate(starts)
        return csr_array((values[:end], places[:end], begun), shape=(len(begun) - 1, columns))

    def row_bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper bound of every row, in the order of `matrix`."""
        none = np.empty(0)
        lower = np.concatenate([none, *(rows.lower for rows in self.families)])
        return lower, np.concatenate([none, *(rows.upper for rows in self.families)])

    def cost_usd(self, x: Floats) -> float:
        """Objective of a point [USD]."""
        return float(self.columns.cost_usd @ x) + self.columns.offset_usd

    def with_objective(self, weights: Floats) -> Self:
        """The same rows, with another sum over the columns to be as small as it can be."""
        return replace(self, columns=self.columns.with_costs(weights, 0.0))

    def with_rows(self, rows: Rows) -> Self:
        """The same program with further rows."""
        return replace(self, families=(*self.families, rows))


def _batches(families: Sequence[Rows]) -> Iterator[Sequence[Rows]]:
    """The families in their order: small ones together, as each by itself would take as long as all of them."""
    sizes = np.cumsum([len(rows.value) for rows in families])
    for _, batch in groupby(range(len(families)), lambda place: sizes[place] // TOGETHER):
        yield [families[place] for place in batch]


def _compressed(families: Sequence[Rows], columns: int) -> csr_array:
    """Families on their own, one after the other."""
    first = np.cumsum([0, *(len(rows) for rows in families)]).tolist()  # so that places stay as short as they are
    value, column = (np.concatenate([getattr(rows, part) for rows in families]) for part in ("value", "column"))
    row = np.concatenate([rows.row + start for rows, start in zip(families, first, strict=False)])
    matrix = coo_array((value, (row, column)), shape=(first[-1], columns)).tocsr()
    matrix.eliminate_zeros()
    return matrix


@dataclass(frozen=True)
class CountyProgram(Program):
    """The program of one county, with the case and the options that its columns stand for."""

    layout: Layout

    @property
    def case(self) -> Case:
        return self.layout.case

    @property
    def options(self) -> Options:
        return self.layout.options


def build_program(case: Case, options: Options, shared_pools: frozenset[str] = frozenset()) -> CountyProgram:
    """All families over one layout of columns; pools shared in a region are left to the region's program."""
    parts = Parts(case, options, shared_pools)
    kept_usd = float(options.keep_cents.sum()) / 100.0
    columns = laid_out((part for blocks in BLOCKS for part in blocks(parts)), kept_usd)
    layout = parts.with_columns(columns)
    families = (rows for family in FAMILIES for rows in family(layout))
    filled = tuple(rows for rows in families if len(rows))
    return CountyProgram(columns, filled, goals_before(layout), preferences(layout), layout)
