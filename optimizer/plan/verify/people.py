"""people: staff who lose their position, officials who let services go, moves and agreements to look after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import floor

from optimizer.plan.verify.book import Book, grouped, term
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Move, Reading
from optimizer.plan.verify.usage import Usage, at_most, by_year


def displaced(reading: Reading) -> Iterator[Usage]:
    """Displaced staff <= limits.displaced_fte [FTE]."""
    most = reading.book.settings.limits.displaced_fte
    if most is not None:
        lost = _displaced_fte(reading.moved)
        yield at_most("limits.displaced_fte", "county", "Staff who lose their position:", lost, exact(most), "FTE")


def displaced_by_department(reading: Reading) -> Iterator[Usage]:
    """Displaced staff of a department <= its limit [FTE]."""
    for department, most in reading.book.settings.limits.displaced_fte_by_department.items():
        lost = _displaced_fte(move for move in reading.moved if move.service.department == department)
        who = f"{department}, staff who lose their position:"
        yield at_most("limits.displaced_fte_by_department", department, who, lost, exact(most), "FTE")


def laid_off_fte(reading: Reading) -> Mapping[tuple[str, int], Fraction]:
    """Every department and year of the plan to the staff laid off: displaced beyond what attrition absorbs [FTE]."""
    book = reading.book
    lost = grouped(((move.service.department, _year_of_loss(move)), move) for move in reading.moved)
    staff = grouped((service.department, exact(service.fte)) for service in book.county.services)
    return {
        (department, year): max(
            Fraction(0),
            _displaced_fte(lost.get((department, year), [])) - _attrition(book, department) * sum(fte, Fraction(0)),
        )
        for department, fte in staff.items()
        for year in book.calendar.every_year
    }


def laid_off(reading: Reading) -> Iterator[Usage]:
    """Staff laid off in a year, in all departments <= limits.laid_off_fte_by_year [FTE]."""
    limits = reading.book.settings.limits.laid_off_fte_by_year
    if limits:
        of_year = grouped((year, fte) for (_, year), fte in laid_off_fte(reading).items())
        for year, most in by_year(limits, reading.book.calendar.every_year):
            lost = sum(of_year[year], Fraction(0))
            yield at_most(
                "limits.laid_off_fte_by_year", f"{year}", f"Staff laid off in year {year}:", lost, most, "FTE"
            )


def consents(reading: Reading) -> Iterator[Usage]:
    """Moved services of an elected official <= what the official lets go [services]."""
    for owner, most in reading.book.settings.limits.moved_services_by_consent_owner.items():
        gone = Fraction(sum(move.service.consent_owner == owner for move in reading.moved))
        who = f"{owner} lets go:"
        yield at_most("limits.moved_services_by_consent_owner", owner, who, gone, exact(most), "services")


def consents_by_year(reading: Reading) -> Iterator[Usage]:
    """Services of an elected official that start to move in a year <= what the official lets go then [services]."""
    rule = "limits.moved_services_by_consent_owner_by_year"
    for owner, limits in reading.book.settings.limits.moved_services_by_consent_owner_by_year.items():
        for year, most in by_year(limits, reading.book.calendar.starts):
            gone = Fraction(sum(move.service.consent_owner == owner and move.start == year for move in reading.moved))
            yield at_most(rule, f"{owner} {year}", f"{owner} lets go in year {year}:", gone, most, "services")


def moves_by_year(reading: Reading) -> Iterator[Usage]:
    """Services that start to move in a year <= limits.moves_by_year [services]."""
    for year, most in by_year(reading.book.settings.limits.moves_by_year, reading.book.calendar.starts):
        begun = Fraction(sum(move.start == year for move in reading.moved))
        who = f"In year {year} the county moves or ends"
        yield at_most("limits.moves_by_year", f"{year}", who, begun, most, "services")


def agreements(reading: Reading) -> Iterator[Usage]:
    """Agreements <= limits.agreements [agreements]."""
    most = reading.book.settings.limits.agreements
    if most is not None:
        signed = Fraction(len(reading.choices.agreements))
        yield at_most("limits.agreements", "county", "The county signs", signed, exact(most), "agreements")


def agreements_by_year(reading: Reading) -> Iterator[Usage]:
    """Agreements signed in a year <= limits.agreements_by_year [agreements]."""
    for year, most in by_year(reading.book.settings.limits.agreements_by_year, reading.book.calendar.starts):
        signed = Fraction(sum(start == year for start in reading.choices.agreements.values()))
        who = f"In year {year} the county signs"
        yield at_most("limits.agreements_by_year", f"{year}", who, signed, most, "agreements")


def _displaced_fte(moved: Iterable[Move]) -> Fraction:
    return sum((term(move.offer, "fte_displaced") for move in moved), Fraction(0))


def _year_of_loss(move: Move) -> int:
    """Year of the plan in which the staff of a move lose their position."""
    return move.start + floor(term(move.offer, "lead_time_months") / 12)


def _attrition(book: Book, department: str) -> Fraction:
    people = book.settings.people
    return exact(people.attrition_share_by_department.get(department, people.attrition_share))
