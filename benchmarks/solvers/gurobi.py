"""Gurobi through gurobipy, where it is installed and its licence holds the program."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.solvers.trace import Found, Limit, Recorder, Status
from optimizer.errors import Finding, Refused
from optimizer.program.program import Program
from optimizer.program.rows import Floats


class Gurobi:
    """Gurobi with incumbents and bounds as they come."""

    takes_start = True

    def absent(self) -> str | None:
        try:
            import gurobipy

            gurobipy.Env(params={"OutputFlag": 0}).dispose()
        except ImportError:
            return "the package gurobipy is not installed"
        except gurobipy.GurobiError as error:
            return f"no licence: {error}"
        return None

    def search(self, program: Program, limit: Limit, start: Floats | None, record: Recorder) -> Found:
        import gurobipy

        with gurobipy.Env(params={"OutputFlag": 0}) as env, gurobipy.Model(env=env) as model:
            columns = _build(gurobipy, model, program)
            model.Params.MIPGap, model.Params.Seed, model.Params.Threads = limit.gap_share, limit.seed, limit.threads
            model.Params.TimeLimit = max(0.1, limit.time_s - record.elapsed_s)
            if start is not None:
                columns.Start = start
            try:
                model.optimize(_callback(gurobipy.GRB, record))
            except gurobipy.GurobiError as error:
                needs = "a program within the licence's size"
                raise Refused([Finding("gurobi", str(error), needs, "Use another licence or solver.")]) from error
            return _found(gurobipy, model, columns)


def _build(gurobipy: Any, model: Any, program: Program) -> Any:
    kinds = np.where(program.columns.integer, gurobipy.GRB.INTEGER, gurobipy.GRB.CONTINUOUS)
    upper = program.columns.upper
    columns = model.addMVar(len(upper), ub=upper, obj=program.columns.cost_usd, vtype=kinds)
    model.ObjCon = program.columns.offset_usd
    matrix, (lower, most) = program.matrix(), program.row_bounds()
    equal = lower == most
    for rows, sense, bound in (
        (equal, "=", most),
        (~equal & np.isfinite(most), "<", most),
        (~equal & np.isfinite(lower), ">", lower),
    ):
        if rows.any():
            model.addMConstr(matrix[np.flatnonzero(rows)], columns, sense, bound[rows])
    return columns


def _callback(grb: Any, record: Recorder) -> Any:
    def seen(model: Any, where: int) -> None:
        if where == grb.Callback.MIP:
            record(model.cbGet(grb.Callback.MIP_OBJBST), model.cbGet(grb.Callback.MIP_OBJBND))
        elif where == grb.Callback.MIPSOL:
            record(model.cbGet(grb.Callback.MIPSOL_OBJBST), model.cbGet(grb.Callback.MIPSOL_OBJBND))

    return seen


def _found(gurobipy: Any, model: Any, columns: Any) -> Found:
    grb = gurobipy.GRB
    none = (grb.INFEASIBLE, grb.INF_OR_UNBD)
    ended = {grb.OPTIMAL: Status.PROVED, grb.TIME_LIMIT: Status.TIME}.get(model.Status, Status.FAILED)
    ended = Status.INFEASIBLE if model.Status in none else ended
    x = np.asarray(columns.X) if model.SolCount else None
    counts = {"nodes": int(model.NodeCount), "lp_iterations": int(model.IterCount)}
    bound = None if ended is Status.INFEASIBLE else model.ObjBound
    version = ".".join(map(str, gurobipy.gurobi.version()))
    return Found(ended, x, bound, f"Gurobi {version}", counts)
