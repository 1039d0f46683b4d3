"""The least cost as one limit goes from loose to tight: flat pieces that are proved, and steps between them.

With c(v) the least cost where the limit is v, and tighter never cheaper, a plan found at v that uses only u of the
limit is lawful at every value between, so that

    bound(v) <= c(v) <= c(w) <= c(u) <= cost found at v          every w from v to u

One search settles the whole piece; the next one is at the first value asked for that is tighter than u.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isnan, nan

import numpy as np
import pandas as pd

from optimizer.counts import count_of
from optimizer.county.findings import nearest
from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.interrupts import ended_together
from optimizer.plan.plan import Plan, evaluate, plan_of
from optimizer.plan.selection import choices_of
from optimizer.plan.told import Told
from optimizer.program.program import CountyProgram
from optimizer.report.words import exact_usd
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.dial import Dial, turned
from optimizer.why.dials import dials_of
from optimizer.why.limit_screen import refuse_other_aims, search_turned, without
from optimizer.why.limit_words import amount, loosely

POINTS = 20
"""Steps from the loosest value to the tightest, where nothing else is asked for."""


COLUMNS = [
    *("from_limit", "to_limit", "used", "usd_per_year", "least_usd_per_year", "most_usd_per_year"),
    *("moved_services", "status"),
]


NONE = Outcome(Stopped.INFEASIBLE, None, None, None, "", 0.0)
"""Where a limit leaves a lock no option to keep, so that nothing is searched."""


@dataclass(frozen=True)
class LimitCurve:
    """The least cost against one limit."""

    dial: Dial
    """The limit, as it is now."""
    pieces: pd.DataFrame
    """A row per search, from loose to tight: between from_limit and to_limit [unit of the dial] the cost is the same;
    used [unit of the dial]; usd_per_year as found, least_usd_per_year, most_usd_per_year (NaN: no plan is held);
    moved_services; status. Between a row's to_limit and the next one's from_limit the cost is between theirs."""

    def told(self) -> Told:
        dial = self.dial
        first, last = self.pieces.iloc[0], self.pieces.iloc[-1]
        ends = f"from {self._amount(first['from_limit'])} to {self._amount(last['to_limit'])}"
        lines = [
            f"{dial.text}, now {self._amount(dial.value)}: {ends}, "
            f"settled by {count_of(len(self.pieces), 'search', 'searches')}."
        ]
        found = self.pieces[self.pieces["usd_per_year"].notna()]
        if len(found):
            lines += [*self._flat(found), *self._rise(found)]
        if last["status"] == str(Stopped.INFEASIBLE):
            tighter = "at a higher one" if dial.at_least else "at a lower one"
            lines.append(f"At {self._amount(last['from_limit'])} or {tighter} no plan exists.")
        lines += self._early()
        table = self.pieces.assign(
            **{
                name: [self._amount(value) for value in self.pieces[name]]
                for name in ("from_limit", "to_limit", "used")
            }
        )
        return Told(tuple(lines), {"The least cost against the limit": table})

    def _amount(self, value: float) -> str:
        return amount(value, self.dial.unit)

    def _flat(self, found: pd.DataFrame) -> list[str]:
        """Of the loosest piece; a looser limit than was asked about may still save."""
        first = found.iloc[0]
        if first["to_limit"] == first["from_limit"]:
            return []
        low, high = (self._amount(end) for end in sorted((first["from_limit"], first["to_limit"])))
        best = "the best plan" if first["status"] == str(Stopped.PROVED) else "the best plan found"
        return [f"From {low} to {high} it changes nothing: {best} costs {exact_usd(first['usd_per_year'])} a year."]

    def _early(self) -> list[str]:
        early = int((~self.pieces["status"].isin([str(Stopped.PROVED), str(Stopped.INFEASIBLE)])).sum())
        told = f"{count_of(early, 'search', 'searches')} stopped early: what is told is as found"
        return [f"{told}; the table has the least that the best plan may cost there."] if early else []

    def _rise(self, found: pd.DataFrame) -> list[str]:
        first, last = found.iloc[0], found.iloc[-1]
        more = exact_usd(last["usd_per_year"] - first["usd_per_year"])
        many = int(last["moved_services"])
        moved = f"{count_of(many, 'service')} {'moves' if many == 1 else 'move'}"
        moved += f" instead of {int(first['moved_services'])}"
        if len(found) == 1:
            return []
        return [f"At {self._amount(last['to_limit'])} it costs {more} a year more than at the loosest, and {moved}."]


@ended_together()
def limit_curve(
    asked: Asked,
    limit: Dial | str,
    low: float | None = None,
    high: float | None = None,
    points: int = POINTS,
    on_step: OnStep = silent,
) -> LimitCurve:
    """The least cost with one limit (a dial or its path) from `low` to `high` [unit of the dial], the others as they
    are.

    Without these from the lowest value that it can have, or 0, to the highest, or twice what it is now, or, where that
    is 0, to what the best plan without it uses. It is looked at in `points` + 1 values, evenly apart, of which those
    that a flat piece settles are not searched; a limit that counts is looked at in whole numbers.
    Raises `Refused` for what is no limit of the case, for values that the limit cannot have, and where something else
    than cost is sought first.
    """
    refuse_other_aims(asked.case)
    dial = limit if isinstance(limit, Dial) else dial_at(asked.program, limit)
    left = _values(asked, dial, low, high, points)
    rows, least, best, choices = [], -inf, asked.plan, choices_of(asked.program, asked.x)
    while left:
        value, tightest = left[0], left[-1]
        on_step(f"{dial.text}: {amount(value, dial.unit)}")
        program, outcome = search_turned(asked, dial, value, choices) or (asked.program, NONE)
        bound = -inf if outcome.bound_usd is None else best.per_year(outcome.bound_usd)
        least = bound if dial.closes_options else max(least, bound)
        reach, row = _piece(asked, replace(dial, value=value), program, outcome, tightest)
        rows.append({"from_limit": value, "to_limit": reach, **row, "least_usd_per_year": least})
        left = [later for later in left[1:] if _is_tighter(dial, later, reach)]
        if outcome.x is not None:
            choices = choices_of(program, outcome.x)
    pieces = pd.DataFrame(rows, columns=COLUMNS)
    pieces["least_usd_per_year"] = np.fmin(pieces["least_usd_per_year"], pieces["usd_per_year"].astype(np.float64))
    pieces.loc[pieces["status"] == str(Stopped.INFEASIBLE), "least_usd_per_year"] = nan
    return LimitCurve(dial, pieces)


def dial_at(program: CountyProgram, path: str) -> Dial:
    """The limit at a path. Raises `Refused` if the case has no such limit."""
    dials = {dial.path: dial for dial in dials_of(program)}
    if path not in dials:
        near = nearest(path, dials)
        fix = f"Did you mean {near}?" if near else "Ask what limits cost: that lists them all with their paths."
        raise Refused([Finding("LIMIT", repr(path), "the path of a limit that has a value", fix)])
    return dials[path]


def _values(asked: Asked, dial: Dial, low: float | None, high: float | None, points: int) -> list[float]:
    """The values to look at, from loose to tight."""
    first = max(0.0, dial.lowest) if low is None else low
    last = _usual_end(asked, dial) if high is None else high
    findings = []
    if not first < last:
        fix = "Name the lowest and the highest value of the limit."
        findings.append(Finding(dial.path, f"{first:g} to {last:g}", "a range that begins below its end", fix))
    if points < 1:
        findings.append(Finding(dial.path, f"{points} points", "at least 1", "Ask for more points."))
    raise_if_any(findings)
    for end in (first, last):
        turned(asked.case, dial, end)
    values = np.linspace(first, last, points + 1)
    values = np.unique(np.round(values) if dial.whole else np.round(values, 9))
    return [float(value) for value in (values if dial.at_least else values[::-1])]


def _usual_end(asked: Asked, dial: Dial) -> float:
    """Its highest value; without one twice what it is now, and of a limit of 0 what the best plan without it uses."""
    if dial.highest < inf or dial.value or not dial.rows:
        return dial.highest if dial.highest < inf else 2.0 * dial.value
    needed = enough(asked, dial, asked.again(without(asked.program, [dial]), asked.x))
    return 0.0 if isnan(needed) else needed


def enough(asked: Asked, dial: Dial, outcome: Outcome) -> float:
    """The tightest value of a limit at which the plan found without it is lawful; NaN where no row holds the limit."""
    if not dial.rows or outcome.x is None:
        return nan
    used = used_of(evaluate(asked.case, choices_of(asked.program, outcome.x), asked.program.options), dial)
    return nan if used is None else loosely(used, dial.unit, at_least=dial.at_least)


def _piece(
    asked: Asked, dial: Dial, program: CountyProgram, outcome: Outcome, tightest: float
) -> tuple[float, dict[str, object]]:
    """To where the search at the dial's value settles the cost, at most to `tightest`, and what it found."""
    if outcome.x is None or outcome.cost_usd is None:
        settled = outcome.stopped is Stopped.INFEASIBLE and not dial.closes_options
        return tightest if settled else dial.value, {"status": str(outcome.stopped)}
    plan = plan_of(program, outcome)
    used, cost = used_of(plan, dial), plan.cost_usd_per_year
    used_up = None if used is None else loosely(used, dial.unit, at_least=dial.at_least)
    reach = tightest if used_up is None or _is_tighter(dial, used_up, tightest) else used_up
    reach = dial.value if dial.closes_options else reach
    return dial.value if _is_tighter(dial, dial.value, reach) else reach, {
        "used": nan if used is None else used,
        "usd_per_year": cost,
        "most_usd_per_year": cost,
        "moved_services": int(plan.decisions["moved"].sum()),
        "status": str(outcome.stopped),
    }


def used_of(plan: Plan, dial: Dial) -> float | None:
    """The tightest value of a limit under which a plan made at the dial's value stays lawful [its unit]; None: any.

    A minimum volume or a member limit says nothing where there is no agreement, or the pool stays closed.
    """
    limits = plan.limits
    own = limits[(limits["rule"] == dial.rule) & limits["subject"].isin(dial.subjects)]
    if own.empty:
        return None
    used, unit = own["used"].to_numpy(), str(own["unit"].iloc[0])
    if unit != dial.unit:
        # told in weights, services or dollars: the share of them all
        limit = own["limit"].to_numpy()
        whole = np.full(len(own), dial.per_unit) if dial.per_unit is not None else limit / (dial.value or 1.0)
        used = np.divide(used, whole, out=np.zeros(len(own)), where=whole > 0)
    return float(used.min() if dial.at_least else used.max())


def _is_tighter(dial: Dial, one: float, other: float) -> bool:
    return one > other if dial.at_least else one < other
