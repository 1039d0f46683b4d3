"""What a plan costs, from the tables alone, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer.county.records import Offer, Service
from optimizer.plan.verify.book import Book, term
from optimizer.plan.verify.calendar import Profile
from optimizer.plan.verify.exact import exact, may_round_otherwise, whole_cents
from optimizer.plan.verify.reading import Reading

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
COUNTY_PARTS = ("agreement_usd", "pool_setup_usd", "pool_fixed_usd", "pool_volume_usd")


@dataclass(frozen=True)
class Flow:
    """One part of a cost: a yearly amount and how it spreads over the years."""

    part: str
    usd: Fraction
    profile: Profile

    @property
    def present_usd(self) -> Fraction:
        return self.usd * self.profile.present


@dataclass(frozen=True)
class PresentCosts:
    """A plan's present values in whole cents."""

    cents_by_service: Mapping[str, Mapping[str, int]]
    """Service to part to cents; every part of `SERVICE_PARTS` is there."""
    cents_by_source: Mapping[str, Mapping[str, int]]
    """Part of `COUNTY_PARTS` to organization or pool to cents."""

    @property
    def cents_by_part(self) -> Mapping[str, int]:
        """The plan's total of each part."""
        services = self.cents_by_service.values()
        totals = {part: sum(parts[part] for parts in services) for part in SERVICE_PARTS}
        return totals | {part: sum(self.cents_by_source[part].values()) for part in COUNTY_PARTS}

    @property
    def total_cents(self) -> int:
        return sum(self.cents_by_part.values())


@dataclass(frozen=True)
class ExactCosts(PresentCosts):
    """A plan's money: present values in whole cents, cash in exact dollars of each year 0 .. H-1."""

    cash_usd_by_service: Mapping[str, tuple[Fraction, ...]]
    cash_usd_county: tuple[Fraction, ...]


def gross_usd(service: Service) -> Fraction:
    """G: what the service costs per year, before any revenue."""
    return exact(service.personnel_usd) + exact(service.nonpersonnel_usd) + exact(service.overhead_usd)


def avoidable_usd(book: Book, offer: Offer) -> Fraction:
    """A: the yearly cost that the county stops paying."""
    service, share = book.services[offer.service_id], book.settings.economics.avoidable_share
    avoidable = (
        exact(share.personnel) * exact(service.personnel_usd)
        + exact(share.nonpersonnel) * exact(service.nonpersonnel_usd)
        + exact(share.overhead) * exact(service.overhead_usd)
    )
    return term(offer, "moved_share") * avoidable


def administration_share(book: Book, offer: Offer) -> Fraction:
    """m: by the provider's kind; a pool of the county itself needs none."""
    provider = book.provider(offer)
    if provider is None:
        return Fraction(0)
    return exact(book.settings.kinds[book.organizations[provider].kind].administration_share)


def best_volume_usd(book: Book, offer: Offer) -> Fraction:
    """What the offer's volume costs per year in the pool's cheapest tier, q u; 0 outside pools and without tiers."""
    if offer.pool_id is None:
        return Fraction(0)
    resource, tiers = book.pools[offer.pool_id].resource, book.tiers[offer.pool_id]
    if resource is None or not tiers:
        return Fraction(0)
    return min(exact(tier.usd_per_unit) for tier in tiers.values()) * book.use(offer, resource)


def promised_saving_usd(book: Book, offer: Offer) -> Fraction:
    """What an offer promises to save per year: s = A - p (1 + m) - q u - (R - r); negative where it costs more."""
    lost = exact(book.services[offer.service_id].revenue_usd) - term(offer, "retained_revenue_usd")
    charged = term(offer, "price_usd_per_year") * (1 + administration_share(book, offer))
    return avoidable_usd(book, offer) - charged - best_volume_usd(book, offer) - lost


