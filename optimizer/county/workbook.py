"""An .xlsx workbook in, one grid per sheet: read once, bounded, and nothing in it is run or followed."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from optimizer.county.cells import Cell, blank_or
from optimizer.county.files import read_bytes, refused
from optimizer.county.grids import Grid
from optimizer.county.sheet_scan import SheetScan, TooMuch, position, scan_sheet, sheet_parts
from optimizer.errors import Finding, Refused, raise_if_any

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 100_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_MEMBERS = 5_000
MAX_CELLS = 2_000_000
MAX_COLUMNS = 200
MAX_BLANK_ROWS = 10_000
_SAVE_AS = 'Open it in a spreadsheet program and save it as "Excel workbook (.xlsx)".'
_LARGE = "Give the county as a folder of CSV files."


def read_workbook(
    path: Path, ignored: Collection[str], header_row_of: Callable[[str], int] = lambda _name: 1
) -> tuple[dict[str, Grid], list[Finding]]:
    """Every visible sheet but the ignored ones as a grid by name, and what is wrong with sheets and cells.

    What stands above the header row of a sheet (titles, notes) is not looked at.
    Raises `Refused` if it is no such workbook at all, or a sheet is too large to be read.
    """
    content = read_bytes(path, MAX_BYTES)
    scans, findings = _scanned(path, content, ignored)
    raise_if_any([finding for name, scan in scans.items() for finding in _far_cells(_place(path, name), scan)])
    if sum(scan.cells for scan in scans.values()) > MAX_CELLS:
        raise refused(str(path), f"more than {MAX_CELLS:,} cells", "fewer", _LARGE)
    grids = {}
    with _telling_damage(path), warnings.catch_warnings():
        # openpyxl warns of pictures, drop-downs and styles that it leaves out; none of them holds a value
        warnings.simplefilter("ignore")
        book = _opened(content)
        for name, scan in scans.items():
            grids[name] = _grid(_place(path, name), book[name], scan, header_row_of(name), findings)
            findings += _empty_looking(grids[name], scan)
    return grids, findings


def sheet_names(path: Path) -> tuple[str, ...]:
    """The names of all sheets of a workbook.

    Raises `Refused` if it is no such workbook.
    """
    with _telling_damage(path), _unzipped(path, read_bytes(path, MAX_BYTES)) as book:
        return tuple(sheet_parts(book))


def open_whole(path: Path, max_unpacked_bytes: int) -> Workbook:
    """A workbook with its formulas, formats and all that can be written again, for a copy of it.

    Raises `Refused` if it is no such workbook, or larger than that when unpacked.
    """
    from openpyxl import load_workbook

    content = read_bytes(path, MAX_BYTES)
    with _telling_damage(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _unzipped(path, content) as book:
            if sum(member.file_size for member in book.infolist()) > max_unpacked_bytes:
                found, needs = f"over {max_unpacked_bytes:,} bytes when unpacked", "a workbook small enough to copy"
                raise refused(str(path), found, needs, "Take the findings as they are printed.")
        return load_workbook(io.BytesIO(content), rich_text=True)


def _opened(content: bytes) -> Workbook:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)


def _unzipped(path: Path, content: bytes) -> zipfile.ZipFile:
    """The zip of a workbook, after looking at what it claims to be and to hold."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused(str(path), "an old or an encrypted workbook", "an .xlsx workbook without password", _SAVE_AS)
    try:
        book = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        found = "a file that is no workbook, whatever its name says"
        raise refused(str(path), found, "an .xlsx workbook", _SAVE_AS) from error
    names = book.namelist()
    if len(names) > MAX_MEMBERS or sum(member.file_size for member in book.infolist()) > MAX_UNPACKED_BYTES:
        found = f"over {MAX_UNPACKED_BYTES:,} bytes or {MAX_MEMBERS:,} parts when unpacked"
        raise refused(str(path), found, "a workbook of a county's size", _LARGE)
    if "xl/workbook.xml" not in names or len(names) != len(set(names)):
        raise refused(str(path), "a file of another kind or damaged", "an .xlsx workbook", _SAVE_AS)
    if any(name.startswith("xl/vbaProject") for name in names):
        raise refused(str(path), "a workbook with macros", "a workbook without macros", _SAVE_AS)
    return book


