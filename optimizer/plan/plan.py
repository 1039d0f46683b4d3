"""The answer as plain tables: nothing in here knows how it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.errors import PlanWithheld
from optimizer.options.admissible import REASONS
from optimizer.options.money import annuity
from optimizer.options.options import Options
from optimizer.options.sales import SALE_REASONS
from optimizer.plan.benefits import fund_table, place_table, proposal_table, sale_table, weighted_value_usd
from optimizer.plan.cents import CENTS
from optimizer.plan.choices import Choices
from optimizer.plan.chosen import chosen_of
from optimizer.plan.communication import exchange_today_cents
from optimizer.plan.fund_cash import fund_cash_table
from optimizer.plan.pools import member_table
from optimizer.plan.roadmap import break_even_year, roadmap_table, year_table
from optimizer.plan.selection import choices_of
from optimizer.plan.tables import cash_table, cost_table, decision_table
from optimizer.plan.totals import total_table
from optimizer.plan.verify import Usage, Violation, audit, broken
from optimizer.plan.verify.exact import Number, is_money
from optimizer.plan.yearly import shared_table, yearly_table
from optimizer.program.program import CountyProgram
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome, Reached

NOT_LIMITS = (*REASONS, *SALE_REASONS, "claims")
"""Tests of single options, and of what the plan says of its cost; they are not limits to show."""
YES_NO_UNITS = ("cases", "1")
"""Units of rules that either hold or do not; they are not limits to show."""
UNIT_DECIMALS = 6
"""Of what is not money: the verification tells no smaller difference from none."""
BINDS_WITHIN_SHARE = 0.01
"""A limit binds when no more than this share of it is left: services are lumpy, nothing fits to the dollar."""


TABLES = (
    "decisions",
    "costs",
    "cash",
    "years",
    "roadmap",
    "totals",
    "sales",
    "members",
    "funds",
    "fund_cash",
    "proposals",
    "places",
    "limits",
    "left_out",
)
"""Names of the tables of a plan."""


@dataclass(frozen=True)
class Plan:
    """What is decided for every service and what follows from it."""

    cost_usd: float
    """Present cost over the horizon, to the cent: the sum of `costs`."""
    reinvested_usd: float
    """Where reinvestment is weighted against cost: its spending less its worth, in present value; else 0."""
    bound_usd: float | None
    """No plan under the same rules has less cost_usd + reinvested_usd; None: nothing is proved."""
    today_usd: float
    """Present cost of keeping everything."""
    annuity: float
    """Present value of a dollar a year; a present cost divided by it is a yearly equivalent."""
    decisions: pd.DataFrame
    costs: pd.DataFrame
    cash: pd.DataFrame
    years: pd.DataFrame
    """What every year brings: starts, one-time money, renewals, people, savings."""
    roadmap: pd.DataFrame
    """Every step of the plan in the order in which it starts."""
    totals: pd.DataFrame
    """By decision, department, fund and organization; each adds up to the plan's cost and to its one-time cost."""
    sales: pd.DataFrame
    members: pd.DataFrame
    """Members of open pools, what each bears and saves."""
    funds: pd.DataFrame
    """By fund what is freed and what is spent of it."""
    fund_cash: pd.DataFrame
    """By fund and year what it pays today and under the plan."""
    proposals: pd.DataFrame
    places: pd.DataFrame
    """Coverage of every district and population group."""
    limits: pd.DataFrame
    """Every numeric limit: rule, subject, used, limit, unit, at_least, slack, binds, broken, text."""
    left_out: pd.DataFrame
    """Options that were not admissible: service_id, decision, provider, offer_id, start_year, reason."""
    reached: tuple[Reached, ...] = ()
    """Goals that came before cost."""
    violations: tuple[Violation, ...] = ()
    """Rules that it breaks; empty for every plan that was searched for."""

    @property
    def sought_usd(self) -> float:
        """What the search made as small as it could, in present value; the bound is of the same."""
        return self.cost_usd + self.reinvested_usd

    @property
    def saving_usd(self) -> float:
        return round(self.today_usd - self.cost_usd, CENTS)

    @property
    def today_usd_per_year(self) -> float:
        """What keeping everything costs, as `totals` adds it up: services as the inventory has them."""
        totals = self.totals
        return round(float(totals.loc[totals["by"] == "decision", "today_usd_per_year"].sum()), CENTS)

    @property
    def saving_usd_per_year(self) -> float:
        return round(self.saving_usd / self.annuity, CENTS)

    @property
    def cost_usd_per_year(self) -> float:
        return self.per_year(self.cost_usd)

    @property
    def least_usd(self) -> float | None:
        """No plan under the same rules costs less; None: that is not proved, or not of cost alone."""
        return None if self.reinvested_usd else self.bound_usd

    @property
    def least_usd_per_year(self) -> float | None:
        return None if self.least_usd is None else self.per_year(self.least_usd)

    def per_year(self, present_usd: float) -> float:
        """A present cost under the same inputs as a yearly equivalent: today's, less what is saved of it."""
        saved = round((self.today_usd - present_usd) / self.annuity, CENTS)
        return round(self.today_usd_per_year - saved, CENTS)

    @property
    def handed_over_share(self) -> float | None:
        """Share of the budget that changes hands: moved, but not by exit; None: the budget is nothing."""
        return self._gross_share(self.decisions["moved"] & (self.decisions["decision"] != str(Decision.EXIT)))

    @property
    def ended_share(self) -> float | None:
        """Share of the budget whose services end, which hands it to nobody; None: the budget is nothing."""
        return self._gross_share(self.decisions["decision"] == str(Decision.EXIT))

    def _gross_share(self, which: pd.Series[bool]) -> float | None:
        gross = self.decisions["gross_usd_per_year"]
        return float(gross[which].sum() / gross.sum()) if gross.sum() > 0 else None

    @property
    def break_even_year(self) -> int | None:
        """First year from which on the plan has cost no more in all than today; None: not within the horizon."""
        return break_even_year(self.cash)


