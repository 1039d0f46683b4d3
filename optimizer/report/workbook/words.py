"""Headings and formats of columns, by the unit at the end of their names."""

from __future__ import annotations

UNITS = (
    ("_usd_per_year", "$ a year"),
    ("_usd", "$"),
    ("_share", "%"),
    ("_months", "months"),
    ("_years", "years"),
    ("_per_year", "a year"),
)
DOLLARS = "[>=0.5]$#,##0;[<=-0.5]-$#,##0;$0"
"""Without a minus before what is rounded to nothing."""
SHARE, NUMBER, WHOLE = "0.0%", "#,##0.00", "#,##0"
HEAT = "heat_share"
"""Name by which a cell of a heat map is formatted, whatever its column is called."""
WHOLE_NAMES = frozenset(
    {"services", "agreements", "moves", "ended", "sales", "pools", "population", "score", "year", "start_year"}
)


def heading(column: str) -> str:
    """`saving_usd_per_year` as `Saving ($ a year)`."""
    if column.startswith(("usd_per_year", "usd")):
        return "$ a year" if column == "usd_per_year" else "$"
    name, unit = next(
        ((column.removesuffix(ending), unit) for ending, unit in UNITS if column.endswith(ending)), (column, "")
    )
    words = name.replace("_", " ").replace("fte", "FTE").replace(" usd", " $").strip()
    return f"{words[:1].upper()}{words[1:]}" + (f" ({unit})" if unit else "")


def unit_kind(unit: str) -> str:
    """The name by which a number of this unit is formatted."""
    return {"USD": "x_usd", "USD/year": "x_usd_per_year"}.get(unit, "x")


def number_format(column: str) -> str:
    """Excel's number format of a column."""
    if "usd" in column:
        return DOLLARS
    if column == HEAT:
        return "0%"
    if column.endswith("share") or column.startswith("share") or column in ("coverage", "lost_by_exit"):
        return SHARE
    return WHOLE if column in WHOLE_NAMES or column.endswith(("_level", "_year", "_month")) else NUMBER
