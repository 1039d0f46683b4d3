"""How wide the columns of a table are: numbers and short texts are never broken, longer texts share what is left."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.report.documents import looks
from optimizer.report.documents.blocks import Grid
from optimizer.report.documents.letters import width_pt

WIDTH = 72.0 * looks.WIDTH_IN
"""Of the page's text [pt]."""
SHORT_LETTERS = 13
"""A column of text without a longer one stays on one line."""
MOST_UNBROKEN = 0.75
"""Part of the width that unbroken columns may take; beyond that they are narrowed, and broken."""
LEAST_FLEXIBLE = 60.0
"""Words up to this width are not broken [pt]."""
SPREAD = 18.0
"""By so much a column of numbers is widened at the most where there is room [pt]."""


def column_widths(grid: Grid) -> tuple[float, ...]:
    """Width of every column with the sides of its cells [pt]; together the page's at the most."""
    rows = [row for row in (*grid.rows, grid.foot) if row is not None]
    if grid.rest is not None and len(grid.rows) > grid.least:
        rows.append(grid.rest(grid.least))
    columns = [[row[place] for row in rows] for place in range(len(grid.head))]
    whole = [_whole(grid.head[place], texts) + 2 * looks.CELL_SIDE + 2.0 for place, texts in enumerate(columns)]
    flexible = [
        place for place, texts in enumerate(columns) if grid.shares[place] and max(map(len, texts)) > SHORT_LETTERS
    ]
    taken = sum(width for place, width in enumerate(whole) if place not in flexible)
    squeeze = min(1.0, MOST_UNBROKEN * WIDTH / taken) if flexible and taken else min(1.0, WIDTH / max(taken, 1.0))
    widths = [squeeze * width for width in whole]
    for place in flexible:
        widths[place] = min(LEAST_FLEXIBLE, _widest_word(columns[place]) + 2 * looks.CELL_SIDE)
    left, shares = WIDTH - sum(widths), sum(grid.shares[place] for place in flexible)
    for place in flexible:
        widths[place] = min(widths[place] + max(left, 0.0) * grid.shares[place] / shares, whole[place])
    spread = min(SPREAD, (WIDTH - sum(widths)) / max(len(grid.numbers), 1))
    return tuple(width + (spread if place in grid.numbers else 0.0) for place, width in enumerate(widths))


def _widest_word(texts: Sequence[str]) -> float:
    return max((width_pt(word, looks.CELL) for text in texts for word in text.split()), default=0.0)


def _whole(head: str, texts: Sequence[str]) -> float:
    """Width that keeps every text on a line and the head on two."""
    bold = width_pt(head, looks.CELL, bold=True)
    words = max((width_pt(word, looks.CELL, bold=True) for word in head.split()), default=0.0)
    return max(words, 0.6 * bold, *(width_pt(text, looks.CELL, bold=True) for text in texts), 0.0)
