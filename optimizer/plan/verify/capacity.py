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
    """Sum of uses of the services started at a provider by a year, in all counties <= amount [the resource's unit].

    Nothing that has started ends, so that a row of several years is met in all of them if it is in the last.
    """
    book = reading.book
    for row, last in _held(reading):
        begun = [move for move in reading.at.get(row.org_id, []) if move.start <= last]
        others = book.of_others(book.case.others.uses, (row.org_id, row.resource), last)
        used = sum((book.use(move.offer, row.resource) for move in begun), others)
        when = "every year" if row.year is None else f"year {row.year}"
        subject = f"{row.org_id} {row.resource} {'*' if row.year is None else row.year}"
        who = f"{book.organizations[row.org_id].name}, {row.resource} in {when}:"
        yield at_most("capacity", subject, who, used, exact(row.amount), unit_of(row.resource))


def _held(reading: Reading) -> Iterator[tuple[Capacity, int]]:
    """Rows that hold, each with the last year of the plan in which it does.

    A row of one year holds in it; a yearless one in the years that have no row of their own.
    """
    rows, years = reading.book.county.capacities, reading.book.calendar.every_year
    own = grouped(((row.org_id, row.resource), row.year) for row in rows)
    for row in rows:
        listed = own[row.org_id, row.resource]
        held = [year for year in years if year == row.year or (row.year is None and year not in listed)]
        if held:
            yield row, held[-1]


def volume(reading: Reading) -> Iterator[Usage]:
    """In every year from its agreement on: prices of what has started there >= its minimum volume [USD/year of today].

    Nothing that has started ends, so that the minimum is met in all these years if it is in the first.
    """
    for org_id, signed in sorted(reading.choices.agreements.items()):
        organization = reading.book.organizations[org_id]
        if organization.min_volume_usd_per_year is not None:
            begun = [move.offer for move in reading.at.get(org_id, []) if move.start <= signed]
            paid = sum((term(offer, "price_usd_per_year") for offer in begun), Fraction(0))
            who = f"{organization.name}{reading.book.calendar.in_year(signed)}: it is paid"
            yield at_least("volume", org_id, who, paid, exact(organization.min_volume_usd_per_year), "USD/year")
