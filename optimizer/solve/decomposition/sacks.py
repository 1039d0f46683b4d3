"""Rows as knapsacks: sum w x <= room over columns of 0 or 1, of which every group has one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from optimizer.program.rows import Codes, Flags, Floats

LEAST_OPEN = 1e-6
TOTAL_END = -1
"""`Knapsack.end` of what no row says by itself."""
MARGIN = 1e-9
"""Share by which a sum must be clear of a bound to count as above it."""


def with_margin(room: float) -> float:
    """A room that sums are compared with, so that rounding cannot make a set that fits look as if it did not."""
    return room + MARGIN * (1.0 + room)


def places_among(numbers: Codes, sought: Codes) -> tuple[Codes, Flags]:
    """A place among different numbers for each that is sought, and whether it is there [sought]."""
    order = np.argsort(numbers, kind="stable")
    places = order[np.minimum(np.searchsorted(numbers, sought, sorter=order), len(order) - 1)]
    return places, numbers[places] == sought


class Cut(NamedTuple):
    """An inequality sum values x <= most that follows from one row."""

    columns: Codes
    values: Floats
    most: float
    end: int
    """`Knapsack.end` of the row."""


@dataclass(frozen=True)
class Knapsack:
    """One row sum w x <= room (sum of switches), over binary columns; without switches the sum is 1."""

    columns: Codes
    weight: Floats
    party: Codes
    """Columns of one party are never 1 together: the group, or a number of its own below 0."""
    room: float
    switches: Codes
    end: int
    """Twice the number of the row, and one more where it is its lower end; or `TOTAL_END`."""
    closed: bool = False
    """Whether it is over 1 - x."""

    @cached_property
    def by_party(self) -> tuple[Codes, Codes]:
        """Places party after party, the heaviest column of each first, and where each party begins among them."""
        order = np.lexsort((-self.weight, self.party))
        return order, np.flatnonzero(np.append(True, np.diff(self.party[order]) != 0))

    @cached_property
    def number(self) -> Codes:
        """Number of each column's party, from 0 on."""
        order, starts = self.by_party
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
        return number

    def shares(self, x: Floats) -> Floats | None:
        """The point [columns of the model] as shares of what is open [columns of the sack]; None: nothing is."""
        opened, own = float(x[self.switches].sum()) if len(self.switches) else 1.0, x[self.columns]
        return None if opened < LEAST_OPEN else np.minimum(1.0, (1.0 - own if self.closed else own) / opened)

    def stood_in(self, places: Codes, values: Floats) -> Floats:
        """The values of these places for whatever may stand in for one: is of the same party and weighs no less.

        `places` has one of each party at most; what stands in for none has the value 0.
        """
        party, lightest = self.number[places], np.full(len(self.by_party[1]), np.inf)
        value = np.zeros(len(lightest))
        lightest[party], value[party] = self.weight[places], values
        return np.where(self.weight >= lightest[self.number], value[self.number], 0.0)

    def cut(self, values: Floats, most: float) -> Cut:
        """The inequality sum values x <= most (sum of switches), without what is 0 of it."""
        used = np.flatnonzero(values)
        if self.closed:
            return Cut(self.columns[used], -values[used], most - float(values.sum()), self.end)
        if not len(self.switches):
            return Cut(self.columns[used], values[used], most, self.end)
        columns = np.concatenate([self.columns[used], self.switches])
        return Cut(columns, np.concatenate([values[used], np.full(len(self.switches), -most)]), 0.0, self.end)
