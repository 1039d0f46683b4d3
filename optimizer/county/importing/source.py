"""Read a foreign inventory: a CSV file, or the named sheets of a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from optimizer.county.cells import Cell
from optimizer.county.files import read_text, refused
from optimizer.county.findings import did_you_mean
from optimizer.county.grids import Grid
from optimizer.county.importing.loading import Located
from optimizer.county.importing.mapping import Place, SourceLayout
from optimizer.county.importing.tables import MAIN
from optimizer.county.workbook import read_workbook
from optimizer.errors import Finding, Refused, raise_if_any

MAX_BYTES = 200_000_000
_SAVE_AS = "Export it again as CSV (UTF-8) or as an .xlsx workbook."


def read_source(path: Path, located: Located) -> dict[str, Grid]:
    """The main sheet (under `MAIN`) and every joined one, rows that are blank throughout left out.

    Raises:
        Refused: if the file, a sheet or a header is not there or cannot be read.
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
    return {MAIN: _filled(_csv(path, layout), path)}


def _csv(path: Path, layout: SourceLayout) -> Grid:
    """A CSV file as a grid; cells may run over several lines, rows are counted as a spreadsheet does."""
    text = read_text(path, MAX_BYTES, _SAVE_AS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        lines += ((number, cells) for number, cells in enumerate(reader, start=1))
    except csv.Error as error:
        where = f"{path} row {len(lines) + 1}"
        raise refused(where, f"a line that does not read ({error})", "CSV", "Check the quotes.") from error
    top = layout.main.header_row
    header = next((cells for number, cells in lines if number == top), [])
    rows = [(number, [_tidy(cell) for cell in cells]) for number, cells in lines if number > top]
    ragged = [_width(path, number, cells, header) for number, cells in rows if any(cells) and not _fits(cells, header)]
    raise_if_any(ragged)
    width = len(header)
    return Grid(
        str(path),
        tuple(_tidy(name) or "" for name in header),
        tuple((number, (*cells[:width], *[None] * (width - len(cells)))) for number, cells in rows),
        header_row=top,
    )


def _fits(cells: list[str | None], header: list[str]) -> bool:
    """Whether a row is as wide as the header, but for blank cells too many."""
    return len(cells) >= len(header) and not any(cells[len(header) :])


def _width(path: Path, number: int, cells: list[str | None], header: list[str]) -> Finding:
    fix = "Quote cells that hold the delimiter, or set `delimiter` in the mapping's source."
    return Finding(f"{path} row {number}", f"{len(cells)} cells", f"{len(header)} as in the header", fix)


def _sheets(path: Path, located: Located) -> dict[str, Grid]:
    layout = located.mapping.source
    places: dict[str, Place] = {MAIN: layout.main} | {sheet.name: sheet for sheet in layout.joins}
    grids, findings = read_workbook(path)
    known = {*grids, *(finding.where.removeprefix(f"{path} sheet ") for finding in findings)}
    names = {name: _sheet_name(path, name, place, grids, located) for name, place in places.items()}
    raise_if_any(_about(path, set(names.values()), located, findings))
    unknown = [name for name in names.values() if name not in grids]
    if unknown:
        raise Refused(
            Finding(str(path), f"no sheet {name!r}", "the sheets of the mapping", did_you_mean(name, known, "Add it."))
            for name in unknown
        )
    return {name: _filled(_headed(grids[names[name]], place.header_row), path) for name, place in places.items()}


def _sheet_name(path: Path, name: str, place: Place, grids: Mapping[str, Grid], located: Located) -> str:
    if place.sheet is not None:
        return place.sheet
    if name == MAIN and len(grids) == 1:
        return next(iter(grids))
    where = located.where(("source",))
    raise refused(where, f"no sheet for {path.name}", "the name of a sheet", f"Sheets: {', '.join(grids)}.")


def _about(path: Path, sheets: set[str], located: Located, findings: list[Finding]) -> list[Finding]:
    """The findings that touch what the mapping reads: its sheets, and there only the columns it names."""
    used = {column.rpartition(".")[2] for _, column in located.mapping.uses()}
    used |= {column.rpartition(".")[2] for rule in located.mapping.derive.values() for column in rule.columns()}
    used |= {column for _, column in located.mapping.uses()} | {key for join in located.mapping.source.joins for key in join.on}
    kept = []
    for finding in findings:
        rest = finding.where.removeprefix(f"{path} sheet ")
        sheet = next((name for name in sheets if rest == name or rest.startswith((f"{name} row ", f"{name} cell"))), None)
        _, in_a_column, column = rest.partition(" column ")
        if sheet is not None and (not in_a_column or not column or column in used):
            kept.append(finding)
    return kept


def _headed(grid: Grid, header_row: int) -> Grid:
    """The grid below another header row, texts tidied."""
    rows = tuple((number, tuple(map(_tidy, cells))) for number, cells in grid.rows if number > header_row)
    if header_row == grid.header_row:
        return Grid(grid.place, tuple(_tidy(name) or "" for name in grid.header), rows)
    header = next((cells for number, cells in grid.rows if number == header_row), ())
    names = tuple(str(_tidy(cell) or "") for cell in header)
    return Grid(grid.place, names, rows, header_row=header_row)


def _filled(grid: Grid, path: Path) -> Grid:
    """The grid without blank rows; refused if it has no header or no rows."""
    if not any(grid.header):
        where = f"{grid.place} row {grid.header_row}"
        raise refused(where, "no column names", "the header", "Set header_row in the mapping's source.")
    rows = tuple((number, cells) for number, cells in grid.rows if any(cell is not None for cell in cells))
    if not rows:
        raise refused(grid.place, "no rows below the header", "an inventory", f"Check {path.name}.")
    return Grid(grid.place, grid.header, rows, header_row=grid.header_row)


def _tidy[C: Cell](cell: C) -> C | None:
    """A cell with its white space collapsed (also the kind that does not break); None if nothing is left."""
    return (" ".join(cell.split()) or None) if isinstance(cell, str) else cell  # type: ignore[return-value]
