"""A table with a row per county, as the memo of a region has several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from optimizer.counts import count_of
from optimizer.report.documents.blocks import Grid
from optimizer.report.documents.letters import short
from optimizer.report.documents.tabling import Column, grid_of

NAME_LETTERS = 30
FEW = 4
"""Options, or counties, that are all shown, whatever else is folded."""


def by_county(caption: str, columns: Iterable[Column], table: pd.DataFrame, least: int) -> Grid:
    """The rows of a table that has `county`, with all counties' sums below; no fewer than `least` are shown, and few
    are all shown, if that can be.
    """
    grid = grid_of(
        caption,
        (Column("County", lambda row: short(row["county"], NAME_LETTERS), 0.3), *columns),
        table,
        lambda count: count_of(count, "other county", "other counties"),
        least=len(table) if len(table) <= FEW else least,
        enough=12,
        foot="All counties",
    )
    return replace(grid, firm=len(table) <= FEW)
