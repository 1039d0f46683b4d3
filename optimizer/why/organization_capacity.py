"""What an organization's capacities keep it from: what the best plan would give it without them, what each of them
costs, and the least capacity at which it would be in the plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimizer.options.candidates import uses_of
from optimizer.plan.plan import Plan, evaluate
from optimizer.plan.selection import choices_of
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked, Difference
from optimizer.why.dial import Cell, Dial, turned
from optimizer.why.dials import dials_of
from optimizer.why.limit_curve import used_of
from optimizer.why.limit_screen import without
from optimizer.why.price_terms import Own
from optimizer.why.turning import Grid, turning_point
from optimizer.why.with_without import GAP_USD, Compared

STEPS = {"USD/year": 100.0, "USD": 100.0, "FTE": 0.1}
"""A least capacity is bracketed to this; to 1 in other units."""

COLUMNS = [
    "limit", "capacity", "unit", "used_in_plan", "used_without_limits",
    "saves_usd_per_year", "saves_least_usd_per_year", "saves_most_usd_per_year", "in_the_plan_from",
]  # fmt: skip


@dataclass(frozen=True)
class CapacityAnswer:
    """What an organization's capacities keep it from."""

    limits: pd.DataFrame
    """A row per capacity that counts: limit, capacity now, its unit, used in the plan and in the best plan without any
    of them (a plan that costs least need not be the only one); what dropping this one alone saves, as found, and least
    and most; in_the_plan_from: the least capacity asked about at which an organization that is not in the plan is
    proved to be (NaN: it is in the plan, or none was proved)."""
    saved: Difference
    """What dropping all of them at once saves."""
    services: pd.DataFrame
    """What it delivers in the best plan without any of them and not in the plan: service_id, name, decision,
    gross_usd_per_year."""


def capacity_answer(asked: Asked, org_id: str, own: Own) -> CapacityAnswer:
    """What the capacities of an organization, whose offers are `own`, keep it from."""
    dials = [dial for dial in dials_of(asked.program) if dial.rule == "capacity" and dial.rows and _of(dial, org_id)]
    all_dropped = _dropped(asked, dials)
    saved = _saved(asked, all_dropped)
    plan, then = asked.plan, asked.plan
    if all_dropped.x is not None and saved.usd_per_year > 0:
        then = evaluate(asked.case, choices_of(asked.program, all_dropped.x), asked.program.options)
    enters = not _delivered(plan, org_id) and bool(_delivered(then, org_id))
    rows = [_row(asked, dial, plan, then, _least(asked, dial, own) if enters else math.nan) for dial in dials]
    new = then.decisions[then.decisions["service_id"].isin(_delivered(then, org_id) - _delivered(plan, org_id))]
    services = new[["service_id", "name", "decision", "gross_usd_per_year"]].reset_index(drop=True)
    return CapacityAnswer(pd.DataFrame(rows, columns=COLUMNS), saved, services)


def _of(dial: Dial, org_id: str) -> bool:
    return isinstance(dial.place, Cell) and dial.place.key[0] == org_id


def _delivered(plan: Plan, org_id: str) -> set[str]:
    return set(plan.decisions.loc[plan.decisions["org_id"] == org_id, "service_id"])


def _dropped(asked: Asked, dials: list[Dial]) -> Outcome:
    if not dials:
        return asked.best
    return asked.again(without(asked.program, dials), asked.x, gap_usd=GAP_USD, gap_share=None)


def _saved(asked: Asked, outcome: Outcome) -> Difference:
    """What the plan of a looser program costs less; the best plan itself is one of its plans."""
    if outcome is asked.best:
        return Difference(0.0, 0.0, 0.0)
    dearer = asked.dearer(outcome)
    if dearer is None:
        return Difference(0.0, 0.0, math.inf)
    most = math.inf if outcome.bound_usd is None else max(0.0, -dearer.least_usd_per_year)
    least = 0.0 if asked.best.bound_usd is None else max(0.0, -dearer.most_usd_per_year)
    return Difference(max(0.0, -dearer.usd_per_year), least, most)


def _row(asked: Asked, dial: Dial, plan: Plan, then: Plan, least: float) -> tuple[Any, ...]:
    saved = _saved(asked, _dropped(asked, [dial]))
    used = [used_of(one, dial) or 0.0 for one in (plan, then)]
    amounts = (saved.usd_per_year, saved.least_usd_per_year, saved.most_usd_per_year)
    return (dial.text, dial.value, dial.unit, *used, *amounts, least)


def _least(asked: Asked, dial: Dial, own: Own) -> float:
    """The least value of one capacity with which it is in the plan, the others as they are; NaN: none was proved."""
    step = STEPS.get(dial.unit, 1.0)
    assert isinstance(dial.place, Cell)
    most = max(dial.value, _all_work(asked.case, str(dial.place.key[1]), own)) + step
    grid = Grid(-math.ceil(most / step) * step, -dial.value, -dial.value, step)

    def case_at(number: float) -> Case:
        return turned(asked.case, dial, round(-number, 9))

    compared = Compared(asked, own, case_at, grid.now)
    found = turning_point(compared.stands, lambda _: None, grid)
    return math.nan if found.yes_at is None else -found.yes_at


def _all_work(case: Case, resource: str, own: Own) -> float:
    """What all of its offers together would use of a resource."""
    use = uses_of(case.county, np.full(len(case.county.offers), resource, dtype=object))
    return float(use[own.codes].sum())
