"""One answer of an organization, where it stands, and what it contradicts by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from optimizer.county.county import County
from optimizer.county.findings import did_you_mean, shown
from optimizer.county.records import Service
from optimizer.county.terms import Stance
from optimizer.errors import Finding
from optimizer.workshop.form import HEADS, TERMS, Answer

FTE_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Given:
    """An answer and where it stands."""

    place: str
    """File and sheet."""
    row: int
    answer: Answer

    def where(self, name: str) -> str:
        """Where one of its cells is."""
        return f"{self.place} row {self.row} column {HEADS[name]}"

    @property
    def terms(self) -> dict[str, Any]:
        """The terms that were filled in, by their name in the offers table."""
        return {name: getattr(self.answer, name) for name in TERMS if getattr(self.answer, name) is not None}


def plainly(value: Any) -> Any:
    """A number or a word as a finding tells it."""
    return f"{value:,.15g}" if isinstance(value, int | float) else value


def row_findings(given: Given, county: County) -> Iterator[Finding]:
    """What is wrong with an answer, whatever the others say."""
    services = {service.service_id: service for service in county.services}
    service = services.get(given.answer.service_id)
    if service is None:
        fix = did_you_mean(given.answer.service_id, services, "Type the id as it was sent.")
        where, needs = given.where("service_id"), "the id of a service that was sent"
        yield Finding(where, repr(given.answer.service_id), needs, fix)
        return
    yield from _other_service(given, service)
    yield from _terms_alone(given)
    yield from _left_to_the_county(given, service)
    hired = given.answer.fte_transferred
    if hired is not None and hired > service.fte + FTE_TOLERANCE:
        where, needs = given.where("fte_transferred"), f"at most the {service.fte:g} of the service"
        yield Finding(where, f"{hired:g} staff hired", needs, "Ask how many of our staff are meant.")


def _other_service(given: Given, service: Service) -> Iterator[Finding]:
    name = given.answer.name
    if name is not None and " ".join(name.split()) != " ".join(service.name.split()):
        found, needs = f"{service.service_id} beside {shown(name)}", "an id beside its own service"
        fix = f"{service.service_id} is {service.name!r}: find out which is meant, and type both as they were sent."
        yield Finding(given.where("service_id"), found, needs, fix)


def _terms_alone(given: Given) -> Iterator[Finding]:
    term, value = next(iter(given.terms.items()), ("", None))
    if term and given.answer.stance is None:
        fix = "Choose an answer in the same row, or clear the terms."
        yield Finding(given.where(term), f"{plainly(value)} without an answer", "terms beside an answer", fix)
    if term and given.answer.stance is Stance.NO:
        fix = "Ask which of the two holds, and clear the other."
        yield Finding(given.where(term), f"{plainly(value)} beside the answer no", "terms beside another answer", fix)


def _left_to_the_county(given: Given, service: Service) -> Iterator[Finding]:
    """Only what the law lets others deliver can be taken over or offered for."""
    stance = given.answer.stance
    offered = bool(given.terms) and stance in (Stance.DELIVERS, Stance.WOULD_PARTNER)
    if not service.delegable and (stance is Stance.WOULD_TAKE_OVER or offered):
        found, needs = f"{stance} of a service that is not delegable", "a service that the law lets others deliver"
        fix = "Move the answer into the remarks, or correct delegable in services."
        yield Finding(given.where("stance"), found, needs, fix)
