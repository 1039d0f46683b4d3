"""A frame as a table for a terminal, with numbers as a budget office writes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import inf, isfinite

import pandas as pd
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from optimizer.report.words import decimals, exact_usd

MOST_ROWS = 15
"""Rows of a table that is shown in part; all of them are in the run folder, and in --csv and --json."""

SHORT_TEXT = 48
"""Letters up to which a text stays on one line."""
FINE = frozenset({"now", "fitted", "in_at", "out_at"})
"""Columns whose numbers are told apart by more than two decimals: parameters, and the ends of what brackets one."""
NARROWEST_TEXT = 28
"""Letters that a line of a longer text has at the least."""


class TitledTable(Table):
    """A table below a title that is as wide as the screen, not as the table; without rows a line that says `none`."""

    def __init__(self, heading: str) -> None:
        super().__init__(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
        self.heading = heading

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.heading:
            yield Text(self.heading if self.row_count else f"{self.heading}: none", style="bold")
        if self.row_count:
            yield from super().__rich_console__(console, options)


def frame_table(
    title: str, frame: pd.DataFrame, whole: int | None = None, names: Collection[str] = frozenset()
) -> Table:
    """A frame as a table: dollars and shares formatted by the ending of the column's name.

    Columns in `names` are headed by a name of the county's own, which is shown as it is; their cells are texts.
    """
    total = len(frame) if whole is None else whole
    more = f" (first {len(frame)} of {total})" if total > len(frame) else ""
    table = TitledTable(title + more)
    columns = []
    for name in frame.columns:
        own = name in names
        is_number = pd.api.types.is_numeric_dtype(frame[name]) and frame[name].dtype != bool
        texts = [cell("" if own else str(name), value) for value in frame[name]]
        head = str(name) if own else str(name).replace("_", " ")
        table.add_column(
            Text(head),
            justify="right" if is_number else "left",
            min_width=_least_width(head, texts, is_number=is_number),
            overflow="fold",
        )
        columns.append(texts)
    for row in zip(*columns, strict=True):
        table.add_row(*map(Text, row))
    return table


def _least_width(head: str, texts: Sequence[str], *, is_number: bool) -> int:
    """Numbers and short texts are never broken; long texts wrap between words, but not to a word a line."""
    longest = max(map(len, texts), default=0)
    least = longest if is_number or longest <= SHORT_TEXT else NARROWEST_TEXT
    return max(least, *(len(word) for text in (head, *texts) for word in text.split() or [""]))


def cell(column: str, value: object) -> str:
    """A value as a budget office writes it; the column's name tells dollars and shares. What has no end is a dash."""
    if value == inf and "payback" in column:
        return "never"
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if "usd" in column:
            return exact_usd(float(value))
        if "share" in column:
            return f"{value:.1%}"
        return decimals(value, 4 if column in FINE else 2).rstrip("0").rstrip(".")
    # names of columns, which are told apart by semicolons; a line may end between two of them
    return str(value).replace(";", ", ") if column == "estimated" else str(value)
