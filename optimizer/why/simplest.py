"""The simplest plan within an allowed cost: fewest services moved, then fewest agreements, or the other way round.

    min moves, then min agreements, then min cost     s.t.  cost <= cost of the best plan + a x allowed     [USD]

What being as simple costs is an interval, as is every cost that a search finds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, nan

import pandas as pd

from optimizer.counts import count_of
from optimizer.county.findings import nearest
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ended_together
from optimizer.plan.compare import one_time_usd
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.selection import choices_of
from optimizer.plan.told import Told
from optimizer.program.goals import Goal
from optimizer.report.words import exact_usd
from optimizer.solve.outcome import Outcome
from optimizer.why.allowed import allowed_usd_per_year, held, within
from optimizer.why.asked import Asked, Difference, OnStep, more_of, silent
from optimizer.why.decided import changed
from optimizer.why.limit_words import spread
from optimizer.why.measures import measure_of
from optimizer.why.others import agreements_of

ORDERS = {"moves": ("moved_services", "agreements"), "agreements": ("agreements", "moved_services")}
"""What is made fewest first, and what second."""
BEST, SIMPLEST, FEWEST = "best plan", "simplest plan", "no fewer is possible than"


@dataclass(frozen=True)
class SimplestPlan:
    """The plan with fewest moves or agreements within an allowed cost, and what it gives up."""

    allowed_usd_per_year: float
    """What it may cost more than the best plan."""
    by: str
    """moves or agreements: which of the two is made fewest first."""
    plan: Plan
    """The cheapest of the simplest plans; it is verified."""
    dearer: Difference
    """What being as simple costs more than the best plan."""
    plans: pd.DataFrame
    """A row for the best plan, one for the simplest, and one for what is proved that no plan within the cost goes
    below (NaN: nothing): plan, moved_services, agreements, usd_per_year, saving_usd_per_year, displaced_fte,
    one_time_usd."""
    changed: pd.DataFrame
    """Services that the two plans decide differently, the largest first: service_id, service, department, best_plan,
    simplest_plan, budget_share."""

    def told(self) -> Told:
        best, simplest, fewest = (self.plans.iloc[row] for row in range(3))
        first, second = ORDERS[self.by]
        moves = f"moves {best['moved_services']:.0f} with {best['agreements']:.0f}"
        alike = simplest[first] == best[first] and simplest[second] == best[second]
        proved = simplest[first] == fewest[first] and simplest[second] == fewest[second]
        lines = (
            f"Within {exact_usd(self.allowed_usd_per_year)} a year of the best plan the simplest one moves "
            f"{count_of(int(simplest['moved_services']), 'service')} with "
            f"{count_of(int(simplest['agreements']), 'agreement')}; the best one "
            f"{'is as simple' if alike else moves}.",
            f"It is {'proved' if proved else 'not proved'} that no plan within that cost has fewer {_word(first)}, or "
            f"as few and fewer {_word(second)}.",
            *([] if alike else [self._costs(best, simplest)]),
        )
        unlike = self.changed.drop(columns="service_id")
        return Told(lines, {"The simplest plan beside the best one": self.plans, "What it decides differently": unlike})

    def _costs(self, best: pd.Series, simplest: pd.Series) -> str:
        return (
            f"Being as simple costs {spread(self.dearer)} a year; {exact_usd(simplest['saving_usd_per_year'])} a year "
            f"is still saved of {exact_usd(best['saving_usd_per_year'])}."
        )


@ended_together()
def simplest_plan(
    asked: Asked,
    within_usd_per_year: float | None = None,
    within_share: float | None = None,
    by: str = "moves",
    on_step: OnStep = silent,
) -> SimplestPlan:
    """The plan that moves fewest services (by `agreements`: that needs fewest agreements) within an allowed cost.

    Of these the one with fewest agreements (or moves), and of these the cheapest. The cost allowed is in dollars a
    year, or a share of what the best plan costs; without either it is 0.1 % of that.
    Raises `Refused` for a cost that cannot be, for another `by`, and where something else than cost is sought.
    """
    usd_per_year = allowed_usd_per_year(asked, within_usd_per_year, within_share)
    if by not in ORDERS:
        near = nearest(by, ORDERS)
        raise Refused([Finding("by", repr(by), " or ".join(ORDERS), f"Did you mean {near}?" if near else "Name one.")])
    goals = tuple(
        Goal(measure.column, measure.weights, 1e-6)
        for measure in (measure_of(asked.program, name) for name in (by, *({*ORDERS} - {by})))
    )
    on_step(f"the plan with fewest {_word(ORDERS[by][0])} within the cost")
    outcome = asked.again(replace(within(asked, usd_per_year), goals=goals), asked.x)
    if outcome.x is None:
        raise Refused([Finding("within", str(outcome.stopped), "a plan", more_of(outcome.stopped))])
    plan, dearer = plan_of(asked.program, held(asked, outcome)), asked.dearer(outcome)
    assert dearer is not None  # both hold a plan
    before, after = (choices_of(asked.program, x) for x in (asked.x, outcome.x))
    unlike = changed(asked.case, before, after).rename(columns={"before": "best_plan", "after": "simplest_plan"})
    return SimplestPlan(usd_per_year, by, plan, dearer, _plans(asked, plan, outcome), unlike)


def _word(measure: str) -> str:
    return measure.replace("_", " ")


def _plans(asked: Asked, plan: Plan, outcome: Outcome) -> pd.DataFrame:
    rows = [{"plan": name, **_figures(found)} for name, found in ((BEST, asked.plan), (SIMPLEST, plan))]
    fewest = {goal.name: nan if goal.bound is None else ceil(-goal.bound - 1e-6) for goal in outcome.reached}
    return pd.DataFrame([*rows, {"plan": FEWEST, **fewest}])


def _figures(plan: Plan) -> dict[str, float]:
    return {
        "moved_services": int(plan.decisions["moved"].sum()),
        "agreements": agreements_of(plan),
        "usd_per_year": plan.cost_usd_per_year,
        "saving_usd_per_year": plan.saving_usd_per_year,
        "displaced_fte": float(plan.decisions["fte_displaced"].sum()),
        "one_time_usd": one_time_usd(plan),
    }
