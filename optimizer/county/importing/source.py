"""Read a foreign inventory: a CSV file, or the named sheets of a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from optimizer.county.cells import Cell
from optimizer.county.files import read_text, refused
from optimizer.county.findings import did_you_mean
from optimizer.county.grids import Grid
from optimizer.county.importing.headings import MERGED_FIX, is_read, spread
from optimizer.county.importing.loading import Located
from optimizer.county.importing.mapping import Place, SourceLayout
from optimizer.county.importing.tables import MAIN
from optimizer.county.workbook import read_workbook
from optimizer.errors import Finding, raise_if_any

MAX_BYTES = 200_000_000
_OF_SHEET = re.compile(r"$| row \d| cells? [A-Z]")
"""What follows the name of a sheet in a finding on it."""
_SAVE_AS = "Export it again as CSV (UTF-8) or as an .xlsx workbook."
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def read_source(path: Path, located: Located) -> dict[str, Grid]:
    """The main sheet (under `MAIN`) and every joined one, rows that are blank throughout left out.

    Raises `Refused` if the file, a sheet or a header is not there or cannot be read.
    """
    layout = located.mapping.source
    kind = path.suffix.lower()
    if kind == ".xlsx":
        return _sheets(path, located)
    if kind not in (".csv", ".tsv", ".txt"):
        raise refused(str(path), f"a {kind or 'nameless'} file", "a .csv file or an .xlsx workbook", _SAVE_AS)
    if layout.joins or layout.main.sheet is not None:
        fix = "Give the workbook, or take `sheet` and `joins` out of the mapping's source."
        where = located.where(("source",))
        raise refused(where, f"sheets for {path.name}, which is text", "a layout without sheets", fix)
    return {MAIN: spread(_filled(_csv(path, layout, located), path), layout.main)}


def _csv(path: Path, layout: SourceLayout, located: Located) -> Grid:
    """A CSV file as a grid; cells may run over several lines, rows are counted as a spreadsheet does."""
    said = "as in `source: {encoding: windows-1252}` (or utf-16)"
    fix = f"Say in the mapping ({located.where(('source',))}) how it is written, {said}, or export it as CSV (UTF-8)."
    text = read_text(path, MAX_BYTES, fix, encoding=layout.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        lines += ((number, cells) for number, cells in enumerate(reader, start=1))
    except csv.Error as error:
        where = f"{path} row {len(lines) + 1}"
        raise refused(where, f"a line that does not read ({error})", "CSV", "Check the quotes.") from error
    top = layout.main.header_row
    header = next((cells for number, cells in lines if number == top), [])
    _refuse_other_delimiter(f"{path} row {top}", header, layout.delimiter, located.where(("source",)))
    rows = [(number, [_tidy(cell) for cell in cells]) for number, cells in lines if number > top]
    ragged = [_width(path, number, cells, header) for number, cells in rows if any(cells) and not _fits(cells, header)]
    raise_if_any(ragged)
    width = len(header)
    return Grid(
        str(path),
        _names(header),
        tuple((number, (*cells[:width], *[None] * (width - len(cells)))) for number, cells in rows),
        header_row=top,
    )


def _refuse_other_delimiter(where: str, header: list[str], delimiter: str, mapping: str) -> None:
    """Tell a header that is one cell only because another delimiter stands between its names."""
    if len(header) != 1:
        return
    found = max(_DELIMITERS, key=header[0].count)
    if found in header[0]:
        written = "\\t" if found == "\t" else found
        fix = f'Say `source: {{delimiter: "{written}"}}` in the mapping ({mapping}).'
        raise refused(where, f"{_DELIMITERS[found]} between the columns", _DELIMITERS[delimiter], fix)


def _fits(cells: list[Cell], header: list[str]) -> bool:
    """Whether a row is as wide as the header, but for blank cells too many."""
    return len(cells) >= len(header) and not any(cells[len(header) :])


def _width(path: Path, number: int, cells: list[Cell], header: list[str]) -> Finding:
    fix = "Quote cells that hold the delimiter, or set `delimiter` in the mapping's source."
    return Finding(f"{path} row {number}", f"{len(cells)} cells", f"{len(header)} as in the header", fix)


def _sheets(path: Path, located: Located) -> dict[str, Grid]:
    layout = located.mapping.source
    places: dict[str, Place] = {MAIN: layout.main} | {sheet.name: sheet for sheet in layout.joins}
    header_rows = {place.sheet: place.header_row for place in places.values()}
    any_sheet = header_rows.get(None, 1)
    grids, findings = read_workbook(path, ignored=(), header_row_of=lambda sheet: header_rows.get(sheet, any_sheet))
    names = {name: _sheet_name(path, place, grids, located) for name, place in places.items()}
    used = used_columns(located)
    told = [
        finding
        for name, sheet in names.items()
        for finding in _told(path, sheet, used, findings)
        if sheet not in grids or not _merged_as_said(finding, grids[sheet], places[name])
    ]
    told = list(dict.fromkeys(told))
    told += [
        Finding(str(path), f"no sheet {name!r}", "every sheet of the mapping", did_you_mean(name, grids, "Add it."))
        for name in dict.fromkeys(names.values())
        if name not in grids and not told
    ]
    raise_if_any(told)
    return {name: spread(_filled(_tidied(grids[sheet]), path), places[name]) for name, sheet in names.items()}


def _sheet_name(path: Path, place: Place, grids: Mapping[str, Grid], located: Located) -> str:
    if place.sheet is not None:
        return place.sheet
    if len(grids) == 1:
        return next(iter(grids))
    where = located.where(("source",))
    raise refused(where, f"no sheet for {path.name}", "the name of a sheet", f"Sheets: {', '.join(grids)}.")


def used_columns(located: Located) -> set[str]:
    """Columns that the mapping reads, by their names in their own sheets."""
    mapping = located.mapping
    used = {column for _, column in mapping.uses()}
    used |= {column for rule in mapping.derive.values() for column in rule.columns()}
    for sheet in mapping.source.joins:
        used |= {*sheet.on, *(column.removeprefix(f"{sheet.name}.") for column in used)}
    return used


def _told(path: Path, sheet: str, used: set[str], findings: list[Finding]) -> Iterator[Finding]:
    """The findings on this sheet, but for columns that the mapping does not read."""
    for finding in findings:
        rest = finding.where.removeprefix(f"{path} sheet {sheet}")
        if rest == finding.where or not _OF_SHEET.match(rest):
            continue
        cell = re.match(r" row \d+ column (.+)$", rest)
        if cell is not None and " ".join(cell[1].split()) not in used:
            continue
        if rest.startswith(" cells "):
            finding = replace(finding, fix=MERGED_FIX)
        yield finding


def _merged_as_said(finding: Finding, grid: Grid, place: Place) -> bool:
    """Whether a finding is on merged cells that the mapping says how to read."""
    cells = finding.where.removeprefix(f"{grid.place} cells ")
    return cells != finding.where and is_read(cells, grid, place)


def _tidied(grid: Grid) -> Grid:
    """The grid with the white space of its texts collapsed."""
    rows = tuple((number, tuple(map(_tidy, cells))) for number, cells in grid.rows)
    return replace(grid, header=_names(grid.header), rows=rows)


def _filled(grid: Grid, path: Path) -> Grid:
    """The grid without blank rows; refused if it has no header or no rows."""
    if not any(grid.header):
        where = f"{grid.place} row {grid.header_row}"
        raise refused(where, "no column names", "the header", "Set header_row in the mapping's source.")
    rows = tuple((number, cells) for number, cells in grid.rows if any(cell is not None for cell in cells))
    if not rows:
        raise refused(grid.place, "no rows below the header", "an inventory", f"Check {path.name}.")
    return Grid(grid.place, grid.header, rows, header_row=grid.header_row)


def _tidy(cell: Cell) -> Cell:
    """A cell with its white space collapsed (also the kind that does not break); None if nothing is left."""
    return (" ".join(cell.split()) or None) if isinstance(cell, str) else cell


def _names(cells: Iterable[Cell]) -> tuple[str, ...]:
    """Column names, '' where there is none."""
    return tuple(str(_tidy(cell) or "") for cell in cells)
