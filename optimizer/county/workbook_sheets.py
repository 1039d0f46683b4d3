"""A county's tables as sheets to write, and what a workbook cannot hold or must not replace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from optimizer.county.county import TABLES, County, Table
from optimizer.county.facts import FIELDS, LISTS, fields_of
from optimizer.county.fields import columns_of
from optimizer.county.files import refused
from optimizer.county.records import Record
from optimizer.county.sheets import FACTS_SHEET, MADE_SHEETS
from optimizer.county.workbook import MAX_CELLS, sheet_names
from optimizer.county.workbook_writing import Sheet
from optimizer.errors import Finding, raise_if_any

_OWN_SHEETS = frozenset({FACTS_SHEET, *LISTS, *TABLES, *MADE_SHEETS})
_ESCAPE = "x005F_"
"""Spreadsheets read this as the mark of an escaped letter and drop it."""


def sheets_of(county: County, *, every_table: bool = False) -> list[Sheet]:
    """The facts, then a sheet per table; those that have no rows and need none only if every table is wanted."""
    tables = {**LISTS, **TABLES}
    rows = {name: getattr(county.facts, name) if name in LISTS else county.table(name) for name in tables}
    return [
        facts_sheet(fields_of(county.facts)),
        *(
            table_sheet(table, rows[name])
            for name, table in tables.items()
            if rows[name] or table.required or every_table
        ),
    ]


def empty_sheets() -> list[Sheet]:
    """Every sheet of a county of which nothing is known yet."""
    return [facts_sheet(dict.fromkeys(FIELDS)), *(table_sheet(table, ()) for table in {**LISTS, **TABLES}.values())]


def facts_sheet(fields: dict[str, object]) -> Sheet:
    """The facts that are no lists."""
    return Sheet(FACTS_SHEET, ("field", "value"), (True, False), tuple(fields.items()))


def table_sheet(table: Table, rows: Sequence[Record]) -> Sheet:
    """One table."""
    columns = columns_of(table.record)
    values = tuple(tuple(getattr(row, column) for column in columns) for row in rows)
    return Sheet(table.name, tuple(columns), tuple(column.is_text for column in columns.values()), values)


def refuse_unwritable(path: Path, sheets: Sequence[Sheet]) -> None:
    """Raise `Refused` for texts that a workbook would lose, and for more cells than are read."""
    raise_if_any([finding for sheet in sheets for finding in _not_for_workbooks(path, sheet)])
    cells = sum(len(sheet.rows) * len(sheet.header) for sheet in sheets)
    if cells > MAX_CELLS:
        raise refused(str(path), f"{cells:,} cells", f"at most {MAX_CELLS:,} in a workbook", "Write a folder instead.")


def _not_for_workbooks(path: Path, sheet: Sheet) -> Iterable[Finding]:
    for number, row in enumerate(sheet.rows, start=2):
        for column, value in zip(sheet.header, row, strict=True):
            if isinstance(value, str) and _ESCAPE in value:
                where = f"{path} sheet {sheet.name} row {number} column {column}"
                yield Finding(where, repr(value), f"a text without {_ESCAPE}", "Rename it, or write a folder instead.")


def refuse_other_workbook(path: Path) -> None:
    """Raise `Refused` if a workbook stands there that holds anything but a county."""
    if not path.exists():
        return
    names = set(sheet_names(path))
    if FACTS_SHEET not in names or names - _OWN_SHEETS:
        found = f"a workbook with sheets {', '.join(sorted(names - _OWN_SHEETS)) or 'of its own'}"
        raise refused(str(path), found, "a county's workbook or none", "Choose another place.")
