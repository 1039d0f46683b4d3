"""links: services that go together, that must not meet at one provider, or that need one another."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.records import LinkKind
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, refusal


def together(reading: Reading) -> Iterator[Usage]:
    """All are kept, or all have the same decision and provider organization or pool."""
    for link_id, services in reading.book.links.get(LinkKind.TOGETHER, []):
        offers = [reading.offer(service) for service in services]
        sides = {None if offer is None else reading.book.side(offer) for offer in offers}
        if len(sides) > 1:
            ways = "; ".join(_way(reading, service) for service in services)
            yield refusal("links", link_id, f"link {link_id}: these services go together, but {ways}")


def apart(reading: Reading) -> Iterator[Usage]:
    """No organization is the provider of two of them."""
    for link_id, services in reading.book.links.get(LinkKind.APART, []):
        linked = frozenset(services)
        for org_id, moves in reading.at.items():
            names = [service.name for service, _ in moves if service.service_id in linked]
            if len(names) > 1:
                name = reading.book.organizations[org_id].name
                text = f"link {link_id}: {name} may not be the provider of both {' and '.join(names)}"
                yield refusal("links", f"{link_id} {org_id}", text)


def needs(reading: Reading) -> Iterator[Usage]:
    """The service at position 1 moves only if all the others move."""
    for link_id, services in reading.book.links.get(LinkKind.NEEDS, []):
        first, others = services[0] if services else None, services[1:]
        kept = [reading.book.services[other].name for other in others if reading.offer(other) is None]
        if first is not None and kept and reading.offer(first) is not None:
            name = reading.book.services[first].name
            text = f"link {link_id}: {name} may not move while the county keeps {' and '.join(kept)}"
            yield refusal("links", link_id, text)


def _way(reading: Reading, service_id: str) -> str:
    offer = reading.offer(service_id)
    return f"{reading.book.services[service_id].name} (keep)" if offer is None else reading.book.move(offer)
