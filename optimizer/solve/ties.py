"""Among plans of equal cost the preferred one: most bought with what is freed, then fewest changes, least risk, ids.

First a plan of equal cost is looked for in which as many services as possible have another option; where none has,
there is no tie. Then one in which others have, until no service has but those that were found: all the rest is the
same in every plan that costs no more. Only then each of the preferences is a search of its own, over so few services.
Reads the clock, to stay within the time limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import highspy
import numpy as np

from optimizer.errors import SolverFailed
from optimizer.program.goals import SCORE, Goal
from optimizer.program.program import Program
from optimizer.program.rows import Flags, Floats
from optimizer.scenario.settings import Solver
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.highs import highs_lp, run_quietly, whole
from optimizer.solve.outcome import Outcome, Stopped

PROVED_TO_USD = 1.0
"""Where a plan is proved less closely, to prove that there is no preferred one takes longer than it took to find."""
ROUNDS = 3
"""Searches for services that may have another option; where more would be needed, all of them are left open."""

Row = tuple[Floats, float]
"""Weights [columns] and what their sum may be at most."""


def break_ties(program: Program, outcome: Outcome, solver: Solver) -> Outcome:
    """The outcome with its plan replaced by the preferred one of equal cost.

    Only a plan that is proved to the dollar is looked at; if time runs out or Ctrl-C comes, the best found so far in
    the stated order is kept.
    """
    if outcome.stopped is not Stopped.PROVED or outcome.gap_usd is None or outcome.gap_usd > PROVED_TO_USD:
        return outcome
    assert outcome.x is not None
    began, x = time.monotonic(), outcome.x
    with suppress(KeyboardInterrupt):
        for better in _preferred(program, outcome, solver, began + _left_s(solver, outcome)):
            x = better
    return _with_plan(program, outcome, x, began)


def spend_freed(program: Program, outcome: Outcome, solver: Solver) -> Outcome:
    """The outcome whose plan stays as it is and does most with what it frees; after Ctrl-C, the outcome as it was."""
    goal = _score(program)
    if goal is None or outcome.x is None or outcome.cost_usd is None:
        return outcome
    began = time.monotonic()
    fixed = program.columns.integer.copy()
    fixed[program.columns.all_of("spends")] = False
    rows, found = [_no_dearer(program, outcome.cost_usd)], None
    with suppress(KeyboardInterrupt):
        in_time = _with_time(solver, _left_s(solver, outcome))
        found = _least(program, _held(program, outcome.x, fixed), goal.weights, rows, None, in_time)
        found = None if found is None else _bought(program, rows, found, in_time)
    return outcome if found is None else _with_plan(program, outcome, found, began)


def _preferred(program: Program, outcome: Outcome, solver: Solver, deadline: float) -> Iterator[Floats]:
    """Plans of equal cost until `deadline` on the monotonic clock, each better in the stated order than the last."""
    assert outcome.x is not None
    assert outcome.cost_usd is not None
    x = outcome.x

    def in_time() -> Solver:
        return _with_time(solver, max(0.0, deadline - time.monotonic()))

    lp, rows = highs_lp(program), [_no_dearer(program, outcome.cost_usd)]
    chosen = np.zeros(len(x), dtype=bool)
    chosen[program.columns.options] = x[program.columns.options] > 0.5
    same = _same(program, lp, rows, x, chosen, in_time)
    if same.sum() == chosen.sum():
        return
    lp.col_lower_ = same.astype(float)
    for goal in program.preferences:
        # over few services from nothing: from a plan of risk 3.805 HiGHS 1.15.1 called that the least, where 3.804 is
        found = _least(program, lp, goal.weights, rows, None if same.any() else x, in_time())
        if found is None:
            return
        x = _bought(program, rows, found, in_time())
        yield x
        rows.append((goal.weights, float(goal.weights @ x) + goal.tolerance))


def _left_s(solver: Solver, outcome: Outcome) -> float:
    """Seconds to the time limit; one at least, for what is mostly quick."""
    return max(1.0, solver.time_limit_s - outcome.elapsed_s)


def _with_plan(program: Program, outcome: Outcome, x: Floats, began: float) -> Outcome:
    assert outcome.cost_usd is not None
    cost_usd = min(outcome.cost_usd, program.cost_usd(x))
    bound_usd = None if outcome.bound_usd is None else min(outcome.bound_usd, cost_usd)
    elapsed_s = outcome.elapsed_s + time.monotonic() - began
    return replace(outcome, x=x, cost_usd=cost_usd, bound_usd=bound_usd, elapsed_s=elapsed_s)


def _no_dearer(program: Program, cost_usd: float) -> Row:
    return program.columns.cost_usd, cost_usd - program.columns.offset_usd + COST_SLACK_USD


def _with_time(solver: Solver, seconds: float) -> Solver:
    """The same settings with another time limit and a full proof asked for."""
    return solver.model_copy(update={"time_limit_s": seconds, "gap_usd": 0.0, "gap_share": None})


def _score(program: Program) -> Goal | None:
    """What is bought with freed money, where that is sought."""
    return next((goal for goal in program.preferences if goal.name == SCORE), None)


def _bought(program: Program, rows: list[Row], x: Floats, solver: Solver) -> Floats:
    """The point that does most with what its integers free.

    Where HiGHS takes for whole what is nearly so, a fund of millions seems to be freed of some cents more, and of two
    plans that free the same one seems to buy more.
    """
    goal = _score(program)
    if goal is None:
        return x
    lp = _held(program, x, program.columns.integer)
    lp.integrality_ = []
    found = _least(program, lp, goal.weights, rows, None, solver)
    return x if found is None else found


def _held(program: Program, x: Floats, fixed: Flags) -> highspy.HighsLp:
    """The program with these columns as they are at a point."""
    lp = highs_lp(program)
    lp.col_lower_, lp.col_upper_ = np.where(fixed, x, 0.0), np.where(fixed, x, program.columns.upper)
    return lp


def _same(
    program: Program, lp: highspy.HighsLp, rows: list[Row], x: Floats, chosen: Flags, in_time: Callable[[], Solver]
) -> Flags:
    """Which of the plan's options [columns] every plan within the rows has, too; none of them where that is not proved.

    Each search is for the plan in which most of them are others: mostly the first finds all, and the second proves it.
    """
    same = chosen.copy()
    for _ in range(ROUNDS):
        found = _least(program, lp, same.astype(float), rows, x, in_time())
        if found is None:
            break
        others = same & (found < 0.5)
        if not others.any():
            return same
        same &= ~others
        if not same.any():
            break
    return np.zeros_like(same)


def _least(
    program: Program,
    lp: highspy.HighsLp,
    weights: Floats,
    rows: list[Row],
    start: Floats | None,
    solver: Solver,
) -> Floats | None:
    """The point of least weight within the rows and the bounds of `lp`; None if it was not proved, or is not whole."""
    lp.col_cost_, lp.offset_ = weights, 0.0
    highs = run_quietly(lp, solver, rows, start)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    with suppress(SolverFailed):
        return whole(program, np.array(highs.getSolution().col_value))
    return None
