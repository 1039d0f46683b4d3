"""Pages to an .xlsx file: text stays text, totals are live formulas that carry their value, charts are native."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from optimizer.county.files import replacing_file
from optimizer.report.workbook.charts import add_chart
from optimizer.report.workbook.page import Block, Check, Page
from optimizer.report.workbook.words import HEAT, NUMBER, WHOLE, heading, number_format, unit_kind

WIDEST, NARROWEST, MARGIN = 48, 9, 2
ACROSS, LETTERS_ACROSS = 8, 110
"""Columns that a sentence goes across, and about how many letters fit on a line of it."""
TIES_WITHIN = 1.0
"""Sums tie to the dollar: present costs are in whole cents, service by service, and years divide them."""
HIGHEST = 12
"""Lines that are shown of a text; all of it is in the cell."""
LONGEST_HEAD = 200
"""Letters of a head; Excel takes 255."""
HEAT_HEAD = 130
"""Height of heads that stand upright [points]."""
LIGHTEST, DARKEST = "#F7FBFF", "#6BAED6"
"""Ends of a scale on which black figures can be read."""
LONGEST = 32_000
"""Letters in a cell; Excel takes 32,767."""
BROADEST = 230
"""Letters across a printed page; broader tables are printed on several pages side by side."""
HEAT_WIDTH, HEAT_COLUMNS, HEAT_BROADEST = 6, 12, 130
"""Letters across a column of shares; from how many of them on so many letters fit on a page, as they are read one by
one.
"""

LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "valign": "top"},
    "line": {"text_wrap": True, "valign": "top"},
    "total": {"bold": True, "top": 1},
    "block": {"bold": True, "font_size": 12},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "text": {"indent": 1, "valign": "top"},
    "long": {"indent": 1, "valign": "top", "text_wrap": True},
    "number head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "align": "right"},
    "heat": {"bold": True, "text_wrap": True, "bottom": 1, "rotation": 90},
}
"""Everything but numbers, which are named by their format, `total ` before it in a last row."""


def write_pages(path: Path, pages: Sequence[Page]) -> None:
    """Write a workbook, whole or not at all; equal pages give equal bytes."""
    with replacing_file(path) as draft:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with Workbook(str(draft), options) as book:
            book.set_properties({"created": datetime(2000, 1, 1)})
            writer = _Writer(book)
            for page in pages:
                writer.write(page)


@dataclass
class _Writer:
    book: Workbook
    formats: dict[str, Format] = field(default_factory=dict)
    placed: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    """Title of a table and its column to the cells of the column and their sum, for formulas elsewhere."""

    def write(self, page: Page) -> None:
        """Write a page as a sheet of its own, set up for print."""
        sheet = self.book.add_worksheet(page.name)
        sheet.hide_gridlines(2)
        widths: dict[int, int] = {}
        row = self._lines(sheet, page.lines)
        for number, block in enumerate(page.blocks):
            if block.frame.empty:
                continue
            if not page.lines and number == 0:
                sheet.freeze_panes(row + 2, 1)
                sheet.repeat_rows(row, row + 1)
            row = self._block(sheet, page.name, row, block, widths)
        if page.checks:
            self._checks(sheet, row, page.checks, widths)
        _set_up(sheet, page, widths)

    def _lines(self, sheet: Worksheet, lines: Sequence[str]) -> int:
        """Write the sentences of a page, the first as its title; the first row below them and a blank one."""
        for row, line in enumerate(lines):
            self._line(sheet, row, line, "title" if row == 0 else "line")
        return len(lines) + bool(lines)

    def _format(self, name: str) -> Format:
        if name not in self.formats:
            total, _, number = name.partition("total ")
            # numbers stand beside the first line of a text that takes several
            number_look = {"num_format": name, "valign": "top"}
            look = LOOKS["total"] | {"num_format": number} if number and not total else number_look
            self.formats[name] = self.book.add_format(LOOKS.get(name, look))
        return self.formats[name]

    def _line(self, sheet: Worksheet, row: int, line: str, look: str) -> None:
        """A sentence across the first columns; its row is as high as it needs."""
        sheet.merge_range(row, 0, row, ACROSS - 1, "", self._format(look))
        self._text(sheet, row, 0, line, self._format(look))
        sheet.set_row(row, 15 * math.ceil(len(line) / LETTERS_ACROSS) + (6 if look == "title" else 0))

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, format_: Format | None = None) -> None:
        cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
        sheet.write_string(row, column, cut, format_)

    def _block(self, sheet: Worksheet, page: str, row: int, block: Block, widths: dict[int, int]) -> int:
        """Write a table from a row on; the row below it, charts included."""
        self._text(sheet, row, 0, block.title, self._format("block"))
        frame, head = block.frame, row + 1
        last = head + len(frame)
        columns = self._columns(block)
        for place, name in enumerate(frame.columns):
            values = frame[name].tolist()
            kinds = self._kinds(block, str(name))
            shown = [
                self._cell(sheet, head + 1 + at, place, kind, value)
                for at, (kind, value) in enumerate(zip(kinds, values, strict=True))
            ]
            longest_word = max(map(len, columns[place]["header"].split()), default=0)
            widths[place] = max(widths.get(place, 0), 0 if name in block.heat else longest_word, *shown)
            cells = f"'{page}'!" + xl_range_abs(head + 1, place, last, place)
            self.placed[block.title, str(name)] = cells, _total(frame[name])
        self._heights(sheet, head + 1, frame)
        options: dict[str, Any] = {"columns": columns, "style": "Table Style Light 1"}
        sheet.add_table(head, 0, last, len(columns) - 1, options)
        self._heat(sheet, head, last, block)
        sheet.set_row(head, HEAT_HEAD if block.heat else 32)
        end = last + 2
        if block.summed:
            self._totals(sheet, head, last, block)
            end += 1
        return end if block.chart is None else add_chart(self.book, sheet, block, (head, last), end)

    def _kinds(self, block: Block, name: str) -> list[str]:
        """By row, the name that tells how a column's numbers are written."""
        if name in block.heat:
            return [HEAT] * len(block.frame)
        if block.units and name in block.names:
            return [unit_kind(str(unit)) for unit in block.frame[block.units]]
        return [name] * len(block.frame)

    def _columns(self, block: Block) -> list[dict[str, Any]]:
        """Heads of a table. Two that differ by case alone would make one that Excel calls damaged."""
        heads: list[str] = []
        for place, name in enumerate(map(str, block.frame.columns), start=1):
            head = (name if name in block.names else heading(name))[:LONGEST_HEAD]
            taken = {other.casefold() for other in heads}
            heads.append(f"{head} {place}" if head.casefold() in taken else head)
        looks = [_head_look(block, name) for name in map(str, block.frame.columns)]
        return [{"header": head, "header_format": self._format(look)} for head, look in zip(heads, looks, strict=True)]

    def _heights(self, sheet: Worksheet, first: int, frame: pd.DataFrame) -> None:
        """Rows with long texts are as high as those need."""
        texts = frame.select_dtypes(include=["object", "string"])
        lengths = texts.map(lambda value: len(value) if isinstance(value, str) else 0)
        for at, length in enumerate(lengths.max(axis=1).tolist() if len(texts.columns) else []):
            if length > WIDEST:
                sheet.set_row(first + at, 15 * min(HIGHEST, math.ceil(length / (WIDEST - 2 * MARGIN))))

    def _heat(self, sheet: Worksheet, head: int, last: int, block: Block) -> None:
        """Shades of one colour from 0 to 1; the number stays in the cell, so that nothing is told by colour alone."""
        scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
        for place, name in enumerate(map(str, block.frame.columns)):
            if name in block.heat:
                colours = {"min_color": LIGHTEST, "max_color": DARKEST}
                sheet.conditional_format(head + 1, place, last, place, scale | colours)

    def _totals(self, sheet: Worksheet, head: int, last: int, block: Block) -> None:
        """Totals below a table; they are of the rows that a filter leaves."""
        for place, name in enumerate(map(str, block.frame.columns)):
            if name in block.summed:
                formula = f"=SUBTOTAL(109,{xl_range(head + 1, place, last, place)})"
                look = self._format(f"total {number_format(name)}")
                sheet.write_formula(last + 1, place, formula, look, _total(block.frame[name]))
            elif place == 0:
                self._text(sheet, last + 1, 0, "Total", self._format("total"))

    def _cell(self, sheet: Worksheet, row: int, column: int, name: str, value: Any) -> int:
        """Write one value; how many characters it shows."""
        if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
            return 0
        if isinstance(value, bool):
            sheet.write_string(row, column, "yes" if value else "no")
            return 3
        if isinstance(value, int | float):
            # a sum of nothing may be -0.0000001, which would be shown as -$0
            look = number_format(name)
            look = WHOLE if look == NUMBER and isinstance(value, int) else look
            sheet.write_number(row, column, round(value, 6) + 0.0, self._format(look))
            return len(f"{value:,.0f}") + 3
        text = str(value)
        self._text(sheet, row, column, text, self._format("text" if len(text) <= WIDEST else "long"))
        return min(len(text), WIDEST)

    def _checks(self, sheet: Worksheet, row: int, checks: Sequence[Check], widths: dict[int, int]) -> int:
        for place, head in enumerate(("Checks", "In the run", "Summed here", "Equal")):
            self._text(sheet, row, place, head, self._format("block"))
        for number, check in enumerate(checks, start=1):
            at = row + number
            self._text(sheet, at, 0, check.text)
            widths[0] = max(widths.get(0, 0), len(check.text))
            if (check.block, check.column) not in self.placed:
                continue
            cells, total = self.placed[check.block, check.column]
            look, amount = self._format(number_format(check.column)), xl_rowcol_to_cell(at, 1)
            sheet.write_number(at, 1, check.amount, look)
            sheet.write_formula(at, 2, f"=SUM({cells})", look, total)
            ties = abs(total - check.amount) < TIES_WITHIN
            sheet.write_formula(at, 3, f"=ABS({xl_rowcol_to_cell(at, 2)}-{amount})<{TIES_WITHIN:g}", None, ties)
        return row + len(checks) + 2


