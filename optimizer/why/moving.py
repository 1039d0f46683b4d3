"""What moves with a choice: of all plans of least cost that have it, the one that leaves most as it is, and how its
cost differs from that of the plan in question, part by part.

    min  sum over options of the plan in question (1 - x_o) + sum over sales (q_s if it does not make it, else 1 - q_s)
    s.t. cost(x) <= least cost with the choice
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from optimizer.options.money import HALF_A_CENT_USD
from optimizer.plan.plan import Plan
from optimizer.program.goals import Goal
from optimizer.program.program import CountyProgram
from optimizer.scenario.scenario import Case
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked

COUNTING_GAP = 1e-3
"""Differences are counted: so small a gap leaves none open."""
ITSELF, OTHERS = "the service itself", "other services"
SHARED = {"agreement": "agreements", "pool": "pools", "link": "links that communicate"}
"""Scopes of a plan's costs that no service has to itself."""
_MOVES = ["decision", "provider", "start_year"]


def least_changed(asked: Asked, program: CountyProgram, outcome: Outcome) -> Outcome:
    """The outcome of the program (the case's own with further rows) with the plan that, at the same cost, leaves most
    services as the best one has them; the outcome itself where the search for it finds none in time.
    """
    assert outcome.cost_usd is not None
    in_best = asked.x > 0.5
    weights = np.zeros(len(program.columns))
    options, sales = program.columns.options, program.columns["sell"].columns
    weights[options] = np.where(in_best[options], -1.0, 0.0)
    weights[sales] = np.where(in_best[sales], -1.0, 1.0)
    least_cost = Goal("cost", program.columns.cost_usd, COST_SLACK_USD)
    sought = replace(program.with_objective(weights), goals=(least_cost,))
    found = asked.again(sought, outcome.x, gap_usd=COUNTING_GAP, gap_share=None)
    if found.x is None:
        return outcome
    return replace(outcome, x=found.x, cost_usd=min(outcome.cost_usd, program.cost_usd(found.x)))


def differing(plan: Plan, other: Plan, service_id: str) -> pd.DataFrame:
    """Other services that the other plan decides otherwise, those that change most in cost first.

    Columns: service_id, name, in_the_plan, then, usd_per_year (more than now).
    """
    both = plan.decisions.merge(other.decisions, on="service_id", suffixes=("", "_then"))
    unlike = (both[_MOVES] != both[[f"{name}_then" for name in _MOVES]].to_numpy()).any(axis=1)
    both = both[unlike & (both["service_id"] != service_id)]
    said = {
        name: [_decided(*cells) for cells in both[[f"{column}{end}" for column in _MOVES]].itertuples(index=False)]
        for name, end in (("in_the_plan", ""), ("then", "_then"))
    }
    more = both["plan_usd_per_year_then"] - both["plan_usd_per_year"]
    table = both[["service_id", "name"]].assign(**said, usd_per_year=more)
    return table.sort_values("usd_per_year", key=abs, ascending=False, kind="stable", ignore_index=True)


def made_up_of(case: Case, plan: Plan, other: Plan, service_id: str) -> pd.DataFrame:
    """What the other plan costs more, by where it arises: part, usd_per_year. Parts without a difference are left out.

    The sum is the difference in what was sought: a proposal's spending less its worth is in it where it is weighted.
    """
    seller = {sale.sale_id: sale.service_id for sale in case.county.sales}

    def by_part(costs: pd.DataFrame) -> pd.Series[float]:
        served = costs["id"].where(costs["scope"] != "sale", costs["id"].map(seller))
        part = np.where(served == service_id, ITSELF, OTHERS)
        part = np.where(costs["scope"].isin(SHARED), costs["scope"].map(SHARED), part)
        return costs.groupby(part)["present_usd"].sum()

    parts = [ITSELF, OTHERS, *SHARED.values()]
    more = by_part(other.costs).reindex(parts, fill_value=0.0) - by_part(plan.costs).reindex(parts, fill_value=0.0)
    more["proposals"] = other.reinvested_usd - plan.reinvested_usd
    more = more[more.abs() >= HALF_A_CENT_USD] / plan.annuity
    return pd.DataFrame({"part": more.index.to_numpy(dtype=object), "usd_per_year": more.to_numpy(dtype=np.float64)})


def _decided(decision: str, provider: str, start_year: int) -> str:
    by = f" with {provider}" if provider else ""
    return f"{decision}{by}" + (f" from year {start_year}" if start_year > 1 else "")
