"""activation: nothing is delivered without an agreement, nor by a pool that is not open."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, refusal


def agreed(reading: Reading) -> Iterator[Usage]:
    """The provider of a chosen offer has an agreement, signed by the year in which the offer starts."""
    book, signed = reading.book, reading.choices.agreements
    for _, offer, start in reading.moved:
        provider = book.provider(offer)
        if provider is not None and signed.get(provider, start + 1) > start:
            name = book.organizations[provider].name
            late = f" before year {signed[provider]}" if provider in signed else ""
            when = book.calendar.in_year(start)
            text = f"{book.move(offer)}{when}: there is no agreement with {name}{late}"
            yield refusal("activation", offer.offer_id, text)


def opened(reading: Reading) -> Iterator[Usage]:
    """The pool of a chosen offer is open by the year in which the offer starts."""
    book, pools = reading.book, reading.choices.pools
    for _, offer, start in reading.moved:
        if offer.pool_id is None:
            continue
        if offer.pool_id not in pools or pools[offer.pool_id].start_year > start:
            late = f" before year {pools[offer.pool_id].start_year}" if offer.pool_id in pools else ""
            when = book.calendar.in_year(start)
            yield refusal("activation", offer.offer_id, f"{book.move(offer)}{when}: the pool is not open{late}")
