"""Cuts from one row's knapsack, separated exactly: if any inequality of its hull cuts the point off, one is found.

A row asks for sum w x <= room over columns of 0 or 1. Columns that are 0 or 1 at the point are fixed there; over the
few others every maximal set that fits is listed, and a linear program finds the weights a >= 0 with a(set) <= 1 for all
of them whose value at the point is largest. The weights are made whole, and the columns that were fixed are taken in
one after another by what the largest set that still fits allows (Boccia 2006; Avella, Boccia and Vasilyev 2010, "A
computational study of exact knapsack separation for the generalized assignment problem"). Every comparison of sums is
made to the safe side of rounding, so that a cut is valid however its weights were found.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.sacks import MARGIN, Cut, Knapsack

MOST_OPEN = 14
"""Columns between 0 and 1 in a row of which every set is listed."""
LARGEST_FACTOR = 60
"""Weights are multiplied by up to this to make them whole."""
NEAR_WHOLE = 1e-6
LEAST_VIOLATION_SHARE = 1e-3


class TooManyOpen(Exception):
    """More columns are between 0 and 1 than sets of them can be listed."""


def exact_cut(sack: Knapsack, x: Floats) -> Cut | None:
    """An inequality (columns, values, upper bound) of the row's hull that the point [columns] violates, if any.

    Of a party, the column that asks most of the row stands for all. Raises `TooManyOpen` over `MOST_OPEN` columns.
    """
    shares = sack.shares(x)
    if shares is None:
        return None
    at, share = _one_of_each_party(sack, shares)
    between = (share > 1e-6) & (share < 1.0 - 1e-6)
    open_, full, empty = at[between], at[share >= 1.0 - 1e-6], at[share <= 1e-6]
    if len(open_) > MOST_OPEN:
        raise TooManyOpen
    slack = MARGIN * (1.0 + sack.room)
    left = sack.room - float(sack.weight[full].sum()) + slack
    if left < 0.0 or float(sack.weight[open_].sum()) <= left:
        return None
    found = _first_weights(sack.weight[open_], left, share[between])
    if found is None:
        return None
    seed, values, most = found
    lifted = _Lifting(sack, left)
    lifted.begin(open_[seed], values, most)
    others = np.delete(open_, seed)
    for place in full[np.argsort(sack.weight[full], kind="stable")].tolist():
        lifted.free(place)
    for place in others[np.argsort(-sack.weight[others], kind="stable")].tolist():
        lifted.enter(place)
    for place in empty[np.argsort(-sack.weight[empty], kind="stable")].tolist():
        if not lifted.enter(place):
            break  # lighter ones take nothing away either
    columns, value, upper = cut = lifted.cut()
    return cut if value @ x[columns] > upper + LEAST_VIOLATION_SHARE * max(1, lifted.most) else None


def lifted_again(sack: Knapsack, columns: Codes, values: Floats) -> Cut | None:
    """The valid inequality of this row with about these values, which may come from a row that was another then."""
    order = np.argsort(sack.columns, kind="stable")
    at = np.minimum(np.searchsorted(sack.columns[order], columns), len(order) - 1)
    places, whole = order[at], np.rint(values).astype(np.int64)
    kept = (sack.columns[places] == columns) & (whole > 0)
    places, whole = places[kept], whole[kept]
    if not len(places):
        return None
    lightest = np.lexsort((sack.weight[places], sack.party[places]))
    first = lightest[np.append(True, np.diff(sack.party[places][lightest]) != 0)]
    slack = MARGIN * (1.0 + sack.room)
    lifted = _Lifting(sack, sack.room + slack)
    lifted.begin(places[first], whole[first], 0)
    others = np.flatnonzero(~np.isin(sack.party, sack.party[places]))
    for place in others[np.argsort(-sack.weight[others], kind="stable")].tolist():
        if sack.party[place] not in lifted.parties and not lifted.enter(place):
            break
    return lifted.cut()


def _one_of_each_party(sack: Knapsack, share: Floats) -> tuple[Codes, Floats]:
    """A column of every party [places in the sack], and what it and the heavier ones have of the point.

    The one that asks most of the row with what it stands for.
    """
    order, starts = sack.by_party
    lengths = np.diff(np.append(starts, len(order)))
    own = share[order]
    total = np.cumsum(own)
    stands_for = total - np.repeat((total - own)[starts], lengths)
    asks = stands_for * sack.weight[order]
    most = np.flatnonzero(asks == np.repeat(np.maximum.reduceat(asks, starts), lengths))
    first = most[np.searchsorted(most, starts)]
    return order[first], np.minimum(1.0, stands_for[first])


def _first_weights(weight: Floats, room: float, share: Floats) -> tuple[Codes, Codes, int] | None:
    """Places among the open columns, their whole weights and the largest sum, before any lifting."""
    alone = np.flatnonzero(weight > room)
    if len(alone):  # it would have to be 0, were the full ones to stay
        return alone[[int(np.argmax(share[alone]))]], np.ones(1, dtype=np.int64), 0
    found = _weights(weight, room, share)
    return None if found is None else (np.arange(len(weight)), *found)


def _weights(weight: Floats, room: float, share: Floats) -> tuple[Codes, int] | None:
    """Whole weights of the open columns and their largest sum over sets that fit; None: no inequality is violated."""
    sets = _maximal(weight, room)
    value = _dearest(sets, share)
    if value is None:
        return None
    factor = np.arange(1, LARGEST_FACTOR + 1)[:, None]
    off = np.abs(factor * value - np.rint(factor * value)).max(axis=1)
    near = np.flatnonzero(off <= NEAR_WHOLE * factor[:, 0])
    best = int(near[0]) if len(near) else int(np.argmin(off))
    whole = np.rint((best + 1) * value).astype(np.int64)
    most = int((sets @ whole).max(initial=0))
    return (whole, most) if float(whole @ share) > most + 1e-6 else None


def _maximal(weight: Floats, room: float) -> npt.NDArray[np.int64]:
    """All sets that fit and to which nothing can be added [sets x columns]."""
    order = np.argsort(weight, kind="stable")
    number = np.arange(1 << len(weight))
    member = (number[:, None] >> np.arange(len(weight))) & 1
    total = member @ weight[order]
    lightest_absent = np.argmin(member, axis=1)
    more = np.where(member.all(axis=1), np.inf, weight[order][lightest_absent])
    fits = (total <= room) & (total + more > room)
    sets = np.empty((int(fits.sum()), len(weight)), dtype=np.int64)
    sets[:, order] = member[fits]
    return sets


def _dearest(sets: npt.NDArray[np.int64], share: Floats) -> Floats | None:
    """Weights of at most 1 on every set whose value at the point is largest; None if that is not above 1.

    Found as prices of the fewest sets (in shares) that cover the point.
    """
    rows, columns = sets.shape[1], sets.shape[0]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("presolve", "off")
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows, columns
    lp.col_cost_, lp.col_lower_ = np.ones(columns), np.zeros(columns)
    lp.col_upper_ = np.full(columns, highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = share, np.full(rows, highspy.kHighsInf)
    of_set, at = np.nonzero(sets)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(of_set, np.arange(columns + 1))
    lp.a_matrix_.index_, lp.a_matrix_.value_ = at, np.ones(len(at))
    highs.passModel(lp)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    if highs.getInfo().objective_function_value <= 1.0 + 1e-4:
        return None
    weights: Floats = np.maximum(0.0, np.array(highs.getSolution().row_dual))
    return weights


@dataclass
class _Lifting:
    """An inequality over some columns of a row, and the least weight at which each of its values is reached."""

    sack: Knapsack
    room: float
    """What the columns that are in may weigh, while those not yet freed are 1."""

    def begin(self, places: Codes, values: Codes, most: int) -> None:
        """The inequality sum values x <= most over these places of the sack."""
        self.parties: set[int] = set()
        self.places: list[int] = []
        self.values: list[int] = []
        self._least, self._end = np.full(64, np.inf), 1
        """Least weight of a set whose values sum to at least 0, 1, ...; all of them sum to less than `_end`."""
        self._least[0] = 0.0
        for place, value in zip(places.tolist(), values.tolist(), strict=True):
            self._add(place, value)
        self.most = max(most, self._reach(self.room))

    def free(self, place: int) -> None:
        """Take in a column that was fixed at 1."""
        self.room += float(self.sack.weight[place])
        reached = self._reach(self.room)
        gained = reached - self.most
        self.most = reached
        self._add(place, gained)

    def enter(self, place: int) -> bool:
        """Take in a column that was fixed at 0; False: it would have the value 0."""
        left = self.room - float(self.sack.weight[place])
        value = self.most - self._reach(left) if left >= 0.0 else self.most  # below 0 it never fits
        self._add(place, value)
        return value > 0

    def cut(self) -> Cut:
        """The inequality over columns; a heavier column of the same party stands in for the one that is in."""
        value = np.zeros(len(self.sack.columns))
        value[self.places] = self.values
        own, stands_in = self.sack.stand_ins(np.array(self.places))
        return self.sack.cut(np.where(stands_in, np.maximum(value, value[own]), value), float(self.most))

    def _reach(self, room: float) -> int:
        """The largest value of a set that weighs no more."""
        return int(self._least[: self._end].searchsorted(room, side="right")) - 1

    def _add(self, place: int, value: int) -> None:
        if value <= 0:
            return
        weight, end = float(self.sack.weight[place]), self._end + value
        if end > len(self._least):
            self._least = np.concatenate([self._least, np.full(end, np.inf)])
        least, with_it = self._least, self._least[: self._end] + weight
        np.minimum(least[value:end], with_it, out=least[value:end])
        np.minimum(least[1:value], weight, out=least[1:value])
        self._end = end
        self.places.append(place)
        self.values.append(value)
        self.parties.add(int(self.sack.party[place]))
