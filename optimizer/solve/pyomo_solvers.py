"""The solvers that Pyomo may call, and how each is told the limits of a search.

A solver is known here or it is refused: one whose options are not known would lose the time limit and the gap
without a word. HiGHS goes through Pyomo's newer interface (`pyomo.contrib.solver`), because that one separates
why a search stopped from whether a solution is held and takes a gap in dollars; the older `appsi_highs` calls
whatever a time limit leaves behind a solution. The price is that no interface is given a start.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.solver.common.factory import SolverFactory as DirectFactory
from pyomo.contrib.solver.common.results import SolutionStatus, TerminationCondition
from pyomo.opt import SolverStatus
from pyomo.opt import TerminationCondition as ShellCondition

from optimizer.errors import Finding, Refused, SolverFailed
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.outcome import Stopped

SMALLEST_GAP_USD = 1e-6
"""What HiGHS takes for no gap at all."""
CBC_GAP = 0.9
"""Part of the asked gap that CBC is asked for: where it tells no bound the whole of it is told as left open, and what
is added up to the cent later must not be wider than was asked.
"""


@dataclass(frozen=True)
class Answer:
    """What a solver said of a model."""

    stopped: Stopped
    x: Floats | None
    """Values of the variables asked for; None: the solver holds no solution."""
    cost_usd: float | None
    """What the solver says its solution costs; None: it does not say."""
    bound_usd: float | None
    log: str


class Engine(Protocol):
    """A solver that Pyomo can call."""

    def require(self) -> None:
        """Raise `Refused` if the solver is not installed here."""

    def version(self) -> str:
        """Name and version, for the record of a run."""

    def solve(self, model: Any, variables: Sequence[Any], solver: Solver, *, presolve: bool) -> Answer:
        """Minimise the model within the limits of `solver` and read the variables. Raises `SolverFailed`."""


def engine_of(name: str) -> Engine:
    """The known solver of that name, if it is installed. Raises `Refused`."""
    engine = ENGINES.get(name)
    if engine is None:
        fix = "Write the model to a file and give that to your solver: docs/pyomo.md."
        raise Refused([Finding("solver", repr(name), f"one of {', '.join(ENGINES)}", fix)])
    engine.require()
    return engine


def _refuse_absent(label: str, install: str) -> None:
    raise Refused([Finding(f"solver {label}", "none on this machine", "an installed solver", f"Install {install}.")])


_DIRECT_STOPS = {
    TerminationCondition.convergenceCriteriaSatisfied: Stopped.PROVED,
    TerminationCondition.maxTimeLimit: Stopped.TIME,
    TerminationCondition.interrupted: Stopped.INTERRUPTED,
    TerminationCondition.provenInfeasible: Stopped.INFEASIBLE,
    TerminationCondition.infeasibleOrUnbounded: Stopped.INFEASIBLE,
}


@dataclass(frozen=True)
class Direct:
    """A solver inside this process, through `pyomo.contrib.solver`."""

    label: str
    factory: str
    install: str
    options: Callable[[Solver, bool], dict[str, Any]]
    """What the interface has no word of its own for, given the limits and whether to presolve."""
    tells_cost: bool = True
    """False: the objective is a variable that is at least the cost, and early solutions leave it far above."""

    def require(self) -> None:
        if not DirectFactory(self.factory).available():
            _refuse_absent(self.label, self.install)

    def version(self) -> str:
        return f"{self.label} {'.'.join(map(str, DirectFactory(self.factory).version()))}"

    def solve(self, model: Any, variables: Sequence[Any], solver: Solver, *, presolve: bool) -> Answer:
        engine = DirectFactory(self.factory)
        results = engine.solve(
            model,
            load_solutions=False,
            raise_exception_on_nonoptimal_result=False,
            time_limit=solver.time_limit_s,
            abs_gap=max(solver.gap_usd or 0.0, SMALLEST_GAP_USD),
            rel_gap=solver.gap_share or 0.0,
            threads=solver.threads,
            solver_options=self.options(solver, presolve),
        )
        stopped = _DIRECT_STOPS.get(results.termination_condition)
        if stopped is None:
            raise SolverFailed(f"{self.label} stopped with {results.termination_condition.name}")
        x = None
        if results.solution_status in (SolutionStatus.feasible, SolutionStatus.optimal):
            # a variable that a rule has fixed is not among those the solver was given
            found = results.solution_loader.get_vars([variable for variable in variables if not variable.fixed])
            x = np.array([found.get(variable, variable.value) for variable in variables], dtype=np.float64)
        cost_usd = results.incumbent_objective if self.tells_cost else None
        return Answer(stopped, x, cost_usd, results.objective_bound, results.solver_log or "")


@dataclass(frozen=True)
class Shell:
    """A solver that is a program of its own, through Pyomo's files."""

    label: str
    factory: str
    install: str
    options: Callable[[Solver, bool], dict[str, Any]]
    out_of_time: str
    """What the log says when the time was up."""
    gap_reached: str
    """What it says when the search was completed within the gap."""
    nothing_found: str
    """What it says when it holds no plan, although it may write down the values of a relaxation."""
    bound: Callable[[str, float, Solver], float | None]
    """Lower bound, from the log, the cost of the solution and the limits, once the search was completed."""
    bound_at_limit: Callable[[str], float | None]
    """The same from the log alone, when the search was cut short."""

    def require(self) -> None:
        if not pyo.SolverFactory(self.factory).available(exception_flag=False):
            _refuse_absent(self.label, self.install)

    def version(self) -> str:
        return f"{self.label} {'.'.join(map(str, pyo.SolverFactory(self.factory).version()))}"

    def solve(self, model: Any, variables: Sequence[Any], solver: Solver, *, presolve: bool) -> Answer:
        engine = pyo.SolverFactory(self.factory)
        engine.options.update(self.options(solver, presolve))
        with tempfile.TemporaryDirectory() as folder:
            log_file = Path(folder) / "log"
            results = engine.solve(model, load_solutions=False, logfile=str(log_file))
            log = log_file.read_text(encoding="utf-8", errors="replace")
        stopped = self._stopped(results, log)
        if stopped is Stopped.INFEASIBLE:
            return Answer(stopped, None, None, None, log)
        if self.nothing_found in log or not len(results.solution):
            return Answer(stopped, None, None, self.bound_at_limit(log), log)
        results.solver.status = SolverStatus.ok  # read above; Pyomo would warn of any other
        model.solutions.load_from(results)
        x = np.array([variable.value for variable in variables], dtype=np.float64)
        (objective,) = model.component_data_objects(pyo.Objective, active=True)
        cost_usd = pyo.value(objective)
        bound_usd = self.bound(log, cost_usd, solver) if stopped is Stopped.PROVED else self.bound_at_limit(log)
        return Answer(stopped, x, cost_usd, bound_usd, log)

    def _stopped(self, results: Any, log: str) -> Stopped:
        # the log first: with no solution yet, a time limit is handed on as infeasible
        if self.out_of_time in log:
            return Stopped.TIME
        condition = results.solver.termination_condition
        if condition == ShellCondition.optimal or self.gap_reached in log:
            return Stopped.PROVED
        if condition == ShellCondition.infeasible:
            return Stopped.INFEASIBLE
        raise SolverFailed(f"{self.label} stopped with {condition}")


