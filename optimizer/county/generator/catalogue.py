"""The hand-written tables behind generated counties, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

_FROM_DIVISION = ("mandate", "labour", "recovery", "delegable", "critical")


@cache
def table(name: str) -> pd.DataFrame:
    """One table of the catalogue; blanks are NaN. Do not change it in place."""
    source = files("optimizer.county.generator") / "catalogue" / f"{name}.csv"
    with source.open(encoding="utf-8") as stream:
        return pd.read_csv(stream)


@cache
def variants() -> pd.DataFrame:
    """Every service the catalogue knows: a row per activity and qualifier, division defaults filled in.

    Columns: name (may hold {0} .. {5} for towns), activity, variant (0, 1 ... within the activity), pool,
    and everything a division says.
    """
    activities = table("activities")
    expanded = activities.assign(qualifier=activities["qualifiers"].str.split(";")).explode("qualifier")
    expanded["variant"] = expanded.groupby(level=0, sort=False).cumcount()
    known = expanded.reset_index(drop=True).merge(table("divisions"), on="division", suffixes=("", "_division"))
    for column in _FROM_DIVISION:
        known[column] = known[column].where(known[column].notna(), known[f"{column}_division"])
    known["name"] = known["activity"] + ("," + " " + known["qualifier"]).fillna("")
    for column in ("delegable", "critical"):
        known[column] = known[column] == "yes"
    return known.drop(columns=["qualifiers", "qualifier", *(f"{column}_division" for column in _FROM_DIVISION)])


@cache
def places() -> tuple[str, ...]:
    """Invented place names, each once, neighbours unlike each other."""
    words = table("places")
    first, second = list(words["first"]), list(words["second"])
    size = len(first)
    return tuple(f"{first[i]} {second[(i + shift) % size]}" for shift in range(size) for i in range(size))


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one table as dictionaries; blanks are empty texts."""
    frame = table(name)
    columns = [str(column) for column in frame]
    cells = frame.astype(object).where(frame.notna(), "")
    return [dict(zip(columns, row, strict=True)) for row in cells.itertuples(index=False, name=None)]


def listed(cell: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def classes_of_types() -> dict[str, list[str]]:
    """Service classes that each type of organization works in."""
    return {row["type"]: listed(row["classes"]) for row in rows("organization_types")}


def per_class(column: str, service_class: pd.Series[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A number of the class table for each of the given classes; NaN where the table is blank."""
    values = table("classes").set_index("service_class")[column]
    return np.asarray(service_class.map(values), dtype=np.float64)
