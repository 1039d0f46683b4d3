"""capacity and volume: providers take on no more than they can, and no less than they sign for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.county.records import Capacity
from optimizer.plan.verify.book import grouped, term, unit_of
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least, at_most


def capacity(reading: Reading) -> Iterator[Usage]:
    """Sum of uses of the services at a provider <= amount, row by row of capacities [the resource's unit]."""
    book = reading.book
    for row in _held(reading):
        used = sum((book.use(offer, row.resource) for _, offer in reading.at.get(row.org_id, [])), Fraction(0))
        when = "every year" if row.year is None else f"year {row.year}"
        subject = f"{row.org_id} {row.resource} {'*' if row.year is None else row.year}"
        who = f"{book.organizations[row.org_id].name}, {row.resource} in {when}:"
        yield at_most("capacity", subject, who, used, exact(row.amount), unit_of(row.resource))


def _held(reading: Reading) -> Iterator[Capacity]:
    """Rows that hold: those within the horizon, and yearless ones while some year has no row of its own."""
    rows, years = reading.book.county.capacities, reading.book.calendar.years
    own = grouped(((row.org_id, row.resource), row.year) for row in rows)
    for row in rows:
        listed = own[row.org_id, row.resource]
        if row.year is None:
            if any(year not in listed for year in range(1, years + 1)):
                yield row
        elif row.year <= years:
            yield row


def volume(reading: Reading) -> Iterator[Usage]:
    """Sum of prices at an organization with an agreement >= its minimum volume [USD/year]."""
    for org_id in sorted(reading.choices.agreements):
        organization = reading.book.organizations[org_id]
        if organization.min_volume_usd_per_year is not None:
            offers = [offer for _, offer in reading.at.get(org_id, [])]
            paid = sum((term(offer, "price_usd_per_year") for offer in offers), Fraction(0))
            who = f"{organization.name}: it is paid"
            yield at_least("volume", org_id, who, paid, exact(organization.min_volume_usd_per_year), "USD/year")
