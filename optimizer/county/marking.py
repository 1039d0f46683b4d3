"""A copy of a workbook in which everything that is wrong is shown in its place.

The owner's formats stay: a marked cell is coloured by a rule of conditional formatting, which is taken away again when
the copy is marked anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.county.files import refused, replacing_file
from optimizer.county.findings_sheet import TITLE, write_findings
from optimizer.county.sheets import FINDINGS_SHEET
from optimizer.county.spots import Spot, spots_of
from optimizer.county.workbook import MAX_CELLS, open_whole
from optimizer.errors import Finding

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_UNPACKED_BYTES = 30_000_000
"""Larger workbooks are not copied: a copy is held in memory with all its formats."""
COLOUR = "FFD966"
_RULE = 'N("finding")=0'
"""Always true, and known again by its text."""
_MARK = "[check] "
"""How a finding begins in a comment, after the owner's own words."""


def write_marked(book: Path, findings: Sequence[Finding], out: Path) -> None:
    """Write a copy of a workbook with its findings: cells coloured, each with a comment, and a sheet that lists them.

    Values, formulas, formats and other sheets are kept as far as openpyxl reads them: shapes, form controls, slicers
    and threads of comments are not, and formulas have no saved results until a spreadsheet program has saved the copy.

    Raises `Refused` if the workbook cannot be opened, is too large, or the copy would take its place.
    """
    if out.exists() and out.samefile(book):
        raise refused(str(out), "the workbook itself", "a name for its copy", "Choose another name.")
    opened = open_whole(book, MAX_UNPACKED_BYTES)
    _clear(opened, book)
    spots = spots_of(findings, book, opened)
    for sheet, cells in _by_cell(findings, spots).items():
        _mark(opened[sheet], cells)
    write_findings(opened, findings, spots)
    if opened.calculation is not None:
        opened.calculation.fullCalcOnLoad = True
    with replacing_file(out) as draft:
        opened.save(draft)


def _by_cell(findings: Sequence[Finding], spots: Sequence[Spot | None]) -> Mapping[str, Mapping[str, list[Finding]]]:
    """Findings by sheet and the address of the cell."""
    found: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding, spot in zip(findings, spots, strict=True):
        if spot is not None:
            found[spot.sheet][spot.address].append(finding)
    return found


def _mark(sheet: Worksheet, cells: Mapping[str, list[Finding]]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font, PatternFill

    for address, findings in cells.items():
        cell = sheet[address]
        told = "\n".join(f"{_MARK}Found: {one.found}\nNeeds: {one.needs}\n{one.fix}" for one in findings)
        before = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
        cell.comment = Comment(_plain(before + told), "check", height=60 + 60 * len(findings), width=320)
    fill = PatternFill(start_color=COLOUR, end_color=COLOUR, fill_type="solid")
    rule = FormulaRule(formula=[_RULE], fill=fill, font=Font(color="000000"))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(" ".join(cells), rule)


def _clear(opened: Workbook, book: Path) -> None:
    """Take away what an earlier check has left."""
    for sheet in opened.worksheets:
        if sheet.title == FINDINGS_SHEET:
            if sheet["A1"].value != TITLE:
                where, needs = f"{book} sheet {FINDINGS_SHEET}", "no sheet of that name, as findings are listed there"
                raise refused(where, "a sheet of your own", needs, "Rename it to README.")
            opened.remove(sheet)
            continue
        _clear_rules(sheet)
        # a cell at the far corner would make a sheet of billions
        if sheet.max_row * sheet.max_column <= MAX_CELLS:
            _clear_comments(cell for row in sheet.iter_rows() for cell in row if cell.comment is not None)


def _clear_rules(sheet: Worksheet) -> None:
    from openpyxl.formatting.formatting import ConditionalFormattingList

    kept = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        for rule in formatting.rules:
            if rule.formula != [_RULE]:
                kept.add(str(formatting.sqref), rule)
    sheet.conditional_formatting = kept


def _clear_comments(cells: Iterable[object]) -> None:
    from openpyxl.cell.cell import Cell
    from openpyxl.comments import Comment

    for cell in cells:
        assert isinstance(cell, Cell)
        assert cell.comment is not None
        own, mark, _ = cell.comment.text.partition(_MARK)
        if mark:
            cell.comment = Comment(own.rstrip(), cell.comment.author) if own.strip() else None


def _plain(text: str) -> str:
    """A text without the letters that XML cannot hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("?", text)
