"""Sizes of a document on US Letter paper, the same for every writer [pt unless the name says otherwise]."""

from __future__ import annotations

FONT = "Arial"
PAGE_WIDTH_IN, PAGE_HEIGHT_IN = 8.5, 11.0
SIDE_IN, TOP_IN, BOTTOM_IN = 0.7, 0.6, 0.75
WIDTH_IN = PAGE_WIDTH_IN - 2 * SIDE_IN
"""Of the text."""
TITLE, PART, BODY, CELL, FOOTER = 15.0, 11.5, 9.5, 8.5, 8.0
"""Sizes of letters."""
LINE = 1.17
"""Height of a line, as so many times the size of its letters; Arial's own is 1.15."""
TITLE_AFTER, PART_BEFORE, PART_AFTER, BODY_AFTER, ITEM_AFTER = 3.0, 7.0, 2.0, 3.0, 1.0
CAPTION_BEFORE, CAPTION_AFTER, AFTER_GRID = 4.0, 1.5, 4.0
CELL_SIDE, CELL_TOP = 3.5, 0.8
"""Between the letters and the border of a cell."""
ITEM_INDENT = 12.0
INK, SOFT, RULE = "1F2933", "E8EDF2", "8A97A6"
"""Letters, ground of a table's head, lines of a table."""
