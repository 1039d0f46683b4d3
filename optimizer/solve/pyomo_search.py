"""The search through Pyomo: for other solvers, and for rules that a consultant has written. Reads the clock."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import pyomo.environ as pyo
from pyomo.version import version as pyomo_version

from optimizer.errors import SolverFailed
from optimizer.program.program import Program
from optimizer.program.region import Planned
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.gate import ROW_TOLERANCE, keeps_rows, refuse_unsafe
from optimizer.solve.highs import INTEGRALITY_TOLERANCE, whole
from optimizer.solve.outcome import Outcome, Stopped, as_proved
from optimizer.solve.pyomo_model import PyomoProgram, build_pyomo, without_constant
from optimizer.solve.pyomo_solvers import Answer, Engine, engine_of
from optimizer.solve.rules_hook import AddRules, apply_rules

COST_TOLERANCE = 1e-6
"""How far a solver may misjudge the cost of its own plan, as a share of it."""


def search_pyomo(
    program: Planned,
    solver: Solver,
    name: str = "highs",
    rules: AddRules | None = None,
    start: Floats | None = None,
) -> Outcome:
    """Find the cheapest plan with a solver that Pyomo calls: highs, scip, gurobi, cbc or glpk.

    `rules` adds a consultant's constraints (`load_rules`); the outcome holds the program's own columns only. No solver
    is given `start` [columns]; it is kept as the least that is brought back: where the search ends with nothing
    better, it is the plan. A search that fails or finds no plan is made a second time without presolve.
    Raises `Refused` for an unknown or absent solver and for rules that fail, `SolverFailed` if the solver breaks down
    or contradicts itself.
    """
    refuse_unsafe(program)
    engine = engine_of(name)
    began = time.monotonic()
    built = build_pyomo(program)
    if rules is not None:
        apply_rules(built, rules, program.case)
    if not built.variables:  # solvers call a model without variables empty, not infeasible
        return Outcome(Stopped.INFEASIBLE, None, None, None, _signature(engine), time.monotonic() - began)
    answer = _ask_for_change(engine, built, solver)
    outcome = Outcome(
        stopped=answer.stopped,
        x=None,
        cost_usd=None,
        bound_usd=None if answer.stopped is Stopped.INFEASIBLE else _finite(answer.bound_usd),
        solver=_signature(engine),
        elapsed_s=time.monotonic() - began,
        log=answer.log,
    )
    if answer.x is not None:
        outcome = _with_plan(program, outcome, _checked(program, built, answer))
    if start is None or not _keeps_rules(program, built, start):
        return as_proved(outcome, solver)
    if outcome.stopped is Stopped.INFEASIBLE:
        raise SolverFailed("the solver calls the program infeasible, but the start keeps every rule of it")
    cheaper = outcome.cost_usd is None or program.cost_usd(start) < outcome.cost_usd
    return as_proved(_with_plan(program, outcome, start) if cheaper else outcome, solver)


def _ask_for_change(engine: Engine, built: PyomoProgram, solver: Solver) -> Answer:
    """Ask for what a plan changes, not for what it costs in all, and add the rest of the cost afterwards.

    Some solvers end within a share of the objective, be it one ten-millionth, that they cannot be told to make smaller.
    Where the asked gap is a share, it is one of the whole cost.
    """
    if solver.gap_share:
        return _ask_until_sure(engine, built, solver)
    with without_constant(built) as constant_usd:
        answer = _ask_until_sure(engine, built, solver)
    cost_usd, bound_usd = (None if usd is None else usd + constant_usd for usd in (answer.cost_usd, answer.bound_usd))
    return replace(answer, cost_usd=cost_usd, bound_usd=bound_usd)


def _ask_until_sure(engine: Engine, built: PyomoProgram, solver: Solver) -> Answer:
    """Ask once; a solver that failed, or that calls the program infeasible, is asked again without presolve.

    HiGHS 1.15.1 is known to end with a solve error on small programs that it solves without presolve.
    """
    began = time.monotonic()
    try:
        first = _ask(engine, built, solver, presolve=True)
        if first.stopped is not Stopped.INFEASIBLE:
            return first
        log = first.log
    except SolverFailed as failure:
        log = f"{failure}\n"
    left_s = max(1.0, solver.time_limit_s - (time.monotonic() - began))
    second = _ask(engine, built, solver.model_copy(update={"time_limit_s": left_s}), presolve=False)
    return replace(second, log=log + second.log)


def _ask(engine: Engine, built: PyomoProgram, solver: Solver, *, presolve: bool) -> Answer:
    try:
        return engine.solve(built.model, built.variables, solver, presolve=presolve)
    except KeyboardInterrupt:
        return Answer(Stopped.INTERRUPTED, None, None, None, "")
    except SolverFailed:
        raise
    except Exception as error:  # every solver fails in its own way; Pyomo hands it on as it comes
        raise SolverFailed(f"{engine.version()} failed: {type(error).__name__}: {error}") from error


def _with_plan(program: Program, outcome: Outcome, x: Floats) -> Outcome:
    cost_usd = program.cost_usd(x)
    bound_usd = None if outcome.bound_usd is None else min(outcome.bound_usd, cost_usd)
    return replace(outcome, x=x, cost_usd=cost_usd, bound_usd=bound_usd)


def _checked(program: Program, built: PyomoProgram, answer: Answer) -> Floats:
    """The answer's values, integers exact, if they are what the solver says they are.

    Pyomo's interfaces have loaded wrong values of right solutions before, so that every row is looked at again.
    """
    assert answer.x is not None
    x = whole(program, answer.x)
    if not keeps_rows(program, x):
        raise SolverFailed("the solver returned a plan that breaks a rule of the program")
    cost_usd = program.cost_usd(x)
    slack_usd = 0.01 + COST_TOLERANCE * abs(cost_usd)
    told = [usd for usd in (answer.cost_usd,) if usd is not None and abs(usd - cost_usd) > slack_usd]
    told += [usd for usd in (_finite(answer.bound_usd),) if usd is not None and usd > cost_usd + slack_usd]
    if told:
        raise SolverFailed(f"the solver speaks of {told[0]:,.2f} USD, its plan costs {cost_usd:,.2f} USD")
    return x


def _keeps_rules(program: Program, built: PyomoProgram, x: Floats) -> bool:
    """Whether a point keeps the program's rows and what rules have added; new variables leave that open."""
    added = {id(variable) for variable in built.model.component_data_objects(pyo.Var) if not variable.fixed}
    if not added <= set(map(id, built.variables)) or not keeps_rows(program, x):
        return False
    for variable, value in zip(built.variables, x.tolist(), strict=True):
        if variable.fixed and abs(variable.value - value) > INTEGRALITY_TOLERANCE:
            return False
        variable.set_value(value, skip_validation=True)
    ours = set(map(id, built.constraints))
    rules = [rule for rule in built.model.component_data_objects(pyo.Constraint, active=True) if id(rule) not in ours]
    return all(min(rule.lslack(), rule.uslack()) >= -ROW_TOLERANCE for rule in rules)


def _signature(engine: Engine) -> str:
    return f"{engine.version()} through Pyomo {pyomo_version}"


def _finite(usd: float | None) -> float | None:
    return usd if usd is not None and math.isfinite(usd) else None
