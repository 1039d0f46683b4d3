"""Cover cuts: rows that every plan keeps and the relaxation does not.

A capacity row says sum_j a_j x_j <= b y with x, y of 0 or 1. Where some columns C together need more than b, not all of
them fit, and a larger column takes the place of several (Balas 1975, "Facets of the knapsack polytope"):

    sum_{j in C} x_j + sum_{j not in C} h_j x_j <= (|C| - 1) y

where h_j is how many of the largest of C together need no more than a_j.

Without y, 1 stands for it. Every comparison of sums is made to the safe side of rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.model import Model

MARGIN = 1e-9
"""Share by which a sum must be clear of a bound to count as above it."""
LEAST_VIOLATION = 1e-3
FORCED = 3
"""Further covers looked for in a row, each around another fractional column."""


@dataclass(frozen=True)
class Knapsack:
    """One row sum w x <= room (sum of switches), over binary columns; without switches the sum is 1."""

    columns: Codes
    weight: Floats
    party: Codes
    """Columns of one party are never 1 together: the group, or a number of its own below 0."""
    room: float
    switches: Codes


def knapsacks(model: Model) -> list[Knapsack]:
    """Rows in which covers are looked for, both ends of a row on their own."""
    found = []
    for row in np.flatnonzero(~model.is_link).tolist():
        entries = slice(model.rows.indptr[row], model.rows.indptr[row + 1])
        column, value = model.rows.indices[entries].astype(np.int64), model.rows.data[entries]
        if not (model.integer[column].all() and (model.most[column] == 1.0).all()):
            continue
        for sign, end in ((1.0, model.upper[row]), (-1.0, -model.lower[row])):
            sack = _knapsack(model, column, sign * value, float(end)) if np.isfinite(end) else None
            if sack is not None:
                found.append(sack)
    return found


def _knapsack(model: Model, column: Codes, value: Floats, end: float) -> Knapsack | None:
    """The row sum value x <= end as a knapsack, None where it is none.

    A group is measured from its least entry, which it always pays; this takes rows that must reach a bound, too.
    """
    group = model.group[column]
    grouped = group >= 0
    switches = column[~grouped & (value < 0.0)]
    room = end
    if len(switches):
        same = -value[~grouped & (value < 0.0)]
        if end != 0.0 or not (same == same[0]).all() or not _at_most_one(model, switches):
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
    return Knapsack(columns[kept], loads[kept], parties_[kept], room, switches)


def too_large(model: Model, sacks: list[Knapsack]) -> Codes:
    """Columns that fit into some row by themselves in no plan."""
    never = [sack.columns[sack.weight > sack.room * (1.0 + MARGIN) + MARGIN] for sack in sacks]
    columns = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *never]))
    grouped: Codes = columns[model.group[columns] >= 0]
    return grouped


def covers(model: Model, sacks: list[Knapsack], x: Floats) -> tuple[csr_array, Floats]:
    """Cuts that the point violates: rows [cuts x columns] and their upper bounds."""
    rows: list[tuple[Codes, Floats, float]] = [cut for sack in sacks for cut in _of_sack(sack, x)]
    lengths = [len(columns) for columns, _, _ in rows]
    column = np.concatenate([np.empty(0, dtype=np.int64), *(columns for columns, _, _ in rows)])
    value = np.concatenate([np.empty(0), *(values for _, values, _ in rows)])
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    matrix = csr_array((value, column, start), shape=(len(rows), model.size))
    return matrix, np.array([upper for _, _, upper in rows])


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


def _of_sack(sack: Knapsack, x: Floats) -> Iterator[tuple[Codes, Floats, float]]:
    opened = float(x[sack.switches].sum()) if len(sack.switches) else 1.0
    if opened < 1e-6:
        return
    share = np.minimum(1.0, x[sack.columns] / opened)
    fits = sack.weight <= sack.room
    support = np.flatnonzero((share > 1e-9) & fits)
    if sack.weight[support].sum() <= sack.room:
        return
    fractional = support[(share[support] < 1.0 - 1e-6)]
    order = fractional[np.argsort(-sack.weight[fractional] * share[fractional], kind="stable")]
    seen: set[bytes] = set()
    for first in (-1, *order[:FORCED].tolist()):
        cover = _cover(sack, share, support, first)
        if cover is None or cover.tobytes() in seen:
            continue
        seen.add(cover.tobytes())
        cut = _lifted(sack, cover)
        columns, values, upper = cut
        if values @ x[columns] > upper + LEAST_VIOLATION * max(1, len(cover) - 1):
            yield cut


def _cover(sack: Knapsack, share: Floats, support: Codes, first: int) -> Codes | None:
    """A minimal cover [places in the sack] with little left to 1, `first` in it where it is given."""
    price = (1.0 - share[support]) / sack.weight[support]
    price[support == first] = -1.0
    order = support[np.argsort(price, kind="stable")]
    order = order[np.sort(np.unique(sack.party[order], return_index=True)[1])]  # one of each party
    total = np.cumsum(sack.weight[order])
    above = sack.room * (1.0 + MARGIN) + MARGIN
    if total[-1] <= above:
        return None
    cover = order[: int(np.searchsorted(total, above, side="right")) + 1]
    load = float(sack.weight[cover].sum())
    kept = []
    for place in cover[np.argsort(share[cover], kind="stable")].tolist():
        if place != first and load - sack.weight[place] > above:
            load -= float(sack.weight[place])
        else:
            kept.append(place)
    return np.sort(np.array(kept))


def _lifted(sack: Knapsack, cover: Codes) -> tuple[Codes, Floats, float]:
    """The cut of a minimal cover; a heavier column of the same party stands in for one of it."""
    sums = np.cumsum(np.sort(sack.weight[cover])[::-1]) * (1.0 + MARGIN)
    lift = np.searchsorted(sums, sack.weight, side="right").astype(np.float64)
    lift = np.minimum(lift, len(cover) - 1.0)
    order = np.argsort(sack.party[cover])
    place = np.minimum(np.searchsorted(sack.party[cover][order], sack.party), len(cover) - 1)
    own = cover[order[place]]
    stands_in = (sack.party[own] == sack.party) & (sack.weight >= sack.weight[own])
    lift = np.where(stands_in, np.maximum(lift, 1.0), lift)
    lift[cover] = 1.0
    used = np.flatnonzero(lift)
    most = len(cover) - 1.0
    if not len(sack.switches):
        return sack.columns[used], lift[used], most
    columns = np.concatenate([sack.columns[used], sack.switches])
    return columns, np.concatenate([lift[used], np.full(len(sack.switches), -most)]), 0.0
