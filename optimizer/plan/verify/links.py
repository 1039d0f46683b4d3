"""links: services that go together, that must not meet at one provider, or that need one another."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.terms import LinkKind
from optimizer.plan.verify.reading import Move, Reading
from optimizer.plan.verify.usage import Usage, refusal


def together(reading: Reading) -> Iterator[Usage]:
    """All are kept, or all have the same decision, start year and provider organization or pool, or all end."""
    for link, services in reading.book.links.get(LinkKind.TOGETHER, []):
        moves = [reading.move(service) for service in services]
        sides = {None if move is None else (reading.book.side(move.offer), move.start) for move in moves}
        if len(sides) > 1:
            ways = "; ".join(_way(reading, service) for service in services)
            text = f"link {link.link_id}: these services go together, but {ways}"
            yield refusal("links", link.link_id, text)


def apart(reading: Reading) -> Iterator[Usage]:
    """No organization is the provider of two of them."""
    for link, services in reading.book.links.get(LinkKind.APART, []):
        linked = frozenset(services)
        for org_id, moves in reading.at.items():
            names = [move.service.name for move in moves if move.service.service_id in linked]
            if len(names) > 1:
                name = reading.book.organizations[org_id].name
                text = f"link {link.link_id}: {name} may not be the provider of both {' and '.join(names)}"
                yield refusal("links", f"{link.link_id} {org_id}", text)


def needs(reading: Reading) -> Iterator[Usage]:
    """The service at position 1 moves in a year only if all the others have moved by then."""
    for link, services in reading.book.links.get(LinkKind.NEEDS, []):
        first = reading.move(services[0]) if services else None
        if first is not None:
            names = reading.book.services
            kept = [names[other].name for other in services[1:] if _is_kept(reading.move(other), first.start)]
            if kept:
                when = reading.book.calendar.in_year(first.start)
                who = f"link {link.link_id}: {first.service.name} may not move{when}"
                yield refusal("links", link.link_id, f"{who} while the county keeps {' and '.join(kept)}")


def _is_kept(move: Move | None, year: int) -> bool:
    """Whether a service has not started to move by a year."""
    return move is None or move.start > year


def _way(reading: Reading, service_id: str) -> str:
    move = reading.move(service_id)
    if move is None:
        return f"{reading.book.services[service_id].name} (keep)"
    return reading.book.move(move.offer) + reading.book.calendar.in_year(move.start)
