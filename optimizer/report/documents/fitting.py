"""How high a document is, and what of its long lists it shows so that it fits on its pages.

The heights are worked out from the widths of letters, a little too high rather than too low; that documents really fit
is tested by laying them out with an office program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from optimizer.report.documents import looks
from optimizer.report.documents.blocks import Block, Document, Grid, Heading, Items, Paragraph, Picture
from optimizer.report.documents.columns import WIDTH, column_widths
from optimizer.report.documents.letters import lines_of

PAGE = 72.0 * (looks.PAGE_HEIGHT_IN - looks.TOP_IN - looks.BOTTOM_IN)
LOST_AT_BREAK = 25.0
"""What stays empty at the foot of a page at the least, as no row is broken and no heading parted from its text [pt]."""
SAFETY = 0.98
"""Part of the pages that is filled."""


def fitted(document: Document, pages: int) -> Document:
    """The document with as much of its long lists as its pages hold; what is left out is counted in a last row.

    Lists grow to what is enough of each, the first one first; then, once the pictures have their place if there is any,
    by turns to their end. At the least every list shows what its `least` says; where that does not fit, tables with
    something that may stand `instead` of them give way to it, and then lists show one row.
    """
    lists = [block for block in document.blocks if isinstance(block, Items | Grid) and block.rest is not None]
    shown = {id(block): min(block.least, _size(block)) for block in lists}
    texts = [_folded(block, shown) for block in document.blocks if not isinstance(block, Picture)]
    room = _room(document, pages) - sum(map(_height, texts))
    if room < 0.0 and any(isinstance(block, Grid) and block.instead for block in document.blocks):
        return fitted(_shortened(document), pages)
    room = _shrunk(lists, shown, room)
    for block in lists:
        room = _grown([block], shown, {id(block): min(block.enough, _size(block))}, room)
    pictures = sum(_height(block) for block in document.blocks if isinstance(block, Picture))
    drawn = pictures <= room
    _grown(lists, shown, {id(block): _size(block) for block in lists}, room - pictures if drawn else room)
    kept = [block for block in document.blocks if drawn or not isinstance(block, Picture)]
    return replace(document, blocks=tuple(_folded(block, shown) for block in kept))


def _room(document: Document, pages: int) -> float:
    """What the pages hold below the title [pt]."""
    lost = (pages - 1) * max(LOST_AT_BREAK, _tallest_row(document))
    return (pages * PAGE - lost) * SAFETY - _title_height(document)


def _shortened(document: Document) -> Document:
    """The document with what may stand instead of its tables."""
    shorter = (block.instead or block if isinstance(block, Grid) else block for block in document.blocks)
    return replace(document, blocks=tuple(shorter))


def _grown(lists: Sequence[Items | Grid], shown: dict[int, int], most: Mapping[int, int], room: float) -> float:
    """Let lists grow, a row of each in turn, as far as the room goes; what is left of it."""
    growing = list(lists)
    while growing:
        still = []
        for block in growing:
            more = shown | {id(block): shown[id(block)] + 1}
            rise = _height(_folded(block, more)) - _height(_folded(block, shown))
            if more[id(block)] <= most[id(block)] and rise <= room:
                room -= rise
                shown.update(more)
                still.append(block)
        growing = still
    return room


def _shrunk(lists: Sequence[Items | Grid], shown: dict[int, int], room: float) -> float:
    """Let the highest lists shrink, to one row at the least, while there is too little room; what is left of it."""
    while room < 0.0:
        long = [block for block in lists if shown[id(block)] > 1]
        if not long:
            break
        free = [block for block in long if not (isinstance(block, Grid) and block.firm)]
        highest = max(free or long, key=lambda block: _height(_folded(block, shown)))
        before = _height(_folded(highest, shown))
        shown[id(highest)] -= 1
        room += before - _height(_folded(highest, shown))
    return room


def _tallest_row(document: Document) -> float:
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return max(
        (_row_height(row, widths) for grid in grids for widths in [column_widths(grid)] for row in grid.rows),
        default=0.0,
    )


def _size(block: Items | Grid) -> int:
    return len(block.texts) if isinstance(block, Items) else len(block.rows)


def _folded(block: Block, shown: Mapping[int, int]) -> Block:
    count = shown.get(id(block))
    if count is None or not isinstance(block, Items | Grid) or block.rest is None or count >= _size(block):
        return block
    if isinstance(block, Items):
        return replace(block, texts=(*block.texts[:count], block.rest(count)), rest=None)
    return replace(block, rows=(*block.rows[:count], block.rest(count)), rest=None)


def _title_height(document: Document) -> float:
    return _text(document.title, looks.TITLE, bold=True) + looks.TITLE_AFTER


def _text(text: str, size: float, room: float = WIDTH, *, bold: bool = False) -> float:
    return lines_of(text, size, room, bold=bold) * size * looks.LINE


def _height(block: Block) -> float:
    if isinstance(block, Heading):
        return _text(block.text, looks.PART, bold=True) + looks.PART_BEFORE + looks.PART_AFTER
    if isinstance(block, Paragraph):
        return _text(f"{block.lead} {block.text}", looks.BODY) + looks.BODY_AFTER
    if isinstance(block, Items):
        room = WIDTH - looks.ITEM_INDENT
        return sum(_text(text, looks.BODY, room) + looks.ITEM_AFTER for text in block.texts) + looks.BODY_AFTER
    if isinstance(block, Picture):
        return 72.0 * block.height_in + looks.BODY_AFTER
    return _grid_height(block)


def _grid_height(block: Grid) -> float:
    caption = _text(block.caption, looks.CELL, bold=True) + looks.CAPTION_BEFORE + looks.CAPTION_AFTER
    widths = column_widths(block)
    foot = 0.0 if block.foot is None else _row_height(block.foot, widths, bold=True)
    heights = sum(_row_height(row, widths) for row in block.rows)
    return caption + _row_height(block.head, widths, bold=True) + heights + foot + looks.AFTER_GRID


def _row_height(row: Sequence[str], widths: Sequence[float], *, bold: bool = False) -> float:
    lines = max(
        lines_of(cell, looks.CELL, width - 2 * looks.CELL_SIDE, bold=bold)
        for cell, width in zip(row, widths, strict=True)
    )
    return lines * looks.CELL * looks.LINE + 2 * looks.CELL_TOP + 0.5
