"""Share out a number that stands for several rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.findings import shown
from optimizer.county.importing.rows import Floats, Rows
from optimizer.county.importing.rules import Apportion
from optimizer.errors import Finding

Places = npt.NDArray[np.int64]


def shared_out(rule: Apportion, rows: Rows) -> Floats:
    """Every row's part of its group's number, rounded so that the parts of a group add up to the number.

    What rounding leaves over goes, one last digit each, to the rows that lost most by it (ties: first in file).
    A group whose number is 0 or blank needs no weight. Refusals are collected in `rows.notes`.
    """
    amounts = rows.floats(rule.apportion)
    keys = pd.DataFrame({column: rows.texts(column) for column in rule.within}).fillna("")
    weights = [rows.floats(column) for column in rule.by]
    result = np.full(len(rows), np.nan)
    for found in keys.groupby(list(rule.within), sort=False).indices.values():
        members = np.asarray(found, dtype=np.int64)
        here = amounts[members]
        if np.isnan(here).all():
            continue
        if len(set(here.tolist())) > 1:
            _refuse_differing(rule, rows, members, here)
            continue
        weight = _weight(weights, members)
        if weight is None and here[0] != 0:
            _refuse_weightless(rule, rows, members, here[0])
            continue
        share = np.zeros(len(members)) if weight is None else here[0] * weight / weight.sum()
        result[members] = _rounded(share, here[0], rule.decimals)
    return result


def _weight(weights: list[Floats], members: Places) -> Floats | None:
    """The first column that adds up to more than 0 in the group."""
    for column in weights:
        here = np.nan_to_num(column[members])
        if (here >= 0).all() and here.sum() > 0:
            return here
    return None


def _rounded(shares: Floats, total: float, decimals: int) -> Floats:
    """Largest remainders: whole last digits that add up to the rounded total."""
    unit = 10.0**-decimals
    exact = shares / unit
    whole = np.floor(exact + 1e-9)
    left = round(float(total / unit - whole.sum()))
    most = np.argsort(-(exact - whole), kind="stable")[: max(left, 0)]
    whole[most] += 1
    return np.round(whole * unit, decimals)


def _refuse_differing(rule: Apportion, rows: Rows, members: Places, here: Floats) -> None:
    found = ", ".join(f"{value:g}" for value in dict.fromkeys(here.tolist()))
    needs = f"one number to share out in all rows with the same {', '.join(rule.within)}"
    fix = "Mend the source, or use the column itself instead of apportioning it."
    rows.notes.refuse(Finding(rows.where(int(members[0]), rule.apportion), found, needs, fix))


def _refuse_weightless(rule: Apportion, rows: Rows, members: Places, amount: float) -> None:
    fix = "Add a column to `by`, or drop these rows in the mapping."
    needs = f"something to share it out by: {' or '.join(rule.by)} above 0"
    rows.notes.refuse(Finding(rows.where(int(members[0]), rule.apportion), shown(amount), needs, fix))
