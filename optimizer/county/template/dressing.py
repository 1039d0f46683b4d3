"""A table's sheet made easy to fill in: heads with notes, drop-downs, bounds, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from optimizer.county.checks.tables import ALL_TABLES
from optimizer.county.fields import Column
from optimizer.county.template.choices import LAST_ROW, list_of, words_of
from optimizer.county.template.looks import Looks

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_TITLE, _MESSAGE, _LIST = 32, 255, 255
"""Letters that Excel takes in the title and the text of a cell's message, and in a list of words."""


def dress_column(
    page: Worksheet, table: str, place: int, column: Column, about: str, rows: tuple[int, int] = (1, LAST_ROW - 1)
) -> None:
    """The drop-down or the bounds of a column's cells, in rows counted from 0, and what is asked when one is chosen."""
    rule = _rule(table, column)
    message = {"input_title": column.name[:_TITLE], "input_message": _cut(about)}
    page.data_validation(rows[0], place, rows[1], place, rule | message)


def explain_head(page: Worksheet, row: int, place: int, about: str) -> None:
    """The note on a head: the unit, what a cell holds and what a blank means."""
    page.write_comment(row, place, about, {"x_scale": 2.5, "y_scale": 1.2, "author": ""})


def mark_gaps(page: Worksheet, table: str, columns: Mapping[str, Column], looks: Looks) -> None:
    """Colour needed cells of a row that is begun, and ids that stand there twice."""
    last = chr(ord("A") + len(columns) - 1)
    for place, column in enumerate(columns.values()):
        letter = chr(ord("A") + place)
        if column.required:
            begun = f"=AND(COUNTA($A2:${last}2)>0,ISBLANK({letter}2))"
            rule = {"type": "formula", "criteria": begun, "format": looks.blank}
            page.conditional_format(1, place, LAST_ROW - 1, place, rule)
        if ALL_TABLES[table].key == (column.name,):
            page.conditional_format(1, place, LAST_ROW - 1, place, {"type": "duplicate", "format": looks.wrong})


def _rule(table: str, column: Column) -> dict[str, Any]:
    words, (name, sheet) = words_of(table, column), list_of(table, column.name)
    if words and len(",".join(words)) <= _LIST:
        return _list(list(words), "stop", f"Choose one of: {', '.join(words)}.")
    if name:
        text = f"It is not in the sheet {sheet} yet. Keep it only if you will add it there."
        return _list(f"={name}", "warning", text)
    if column.type in (int, float):
        return _bounds(column)
    return {"validate": "any"}


def _list(source: list[str] | str, kind: str, text: str) -> dict[str, Any]:
    said = {"error_type": kind, "error_title": "Not in the list", "error_message": _cut(text)}
    return {"validate": "list", "source": source, **said}


def _bounds(column: Column) -> dict[str, Any]:
    said = {"error_title": "Not what is needed here", "error_message": _cut(f"{column.name} needs {column.needs}.")}
    kind = "integer" if column.type is int else "decimal"
    if column.least is None:
        return {"validate": "any"}
    if column.most is None:
        return {"validate": kind, "criteria": ">=", "value": column.least, **said}
    return {"validate": kind, "criteria": "between", "minimum": column.least, "maximum": column.most, **said}


def _cut(text: str) -> str:
    return text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - 4]} ..."
