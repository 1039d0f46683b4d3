"""The walk along a frontier: from the plan that costs least to the one with the best measure, point by point.

    c(v) = min cost  s.t.  measure <= v,        then  min measure  s.t.  cost <= c(v), measure <= v

Epsilon-constraint (Haimes, Lasdon and Wismer 1971) with a second search that leaves no point which another plan
dominates. The measure is counted in its steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.program.goals import Goal
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats, RowBuilder, at_most
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.outcome import Outcome
from optimizer.why.allowed import no_dearer
from optimizer.why.asked import Asked, OnStep
from optimizer.why.limit_words import amount
from optimizer.why.measures import Measure

SAME = 1e-3
"""Values of a measure this near to each other, in steps, are the same."""


@dataclass(frozen=True)
class Point:
    """A plan of the frontier."""

    outcome: Outcome
    """Holds the plan, at what it costs; its bound: no plan with as good a measure costs less."""
    steps: float
    """The measure, in steps: less is better."""
    proved: bool
    """Whether no plan is better in cost or measure without being worse in the other, to the cent and to `SAME`."""


def walk(asked: Asked, measure: Measure, points: int | None, on_step: OnStep) -> list[Point]:
    """Points from least cost to the best measure, both ends among them; with `points` at most so many."""
    on_step("the plan with the best measure")
    last = _best_measure(asked, measure)
    assert last.outcome.x is not None  # the best plan itself is one
    on_step("the plan of least cost")
    found = [_least_cost(asked, measure, asked.program, asked.x)]
    for limit in _limits(found, last, points):
        on_step(f"least cost at {_amount(measure, limit)}")
        point = _least_cost(asked, measure, _held_to(asked.program, measure, limit), last.outcome.x)
        if point.steps <= last.steps + SAME:
            break
        found.append(point)
    return found if found[-1].steps <= last.steps + SAME else [*found, last]


def _limits(found: list[Point], last: Point, points: int | None) -> Iterator[float]:
    """The next limit on the measure, from what was `found` before it."""
    if points is None:
        while (limit := found[-1].steps - 1.0) > last.steps + SAME:
            yield limit
        return
    for limit in np.linspace(found[0].steps, last.steps, points)[1:-1].tolist():
        if limit < found[-1].steps - SAME:
            yield limit


def _least_cost(asked: Asked, measure: Measure, program: CountyProgram, start: Floats) -> Point:
    """The cheapest plan of the program, and of those that cost as little the one with the best measure."""
    first = asked.again(program, start, gap_usd=COST_SLACK_USD, gap_share=None)
    assert first.x is not None  # it starts from a plan of the program
    assert first.cost_usd is not None
    level = no_dearer(program, first.cost_usd).with_objective(measure.sought)
    second = asked.again(level, first.x, gap_usd=SAME, gap_share=None)
    x = first.x if second.x is None else second.x
    cost_usd = program.cost_usd(x)
    outcome = replace(first, x=x, cost_usd=cost_usd, bound_usd=_at_most(first.bound_usd, cost_usd))
    proved = _within(first, 2 * COST_SLACK_USD) and _within(second, 2 * SAME)
    return Point(outcome, float(measure.sought @ x), proved)


def _best_measure(asked: Asked, measure: Measure) -> Point:
    """The best measure that any plan has, at least cost."""
    goal = Goal(measure.name, measure.sought, SAME)
    outcome = asked.again(replace(asked.program, goals=(goal,)), asked.x, gap_usd=COST_SLACK_USD, gap_share=None)
    assert outcome.x is not None  # it starts from a plan
    steps, bound = float(measure.sought @ outcome.x), outcome.reached[0].bound
    proved = bound is not None and steps + bound <= 2 * SAME and _within(outcome, 2 * COST_SLACK_USD)
    return Point(outcome, steps, proved)


def _held_to(program: CountyProgram, measure: Measure, limit: float) -> CountyProgram:
    """The program of the plans with a measure of at most so many steps."""
    weights = measure.sought
    column = np.flatnonzero(weights)
    row = RowBuilder("measure", "steps", {}, *at_most(limit + 0.1 * SAME))
    return program.with_rows(row.add(0, column, weights[column]).rows())


def _within(outcome: Outcome, gap: float) -> bool:
    return outcome.gap_usd is not None and outcome.gap_usd <= gap


def _at_most(bound: float | None, most: float) -> float | None:
    return None if bound is None else min(bound, most)


def _amount(measure: Measure, steps: float) -> str:
    return amount(steps * measure.step * (1.0 if measure.less_is_better else -1.0), measure.unit)