def _highs(solver: Solver, presolve: bool) -> dict[str, Any]:
    # threads are fixed by whoever solves first in a process, unless the scheduler is made anew
    highspy.Highs.resetGlobalScheduler(True)
    return {
        "random_seed": solver.seed,
        "parallel": "on" if solver.threads > 1 else "off",
        "presolve": "choose" if presolve else "off",
    }


def _scip(solver: Solver, presolve: bool) -> dict[str, Any]:
    # the interface makes the objective a row, so that a tolerance of 1e-6 of it would be dollars
    options = {"randomization/randomseedshift": solver.seed, "numerics/feastol": 1e-7}
    return options if presolve else options | {"presolving/maxrounds": 0}


def _gurobi(solver: Solver, presolve: bool) -> dict[str, Any]:
    return {"Seed": min(solver.seed, 2_000_000_000), "IntFeasTol": 1e-6, "Presolve": -1 if presolve else 0}


def _cbc(solver: Solver, presolve: bool) -> dict[str, Any]:
    seed = solver.seed % 2_147_483_646 + 1  # 0 would ask for the time of day
    options = {
        "sec": solver.time_limit_s,
        "timeMode": "elapsed",
        "allowableGap": CBC_GAP * (solver.gap_usd or 0.0),
        "ratioGap": CBC_GAP * (solver.gap_share or 0.0),
        "randomSeed": seed,
        "randomCbcSeed": seed,
    }
    if solver.threads > 1:
        options["threads"] = solver.threads
    return options if presolve else options | {"presolve": "off", "preprocess": "off"}


def _glpk(solver: Solver, presolve: bool) -> dict[str, Any]:
    # it knows whole seconds and no gap in dollars; without a share it searches to the end, which is more than asked
    options = {"tmlim": math.ceil(solver.time_limit_s), "mipgap": solver.gap_share or 0.0}
    return options if presolve else options | {"nopresol": ""}


def _cbc_log_bound(log: str) -> float | None:
    """CBC's bound to three decimals; the one that Pyomo reads has six digits in all and may lie above the optimum."""
    found = re.findall(r"^Lower bound:\s+(\S+)", log, re.MULTILINE)
    return float(found[-1]) - 0.001 if found else None


def _cbc_bound(log: str, cost_usd: float, solver: Solver) -> float:
    asked_usd = cost_usd - CBC_GAP * solver.asked_usd(cost_usd)
    told_usd = _cbc_log_bound(log)
    return asked_usd if told_usd is None else told_usd


def _glpk_bound(log: str, cost_usd: float, solver: Solver) -> float:
    # GLPK gives up a branch that is not better by 1e-7 of the best cost
    return cost_usd - max((solver.gap_share or 0.0) * abs(cost_usd), 1e-7 * (1.0 + abs(cost_usd)))


ENGINES: dict[str, Engine] = {
    "highs": Direct("HiGHS", "highs", "the package highspy", _highs),
    "scip": Direct("SCIP", "scip_direct", "the package pyscipopt", _scip, tells_cost=False),
    "gurobi": Direct("Gurobi", "gurobi_direct", "the package gurobipy and a licence for it", _gurobi),
    "cbc": Shell(
        label="CBC",
        factory="cbc",
        install="the program cbc (coinor-cbc)",
        options=_cbc,
        out_of_time="Stopped on time",
        gap_reached="(within gap tolerance)",
        nothing_found="No feasible solution found",
        bound=_cbc_bound,
        bound_at_limit=_cbc_log_bound,
    ),
    "glpk": Shell(
        label="GLPK",
        factory="glpk",
        install="the program glpsol (glpk-utils)",
        options=_glpk,
        out_of_time="TIME LIMIT EXCEEDED",
        gap_reached="MIP GAP TOLERANCE REACHED",
        nothing_found="HAS NO INTEGER FEASIBLE SOLUTION",
        bound=_glpk_bound,
        bound_at_limit=lambda _: None,
    ),
}
"""Every solver whose time limit, gaps, seed and threads are known."""
