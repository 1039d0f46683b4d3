"""A value as a cell, and back: the same text means the same value in a CSV file and in a workbook.

yes/no for a truth, the shortest exact digits for a number, `a; b` for a list, nothing for a blank.
A CSV file cannot say that a cell is text, so a spreadsheet would run a text that begins like a formula. Such a text
gets a leading apostrophe there, and loses exactly that one when it is read. A text that begins with an apostrophe
gets a second one, so that nothing is lost either way.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

Cell: TypeAlias = str | float | int | bool | None

_RISKY = tuple("=+-@\t\r\n'")
"""First characters that a spreadsheet may act on, and the apostrophe that marks them."""


def cell_of(value: Any) -> str | float | int | None:
    """A record's value as a cell: text, number or nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return ";".join(value) or None
    cell: str | float | int | None = value
    return cell


def csv_text(value: Any) -> str:
    """A record's value as the text of a CSV cell; floats keep every bit."""
    if type(value) is float:  # most are
        return repr(value).removesuffix(".0")
    cell = cell_of(value)
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    return repr(cell)


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RISKY) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_RISKY) else text


def blank_or(cell: Cell) -> Cell:
    """A cell without the spaces around its text; None if nothing is left."""
    return (cell.strip() or None) if isinstance(cell, str) else cell
