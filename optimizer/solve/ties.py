"""Among plans of equal cost the preferred one: most bought with what is freed, then fewest changes, least risk, ids.

First the cheapest plan that differs in some option is looked for; where it costs more, there is no tie. Only then
each of the preferences is a search of its own. All run over the columns that the linear relaxation leaves
open: a column whose reduced cost exceeds the distance from the relaxation to the plan is the same in every plan
that costs no more. Reads the clock, to stay within the time limit.
"""

from __future__ import annotations

import time
from dataclasses import replace

import highspy
import numpy as np

from optimizer.program.goals import SCORE, Goal
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.highs import highs_lp, run_quietly, whole
from optimizer.solve.outcome import Outcome, Stopped

REDUCED_COST_SLACK_USD = 0.01
"""A reduced cost is trusted to this."""

Bounds = tuple[Floats, Floats]


def break_ties(program: Program, outcome: Outcome, solver: Solver) -> Outcome:
    """The outcome with its plan replaced by the preferred one of equal cost.

    Only a proved plan is looked at; if time runs out, the best found so far in the stated order is kept.
    """
    if outcome.stopped is not Stopped.PROVED or outcome.x is None or outcome.cost_usd is None:
        return outcome
    began = time.monotonic()
    x, cost_usd = outcome.x, outcome.cost_usd
    bounds = _open_columns(program, x, cost_usd)
    left_s = max(1.0, solver.time_limit_s - outcome.elapsed_s)
    if not _has_equal(program, outcome, bounds, _with_time(solver, left_s)):
        return replace(outcome, elapsed_s=outcome.elapsed_s + time.monotonic() - began)
    rows = [_no_dearer(program, cost_usd)]
    for goal in program.preferences:
        left_s = solver.time_limit_s - outcome.elapsed_s - (time.monotonic() - began)
        if left_s <= 0:
            break
        found = _least(program, goal, rows, bounds, x, _with_time(solver, left_s))
        if found is None:
            break
        x = found
        rows.append((goal.weights, float(goal.weights @ x) + goal.tolerance))
    return _with_plan(program, outcome, x, began)


def spend_freed(program: Program, outcome: Outcome, solver: Solver) -> Outcome:
    """The outcome whose plan stays as it is and does most with what it frees."""
    goal = next((goal for goal in program.preferences if goal.name == SCORE), None)
    if goal is None or outcome.x is None or outcome.cost_usd is None:
        return outcome
    began = time.monotonic()
    fixed = program.columns.integer.copy()
    fixed[program.columns.all_of("spends")] = False
    bounds = np.where(fixed, outcome.x, 0.0), np.where(fixed, outcome.x, program.columns.upper)
    left_s = max(1.0, solver.time_limit_s - outcome.elapsed_s)
    rows = [_no_dearer(program, outcome.cost_usd)]
    found = _least(program, goal, rows, bounds, outcome.x, _with_time(solver, left_s))
    return outcome if found is None else _with_plan(program, outcome, found, began)


def _with_plan(program: Program, outcome: Outcome, x: Floats, began: float) -> Outcome:
    assert outcome.cost_usd is not None
    cost_usd = min(outcome.cost_usd, program.cost_usd(x))
    bound_usd = None if outcome.bound_usd is None else min(outcome.bound_usd, cost_usd)
    elapsed_s = outcome.elapsed_s + time.monotonic() - began
    return replace(outcome, x=x, cost_usd=cost_usd, bound_usd=bound_usd, elapsed_s=elapsed_s)


def _no_dearer(program: Program, cost_usd: float) -> tuple[Floats, float]:
    return program.columns.cost_usd, cost_usd - program.columns.offset_usd + COST_SLACK_USD


def _with_time(solver: Solver, seconds: float) -> Solver:
    """The same settings with another time limit and a full proof asked for."""
    return solver.model_copy(update={"time_limit_s": seconds, "gap_usd": 0.0, "gap_share": None})


def _open_columns(program: Program, x: Floats, cost_usd: float) -> Bounds:
    """Bounds [columns] with every column fixed that is the same in all plans of this cost."""
    lp = highs_lp(program)
    lp.integrality_ = []
    highs = run_quietly(lp)
    lower, upper = np.zeros(len(x)), program.columns.upper.copy()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return lower, upper
    reduced = np.array(highs.getSolution().col_dual)
    distance = cost_usd - highs.getInfo().objective_function_value + REDUCED_COST_SLACK_USD
    whole_columns = program.columns.integer
    upper[whole_columns & (reduced > distance)] = 0.0
    lower[whole_columns & (reduced < -distance)] = 1.0
    return lower, upper


def _has_equal(program: Program, outcome: Outcome, bounds: Bounds, solver: Solver) -> bool:
    """Whether a plan with some other option costs no more."""
    assert outcome.x is not None
    assert outcome.cost_usd is not None
    options = program.columns.options
    chosen = np.zeros(len(outcome.x))
    chosen[options] = outcome.x[options] > 0.5
    lp = highs_lp(program)
    lp.col_lower_, lp.col_upper_ = bounds
    highs = run_quietly(lp, [(chosen, chosen.sum() - 1.0)], solver)
    info = highs.getInfo()
    held = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return bool(held and info.objective_function_value <= outcome.cost_usd + COST_SLACK_USD)


def _least(
    program: Program, goal: Goal, rows: list[tuple[Floats, float]], bounds: Bounds, start: Floats, solver: Solver
) -> Floats | None:
    """The point of least weight within the rows; None if it was not proved in time."""
    lp = highs_lp(program)
    lp.col_cost_, lp.offset_ = goal.weights, 0.0
    lp.col_lower_, lp.col_upper_ = bounds
    highs = run_quietly(lp, rows, solver, start)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return whole(program, np.array(highs.getSolution().col_value))
