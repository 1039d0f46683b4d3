"""Kept rows as services, with their funds and the links between those that are one program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.county.fields import columns_of
from optimizer.county.findings import did_you_mean, record_or_findings, shown
from optimizer.county.importing.evaluate import evaluate
from optimizer.county.importing.loading import Located
from optimizer.county.importing.mapping import NEEDED_FIELDS, NUMBER_FIELDS
from optimizer.county.importing.names import slug_of, told_apart
from optimizer.county.importing.rows import Cells, Rows, as_texts, number_fix, objects, parse_number
from optimizer.county.importing.total_rows import without_totals
from optimizer.county.records import Facts, Fund, Link, LinkService, Service
from optimizer.county.terms import LinkKind
from optimizer.errors import Finding

SHOWN_ROWS = 8


@dataclass(frozen=True)
class Built:
    """The services, and the name each had in the source."""

    services: tuple[Service, ...]
    source_names: tuple[str, ...]


def build_services(rows: Rows, located: Located) -> Built:
    """One service per row, dollars rounded to the cent and staff to 0.0001.

    Whatever is wrong is noted in `rows.notes`; the services are complete only if nothing is.
    """
    rows = without_totals(rows, located)
    fields = {name: _field(name, rows, located) for name in located.mapping.columns}
    for name in NEEDED_FIELDS:
        _refuse_blanks(name, fields[name], rows, located)
    names = [str(name or "") for name in fields["name"]]
    more = [["" if text is None else text for text in rows.texts(column)] for column in located.mapping.names.add]
    fields["name"], fields["service_id"] = _identified(names, more, fields, rows)
    services = []
    for index in range(len(rows)):
        cells = {name: values[index] for name, values in fields.items() if values[index] is not None}
        if all(name in cells for name in (*NEEDED_FIELDS, "service_id")):
            service, findings = record_or_findings(
                Service,
                cells,
                lambda name, index=index: _where(rows, index, name, located),  # type: ignore[misc]
            )
            services += [service] if service else []
            for finding in findings:
                rows.notes.refuse(finding)
    return Built(tuple(services), tuple(names))


def _field(name: str, rows: Rows, located: Located) -> Cells:
    values = evaluate(located.mapping.columns[name], rows, ("columns", name))
    if name in NUMBER_FIELDS:
        return _rounded(name, values, rows, located)
    return as_texts(values) if columns_of(Service)[name].is_text else values


def _rounded(name: str, values: Cells, rows: Rows, located: Located) -> Cells:
    result: list[float | None] = []
    for index, value in enumerate(values):
        number = parse_number(value, rows.style)
        if number is None:
            fix = number_fix(rows.style)
            rows.notes.refuse(Finding(_where(rows, index, name, located), shown(value), "a number", fix))
            rows.notes.leave_unread(name, [int(rows.numbers[index])])
        blank = number is None or np.isnan(number)
        result.append(None if blank else round(float(number or 0), 4 if name == "fte" else 2))
    return objects(result)


def _where(rows: Rows, index: int, field: str, located: Located) -> str:
    """The row, the field and the source columns behind it."""
    rule = located.mapping.columns.get(field)
    columns = ", ".join(dict.fromkeys(rule.columns())) if rule else ""
    return f"{rows.where(index, field)}" + (f" (from {columns})" if columns else "")


def _behind(field: str, located: Located) -> set[str]:
    """The field, and every column that it is made of, derived ones and what those are made of included."""
    found, rule = {field}, located.mapping.columns.get(field)
    waiting = set(rule.columns()) if rule else set()
    while waiting:
        column = waiting.pop()
        found.add(column)
        derived = located.mapping.derive.get(column)
        waiting |= set(derived.columns()) - found if derived else set()
    return found


def _refuse_blanks(name: str, values: Cells, rows: Rows, located: Located) -> None:
    sources = _behind(name, located)
    blank = [
        index
        for index, value in enumerate(values)
        if value is None and not any((source, int(rows.numbers[index])) in rows.notes.unread for source in sources)
    ]
    if not blank:
        return
    numbers = ", ".join(str(rows.numbers[index]) for index in blank[:SHOWN_ROWS])
    found = (
        "a blank" if len(blank) == 1 else f"blanks in {len(blank)} rows ({numbers}{' ...' * (len(blank) > SHOWN_ROWS)})"
    )
    fix = "Fill it in, or say in the mapping what a blank means (when_blank, or blank_means with taken_as)."
    rows.notes.refuse(Finding(_where(rows, blank[0], name, located), found, columns_of(Service)[name].needs, fix))


def _identified(
    names: Sequence[str], more: Sequence[Sequence[str]], fields: dict[str, Cells], rows: Rows
) -> tuple[Cells, Cells]:
    """Names told apart and the ids made of them, or the source's own ids where the mapping gives them."""
    if "service_id" in fields:
        _refuse_repeats([str(value) for value in fields["service_id"]], names, rows, "Mend the source's own ids.")
        return fields["name"], fields["service_id"]
    told, ids = told_apart(names, more)
    for index, service_id in enumerate(ids):
        if names[index] and not service_id:
            fix = "Map a name with letters or digits."
            rows.notes.refuse(Finding(rows.where(index, "name"), shown(names[index]), "a name to make an id of", fix))
    _refuse_repeats(ids, names, rows, "Add a column to the mapping's names.add in which they differ.")
    return objects([name or None for name in told]), objects([service_id or None for service_id in ids])


