"""equity: no district and no population group is left with too little of all that the county did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from optimizer.plan.verify.book import Book
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.money import gross_usd
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least
from optimizer.scenario.settings import EquityWeight


def coverage_of_places(reading: Reading) -> Mapping[str | None, Fraction]:
    """District or group to the weighted mean of all services' coverage there [share]; None: the county as a whole.

    Empty if no service has any weight.
    """
    book = reading.book
    weights, whole = _weights(book)
    if whole == 0:
        return {}
    # only what moves can lose coverage
    return {
        place: 1
        - sum(
            (weights[service.service_id] * (1 - book.coverage(offer, place)) for service, offer, _ in reading.moved),
            Fraction(0),
        )
        / whole
        for place in book.places
    }


def equity(reading: Reading) -> Iterator[Usage]:
    """Coverage of a place >= equity.floor_by_place, or else equity.floor [share]."""
    settings = reading.book.settings.equity
    for place, coverage in coverage_of_places(reading).items():
        own = None if place is None else settings.floor_by_place.get(place)
        rule, floor = ("equity.floor", settings.floor) if own is None else ("equity.floor_by_place", own)
        if floor is not None:
            who = f"All services{reading.book.at_place(place)}: coverage"
            yield at_least(rule, place or "county", who, coverage, exact(floor), "share")


def _weights(book: Book) -> tuple[Mapping[str, Fraction], Fraction]:
    """Service to its weight, and the sum of all."""
    by_cost = book.settings.equity.weight is EquityWeight.GROSS_COST
    return book.of_money((_weights, by_cost), lambda: _weighed(book, by_cost))


def _weighed(book: Book, by_cost: bool) -> tuple[Mapping[str, Fraction], Fraction]:
    rows = book.county.services
    weights = {row.service_id: gross_usd(row) if by_cost else Fraction(1) for row in rows}
    return weights, sum(weights.values(), Fraction(0))
