"""A table of a document from a frame: every column says how a row is told and how several are summed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimizer.report.documents.blocks import Grid

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Column:
    """A column."""

    head: str
    cell: Callable[[Row], str]
    share: float = 0.0
    """Of the width that numbers leave; nothing for a column of numbers."""
    sum: Callable[[pd.DataFrame], str] = lambda _: ""
    """Several rows in one."""


def grid_of(
    caption: str,
    columns: Sequence[Column],
    table: pd.DataFrame,
    rest: Callable[[int], str],
    *,
    least: int,
    enough: int,
    foot: str | None = None,
) -> Grid:
    """A grid of a frame's rows. Rows that are folded are named by `rest`, all of them together by `foot`, if at all."""
    records = table.to_dict("records")

    def summed(name: str, rows: pd.DataFrame) -> tuple[str, ...]:
        return (name, *(column.sum(rows) for column in columns[1:]))

    return Grid(
        caption,
        tuple(column.head for column in columns),
        tuple(tuple(column.cell(row) for column in columns) for row in records),
        tuple(column.share for column in columns),
        lambda shown: summed(rest(len(table) - shown), table.iloc[shown:]),
        least=least,
        enough=enough,
        foot=None if foot is None else summed(foot, table),
    )
