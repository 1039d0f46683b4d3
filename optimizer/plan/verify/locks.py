"""locks: what the scenario has decided already, or has closed."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.records import Decision, Offer, Service
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, refusal
from optimizer.scenario.scenario import Forbid, Lock


def locks(reading: Reading) -> Iterator[Usage]:
    """A locked service takes its decision, and the provider if one is named."""
    for lock in reading.book.case.locks:
        offer = reading.offer(lock.service_id)
        if not _obeys(reading.book, lock, offer):
            name = reading.book.services[lock.service_id].name
            whom = "" if lock.provider is None else f" with {lock.provider}"
            text = f"{name} is locked to {lock.decision}{whom} ({lock.origin}), not {_decision(offer)}"
            yield refusal("locks", lock.service_id, text if offer is None else f"{text}: {reading.book.move(offer)}")


def forbids(reading: Reading) -> Iterator[Usage]:
    """A forbidden decision is not taken, for the service or for the provider that it is forbidden to."""
    for forbid in reading.book.case.forbids:
        for service, offer in _within(reading, forbid):
            if _closes(reading.book, forbid, offer):
                what = f"{service.name} (keep)" if offer is None else reading.book.move(offer)
                subject = " ".join(part for part in (service.service_id, forbid.provider) if part is not None)
                yield refusal("locks", subject, f"{what}: the scenario forbids this ({forbid.origin})")


def _within(reading: Reading, forbid: Forbid) -> Iterator[tuple[Service, Offer | None]]:
    if forbid.service_id is None:
        yield from reading.chosen
    else:
        yield reading.book.services[forbid.service_id], reading.offer(forbid.service_id)


def _obeys(book: Book, lock: Lock, offer: Offer | None) -> bool:
    if offer is None or lock.provider is None:
        return _decision(offer) == lock.decision
    return offer.decision == lock.decision and _is_with(book, offer, lock.provider)


def _closes(book: Book, forbid: Forbid, offer: Offer | None) -> bool:
    if _decision(offer) != forbid.decision:
        return False
    return forbid.provider is None or (offer is not None and _is_with(book, offer, forbid.provider))


def _is_with(book: Book, offer: Offer, provider: str) -> bool:
    """Whether an organization delivers the offer or hosts its pool, or the pool is the one named."""
    return provider in (book.provider(offer), offer.pool_id)


def _decision(offer: Offer | None) -> Decision:
    return Decision.KEEP if offer is None else offer.decision
