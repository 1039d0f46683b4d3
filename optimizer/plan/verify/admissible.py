"""Which options may be taken at all (sections 2 and 4 of the model)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.county.records import Offer, Service
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.hurdle import Hurdle
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.reasons import against
from optimizer.plan.verify.usage import Usage
from optimizer.scenario.scenario import Case


def admissible(reading: Reading) -> Iterator[Usage]:
    """Every chosen option against every reason to leave it out."""
    hurdle = Hurdle(reading.book)
    for service, offer in reading.chosen:
        yield from _tests(hurdle, service, offer)


def left_out(case: Case) -> Mapping[tuple[str, str | None], str]:
    """(service_id, offer_id or None for keep) of every option that may not be taken, with the first reason."""
    book = Book(case)
    hurdle = Hurdle(book)
    reasons = {}
    for service in case.county.services:
        for offer in (None, *book.offers_of.get(service.service_id, [])):
            first = next((usage.rule for usage in _tests(hurdle, service, offer) if usage.broken), None)
            if first is not None:
                reasons[service.service_id, None if offer is None else offer.offer_id] = first
    return reasons


def _tests(hurdle: Hurdle, service: Service, offer: Offer | None) -> Iterator[Usage]:
    yield from against(hurdle.book, service, offer)
    usage = None if offer is None else hurdle.usage(offer)
    if usage is not None:
        yield usage