def flows(book: Book, service: Service, offer: Offer | None) -> tuple[Flow, ...]:
    """The parts of one option; parts that an option never has are left out."""
    gross, revenue = gross_usd(service), exact(service.revenue_usd)
    if offer is None:
        yearly = book.calendar.yearly
        return Flow("in_house_usd", gross, yearly), Flow("revenue_usd", -revenue, yearly)
    phases = book.calendar.phases(term(offer, "lead_time_months"))
    price = term(offer, "price_usd_per_year")
    counted = max(promised_saving_usd(book, offer), Fraction(0))
    return (
        Flow("in_house_usd", gross, phases.waiting),
        Flow("revenue_usd", -revenue, phases.waiting),
        Flow("price_usd", price, phases.moved),
        Flow("administration_usd", administration_share(book, offer) * price, phases.moved),
        Flow("stays_usd", gross - avoidable_usd(book, offer), phases.moved),
        Flow("retained_revenue_usd", -term(offer, "retained_revenue_usd"), phases.moved),
        Flow("unrealized_usd", counted, phases.missing),
        Flow("transition_usd", term(offer, "transition_usd"), book.calendar.once),
    )


def present_cents(parts: Iterable[Flow]) -> int:
    """Present cost of an option: its parts, each rounded to the cent."""
    return sum(whole_cents(flow.present_usd) for flow in parts)


def uncertain_cents(parts: Iterable[Flow]) -> int:
    """Cents by which floating point may come to another present cost: one per part that lies next to half a cent."""
    return sum(may_round_otherwise(flow.present_usd) for flow in parts)


def county_flows(reading: Reading) -> tuple[tuple[str, Flow], ...]:
    """What the county pays once for all: organization or pool, and the part. Lead times do not shift these."""
    book, calendar = reading.book, reading.book.calendar
    rows = [
        (org, Flow("agreement_usd", term(book.organizations[org], "agreement_usd_per_year"), calendar.yearly))
        for org in sorted(reading.choices.agreements)
    ]
    for pool_id in sorted(reading.choices.pools):
        pool, tier = book.pools[pool_id], reading.tier(pool_id)
        fixed, volume = exact(pool.fixed_usd_per_year), Fraction(0)
        if tier is not None:
            fixed += exact(tier.fixed_usd_per_year)
            volume = reading.volume(pool_id) * exact(tier.usd_per_unit)
        rows.append((pool_id, Flow("pool_setup_usd", exact(pool.setup_usd), calendar.once)))
        rows.append((pool_id, Flow("pool_fixed_usd", fixed, calendar.yearly)))
        rows.append((pool_id, Flow("pool_volume_usd", volume, calendar.yearly)))
    return tuple(rows)


def present_costs(reading: Reading) -> PresentCosts:
    """Every part of a plan's cost, in today's money."""
    of_county = county_flows(reading)
    return PresentCosts(
        cents_by_service={
            service.service_id: _cents(flows(reading.book, service, offer)) for service, offer in reading.chosen
        },
        cents_by_source={
            part: {source: whole_cents(flow.present_usd) for source, flow in of_county if flow.part == part}
            for part in COUNTY_PARTS
        },
    )


def costs(reading: Reading) -> ExactCosts:
    """Every part of a plan's cost, and the cash of every year."""
    present, book = present_costs(reading), reading.book
    return ExactCosts(
        cents_by_service=present.cents_by_service,
        cents_by_source=present.cents_by_source,
        cash_usd_by_service={
            service.service_id: _cash(flows(book, service, offer), book.calendar.years)
            for service, offer in reading.chosen
        },
        cash_usd_county=_cash([flow for _, flow in county_flows(reading)], book.calendar.years),
    )


def _cents(parts: Iterable[Flow]) -> dict[str, int]:
    return dict.fromkeys(SERVICE_PARTS, 0) | {flow.part: whole_cents(flow.present_usd) for flow in parts}


def _cash(parts: Iterable[Flow], years: int) -> tuple[Fraction, ...]:
    held = list(parts)
    return tuple(sum((flow.usd * flow.profile.shares[year] for flow in held), Fraction(0)) for year in range(years))
