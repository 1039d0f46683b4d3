"""Sheets to an .xlsx workbook: text stays text, numbers keep every bit, equal sheets give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.county.cells import cell_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

_WIDEST = 40
"""Widest column, in characters."""
_MARGIN = 2


@dataclass(frozen=True)
class Sheet:
    """A table to write."""

    name: str
    header: tuple[str, ...]
    is_text: tuple[bool, ...]
    """By column: whether what is typed there later is text, so that 00123 and MAR1 stay what they are."""
    rows: Sequence[tuple[Any, ...]]
    """Values as records hold them."""


class _Exact(float):
    """A float that is written with all its digits, where the library would round to 16."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def write_workbook(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write sheets to a new workbook."""
    from xlsxwriter import Workbook

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), options) as book:
        # the time of writing would make two equal workbooks differ
        book.set_properties({"created": datetime(2000, 1, 1)})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for sheet in sheets:
            _write_sheet(book, sheet, bold, text)


def _write_sheet(book: Workbook, sheet: Sheet, bold: Format, text: Format) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for column, (name, is_text) in enumerate(zip(sheet.header, sheet.is_text, strict=True)):
        cells = [cell_of(row[column]) for row in sheet.rows]
        width = max((len(str(cell)) for cell in (name, *cells) if cell is not None), default=0) + _MARGIN
        page.set_column(column, column, min(width, _WIDEST), text if is_text else None)
        page.write_string(0, column, name, bold)
        for place, cell in enumerate(cells, start=1):
            if isinstance(cell, str):
                page.write_string(place, column, cell, text)
            elif cell is not None:
                page.write_number(place, column, _Exact(cell) if isinstance(cell, float) else cell)
