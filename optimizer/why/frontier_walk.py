"""The walk along a frontier, between the plan that costs least and the one with the best measure.

The point found at a limit v on the measure, with measure u, answers every limit from v down to u; one that is sought
where a gap is left unanswered either lies in the gap, or closes it. With all points the widest gap comes first, so that
a walk that is stopped has points all along the frontier. Every search starts from the plan at the tight end of its gap,
which is the better a start the narrower the gap is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from optimizer.solve.outcome import Stopped
from optimizer.why.asked import Asked, OnStep
from optimizer.why.ends import note
from optimizer.why.frontier_points import SAME, Cut, Point, Searches, best_measure, in_question
from optimizer.why.limit_words import amount
from optimizer.why.measures import Measure

COARSE = 32
"""A gap of more than this part of the whole range is halved, a smaller one searched from its loose end."""


@dataclass(frozen=True)
class Walked:
    """What a walk found."""

    points: tuple[Point, ...]
    """From least cost to the best measure, both ends among them; where Ctrl-C came before these were found, the plan in
    question, and the one with the best measure that was found by then if it is better."""
    best: bool
    """Whether it is proved that no plan has a better measure than the last point."""
    open_share: float
    """Part of the range between the ends in which it is not known whether further points lie, a step or more from those
    found: no search was made, or none that proved it."""
    stopped: Stopped | None
    """Why it ended before it had searched all that was asked for; None: it did not."""


class _Gaps:
    """Points in their order, and up to which limit each gap below a point is answered from its tight end."""

    def __init__(self, first: Point, last: Point) -> None:
        self.points, self.answered = [first, last], [last.steps + SAME]
        self.range, self.unproved = first.steps - last.steps, 0.0

    def width(self, gap: int) -> float:
        """Of the limits in the gap that are a step from the point above it and not answered."""
        width = self.points[gap].steps - 1.0 - self.answered[gap]
        return width if width > SAME else 0.0

    @property
    def open_share(self) -> float:
        return min(1.0, (sum(map(self.width, range(len(self.answered)))) + self.unproved) / self.range)

    def widest(self) -> int:
        return max(range(len(self.answered)), key=self.width)

    def put(self, gap: int, limit: float, found: Point, *, sure: bool) -> None:
        """The answer at a limit in a gap."""
        below, answered = self.points[gap + 1], self.answered[gap]
        self.answered[gap] = limit
        if found.steps > below.steps + SAME:
            self.points.insert(gap + 1, found)
            self.answered.insert(gap + 1, answered)
        elif found.cost_usd < below.cost_usd:  # the point below was not proved to be the cheapest
            self.points[gap + 1] = found
        self.unproved += 0.0 if sure else limit - answered


def walk(asked: Asked, measure: Measure, points: int | None, on_step: OnStep, time_limit_s: float = inf) -> Walked:
    """Points from least cost to the best measure, both ends among them; with `points` at most so many.

    The ends are searched for in any case, what is between them as long as the time limit allows, all of it until
    Ctrl-C.
    """
    searches = Searches(asked, measure, time.monotonic() + time_limit_s)
    first, last, best, stopped = _ends(asked, measure, on_step)
    gaps = _Gaps(first, last) if first.steps > last.steps + SAME else None
    if gaps is not None and stopped is None:
        stopped = _between(gaps, searches, points, on_step)
    if stopped is not None:
        note(stopped)
    if gaps is None:
        return Walked((first,), best, 0.0, stopped)
    return Walked(tuple(gaps.points), best, gaps.open_share, stopped)


def _ends(asked: Asked, measure: Measure, on_step: OnStep) -> tuple[Point, Point, bool, Stopped | None]:
    """The point of least cost and the one with the best measure, whether that is proved the best, and whether Ctrl-C
    ended the search for them: then the plan in question stands for what was not found.
    """
    first = last = in_question(asked, measure)
    best = False
    try:
        on_step("the plan with the best measure")
        last, best = best_measure(asked, measure)
        if last.outcome.stopped is Stopped.INTERRUPTED:
            return first, last, best, Stopped.INTERRUPTED
        on_step("the plan of least cost")
        return Searches(asked, measure, inf).least_cost(), last, best, None
    except (Cut, KeyboardInterrupt):
        return first, last, best, Stopped.INTERRUPTED


def _between(gaps: _Gaps, searches: Searches, points: int | None, on_step: OnStep) -> Stopped | None:
    """Put what is found between the ends in its place; why that ended early, if it did."""
    try:
        for gap, limit in _all_limits(gaps) if points is None else _spread(gaps, points):
            on_step(_progress(gaps, searches.measure, limit))
            found, sure = searches.cheapest_at(limit, gaps.points[gap + 1])
            gaps.put(gap, limit, found, sure=sure)
    except Cut as cut:
        return cut.stopped
    except KeyboardInterrupt:  # between two searches
        return Stopped.INTERRUPTED
    return None


def _all_limits(gaps: _Gaps) -> Iterator[tuple[int, float]]:
    """The next gap and limit in it, until none is open."""
    coarse = max(1.0, gaps.range / COARSE)
    while (width := gaps.width(gap := gaps.widest())) > 0.0:
        yield gap, gaps.answered[gap] + (width if width <= coarse else width / 2)


def _spread(gaps: _Gaps, points: int) -> Iterator[tuple[int, float]]:
    """Evenly spread limits from the tight end, those left out that an answer before them settles."""
    first, last = gaps.points[0].steps, gaps.points[-1].steps
    for limit in np.linspace(last, first, points)[1:-1].tolist():
        gap = next(gap for gap, point in enumerate(gaps.points[1:]) if point.steps < limit)
        if gaps.answered[gap] < limit < gaps.points[gap].steps - SAME:
            yield gap, limit


def _progress(gaps: _Gaps, measure: Measure, limit: float) -> str:
    value = amount(limit * measure.step * (1.0 if measure.less_is_better else -1.0), measure.unit)
    return f"{len(gaps.points)} plans, {1.0 - gaps.open_share:.0%} searched: least cost at {value}"
