"""The money of one option and of one sale, from the tables alone, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from optimizer.county.records import Offer, Sale, Service
from optimizer.plan.verify.book import Book, term
from optimizer.plan.verify.calendar import Profile
from optimizer.plan.verify.exact import exact, may_round_otherwise, whole_cents
from optimizer.plan.verify.yearly import Yearly

SERVICE_PARTS = (
    "in_house_usd",
    "revenue_usd",
    "price_usd",
    "administration_usd",
    "stays_usd",
    "retained_revenue_usd",
    "unrealized_usd",
    "transition_usd",
)
SALE_PARTS = ("sale_revenue_usd", "sale_cost_usd", "sale_unrealized_usd", "sale_setup_usd")

ONE_USD = Yearly.of(Fraction(1))
"""For flows whose profile holds the dollars of each year themselves."""


@dataclass(frozen=True)
class Flow:
    """One part of a cost: a yearly amount and how it spreads over the years."""

    part: str
    amount: Yearly
    profile: Profile

    @cached_property
    def present_usd(self) -> Fraction:
        first, *others = (usd * self.profile.present(growth) for growth, usd in self.amount.usd_by_growth.items())
        return sum(others, first)

    @cached_property
    def present_cents(self) -> int:
        return whole_cents(self.present_usd)

    @cached_property
    def may_round_otherwise(self) -> bool:
        """Whether floating point could round the present value to another cent."""
        return may_round_otherwise(self.present_usd)

    def cash_usd(self, year: int) -> Fraction:
        """Dollars of one year, not discounted."""
        return self.amount.in_year(year) * self.profile.share(year)


def gross_usd(service: Service) -> Fraction:
    """G: what the service costs per year, in today's dollars and before any revenue."""
    return exact(service.personnel_usd) + exact(service.nonpersonnel_usd) + exact(service.overhead_usd)


def gross(book: Book, service: Service) -> Yearly:
    """G_t, each of its pieces growing as the scenario says."""
    return book.of_money((gross, service.service_id), lambda: _gross(book, service))


def _gross(book: Book, service: Service) -> Yearly:
    growth = book.settings.economics.growth_share
    return (
        Yearly.of(exact(service.personnel_usd), growth.personnel)
        + Yearly.of(exact(service.nonpersonnel_usd), growth.nonpersonnel)
        + Yearly.of(exact(service.overhead_usd), growth.overhead)
    )


def avoidable(book: Book, offer: Offer) -> Yearly:
    """A_t: the yearly cost that the county stops paying."""
    return book.of_money((avoidable, offer.offer_id), lambda: _avoidable(book, offer))


def _avoidable(book: Book, offer: Offer) -> Yearly:
    service, economics = book.services[offer.service_id], book.settings.economics
    share, growth = economics.avoidable_share, economics.growth_share
    whole = (
        Yearly.of(exact(share.personnel) * exact(service.personnel_usd), growth.personnel)
        + Yearly.of(exact(share.nonpersonnel) * exact(service.nonpersonnel_usd), growth.nonpersonnel)
        + Yearly.of(exact(share.overhead) * exact(service.overhead_usd), growth.overhead)
    )
    return whole * term(offer, "moved_share")


def administration_share(book: Book, offer: Offer) -> Fraction:
    """m: by the provider's kind; a pool of the county itself, and exit, need none."""
    provider = book.provider(offer)
    if provider is None:
        return Fraction(0)
    return exact(book.settings.kinds[book.organizations[provider].kind].administration_share)


def price(book: Book, offer: Offer) -> Yearly:
    """p_t: what the provider charges."""
    return Yearly.of(term(offer, "price_usd_per_year"), book.escalation(book.provider(offer)))


def best_volume_usd(book: Book, offer: Offer) -> Fraction:
    """What the offer's volume costs per year, today, in the pool's cheapest tier, q u; 0 outside pools and tiers."""
    if offer.pool_id is None:
        return Fraction(0)
    resource, tiers = book.pools[offer.pool_id].resource, book.tiers[offer.pool_id]
    if resource is None or not tiers:
        return Fraction(0)
    return min(exact(tier.usd_per_unit) for tier in tiers.values()) * book.use(offer, resource)


def best_volume(book: Book, offer: Offer) -> Yearly:
    """q_t u, which rises as the price does."""
    return Yearly.of(best_volume_usd(book, offer), book.escalation(book.provider(offer)))


