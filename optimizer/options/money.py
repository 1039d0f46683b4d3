"""Money of keeping, moving and selling a service, vectorised: docs/model.md, section 3.

Everything is worked out year by year: one matrix [entries x years] per cost part, then discounted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.scenario.settings import Settings

Floats = npt.NDArray[np.float64]
Cents = npt.NDArray[np.int64]

PARTS = (
    "in_house_usd",
    "revenue_usd",
    "price_usd",
    "administration_usd",
    "stays_usd",
    "retained_revenue_usd",
    "unrealized_usd",
    "transition_usd",
)
"""Cost parts of an option; a new cost term is one more name here. Revenue parts are negative."""
SALE_PARTS = ("sale_revenue_usd", "sale_cost_usd", "sale_unrealized_usd", "sale_setup_usd")
"""Cost parts of a sale."""
HALF_A_CENT_USD = 0.005
"""Amounts that are nearer to each other than this are the same, told to the cent."""


def discount_factors(years: int, rate: float) -> Floats:
    """(1 + rate)^-t for t = 0 .. years - 1; the first year counts in full."""
    factors: Floats = (1.0 + rate) ** -np.arange(years, dtype=np.float64)
    return factors


def growth_factors(years: int, share: float | Floats) -> Floats:
    """(1 + share)^t for t = 0 .. years - 1 [years], or one row per share [shares x years]."""
    factors: Floats = (1.0 + np.asarray(share, dtype=np.float64)[..., None]) ** np.arange(years, dtype=np.float64)
    return factors


def discounts(settings: Settings) -> Floats:
    """What a dollar of each year of the horizon is worth today [years]."""
    return discount_factors(settings.horizon.years, settings.horizon.discount_rate)


def net_present_value(cash_usd: Floats, rate: float) -> float:
    """Present value of yearly cash, the first year undiscounted [USD]."""
    return float(np.dot(cash_usd, discount_factors(len(cash_usd), rate)))


def annuity(settings: Settings) -> float:
    """Present value of one dollar in every year of the horizon."""
    return float(discounts(settings).sum())


def cents(usd: Floats) -> Cents:
    """Dollars rounded half to even to whole cents."""
    whole: Cents = np.rint(usd * 100.0).astype(np.int64)
    return whole


def from_start(amounts: Floats, start: npt.NDArray[np.int64]) -> Floats:
    """Yearly amounts [entries x years] with the years before each entry's start year (from 0) left at nothing."""
    return np.where(np.arange(amounts.shape[1])[None, :] >= start[:, None], amounts, 0.0)


def in_start(amounts: Floats, start: npt.NDArray[np.int64], years: int) -> Floats:
    """One-time amounts [entries] in each entry's start year [entries x years]."""
    spread = np.zeros((len(start), years))
    spread[np.arange(len(start)), start] = amounts
    return spread


@dataclass(frozen=True)
class Schedule:
    """Per entry and year [entries x years]: the part in which the county still delivers, and the part unrealized."""

    lead: Floats
    unrealized: Floats

    @property
    def delivered(self) -> Floats:
        return 1.0 - self.lead


def schedule(lead_time_months: Floats, start: npt.NDArray[np.int64], settings: Settings) -> Schedule:
    """How start, lead time, ramp and realization spread over the years of the horizon; start years count from 0."""
    year = np.arange(settings.horizon.years, dtype=np.float64)
    lead = np.clip((start + lead_time_months / 12.0)[:, None] - year[None, :], 0.0, 1.0)
    ramp = np.asarray(settings.economics.ramp_share)
    place = year[None, :] - (start + np.floor(lead_time_months / 12.0))[:, None]
    reached = ramp[np.clip(place, 0, len(ramp) - 1).astype(np.int64)]
    return Schedule(lead, (1.0 - lead) * (1.0 - settings.economics.realization_share * reached))


@dataclass(frozen=True)
class Terms:
    """What one option per entry costs, in today's dollars; every array has one entry per option.

    For keep, `moved` is False and only cost and revenue matter.
    """

    moved: npt.NDArray[np.bool_]
    start: npt.NDArray[np.int64]
    """Year in which the move starts, from 0."""
    cost: Floats
    """Personnel, nonpersonnel and overhead per year [options x 3]."""
    avoided: Floats
    """The part of each that is no longer paid after the move [options x 3]."""
    revenue: Floats
    price: Floats
    price_escalation: Floats
    """Yearly growth of the price and of the pool's rate."""
    administration_share: Floats
    retained_revenue: Floats
    transition: Floats
    lead_time_months: Floats
    pool_rate_cost: Floats
    """Yearly cost of the volume it brings to a pool, at the pool's best rate."""

    @property
    def gross(self) -> Floats:
        total: Floats = self.cost.sum(axis=1)
        return total

    @property
    def avoidable(self) -> Floats:
        total: Floats = self.avoided.sum(axis=1)
        return total

    def promised_saving(self) -> Floats:
        """Yearly saving s that the offer promises, before growth, ramp and realization."""
        paid = self.price * (1.0 + self.administration_share) + self.pool_rate_cost
        saving: Floats = self.avoidable - paid - (self.revenue - self.retained_revenue)
        return np.where(self.moved, saving, 0.0)


