"""The project's engines: HiGHS given the whole program, the decomposition, and the solvers behind Pyomo."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from benchmarks.solvers.trace import Found, Limit, Recorder, Status
from optimizer.errors import OptimizerError
from optimizer.program.program import Program
from optimizer.program.region import Planned
from optimizer.program.rows import Floats
from optimizer.solve.outcome import Outcome, Progress, Stopped, as_proved

_STATUS = {
    Stopped.PROVED: Status.PROVED,
    Stopped.TIME: Status.TIME,
    Stopped.TOLERANCE: Status.TOLERANCE,
    Stopped.INTERRUPTED: Status.TIME,
    Stopped.INFEASIBLE: Status.INFEASIBLE,
}
_COUNTS = {
    "nodes": re.compile(r"^\s*Nodes\s+(\d+)", re.MULTILINE),
    "lp_iterations": re.compile(r"^\s*LP iterations\s+(\d+)", re.MULTILINE),
    "rounds": re.compile(r"^\s*[Rr]ounds\s+(\d+)", re.MULTILINE),
}


@dataclass(frozen=True)
class Engine:
    """A module of optimizer/solve with the shared signature `search(program, solver, start, on_progress)`."""

    module: str
    takes_start: bool = True

    def absent(self) -> str | None:
        try:
            return None if callable(self._search()) else f"{self.module} has no search"
        except ImportError as error:
            return str(error)

    def search(self, program: Program, limit: Limit, start: Floats | None, record: Recorder) -> Found:
        search = cast(Callable[..., Outcome], self._search())

        def progress(now: Progress) -> None:
            record(now.cost_usd, now.bound_usd)

        settings = limit.settings()
        return found_of(as_proved(search(program, settings, start, progress), settings))

    def _search(self) -> object:
        return getattr(import_module(self.module), "search", None)


@dataclass(frozen=True)
class ThroughPyomo:
    """A solver of the project's Pyomo bridge; it tells nothing on the way."""

    solver: str
    takes_start: bool = False

    def absent(self) -> str | None:
        from optimizer.solve.pyomo_solvers import engine_of

        try:
            engine_of(self.solver)
        except OptimizerError as error:
            return str(error)
        return None

    def search(self, program: Program, limit: Limit, start: Floats | None, record: Recorder) -> Found:
        from optimizer.solve.pyomo_bridge import search_pyomo

        # it reads a case from the program only for a consultant's rules, and there are none here
        return found_of(search_pyomo(cast(Planned, program), limit.settings(), self.solver))


def found_of(outcome: Outcome) -> Found:
    """An outcome in the words of the benchmark; nodes and iterations are read from the end of the log."""
    counts = {name: int(found[-1]) for name, told in _COUNTS.items() if (found := told.findall(outcome.log))}
    return Found(_STATUS[outcome.stopped], outcome.x, outcome.bound_usd, outcome.solver, counts)
