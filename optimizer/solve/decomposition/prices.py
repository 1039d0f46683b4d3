"""Prices guessed quickly: a subgradient method with averaged directions on the rows that no relaxation leaves out.

Each round prices every column, takes the cheapest of every group, and moves the prices towards what the coupling rows
are short of (Held, Wolfe and Crowder 1974; averaging as in the volume algorithm of Barahona and Anbil 2000). Reads the
clock for the time limit.
"""

from __future__ import annotations

import math
import time

import numpy as np

from optimizer.program.rows import Floats
from optimizer.solve.decomposition.bound import alone_terms, group_minima, reduced_costs, row_terms, usable
from optimizer.solve.decomposition.model import Model

ROUNDS = 250
PATIENCE = 8
"""Rounds without progress after which steps are halved."""


def guess_prices(model: Model, deadline: float = math.inf) -> Floats:
    """Prices of the coupling rows [rows] whose bound is good, though not best; the best until `deadline`."""
    norm = np.sqrt(np.asarray(model.rows.multiply(model.rows).sum(axis=1)).ravel())
    scale = np.where((norm > 0.0) & ~model.is_link, 1.0 / np.maximum(norm, 1e-300), 0.0)
    prices = np.zeros(len(norm))
    best, best_prices, step, stale = -np.inf, prices, 1.0, 0
    mean = np.zeros(len(norm))
    reach: float | None = None
    for _ in range(ROUNDS):
        value, short = _look(model, prices)
        if reach is None:
            reach = 0.05 * max(1.0, abs(value - model.offset))
        if value > best:
            stale = 0 if value > best + 1e-5 * reach else stale + 1
            best, best_prices = value, prices
        else:
            stale += 1
        if stale >= PATIENCE:
            step, stale, prices = step * 0.6, 0, best_prices
        short = short * scale
        mean = short if not mean.any() else 0.3 * short + 0.7 * mean
        length = float(mean @ mean)
        if length == 0.0 or step < 1e-3 or time.monotonic() >= deadline:
            break
        target = max(best - value, 0.0) + step * reach
        prices = usable(model, prices + step * target / length * mean * scale)
    return best_prices


def _look(model: Model, prices: Floats) -> tuple[float, Floats]:
    """The bound at these prices, and how far the rows are from their bounds at the point that attains it [rows]."""
    reduced = reduced_costs(model, prices)
    least = group_minima(model, reduced)
    ordered = reduced[model.grouped]
    cheapest = np.flatnonzero(ordered == np.repeat(least, np.diff(model.group_starts)))
    first = cheapest[np.unique(model.group[model.grouped[cheapest]], return_index=True)[1]]
    x = np.zeros(model.size)
    x[model.grouped[first]] = 1.0
    x[model.alone] = np.where(reduced[model.alone] < 0.0, model.most[model.alone], model.least[model.alone])
    value = model.offset + row_terms(model, prices).sum() + least.sum() + alone_terms(model, reduced).sum()
    activity = model.rows @ x
    below, above = model.lower - activity, model.upper - activity
    short = np.where(
        prices > 0.0, below, np.where(prices < 0.0, above, np.maximum(0.0, below) + np.minimum(0.0, above))
    )
    return float(value), np.where(np.isfinite(short), short, 0.0)
