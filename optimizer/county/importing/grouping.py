"""Rows that belong together become one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.findings import shown
from optimizer.county.importing.evaluate import holds
from optimizer.county.importing.mapping import Group
from optimizer.county.importing.rows import Cells, Rows, as_texts, objects
from optimizer.errors import Finding

Places = npt.NDArray[np.int64]


def grouped(rows: Rows, group: Group, wanted: Iterable[str]) -> tuple[Rows, Places]:
    """One row per group, in the order in which the groups begin, and for every row the place of its group.

    Holds the sums and the `wanted` columns. A wanted column must agree within each group, unless the mapping takes
    its first value; where it does not it is noted as a finding.
    """
    keys = pd.DataFrame({column: rows.texts(column) for column in group.by}).fillna("")
    of_row = np.asarray(keys.groupby(list(group.by), sort=False).ngroup(), dtype=np.int64)
    count = int(of_row.max()) + 1 if len(rows) else 0
    begins = np.full(count, len(rows), dtype=np.int64)
    np.minimum.at(begins, of_row, np.arange(len(rows)))
    cells = {
        name: _added_up(rows, part.of, holds(part.where, rows), of_row, count) for name, part in group.sums.items()
    }
    for column in wanted:
        if column in cells:
            continue
        if column in group.first:
            cells[column] = _first(rows.values(column), of_row, count)
        else:
            cells[column] = _agreed(rows, column, of_row, begins)
    return replace(rows, cells=cells, numbers=rows.numbers[begins], derived={}), of_row


def _added_up(rows: Rows, column: str, chosen: npt.NDArray[np.bool_], of_row: Places, count: int) -> Cells:
    """Sums over the chosen rows of every group; a blank among them is noted as a finding, never taken as 0."""
    part = rows.take(chosen)
    values = part.floats(column)
    for index in np.flatnonzero([value is None for value in part.values(column)])[:1]:
        fix = "Fill it in, drop such rows, or say in the mapping what a blank means (blank_means with taken_as)."
        rows.notes.refuse(Finding(part.where(int(index), column), "a blank", "a number to add up", fix))
    sums = np.bincount(of_row[chosen], weights=np.nan_to_num(values), minlength=count)
    return objects([float(value) for value in sums])


def _first(values: Cells, of_row: Places, count: int) -> Cells:
    """The first value of each group that is not blank."""
    result = objects([None] * count)
    for index in np.flatnonzero([value is not None for value in values])[::-1]:
        result[of_row[index]] = values[index]
    return result


def _agreed(rows: Rows, column: str, of_row: Places, begins: Places) -> Cells:
    values = rows.values(column)
    texts = as_texts(values)
    differs = np.flatnonzero(texts != texts[begins][of_row])
    if len(differs):
        index = int(differs[0])
        first = int(begins[of_row[index]])
        groups = len(set(of_row[differs].tolist()))
        found = f"{shown(texts[index])} where row {rows.numbers[first]} of the same group has {shown(texts[first])}"
        more = f", and so in {groups} groups" if groups > 1 else ""
        fix = f"Add {column} to the mapping's group.by or group.first."
        rows.notes.refuse(Finding(rows.where(index, column), found + more, "one value in a group", fix))
    return values[begins]
