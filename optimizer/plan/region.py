"""The answer for a region: every county's plan as it stands beside the others, and what planning together is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.errors import PlanWithheld
from optimizer.options.money import discount_factors
from optimizer.options.region import RegionCase
from optimizer.plan.answer import Answer
from optimizer.plan.cents import CENTS, in_cents
from optimizer.plan.choices import Choices
from optimizer.plan.others import others_of
from optimizer.plan.plan import Plan, evaluate, told_bound_usd
from optimizer.plan.selection import choices_of, opened_pools
from optimizer.plan.verify.region import broken_ties
from optimizer.program.region import RegionProgram
from optimizer.program.rows import Floats
from optimizer.solve.outcome import Outcome, Stopped


@dataclass(frozen=True)
class RegionPlan:
    """What is decided for every county of a region."""

    plans: Mapping[str, Plan]
    """Name of the county to its plan, its part of what is shared included."""
    bound_usd: float | None
    """No plan of the region under the same rules costs less in all; None: nothing is proved."""
    alone_usd: Mapping[str, float]
    """What every county's best plan alone costs; a county without a plan alone is not there."""
    trades: pd.DataFrame
    """Sales between counties that are made: seller, buyer, service_id, name, start_year, price and marginal cost."""
    pools: pd.DataFrame
    """Members of shared pools of all counties: county, and the columns of a plan's `members`."""

    @property
    def sought_usd(self) -> float:
        return sum(plan.sought_usd for plan in self.plans.values())

    @property
    def reinvested_usd(self) -> float:
        """As of one plan, of all counties."""
        return sum(plan.reinvested_usd for plan in self.plans.values())

    @property
    def cost_usd(self) -> float:
        return sum(plan.cost_usd for plan in self.plans.values())

    @property
    def today_usd(self) -> float:
        return sum(plan.today_usd for plan in self.plans.values())

    @property
    def today_usd_per_year(self) -> float:
        return _added(plan.today_usd_per_year for plan in self.plans.values())

    @property
    def cost_usd_per_year(self) -> float:
        return _added(plan.cost_usd_per_year for plan in self.plans.values())

    @property
    def saving_usd_per_year(self) -> float:
        return _added(plan.saving_usd_per_year for plan in self.plans.values())

    @property
    def least_usd(self) -> float | None:
        """No plan of the region costs less in all; None: that is not proved, or not of cost alone."""
        return None if self.reinvested_usd else self.bound_usd

    @property
    def least_usd_per_year(self) -> float | None:
        if self.least_usd is None:
            return None
        first = next(iter(self.plans.values()))
        return _added((self.cost_usd_per_year, -round((self.cost_usd - self.least_usd) / first.annuity, CENTS)))

    @property
    def alone_usd_per_year(self) -> Mapping[str, float]:
        """What every county's best plan alone costs; a county without a plan alone is not there."""
        return {
            name: plan.per_year(self.alone_usd[name]) for name, plan in self.plans.items() if name in self.alone_usd
        }

    @property
    def without_plan_alone(self) -> list[str]:
        """Names of the counties for which no plan alone is known."""
        return [name for name in self.plans if name not in self.alone_usd]

    @property
    def value_usd_per_year(self) -> float | None:
        """What planning together saves against every county's best plan alone; None: some county has no plan alone."""
        if self.without_plan_alone:
            return None
        return _added((*self.alone_usd_per_year.values(), -self.cost_usd_per_year))

    def by_county(self) -> pd.DataFrame:
        """One row per county and one for all: today, alone, together, and the gains, as yearly equivalents [USD].

        The row of all is the sum of the others, to the cent. What rests on a plan alone is NaN for a county without
        one, and for all.
        """
        alone = self.alone_usd_per_year
        rows = [
            (name, plan.today_usd_per_year, alone.get(name, np.nan), plan.cost_usd_per_year)
            for name, plan in self.plans.items()
        ]
        usd = pd.DataFrame(rows, columns=["county", *(f"{one}_usd_per_year" for one in ("today", "alone", "together"))])
        usd = pd.concat([usd, usd.sum(skipna=False).to_frame().T.assign(county="all")], ignore_index=True)
        usd = usd.astype(dict.fromkeys(usd.columns[1:], "float64"))
        return in_cents(
            usd.assign(
                saved_alone_usd_per_year=usd["today_usd_per_year"] - usd["alone_usd_per_year"],
                saved_together_usd_per_year=usd["today_usd_per_year"] - usd["together_usd_per_year"],
                gain_usd_per_year=usd["alone_usd_per_year"] - usd["together_usd_per_year"],
            )
        )


