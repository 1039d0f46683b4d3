"""Among plans of equal cost the one with fewest changes, then lowest risk, then lowest id.

First the cheapest plan that differs in some option is looked for; where it costs more, there is no tie. Only then
each of the three preferences is a search of its own. All run over the columns that the linear relaxation leaves
open: a column whose reduced cost exceeds the distance from the relaxation to the plan is the same in every plan
that costs no more. Reads the clock, to stay within the time limit.
"""

from __future__ import annotations

import time
from dataclasses import replace

import highspy
import numpy as np

from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.highs import highs_lp, run_quietly, whole
from optimizer.solve.outcome import Outcome, Stopped

COST_SLACK_USD = 0.004
"""Plans within this are of equal cost: costs are whole cents."""
REDUCED_COST_SLACK_USD = 0.01
"""A reduced cost is trusted to this."""


def break_ties(program: Program, outcome: Outcome, solver: Solver) -> Outcome:
    """The outcome with its plan replaced by the preferred one of equal cost.

    Only a proved plan is looked at; if time runs out, the best found so far in the stated order is kept.
    """
    if outcome.stopped is not Stopped.PROVED or outcome.x is None or outcome.cost_usd is None:
        return outcome
    began = time.monotonic()
    x, cost_usd = outcome.x, outcome.cost_usd
    lower, upper = _open_columns(program, x, cost_usd)
    if not _has_equal(
        program, outcome, (lower, upper), _with_time(solver, max(1.0, solver.time_limit_s - outcome.elapsed_s))
    ):
        return replace(outcome, elapsed_s=outcome.elapsed_s + time.monotonic() - began)
    rows: list[tuple[Floats, float]] = [
        (program.columns.cost_usd, cost_usd - program.columns.offset_usd + COST_SLACK_USD)
    ]
    for weights in _preferences(program):
        left_s = solver.time_limit_s - outcome.elapsed_s - (time.monotonic() - began)
        if left_s <= 0 or not (upper > lower)[program.columns.integer].any():
            break
        found = _least(program, weights, rows, (lower, upper), x, _with_time(solver, left_s))
        if found is None:
            break
        x = found
        rows.append((weights, float(weights @ x) + 1e-6))
    elapsed_s = outcome.elapsed_s + time.monotonic() - began
    cost_usd = min(cost_usd, program.cost_usd(x))
    bound_usd = None if outcome.bound_usd is None else min(outcome.bound_usd, cost_usd)
    return replace(outcome, x=x, cost_usd=cost_usd, bound_usd=bound_usd, elapsed_s=elapsed_s)


def _with_time(solver: Solver, seconds: float) -> Solver:
    """The same settings with another time limit and a full proof asked for."""
    return solver.model_copy(update={"time_limit_s": seconds, "gap_usd": 0.0, "gap_share": None})


def _preferences(program: Program) -> tuple[Floats, Floats, Floats]:
    """Weights of the columns for each preference: changes, failure risk of what moves, ids in order."""
    candidates, columns = program.options.candidates, program.columns
    changes, risk, order = (np.zeros(len(columns)) for _ in range(3))
    moved = candidates.moved
    failure = np.append(program.case.county.frame("organizations")["probability_of_failure"].to_numpy(), 0.0)
    changes[: columns.options] = moved
    risk[: columns.options] = np.where(moved, failure[candidates.org], 0.0)
    # generic fractions keep two different sets of options from having the same sum of ranks
    rank = 1.0 + np.argsort(np.argsort(columns.names[: columns.options]))
    order[: columns.options] = rank / columns.options + 0.5 * np.modf(rank * np.sqrt(2.0))[0] / columns.options
    return changes, risk, order


def _open_columns(program: Program, x: Floats, cost_usd: float) -> tuple[Floats, Floats]:
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


def _has_equal(program: Program, outcome: Outcome, bounds: tuple[Floats, Floats], solver: Solver) -> bool:
    """Whether a plan with some other option costs no more."""
    assert outcome.x is not None
    assert outcome.cost_usd is not None
    chosen = np.zeros(len(outcome.x))
    chosen[: program.columns.options] = outcome.x[: program.columns.options] > 0.5
    lp = highs_lp(program)
    lp.col_lower_, lp.col_upper_ = bounds
    highs = run_quietly(lp, [(chosen, chosen.sum() - 1.0)], solver)
    info = highs.getInfo()
    held = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return bool(held and info.objective_function_value <= outcome.cost_usd + COST_SLACK_USD)


def _least(
    program: Program,
    weights: Floats,
    rows: list[tuple[Floats, float]],
    bounds: tuple[Floats, Floats],
    start: Floats,
    solver: Solver,
) -> Floats | None:
    """The point of least weight within the rows; None if it was not proved in time."""
    lp = highs_lp(program)
    lp.col_cost_, lp.offset_ = weights, 0.0
    lp.col_lower_, lp.col_upper_ = bounds
    highs = run_quietly(lp, rows, solver, start)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return whole(program, np.array(highs.getSolution().col_value))
