"""The plan of a program that differs most from all plans before it, and the cheapest of those.

    max d    s.t.  d <= sum_i w_i differs_ik(x)     [basis points of the budget]     every plan k before it

w_i is the service's part of today's gross budget (every service the same where there is no budget). Diverse plans by
the distance to the nearest: Danna and Woodruff 2009, "How to select a small set of diverse solutions to mixed integer
programming problems", Operations Research Letters 37.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.program.columns import Columns, block
from optimizer.program.goals import Goal
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats, RowBuilder, at_most
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked, OnStep
from optimizer.why.decided import budget_shares
from optimizer.why.ways import Differing, differing_from

BASIS_POINTS = 1e4
"""Distances are searched in these: shares of the budget are too small for a solver's tolerances."""
SAME_SHARE = 1e-4
"""Of the budget: plans that differ by less count as the same."""
NEAR_SHARE = 3e-4
"""Of the budget: so near to the most is a distance searched."""
SEARCH_S = 20.0
"""Seconds that one search may take; what it leaves open is told."""


@dataclass(frozen=True)
class Apart:
    """A plan and how far it is from those before it."""

    outcome: Outcome
    """At the least cost of those that differ as much."""
    shares: tuple[float, ...]
    """Of today's gross budget: what it decides differently from each plan before it."""
    most_share: float
    """No plan of the program is farther from the nearest of those before it."""


def most_different(
    asked: Asked, program: CountyProgram, count: int, on_step: OnStep
) -> tuple[list[Apart], float | None]:
    """Up to `count` plans of the program (the case's own with further rows), one after the other.

    Where they are fewer also how far a further one could be from the nearest of them [share of the budget].
    """
    before, found, weights = [differing_from(asked.program, asked.x)], list[Apart](), budget_shares(asked.case)
    start = np.append(asked.x, 0.0)
    for number in range(2, count + 2):
        on_step(f"plan {number}: the most different within the cost")
        limit_s = min(SEARCH_S, asked.case.settings.solver.time_limit_s)
        outcome = asked.again(_with_distance(program, before, weights), start, time_limit_s=limit_s)
        if outcome.x is None:
            return found, _most(outcome)
        shares = tuple(float(weights @ differing.of(outcome.x)) for differing in before)
        if min(shares) < SAME_SHARE:
            return found, _most(outcome)
        found.append(Apart(outcome, shares, _most(outcome)))
        before.append(differing_from(asked.program, outcome.x))
        start = outcome.x
    return found, None


def _with_distance(program: CountyProgram, before: Sequence[Differing], weights: Floats) -> CountyProgram:
    """The program with the distance to the nearest plan as its last column, sought before least cost."""
    first = len(program.columns)
    last = replace(block("distance", {}, np.zeros(1), BASIS_POINTS, integer=False), first=first)
    columns = Columns((*program.columns.blocks, last), program.columns.offset_usd)
    whole = np.full(len(before), BASIS_POINTS * weights.sum())
    rows = RowBuilder("distance", "basis point", {"plan": np.arange(len(before))}, *at_most(whole))
    rows.add(np.arange(len(before)), first, 1.0)
    for number, differing in enumerate(before):
        nearer = differing.summed(BASIS_POINTS * weights)
        column = np.flatnonzero(nearer)
        rows.add(number, column, -nearer[column])
    sought = np.zeros(len(columns))
    sought[first] = -1.0
    goal = Goal("distance", sought, BASIS_POINTS * NEAR_SHARE)
    return replace(program.with_rows(rows.rows()), columns=columns, goals=(goal,))


def _most(outcome: Outcome) -> float:
    """The most that the search left possible [share of the budget]."""
    bound = outcome.reached[0].bound if outcome.reached else None
    return 1.0 if bound is None else min(1.0, max(0.0, bound / BASIS_POINTS))
