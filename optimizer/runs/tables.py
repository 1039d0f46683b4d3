"""The tables of a run as CSV files that a spreadsheet can open safely and that come back as they were."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from optimizer.county.cells import guarded, unguarded
from optimizer.plan.cents import in_cents


def table_text(table: pd.DataFrame) -> str:
    """A table as CSV, amounts of dollars to the cent; text that a spreadsheet would take for a formula is guarded,
    numbers never are.
    """
    safe = in_cents(table).map(lambda value: guarded(value) if isinstance(value, str) else value)
    return safe.to_csv(index=False, lineterminator="\n")


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table; see `table_text`."""
    path.write_text(table_text(table), encoding="utf-8")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table back; blank texts stay blank texts, floats keep every bit."""
    table = pd.read_csv(path, keep_default_na=False, na_values={}, encoding="utf-8")
    for column in table.select_dtypes(include=["object", "string"]):
        table[column] = table[column].map(lambda value: unguarded(value) if isinstance(value, str) else value)
    return table
