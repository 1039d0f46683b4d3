"""Cuts from one row's knapsack, separated exactly: if any inequality of its hull cuts the point off, one is found.

A row asks for sum w x <= room over columns of 0 or 1. Columns that are 0 or 1 at the point are fixed there; over the
few others every maximal set that fits is listed, and a linear program finds the weights a >= 0 with a(set) <= 1 for all
of them whose value at the point is largest. The weights are made whole, and the columns that were fixed are taken in
one after another by what the largest set that still fits allows (Boccia 2006; Avella, Boccia and Vasilyev 2010, "A
computational study of exact knapsack separation for the generalized assignment problem"). Every comparison of sums is
made to the safe side of rounding, so that a cut is valid however its weights were found.
"""

from __future__ import annotations

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.hull import maximal_sets, outside
from optimizer.solve.decomposition.lifting import Lifting
from optimizer.solve.decomposition.sack_points import SackPoint
from optimizer.solve.decomposition.sacks import Cut, Knapsack, places_among, with_margin

MOST_OPEN = 14
"""Columns between 0 and 1 in a row of which every set is listed."""
LEAST_VIOLATION_SHARE = 1e-3


def exact_cuts(points: list[SackPoint], x: Floats) -> list[Cut | None]:
    """For each row an inequality of its hull that x [columns] violates, if any.

    No row may have more than `MOST_OPEN` columns between 0 and 1.
    """
    alone = [_too_heavy(point) for point in points]
    open_ = [point for point, place in zip(points, alone, strict=True) if place is None]
    sets = [maximal_sets(point.sack.weight[point.between], point.left) for point in open_]
    found = iter(outside(sets, [point.share for point in open_]))
    cuts = []
    for point, place in zip(points, alone, strict=True):
        at = np.arange(len(point.between)) if place is None else np.array([place])
        # one that is too heavy would have to be 0, were the full ones to stay
        seed = next(found) if place is None else (np.ones(1, dtype=np.int64), 0)
        cuts.append(None if seed is None else _lifted(point, at, seed, x))
    return cuts


def lifted_again(sack: Knapsack, columns: Codes, values: Floats) -> Cut | None:
    """The valid inequality of this row with about these values, which may come from a row that was another then."""
    (places, here), whole = places_among(sack.columns, columns), np.rint(values).astype(np.int64)
    kept = here & (whole > 0)
    places, whole = places[kept], whole[kept]
    if not len(places):
        return None
    lightest = np.lexsort((sack.weight[places], sack.party[places]))
    first = lightest[np.append(True, np.diff(sack.party[places][lightest]) != 0)]
    lifted = Lifting(sack, with_margin(sack.room), places[first], whole[first])
    heaviest, starts = sack.by_party
    others = heaviest[starts]
    lifted.enter(others[~np.isin(sack.party[others], sack.party[places])])
    return lifted.cut()


def _too_heavy(point: SackPoint) -> int | None:
    """Which open column fits beside the full ones by no means, the one with most of the point; None: all do."""
    alone = np.flatnonzero(point.sack.weight[point.between] > point.left)
    return int(alone[int(np.argmax(point.share[alone]))]) if len(alone) else None


def _lifted(point: SackPoint, at: Codes, seed: tuple[Codes, int], x: Floats) -> Cut | None:
    """The inequality (values, largest sum) over these of the open columns, lifted to the row; None where x keeps it."""
    lifted = Lifting(point.sack, point.left, point.between[at], *seed)
    lifted.free(point.full)
    lifted.enter(np.delete(point.between, at))
    lifted.enter(point.empty)
    cut = lifted.cut()
    return cut if cut.values @ x[cut.columns] > cut.most + LEAST_VIOLATION_SHARE * max(1, lifted.most) else None
