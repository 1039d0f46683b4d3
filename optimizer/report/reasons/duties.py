"""Which duties a service serves, and in which words levels of mandate and reliance are told."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.plan.answer import Answer

MANDATED = {
    4: "asked for by federal, state or county law",
    3: "asked for by the charter or a regulator",
    2: "asked for by an ordinance or a contract",
    1: "best practice, asked for by no law",
    0: "asked for by no law",
}
RELIED_ON = {
    4: "nobody else delivers it",
    3: "nobody else delivers it, though others could be hired",
    2: "another government or a nonprofit offers it too",
    1: "firms offer it too, none of them local",
    0: "local firms offer it too",
}


def duties_of(answer: Answer) -> Mapping[str, tuple[str, ...]]:
    """The duties that name each service, each as `name (citation)`; services that none names are not in it."""
    names = {duty.mandate_id: f"{duty.name} ({duty.citation})" for duty in answer.county.mandates}
    found: dict[str, list[str]] = {}
    for row in answer.county.mandate_services:
        found.setdefault(row.service_id, []).append(names[row.mandate_id])
    return {service: tuple(duties) for service, duties in found.items()}
