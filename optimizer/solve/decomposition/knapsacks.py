"""Which rows of a model are knapsacks, all rows at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.model import Model, spans
from optimizer.solve.decomposition.sacks import MARGIN, Knapsack
from optimizer.solve.decomposition.total_demand import total_demand


def knapsacks(model: Model) -> list[Knapsack]:
    """Rows in which covers are looked for, both ends of a row on their own, and what they say together."""
    ends = _ends(model)
    opened, fits = _opened(model, ends)
    weight, paid, measured = _measured(model, ends)
    room = opened - paid
    asked = np.bincount(ends.owner, weight * (weight > 0.0), len(room))
    usable = fits & measured & (room > 0.0)
    found = usable & (asked > room)
    entries, party = _parties(model, ends, np.flatnonzero((weight > 0.0) & found[ends.owner]))
    switches = np.flatnonzero(ends.switch)
    spans_of = (np.searchsorted(ends.owner[own], np.arange(len(room) + 1)) for own in (entries, switches))
    columns, weights, opens = ends.column[entries], weight[entries], ends.column[switches]
    own, switch = ([slice(*span) for span in pairwise(each.tolist())] for each in spans_of)
    sacks = [
        Knapsack(columns[own[at]], weights[own[at]], party[own[at]], float(room[at]), opens[switch[at]], end)
        for at, end in enumerate(ends.number.tolist())
        if found[at]
    ]
    return sacks + _total(model, ends, weight, np.where(usable, np.minimum(room, asked), 0.0))


def _total(model: Model, ends: _Ends, weight: Floats, room: Floats) -> list[Knapsack]:
    """What all columns that open an end together need room for; `room` is 0 where an end is of no use [ends]."""
    given = ends.switch & (room[ends.owner] > 0.0)
    opened = np.bincount(ends.owner, given, len(room)) > 0.0
    taken = opened[ends.owner] & (model.group[ends.column] >= 0)
    use, opening_room = np.zeros(model.size), np.zeros(model.size)
    np.add.at(use, ends.column[taken], weight[taken])
    np.add.at(opening_room, ends.column[given], room[ends.owner[given]])
    return total_demand(model, use, opening_room)


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


@dataclass(frozen=True)
class _Ends:
    """Ends of rows over columns of 0 or 1, each as sum value x <= most, entry after entry."""

    number: Codes
    """`Knapsack.end` [ends]."""
    most: Floats
    """[ends]"""
    owner: Codes
    """Place of the end that each entry is of [entries]."""
    column: Codes
    value: Floats
    switch: Flags
    """Entries that open the row: they take from it and are in no group [entries]."""


def _ends(model: Model) -> _Ends:
    rows, length = model.rows, np.diff(model.rows.indptr)
    binary = model.integer & (model.most == 1.0)
    other = np.bincount(np.repeat(np.arange(len(length)), length), ~binary[rows.indices], len(length))
    own = np.flatnonzero(~model.is_link & (other == 0.0) & (length > 0))
    upper, lower = own[np.isfinite(model.upper[own])], own[np.isfinite(model.lower[own])]
    number = np.sort(np.concatenate([2 * upper, 2 * lower + 1]))
    row, sign = number // 2, np.where(number % 2, -1.0, 1.0)
    owner = np.repeat(np.arange(len(row)), length[row])
    entry = spans(rows.indptr[row].astype(np.int64), rows.indptr[row + 1].astype(np.int64))
    column, value = rows.indices[entry].astype(np.int64), sign[owner] * rows.data[entry]
    switch = (model.group[column] < 0) & (value < 0.0)
    return _Ends(number, np.where(number % 2, -model.lower[row], model.upper[row]), owner, column, value, switch)


def _opened(model: Model, ends: _Ends) -> tuple[Floats, Flags]:
    """The room of each end when it is open, and whether one switch at most opens it, where any has to [ends]."""
    at = np.flatnonzero(ends.switch)
    owner, same = ends.owner[at], -ends.value[at]
    first = np.searchsorted(owner, np.arange(len(ends.most) + 1))
    some = np.flatnonzero(np.diff(first))
    room, fits = ends.most.copy(), np.ones(len(ends.most), dtype=bool)
    room[some] = same[first[some]]
    fits[some] = ends.most[some] == 0.0
    fits[owner[same != room[owner]]] = False
    for end in some[fits[some]].tolist():
        fits[end] = _at_most_one(model, ends.column[at[first[end] : first[end + 1]]])
    return room, fits


def _measured(model: Model, ends: _Ends) -> tuple[Floats, Floats, Flags]:
    """What each entry asks for [entries], what every plan pays at each end, and whether it can be measured so [ends].

    A group is measured from its least entry, which it always pays; this takes rows that must reach a bound, too. Where
    a switch opens the row entries stay as they are, as what is paid would not be a share of what is open.
    """
    group, count = model.group[ends.column], len(ends.most)
    weight, at = np.maximum(0.0, ends.value), np.flatnonzero(group >= 0)
    if not len(at):
        return weight, np.zeros(count), np.ones(count, dtype=bool)
    key = ends.owner[at] * model.groups + group[at]
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(key[order]) != 0))
    length = np.diff(np.append(starts, len(at)))
    owner = ends.owner[at[order[starts]]]
    whole = length == np.diff(model.group_starts)[group[at[order[starts]]]]
    # columns of a group that the row does not name have entry 0
    least = np.minimum.reduceat(ends.value[at][order], starts)
    whole &= np.bincount(ends.owner, ends.switch, count)[owner] == 0.0
    unfit = ~whole & (least < 0.0)
    least = np.where(whole, least, 0.0)
    weight[at[order]] = ends.value[at[order]] - np.repeat(least, length)
    paid = np.zeros(count)
    named = np.flatnonzero(least)
    for own in np.split(named, np.flatnonzero(np.diff(owner[named])) + 1) if len(named) else ():
        paid[owner[own[0]]] = math.fsum(least[own].tolist())  # what is left of a room may be small beside it
    measured: Flags = np.bincount(owner, unfit, count) == 0.0
    return weight, paid, measured


def _parties(model: Model, ends: _Ends, entries: Codes) -> tuple[Codes, Codes]:
    """These entries end after end, those in groups first, and the party of each: others are parties of their own."""
    alone = model.group[ends.column[entries]] < 0
    entries = entries[np.argsort(2 * ends.owner[entries] + alone, kind="stable")]
    owner, group = ends.owner[entries], model.group[ends.column[entries]]
    before: Codes = np.cumsum(group < 0) - (group < 0)
    first: Codes = before[np.searchsorted(owner, owner)]
    return entries, np.where(group < 0, first - before - 1, group)


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
