"""The points of a frontier, each by two searches.

    c(v) = min cost  s.t.  measure <= v,        then  min measure  s.t.  cost <= c(v), measure <= v

Epsilon-constraint (Haimes, Lasdon and Wismer 1971) with a second search that leaves no point which another plan
dominates. The measure is counted in its steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from optimizer.errors import OptimizerError
from optimizer.program.goals import Goal
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats, RowBuilder, at_most
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.allowed import no_dearer
from optimizer.why.asked import Asked
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

    @property
    def x(self) -> Floats:
        """Its plan [columns]."""
        assert self.outcome.x is not None
        return self.outcome.x

    @property
    def cost_usd(self) -> float:
        assert self.outcome.cost_usd is not None
        return self.outcome.cost_usd


class Cut(OptimizerError):
    """The time for all searches is over, or whoever waits for them has ended them."""

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(str(stopped))
        self.stopped = stopped


@dataclass(frozen=True)
class Searches:
    """Searches at limits on the measure, as long as there is time."""

    asked: Asked
    measure: Measure
    until_s: float
    """On the monotonic clock."""

    def cheapest_at(self, limit: float, below: Point) -> tuple[Point, bool]:
        """The cheapest plan with a measure of at most so many steps, and whether that is proved.

        `below` is a point whose measure is as good or better: it is the answer where no plan is cheaper. Raises `Cut`.
        """
        weights = self.measure.sought
        column = np.flatnonzero(weights)
        row = RowBuilder("measure", "steps", {}, *at_most(limit + 0.1 * SAME)).add(0, column, weights[column]).rows()
        program = self.asked.program.with_rows(row)
        first = self._again(program, below.x, COST_SLACK_USD)
        if (first.cost_usd or 0.0) >= below.cost_usd - COST_SLACK_USD:
            return below, _within(first, 2 * COST_SLACK_USD)
        point = self.best_of_cheapest(program, first)
        return point, point.proved

    def best_of_cheapest(self, program: CountyProgram, first: Outcome) -> Point:
        """Of the plans that cost as little as the one found the one with the best measure. Raises `Cut`."""
        assert first.x is not None  # it starts from a plan of the program
        assert first.cost_usd is not None
        level = no_dearer(program, first.cost_usd).with_objective(self.measure.sought)
        second = self._again(level, first.x, SAME)
        x = first.x if second.x is None else second.x
        cost_usd = program.cost_usd(x)
        bound_usd = None if first.bound_usd is None else min(first.bound_usd, cost_usd)
        proved = _within(first, 2 * COST_SLACK_USD) and _within(second, 2 * SAME)
        outcome = replace(first, x=x, cost_usd=cost_usd, bound_usd=bound_usd)
        return Point(outcome, float(self.measure.sought @ x), proved)

    def _again(self, program: CountyProgram, start: Floats, gap: float) -> Outcome:
        left_s, usual_s = self.until_s - time.monotonic(), self.asked.case.settings.solver.time_limit_s
        if left_s <= 0:
            raise Cut(Stopped.TIME)
        found = self.asked.again(program, start, gap_usd=gap, gap_share=None, time_limit_s=min(left_s, usual_s))
        if found.stopped is Stopped.INTERRUPTED or (found.stopped is Stopped.TIME and left_s < usual_s):
            raise Cut(found.stopped)
        return found

    def least_cost(self) -> Point:
        """The plan of least cost, and of those that cost as little the one with the best measure. Raises `Cut`."""
        first = self._again(self.asked.program, self.asked.x, COST_SLACK_USD)
        return self.best_of_cheapest(self.asked.program, first)


def in_question(asked: Asked, measure: Measure) -> Point:
    """The plan that is asked about: of least cost as far as its own search proved that."""
    return Point(asked.best, float(measure.sought @ asked.x), proved=False)


def best_measure(asked: Asked, measure: Measure) -> tuple[Point, bool]:
    """The best measure that any plan has, at least cost, and whether it is proved that none has a better one.

    After Ctrl-C it is the best that was found, at what that plan costs.
    """
    goal = Goal(measure.name, measure.sought, SAME)
    outcome = asked.again(replace(asked.program, goals=(goal,)), asked.x, gap_usd=COST_SLACK_USD, gap_share=None)
    if outcome.x is None:
        return replace(in_question(asked, measure), outcome=replace(asked.best, stopped=outcome.stopped)), False
    steps, bound = float(measure.sought @ outcome.x), outcome.reached[0].bound
    best = bound is not None and steps + bound <= 2 * SAME
    return Point(outcome, steps, best and _within(outcome, 2 * COST_SLACK_USD)), best


def _within(outcome: Outcome, gap: float) -> bool:
    return outcome.gap_usd is not None and outcome.gap_usd <= gap
