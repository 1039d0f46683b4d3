"""choice: exactly one option per service, nothing that the tables do not hold, every year within the plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import isfinite

from optimizer.counts import count_of
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.usage import Usage, refusal


def choice(book: Book, choices: Choices) -> Iterator[Usage]:
    """Every service has keep or one of its own offers, and all else that is chosen exists. Comes before all else."""
    return chain(
        _offers(book, choices),
        _starts(book, choices),
        _agreements(book, choices),
        chain.from_iterable(_pool(book, pool_id, opened) for pool_id, opened in choices.pools.items()),
        _sales(book, choices),
        _proposals(book, choices),
    )


def _offers(book: Book, choices: Choices) -> Iterator[Usage]:
    for service_id, service in book.services.items():
        if service_id not in choices.offers:
            yield refusal("choice", service_id, f"{service.name}: nothing is decided for it")
    for service_id, offer_id in choices.offers.items():
        if service_id not in book.services:
            yield refusal("choice", service_id, f"{service_id}: the county has no such service")
        elif offer_id is not None:
            yield from _own_offer(book, service_id, offer_id)


def _own_offer(book: Book, service_id: str, offer_id: str) -> Iterator[Usage]:
    name, offer = book.services[service_id].name, book.offers.get(offer_id)
    if offer is None:
        yield refusal("choice", service_id, f"{name}: there is no offer {offer_id}")
    elif offer.service_id != service_id:
        yield refusal("choice", service_id, f"{name}: offer {offer_id} is for another service")


def _starts(book: Book, choices: Choices) -> Iterator[Usage]:
    """Moved services have a start, the others none."""
    for service_id in sorted(choices.starts.keys() - choices.offers.keys()):
        yield refusal("choice", service_id, f"{service_id}: it starts, but nothing is decided for it")
    for service_id, offer_id in choices.offers.items():
        name = book.services[service_id].name if service_id in book.services else service_id
        start = choices.starts.get(service_id)
        if offer_id is None and start is not None:
            yield refusal("choice", service_id, f"{name}: the county keeps it, yet it starts to move in year {start}")
        elif offer_id is not None and start is None:
            yield refusal("choice", service_id, f"{name}: nothing says in which year it starts to move")
        elif start is not None:
            yield from _within(book, service_id, f"{name}: it starts to move", start)


def _agreements(book: Book, choices: Choices) -> Iterator[Usage]:
    for org_id, start in choices.agreements.items():
        if org_id not in book.organizations:
            yield refusal("choice", org_id, f"agreement with {org_id}: the county knows no such organization")
        else:
            yield from _within(book, org_id, f"agreement with {book.organizations[org_id].name}: it is signed", start)


def _pool(book: Book, pool_id: str, opened: Opened) -> Iterator[Usage]:
    if pool_id not in book.pools:
        yield refusal("choice", pool_id, f"pool {pool_id}: the county has no such pool")
        return
    name, tiers = book.pools[pool_id].name, book.tiers[pool_id]
    yield from _within(book, pool_id, f"{name}: it opens", opened.start_year)
    most = max(book.calendar.start_years - opened.start_year + 1, 1) if tiers else 1
    if not 1 <= len(opened.tiers) <= most:
        years = "1 is" if most == 1 else f"1 to {most} are"
        text = f"{name}: the plan names tiers for {count_of(len(opened.tiers), 'year')} of running, {years} needed"
        yield refusal("choice", pool_id, text)
    for tier in dict.fromkeys(opened.tiers):
        if tier is not None and tier not in tiers:
            yield refusal("choice", f"{pool_id} {tier}", f"{name}: it has no tier {tier}")


def _sales(book: Book, choices: Choices) -> Iterator[Usage]:
    for sale_id, start in choices.sales.items():
        if sale_id not in book.sales:
            yield refusal("choice", sale_id, f"sale {sale_id}: there is no such sale")
        else:
            yield from _within(book, sale_id, f"{book.sale(book.sales[sale_id])}: it starts", start)


def _proposals(book: Book, choices: Choices) -> Iterator[Usage]:
    for proposal_id, share in choices.proposals.items():
        if proposal_id not in book.proposals:
            yield refusal("choice", proposal_id, f"proposal {proposal_id}: there is no such proposal")
        elif not (isfinite(share) and share >= 0):
            name = book.proposals[proposal_id].name
            yield refusal("choice", proposal_id, f"{name}: {share} of it is done, which is no share")


def _within(book: Book, subject: str, who: str, start: int) -> Iterator[Usage]:
    """A year in which something may start."""
    if start not in book.calendar.starts:
        last = book.calendar.start_years
        years = "1, the only year" if last == 1 else f"1 to {last}, the years"
        yield refusal("choice", subject, f"{who} in year {start}, not in {years} in which anything may start")
