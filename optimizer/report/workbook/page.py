"""A sheet of a workbook as plain data: sentences, tables, totals, and what is drawn of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Chart:
    """A native chart beside a table."""

    kind: str
    """bar, column or line."""
    title: str
    of: str
    """Column with the names, or the years."""
    values: tuple[str, ...]
    """Columns that are drawn."""


@dataclass(frozen=True)
class Block:
    """One table of a sheet."""

    title: str
    frame: pd.DataFrame
    summed: tuple[str, ...] = ()
    """Columns whose total stands below them as a formula; it follows the filters."""
    chart: Chart | None = None
    names: tuple[str, ...] = ()
    """Columns that are headed by a name of the county's own, shown as it is."""
    units: str = ""
    """Column that says the unit of the numbers beside it; empty: their columns say it."""
    heat: tuple[str, ...] = ()
    """Columns of shares whose cells are the darker the more they hold."""


@dataclass(frozen=True)
class Check:
    """A sum that must tie: what it says, a sheet's column, and the amount that its total has to be."""

    text: str
    block: str
    """Title of the table whose column is summed."""
    column: str
    amount: float


@dataclass(frozen=True)
class Page:
    """One sheet."""

    name: str
    lines: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    checks: tuple[Check, ...] = field(default=())
    """Shown as a table of TRUE and FALSE that recalculates."""
