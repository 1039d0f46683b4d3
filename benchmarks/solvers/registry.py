"""The solvers by name, and the one way to run them: timed, recorded, and its answer checked against the rows."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.checking import contradiction
from benchmarks.solvers import copt, cpsat, gurobi, own, scip
from benchmarks.solvers.trace import Adapter, Event, Found, Limit, Recorder, Status, Trace
from optimizer.errors import Finding, Refused, SolverFailed
from optimizer.program.program import Program
from optimizer.program.rows import Floats

ADAPTERS: dict[str, Callable[[], Adapter]] = {
    "cp-sat": lambda: cpsat.CpSat(),  # first: it cannot be asked for once another has loaded highspy
    "highs": lambda: own.Engine("optimizer.solve.highs"),
    "decomposition": lambda: own.Engine("optimizer.solve.decomposition.search"),
    "scip": lambda: scip.Scip(),
    "cbc": lambda: own.ThroughPyomo("cbc"),
    "gurobi": lambda: gurobi.Gurobi(),
    "copt": lambda: copt.Copt(),
    "pyomo:highs": lambda: own.ThroughPyomo("highs"),
    "pyomo:scip": lambda: own.ThroughPyomo("scip"),
    "pyomo:gurobi": lambda: own.ThroughPyomo("gurobi"),
    "pyomo:glpk": lambda: own.ThroughPyomo("glpk"),
}
"""Every solver that can be named; `absent` says which are not here."""


def adapter_of(name: str) -> Adapter:
    """The solver of that name. Raises `Refused` for an unknown one."""
    if name not in ADAPTERS:
        raise Refused([Finding("solver", repr(name), f"one of {', '.join(ADAPTERS)}", "Name one of these.")])
    return ADAPTERS[name]()


def absent(name: str) -> str | None:
    """Why a solver cannot be used here; None: it can. Raises `Refused` for an unknown one."""
    return adapter_of(name).absent()


def run(
    name: str,
    program: Program,
    limit: Limit,
    start: Floats | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Trace:
    """Run a solver in this process and keep what happened; how it fails is in the trace, never raised.

    `start` is a point [columns] to begin from; a solver that takes none is refused with one.
    """
    adapter = adapter_of(name)
    matrix = program.matrix()
    counts = {"rows": matrix.shape[0], "columns": matrix.shape[1], "nonzeros": int(matrix.nnz)}
    missing = adapter.absent()
    if missing is not None:
        return Trace(Status.ABSENT, None, None, 0.0, name, counts, (), missing)
    if start is not None and not adapter.takes_start:
        return Trace(Status.REFUSED, None, None, 0.0, name, counts, (), "takes no start")
    record = Recorder(on_event)
    try:
        found = adapter.search(program, limit, start, record)
    except Refused as refusal:
        return _ended(Status.REFUSED, name, counts, record, str(refusal))
    except (SolverFailed, ArithmeticError, AttributeError, RuntimeError, TypeError, ValueError) as failure:
        return _ended(Status.FAILED, name, counts, record, f"{type(failure).__name__}: {failure}")
    elapsed_s = record.elapsed_s
    return _trace(program, found, counts, record, elapsed_s)


def _ended(status: Status, name: str, counts: dict[str, int], record: Recorder, note: str) -> Trace:
    last = record.events[-1] if record.events else Event(0.0, None, None)
    return Trace(status, last.cost, last.bound, record.elapsed_s, name, counts, tuple(record.events), note)


def _trace(program: Program, found: Found, counts: dict[str, int], record: Recorder, elapsed_s: float) -> Trace:
    wrong = contradiction(program, found.x, found.bound)
    status, note = (found.status, found.note) if wrong is None else (Status.WRONG, wrong)
    cost = None if found.x is None else program.cost_usd(found.x)
    bound = found.bound
    if wrong is None and found.x is not None:
        bound = None if bound is None else min(bound, program.cost_usd(found.x))
        record(cost, bound)
    return Trace(
        status=status,
        cost=cost,
        bound=bound,
        elapsed_s=elapsed_s,
        solver=found.solver,
        counts=counts | found.counts,
        events=tuple(record.events),
        note=note,
        x=found.x,
    )
