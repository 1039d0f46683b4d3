"""Where in an open workbook a finding points to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.errors import Finding

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_PLACE = re.compile(
    r"(?: row (?P<row>\d+))?(?: (?:column (?P<column>.*)|field (?P<field>.*)))?(?: cells? (?P<cell>[A-Z]+\d+).*)?", re.S
)
"""What follows the name of a sheet in the place of a finding."""
_OF_NAMES = ("an unknown", "this ")
"""How a finding begins that is about a field's name and not its value."""


@dataclass(frozen=True)
class Spot:
    """A cell of a sheet."""

    sheet: str
    address: str
    """A1 where it is about the sheet as a whole."""


def spots_of(findings: Sequence[Finding], book: Path, opened: Workbook) -> list[Spot | None]:
    """The cell that each finding points to; None: it is about the workbook as a whole, or another file."""
    names = sorted((sheet.title for sheet in opened.worksheets), key=len, reverse=True)
    return [_spot(finding, book, opened, names) for finding in findings]


def _spot(finding: Finding, book: Path, opened: Workbook, names: Sequence[str]) -> Spot | None:
    rest = finding.where.removeprefix(f"{book} sheet ")
    if rest == finding.where:
        return None
    name = next((name for name in names if rest == name or rest.startswith(f"{name} ")), None)
    place = None if name is None else _PLACE.fullmatch(rest[len(name) :])
    if name is None or place is None:
        return None
    if place["cell"]:
        return Spot(name, _anchor(opened[name], place["cell"]))
    sheet, row = opened[name], int(place["row"] or 0)
    if place["field"]:
        return Spot(name, _anchor(sheet, _field_address(sheet, finding, row, place["field"])))
    address = _address(sheet, row, place["column"]) if row else "A1"
    return Spot(name, _anchor(sheet, address))


def _anchor(sheet: Worksheet, address: str) -> str:
    """The cell itself, or the first of those that are merged with it, which alone can be written to."""
    merged = next((span for span in sheet.merged_cells.ranges if address in span), None)
    return address if merged is None else str(merged.start_cell.coordinate)


def _field_address(sheet: Worksheet, finding: Finding, row: int, field: str) -> str:
    """Of a sheet with a field in every row: its value, its name where that is wrong, or below all if it is missing."""
    names = [str(name or "").strip() for (name,) in sheet.iter_rows(max_col=1, values_only=True)]
    if not row and field not in names:
        return f"A{sheet.max_row + 1}"
    return f"{'A' if finding.found.startswith(_OF_NAMES) else 'B'}{row or names.index(field) + 1}"


def _address(sheet: Worksheet, row: int, column: str | None) -> str:
    from openpyxl.utils import get_column_letter

    heads = [str(cell.value).strip() if cell.value is not None else "" for cell in sheet[1]]
    if column is None:
        missing = row == 1 and any(heads)
        return f"{get_column_letter(_after_last(heads) if missing else 1)}{row}"
    if column in heads:
        return f"{get_column_letter(heads.index(column) + 1)}{row}"
    return f"{get_column_letter(int(column)) if column.isdigit() else 'A'}{row}"


def _after_last(heads: list[str]) -> int:
    """The first column after the last that has a head."""
    return max(place for place, head in enumerate(heads, start=1) if head) + 1