def plan_of(program: CountyProgram, outcome: Outcome) -> Plan:
    """The verified plan that a search brought back.

    Raises `PlanWithheld` if the tables do not bear it out: a rule is broken, or the money does not add up.
    """
    assert outcome.x is not None
    choices = choices_of(program, outcome.x)
    plan = evaluate(program.case, choices, program.options)
    if plan.violations:
        raise PlanWithheld(plan.violations)
    rounded = 0.01 * (2 * len(plan.costs) + len(choices.proposals) + 1)
    if outcome.cost_usd is None or plan.sought_usd > outcome.cost_usd + rounded:
        raise PlanWithheld([f"the search says {outcome.cost_usd}, the plan's parts add up to {plan.sought_usd:.2f}"])
    return replace(plan, bound_usd=told_bound_usd(outcome, plan.sought_usd), reached=outcome.reached)


def told_bound_usd(outcome: Outcome, sought_usd: float) -> float | None:
    """The search's bound beside what its plan comes to in whole cents.

    What pools and communication cost is rounded only once a plan is found. By as much as that makes it dearer the bound
    is told higher: the gap is that of the search, whose cost and bound are of the same.
    """
    if outcome.cost_usd is None or outcome.bound_usd is None:
        return None
    return min(outcome.bound_usd + max(0.0, sought_usd - outcome.cost_usd), sought_usd)


def evaluate(case: Case, choices: Choices, options: Options) -> Plan:
    """Price any choices and test them against every rule, whoever made them and whether they are lawful or not."""
    chosen = chosen_of(case, choices)
    costs, cash = cost_table(chosen), cash_table(chosen)
    shared = shared_table(chosen, costs)
    yearly = yearly_table(chosen, options.keep_cents, shared)
    decisions = decision_table(chosen, yearly)
    shared = shared.join(yearly.iloc[len(decisions) :].reset_index(drop=True))
    cost_usd = round(float(costs["present_usd"].sum()), 2)
    parts_usd = {str(part): float(usd) for part, usd in costs.groupby("part")["present_usd"].sum().items()}
    found = audit(case, choices, parts_usd, cost_usd)
    reinvested_usd = weighted_value_usd(chosen)
    years = annuity(case.settings)
    roadmap = roadmap_table(chosen)
    return Plan(
        cost_usd=cost_usd,
        reinvested_usd=reinvested_usd,
        bound_usd=None,
        today_usd=(int(options.keep_cents.sum()) + exchange_today_cents(case)) / 100.0,
        annuity=years,
        decisions=decisions,
        costs=costs,
        cash=cash,
        years=year_table(chosen, roadmap, cash),
        roadmap=roadmap,
        totals=total_table(chosen, decisions, shared),
        sales=sale_table(chosen),
        members=member_table(chosen),
        funds=fund_table(chosen, costs, options.keep_cents),
        fund_cash=fund_cash_table(chosen),
        proposals=proposal_table(chosen),
        places=place_table(chosen),
        limits=limit_table(found),
        left_out=options.left_out,
        violations=broken(found),
    )


def limit_table(found: Iterable[Usage]) -> pd.DataFrame:
    """Limits that have a number, with what is left of them; the broken ones first, then the ones that bind.

    used and limit are told to the cent, or to a millionth of another unit; slack is what lies between the two as told.
    """
    rows = [usage for usage in found if usage.unit not in YES_NO_UNITS and usage.rule not in NOT_LIMITS]
    used, limit = (
        np.array([_told(getattr(usage, name), usage.unit) for usage in rows], dtype=np.float64)
        for name in ("used", "limit")
    )
    at_least, is_broken = (np.array([getattr(usage, name) for usage in rows], bool) for name in ("at_least", "broken"))
    slack = np.where(at_least, used - limit, limit - used).round(UNIT_DECIMALS)
    binds = (slack <= BINDS_WITHIN_SHARE * np.abs(limit) + 1e-6) & ~is_broken
    order = np.lexsort((~binds, ~is_broken))

    def texts(name: str) -> pd.Series[Any]:
        return pd.Series([getattr(rows[place], name) for place in order], dtype="object")

    return pd.DataFrame(
        {
            "rule": texts("rule"),
            "subject": texts("subject"),
            "used": used[order],
            "limit": limit[order],
            "unit": texts("unit"),
            "at_least": at_least[order],
            "slack": slack[order],
            "binds": binds[order],
            "broken": is_broken[order],
            "text": texts("text"),
        }
    )


def _told(number: Number, unit: str) -> float:
    return round(float(number), CENTS if is_money(unit) else UNIT_DECIMALS)
