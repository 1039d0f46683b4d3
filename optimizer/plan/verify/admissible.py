"""Which options may be taken at all (sections 2 and 4 of the model)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.plan.verify.book import Book
from optimizer.plan.verify.hurdle import Hurdle
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.reasons import against
from optimizer.plan.verify.usage import Usage
from optimizer.scenario.scenario import Case


def admissible(reading: Reading) -> Iterator[Usage]:
    """Every chosen option against every reason to leave it out."""
    hurdle = Hurdle(reading.book)
    for service, move in reading.chosen:
        yield from against(reading.book, service, None if move is None else move.offer)
        usage = None if move is None else hurdle.usage(move.offer, move.start)
        if usage is not None:
            yield usage


def left_out(case: Case) -> Mapping[tuple[str, str | None, int | None], str]:
    """Every option that may not be taken, with the first reason.

    An option is (service_id, offer_id, start year from 1), or (service_id, None, None) for keep.
    """
    book = Book(case)
    hurdle = Hurdle(book)
    reasons: dict[tuple[str, str | None, int | None], str] = {}
    for service in case.county.services:
        kept = _first(against(book, service, None))
        if kept is not None:
            reasons[service.service_id, None, None] = kept
        for offer in book.offers_of.get(service.service_id, []):
            always = _first(against(book, service, offer))
            for start in book.calendar.starts:
                reason = always or _first(usage for usage in (hurdle.usage(offer, start),) if usage is not None)
                if reason is not None:
                    reasons[service.service_id, offer.offer_id, start] = reason
    return reasons


def _first(usages: Iterator[Usage]) -> str | None:
    return next((usage.rule for usage in usages if usage.broken), None)