def _set_up(sheet: Worksheet, page: Page, widths: Mapping[int, int]) -> None:
    """Widths of columns by the letters that they show, and paper."""
    shares = {place for block in page.blocks for place, name in enumerate(block.frame.columns) if name in block.heat}
    across_lines = dict.fromkeys(range(ACROSS if page.lines else 0), LETTERS_ACROSS // ACROSS)
    shown = {}
    for column in sorted({*widths, *across_lines}):
        letters = max(widths.get(column, 0), across_lines.get(column, 0)) + MARGIN
        shown[column] = min(max(letters, HEAT_WIDTH if column in shares else NARROWEST), WIDEST)
        sheet.set_column(column, column, shown[column])
    across = _pages_across([*shown.values()], heat=len(shares) > HEAT_COLUMNS)
    if across > 1:
        sheet.repeat_columns(0, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(max(1, across), 0)
    sheet.set_paper(1)


def _head_look(block: Block, name: str) -> str:
    """Heads stand over what they head: those of numbers to the right."""
    if name in block.heat:
        return "heat"
    values = block.frame[name]
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return "number head" if number else "head"


def _total(column: pd.Series[Any]) -> float:
    """The sum of a column's numbers; 0 for texts."""
    return float(np.nansum(column.to_numpy(dtype=np.float64))) if pd.api.types.is_numeric_dtype(column) else 0.0


def _pages_across(widths: Sequence[int], *, heat: bool) -> int:
    """Pages side by side on which columns of these widths are printed; the first two stand on each."""
    if not heat:
        return math.ceil(sum(widths) / BROADEST)
    repeated = sum(widths[:2])
    return math.ceil(sum(widths[2:]) / max(HEAT_BROADEST - repeated, HEAT_BROADEST // 3))
