"""How the cells of a template look, by what they hold."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from optimizer.county.fields import Column

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

DARK, LIGHT, PALE, WRONG = "#12436D", "#DCE6EF", "#FFF3C4", "#F9D3C8"
"""Heads of needed and of optional columns, needed cells that are blank, and ids that stand there twice; told apart in
grey too, as the first is dark and its text white."""
USD, FTE, WHOLE, SHARE = "#,##0.00", "#,##0.00", "0", "0.####"
"""Numbers stay what was typed: a share is 0.35 and never 35 %, which a spreadsheet would take in two ways."""


def on_paper(page: Worksheet) -> None:
    """A sheet as wide as its paper, its first row on every page."""
    page.set_landscape()
    page.set_paper(1)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def row_height(texts: Iterable[str], widths: Iterable[int]) -> float:
    """Of a row whose texts are wrapped in columns of these widths [points]; not every program finds it by itself."""
    return 15.0 * max(math.ceil(len(text) * 1.1 / width) or 1 for text, width in zip(texts, widths, strict=True))


class Looks:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    @cached_property
    def text(self) -> Format:
        return self.book.add_format({"num_format": "@"})

    @cached_property
    def whole(self) -> Format:
        return self.book.add_format({"num_format": WHOLE})

    @cached_property
    def share(self) -> Format:
        return self.book.add_format({"num_format": SHARE})

    @cached_property
    def amount(self) -> Format:
        return self.book.add_format({"num_format": USD})

    @cached_property
    def general(self) -> Format:
        return self.book.add_format({"num_format": "General"})

    @cached_property
    def needed_head(self) -> Format:
        return self.book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": DARK, "border": 1})

    @cached_property
    def head(self) -> Format:
        return self.book.add_format({"bold": True, "bg_color": LIGHT, "border": 1})

    @cached_property
    def title(self) -> Format:
        return self.book.add_format({"bold": True, "font_size": 16, "font_color": DARK})

    @cached_property
    def part(self) -> Format:
        return self.book.add_format({"bold": True, "font_size": 12, "font_color": DARK})

    @cached_property
    def wrapped(self) -> Format:
        return self.book.add_format({"text_wrap": True, "valign": "top"})

    @cached_property
    def link(self) -> Format:
        return self.book.add_format({"font_color": "#0B5394", "underline": 1, "valign": "top"})

    @cached_property
    def count(self) -> Format:
        return self.book.add_format({"num_format": "#,##0", "valign": "top"})

    @cached_property
    def blank(self) -> Format:
        return self.book.add_format({"bg_color": PALE})

    @cached_property
    def wrong(self) -> Format:
        return self.book.add_format({"bg_color": WRONG})

    def of(self, column: Column) -> Format:
        """The look of the cells of a column."""
        if column.is_text:
            return self.text
        if column.type is bool:
            return self.general
        if column.type is int:
            return self.whole
        return self.share if column.most is not None and column.most <= 10 else self.amount
