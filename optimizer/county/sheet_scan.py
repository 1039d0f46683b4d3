"""What a workbook's own reader does not tell, read from its XML before anything is unpacked into cells.

A cell far away would be padded to millions of blanks; a merged range and a formula that was never computed would look
like blanks. All three are seen here.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

MAX_ELEMENTS = 15_000_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class TooMuch(ValueError):
    """A sheet with more in it than any table has."""


@dataclass
class SheetScan:
    """Where the cells of a sheet are that hold something."""

    rows: int = 0
    """Rows that hold something."""
    cells: int = 0
    """Cells that hold something."""
    last_row: int = 0
    last_column: int = 0
    rightmost: str = ""
    """Address of a cell in the last column."""
    lowest: str = ""
    """Address of a cell in the last row."""
    merged: list[str] = field(default_factory=list)
    """Ranges merged into one cell."""
    unsaved: list[str] = field(default_factory=list)
    """Formula cells without a saved value."""

    def add_row(self, number: int, addresses: list[str]) -> None:
        """Count one row by the addresses of its cells that hold something."""
        columns: list[int] = []
        for address in addresses:
            row, column = position(address)
            # a reader that pads rows would drop what comes out of order
            if row != number or (columns and column <= columns[-1]):
                raise ValueError(f"cell {address} is out of order")
            columns.append(column)
        if columns:
            self.rows, self.last_row, self.lowest = self.rows + 1, number, addresses[-1]
            self.cells += len(columns)
        if columns and columns[-1] > self.last_column:
            self.last_column, self.rightmost = columns[-1], addresses[-1]


def sheet_parts(book: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """By sheet name: the part of the zip that holds it, and whether the sheet is hidden.

    Raises `KeyError` or `ValueError` or `SyntaxError` if the zip is not a workbook.
    """
    links = {
        link.get("Id"): normpath(join("/xl", link.get("Target", ""))).lstrip("/")
        for link in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).find(f"{_MAIN}sheets")
    if sheets is None:
        raise ValueError("the workbook lists no sheets")
    return {
        sheet.get("name", ""): (links[sheet.get(_LINK)], sheet.get("state", "visible") != "visible") for sheet in sheets
    }


def scan_sheet(part: IO[bytes]) -> SheetScan:
    """Go through a sheet's XML once, keeping nothing but a few numbers and addresses.

    Raises `TooMuch` if it has more elements than any table, `ValueError` or `SyntaxError` if it is no sheet's XML.
    """
    scan, data, number = SheetScan(), None, 0
    events = ElementTree.iterparse(part, events=("start", "end"), forbid_dtd=True)
    for count, (event, element) in enumerate(events):
        if count > 2 * MAX_ELEMENTS:
            raise TooMuch
        if event == "start":
            data = element if element.tag == f"{_MAIN}sheetData" else data
        elif element.tag == f"{_MAIN}row" and data is not None:
            before, number = number, int(element.get("r", number + 1))
            if number <= before:
                raise ValueError(f"row {number} is out of order")
            scan.add_row(number, [cell.get("r", "") for cell in element if _holds(cell, scan)])
            data.clear()
        elif element.tag == f"{_MAIN}mergeCell":
            scan.merged.append(element.get("ref", ""))
    return scan


def _holds(cell: Element, scan: SheetScan) -> bool:
    """Whether a cell holds something; a formula nobody has computed is noted besides."""
    value, formula = cell.find(f"{_MAIN}v"), cell.find(f"{_MAIN}f")
    saved = value is not None and (bool(value.text) or cell.get("t") == "str")
    if formula is not None and not saved:
        scan.unsaved.append(cell.get("r", ""))
    return saved or formula is not None or cell.find(f"{_MAIN}is") is not None


def position(address: str) -> tuple[int, int]:
    """Row and column of a cell, both from 1.

    Raises `ValueError` if it is no address; a cell without one cannot be told apart from its neighbours.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(f"{address!r} is no cell address")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
