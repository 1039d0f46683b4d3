"""An analysis on a terminal and as plain data."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from optimizer.plan.told import Told
from optimizer.report.export import frame_data
from optimizer.report.frames import MOST_ROWS, frame_table


def show_told(console: Console, told: Told) -> None:
    """The sentences, then the first rows of every table that is not empty."""
    for line in told.lines:
        console.print(escape(line))
    for title, frame in told.tables.items():
        if not frame.empty:
            console.print(frame_table(title, frame.head(MOST_ROWS), len(frame)))


def told_data(told: Told) -> dict[str, Any]:
    """The sentences and all tables, whole."""
    return {"told": list(told.lines), "tables": {title: frame_data(frame) for title, frame in told.tables.items()}}


def main_table(told: Told) -> pd.DataFrame:
    """The first table, whole."""
    return next(iter(told.tables.values()), pd.DataFrame())
