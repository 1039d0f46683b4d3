"""Least cost against one other measure: plans that nothing beats in one of the two without losing in the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ended_together
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.told import Told
from optimizer.report.words import exact_usd
from optimizer.solve.outcome import Stopped
from optimizer.why.allowed import held, refuse_where_cost_is_not_alone
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.frontier_points import Point
from optimizer.why.frontier_walk import walk
from optimizer.why.limit_words import amount
from optimizer.why.measures import Measure, measure_of
from optimizer.why.others import agreements_of


@dataclass(frozen=True)
class Frontier:
    """Non-dominated plans, from the one that costs least to the one with the best measure.

    Where Ctrl-C came before both of these were found: the plan in question, and a plan with a better measure, if one
    was found by then.
    """

    measure: Measure
    points: pd.DataFrame
    """A row per plan: the measure's column, usd_per_year (as found), least_usd_per_year (no plan with as good a measure
    costs less), dearer_usd_per_year (than the first), usd_per_year_per_* (what the step from the row before costs per
    unit), the number of services by decision, agreements, proved."""
    found: tuple[Plan, ...]
    """The plan of every row; each is verified."""
    best: bool
    """Whether it is proved that no plan has a better measure than the last row."""
    open_share: float
    """Part of the range of the measure, between the first row and the last, in which further non-dominated plans may
    lie, a step of the measure or more from those of the rows; 0: there are none."""
    stopped: Stopped | None
    """Why the searches ended before all that was asked for was searched; None: they did not."""

    def told(self) -> Told:
        measure, first, last = self.measure, self.points.iloc[0], self.points.iloc[-1]
        title = f"Least cost against: {measure.text[0].lower()}{measure.text[1:]}"
        ends = [self._amount(end[measure.column]) for end in (first, last)]
        if len(self.points) == 1:
            line = f"{measure.text}: the plan of least cost has {ends[0]}, and {self._nothing_better()}."
            return Told((line,), {title: self.points})
        more = exact_usd(last["usd_per_year"] - first["usd_per_year"])
        best = f"the best that is possible is {ends[1]}, for {more} a year more."
        if not self.best:
            best = f"the best that was found is {ends[1]}, for {more} a year more; whether a better one exists is open."
        lines = [
            f"{measure.text}: {ends[0]} at least cost ({exact_usd(first['usd_per_year'])} a year); {best}",
            self._extent(),
            *self._prices(),
        ]
        if measure.unit != "share":
            return Told(tuple(lines), {title: self.points})
        shares = [self._amount(value) for value in self.points[measure.column]]
        return Told(tuple(lines), {title: self.points.assign(**{measure.column: shares})})

    def _amount(self, value: float) -> str:
        return amount(value, self.measure.unit)

    def _nothing_better(self) -> str:
        """What is known of a better value than that of the only plan."""
        if self.best:
            return "no plan has a better value"
        how = "was interrupted" if self.stopped is Stopped.INTERRUPTED else "reached its time limit"
        return f"the search for a better value {how} before it had found one or proved that there is none"

    def _extent(self) -> str:
        count, lose = int(self.points["proved"].sum()), "in one of the two without losing in the other"
        if count == len(self.points):
            return f"{count} plans, proved, none of which can be beaten {lose}; {self._others()}."
        proved = {0: "none is", 1: "1 is"}.get(count, f"{count} are")
        return (
            f"{len(self.points)} plans, of which {proved} proved to be such that no plan beats it {lose}; "
            f"{self._others()}."
        )

    def _others(self) -> str:
        """What is known of plans beside those of the rows."""
        between = "" if self.best else " between them"
        if self.open_share <= 0 and self.measure.counts:
            return f"there are no others{between}"
        if self.open_share <= 0:
            return f"any other{between} is less than {self._amount(self.measure.step)} better than one of these"
        if self.stopped is None:
            return f"there may be others between them{self._worth()}"
        ended = "the search was interrupted"
        if self.stopped is Stopped.TIME:
            ended = "the time limit ended the search (--time-limit gives it more)"
        ends = [self._amount(end) for end in self.points[self.measure.column].iloc[[0, -1]]]
        return (
            f"{ended}, so that there may be others in {self.open_share:.0%} of the range from {ends[0]} to {ends[1]}, "
            f"where nothing was searched or proved{self._worth()}"
        )

    def _worth(self) -> str:
        """What a plan that is not among the rows could save at the most; nothing where no bound tells it."""
        usd, least = self.points["usd_per_year"], self.points["least_usd_per_year"]
        most = float(np.max(usd.to_numpy()[1:] - least.to_numpy()[:-1]))
        if not most < inf:
            return ""
        return f"; none costs over {exact_usd(most)} a year less than the one of these that is as good in it"

    def _prices(self) -> list[str]:
        values, prices = self.points[self.measure.column], self.points[self.measure.priced.column]
        more = self.points["usd_per_year"].diff()
        steps = {"The first step": 1, "The last step": len(values) - 1}
        return [
            f"{name}, from {self._amount(values[row - 1])} to {self._amount(values[row])}, costs "
            f"{exact_usd(more[row])} a year: {exact_usd(prices[row])} for each {self.measure.priced.words}."
            for name, row in list(steps.items())[: len(values) - 1]
        ]


@ended_together()
def frontier(
    asked: Asked,
    against: str,
    points: int | None = None,
    on_step: OnStep = silent,
    time_limit_s: float = inf,
) -> Frontier:
    """Least cost against coverage, displaced_fte, agreements, moves, private_share or risk.

    Non-dominated plans each of which is a step of the measure or more from the one before it: all of them, or at most
    `points`, with limits on the measure that are evenly spread, both ends among them. What is between the ends is
    searched as long as the time limit allows. Ctrl-C ends all searches with what they have found.
    Raises `Refused` for another measure, for fewer than 2 points, where there is nothing to measure, and where
    something else than cost is sought.
    """
    refuse_where_cost_is_not_alone(asked.case)
    if points is not None and points < 2:
        raise Refused([Finding("points", str(points), "2 or more: both ends", "Ask for more points.")])
    measure = measure_of(asked.program, against)
    walked = walk(asked, measure, points, on_step, time_limit_s)
    plans = []
    for number, point in enumerate(walked.points, start=1):
        on_step(f"verifying plan {number} of {len(walked.points)}")
        plans.append(plan_of(asked.program, held(asked, point.outcome)))
    table = _table(asked, measure, walked.points, plans)
    return Frontier(measure, table, tuple(plans), walked.best, walked.open_share, walked.stopped)


def _table(asked: Asked, measure: Measure, found: Sequence[Point], plans: Sequence[Plan]) -> pd.DataFrame:
    values = pd.Series([round(measure.of(point.x), 9) for point in found])
    usd = pd.Series([plan.cost_usd_per_year for plan in plans])
    bounds = [
        nan if point.outcome.bound_usd is None else plan.per_year(point.outcome.bound_usd)
        for point, plan in zip(found, plans, strict=True)
    ]
    table = pd.DataFrame(
        {
            measure.column: values,
            "usd_per_year": usd,
            "least_usd_per_year": np.minimum(np.fmax.accumulate(bounds), usd),
            "dearer_usd_per_year": usd - usd.iloc[0],
            measure.priced.column: usd.diff() / values.diff().abs() * measure.priced.size,
        }
    )
    counts = pd.DataFrame([plan.decisions["decision"].value_counts() for plan in plans]).fillna(0).astype(int)
    used = [str(decision) for decision in Decision if str(decision) in counts]
    table = table.join(counts[used].reset_index(drop=True))
    return table.assign(agreements=[agreements_of(plan) for plan in plans], proved=[point.proved for point in found])
