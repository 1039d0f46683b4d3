"""Whether an answer is one: every row, bound and integer of the returned point, and the bound against its cost."""

from __future__ import annotations

import numpy as np

from optimizer.program.program import Program
from optimizer.program.rows import Floats

ROW_TOLERANCE, END_TOLERANCE = 1e-5, 1e-6
"""How far a row may be missed, as a share of 1 + its largest coefficient, and as one of where it ends: solvers work to
1e-6 before rounding, SCIP of where the row ends."""
INTEGER_TOLERANCE = 1e-5
COST_TOLERANCE = 1e-6
"""How far a bound may lie above the cost, as a share of 1 + that cost."""


def contradiction(program: Program, x: Floats | None, bound: float | None) -> str | None:
    """What is wrong with a returned point [columns] and bound, in words; None: nothing."""
    if x is None:
        return None
    integer = program.columns.integer
    if np.abs(x - np.rint(x)).max(initial=0.0, where=integer) > INTEGER_TOLERANCE:
        return "an integer column is fractional"
    upper = program.columns.upper
    if (x < -INTEGER_TOLERANCE).any() or (x > upper + INTEGER_TOLERANCE * (1.0 + upper)).any():
        return "a column is out of its bounds"
    row = _broken_row(program, np.where(integer, np.rint(x), x))
    if row is not None:
        return f"row {program.row_names()[row]} is broken"
    cost = program.cost_usd(x)
    if bound is not None and bound > cost + COST_TOLERANCE * (1.0 + abs(cost)):
        return f"the bound {bound:,.2f} lies above the cost {cost:,.2f} of the point"
    return None


def _broken_row(program: Program, x: Floats) -> int | None:
    matrix = program.matrix()
    lower, upper = program.row_bounds()
    slack = ROW_TOLERANCE * (1.0 + abs(matrix).max(axis=1).toarray().ravel())
    activity = matrix @ x
    below = lower - activity > slack + END_TOLERANCE * np.abs(lower)
    broken = np.flatnonzero(below | (activity - upper > slack + END_TOLERANCE * np.abs(upper)))
    return int(broken[0]) if len(broken) else None