def _added(usd: Iterable[float]) -> float:
    """Amounts in whole cents, added."""
    return round(sum(usd), CENTS)


@dataclass(frozen=True)
class RegionAnswer:
    """A question about a region, its inputs, and what came of it."""

    name: str
    title: str
    question: str
    stopped: Stopped
    plan: RegionPlan | None
    """None: no plan is held."""
    alone_usd: Mapping[str, float]
    """What every county's best plan alone costs, also where no plan of all of them is held."""
    settings: Mapping[str, Any]
    """Settings that govern the region as a whole, by dotted path."""
    counties: Mapping[str, Answer]
    """Name of the county to its part: its settings, its tables, and its plan where one is held."""

    @property
    def alone_usd_per_year(self) -> Mapping[str, float]:
        """What every county's best plan alone costs, told as the plan of all tells it where one is held."""
        if self.plan is not None:
            return self.plan.alone_usd_per_year
        return {name: round(cost / self.annuity, CENTS) for name, cost in self.alone_usd.items()}

    @property
    def annuity(self) -> float:
        """Present value of one dollar in every year of the horizon, which all counties share."""
        years, rate = int(self.settings["horizon.years"]), float(self.settings["horizon.discount_rate"])
        return float(discount_factors(years, rate).sum())


def region_plan_of(program: RegionProgram, outcome: Outcome, alone_usd: Mapping[str, float]) -> RegionPlan:
    """The verified plan of a region that a search brought back.

    Raises `PlanWithheld` if the tables do not bear it out: a rule is broken, or the money does not add up.
    """
    assert outcome.x is not None
    region, choices = program.region, choices_of_region(program, outcome.x)
    others = others_of(region, choices)
    plans = {
        name: evaluate(replace(region.cases[name], others=others[name]), made, program.counties[name].options)
        for name, made in choices.items()
    }
    limits = alone_usd if region.settings.region.nobody_worse_off else {}
    costs = {name: plan.cost_usd for name, plan in plans.items()}
    broken = [violation for plan in plans.values() for violation in plan.violations]
    broken += broken_ties(region.cases, choices, costs, limits)
    if broken:
        raise PlanWithheld(broken)
    found = RegionPlan(
        plans,
        told_bound_usd(outcome, sum(plan.sought_usd for plan in plans.values())),
        alone_usd,
        _trade_table(region, choices),
        _pool_table(plans, region.shared_pools),
    )
    rounded = 0.01 * (1 + sum(2 * len(plan.costs) + len(plan.proposals) for plan in plans.values()))
    if outcome.cost_usd is None or found.sought_usd > outcome.cost_usd + rounded:
        raise PlanWithheld([f"the search says {outcome.cost_usd}, the plans add up to {found.sought_usd:.2f}"])
    return found


def choices_of_region(program: RegionProgram, x: Floats) -> dict[str, Choices]:
    """Every county's choices at a point; a shared pool is open in the counties that have members in it."""
    columns, shared = program.columns, program.region.shared_pools
    opened = opened_pools(columns, x, [str(pool) for pool in program.book.pools["pool_id"]])
    choices = {}
    for name, county in program.counties.items():
        made = choices_of(county, program.of_county(name, x))
        pool_of = {offer.offer_id: offer.pool_id for offer in county.case.county.offers}
        joined = {pool_of[offer_id] for offer_id in made.offers.values() if offer_id is not None}
        own = {pool: run for pool, run in opened.items() if pool in joined & shared}
        choices[name] = replace(made, pools={**made.pools, **own})
    return choices


def _trade_table(region: RegionCase, choices: Mapping[str, Choices]) -> pd.DataFrame:
    made = [trade for trade in region.trades if trade.sale.sale_id in choices[trade.seller].sales]
    names = {
        name: {service.service_id: service.name for service in case.county.services}
        for name, case in region.cases.items()
    }
    return pd.DataFrame(
        [
            (
                trade.seller,
                trade.buyer,
                trade.offer.service_id,
                names[trade.buyer][trade.offer.service_id],
                choices[trade.seller].sales[trade.sale.sale_id],
                trade.sale.price_usd_per_year,
                trade.sale.marginal_usd_per_year,
            )
            for trade in made
        ],
        columns=["seller", "buyer", "service_id", "name", "start_year", "price_usd_per_year", "marginal_usd_per_year"],
    )


def _pool_table(plans: Mapping[str, Plan], shared: frozenset[str]) -> pd.DataFrame:
    tables = [plan.members[plan.members["pool_id"].isin(shared)].assign(county=name) for name, plan in plans.items()]
    table = pd.concat(tables, ignore_index=True)
    return table[["county", *(column for column in table if column != "county")]]
