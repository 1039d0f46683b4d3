"""The tables of a run as CSV files that a spreadsheet can open safely and that come back as they were."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.county.cells import guarded, unguarded
from optimizer.plan.cents import in_cents


def table_text(table: pd.DataFrame) -> str:
    """A table as CSV, amounts of dollars to the cent; text that a spreadsheet would take for a formula is guarded,
    numbers never are.
    """
    told = in_cents(table)
    for name in _texts(told):
        told[name] = _each_text(told[name], guarded)
    return told.to_csv(index=False, lineterminator="\n")


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table; see `table_text`."""
    path.write_text(table_text(table), encoding="utf-8")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table back; blank texts stay blank texts, floats keep every bit."""
    table = pd.read_csv(path, keep_default_na=False, na_values={}, encoding="utf-8")
    for name in _texts(table):
        table[name] = _each_text(table[name], unguarded)
    return table


def _texts(table: pd.DataFrame) -> Iterable[Hashable]:
    """Columns that may hold texts."""
    return table.select_dtypes(exclude=["number", "bool"])


def _each_text(column: pd.Series[Any], change: Callable[[str], str]) -> pd.Series[Any]:
    return column.map(lambda value: change(value) if isinstance(value, str) else value)
