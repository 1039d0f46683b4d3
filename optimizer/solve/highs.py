"""The program handed whole to HiGHS. Reads the clock to tell how long the search took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import highspy
import numpy as np

from optimizer.errors import SolverFailed
from optimizer.interrupts import ctrl_c_came
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.gate import refuse_unsafe
from optimizer.solve.outcome import Outcome, Progress, Stopped
from optimizer.solve.stoppable import run_stoppably

OnProgress = Callable[[Progress], None]
Options = Mapping[str, str | bool | float]
"""Of HiGHS, by its own names."""

INTEGRALITY_TOLERANCE = 1e-5
"""HiGHS's own is 1e-6; a value farther from an integer than this is not rounded but refused."""

ONE_OF_MANY = MappingProxyType({"mip_allow_restart": False, "mip_heuristic_run_rens": False})
"""For a program that differs little from one that has a plan: HiGHS neither begins anew after cutting at the root nor
looks for plans in the relaxation's neighbourhood. Half the time of such searches on a county of 800 services; what is
proved stays proved.
"""

_STOPS = {
    highspy.HighsModelStatus.kOptimal: Stopped.PROVED,
    highspy.HighsModelStatus.kTimeLimit: Stopped.TIME,
    highspy.HighsModelStatus.kInterrupt: Stopped.INTERRUPTED,
    highspy.HighsModelStatus.kInfeasible: Stopped.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Stopped.INFEASIBLE,
    # no service has any option left, and the choice rows ask for one
    highspy.HighsModelStatus.kModelEmpty: Stopped.INFEASIBLE,
}


def search(
    program: Program,
    solver: Solver,
    start: Floats | None = None,
    on_progress: OnProgress | None = None,
    *,
    one_of_many: bool = False,
) -> Outcome:
    """Find the cheapest plan; Ctrl-C keeps the best one found so far.

    `start` is a point [columns] to begin from; `one_of_many` searches are made as `ONE_OF_MANY` says. Where HiGHS
    fails, or calls the program infeasible, it is asked a second time without presolve, which is where its known wrong
    answers come from. Raises `SolverFailed` if HiGHS refuses the program or fails twice.
    """
    refuse_unsafe(program)
    began = time.monotonic()
    try:
        first = _run(program, solver, start, on_progress, ONE_OF_MANY if one_of_many else {})
        if first.stopped is not Stopped.INFEASIBLE:
            return first
        if ctrl_c_came():  # just as it ended: nobody has confirmed it
            return replace(first, stopped=Stopped.INTERRUPTED)
        log = first.log
    except SolverFailed as error:
        log = f"{error}; asked again without presolve\n"
    left_s = max(1.0, solver.time_limit_s - (time.monotonic() - began))
    second = _run(program, solver.model_copy(update={"time_limit_s": left_s}), start, on_progress, {"presolve": "off"})
    return replace(second, elapsed_s=time.monotonic() - began, log=log + second.log)


def version() -> str:
    """Name and version of the solver, for the record of a run."""
    return f"HiGHS {highspy.Highs().version()}"


def run_quietly(
    lp: highspy.HighsLp,
    solver: Solver,
    rows: Sequence[tuple[Floats, float]] = (),
    start: Floats | None = None,
) -> highspy.Highs:
    """HiGHS after a run over `lp` with further rows (weights [columns], upper bound); nothing is shown.

    Raises `KeyboardInterrupt` after Ctrl-C, also where that came during a search before this one.
    """
    if ctrl_c_came():
        raise KeyboardInterrupt
    highs = highspy.Highs()
    set_options(highs, solver)
    highs.setOptionValue("output_flag", False)
    _accepted(highs.passModel(lp))
    for weights, upper in rows:
        column = np.flatnonzero(weights)
        highs.addRow(-highspy.kHighsInf, upper, len(column), column, weights[column])
    if start is not None:
        offer_start(highs, start)
    if run_stoppably(highs):
        raise KeyboardInterrupt
    return highs


def _run(
    program: Program,
    solver: Solver,
    start: Floats | None,
    on_progress: OnProgress | None,
    further: Options,
) -> Outcome:
    began = time.monotonic()
    highs = highspy.Highs()
    log: list[str] = []
    set_options(highs, solver, further)
    highs.cbLogging.subscribe(lambda event: log.append(event.message))
    if on_progress is not None:
        highs.cbMipLogging.subscribe(lambda event: on_progress(_progress(event.data_out)))
    pass_program(highs, program)
    if start is not None:
        offer_start(highs, start)
    run_stoppably(highs)
    return _outcome(program, highs, time.monotonic() - began, "".join(log))


