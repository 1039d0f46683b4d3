"""A table with a row per county, as the memo of a region has several."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from optimizer.report.documents.blocks import Grid
from optimizer.report.documents.letters import short
from optimizer.report.documents.tabling import Column, grid_of
from optimizer.report.words import count_of

NAME_LETTERS = 30


def by_county(caption: str, columns: Iterable[Column], table: pd.DataFrame, least: int) -> Grid:
    """The rows of a table that has `county`, with all counties' sums below; no fewer than `least` are shown."""
    return grid_of(
        caption,
        (Column("County", lambda row: short(row["county"], NAME_LETTERS), 0.3), *columns),
        table,
        lambda count: count_of(count, "other county", "other counties"),
        least=least,
        enough=12,
        foot="All counties",
    )