def promised_saving(book: Book, offer: Offer) -> Yearly:
    """s_t = A_t - p_t (1 + m) - q_t u - (R_t - r_t); negative where the offer costs more than it saves."""
    return book.of_money((promised_saving, offer.offer_id), lambda: _promised_saving(book, offer))


def _promised_saving(book: Book, offer: Offer) -> Yearly:
    lost_usd = exact(book.services[offer.service_id].revenue_usd) - term(offer, "retained_revenue_usd")
    charged = price(book, offer) * (1 + administration_share(book, offer))
    return avoidable(book, offer) - charged - best_volume(book, offer) - _revenue(book, lost_usd)


def kept(book: Book) -> Mapping[str, tuple[Flow, ...]]:
    """Service to the parts of keeping it; those that keeping never has are left out."""
    return book.of_money(kept, lambda: {row.service_id: _keep_flows(book, row) for row in book.county.services})


def _keep_flows(book: Book, service: Service) -> tuple[Flow, ...]:
    every_year = book.calendar.since(1)
    return (
        Flow("in_house_usd", gross(book, service), every_year),
        Flow("revenue_usd", -_revenue(book, exact(service.revenue_usd)), every_year),
    )


def move_flows(book: Book, offer: Offer, start: int) -> tuple[Flow, ...]:
    """The parts of a move that starts in a year."""
    return book.of_money((move_flows, offer.offer_id, start), lambda: _move_flows(book, offer, start))


def _move_flows(book: Book, offer: Offer, start: int) -> tuple[Flow, ...]:
    service, calendar = book.services[offer.service_id], book.calendar
    phases = calendar.phases(term(offer, "lead_time_months"), start)
    in_house, paid = gross(book, service), price(book, offer)
    transition = Yearly.of(term(offer, "transition_usd"))
    return (
        Flow("in_house_usd", in_house, phases.waiting),
        Flow("revenue_usd", -_revenue(book, exact(service.revenue_usd)), phases.waiting),
        Flow("price_usd", paid, phases.moved),
        Flow("administration_usd", paid * administration_share(book, offer), phases.moved),
        Flow("stays_usd", in_house - avoidable(book, offer), phases.moved),
        Flow("retained_revenue_usd", -_revenue(book, term(offer, "retained_revenue_usd")), phases.moved),
        _not_counted(book, "unrealized_usd", promised_saving(book, offer), phases.missing),
        Flow("transition_usd", transition, calendar.once(start)),
    )


def sale_flows(book: Book, sale: Sale, start: int) -> tuple[Flow, ...]:
    """The parts of a sale that starts in a year; revenue grows as the county's does, cost as its personnel."""
    phases = book.calendar.phases(exact(sale.lead_time_months), start)
    paid = _revenue(book, term(sale, "price_usd_per_year"))
    cost = Yearly.of(exact(sale.marginal_usd_per_year), book.settings.economics.growth_share.personnel)
    return (
        Flow("sale_revenue_usd", -paid, phases.moved),
        Flow("sale_cost_usd", cost, phases.moved),
        _not_counted(book, "sale_unrealized_usd", paid - cost, phases.missing),
        Flow("sale_setup_usd", Yearly.of(exact(sale.setup_usd)), book.calendar.once(start)),
    )


def present_cents(parts: Iterable[Flow]) -> int:
    """Present cost of an option: its parts, each rounded to the cent."""
    return sum(flow.present_cents for flow in parts)


def uncertain_cents(parts: Iterable[Flow]) -> int:
    """Cents by which floating point may come to another present cost: one per part that lies next to half a cent."""
    return sum(flow.may_round_otherwise for flow in parts)


def _revenue(book: Book, usd: Fraction) -> Yearly:
    return Yearly.of(usd, book.settings.economics.growth_share.revenue)


def _not_counted(book: Book, part: str, saving: Yearly, missing: Profile) -> Flow:
    """The part of a promise that is not counted on: max(s_t, 0) times what is missing in each year."""
    if saving.steady:
        return Flow(part, saving if saving.today_usd > 0 else saving * Fraction(0), missing)
    promised = book.calendar.profile(lambda year: missing.share(year) * max(saving.in_year(year), Fraction(0)))
    return Flow(part, ONE_USD, promised)
