"""Lifting: columns are taken into an inequality of a row one after another, with the value that the row allows."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import zip_longest

import numpy as np

from optimizer.program.rows import Codes
from optimizer.solve.decomposition.sacks import Cut, Knapsack, with_margin


class Lifting:
    """An inequality over some columns of a row, and the least weight at which each of its values is reached.

    The numbers are few and small, so that lists are faster than arrays here.
    """

    def __init__(self, sack: Knapsack, room: float, places: Codes, values: Codes, most: int = 0) -> None:
        """Begin with sum values x <= most over these places of the sack.

        `room` is what the columns that are in may weigh, while those not yet freed are 1.
        """
        self.sack, self.room = sack, room
        self._ceiling = with_margin(sack.room)
        self.places: list[int] = []
        self.values: list[int] = []
        self._least = [0.0]
        """Least weight of a set whose values sum to at least 0, 1, ..., as far as the row has room for it."""
        for place, value, weight in zip(places.tolist(), values.tolist(), sack.weight[places].tolist(), strict=True):
            self._add(place, value, weight)
        self.most = max(most, self._reach(self.room))

    def free(self, places: Codes) -> None:
        """Take in columns that were fixed at 1, the lightest first."""
        weights = self.sack.weight[places]
        order = np.argsort(weights, kind="stable")
        for place, weight in zip(places[order].tolist(), weights[order].tolist(), strict=True):
            self.room += weight
            reached = self._reach(self.room)
            gained, self.most = reached - self.most, reached
            self._add(place, gained, weight)

    def enter(self, places: Codes) -> None:
        """Take in columns that were fixed at 0, the heaviest first, as long as they have a value."""
        weights = self.sack.weight[places]
        order = np.argsort(-weights, kind="stable")
        del self._least[self.most + 1 :]  # more than this is never reached again
        for place, weight in zip(places[order].tolist(), weights[order].tolist(), strict=True):
            left = self.room - weight
            value = self.most - self._reach(left) if left >= 0.0 else self.most  # below 0 it never fits
            if value <= 0:
                return  # lighter ones take nothing away either
            self._add(place, value, weight)
            del self._least[self.most + 1 :]

    def cut(self) -> Cut:
        """The inequality over columns; a heavier column of the same party stands in for the one that is in."""
        values = np.array(self.values, dtype=np.float64)
        return self.sack.cut(self.sack.stood_in(np.array(self.places), values), float(self.most))

    def _reach(self, room: float) -> int:
        """The largest value of a set that weighs no more."""
        return bisect_right(self._least, room) - 1

    def _add(self, place: int, value: int, weight: float) -> None:
        if value <= 0:
            return
        least = self._least
        alone = bisect_right(least, weight, 0, min(value, len(least)))
        longer = least[:alone] + [weight] * (value - alone)
        longer += [
            now if now < (together := weight + before) else together
            for now, before in zip_longest(least[value:], least, fillvalue=math.inf)
        ]
        del longer[bisect_right(longer, self._ceiling) :]
        self._least = longer
        self.places.append(place)
        self.values.append(value)
