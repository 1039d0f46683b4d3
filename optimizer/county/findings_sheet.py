"""The sheet that lists what is wrong with a workbook, with a link to every cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from optimizer.county.sheets import FINDINGS_SHEET
from optimizer.county.spots import Spot
from optimizer.errors import Finding

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook

TITLE = "Findings"
_LINES = (
    "Every cell below is coloured in its place, with a comment that says the same. Mend the cells here or in the",
    "original, then check again: this sheet, colours and comments are not read, and go when the copy is marked anew.",
    "Values, formulas and formats are kept. Shapes, form controls, slicers and threads of comments are not copied, and",
    "formulas have no saved results until this copy is opened and saved in a spreadsheet program.",
)
_HEADS = ("cell", "found", "needs", "how to mend it", "where")
_WIDTHS = (30, 40, 40, 60, 60)
_FONT = "Calibri"


def write_findings(opened: Workbook, findings: Sequence[Finding], spots: Sequence[Spot | None]) -> None:
    """Put the sheet first. Texts of the county's own never become formulas."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = opened.create_sheet(FINDINGS_SHEET, 0)
    opened.active = 0
    for other in opened.worksheets[1:]:
        other.sheet_view.tabSelected = False
    _put(sheet["A1"], TITLE)
    sheet["A1"].font = Font(name=_FONT, bold=True, size=16)
    for row, line in enumerate(_LINES, start=2):
        _put(sheet.cell(row, 1), line)
    top = len(_LINES) + 3
    for column, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), start=1):
        cell = sheet.cell(top, column)
        _put(cell, head)
        cell.font, cell.fill = Font(name=_FONT, bold=True, color="FFFFFF"), PatternFill("solid", start_color="12436D")
        sheet.column_dimensions[cell.column_letter].width = width
    for row, (finding, spot) in enumerate(zip(findings, spots, strict=True), start=top + 1):
        told = ("" if spot is None else f"{spot.sheet} {spot.address}", finding.found, finding.needs)
        for column, text in enumerate((*told, finding.fix, finding.where), start=1):
            _put(sheet.cell(row, column), text)
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
        _link(sheet.cell(row, 1), spot)
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.auto_filter.ref = f"A{top}:E{top + len(findings)}"


def _put(cell: Cell, text: str) -> None:
    """A text as a text, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub("?", text)[:32_000]
    cell.data_type = "s"


def _link(cell: Cell, spot: Spot | None) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    if spot is None:
        return
    sheet = spot.sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{spot.address}")
    cell.font = Font(name=_FONT, color="0B5394", underline="single")
