"""choice: exactly one option per service, and nothing that the tables do not hold."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.choices import Choices
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.usage import Usage, refusal


def choice(book: Book, choices: Choices) -> Iterator[Usage]:
    """Every service has keep or one of its own offers; agreements, pools and tiers exist. Comes before all else."""
    for service_id, service in book.services.items():
        if service_id not in choices.offers:
            yield refusal("choice", service_id, f"{service.name}: nothing is decided for it")
    for service_id, offer_id in choices.offers.items():
        if service_id not in book.services:
            yield refusal("choice", service_id, f"{service_id}: the county has no such service")
        elif offer_id is not None:
            yield from _own_offer(book, service_id, offer_id)
    for org_id in sorted(choices.agreements - book.organizations.keys()):
        yield refusal("choice", org_id, f"agreement with {org_id}: the county knows no such organization")
    for pool_id, tier in choices.pools.items():
        yield from _own_tier(book, pool_id, tier)


def _own_offer(book: Book, service_id: str, offer_id: str) -> Iterator[Usage]:
    name, offer = book.services[service_id].name, book.offers.get(offer_id)
    if offer is None:
        yield refusal("choice", service_id, f"{name}: there is no offer {offer_id}")
    elif offer.service_id != service_id:
        yield refusal("choice", service_id, f"{name}: offer {offer_id} is for another service")


def _own_tier(book: Book, pool_id: str, tier: int | None) -> Iterator[Usage]:
    if pool_id not in book.pools:
        yield refusal("choice", pool_id, f"pool {pool_id}: the county has no such pool")
    elif tier is not None and tier not in book.tiers[pool_id]:
        yield refusal("choice", f"{pool_id} {tier}", f"{book.pools[pool_id].name}: it has no tier {tier}")
