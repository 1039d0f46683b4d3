"""How wide the columns of a table are: numbers and short texts are never broken, longer texts share what is left."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.report.documents import looks
from optimizer.report.documents.blocks import Grid
from optimizer.report.documents.letters import width_pt

WIDTH = 72.0 * looks.WIDTH_IN
"""Of the page's text [pt]."""
SIDES = 2 * looks.CELL_SIDE + 1.0
SHORT_LETTERS = 13
"""A column of text without a longer one stays on one line."""
MOST_UNBROKEN = 0.8
"""Part of the width that unbroken columns may take beside longer texts; beyond that their heads are broken between
words, and at last everything is narrowed.
"""
LEAST_FLEXIBLE = 60.0
"""Words up to this width are not broken [pt]."""
SPREAD = 18.0
"""By so much a column of numbers is widened at the most where there is room [pt]."""


@dataclass(frozen=True)
class _Column:
    """What a column needs [pt]."""

    unbroken: float
    """No cell is broken, and no word of its head."""
    whole: float
    """The same, and its head stands on two lines at the most."""
    least: float
    """Words are not broken up to a width that is always granted; of interest where it is flexible."""
    flexible: bool
    """Whether its texts may run over several lines."""
    share: float
    """Of the width that is left, how much it takes beside other flexible ones."""
    is_number: bool


def column_widths(grid: Grid) -> tuple[float, ...]:
    """Width of every column with the sides of its cells [pt]; together the page's at the most."""
    columns = _columns_of(grid)
    return tuple(_spread(columns, _shared_out(columns, _at_least(columns))))


def _columns_of(grid: Grid) -> list[_Column]:
    rows = [*grid.rows]
    if grid.rest is not None and len(rows) > grid.least:
        rows.append(grid.rest(grid.least))
    feet = grid.foot or [""] * len(grid.head)
    return [
        _column([row[place] for row in rows], head, feet[place], grid.shares[place], place in grid.numbers)
        for place, head in enumerate(grid.head)
    ]


def _column(texts: list[str], head: str, foot: str, share: float, is_number: bool) -> _Column:
    widest = max([*(width_pt(text, looks.CELL) for text in texts), width_pt(foot, looks.CELL, bold=True)])
    unbroken = max(widest, _widest_word(head, bold=True)) + SIDES
    half_head = 0.6 * width_pt(head, looks.CELL, bold=True) + SIDES
    flexible = bool(share) and max(map(len, texts), default=0) > SHORT_LETTERS
    widest_word = max((_widest_word(text, bold=False) for text in texts), default=0.0) if flexible else 0.0
    least = min(LEAST_FLEXIBLE, widest_word + SIDES)
    return _Column(unbroken, max(unbroken, half_head), least, flexible, share, is_number)


def _at_least(columns: list[_Column]) -> list[float]:
    """What every column has before room is shared: fixed ones all that they need, if it is to be had."""
    fixed = [column for column in columns if not column.flexible]
    most = (MOST_UNBROKEN if len(fixed) < len(columns) else 1.0) * WIDTH
    heads_fit = sum(column.whole for column in fixed) <= most
    needed = [column.whole if heads_fit else column.unbroken for column in columns]
    of_fixed = sum(width for column, width in zip(columns, needed, strict=True) if not column.flexible)
    squeeze = min(1.0, most / max(of_fixed, 1.0))
    return [column.least if column.flexible else squeeze * width for column, width in zip(columns, needed, strict=True)]


def _shared_out(columns: list[_Column], widths: list[float]) -> list[float]:
    """Flexible columns share what is left, none beyond what it needs."""
    left, shares = _left(widths), sum(column.share for column in columns if column.flexible)
    return [
        min(width + left * column.share / shares, column.whole) if column.flexible else width
        for column, width in zip(columns, widths, strict=True)
    ]


def _spread(columns: list[_Column], widths: list[float]) -> list[float]:
    """Columns of numbers stand a little apart where there is room."""
    numbers = sum(column.is_number for column in columns)
    spread = min(SPREAD, _left(widths) / max(numbers, 1))
    return [width + (spread if column.is_number else 0.0) for column, width in zip(columns, widths, strict=True)]


def _left(widths: list[float]) -> float:
    return max(WIDTH - sum(widths), 0.0)


def _widest_word(text: str, *, bold: bool) -> float:
    return max((width_pt(word, looks.CELL, bold=bold) for word in text.split()), default=0.0)
