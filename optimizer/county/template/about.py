"""The two sheets that explain a template: how to begin, and the data dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.county.dictionary import about_table, all_tables, data_dictionary
from optimizer.county.sheets import DICTIONARY_SHEET, NOTES_SHEET, START_SHEET
from optimizer.county.template.choices import list_of
from optimizer.county.template.looks import Looks, on_paper, row_height

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

STEPS = (
    "Fill in county: what the county is called, its state, residents, the year of its budget and its general fund.",
    "Fill in funds: every fund that pays for a service, and whether the law ties its money to a purpose.",
    "Fill in services, one row each: what it costs in a year, its staff, how far it is mandated and relied upon.",
    "Fill in organizations and overlaps: who else is there, and what they said that they also deliver.",
    "Fill in offers where somebody gave terms. Terms that nobody gave stay blank: they are estimated, and marked so.",
    "Everything else is optional. Leave a sheet empty below its heads, or delete it, where you know nothing of it.",
    "Save the workbook as .xlsx and give it to `check`, `map`, `convert` or a scenario (county: FILE.xlsx).",
)
RULES = (
    "A blank cell never means 0. Dark heads: the cell is needed. Light heads: the note tells what a blank means.",
    "Numbers are plain: 1200.50, no $ and no %. A share is from 0 to 1: 35 % is 0.35. Every amount is in US dollars.",
    "Several words or ids in one cell are separated by ; (only in the columns whose note says so).",
    "Do not rename sheets or heads. Rows may be pasted: paste values only, so that drop-downs and formats stay.",
    f"The sheets {START_SHEET}, {DICTIONARY_SHEET}, lists, findings and {NOTES_SHEET} hold no table and are not read. "
    f"Write notes on a sheet {NOTES_SHEET}.",
)
_WIDTHS = (24, 110, 12, 9)
_DICTIONARY_WIDTHS = (22, 26, 13, 70, 13, 52, 10, 34)
_HEADS = ("sheet", "what a row is", "needed", "rows")


def write_start(book: Workbook, looks: Looks, title: str, rows: dict[str, int]) -> None:
    """The first sheet: what this is, how to begin, and every table with a link to it; `rows` are those of now."""
    page = book.add_worksheet(START_SHEET)
    page.hide_gridlines(2)
    on_paper(page)
    page.set_tab_color("#F46A25")
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)
    page.write_string(0, 0, title, looks.title)
    at = _paragraphs(page, looks, 2, "How to begin", [f"{number}. {text}" for number, text in enumerate(STEPS, 1)])
    at = _paragraphs(page, looks, at + 1, "What to know", list(RULES))
    page.write_string(at + 1, 0, "The tables", looks.part)
    for place, head in enumerate(_HEADS):
        page.write_string(at + 2, place, head, looks.head)
    for number, table in enumerate(all_tables(), start=at + 3):
        page.write_url(number, 0, f"internal:'{table.name}'!A1", looks.link, table.name)
        page.write_string(number, 1, about_table(table), looks.wrapped)
        page.set_row(number, row_height([about_table(table)], _WIDTHS[1:2]))
        page.write_string(number, 2, "needed" if table.required else "optional", looks.wrapped)
        count = f"=MAX(0,COUNTA('{table.name}'!$A:$A)-1)"
        page.write_formula(number, 3, count, looks.count, rows[table.name])


def _paragraphs(page: Worksheet, looks: Looks, row: int, title: str, texts: list[str]) -> int:
    page.write_string(row, 0, title, looks.part)
    for number, text in enumerate(texts, start=row + 1):
        page.write_string(number, 0, text)
    return row + 1 + len(texts)


def write_dictionary(book: Workbook, looks: Looks) -> None:
    """Every column: its meaning, unit, allowed values, whether it is needed, and what a blank means."""
    table = dictionary_table()
    page = book.add_worksheet(DICTIONARY_SHEET)
    on_paper(page)
    page.set_tab_color("#F46A25")
    page.freeze_panes(1, 2)
    for place, (head, width) in enumerate(zip(table.columns, _DICTIONARY_WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, str(head), looks.needed_head)
    for number, row in enumerate(table.itertuples(index=False), start=1):
        for place, text in enumerate(row):
            page.write_string(number, place, str(text), looks.wrapped)
        page.set_row(number, row_height(map(str, row), _DICTIONARY_WIDTHS))
    page.autofilter(0, 0, len(table), len(table.columns) - 1)


def dictionary_table() -> pd.DataFrame:
    """One row per column: table, column, type, meaning, unit, allowed values, needed, a blank means."""
    found = data_dictionary()
    allowed = [
        needs + (f", as in the sheet {sheet}" if (sheet := list_of(table, column)[1]) else "")
        for table, column, needs in zip(found["table"], found["column"], found["needs"], strict=True)
    ]
    return pd.DataFrame(
        {
            "table": found["table"],
            "column": found["column"],
            "type": found["type"],
            "meaning": found["description"],
            "unit": found["unit"],
            "allowed values": allowed,
            "needed": found["blank"].map(lambda blank: "needed" if blank == "refused" else "optional"),
            "a blank means": found["blank"],
        }
    )
