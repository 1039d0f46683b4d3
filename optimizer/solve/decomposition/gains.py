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
        self._known: dict[tuple[int, float], list[float]] = {}

    def note(self, step: Step | None, gain: float) -> None:
        """A step raised the bound by so much."""
        if step is not None and step.held is not None:
            distance = max(LEAST_DISTANCE, abs(step.held - step.value))
            self._known.setdefault((step.column, step.held), []).append(gain / distance)

    def choice(self, columns: Codes, x: Floats) -> Step | None:
        """Of these columns, with these values, the one that promises most on both sides; None: all are whole."""
        between = split_at(x)
        if not len(between):
            return None
        promised = [x[between] * self._per_unit(columns[between], 0.0)]
        promised.append((1.0 - x[between]) * self._per_unit(columns[between], 1.0))
        best = between[np.argmax(np.prod(np.maximum(promised, NEAR_WHOLE), axis=0))]
        return Step(int(columns[best]), float(x[best]))

    def _per_unit(self, columns: Codes, side: float) -> Floats:
        """The mean gain of each, that of all where nothing is known of one."""
        means = {column: float(np.mean(gains)) for (column, of), gains in self._known.items() if of == side}
        usual = float(np.mean(list(means.values()))) if means else 1.0
        return np.array([means.get(column, usual) for column in columns.tolist()])
