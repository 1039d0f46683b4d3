"""What no plan can beat: the Lagrangian bound, valid at any prices, with every rounding error against us.

    L(p) = sum_r max(lower_r p_r, upper_r p_r)^- + sum_groups min_j d_j + sum_alone min(d_j least_j, d_j most_j)

with d = c - A'p, where a row's term is lower_r p_r for p_r > 0 and upper_r p_r for p_r < 0. For any p, L(p) <= cost of
every point of the program (weak duality: Geoffrion 1974, "Lagrangean relaxation for integer programming"). Floating
point makes each d_j wrong by at most (n_j + 2) u (|c_j| + |A|'|p|), u the unit roundoff (Higham 2002, section 3.1),
which is taken off before the minimum; sums are exact (`math.fsum`) and rounded down.
"""

from __future__ import annotations

import math

import numpy as np

from optimizer.program.rows import Flags, Floats
from optimizer.solve.decomposition.model import Model

UNIT_ROUNDOFF = 2.0**-53


def reduced_costs(model: Model, prices: Floats) -> Floats:
    """Cost of each column after what it pays and earns at the coupling rows' prices [columns]."""
    reduced: Floats = model.cost - model.transposed @ prices
    return reduced


def usable(model: Model, prices: Floats) -> Floats:
    """The prices with those at 0 that would multiply an infinite bound [rows]."""
    open_end = np.where(prices > 0.0, np.isneginf(model.lower), np.isposinf(model.upper))
    return np.where(open_end | ~np.isfinite(prices), 0.0, prices)


def row_terms(model: Model, prices: Floats) -> Floats:
    """What every row adds to the bound [rows]; prices must be usable."""
    end = np.where(prices > 0.0, model.lower, model.upper)
    terms: Floats = np.where(prices == 0.0, 0.0, prices * np.where(prices == 0.0, 0.0, end))
    return terms


def group_minima(model: Model, values: Floats) -> Floats:
    """The least of values by column, such as reduced costs, in every group [groups]."""
    if not model.groups:
        return np.empty(0)
    least: Floats = np.minimum.reduceat(values[model.grouped], model.group_starts[:-1])
    return least


def open_minima(model: Model, reduced: Floats) -> Floats:
    """The same among the columns that may be taken; infinite where none may [groups]."""
    return group_minima(model, np.where(model.most > 0.0, reduced, np.inf))


def alone_terms(model: Model, reduced: Floats) -> Floats:
    """What every column that is in no group adds to the bound [columns in no group]."""
    own = reduced[model.alone]
    terms: Floats = own * np.where(own < 0.0, model.most[model.alone], model.least[model.alone])
    return terms


def over_cheapest(model: Model, reduced: Floats) -> Floats:
    """By how much each column of a group is dearer than the group's cheapest, in the order of `model.grouped`."""
    over: Floats = reduced[model.grouped] - np.repeat(open_minima(model, reduced), np.diff(model.group_starts))
    return over


def hopeless(model: Model, lowest: Floats, bound: float, cost: float) -> Flags:
    """Columns that are 0 in every plan cheaper than `cost`, by safe reduced costs and the bound at the same prices."""
    over = lowest.copy()
    over[model.grouped] = over_cheapest(model, lowest)
    out: Flags = model.integer & (model.least == 0.0) & (over > (cost - bound) * (1.0 + 1e-9) + 1e-6)
    return out


def safe_bound(model: Model, prices: Floats) -> float:
    """The bound at these prices, whatever rounding did: no point costs less; infinite where a group has no column."""
    prices = usable(model, prices)
    return safe_bound_with(model, prices, safe_reduced_costs(model, prices))


def safe_bound_with(model: Model, prices: Floats, lowest: Floats) -> float:
    """The same at prices that are usable, with the safe reduced costs there."""
    terms = row_terms(model, prices)
    parts = [
        np.array([model.offset]),
        _down(terms),
        open_minima(model, lowest),
        _down(alone_terms(model, lowest)),
    ]
    return float(np.nextafter(math.fsum(np.concatenate(parts).tolist()), -np.inf))


def safe_reduced_costs(model: Model, prices: Floats) -> Floats:
    """Numbers that no exact reduced cost is below [columns]."""
    sizes = np.abs(model.cost) + model.transposed_sizes @ np.abs(prices)
    entries = np.diff(model.transposed.indptr)
    lowest: Floats = reduced_costs(model, prices) - (entries + 3.0) * UNIT_ROUNDOFF * 1.01 * sizes
    return lowest


def _down(values: Floats) -> Floats:
    """One product each, rounded to the safe side; what is 0 is exact."""
    down: Floats = np.where(values == 0.0, 0.0, np.nextafter(values, -np.inf))
    return down
