"""Labelled sparse rows: what every constraint family returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int32]
"""Numbers of rows and columns where there are millions of them: what HiGHS and scipy's matrices count by."""
Labels = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Rows:
    """Rows of one family: lower <= sum of value x column <= upper, for each row.

    `row`, `column` and `value` are parallel (one entry per nonzero); `lower`, `upper` and every array of
    `labels` have one entry per row. Entries that name the same row and column add up.
    """

    family: str
    labels: Mapping[str, npt.NDArray[Any]]
    """What tells a row from its sisters, for example {"org_id": ..., "resource": ...}."""
    unit: str
    row: Places
    column: Places
    value: Floats
    lower: Floats
    upper: Floats

    def __len__(self) -> int:
        return len(self.lower)

    def names(self) -> list[str]:
        """A name per row, such as `capacity(jeffco,fte,all)`."""
        if not self.labels:
            return [self.family] * len(self)
        texts = (
            ",".join(str(part).replace(" ", "_") for part in parts) for parts in zip(*self.labels.values(), strict=True)
        )
        return [f"{self.family}({text})" for text in texts]


@dataclass
class RowBuilder:
    """Collects nonzeros block by block for one family with a known number of rows."""

    family: str
    unit: str
    labels: Mapping[str, npt.NDArray[Any]]
    lower: Floats
    upper: Floats
    _blocks: list[tuple[Places, Places, Floats]] = field(default_factory=list)

    def add(self, row: npt.ArrayLike, column: npt.ArrayLike, value: npt.ArrayLike) -> RowBuilder:
        """Add nonzeros; the three arguments are broadcast against each other."""
        rows, columns, values = np.broadcast_arrays(np.atleast_1d(row), column, value)
        self._blocks.append((rows.astype(np.int32), columns.astype(np.int32), values.astype(np.float64)))
        return self

    def rows(self) -> Rows:
        """The rows as they stand; zero coefficients are dropped."""
        empty = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0))
        # one block is taken as it is: a copy of the largest family costs more memory than all others
        row, column, value = (
            self._blocks[0]
            if len(self._blocks) == 1
            else (np.concatenate(parts) for parts in zip(empty, *self._blocks, strict=True))
        )
        nonzero = value != 0.0
        if not nonzero.all():
            row, column, value = row[nonzero], column[nonzero], value[nonzero]
        return Rows(self.family, self.labels, self.unit, row, column, value, self.lower, self.upper)


def at_most(upper: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Bounds of rows that may not exceed `upper`."""
    high = np.atleast_1d(np.asarray(upper, dtype=np.float64))
    return np.full(len(high), -np.inf), high


def at_least(lower: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Bounds of rows that must reach `lower`."""
    low = np.atleast_1d(np.asarray(lower, dtype=np.float64))
    return low, np.full(len(low), np.inf)


def exactly(value: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Bounds of rows that must equal `value`."""
    both = np.atleast_1d(np.asarray(value, dtype=np.float64))
    return both, both.copy()


def texts(*values: object) -> Labels:
    """Labels for a few rows, given one by one."""
    return np.array(values, dtype=object)
