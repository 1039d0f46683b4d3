"""Communication: two services that work together cost money where two different organizations deliver them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from optimizer.county.records import Link
from optimizer.county.terms import Decision, LinkKind
from optimizer.plan.verify.book import Book, term
from optimizer.plan.verify.money import ONE_USD, Flow
from optimizer.plan.verify.reading import Move, Reading


def link_flows(reading: Reading) -> Iterator[tuple[str, Flow]]:
    """Every link of kind communicates, and what it costs year by year; it does not grow."""
    for link, services in reading.book.links.get(LinkKind.COMMUNICATES, []):
        moves = [reading.move(service) for service in services]
        yield link.link_id, _flow(reading.book, link, moves)


def _flow(book: Book, link: Link, moves: list[Move | None]) -> Flow:
    volume = term(link, "volume_per_year")

    def usd(year: int) -> Fraction:
        return sum((volume * _unit_usd(book, one, other, year) for one, other in combinations(moves, 2)), Fraction(0))

    return Flow("communication_usd", ONE_USD, book.calendar.profile(usd))


def _unit_usd(book: Book, one: Move | None, other: Move | None, year: int) -> Fraction:
    if _has_ended(one, year) or _has_ended(other, year):
        return Fraction(0)
    return book.unit_usd(_deliverer(book, one, year), _deliverer(book, other, year))


def _has_ended(move: Move | None, year: int) -> bool:
    return move is not None and move.start <= year and move.offer.decision is Decision.EXIT


def _deliverer(book: Book, move: Move | None, year: int) -> str | None:
    """Who is talked to in a year: the provider from the start year on, whatever the lead time; None: the county."""
    return None if move is None or move.start > year else book.provider(move.offer)
