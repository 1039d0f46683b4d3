"""The tables of a run as CSV files that a spreadsheet can open safely and that come back as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.county.cells import guarded, unguarded
from optimizer.county.csv_files import csv_lines
from optimizer.plan.cents import in_cents


def table_text(table: pd.DataFrame) -> str:
    """A table as CSV, amounts of dollars to the cent; text that a spreadsheet would take for a formula is guarded,
    numbers never are.
    """
    told = in_cents(table)
    return csv_lines(told.columns, zip(*(_cells(column) for _, column in told.items()), strict=True))


def _cells(column: pd.Series[Any]) -> list[Any]:
    """What the writer of CSV files writes as it is: floats keep every bit, and what is missing is blank."""
    values = column.tolist()
    if column.dtype.kind in "biu":
        return values
    missing = column.isna().tolist()
    cells = zip(values, missing, strict=True)
    return ["" if blank else guarded(value) if isinstance(value, str) else value for value, blank in cells]


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table; see `table_text`."""
    path.write_text(table_text(table), encoding="utf-8")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table back; blank texts stay blank texts, floats keep every bit."""
    table = pd.read_csv(path, keep_default_na=False, na_values={}, encoding="utf-8")
    for name in table.select_dtypes(exclude=["number", "bool"]):
        table[name] = table[name].map(lambda value: unguarded(value) if isinstance(value, str) else value)
    return table
