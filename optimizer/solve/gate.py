"""Nothing goes to a solver that it would misread (HiGHS accepts a NaN cost and calls the answer optimal), and no point
is taken for a plan that breaks a row.
"""

from __future__ import annotations

import numpy as np

from optimizer.errors import SolverFailed
from optimizer.program.program import Program
from optimizer.program.rows import Floats

SMALLEST_COEFFICIENT = 1e-9
"""HiGHS drops matrix entries below this."""
LARGEST_NUMBER = 1e13
"""Far below the 1e15 and 1e20 that HiGHS takes for infinite."""
ROW_TOLERANCE = 1e-5
"""How far rounding and a solver's own tolerance may move a row, as a share of the sum of its coefficients."""


def refuse_unsafe(program: Program) -> None:
    """Raise `SolverFailed` if a cost, coefficient or bound is not finite or out of the range solvers are exact in."""
    lower, upper = program.row_bounds()
    value = program.matrix().data
    checks = {
        "cost": program.columns.cost_usd,
        "coefficient": value,
        "row bound": np.concatenate([lower[lower != -np.inf], upper[upper != np.inf]]),
        "column bound": program.columns.upper,
    }
    for what, numbers in checks.items():
        if not np.isfinite(numbers).all() or np.abs(numbers).max(initial=0.0) > LARGEST_NUMBER:
            raise SolverFailed(f"the program has a {what} that is not finite or above {LARGEST_NUMBER:g}")
    if np.abs(value).min(initial=1.0) < SMALLEST_COEFFICIENT:
        raise SolverFailed(f"the program has a coefficient below {SMALLEST_COEFFICIENT:g}, which HiGHS would drop")


def keeps_rows(program: Program, x: Floats) -> bool:
    """Whether a point [columns] keeps every row and bound."""
    matrix = program.matrix()
    lower, upper = program.row_bounds()
    slack = ROW_TOLERANCE * (1.0 + abs(matrix).sum(axis=1))
    activity = matrix @ x
    within = (activity >= lower - slack) & (activity <= upper + slack)
    return bool(within.all() and (x >= 0.0).all() and (x <= program.columns.upper * (1.0 + ROW_TOLERANCE)).all())
