"""What stands once for many rows: titles between them, and cells that are left blank below the first of their kind."""

from __future__ import annotations

from dataclasses import replace

from optimizer.county.cells import Cell
from optimizer.county.files import refused
from optimizer.county.grids import Grid
from optimizer.county.importing.mapping import Place
from optimizer.county.sheet_scan import position
from optimizer.errors import raise_if_any

MERGED_FIX = (
    "Unmerge and fill each. If they are a title above the column names, say `header_row` in the mapping's source; if "
    "they are titles between the rows, `titles`; if a cell stands for the rows below it, `fill_down`."
)


def spread(grid: Grid, place: Place) -> Grid:
    """The grid with the column of its titles, and with blanks filled from above in the columns that say so.

    A title is a row in which nothing but the column of titles holds something. It stays a row, to be dropped by a rule.
    Raises `Refused` for columns that are not there, or that would be there twice.
    """
    titles = place.titles
    needed = [*place.fill_down, *([titles.column] if titles else [])]
    missing = dict.fromkeys(name for name in needed if name not in grid.header)
    where = f"{grid.place} row {grid.header_row}"
    fix = "Name a column of this sheet in `titles` and `fill_down` of the mapping's source."
    raise_if_any([refused(where, f"no column {name!r}", "every column named", fix).findings[0] for name in missing])
    rows = [(number, list(cells)) for number, cells in grid.rows]
    header = grid.header
    if titles is not None:
        if titles.named in header:
            what = f"a column {titles.named!r}"
            raise refused(where, what, "a name for the titles that no column has", "Choose another `as`.")
        _add_titles(rows, header.index(titles.column))
        header = (*header, titles.named)
    for name in place.fill_down:
        _fill(rows, header.index(name))
    return replace(grid, header=header, rows=tuple((number, tuple(cells)) for number, cells in rows))


def is_read(ranges: str, grid: Grid, place: Place) -> bool:
    """Whether merged cells (A5:M5) are a title between rows, or stand for the rows below in a column that says so."""
    first, _, last = ranges.partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    name = " ".join(grid.header[left - 1].split()) if left <= len(grid.header) else ""
    if top <= grid.header_row:
        return False
    if top == bottom:
        return place.titles is not None and name == place.titles.column
    return left == right and name in place.fill_down


def _add_titles(rows: list[tuple[int, list[Cell]]], column: int) -> None:
    title: Cell = None
    for _, cells in rows:
        filled = [index for index, cell in enumerate(cells) if cell is not None]
        title = cells[column] if filled == [column] else title
        cells.append(title)


def _fill(rows: list[tuple[int, list[Cell]]], column: int) -> None:
    above: Cell = None
    for _, cells in rows:
        above = cells[column] if cells[column] is not None else above
        cells[column] = above
