"""Rows of a program by what they are about: family and labels to their places in the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from optimizer.program.program import CountyProgram
from optimizer.program.rows import Rows

Labelled = Mapping[tuple[str, ...], int]
"""Labels of a row, as texts and in the order of the family's labels, to its place in the matrix, from 0."""


@dataclass(frozen=True)
class RowIndex:
    """The labelled rows of a county's program."""

    program: CountyProgram

    def of(self, family: str) -> Labelled:
        """Rows of a family; none if the program has no such family."""
        return self._by_family.get(family, {})

    def all_of(self, family: str, first: str | None = None) -> tuple[int, ...]:
        """Places of a family's rows; with `first`, of those whose first label it is."""
        return tuple(row for labels, row in self.of(family).items() if first is None or labels[0] == first)

    def at(self, family: str, *labels: object) -> tuple[int, ...]:
        """The place of the row with these labels; () if there is none."""
        row = self.of(family).get(tuple(str(label) for label in labels))
        return () if row is None else (row,)

    @cached_property
    def _by_family(self) -> dict[str, dict[tuple[str, ...], int]]:
        found, first = {}, 0
        for rows in self.program.families:
            found[rows.family] = {labels: first + at for at, labels in enumerate(_labels(rows))}
            first += len(rows)
        return found


def _labels(rows: Rows) -> list[tuple[str, ...]]:
    if not rows.labels:
        return [()] * len(rows)
    return [tuple(str(label) for label in labels) for labels in zip(*rows.labels.values(), strict=True)]
