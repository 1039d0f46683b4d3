"""activation: nothing is delivered without an agreement, nor by a pool that is not open."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, refusal


def activation(reading: Reading) -> Iterator[Usage]:
    """Chosen offers have their agreement and their pool; open pools have the agreement of their host."""
    book, choices = reading.book, reading.choices
    for _, offer in reading.moved:
        provider = book.provider(offer)
        if provider is not None and provider not in choices.agreements:
            name = book.organizations[provider].name
            yield refusal("activation", offer.offer_id, f"{book.move(offer)}: there is no agreement with {name}")
        if offer.pool_id is not None and offer.pool_id not in choices.pools:
            yield refusal("activation", offer.offer_id, f"{book.move(offer)}: the pool is not open")
    for pool_id in choices.pools:
        pool = book.pools[pool_id]
        if pool.host_org_id is not None and pool.host_org_id not in choices.agreements:
            host = book.organizations[pool.host_org_id].name
            yield refusal("activation", pool_id, f"{pool.name}: there is no agreement with its host {host}")
