"""people: staff who lose their position, officials who let services go, agreements to look after."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.county.records import Offer, Service
from optimizer.plan.verify.book import term
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_most


def displaced(reading: Reading) -> Iterator[Usage]:
    """Displaced staff <= limits.displaced_fte [FTE]."""
    most = reading.book.settings.limits.displaced_fte
    if most is not None:
        lost = _displaced_fte(reading.moved)
        yield at_most("limits.displaced_fte", "county", "Staff who lose their position:", lost, exact(most), "FTE")


def displaced_by_department(reading: Reading) -> Iterator[Usage]:
    """Displaced staff of a department <= its limit [FTE]."""
    for department, most in reading.book.settings.limits.displaced_fte_by_department.items():
        lost = _displaced_fte((service, offer) for service, offer in reading.moved if service.department == department)
        who = f"{department}, staff who lose their position:"
        yield at_most("limits.displaced_fte_by_department", department, who, lost, exact(most), "FTE")


def consents(reading: Reading) -> Iterator[Usage]:
    """Moved services of an elected official <= what the official lets go [services]."""
    for owner, most in reading.book.settings.limits.moved_services_by_consent_owner.items():
        gone = Fraction(sum(service.consent_owner == owner for service, _ in reading.moved))
        who = f"{owner} lets go:"
        yield at_most("limits.moved_services_by_consent_owner", owner, who, gone, exact(most), "services")


def agreements(reading: Reading) -> Iterator[Usage]:
    """Agreements <= limits.agreements [agreements]."""
    most = reading.book.settings.limits.agreements
    if most is not None:
        signed = Fraction(len(reading.choices.agreements))
        yield at_most("limits.agreements", "county", "The county signs", signed, exact(most), "agreements")


def _displaced_fte(moved: Iterator[tuple[Service, Offer]] | tuple[tuple[Service, Offer], ...]) -> Fraction:
    return sum((term(offer, "fte_displaced") for _, offer in moved), Fraction(0))
