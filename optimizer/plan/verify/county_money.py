"""What the county pays once for all, whatever the lead times: agreements, their renewals, pools, communication."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.plan.verify.book import Book, term
from optimizer.plan.verify.communication import link_flows
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.money import Flow
from optimizer.plan.verify.pool_parts import part_of_county
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.yearly import Yearly

COUNTY_PARTS = (
    "agreement_usd",
    "renewal_usd",
    "pool_setup_usd",
    "pool_fixed_usd",
    "pool_volume_usd",
    "communication_usd",
)


def county_flows(reading: Reading) -> Iterator[tuple[str, Flow]]:
    """Organization, pool or link, and each part of what it costs."""
    for org_id, start in sorted(reading.choices.agreements.items()):
        for flow in _agreement(reading.book, org_id, start):
            yield org_id, flow
    for pool_id in sorted(reading.choices.pools):
        for flow in pool_flows(reading, pool_id):
            yield pool_id, flow
    yield from link_flows(reading)


def _agreement(book: Book, org_id: str, start: int) -> tuple[Flow, Flow]:
    organization, calendar = book.organizations[org_id], book.calendar
    term_years = term(organization, "max_term_years")
    yearly = Yearly.of(term(organization, "agreement_usd_per_year"), book.escalation(org_id))
    renewal = Yearly.of(term(organization, "renewal_usd"))
    ends = calendar.profile(lambda year: Fraction(year > start and (year - start) % term_years == 0))
    return Flow("agreement_usd", yearly, calendar.since(start)), Flow("renewal_usd", renewal, ends)


def pool_flows(reading: Reading, pool_id: str) -> tuple[Flow, Flow, Flow]:
    """What the county bears of an open pool: set-up, fixed cost, volume. Its own pools grow as personnel does."""
    book, pool, start = reading.book, reading.book.pools[pool_id], reading.choices.pools[pool_id].start_year
    parts = {year: part_of_county(reading, pool_id, year) for year in book.calendar.every_year if year >= start}
    tiers = {year: reading.tier(pool_id, year) for year in parts}

    def fixed_usd(year: int) -> Fraction:
        tier = tiers.get(year)
        of_tier = Fraction(0) if tier is None else exact(tier.fixed_usd_per_year)
        return parts.get(year, Fraction(0)) * (exact(pool.fixed_usd_per_year) + of_tier)

    def volume_usd(year: int) -> Fraction:
        tier = tiers.get(year)
        return Fraction(0) if tier is None else parts[year] * reading.volume(pool_id, year) * exact(tier.usd_per_unit)

    rising = Yearly.of(Fraction(1), book.escalation(pool.host_org_id))
    setup = Yearly.of(parts[start] * exact(pool.setup_usd))
    return (
        Flow("pool_setup_usd", setup, book.calendar.once(start)),
        Flow("pool_fixed_usd", rising, book.calendar.profile(fixed_usd)),
        Flow("pool_volume_usd", rising, book.calendar.profile(volume_usd)),
    )
