"""The mixed-integer program: columns, families of rows, and the way from both to sparse matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from optimizer.options.options import Options
from optimizer.program import activation, capacity, choice, links, locks, mandates, money, people, pools, risk, volume
from optimizer.program.columns import Columns, build_columns
from optimizer.program.rows import Floats, Rows
from optimizer.scenario.scenario import Case

FAMILIES: tuple[Callable[[Case, Options, Columns], list[Rows]], ...] = (
    choice.rows,
    activation.rows,
    capacity.rows,
    volume.rows,
    mandates.rows,
    pools.rows,
    people.rows,
    money.rows,
    risk.rows,
    links.rows,
    locks.rows,
)
"""Every constraint family, in the order of docs/model.md, section 5. A new family is a file and one entry here."""


@dataclass(frozen=True)
class Program:
    """min cost'x + offset  s.t.  lower <= A x <= upper for every family, 0 <= x <= columns.upper, some x integer."""

    case: Case
    options: Options
    columns: Columns
    families: tuple[Rows, ...]
    """Families that have at least one row."""

    @property
    def row_count(self) -> int:
        return sum(len(rows) for rows in self.families)

    def row_names(self) -> list[str]:
        """A name per row, in the order of `matrix`."""
        return [name for rows in self.families for name in rows.names()]

    def matrix(self) -> csr_array:
        """All families stacked [rows x columns]."""
        starts = np.cumsum([0, *(len(rows) for rows in self.families)])
        row = np.concatenate([rows.row + start for rows, start in zip(self.families, starts[:-1], strict=True)])
        column = np.concatenate([rows.column for rows in self.families])
        value = np.concatenate([rows.value for rows in self.families])
        matrix = coo_array((value, (row, column)), shape=(int(starts[-1]), len(self.columns))).tocsr()
        matrix.eliminate_zeros()
        return matrix

    def row_bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper bound of every row, in the order of `matrix`."""
        lower = np.concatenate([rows.lower for rows in self.families])
        return lower, np.concatenate([rows.upper for rows in self.families])

    def cost_usd(self, x: Floats) -> float:
        """Objective of a point [USD]."""
        return float(self.columns.cost_usd @ x) + self.columns.offset_usd


def build_program(case: Case, options: Options) -> Program:
    """All families over one layout of columns."""
    columns = build_columns(case, options)
    families = (rows for family in FAMILIES for rows in family(case, options, columns))
    return Program(case, options, columns, tuple(rows for rows in families if len(rows)))
