"""Columns and rows of a program found again in another one that differs a little: by name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.program.program import Program
from optimizer.program.rows import Codes

Labels = list[tuple[str, int, list[np.ndarray]]]
"""Of blocks of columns or families of rows: name, length, and what tells one from its sisters."""


def moved(then: Program, now: Program) -> tuple[Codes, Codes] | None:
    """Place now of every column and of every row then, -1 where it is gone; None where names do not tell."""
    column = _unmoved(_column_labels(then), _column_labels(now))
    if column is None:
        column = _found_again(then.columns.names, now.columns.names)
    row = _unmoved(_row_labels(then), _row_labels(now))
    if row is None:
        row = _found_again(np.array(then.row_names()), np.array(now.row_names()))
    return None if column is None or row is None else (column, row)


def _column_labels(program: Program) -> Labels:
    return [(part.name, len(part), [part.keys[key].to_numpy() for key in part.keys]) for part in program.columns.blocks]


def _row_labels(program: Program) -> Labels:
    return [(rows.family, len(rows), list(rows.labels.values())) for rows in program.families]


def _unmoved(then: Labels, now: Labels) -> Codes | None:
    """The places now of everything then, where nothing has come, gone or moved; None where it has."""
    same = len(then) == len(now) and all(
        one[:2] == other[:2]
        and len(one[2]) == len(other[2])
        and all(a is b or np.array_equal(a, b) for a, b in zip(one[2], other[2], strict=True))
        for one, other in zip(then, now, strict=True)
    )
    return np.arange(sum(length for _, length, _ in now)) if same else None


def _found_again(then: np.ndarray, now: np.ndarray) -> Codes | None:
    """Place now of every name then, -1 where it is gone; None where a name is not the only one."""
    index = pd.Index(now)
    if not index.is_unique:
        return None
    found: Codes = index.get_indexer(pd.Index(then)).astype(np.int64)
    return found


def places(numbers: Codes, size: int) -> Codes:
    """Where each of so many numbers is among these, -1 if nowhere."""
    place = np.full(size, -1)
    place[numbers] = np.arange(len(numbers))
    return place


def through(place: Codes, number: Codes) -> Codes:
    """`place` at these numbers, -1 stays."""
    found: Codes = np.where(number >= 0, place[number], -1)
    return found
