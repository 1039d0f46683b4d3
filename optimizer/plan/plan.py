"""The answer as plain tables: nothing in here knows how it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.errors import PlanWithheld
from optimizer.options.admissible import REASONS
from optimizer.options.money import annuity
from optimizer.options.options import Options
from optimizer.plan.choices import Choices
from optimizer.plan.selection import choices_of
from optimizer.plan.tables import cash_table, chosen_of, cost_table, decision_table
from optimizer.plan.totals import total_table
from optimizer.plan.verify import Usage, Violation, audit, broken
from optimizer.program.program import Program
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome

NOT_LIMITS = (*REASONS, "claims")
"""Tests of single options, and of what the plan says of its cost; they are not limits to show."""
YES_NO_UNITS = ("cases", "1")
"""Units of rules that either hold or do not; they are not limits to show."""
BINDS_WITHIN_SHARE = 0.01
"""A limit binds when no more than this share of it is left: services are lumpy, nothing fits to the dollar."""


@dataclass(frozen=True)
class Plan:
    """What is decided for every service and what follows from it."""

    cost_usd: float
    """Present cost over the horizon, to the cent: the sum of `costs`."""
    bound_usd: float | None
    """No plan under the same rules costs less; None: nothing is proved."""
    today_usd: float
    """Present cost of keeping everything."""
    annuity: float
    """Present value of a dollar a year; a present cost divided by it is a yearly equivalent."""
    decisions: pd.DataFrame
    costs: pd.DataFrame
    cash: pd.DataFrame
    totals: pd.DataFrame
    """By decision, department, fund and organization; each adds up to the plan's cost."""
    limits: pd.DataFrame
    """Every numeric limit: rule, subject, used, limit, unit, at_least, slack, binds, text."""
    left_out: pd.DataFrame
    """Options that were not admissible: service_id, decision, provider, offer_id, reason."""
    violations: tuple[Violation, ...] = ()
    """Rules that it breaks; empty for every plan that was searched for."""

    @property
    def saving_usd(self) -> float:
        return self.today_usd - self.cost_usd

    @property
    def saving_usd_per_year(self) -> float:
        return self.saving_usd / self.annuity


def plan_of(program: Program, outcome: Outcome) -> Plan:
    """The verified plan that a search brought back.

    Raises `PlanWithheld` if the tables do not bear it out: a rule is broken, or the money does not add up.
    """
    assert outcome.x is not None
    choices = choices_of(program, outcome.x)
    plan = evaluate(program.case, choices, program.options, outcome.bound_usd)
    if plan.violations:
        raise PlanWithheld(plan.violations)
    rounded = 0.01 * (len(program.case.county.services) + len(choices.agreements) + 4 * len(choices.pools) + 1)
    if outcome.cost_usd is None or plan.cost_usd > outcome.cost_usd + rounded:
        raise PlanWithheld([f"the search says {outcome.cost_usd}, the plan's parts add up to {plan.cost_usd:.2f}"])
    return plan


def evaluate(case: Case, choices: Choices, options: Options, bound_usd: float | None = None) -> Plan:
    """Price any choices and test them against every rule, whoever made them and whether they are lawful or not."""
    chosen = chosen_of(case, choices)
    costs, decisions = cost_table(case, choices, chosen), decision_table(case, choices, chosen)
    cost_usd = round(float(costs["present_usd"].sum()), 2)
    parts_usd = {str(part): float(usd) for part, usd in costs.groupby("part")["present_usd"].sum().items()}
    found = audit(case, choices, parts_usd, cost_usd)
    return Plan(
        cost_usd=cost_usd,
        bound_usd=None if bound_usd is None else min(bound_usd, cost_usd),
        today_usd=float(options.keep_cents.sum()) / 100.0,
        annuity=annuity(case.settings),
        decisions=decisions,
        costs=costs,
        cash=cash_table(case, choices, chosen),
        totals=total_table(case, decisions, costs),
        limits=limit_table(found),
        left_out=options.left_out,
        violations=broken(found),
    )


def limit_table(found: Iterable[Usage]) -> pd.DataFrame:
    """Limits that have a number, with what is left of them; the ones that bind first."""
    rows = [usage for usage in found if usage.unit not in YES_NO_UNITS and usage.rule not in NOT_LIMITS]
    table = pd.DataFrame(
        {
            "rule": [usage.rule for usage in rows],
            "subject": [usage.subject for usage in rows],
            "used": [float(usage.used) for usage in rows],
            "limit": [float(usage.limit) for usage in rows],
            "unit": [usage.unit for usage in rows],
            "at_least": [usage.at_least for usage in rows],
            "text": [usage.text for usage in rows],
        }
    ).astype({"rule": "object", "subject": "object", "unit": "object", "at_least": "bool", "text": "object"})
    slack = np.where(table["at_least"], table["used"] - table["limit"], table["limit"] - table["used"])
    table.insert(6, "slack", slack)
    table.insert(7, "binds", slack <= BINDS_WITHIN_SHARE * table["limit"].abs() + 1e-6)
    return table.sort_values("binds", ascending=False, kind="stable", ignore_index=True)
