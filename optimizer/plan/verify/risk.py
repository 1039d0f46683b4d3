"""risk: no single organization holds too much, and the county keeps enough to stay able."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from optimizer.county.records import Service
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.money import gross_usd
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least, at_most


def concentration(reading: Reading) -> Iterator[Usage]:
    """Gross cost of the services at one organization <= share x gross cost of all that is handed over [USD/year]."""
    share = reading.book.settings.limits.organization_share_of_moved_cost
    if share is None:
        return
    most = exact(share) * _gross_usd(move.service for move in reading.handed_over)
    for org_id, moves in reading.at.items():
        held = _gross_usd(move.service for move in moves)
        who = f"{reading.book.organizations[org_id].name} holds, of the moved cost,"
        yield at_most("limits.organization_share_of_moved_cost", org_id, who, held, most, "USD/year")


def critical(reading: Reading) -> Iterator[Usage]:
    """Critical services at one organization <= share x number of critical services [services]."""
    share = reading.book.settings.limits.organization_share_of_critical_services
    if share is None:
        return
    most = exact(share) * sum(service.critical for service in reading.book.county.services)
    for org_id, moves in reading.at.items():
        held = Fraction(sum(move.service.critical for move in moves))
        who = f"{reading.book.organizations[org_id].name} holds, of the critical services,"
        yield at_most("limits.organization_share_of_critical_services", org_id, who, held, most, "services")


def retained(reading: Reading) -> Iterator[Usage]:
    """Gross cost of the kept services of a class >= share x gross cost of the class [USD/year]."""
    for service_class, share in reading.book.settings.limits.retained_share_by_class.items():
        whole = _gross_usd(_of_class(reading.book.county.services, service_class))
        kept = _gross_usd(_of_class(reading.kept, service_class))
        who = f"Of class {service_class} the county keeps"
        limit = exact(share) * whole
        yield at_least("limits.retained_share_by_class", service_class, who, kept, limit, "USD/year")


def _of_class(services: Iterable[Service], service_class: str) -> Iterator[Service]:
    return (service for service in services if service.service_class == service_class)


def _gross_usd(services: Iterable[Service]) -> Fraction:
    return sum((gross_usd(service) for service in services), Fraction(0))
