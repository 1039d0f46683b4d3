"""The data dictionary: every table and column in words, made from the records themselves, for docs and templates."""

from __future__ import annotations

import re

import pandas as pd

from optimizer.county.county import TABLES, Table
from optimizer.county.facts import FIELDS, LISTS
from optimizer.county.fields import Column, columns_of
from optimizer.county.records import Facts

_FACTS = Table("county", Facts, (), "refused", required=True)
_TYPES = {float: "number", int: "whole number", bool: "yes/no", str: "text", tuple: "list"}
_UNITS = (
    (r"usd_per_unit", "USD per unit"),
    (r"usd", "USD"),
    (r"fte", "FTE"),
    (r"months", "months"),
    (r"years", "years"),
    (r"^population$", "residents"),
    (r"_volume$|^amount$", "the resource's"),
    (r"^volume_per_year$", "units per year"),
    (r"share|coverage$|probability", "share"),
    (r"^quality$", "1 = today's"),
)
"""Pattern in a number's name and the unit it stands for; the first that fits."""


def data_dictionary() -> pd.DataFrame:
    """One row per column of every table, in order.

    Columns: table, column, type, unit ('' where there is none), blank (what a blank means, or refused), needs (what a
    cell must hold) and description.
    """
    return pd.DataFrame(
        [
            {
                "table": table.name,
                "column": column.name,
                "type": _type(column),
                "unit": _unit(column),
                "blank": _blank(column),
                "needs": column.needs,
                "description": re.sub(r"; blank: [^.]*\.$", ".", column.description),
            }
            for table in all_tables()
            for column in columns_of(table.record).values()
            if table is not _FACTS or column.name in FIELDS
        ]
    )


def tables_markdown() -> str:
    """The dictionary as the sections of docs/tables.md, one per table."""
    columns = dict(list(data_dictionary().groupby("table", sort=False)))
    return "".join(_section(table, columns[table.name]) for table in all_tables())


def all_tables() -> tuple[Table, ...]:
    """The facts of a county as a table of fields, its lists, and its tables."""
    return (_FACTS, *LISTS.values(), *TABLES.values())


def _type(column: Column) -> str:
    if column.words and column.type is not tuple:
        return "word"
    return "id" if column.needs == "an id" else _TYPES[column.type]


def _unit(column: Column) -> str:
    if column.type not in (float, int):
        return ""
    unit = next((unit for pattern, unit in _UNITS if re.search(pattern, column.name)), "")
    yearly = "per_year" in column.name or "per year" in column.description
    return "USD per year" if unit == "USD" and yearly else unit


def _blank(column: Column) -> str:
    if column.required:
        return "refused"
    said = re.search(r"blank: ([^.]*)\.$", column.description)
    return said[1] if said else ""


def _section(table: Table, columns: pd.DataFrame) -> str:
    rows = (
        f"| `{row.column}` | {row.type} | {row.unit} | {row.blank} | {row.description}{_words(row.type, row.needs)} |"
        for row in columns.itertuples()
    )
    head = "| column | type | unit | a blank means | what it is |\n|---|---|---|---|---|"
    if table.name == "county":
        head = head.replace("column", "field", 1)
    return f"\n## {table.name}\n\n{about_table(table)}\n\n{head}\n" + "\n".join(rows) + "\n"


def about_table(table: Table) -> str:
    """What a row is, its key, and what it means if the table is not there."""
    text = " ".join((table.record.__doc__ or "").split())
    if table.key:
        text += f" One row per {', '.join(table.key)}."
    if table.required:
        return f"{text} It must be there."
    return f"{text} Without it: {table.absent}."


def _words(kind: object, needs: object) -> str:
    text = str(needs)
    return f" {text[0].upper()}{text[1:]}." if kind == "word" else ""
