"""SCIP through PySCIPOpt, given the program as an MPS file that HiGHS writes."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.solvers.trace import Found, Limit, Recorder, Status
from optimizer.errors import SolverFailed
from optimizer.program.program import Program
from optimizer.program.rows import Floats

_STATUS = {"optimal": Status.PROVED, "gaplimit": Status.PROVED, "timelimit": Status.TIME}
_NONE = {"infeasible": Status.INFEASIBLE, "inforunbd": Status.INFEASIBLE}


class Scip:
    """SCIP with incumbents and bounds as they come."""

    takes_start = True

    def absent(self) -> str | None:
        return None if find_spec("pyscipopt") else "the package pyscipopt is not installed"

    def search(self, program: Program, limit: Limit, start: Floats | None, record: Recorder) -> Found:
        import pyscipopt

        model = pyscipopt.Model()
        model.hideOutput()
        _read(model, program)
        _set(model, limit)
        model.includeEventhdlr(_handler(pyscipopt, record), "record", "keeps incumbents and bounds")
        variables = {variable.name: variable for variable in model.getVars()}
        columns = [variables[name] for name in column_names(len(program.columns))]
        if start is not None:
            _offer(model, columns, start)
        model.setParam("limits/time", max(0.1, limit.time_s - record.elapsed_s))
        model.optimize()
        return _found(model, columns)


def column_names(count: int) -> list[str]:
    """Names of columns in the file."""
    return [f"x{column}" for column in range(count)]


def write_mps(program: Program, path: Path) -> None:
    """The program as MPS with plain names and without its offset. Raises `SolverFailed` if it cannot be written."""
    import highspy

    from optimizer.solve.highs import highs_lp

    lp = highs_lp(program)
    lp.offset_ = 0.0
    lp.col_names_ = column_names(lp.num_col_)
    lp.row_names_ = [f"r{row}" for row in range(lp.num_row_)]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(lp)
    if highs.writeModel(str(path)) == highspy.HighsStatus.kError:
        raise SolverFailed(f"{path} could not be written")


def _read(model: Any, program: Program) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.mps"
        write_mps(program, path)
        model.readProblem(str(path))
    model.addObjoffset(program.columns.offset_usd)


def _set(model: Any, limit: Limit) -> None:
    model.setParams(
        {
            "limits/gap": limit.gap_share,
            "randomization/randomseedshift": limit.seed,
            "parallel/maxnthreads": limit.threads,
            "lp/threads": limit.threads,
        }
    )


def _handler(pyscipopt: Any, record: Recorder) -> Any:
    kinds = (pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND, pyscipopt.SCIP_EVENTTYPE.DUALBOUNDIMPROVED)

    class Handler(pyscipopt.Eventhdlr):  # type: ignore[misc]
        def eventinit(self) -> None:
            for kind in kinds:
                self.model.catchEvent(kind, self)

        def eventexit(self) -> None:
            for kind in kinds:
                self.model.dropEvent(kind, self)

        def eventexec(self, event: Any) -> None:
            record(self.model.getPrimalbound(), self.model.getDualbound())

    return Handler()


def _offer(model: Any, columns: list[Any], start: Floats) -> None:
    point = model.createSol()
    for column in np.flatnonzero(start).tolist():
        model.setSolVal(point, columns[column], float(start[column]))
    model.addSol(point)


def _found(model: Any, columns: list[Any]) -> Found:
    status = model.getStatus()
    x = None
    if model.getNSols() and status not in _NONE:
        best = model.getBestSol()
        x = np.array([model.getSolVal(best, column) for column in columns])
    counts = {"nodes": int(model.getNTotalNodes()), "lp_iterations": int(model.getNLPIterations())}
    ended = _STATUS.get(status) or _NONE.get(status) or Status.FAILED
    return Found(ended, x, model.getDualbound(), f"SCIP {model.version()}", counts, "" if ended else status)
