"""Searches in order: what is sought before least cost first, then the cheapest plan that holds on to it, then the
most that it can buy with what it frees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from optimizer.errors import SolverFailed
from optimizer.interrupts import ctrl_c_came, note_ctrl_c
from optimizer.program.goals import SCORE, Goal
from optimizer.program.program import Program
from optimizer.program.rows import Floats, RowBuilder, Rows, at_most
from optimizer.scenario.settings import Solver
from optimizer.solve.gate import keeps_rows
from optimizer.solve.outcome import Outcome, Reached, Stopped, as_proved, nothing_found

COST_SLACK_USD = 0.004
"""Plans within this are of equal cost: costs are whole cents."""

TELLING = 1e-3
"""Size to which a goal's tolerance is scaled for the search: solvers take sums that differ by 1e-7 for equal, and then
call a plan best that is not (seen with HiGHS 1.15.1: tests/solve/test_goals.py).
"""

AnyProgram = TypeVar("AnyProgram", bound=Program)


def search_in_order(
    program: AnyProgram,
    solver: Solver,
    start: Floats | None,
    search: Callable[[AnyProgram, Solver, Floats | None], Outcome],
) -> tuple[AnyProgram, Outcome]:
    """The search for least cost among the plans that reach every goal as far as it was reached: with the rows that say
    so, and its outcome. Where a search ends without a plan, or by Ctrl-C, what was found until then is the outcome.

    Raises `SolverFailed` where a search says that there is no plan after one before it has found some.
    """
    reached: list[Reached] = []
    elapsed_s, log = 0.0, ""
    for goal in program.goals:
        found = search(program.with_objective(_scaled(goal)), _for_goal(solver, elapsed_s), start)
        elapsed_s, log = elapsed_s + found.elapsed_s, log + found.log
        if found.stopped is Stopped.INTERRUPTED:
            note_ctrl_c()
        if found.x is None or found.stopped is Stopped.INTERRUPTED:
            ended = _ended_early(program, found, reached, start)
            return program, replace(ended, elapsed_s=elapsed_s, log=log)
        value, bound = float(goal.weights @ found.x), found.bound_usd
        most = None if bound is None else max(-value, -bound * goal.tolerance / TELLING)
        reached.append(Reached(goal.name, -value, most))
        program, start = program.with_rows(_held(goal, value)), found.x
        if ctrl_c_came():  # just as this goal was settled
            ended = _ended_early(program, replace(found, stopped=Stopped.INTERRUPTED), reached, start)
            return program, replace(ended, elapsed_s=elapsed_s, log=log)
    left_s = max(1.0, solver.time_limit_s - elapsed_s)
    outcome = as_proved(search(program, solver.model_copy(update={"time_limit_s": left_s}), start), solver)
    elapsed_s, log = elapsed_s + outcome.elapsed_s, log + outcome.log
    if outcome.stopped is Stopped.INTERRUPTED:
        note_ctrl_c()
    if reached and outcome.x is None:
        outcome = _ended_early(program, outcome, reached, start)
    return program, replace(outcome, elapsed_s=elapsed_s, log=log, reached=outcome.reached or tuple(reached))


def not_searched(program: Program, start: Floats | None) -> Outcome:
    """The outcome of a search that Ctrl-C ended before it had anything: the point that it was to begin from, if that is
    a plan.
    """
    if start is None or not keeps_rows(program, start):
        return nothing_found(Stopped.INTERRUPTED)
    reached = tuple(Reached(goal.name, -float(goal.weights @ start), None) for goal in program.goals)
    return Outcome(Stopped.INTERRUPTED, start, program.cost_usd(start), None, "", 0.0, reached=reached)


def _ended_early(program: Program, found: Outcome, reached: list[Reached], before: Floats | None) -> Outcome:
    """The outcome where a search was the last, with its plan or else that of the one `before`; no bound on cost."""
    x = before if found.x is None and reached else found.x
    if x is None:
        return replace(found, cost_usd=None, bound_usd=None)
    if found.stopped is Stopped.INFEASIBLE:
        raise SolverFailed("the solver calls a program infeasible of which it has found a plan before")
    left = [Reached(goal.name, -float(goal.weights @ x), None) for goal in program.goals[len(reached) :]]
    return replace(found, x=x, cost_usd=program.cost_usd(x), bound_usd=None, reached=(*reached, *left))


def spend_by_search(
    program: AnyProgram,
    outcome: Outcome,
    solver: Solver,
    search: Callable[[AnyProgram, Solver, Floats | None], Outcome],
) -> Outcome:
    """The outcome with the plan, among those that cost no more, that does most with what it frees.

    For searches that know of rules which the program does not; `ties.spend_freed` does it where there are none.
    """
    goal = next((goal for goal in program.preferences if goal.name == SCORE), None)
    if goal is None or outcome.x is None or outcome.cost_usd is None:
        return outcome
    held = _held(Goal("cost", program.columns.cost_usd, COST_SLACK_USD), outcome.cost_usd - program.columns.offset_usd)
    asked = program.with_rows(held).with_objective(_scaled(goal))
    found = search(asked, _for_goal(solver, outcome.elapsed_s), outcome.x)
    elapsed_s, log = outcome.elapsed_s + found.elapsed_s, outcome.log + found.log
    if found.x is None:
        return replace(outcome, elapsed_s=elapsed_s, log=log)
    cost_usd = min(outcome.cost_usd, program.cost_usd(found.x))
    bound_usd = None if outcome.bound_usd is None else min(outcome.bound_usd, cost_usd)
    return replace(outcome, x=found.x, cost_usd=cost_usd, bound_usd=bound_usd, elapsed_s=elapsed_s, log=log)


def _scaled(goal: Goal) -> Floats:
    weights: Floats = goal.weights * (TELLING / goal.tolerance)
    return weights


def _for_goal(solver: Solver, elapsed_s: float) -> Solver:
    """The solver's settings with a gap of the scaled goal's tolerance, and the time that is left."""
    left_s = max(1.0, solver.time_limit_s - elapsed_s)
    return solver.model_copy(update={"gap_usd": TELLING, "gap_share": None, "time_limit_s": left_s})


def _held(goal: Goal, value: float) -> Rows:
    column = np.flatnonzero(goal.weights)
    scale = TELLING / goal.tolerance
    row = RowBuilder(f"held_{goal.name.replace(' ', '_')}", "1", {}, *at_most((value + goal.tolerance) * scale))
    return row.add(0, column, goal.weights[column] * scale).rows()
