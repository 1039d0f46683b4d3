"""Sheets to an .xlsx workbook: text stays text, numbers keep every bit, equal sheets give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.county.cells import cell_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

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


@contextmanager
def new_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook that is written when the block ends; no text in it ever becomes a formula, a link or a number."""
    from xlsxwriter import Workbook

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), options) as book:
        # the time of writing would make two equal workbooks differ
        book.set_properties({"created": datetime(2000, 1, 1)})
        yield book


def write_workbook(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write sheets to a new workbook."""
    with new_workbook(path) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            looks = [text if is_text else None for is_text in sheet.is_text]
            write_cells(page, sheet, [bold] * len(looks), looks, text)


def write_cells(
    page: Worksheet, sheet: Sheet, heads: Sequence[Format], looks: Sequence[Format | None], text: Format
) -> None:
    """Write a table from the first row on, each column as wide as what stands in it.

    A look for each head and column; a text in a column without one looks like `text`.
    """
    for column, (name, head, look) in enumerate(zip(sheet.header, heads, looks, strict=True)):
        cells = [cell_of(row[column]) for row in sheet.rows]
        width = max((len(str(cell)) for cell in (name, *cells) if cell is not None), default=0) + _MARGIN
        page.set_column(column, column, min(width, _WIDEST), look)
        page.write_string(0, column, name, head)
        for place, cell in enumerate(cells, start=1):
            if isinstance(cell, str):
                page.write_string(place, column, cell, look or text)
            elif cell is not None:
                page.write_number(place, column, _Exact(cell) if isinstance(cell, float) else cell, look)
