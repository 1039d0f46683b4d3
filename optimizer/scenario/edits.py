"""Changed cells of one table, vectorised: what they hold now, and which change touched each of them last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.county import TABLES, County
from optimizer.errors import Finding
from optimizer.scenario.columns import cells_of, plain_cell
from optimizer.scenario.conditions import Mask
from optimizer.scenario.scenario import Absent, Change
from optimizer.scenario.selectors import nothing_selected, problems, selected

DECIMALS = 9
"""To which a scaled number is rounded, so that 350 x 1.15 is 402.5 and not a hair less."""

Origins = npt.NDArray[np.object_]


def touched_rows(origins: Origins) -> Mask:
    """Per row whether a change has touched the cell."""
    mask: Mask = (origins != "").astype(bool)
    return mask


@dataclass
class Edits:
    """A table under change."""

    county: County
    """What the table's rows are joined with."""
    table: str
    frame: pd.DataFrame
    origins: dict[str, Origins] = field(default_factory=dict)
    """Per touched column and row the origin of the cell's last change, "" where it is untouched."""

    def make(self, changes: Iterable[Change], findings: list[Finding], absent: list[Absent]) -> None:
        """Make changes in their order, each on what the ones before it left; unusable ones go to `findings`.

        Those that fit no row, and need not, go to `absent`.
        """
        for change in changes:
            wrong = problems(change.table, change.where, change.scale, change.override)
            findings.extend(problem.at(change.origin) for problem in wrong)
            if wrong:
                continue
            mask = selected(self.county, self.table, change.where, self.frame)
            if not mask.any():
                finding = nothing_selected(self.county, self.table, change.where, self.frame, change.origin)
                if change.may_be_absent:
                    absent.append(Absent(change, finding))
                else:
                    findings.append(finding)
                continue
            for name, factor in change.scale.items():
                self._scale(name, float(factor), mask, change.origin, findings)
            for name, written in change.override.items():
                self._override(name, written, mask, change.origin)

    def _scale(self, name: str, factor: float, mask: Mask, origin: str, findings: list[Finding]) -> None:
        """Multiply the cells that hold a number; a blank stays blank."""
        values = self.frame[name].to_numpy(dtype=float)
        hit = mask & ~np.isnan(values)
        if hit.any():
            self._put(name, np.where(hit, np.round(values * factor, DECIMALS), values), hit, origin)
            return
        fix = "A blank stays blank when scaled: override it instead, or scale what it is estimated from."
        findings.append(Finding(f"{origin} {self.table} scale {name}", "only blank cells", "a number to scale", fix))

    def _override(self, name: str, written: Any, mask: Mask, origin: str) -> None:
        column = cells_of(self.table, name)
        assert column is not None
        value = column.value(written)
        old = self.frame[name].to_numpy()
        if old.dtype == object:
            # Cell by cell through a one-cell array: a tuple must not be spread over the rows.
            one = np.empty(1, dtype=object)
            one[0] = value
            self._put(name, np.where(mask, one, old), mask, origin)
        else:
            self._put(name, np.where(mask, np.nan if value is None else value, old), mask, origin)

    def _put(self, name: str, values: npt.NDArray[Any], mask: Mask, origin: Any) -> None:
        """New values of a column; `origin` is one for all of the mask's rows, or one per row."""
        self.frame = self.frame.assign(**{name: pd.Series(values, dtype=values.dtype)})
        untouched = np.full(len(self.frame), "", dtype=object)
        self.origins[name] = np.where(mask, origin, self.origins.get(name, untouched))

    def changed(self, name: str) -> Mask:
        """Per row whether a touched column's cell is not what the county has."""
        old, new = self.county.frame(self.table)[name].to_numpy(), self.frame[name].to_numpy()
        same: Mask = (old == new).astype(bool) | (pd.isna(old) & pd.isna(new))
        return touched_rows(self.origins[name]) & ~same

    def take(self, other: Edits) -> None:
        """Take over every cell that `other` touched."""
        for name, theirs in other.origins.items():
            touched = touched_rows(theirs)
            values = np.where(touched, other.frame[name].to_numpy(), self.frame[name].to_numpy())
            self._put(name, values, touched, theirs)

    def clashes(self, other: Edits) -> list[Finding]:
        """A finding per column and pair of changes that touch one cell here and in `other`."""
        findings: dict[tuple[str, str, str], Finding] = {}
        for name, theirs in other.origins.items():
            mine = self.origins.get(name)
            if mine is None:
                continue
            for row in np.flatnonzero(touched_rows(mine) & touched_rows(theirs)):
                findings.setdefault((name, mine[row], theirs[row]), self._clash(name, int(row), theirs[row]))
        return list(findings.values())

    def _clash(self, name: str, row: int, other: str) -> Finding:
        cell = f"{self.table} {'/'.join(str(part) for part in self.key(row))} {name}"
        return Finding(
            other,
            f"a change of {cell}, which {self.origins[name][row]} changes too",
            "one what-if at the most that touches a cell",
            "Leave one of the two out, or write a what-if of its own that says what both mean together.",
        )

    def key(self, row: int) -> tuple[Any, ...]:
        """The key of a row, as plain values."""
        record = self.county.table(self.table)[row]
        return tuple(plain_cell(getattr(record, name)) for name in TABLES[self.table].key)