def _refuse_repeats(ids: Sequence[str], names: Sequence[str], rows: Rows, fix: str) -> None:
    places = defaultdict(list)
    for index, service_id in enumerate(ids):
        if names[index] and service_id:
            places[service_id].append(index)
    for service_id, indices in places.items():
        if len(indices) > 1:
            numbers = ", ".join(str(rows.numbers[index]) for index in indices[:SHOWN_ROWS])
            found = f"id {service_id!r} for {len(indices)} services (rows {numbers})"
            rows.notes.refuse(Finding(rows.where(indices[0], "name"), found, "an id of its own for each service", fix))


def build_facts(
    services: Sequence[Service], located: Located, source_funds: Sequence[str]
) -> tuple[Facts, list[Finding]]:
    """County facts with every fund that a service names; findings if the mapping names funds that are not there."""
    county = located.mapping.county
    funds = dict.fromkeys(service.fund for service in services)
    listed = county.funds.restricted if county.funds.restricted is not None else county.funds.unrestricted or ()
    place = located.where(("county", "funds"))
    findings = [
        Finding(place, f"fund {fund!r}", "a fund of the source", did_you_mean(fund, source_funds, "Remove it."))
        for fund in listed
        if fund not in source_funds
    ]
    if county.general_fund not in funds:
        fix = did_you_mean(county.general_fund, funds, f"Funds of the services: {', '.join(funds)}.")
        where = located.where(("county", "general_fund"))
        findings.append(Finding(where, f"fund {county.general_fund!r}", "a fund that some service names", fix))
    restricted = {fund: (fund in listed) == (county.funds.restricted is not None) for fund in funds}
    facts = Facts(
        name=county.name,
        state=county.state,
        population=county.population,
        fiscal_year=county.fiscal_year,
        general_fund=county.general_fund,
        funds=tuple(Fund(fund=fund, restricted=restricted[fund]) for fund in funds),
    )
    return facts, findings


def build_links(rows: Rows, built: Built, same: Sequence[str]) -> tuple[tuple[Link, ...], tuple[LinkService, ...]]:
    """A `together` link for every program that became several services."""
    keys: list[tuple[Any, ...]] = list(zip(*(rows.texts(column) for column in same), strict=True))
    members = defaultdict(list)
    for index, key in enumerate(keys):
        members[key].append(index)
    several = {key: indices for key, indices in members.items() if len(indices) > 1}
    names = [f"program {slug_of(built.source_names[indices[0]])}" for indices in several.values()]
    parts = [[str(key[place] or "") for key in several] for place in range(len(same))]
    _, ids = told_apart(names, parts)
    links = tuple(Link(link_id=link_id, kind=LinkKind.TOGETHER) for link_id in ids)
    tied = tuple(
        LinkService(link_id=link_id, service_id=built.services[index].service_id, position=position)
        for link_id, indices in zip(ids, several.values(), strict=True)
        for position, index in enumerate(indices, start=1)
    )
    return links, tied