@dataclass(frozen=True)
class _Years:
    """Terms spread over the horizon, each [options x years]."""

    gross: Floats
    avoidable: Floats
    revenue: Floats
    price: Floats
    retained_revenue: Floats
    pool_rate_cost: Floats


def _spread(terms: Terms, settings: Settings) -> _Years:
    years, growth = settings.horizon.years, settings.economics.growth_share
    cost_growth = growth_factors(years, np.array([growth.personnel, growth.nonpersonnel, growth.overhead]))
    revenue_growth = growth_factors(years, growth.revenue)[None, :]
    price_growth = growth_factors(years, terms.price_escalation)
    return _Years(
        gross=terms.cost @ cost_growth,
        avoidable=terms.avoided @ cost_growth,
        revenue=terms.revenue[:, None] * revenue_growth,
        price=terms.price[:, None] * price_growth,
        retained_revenue=terms.retained_revenue[:, None] * revenue_growth,
        pool_rate_cost=terms.pool_rate_cost[:, None] * price_growth,
    )


def yearly_parts(terms: Terms, settings: Settings) -> Iterator[Floats]:
    """Cash of every part in the order of PARTS, each [options x years, USD]."""
    year, spread = _spread(terms, settings), schedule(terms.lead_time_months, terms.start, settings)
    administration = terms.administration_share[:, None]
    # keeping is a move whose waiting time never ends
    lead = np.where(terms.moved[:, None], spread.lead, 1.0)
    delivered = 1.0 - lead
    promised = year.avoidable - year.price * (1.0 + administration) - year.pool_rate_cost
    promised -= year.revenue - year.retained_revenue
    yield lead * year.gross
    yield -lead * year.revenue
    yield delivered * year.price
    yield delivered * year.price * administration
    yield delivered * (year.gross - year.avoidable)
    yield -delivered * year.retained_revenue
    yield np.where(terms.moved[:, None], spread.unrealized * np.maximum(promised, 0.0), 0.0)
    yield in_start(np.where(terms.moved, terms.transition, 0.0), terms.start, settings.horizon.years)


def present_parts(terms: Terms, settings: Settings) -> Cents:
    """Present value of every part of every option, in whole cents [options x PARTS]."""
    return _present(yearly_parts(terms, settings), settings)


def yearly_cash(terms: Terms, settings: Settings) -> Floats:
    """Cash of every option in every year [options x years, USD]."""
    cash: Floats = np.sum(list(yearly_parts(terms, settings)), axis=0, dtype=np.float64)
    return cash


def _present(parts: Iterable[Floats], settings: Settings) -> Cents:
    worth = discounts(settings)
    return cents(np.column_stack([part @ worth for part in parts]))


def present_avoidable(terms: Terms, settings: Settings) -> Floats:
    """Present value of the avoidable cost from each option's start year on [options, USD]."""
    value: Floats = from_start(_spread(terms, settings).avoidable, terms.start) @ discounts(settings)
    return value


def present_pool_rate_cost(terms: Terms, settings: Settings) -> Floats:
    """Present value of each option's volume at its pool's best rate, from its start year on [options, USD]."""
    value: Floats = from_start(_spread(terms, settings).pool_rate_cost, terms.start) @ discounts(settings)
    return value


def payback_years(terms: Terms, settings: Settings) -> Floats:
    """Years until the saving that is counted on has paid the transition: docs/model.md, section 3. 0 for keep."""
    saving = terms.promised_saving()
    counted_on = settings.economics.realization_share * saving
    with np.errstate(divide="ignore", invalid="ignore"):
        paid = np.where(terms.transition == 0, 0.0, terms.transition / counted_on)
    years = np.where((saving > 0) & (paid >= 0), terms.lead_time_months / 12.0 + paid, np.inf)
    return np.where(~terms.moved | ((terms.transition == 0) & (saving == 0)), 0.0, years)


@dataclass(frozen=True)
class SaleTerms:
    """What one sale per entry brings and costs, in today's dollars."""

    start: npt.NDArray[np.int64]
    """Year in which it starts, from 0."""
    price: Floats
    marginal: Floats
    setup: Floats
    lead_time_months: Floats


def yearly_sale_parts(terms: SaleTerms, settings: Settings) -> Iterator[Floats]:
    """Cash of every part in the order of SALE_PARTS, each [sales x years, USD]."""
    years, growth = settings.horizon.years, settings.economics.growth_share
    spread = schedule(terms.lead_time_months, terms.start, settings)
    price = terms.price[:, None] * growth_factors(years, growth.revenue)[None, :]
    marginal = terms.marginal[:, None] * growth_factors(years, growth.personnel)[None, :]
    yield -spread.delivered * price
    yield spread.delivered * marginal
    yield spread.unrealized * np.maximum(price - marginal, 0.0)
    yield in_start(terms.setup, terms.start, years)


def present_sale_parts(terms: SaleTerms, settings: Settings) -> Cents:
    """Present value of every part of every sale, in whole cents [sales x SALE_PARTS]."""
    return _present(yearly_sale_parts(terms, settings), settings)


def yearly_sale_cash(terms: SaleTerms, settings: Settings) -> Floats:
    """Cash of every sale in every year [sales x years, USD]."""
    cash: Floats = np.sum(list(yearly_sale_parts(terms, settings)), axis=0, dtype=np.float64)
    return cash
