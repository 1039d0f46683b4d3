"""Cover cuts: rows that every plan keeps and the relaxation does not.

A capacity row says sum_j a_j x_j <= b y with x, y of 0 or 1. Where some columns C together need more than b, not all of
them fit, and a larger column takes the place of several (Balas 1975, "Facets of the knapsack polytope"):

    sum_{j in C} x_j + sum_{j not in C} h_j x_j <= (|C| - 1) y

where h_j is how many of the largest of C together need no more than a_j.

Without y, 1 stands for it. Every comparison of sums is made to the safe side of rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.sacks import MARGIN, Cut, Knapsack

LEAST_VIOLATION = 1e-3
FORCED = 3
"""Further covers looked for in a row, each around another fractional column."""


def cover_cuts(sack: Knapsack, x: Floats) -> Iterator[Cut]:
    """Cuts of one row that the point [columns] violates."""
    share = sack.shares(x)
    if share is None:
        return
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
        columns, values, upper, _ = cut
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


def _lifted(sack: Knapsack, cover: Codes) -> Cut:
    """The cut of a minimal cover; a heavier column of the same party stands in for one of it."""
    sums = np.cumsum(np.sort(sack.weight[cover])[::-1]) * (1.0 + MARGIN)
    lift = np.searchsorted(sums, sack.weight, side="right").astype(np.float64)
    lift = np.minimum(lift, len(cover) - 1.0)
    lift = np.maximum(lift, sack.stood_in(cover, np.ones(len(cover))))
    lift[cover] = 1.0
    return sack.cut(lift, len(cover) - 1.0)
