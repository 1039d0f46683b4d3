"""Inverse optimization: the smallest change of parameters under which what was decided misses least.

    min sum_i miss_i,  then  min sum_p |change_p| / step_p        p within its bounds, miss >= 0
    miss_i >= NEAR - margin_o + weight_o'change     i moved by o, which must be admitted
    miss_i >= NEAR + margin_o - weight_o'change     i kept, though the plan would take o: o must not be
    miss_i >= NEAR + cost_o - cost_k + (cost weight_o - cost weight_k)'change     i moved by o, the plan takes k

All in dollars a year. The demands grow with what the plans at the parameters found decide otherwise (Ahuja and Orlin
2001, "Inverse optimization"; Wang 2009, "Cutting plane algorithms for the inverse mixed integer linear programming
problem").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from optimizer.errors import SolverFailed
from optimizer.program.rows import Floats
from optimizer.why.parameters import Parameter

NEAR_USD = 1.0
"""How far beyond its turning point a demand must be to count as met [USD/year]."""
SAME_USD = 1e-3
"""Sums of misses within this are equal [USD/year]."""
CRUMB = 0.01
"""Of a step: changes below it that hardly help are left out."""
_DIGITS = 5


@dataclass(frozen=True)
class Demand:
    """What one decision asks of the parameters: miss >= short - slope'change."""

    service: int
    """Row of the services table."""
    short_usd: float
    """By how much it is missed where nothing changes [USD/year]."""
    slope: tuple[float, ...]
    """By how much a change of each parameter by 1 helps [parameters, USD/year]."""


def least_change(parameters: Sequence[Parameter], demands: Sequence[Demand]) -> Floats:
    """The changes of the parameters [parameters], in round numbers where these miss as little."""
    if not demands or not parameters:
        return np.zeros(len(parameters))
    slope = np.array([demand.slope for demand in demands])
    short = np.array([demand.short_usd for demand in demands])
    service = np.unique([demand.service for demand in demands], return_inverse=True)[1]
    changes = _without_crumbs(
        parameters, _solved(parameters, slope, short, service), lambda some: _missed(slope, short, service, some)
    )
    for digits in range(_DIGITS):
        rounder = rounded(parameters, changes, digits)
        if _missed(slope, short, service, rounder) <= _missed(slope, short, service, changes) + SAME_USD:
            return rounder
    return changes


def _without_crumbs(parameters: Sequence[Parameter], changes: Floats, missed: Callable[[Floats], float]) -> Floats:
    """The changes without those that are hardly any and help by no more than the margin of a demand."""
    steps = np.array([one.step for one in parameters])
    kept = changes.copy()
    for number in np.flatnonzero(np.abs(changes) < CRUMB * steps):
        less = kept.copy()
        less[number] = 0.0
        if missed(less) <= missed(kept) + NEAR_USD:
            kept = less
    return kept


def rounded(parameters: Sequence[Parameter], changes: Floats, digits: int) -> Floats:
    """The changes, values of the parameters rounded to so many digits below the first of their step."""
    unit = np.array([10.0 ** (np.floor(np.log10(one.step)) - digits) for one in parameters])
    now, most = (np.array([getattr(one, name) for one in parameters]) for name in ("now", "highest"))
    value = np.clip(np.round((now + changes) / unit) * unit, 0.0, most)
    # what need not change is left as it is
    found: Floats = np.where(np.abs(changes) < 1e-9, 0.0, value - now)
    return found


def _missed(slope: Floats, short: Floats, service: np.ndarray, changes: Floats) -> float:
    """Sum over the services of what their demands miss at the most [USD/year]."""
    miss = np.zeros(int(service.max()) + 1)
    np.maximum.at(miss, service, short - slope @ changes)
    return float(miss.sum())


def _solved(parameters: Sequence[Parameter], slope: Floats, short: Floats, service: np.ndarray) -> Floats:
    size, n_miss = len(parameters), int(service.max()) + 1
    # columns: what each parameter rises, what it falls, each service's miss
    miss = coo_array((np.ones(len(short)), (np.arange(len(short)), service)), shape=(len(short), n_miss))
    rows = csr_array(-hstack([csr_array(slope), csr_array(-slope), miss]))
    step = np.array([1.0 / parameter.step for parameter in parameters])
    change = np.concatenate([step, step, np.zeros(n_miss)])
    missed = np.concatenate([np.zeros(2 * size), np.ones(n_miss)])
    rise, fall = [one.highest - one.now for one in parameters], [one.now for one in parameters]
    bounds = Bounds(0.0, np.array([*rise, *fall, *[np.inf] * n_miss]))
    least = _minimum(missed, rows, -short, bounds)
    held = csr_array(vstack([rows, csr_array(missed.reshape(1, -1))]))
    limit = float(missed @ least) + SAME_USD
    found = _minimum(change, held, np.append(-short, limit), bounds)
    return found[:size] - found[size : 2 * size]


def _minimum(cost: Floats, rows: csr_array, most: Floats, bounds: Bounds) -> Floats:
    found = milp(cost, constraints=LinearConstraint(rows, ub=most), bounds=bounds)
    if found.x is None:
        raise SolverFailed(f"the parameters were not found: {found.message}")
    x: Floats = found.x
    return x
