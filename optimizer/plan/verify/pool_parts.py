"""Who bears which part of a pool's cost in a year: by the weights of the members, those of other counties included."""

from __future__ import annotations

from fractions import Fraction

from optimizer.county.records import Pool
from optimizer.county.terms import ShareRule
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Move, Reading


def parts_of_members(reading: Reading, pool_id: str, year: int) -> dict[str, Fraction]:
    """Service of the county that is a member by a year, to its part of what the county bears; one in sum."""
    members = reading.members_by(pool_id, year)
    weights = {move.service.service_id: _weight(reading.book, reading.book.pools[pool_id], move) for move in members}
    whole = sum(weights.values(), Fraction(0))
    if whole == 0:
        return {service_id: Fraction(1, len(members)) for service_id in weights}
    return {service_id: weight / whole for service_id, weight in weights.items()}


def part_of_county(reading: Reading, pool_id: str, year: int) -> Fraction:
    """The part of a pool's cost in a year that the county bears: all of it, unless other counties have members too."""
    book, others = reading.book, reading.book.case.others
    strangers = book.of_others(others.members, pool_id, year)
    if strangers == 0:
        return Fraction(1)
    members = reading.members_by(pool_id, year)
    own = sum((_weight(book, book.pools[pool_id], move) for move in members), Fraction(0))
    whole = own + book.of_others(others.weight, pool_id, year)
    return own / whole if whole > 0 else Fraction(len(members)) / (len(members) + strangers)


def _weight(book: Book, pool: Pool, move: Move) -> Fraction:
    """1, or the use of the pool's resource, or the population of the member's county."""
    rule = pool.share_rule or (ShareRule.EQUAL if pool.resource is None else ShareRule.USE)
    if rule is ShareRule.POPULATION:
        return exact(book.county.facts.population)
    if rule is ShareRule.EQUAL:
        return Fraction(1)
    return Fraction(0) if pool.resource is None else book.use(move.offer, pool.resource)