def set_options(highs: highspy.Highs, solver: Solver, further: Options = MappingProxyType({})) -> None:
    """Set gaps, time, seed and threads as the scenario asks, and further options of HiGHS.

    Raises `SolverFailed` for one that HiGHS does not take.
    """
    highspy.Highs.resetGlobalScheduler(True)
    options = {
        "output_flag": True,
        "log_to_console": False,
        "mip_abs_gap": max(solver.gap_usd or 0.0, 1e-6),
        "mip_rel_gap": solver.gap_share or 0.0,
        "time_limit": solver.time_limit_s,
        "random_seed": solver.seed,
        "threads": solver.threads,
        "parallel": "on" if solver.threads > 1 else "off",
        **further,
    }
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverFailed(f"HiGHS does not take {name} = {value}")


def highs_lp(program: Program) -> highspy.HighsLp:
    """The program as HiGHS takes it."""
    columns, matrix = program.columns, program.matrix().tocsc()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.offset_ = columns.cost_usd, columns.offset_usd
    lp.col_lower_, lp.col_upper_ = np.zeros(len(columns)), columns.upper
    lp.row_lower_, lp.row_upper_ = program.row_bounds()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[whole] for whole in columns.integer.tolist()]
    return lp


def pass_program(highs: highspy.Highs, program: Program) -> None:
    """Hand the program over as arrays, several times faster than as an object, in the order in which HiGHS keeps it.

    Raises `SolverFailed` if HiGHS warns.
    """
    columns, matrix = program.columns, program.matrix().tocsc()
    lower, upper = program.row_bounds()
    taken = highs.passModel(
        len(columns),
        matrix.shape[0],
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        float(columns.offset_usd),
        columns.cost_usd,
        np.zeros(len(columns)),
        columns.upper,
        lower,
        upper,
        matrix.indptr,
        matrix.indices,
        matrix.data,
        columns.integer.astype(np.int32),
    )
    _accepted(taken)


def _accepted(status: highspy.HighsStatus) -> None:
    if status != highspy.HighsStatus.kOk:
        raise SolverFailed("HiGHS warned of the program or refused it")


def offer_start(highs: highspy.Highs, start: Floats) -> None:
    """Let HiGHS begin from a point [columns]."""
    solution = highspy.HighsSolution()
    solution.col_value = start.tolist()
    highs.setSolution(solution)


def _progress(data: highspy.cb.HighsCallbackOutput) -> Progress:
    return Progress(data.running_time, finite(data.mip_primal_bound), finite(data.mip_dual_bound))


def finite(usd: float) -> float | None:
    """A number of HiGHS's; None for what it calls infinite."""
    return float(usd) if abs(usd) < highspy.kHighsInf else None


def _outcome(program: Program, highs: highspy.Highs, elapsed_s: float, log: str) -> Outcome:
    status, info = highs.getModelStatus(), highs.getInfo()
    if status not in _STOPS:
        raise SolverFailed(f"HiGHS stopped with {highs.modelStatusToString(status)}")
    x = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        x = whole(program, np.array(highs.getSolution().col_value))
    cost_usd = None if x is None else program.cost_usd(x)
    bound_usd = None if _STOPS[status] is Stopped.INFEASIBLE else _bound(program, status, info)
    if cost_usd is not None and bound_usd is not None:
        bound_usd = min(bound_usd, cost_usd)
    return Outcome(_STOPS[status], x, cost_usd, bound_usd, version(), elapsed_s, log)


def _bound(program: Program, status: highspy.HighsModelStatus, info: highspy.HighsInfo) -> float | None:
    """What no plan can beat. Where no column is an integer HiGHS tells a bound of 0, whatever it has proved."""
    if program.columns.integer.any():
        return finite(info.mip_dual_bound)
    return finite(info.objective_function_value) if status == highspy.HighsModelStatus.kOptimal else None


def whole(program: Program, x: Floats) -> Floats:
    """Integer columns rounded to the integers that they stand for."""
    integer = program.columns.integer
    rounded = np.where(integer, np.rint(x), np.maximum(x, 0.0))
    if np.abs(rounded - x).max(initial=0.0, where=integer) > INTEGRALITY_TOLERANCE:
        raise SolverFailed("the solver returned a fractional value for an integer column")
    return rounded
