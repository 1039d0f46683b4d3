"""Rows as knapsacks: sum w x <= room over columns of 0 or 1, of which every group has one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.model import Flags, Model

LEAST_OPEN = 1e-6
MARGIN = 1e-9
"""Share by which a sum must be clear of a bound to count as above it."""


def with_margin(room: float) -> float:
    """A room that sums are compared with, so that rounding cannot make a set that fits look as if it did not."""
    return room + MARGIN * (1.0 + room)


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
    """Twice the number of the row, and one more where it is its lower end."""

    @cached_property
    def by_party(self) -> tuple[Codes, Codes]:
        """Places party after party, the heaviest column of each first, and where each party begins among them."""
        order = np.lexsort((-self.weight, self.party))
        return order, np.flatnonzero(np.append(True, np.diff(self.party[order]) != 0))

    @cached_property
    def _by_column(self) -> tuple[Codes, Codes]:
        """Places in the order of their columns, and these columns."""
        order = np.argsort(self.columns, kind="stable")
        return order, self.columns[order]

    def places_of(self, columns: Codes) -> tuple[Codes, Flags]:
        """The place of each of these columns of the model, and whether it is here at all [columns given]."""
        order, ordered = self._by_column
        places = order[np.minimum(np.searchsorted(ordered, columns), len(order) - 1)]
        here: Flags = self.columns[places] == columns
        return places, here

    def shares(self, x: Floats) -> Floats | None:
        """The point [columns of the model] as shares of what is open [columns of the sack]; None: nothing is."""
        opened = float(x[self.switches].sum()) if len(self.switches) else 1.0
        return None if opened < LEAST_OPEN else np.minimum(1.0, x[self.columns] / opened)

    def stand_ins(self, places: Codes) -> tuple[Codes, Flags]:
        """For every column, the one of `places` whose party it may be of, and whether the column may stand in for it.

        `places` has one of each party at most; what stands in is of the same party and weighs no less.
        """
        order = places[np.argsort(self.party[places], kind="stable")]
        own = order[np.minimum(np.searchsorted(self.party[order], self.party), len(order) - 1)]
        stands_in: Flags = (self.party[own] == self.party) & (self.weight >= self.weight[own])
        return own, stands_in

    def cut(self, values: Floats, most: float) -> Cut:
        """The inequality sum values x <= most (sum of switches), without what is 0 of it."""
        used = np.flatnonzero(values)
        if not len(self.switches):
            return Cut(self.columns[used], values[used], most, self.end)
        columns = np.concatenate([self.columns[used], self.switches])
        return Cut(columns, np.concatenate([values[used], np.full(len(self.switches), -most)]), 0.0, self.end)


def knapsacks(model: Model) -> list[Knapsack]:
    """Rows in which covers are looked for, both ends of a row on their own."""
    found = []
    for row in np.flatnonzero(~model.is_link).tolist():
        entries = slice(model.rows.indptr[row], model.rows.indptr[row + 1])
        column, value = model.rows.indices[entries].astype(np.int64), model.rows.data[entries]
        if not (model.integer[column].all() and (model.most[column] == 1.0).all()):
            continue
        for end, (sign, most) in enumerate(((1.0, model.upper[row]), (-1.0, -model.lower[row])), 2 * row):
            sack = _knapsack(model, column, sign * value, float(most), end) if np.isfinite(most) else None
            if sack is not None:
                found.append(sack)
    return found


def _knapsack(model: Model, column: Codes, value: Floats, most: float, end: int) -> Knapsack | None:
    """The row sum value x <= most as a knapsack, None where it is none.

    A group is measured from its least entry, which it always pays; this takes rows that must reach a bound, too.
    """
    group = model.group[column]
    grouped = group >= 0
    switches = column[~grouped & (value < 0.0)]
    room = most
    if len(switches):
        same = -value[~grouped & (value < 0.0)]
        if most != 0.0 or not (same == same[0]).all() or not _at_most_one(model, switches):
            return None
        room = float(same[0])
    parties, place = np.unique(group[grouped], return_inverse=True)
    least = np.full(len(parties), np.inf)
    np.minimum.at(least, place, value[grouped])
    whole = np.bincount(place, minlength=len(parties)) == np.diff(model.group_starts)[parties]
    least = np.where(whole, least, np.minimum(least, 0.0))
    if len(switches) and (least != 0.0).any():
        return None
    # columns of a group that the row does not name have entry 0
    paid = float(least.sum())
    weight = value.copy()
    weight[grouped] -= least[place]
    named = [column[grouped], column[~grouped & (value > 0.0)]]
    weights = [weight[grouped], value[~grouped & (value > 0.0)]]
    party = [group[grouped], -1 - np.arange(len(named[1]))]
    if (~whole & (least < 0.0)).any():
        return None
    columns, loads, parties_ = np.concatenate(named), np.concatenate(weights), np.concatenate(party)
    room -= paid
    kept = loads > 0.0
    if room <= 0.0 or loads[kept].sum() <= room or not kept.any():
        return None
    return Knapsack(columns[kept], loads[kept], parties_[kept], room, switches, end)


def too_large(model: Model, sacks: list[Knapsack]) -> Codes:
    """Columns that fit into some row by themselves in no plan, of groups that have others.

    A group of which nothing fits keeps its columns: no plan exists, which is for HiGHS to say.
    """
    never = np.zeros(model.size, dtype=bool)
    for sack in sacks:
        never[sack.columns[sack.weight > sack.room * (1.0 + MARGIN) + MARGIN]] = True
    fitting = np.bincount(model.group[model.grouped], weights=~never[model.grouped], minlength=model.groups)
    grouped: Codes = model.grouped[never[model.grouped]]
    return np.sort(grouped[fitting[model.group[grouped]] > 0.0])


def _at_most_one(model: Model, switches: Codes) -> bool:
    """Whether a row says that of these columns one at most is 1."""
    if len(switches) == 1:
        return True
    part = model.columns[:, switches].tocsr()
    ones = (np.diff(part.indptr) == len(switches)) & (model.upper <= 1.0)
    for row in np.flatnonzero(ones).tolist():
        entries = slice(model.rows.indptr[row], model.rows.indptr[row + 1])
        if entries.stop - entries.start == len(switches) and (model.rows.data[entries] == 1.0).all():
            return True
    return False
