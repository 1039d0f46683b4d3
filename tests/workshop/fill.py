"""Worksheets filled in as an organization would, in a spreadsheet program or badly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openpyxl import load_workbook

from optimizer.workshop.form import HEADS, MORE_SHEET, OWN_SHEET, SERVICES_SHEET

Rows = Mapping[str, Mapping[str, Any]]


def fill(
    file: Path,
    rows: Rows = MappingProxyType({}),
    own: Mapping[str, Any] = MappingProxyType({}),
    more: tuple[str, ...] = (),
    out: str = "",
) -> Path:
    """Type answers (by service and field), fields of the organization, and remarks; save, perhaps as another file."""
    book = load_workbook(file)
    sheet = book[SERVICES_SHEET]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    places = {str(sheet.cell(row, 1).value): row for row in range(2, sheet.max_row + 1)}
    for service_id, cells in rows.items():
        for name, value in cells.items():
            cell = sheet.cell(places[service_id], columns[HEADS[name]])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    fields = {str(row[0].value): row[1] for row in book[OWN_SHEET].iter_rows(min_row=2)}
    for name, value in own.items():
        fields[name].value = value
    for row, text in enumerate(more, start=2):
        book[MORE_SHEET].cell(row, 2).value = text
    target = file.with_name(out) if out else file
    book.save(target)
    return target
