"""locks: what the scenario has decided already, or has closed."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.records import Offer, Sale, Service
from optimizer.county.terms import Decision
from optimizer.plan.verify.book import Book, grouped
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, refusal
from optimizer.scenario.scenario import Forbid, Lock


def locks(reading: Reading) -> Iterator[Usage]:
    """A locked service takes its decision, and the provider if one is named. Locked to insource: kept and sold."""
    sold = grouped((sale.service_id, sale) for sale, _, _ in reading.sold)
    for lock in reading.book.case.locks:
        offer, sales = reading.offer(lock.service_id), sold.get(lock.service_id, [])
        if not _obeys(reading.book, lock, offer, sales):
            name = reading.book.services[lock.service_id].name
            whom = "" if lock.provider is None else f" with {lock.provider}"
            text = f"{name} is locked to {lock.decision}{whom} ({lock.origin}), not {_decision(offer, sales)}"
            yield refusal("locks", lock.service_id, text if offer is None else f"{text}: {reading.book.move(offer)}")


def forbids(reading: Reading) -> Iterator[Usage]:
    """A forbidden decision is not taken, for the service or for the provider that it is forbidden to.

    Where keeping is forbidden, keeping and selling is too.
    """
    for forbid in reading.book.case.forbids:
        for service, offer in _within(reading, forbid):
            if _closes(reading.book, forbid, offer):
                what = f"{service.name} (keep)" if offer is None else reading.book.move(offer)
                subject = " ".join(part for part in (service.service_id, forbid.provider) if part is not None)
                yield refusal("locks", subject, f"{what}: the scenario forbids this ({forbid.origin})")


def forbidden_sales(reading: Reading) -> Iterator[Usage]:
    """Where insource is forbidden, the service is not sold; or not to the organization it is forbidden to."""
    closed = [forbid for forbid in reading.book.case.forbids if forbid.decision is Decision.INSOURCE]
    for forbid in closed:
        for sale, _, _ in reading.sold:
            if forbid.service_id in (None, sale.service_id) and forbid.provider in (None, sale.org_id):
                text = f"{reading.book.sale(sale)}: the scenario forbids this ({forbid.origin})"
                yield refusal("locks", f"{sale.service_id} {sale.org_id}", text)


def _within(reading: Reading, forbid: Forbid) -> Iterator[tuple[Service, Offer | None]]:
    if forbid.service_id is None:
        yield from ((service, None if move is None else move.offer) for service, move in reading.chosen)
    else:
        yield reading.book.services[forbid.service_id], reading.offer(forbid.service_id)


def _obeys(book: Book, lock: Lock, offer: Offer | None, sales: list[Sale]) -> bool:
    if offer is None:
        if lock.decision is Decision.INSOURCE:
            return any(lock.provider in (None, sale.org_id) for sale in sales)
        return lock.decision is Decision.KEEP
    return offer.decision == lock.decision and (lock.provider is None or _is_with(book, offer, lock.provider))


def _closes(book: Book, forbid: Forbid, offer: Offer | None) -> bool:
    if offer is None:
        return forbid.decision is Decision.KEEP and forbid.provider is None
    return forbid.decision == offer.decision and (forbid.provider is None or _is_with(book, offer, forbid.provider))


def _is_with(book: Book, offer: Offer, provider: str) -> bool:
    """Whether an organization delivers the offer or hosts its pool, or the pool is the one named."""
    return provider in (book.provider(offer), offer.pool_id)


def _decision(offer: Offer | None, sales: list[Sale]) -> Decision:
    if offer is None:
        return Decision.INSOURCE if sales else Decision.KEEP
    return offer.decision
