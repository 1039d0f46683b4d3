"""What it gained so far to hold a column, and the column to hold next (Benichou et al. 1971, pseudo-costs)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.program.rows import Codes, Floats

NEAR_WHOLE = 1e-6
LEAST_DISTANCE = 1e-3
"""A column nearer to where it is held counts as so far away."""


def split_at(x: Floats) -> Codes:
    """Places of what is neither 0 nor 1."""
    return np.flatnonzero(np.minimum(x, 1.0 - x) > NEAR_WHOLE)


@dataclass(frozen=True)
class Step:
    """A column between 0 and 1, and where it goes from there."""

    column: int
    value: float
    held: float | None = None

    def to(self, held: float) -> Step:
        """The same, held at 0 or 1."""
        return Step(self.column, self.value, held)


class Gains:
    """Rises of the bound by column and side, per unit that the column was moved."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, float], tuple[float, int]] = {}
        """Sum and number of the rises by column and side."""
        self._means = {0.0: 0.0, 1.0: 0.0}
        """Sum of the columns' means by side."""
        self._columns = {0.0: 0, 1.0: 0}

    def note(self, step: Step | None, gain: float) -> None:
        """A step raised the bound by so much."""
        if step is None or step.held is None:
            return
        side, distance = step.held, max(LEAST_DISTANCE, abs(step.held - step.value))
        total, number = self._known.get((step.column, side), (0.0, 0))
        before = total / number if number else 0.0
        total, number = total + gain / distance, number + 1
        self._known[step.column, side] = total, number
        self._means[side] += total / number - before
        self._columns[side] += number == 1

    def known(self, column: int) -> bool:
        """Whether a column was held at either side."""
        return (column, 0.0) in self._known and (column, 1.0) in self._known

    def promised(self, columns: Codes, x: Floats) -> Floats:
        """What holding each of these columns, with these values, promises: the product of both sides [columns]."""
        sides = [x * self._per_unit(columns, 0.0), (1.0 - x) * self._per_unit(columns, 1.0)]
        promised: Floats = np.prod(np.maximum(sides, NEAR_WHOLE), axis=0)
        return promised

    def choice(self, columns: Codes, x: Floats) -> Step | None:
        """Of these columns, with these values, the one that promises most on both sides; None: all are whole."""
        between = split_at(x)
        if not len(between):
            return None
        best = between[np.argmax(self.promised(columns[between], x[between]))]
        return Step(int(columns[best]), float(x[best]))

    def _per_unit(self, columns: Codes, side: float) -> Floats:
        """The mean gain of each, that of all where nothing is known of one."""
        usual = self._means[side] / self._columns[side] if self._columns[side] else 1.0
        known = (self._known.get((column, side)) for column in columns.tolist())
        return np.array([usual if one is None else one[0] / one[1] for one in known])