def _scanned(path: Path, content: bytes, ignored: Collection[str]) -> tuple[dict[str, SheetScan], list[Finding]]:
    """What is on each sheet but the ignored ones; a hidden sheet is told and not looked into."""
    scans, findings = {}, []
    with _telling_damage(path), _unzipped(path, content) as book:
        for name, (part, hidden) in sheet_parts(book).items():
            if name in ignored:
                continue
            if hidden:
                where, needs = _place(path, name), "only visible sheets"
                findings.append(Finding(where, "a hidden sheet", needs, "Show it or delete it."))
                continue
            with book.open(part) as stream:
                scans[name] = scan_sheet(stream)
    return scans, findings


def _far_cells(place: str, scan: SheetScan) -> Iterator[Finding]:
    fix = "Delete its row and its column."
    if scan.last_column > MAX_COLUMNS:
        yield Finding(f"{place} cell {scan.rightmost}", "a cell far from the table", "nothing there", fix)
    elif scan.last_row > scan.rows + MAX_BLANK_ROWS:
        yield Finding(f"{place} cell {scan.lowest}", "a cell far from the table", "nothing there", fix)


def _empty_looking(grid: Grid, scan: SheetScan) -> Iterator[Finding]:
    """Cells that read as blank although they are not meant to be."""
    for ranges in sorted(scan.merged, key=lambda ranges: position(ranges.partition(":")[0])):
        last_row, _ = position(ranges.rpartition(":")[2])
        if last_row >= grid.header_row:
            yield Finding(
                f"{grid.place} cells {ranges}", "merged cells", "one value per cell", "Unmerge and fill each."
            )
    for row, column in map(position, scan.unsaved):
        if row >= grid.header_row:
            fix = "Open and save the workbook in a spreadsheet program, or type the value."
            name = grid.header[column - 1] or str(column)
            yield Finding(grid.where(row, name), "a formula without a saved value", "a value", fix)


def _grid(place: str, sheet: Worksheet, scan: SheetScan, header_row: int, findings: list[Finding]) -> Grid:
    width = max(scan.last_column, 1)
    rows = enumerate(sheet.iter_rows(header_row, max(scan.last_row, header_row), 1, width), start=header_row)
    _, top = next(rows, (header_row, ()))
    header = tuple(str(cell.value).strip() if cell.value is not None else "" for cell in top)
    filled = []
    for number, cells in rows:
        values = tuple(blank_or(cast("Cell", cell.value)) for cell in cells)
        if all(value is None for value in values):
            continue
        for column, (name, cell) in enumerate(zip(header, cells, strict=True), start=1):
            where = f"{place} row {number} column {name or column}"
            findings += _bad_cell(where, cell.data_type, cell.value)
        filled.append((number, values))
    return Grid(place, header, tuple(filled), header_row=header_row)


def _bad_cell(where: str, data_type: str, value: object) -> Iterator[Finding]:
    if data_type == "e":
        yield Finding(where, repr(value), "a value", "Mend the formula, or type the value.")
    elif isinstance(value, date | time | timedelta):
        fix = "Format the cell as text or number, then type the value again."
        yield Finding(where, f"a date or time, {value}", "a text or a number", fix)


def _place(path: Path, sheet: str) -> str:
    return f"{path} sheet {sheet}"


@contextmanager
def _telling_damage(path: Path) -> Iterator[None]:
    """Zip, XML and openpyxl let through whatever breaks first in a damaged file: all of it is one refusal."""
    try:
        yield
    except Refused:
        raise
    except TooMuch as error:
        raise refused(str(path), f"more than {MAX_CELLS:,} cells", "fewer", _LARGE) from error
    except Exception as error:
        found = f"a damaged workbook ({str(error)[:100] or type(error).__name__})"
        raise refused(str(path), found, "an .xlsx workbook", _SAVE_AS) from error
