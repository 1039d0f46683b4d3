"""Rows of a foreign inventory on their way to a county: cells by column, and where each row came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from optimizer.county.findings import shown
from optimizer.county.importing.parts import Scalar, plain_text
from optimizer.errors import Finding

Cells = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SHOWN_CELLS = 20
"""Bad cells of one column that are listed one by one; the rest are counted."""

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_US = re.compile(
    r"(?P<open>\()?(?P<sign>[+-])?\s*\$?\s*(?P<digits>(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)\s*(?P<close>\))?"
)


@dataclass(frozen=True)
class Notes:
    """What is noticed on the way: refusals, values mapped, assumptions used."""

    findings: dict[Finding, None] = field(default_factory=dict)
    mapped: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)
    """(field, found, became) to the numbers of the rows."""
    assumed: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    """(field, assumption) to the numbers of the rows."""

    unread: set[tuple[str, int]] = field(default_factory=set)
    """(field or column, number of the row) of cells that are refused already, and are blank only for that reason."""

    meant: set[tuple[str, int]] = field(default_factory=set)
    """(column, number of the row) of cells that are blank in the source, and stand for what the mapping says."""

    def refuse(self, finding: Finding) -> None:
        self.findings[finding] = None

    def leave_unread(self, column: str, rows: Iterable[int]) -> None:
        self.unread.update((column, row) for row in rows)

    def map(self, field: str, found: str, became: str, rows: Iterable[int]) -> None:
        self.mapped.setdefault((field, found, became), set()).update(rows)

    def assume(self, field: str, assumption: str, rows: Iterable[int]) -> None:
        self.assumed.setdefault((field, assumption), set()).update(rows)


@dataclass(frozen=True)
class Rows:
    """Some rows: `cells[column][i]` is a text, a number or None (blank); `numbers[i]` its row in the file."""

    place: str
    """File, or file and sheet."""
    cells: Mapping[str, Cells]
    numbers: npt.NDArray[np.int64]
    style: str
    """How numbers are typed in texts: plain or us."""
    notes: Notes
    derived: Mapping[str, Callable[[Rows], Cells]] = field(default_factory=dict)
    """Columns made from others when they are asked for, on the rows at hand."""
    logged: bool = False
    """Whether these are the kept rows, whose values and assumptions the report counts."""
    _known: dict[str, Cells] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, chosen: Flags | npt.NDArray[np.int64]) -> Rows:
        """Some of these rows, in order."""
        cells = {name: values[chosen] for name, values in self.cells.items()}
        return replace(self, cells=cells, numbers=self.numbers[chosen])

    def where(self, index: int, column: str = "") -> str:
        return f"{self.place} row {self.numbers[index]}" + (f" column {column}" if column else "")

    def values(self, column: str) -> Cells:
        """Cells of a source column or of a derived one."""
        if column in self.cells:
            return self.cells[column]
        if column not in self._known:
            self._known[column] = self.derived[column](self)
        return self._known[column]

    def texts(self, column: str) -> Cells:
        """Cells as texts, None where blank."""
        return as_texts(self.values(column))

    def floats(self, column: str) -> Floats:
        """Cells as numbers, NaN where blank; a text that is no number is noted as a finding."""
        values = self.values(column)
        result = np.full(len(values), np.nan)
        bad = []
        for index, value in enumerate(values):
            number = parse_number(value, self.style)
            if number is None:
                bad.append(index)
            else:
                result[index] = number
        self._note_bad_numbers(column, values, bad)
        self.notes.leave_unread(column, map(int, self.numbers[bad]))
        return result

    def _note_bad_numbers(self, column: str, values: Cells, bad: Sequence[int]) -> None:
        for index in bad[:SHOWN_CELLS]:
            self.notes.refuse(
                Finding(self.where(index, column), shown(values[index]), "a number", number_fix(self.style))
            )
        if len(bad) > SHOWN_CELLS:
            many = len(bad) - SHOWN_CELLS
            left = "1 more cell that is no number" if many == 1 else f"{many} more cells that are no numbers"
            self.notes.refuse(Finding(f"{self.place} column {column}", left, "numbers", number_fix(self.style)))


def as_texts(values: Cells) -> Cells:
    """Every value as the text a cell would show, None where blank."""
    return objects([None if value is None else plain_text(value) for value in values])


def objects(values: Sequence[Any]) -> Cells:
    """A sequence as a one-dimensional array of objects, whatever its items are."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def parse_number(value: Scalar | None, style: str) -> float | None:
    """A cell as a number: NaN for a blank, None for what is no number in this style."""
    if value is None:
        return float("nan")
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _finite(float(value))
    if _PLAIN.fullmatch(value):
        return _finite(float(value))
    found = _US.fullmatch(value) if style == "us" else None
    if found is None or bool(found["open"]) != bool(found["close"]) or (found["open"] and found["sign"]):
        return None
    number = float(found["digits"].replace(",", ""))
    return -number if found["open"] or found["sign"] == "-" else number


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def number_fix(style: str) -> str:
    """How to mend a text that is no number in this style."""
    if style == "us":
        return "Type digits; $, separators of thousands and brackets for minus are read, percent signs are not."
    return "Type digits with a point, or say `numbers: us` in the mapping's source if they are typed $1,234.50."
