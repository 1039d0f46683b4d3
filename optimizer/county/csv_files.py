"""One table as one CSV file: UTF-8, commas, one header row, one line per row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.county.cells import Cell, blank_or, csv_text, unguarded
from optimizer.county.fields import columns_of
from optimizer.county.files import read_text, refused
from optimizer.county.grids import Grid
from optimizer.county.records import Record
from optimizer.errors import Finding, Refused

if TYPE_CHECKING:
    import _csv

MAX_BYTES = 500_000_000
"""Larger files are refused unread; a table of a million rows takes about a third of it."""
_SAVE_AS = 'Save it as "CSV UTF-8 (comma delimited)".'


def read_csv(path: Path, record: type[Record]) -> Grid:
    """A CSV file as a grid.

    Raises `Refused` if it cannot be read, is not such a file, or its rows are not as wide as its header.
    """
    text = read_text(path, MAX_BYTES, _SAVE_AS)
    (top, first), *lines = _lines(path, text)
    header = tuple(name.strip() for name in first)
    columns = columns_of(record)
    if len(header) == 1 and header[0] not in columns:
        _refuse_other_delimiter(path, header[0])
    ragged = [(number, len(cells)) for number, cells in lines if len(cells) != len(header)]
    if ragged:
        needs, fix = f"{len(header)} as in the header", "Quote cells that hold commas; give every row all its cells."
        raise Refused(Finding(f"{path} row {number}", f"{width} cells", needs, fix) for number, width in ragged)
    texts = tuple(name not in columns or columns[name].is_text for name in header)
    rows = ((number, tuple(map(_cell, cells, texts))) for number, cells in lines)
    filled = tuple((number, cells) for number, cells in rows if any(cell is not None for cell in cells))
    return Grid(str(path), header, filled, header_row=top)


def csv_bytes(record: type[Record], rows: Iterable[Record]) -> bytes:
    """Records as a CSV file; the byte order mark tells spreadsheets that it is UTF-8."""
    columns = columns_of(record)
    cells = ([csv_text(getattr(row, name)) for name in columns] for row in rows)
    return csv_lines(columns, cells).encode("utf-8-sig")


def csv_lines(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """Cells as the text of a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _lines(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Row number and cells of every line that is not empty."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(number, cells) for number, cells in _numbered(path, lines) if cells]
    except csv.Error as error:
        fix = "Check the quotes in this row."
        raise refused(f"{path} row {lines.line_num}", f"a line that does not read ({error})", "CSV", fix) from error


def _numbered(path: Path, lines: _csv.Reader) -> Iterator[tuple[int, list[str]]]:
    for row, cells in enumerate(lines, start=1):
        # the file's lines and its rows agree only as long as no cell holds a line break
        if lines.line_num != row:
            fix = "Close the quotes and remove line breaks from cells."
            raise refused(f"{path} row {row}", "a cell that runs over several lines", "one line per row", fix)
        yield row, cells


def _refuse_other_delimiter(path: Path, header: str) -> None:
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if delimiter in header:
            raise refused(f"{path} row 1", f"{name} between the columns", "commas", _SAVE_AS)


def _cell(text: str, is_text: bool) -> Cell:
    bare = text.strip()
    return blank_or(unguarded(bare) if is_text else bare)
