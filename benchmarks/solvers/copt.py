"""COPT through coptpy, where it is installed and its licence holds the program.

No seed is passed on: repeated runs with other seeds are the same run.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.solvers.trace import Found, Limit, Recorder, Status
from optimizer.errors import Finding, Refused
from optimizer.program.program import Program
from optimizer.program.rows import Floats


class Copt:
    """COPT with incumbents and bounds as they come."""

    takes_start = True

    def absent(self) -> str | None:
        try:
            import coptpy
        except ImportError:
            return "the package coptpy is not installed"
        try:
            _environment(coptpy).close()
        except coptpy.CoptError as error:
            return f"no licence: {error}"
        return None

    def search(self, program: Program, limit: Limit, start: Floats | None, record: Recorder) -> Found:
        import coptpy

        model = _environment(coptpy).createModel("program")
        model.setParam("Logging", 0)
        columns = _build(coptpy, model, program)
        model.setParam("RelGap", limit.gap_share)
        model.setParam("Threads", limit.threads)
        model.setParam("TimeLimit", max(0.1, limit.time_s - record.elapsed_s))
        if start is not None:
            model.setMipStart(columns, start.tolist())
            model.loadMipStart()
        seen = _callback(coptpy, record)
        model.setCallback(seen, coptpy.COPT.CBCONTEXT_MIPSOL | coptpy.COPT.CBCONTEXT_MIPNODE)
        try:
            model.solve()
        except coptpy.CoptError as error:
            needs = "a program within the licence's size"
            raise Refused([Finding("copt", str(error), needs, "Use another licence or solver.")]) from error
        return _found(coptpy, model, columns)


def _environment(coptpy: Any) -> Any:
    quiet = coptpy.EnvrConfig()
    quiet.set("nobanner", "1")
    return coptpy.Envr(quiet)


def _build(coptpy: Any, model: Any, program: Program) -> list[Any]:
    kinds = (coptpy.COPT.CONTINUOUS, coptpy.COPT.INTEGER)
    matrix, (lower, upper) = program.matrix().tocsc(), program.row_bounds()
    infinite = coptpy.COPT.INFINITY
    model.loadMatrix(
        program.columns.cost_usd,
        matrix,
        np.clip(lower, -infinite, infinite),
        np.clip(upper, -infinite, infinite),
        np.zeros(len(program.columns)),
        program.columns.upper,
        [kinds[whole] for whole in program.columns.integer.tolist()],
    )
    model.setObjConst(program.columns.offset_usd)
    return list(model.getVars())


def _callback(coptpy: Any, record: Recorder) -> Any:
    class Seen(coptpy.CallbackBase):  # type: ignore[misc]
        def callback(self) -> None:
            known = self.getInfo(coptpy.COPT.CbInfo.HasIncumbent)
            cost = self.getInfo(coptpy.COPT.CbInfo.BestObj) if known else None
            record(cost, self.getInfo(coptpy.COPT.CbInfo.BestBnd))

    return Seen()


def _found(coptpy: Any, model: Any, columns: list[Any]) -> Found:
    copt = coptpy.COPT
    ended = {copt.OPTIMAL: Status.PROVED, copt.TIMEOUT: Status.TIME, copt.INFEASIBLE: Status.INFEASIBLE}
    status = ended.get(model.status, Status.FAILED)
    x = np.array(model.getInfo("Value", columns)) if model.hasmipsol else None
    counts = {"nodes": int(model.nodecnt), "lp_iterations": int(model.simplexiter)}
    bound = None if status is Status.INFEASIBLE else model.bestbnd
    version = f"{copt.VERSION_MAJOR}.{copt.VERSION_MINOR}.{copt.VERSION_TECHNICAL}"
    return Found(status, x, bound, f"COPT {version}", counts)
