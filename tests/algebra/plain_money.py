"""Sections 3 and 6 of docs/model.md for plans that start at once, one record at a time: what things cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

from optimizer.county.records import Offer, Organization, Sale, Service
from optimizer.county.terms import Decision
from tests.algebra.plain_tables import Tables

Parts = dict[str, list[float]]
"""Cost part to its dollars of every year."""


@dataclass(frozen=True)
class Option:
    """One way to deliver one service."""

    service: Service
    offer: Offer | None
    """None: keep."""
    provider: str | None
    """Organization that provides it, also as a pool's host; None: the county, or nobody."""
    present_usd: float

    @property
    def name(self) -> str:
        return "keep" if self.offer is None else self.offer.offer_id

    @property
    def decision(self) -> Decision:
        return Decision.KEEP if self.offer is None else Decision(self.offer.decision)

    @property
    def pool(self) -> str | None:
        return None if self.offer is None else self.offer.pool_id

    @property
    def key(self) -> tuple[Decision, str | None]:
        """What services of a `together` link must share: the decision, and its organization or pool."""
        return self.decision, self.pool if self.pool is not None else self.provider


def every_option(tables: Tables) -> list[Option]:
    """Keep for each service and all of its offers, whether they may be chosen or not."""
    every = []
    for service in tables.county.services:
        every.append(Option(service, None, None, present_usd(tables, service, None)))
        for offer in tables.county.offers:
            if offer.service_id == service.service_id:
                every.append(Option(service, offer, tables.provider(offer), present_usd(tables, service, offer)))
    return every


def gross_usd(service: Service) -> float:
    """Today's."""
    return service.personnel_usd + service.nonpersonnel_usd + service.overhead_usd


def costs_in(tables: Tables, service: Service, t: int) -> tuple[float, float, float]:
    """Personnel, nonpersonnel and overhead of year t, from 0."""
    growth = tables.settings.economics.growth_share
    return (
        service.personnel_usd * (1 + growth.personnel) ** t,
        service.nonpersonnel_usd * (1 + growth.nonpersonnel) ** t,
        service.overhead_usd * (1 + growth.overhead) ** t,
    )


def earned(tables: Tables, usd: float, t: int) -> float:
    """Revenue of year t, from 0."""
    return usd * (1 + tables.settings.economics.growth_share.revenue) ** t


def avoidable(tables: Tables, service: Service, offer: Offer, t: int) -> float:
    """A_t."""
    share = tables.settings.economics.avoidable_share
    personnel, nonpersonnel, overhead = costs_in(tables, service, t)
    whole = share.personnel * personnel + share.nonpersonnel * nonpersonnel + share.overhead * overhead
    return (offer.moved_share or 0.0) * whole


def promised(tables: Tables, service: Service, offer: Offer, t: int) -> float:
    """s_t."""
    charged = (offer.price_usd_per_year or 0.0) * (1 + tables.administration(offer))
    charged += tables.best_rate_cost(service, offer)
    lost = earned(tables, service.revenue_usd - (offer.retained_revenue_usd or 0.0), t)
    risen = (1 + tables.escalation(tables.provider(offer))) ** t
    return avoidable(tables, service, offer, t) - charged * risen - lost


def summed(tables: Tables, yearly: list[float]) -> float:
    """Present value of a part, to the cent."""
    return round(sum(usd * d for usd, d in zip(yearly, tables.discounts, strict=True)), 2)


def by_year(tables: Tables, year: Callable[[int], dict[str, float]]) -> Parts:
    """The parts of every year of the horizon, from what they are in year t from 0."""
    parts: Parts = {}
    for t in range(len(tables.discounts)):
        for part, usd in year(t).items():
            parts.setdefault(part, []).append(usd)
    return parts


def present_usd(tables: Tables, service: Service, offer: Offer | None) -> float:
    """Present cost of an option: every part summed over the years, then rounded to the cent."""

    def kept(t: int) -> dict[str, float]:
        cost = sum(costs_in(tables, service, t))
        return {"in_house": cost, "revenue": -earned(tables, service.revenue_usd, t)}

    parts = by_year(tables, kept) if offer is None else moved_parts(tables, service, offer)
    return sum(summed(tables, yearly) for yearly in parts.values())


