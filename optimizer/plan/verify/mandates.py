"""mandates: every duty that binds is covered wherever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from optimizer.county.records import Mandate
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, floor_text


def mandates(reading: Reading) -> Iterator[Usage]:
    """Sum of weight x coverage >= required coverage x sum of weight, per binding mandate and place [weight]."""
    for mandate in reading.book.binding:
        served = reading.book.weights.get(mandate.mandate_id, [])
        if served:
            for district in reading.book.districts if mandate.district is None else (mandate.district,):
                yield _covered(reading, mandate, district, served)


def _covered(reading: Reading, mandate: Mandate, district: str | None, served: list[tuple[str, Fraction]]) -> Usage:
    total = sum((weight for _, weight in served), Fraction(0))
    held = sum((weight * _coverage(reading, service, district) for service, weight in served), Fraction(0))
    required = exact(mandate.required_coverage)
    who = f"{mandate.name} ({mandate.citation}){reading.book.at_place(district)}: coverage"
    subject = mandate.mandate_id if district is None else f"{mandate.mandate_id} {district}"
    # told as a share, which people know; tested in weights, as the model says
    usage = Usage("mandates", subject, held, required * total, "weight", "", at_least=True)
    return replace(usage, text=floor_text(who, held / total, required, "share", usage.broken))


def _coverage(reading: Reading, service_id: str, district: str | None) -> Fraction:
    offer = reading.offer(service_id)
    return Fraction(1) if offer is None else reading.book.coverage(offer, district)
