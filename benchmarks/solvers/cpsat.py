"""CP-SAT of OR-tools, for programs whose columns are integer and whose rows are integral after a power of ten.

OR-tools and highspy each bring a HiGHS library of the same name, so that one process can load only one of them
(OR-tools 9.15 with highspy 1.15.1: undefined symbols). The runner gives every run a process of its own, where only the
solver that is asked for is loaded.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.solvers.trace import Found, Limit, Recorder, Status
from optimizer.errors import Finding, Refused
from optimizer.program.program import Program
from optimizer.program.rows import Floats

MOST_DECIMALS = 6
LARGEST_ACTIVITY = 2.0**60
"""CP-SAT counts in 64 bits; no row may reach this."""


class CpSat:
    """CP-SAT with incumbents and bounds as they come."""

    takes_start = True

    def absent(self) -> str | None:
        if find_spec("ortools") is None:
            return "the package ortools is not installed"
        if "highspy" in sys.modules:
            return "highspy is loaded in this process, and OR-tools cannot be loaded beside it"
        return None

    def search(self, program: Program, limit: Limit, start: Floats | None, record: Recorder) -> Found:
        from ortools.sat.python import cp_model

        model, columns, unit = _model(cp_model, program)
        if start is not None:
            for column, value in zip(columns, np.rint(start).astype(int).tolist(), strict=True):
                model.add_hint(column, value)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.1, limit.time_s - record.elapsed_s)
        solver.parameters.num_workers = limit.threads
        solver.parameters.random_seed = limit.seed
        # the program's offset is not in CP-SAT's objective, so that the share is asked of the cost by its own measure
        solver.parameters.relative_gap_limit = 0.0
        stop = _Stop(solver, program.columns.offset_usd, unit, limit.gap_share, record)
        solver.best_bound_callback = stop.bound
        status = solver.solve(model, _callback(cp_model, stop))
        return _found(cp_model, solver, status, columns, program, unit, stop)


class _Stop:
    """Turns CP-SAT's objective into dollars and ends the search within the asked share of the whole cost."""

    def __init__(self, solver: Any, offset: float, unit: float, share: float, record: Recorder) -> None:
        self._solver, self._offset, self._unit, self._share = solver, offset, unit, share
        self._record = record
        self.cost: float | None = None
        self._bound: float | None = None
        self.reached = False

    def usd(self, objective: float) -> float:
        return objective / self._unit + self._offset

    def incumbent(self, objective: float, bound: float) -> None:
        self.cost = self.usd(objective)
        self.bound(bound)

    def bound(self, objective: float) -> None:
        self._bound = self.usd(objective)
        self._record(self.cost, self._bound)
        if self.cost is not None and self.cost - self._bound <= self._share * abs(self.cost):
            self.reached = True
            self._solver.stop_search()


def _callback(cp_model: Any, stop: _Stop) -> Any:
    class Callback(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            stop.incumbent(self.objective_value, self.best_objective_bound)

    return Callback()


def decimals(values: Floats) -> int | None:
    """Fewest decimals, up to `MOST_DECIMALS`, that write every value; None: not so many suffice."""
    for digits in range(MOST_DECIMALS + 1):
        scaled = values * 10.0**digits
        if (np.abs(scaled - np.rint(scaled)) <= 1e-9 + 1e-12 * np.abs(scaled)).all():
            return digits
    return None


def _model(cp_model: Any, program: Program) -> tuple[Any, list[Any], float]:
    if not program.columns.integer.all():
        name = str(program.columns.names[np.flatnonzero(~program.columns.integer)[0]])
        _refuse(f"column {name}", "continuous", "integer columns only")
    model = cp_model.CpModel()
    columns = [model.new_int_var(0, int(top), "") for top in program.columns.upper.tolist()]
    _add_rows(cp_model, model, columns, program)
    cost = program.columns.cost_usd
    unit = 10.0 ** _digits("costs", cost, program.columns.upper)
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, np.rint(cost * unit).astype(np.int64).tolist()))
    return model, columns, unit


def _add_rows(cp_model: Any, model: Any, columns: list[Any], program: Program) -> None:
    matrix, names = program.matrix(), program.row_names()
    lower, upper = program.row_bounds()
    for row, name in enumerate(names):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        values, places = matrix.data[part], matrix.indices[part]
        scale = 10.0 ** _digits(f"row {name}", values, program.columns.upper[places])
        terms = [columns[column] for column in places.tolist()]
        total = cp_model.LinearExpr.weighted_sum(terms, np.rint(values * scale).astype(np.int64).tolist())
        # between two whole sums there is nothing: bounds are taken to the next whole number inwards
        least = cp_model.INT_MIN if lower[row] == -np.inf else int(np.ceil(lower[row] * scale - 1e-6))
        most = cp_model.INT_MAX if upper[row] == np.inf else int(np.floor(upper[row] * scale + 1e-6))
        model.add_linear_constraint(total, least, most)


def _digits(where: str, values: Floats, upper: Floats) -> int:
    digits = decimals(values)
    if digits is None:
        _refuse(where, f"coefficients with more than {MOST_DECIMALS} decimals", "integral ones after a power of ten")
        raise AssertionError
    if (np.abs(values) @ upper) * 10.0**digits > LARGEST_ACTIVITY:
        _refuse(where, f"sums beyond 2^60 in units of 1e-{digits}", "sums that 64 bits hold")
    return digits


def _refuse(where: str, found: str, needs: str) -> None:
    raise Refused([Finding(where, found, needs, "Use another solver.")])


def _found(
    cp_model: Any, solver: Any, status: Any, columns: list[Any], program: Program, unit: float, stop: _Stop
) -> Found:
    ended = {cp_model.OPTIMAL: Status.PROVED, cp_model.INFEASIBLE: Status.INFEASIBLE}.get(status, Status.TIME)
    ended = Status.PROVED if stop.reached else ended
    x = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        x = np.array([solver.value(column) for column in columns], dtype=np.float64)
    bound = None if ended is Status.INFEASIBLE else stop.usd(solver.best_objective_bound)
    return Found(ended, x, bound, f"CP-SAT {version('ortools')}", {"nodes": int(solver.num_branches)})
