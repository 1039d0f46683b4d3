"""How wide the columns of a table are: numbers and short texts are never broken, longer texts share what is left."""

from __future__ import annotations

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


def column_widths(grid: Grid) -> tuple[float, ...]:
    """Width of every column with the sides of its cells [pt]; together the page's at the most."""
    places = range(len(grid.head))
    rows = [*grid.rows] if grid.rest is None or len(grid.rows) <= grid.least else [*grid.rows, grid.rest(grid.least)]
    columns = [[row[place] for row in rows] for place in places]
    flexible = [
        place for place in places if grid.shares[place] and max(map(len, columns[place]), default=0) > SHORT_LETTERS
    ]
    fixed = [place for place in places if place not in flexible]
    texts = [max((width_pt(text, looks.CELL) for text in column), default=0.0) for column in columns]
    if grid.foot is not None:
        texts = [max(text, width_pt(cell, looks.CELL, bold=True)) for text, cell in zip(texts, grid.foot, strict=True)]
    words = [max(text, _widest_word(head, bold=True)) + SIDES for text, head in zip(texts, grid.head, strict=True)]
    # a head on two lines at the most
    heads = [0.6 * width_pt(head, looks.CELL, bold=True) + SIDES for head in grid.head]
    whole = [max(word, head) for word, head in zip(words, heads, strict=True)]
    most = (MOST_UNBROKEN if flexible else 1.0) * WIDTH
    widths = whole if sum(whole[place] for place in fixed) <= most else words
    squeeze = min(1.0, most / max(sum(widths[place] for place in fixed), 1.0))
    widths = [squeeze * width for width in widths]
    for place in flexible:
        widest = max(_widest_word(text, bold=False) for text in columns[place])
        widths[place] = min(LEAST_FLEXIBLE, widest + SIDES)
    left, shares = max(WIDTH - sum(widths), 0.0), sum(grid.shares[place] for place in flexible)
    for place in flexible:
        widths[place] = min(widths[place] + left * grid.shares[place] / shares, whole[place])
    spread = min(SPREAD, max(WIDTH - sum(widths), 0.0) / max(len(grid.numbers), 1))
    return tuple(width + (spread if place in grid.numbers else 0.0) for place, width in enumerate(widths))


def _widest_word(text: str, *, bold: bool) -> float:
    return max((width_pt(word, looks.CELL, bold=bold) for word in text.split()), default=0.0)