def moved_parts(tables: Tables, service: Service, offer: Offer) -> Parts:
    """The table of section 3 for a moved service."""
    price, fee = offer.price_usd_per_year or 0.0, tables.administration(offer)
    kept_revenue, months = offer.retained_revenue_usd or 0.0, offer.lead_time_months or 0.0

    def year(t: int) -> dict[str, float]:
        lead, counted = waiting(months, t), counted_on(tables, months, t)
        charged = price * (1 + tables.escalation(tables.provider(offer))) ** t
        gross = sum(costs_in(tables, service, t))
        return {
            "in_house": lead * gross,
            "revenue": -lead * earned(tables, service.revenue_usd, t),
            "price": (1 - lead) * charged,
            "administration": (1 - lead) * fee * charged,
            "stays": (1 - lead) * (gross - avoidable(tables, service, offer, t)),
            "retained": -(1 - lead) * earned(tables, kept_revenue, t),
            "unrealized": (1 - lead) * max(promised(tables, service, offer, t), 0.0) * (1 - counted),
            "transition": (offer.transition_usd or 0.0) if t == 0 else 0.0,
        }

    return by_year(tables, year)


def waiting(months: float, t: int) -> float:
    """Share of year t in which the county still delivers, or nothing is sold yet."""
    return min(1.0, max(0.0, months / 12 - t))


def counted_on(tables: Tables, months: float, t: int) -> float:
    """Share of a promise that is counted on in year t."""
    economics = tables.settings.economics
    place = min(max(t - floor(months / 12), 0), len(economics.ramp_share) - 1)
    return economics.realization_share * economics.ramp_share[place]


def sale_usd(tables: Tables, sale: Sale) -> float:
    """Present cost of a sale; below 0 where it earns."""

    def year(t: int) -> dict[str, float]:
        sold = 1 - waiting(sale.lead_time_months, t)
        paid = earned(tables, sale.price_usd_per_year or 0.0, t)
        cost = sale.marginal_usd_per_year * (1 + tables.settings.economics.growth_share.personnel) ** t
        lost = max(paid - cost, 0.0) * (1 - counted_on(tables, sale.lead_time_months, t))
        return {
            "revenue": -sold * paid,
            "cost": sold * cost,
            "unrealized": sold * lost,
            "setup": sale.setup_usd if t == 0 else 0.0,
        }

    return sum(summed(tables, yearly) for yearly in by_year(tables, year).values())


def agreement_usd(tables: Tables, org: Organization) -> float:
    """Present cost of an agreement and of its renewals."""
    term, rises = org.max_term_years or 1, tables.escalation(org.org_id)

    def year(t: int) -> dict[str, float]:
        renewed = t > 0 and t % term == 0
        return {
            "agreement": (org.agreement_usd_per_year or 0.0) * (1 + rises) ** t,
            "renewal": (org.renewal_usd or 0.0) if renewed else 0.0,
        }

    return sum(summed(tables, yearly) for yearly in by_year(tables, year).values())


def rising_annuity(tables: Tables, org_id: str | None) -> float:
    """Present value of a dollar a year of today that an organization charges, or the county itself pays."""
    return sum((1 + tables.escalation(org_id)) ** t * d for t, d in enumerate(tables.discounts))


def payback_years(tables: Tables, service: Service, offer: Offer) -> float:
    """In today's dollars."""
    saving, transition = promised(tables, service, offer, 0), offer.transition_usd or 0.0
    if saving > 0:
        counted = tables.settings.economics.realization_share * saving
        if transition == 0:
            return (offer.lead_time_months or 0.0) / 12
        return float("inf") if counted == 0 else (offer.lead_time_months or 0.0) / 12 + transition / counted
    return 0.0 if transition == 0 and saving == 0 else float("inf")
