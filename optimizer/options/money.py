"""Money of keeping and of moving a service, vectorised: docs/model.md, section 3.

Everything here is linear in a few present-value factors that depend on the lead time alone.
"""

from __future__ import annotations

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


def discount_factors(years: int, rate: float) -> Floats:
    """(1 + rate)^-t for t = 0 .. years - 1; year 0 counts in full."""
    factors: Floats = (1.0 + rate) ** -np.arange(years, dtype=np.float64)
    return factors


def net_present_value(cash_usd: Floats, rate: float) -> float:
    """Present value of yearly cash, the first year undiscounted [USD]."""
    return float(np.dot(cash_usd, discount_factors(len(cash_usd), rate)))


def annuity(settings: Settings) -> float:
    """Present value of one dollar in every year of the horizon."""
    return float(discount_factors(settings.horizon.years, settings.horizon.discount_rate).sum())


def cents(usd: Floats) -> Cents:
    """Dollars rounded half to even to whole cents."""
    whole: Cents = np.rint(usd * 100.0).astype(np.int64)
    return whole


@dataclass(frozen=True)
class Schedule:
    """Per option and year [options x years]: the part in which the county still delivers, and the part unrealized."""

    lead: Floats
    unrealized: Floats

    @property
    def delivered(self) -> Floats:
        return 1.0 - self.lead


def schedule(lead_time_months: Floats, settings: Settings) -> Schedule:
    """How lead time, ramp and realization spread over the years of the horizon."""
    year = np.arange(settings.horizon.years, dtype=np.float64)
    lead = np.clip(lead_time_months[:, None] / 12.0 - year[None, :], 0.0, 1.0)
    ramp = np.asarray(settings.economics.ramp_share)
    place = year[None, :] - np.floor(lead_time_months / 12.0)[:, None]
    reached = ramp[np.clip(place, 0, len(ramp) - 1).astype(np.int64)]
    return Schedule(lead, (1.0 - lead) * (1.0 - settings.economics.realization_share * reached))


@dataclass(frozen=True)
class Terms:
    """What one option per entry costs per year and once [USD]; every array has one entry per option.

    For keep, `moved` is False and only gross and revenue matter.
    """

    moved: npt.NDArray[np.bool_]
    gross: Floats
    revenue: Floats
    avoidable: Floats
    price: Floats
    administration_share: Floats
    retained_revenue: Floats
    transition: Floats
    lead_time_months: Floats
    pool_rate_cost: Floats
    """Yearly cost of the volume it brings to a pool, at the pool's best rate."""

    def promised_saving(self) -> Floats:
        """Yearly saving s that the offer promises, before ramp and realization."""
        paid = self.price * (1.0 + self.administration_share) + self.pool_rate_cost
        saving: Floats = self.avoidable - paid - (self.revenue - self.retained_revenue)
        return np.where(self.moved, saving, 0.0)


def present_parts(terms: Terms, settings: Settings) -> Cents:
    """Present value of every part of every option, in whole cents [options x PARTS]."""
    discount = discount_factors(settings.horizon.years, settings.horizon.discount_rate)
    spread = schedule(terms.lead_time_months, settings)
    # keeping is a move whose lead time never ends
    lead = np.where(terms.moved, spread.lead @ discount, discount.sum())
    delivered = np.where(terms.moved, spread.delivered @ discount, 0.0)
    unrealized = spread.unrealized @ discount
    usd = (
        lead * terms.gross,
        -lead * terms.revenue,
        delivered * terms.price,
        delivered * terms.price * terms.administration_share,
        delivered * (terms.gross - terms.avoidable),
        -delivered * terms.retained_revenue,
        unrealized * np.maximum(terms.promised_saving(), 0.0),
        np.where(terms.moved, terms.transition, 0.0),
    )
    return cents(np.column_stack(usd))


def yearly_cash(terms: Terms, settings: Settings) -> Floats:
    """Cash of every option in every year [options x years, USD]."""
    spread = schedule(terms.lead_time_months, settings)
    lead = np.where(terms.moved[:, None], spread.lead, 1.0)
    steady = terms.price * (1.0 + terms.administration_share) + terms.gross - terms.avoidable - terms.retained_revenue
    cash: Floats = lead * (terms.gross - terms.revenue)[:, None] + (1.0 - lead) * steady[:, None]
    cash += spread.unrealized * np.maximum(terms.promised_saving(), 0.0)[:, None]
    cash[:, 0] += np.where(terms.moved, terms.transition, 0.0)
    return cash


def payback_years(terms: Terms, settings: Settings) -> Floats:
    """Years until the saving that is counted on has paid the transition: docs/model.md, section 3. 0 for keep."""
    saving = terms.promised_saving()
    counted_on = settings.economics.realization_share * saving
    with np.errstate(divide="ignore", invalid="ignore"):
        paid = np.where(terms.transition == 0, 0.0, terms.transition / counted_on)
    years = np.where((saving > 0) & (paid >= 0), terms.lead_time_months / 12.0 + paid, np.inf)
    return np.where(~terms.moved | ((terms.transition == 0) & (saving == 0)), 0.0, years)
