"""Frames as tables of a page: headings with units, numbers as a budget office writes them, exact values beside them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.report.html.parts import Cell, Column, Table
from optimizer.report.words import decimals
from optimizer.report.workbook.words import heading

MINUS = "−"
NONE = "–"
ROUNDED = "Amounts are shown rounded; sums are of the exact ones."
WORDS = {
    "today_usd_per_year": "Today ($ a year)",
    "plan_usd_per_year": "Plan ($ a year)",
    "saving_usd_per_year": "Saved ($ a year)",
    "gross_usd_per_year": "Gross cost today ($ a year)",
    "one_time_usd": "One-time cost ($)",
    "fte_transferred": "FTE hired by providers",
    "fte_displaced": "FTE who lose their position",
    "displaced_fte": "FTE who lose their position",
    "absorbed_fte": "of them absorbed by attrition (FTE)",
    "laid_off_fte": "of them laid off (FTE)",
    "cumulative_saving_usd": "Saved in all until then ($)",
    "saving_usd": "Saved ($)",
    "today_usd": "Today's cost ($)",
    "plan_usd": "The plan's cost ($)",
    "usd_per_year": "$ a year",
    "name": "Name",
    "service_id": "Service id",
}
"""Headings that say more than the column's own name."""
SHORT_LETTERS = 16
"""A column of text without a longer one stays on one line."""
PROSE = frozenset({"why", "text", "example", "source", "value", "set_by", "unlike", "question"})


def table_of(
    frame: pd.DataFrame,
    id_: str,
    caption: str,
    *,
    total: Sequence[str] = (),
    heads: Mapping[str, str] | None = None,
    names: Collection[str] = (),
    links: Sequence[str] = (),
    note: str = "",
    whole: bool = False,
) -> Table:
    """A frame as a table. `heads` are headings by column, `names` columns headed by a name of the county's own,
    `links` an id on the page per row, `total` the columns that are summed below; `whole`: paper has every row of it.
    """
    columns = tuple(_column(frame, str(name), heads or {}, names) for name in frame.columns)
    cells = [[cell_of(column, value) for value in frame[column.name].tolist()] for column in columns]
    rows = [list(row) for row in zip(*cells, strict=True)]
    for row, link in zip(rows, links, strict=False):
        row[0] = replace(row[0], link=link)
    summed = note or (ROUNDED if total else "")
    return Table(id_, caption, columns, tuple(map(tuple, rows)), _total(frame, columns, total), summed, whole)


def _column(frame: pd.DataFrame, name: str, heads: Mapping[str, str], names: Collection[str]) -> Column:
    values = frame[name]
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if not number:
        known = [value for value in values.tolist() if not _blank(value)]
        number = bool(known) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known)
    head = name if name in names else heads.get(name) or WORDS.get(name) or _heading(name)
    longest = 0 if number else max((len(str(value)) for value in values.tolist() if not _blank(value)), default=0)
    return Column(name, head, number, name in PROSE, 0 < longest <= SHORT_LETTERS)


def _heading(name: str) -> str:
    per = name.partition("usd_per_year_per_")
    if not per[1] or per[0]:
        return heading(name)
    return f"$ a year per {per[2].replace('_', ' ').replace('fte', 'FTE').replace('usd', 'USD')}"


def _total(frame: pd.DataFrame, columns: Sequence[Column], total: Sequence[str]) -> tuple[Cell, ...]:
    if not total or frame.empty:
        return ()
    sums = {name: float(np.nansum(frame[name].to_numpy(dtype=np.float64))) for name in total}
    first = columns[0].name
    return tuple(
        cell_of(column, sums[column.name]) if column.name in sums else Cell("Total" if column.name == first else "")
        for column in columns
    )


def cell_of(column: Column, value: Any) -> Cell:
    """A value as a cell of its column."""
    value = value.item() if hasattr(value, "item") else value
    if _blank(value):
        return Cell(NONE if column.number else "")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if not isinstance(value, int | float):
        return Cell(", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value))
    if math.isinf(value):
        return Cell("never" if value > 0 else NONE)
    return Cell(number_text(column.name, float(value)), float(value))


def _blank(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def number_text(column: str, value: float) -> str:
    """A number as a budget office writes it; the column's name tells its unit, which stands in the heading."""
    if "usd" in column:
        return _signed(f"{abs(value):,.0f}", value)
    if "share" in column or column in ("coverage", "lost_by_exit"):
        return _signed(f"{abs(100 * value):,.1f}%", value)
    if "fte" in column or column in ("used", "limit", "slack"):
        return _signed(_plain(abs(value), 2), value)
    if column in ("year", "fiscal_year"):
        return f"{value:.0f}"
    return _signed(_plain(abs(value), 1 if "years" in column else 2), value)


def _plain(size: float, digits: int) -> str:
    text = decimals(size, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(size: str, value: float) -> str:
    """With a minus sign, but none before what is rounded to nothing."""
    return f"{MINUS}{size}" if value < 0 and any(digit in "123456789" for digit in size) else size
