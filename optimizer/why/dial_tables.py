"""Limits that the county's own tables set: duties, capacities, minimum volumes, members of pools, spare staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from math import inf

from optimizer.county.county import TABLES
from optimizer.county.facts import WHOLE_COUNTY
from optimizer.county.records import Record
from optimizer.options.admissible import binding_mandates
from optimizer.plan.verify.book import unit_of
from optimizer.why.dial import Cell, Dial
from optimizer.why.dial_rows import RowIndex


def table_dials(index: RowIndex) -> Iterator[Dial]:
    """Every limit of the county's tables that has a value and holds under the scenario's settings."""
    return chain(_mandates(index), _capacities(index), _volumes(index), _pools(index), _spare_staff(index))


def _dial(rule: str, subject: str, row: Record, column: str, unit: str, text: str, rows: tuple[int, ...]) -> Dial:
    """A ceiling in its rows' bounds, told under one subject."""
    table = {"mandates": "mandates", "capacity": "capacities", "volume": "organizations", "sales": "spare_staff"}
    name = table.get(rule, rule)
    return Dial(
        rule=rule,
        subject=subject,
        subjects=(subject,),
        place=Cell(name, tuple(getattr(row, key) for key in TABLES[name].key), column),
        value=float(getattr(row, column)),
        unit=unit,
        at_least=False,
        whole=False,
        text=text,
        rows=rows,
        per_unit=1.0,
        in_bound=True,
    )


def _mandates(index: RowIndex) -> Iterator[Dial]:
    case, rows = index.program.case, index.of("mandate")
    weight = case.county.frame("mandate_services").groupby("mandate_id")["weight"].sum()
    binding = set(binding_mandates(case)["mandate_id"])
    for mandate in case.county.mandates:
        if mandate.mandate_id in binding:
            duty = mandate.mandate_id
            held = {place: row for (of, place), row in rows.items() if of == duty}
            where = "" if mandate.district is None else f" in {mandate.district}"
            text = f"{mandate.name} ({mandate.citation}){where}: required coverage"
            dial = _dial("mandates", duty, mandate, "required_coverage", "share", text, tuple(held.values()))
            subjects = tuple(duty if place == WHOLE_COUNTY else f"{duty} {place}" for place in held)
            yield replace(dial, subjects=subjects, at_least=True, per_unit=float(weight.get(duty, 0.0)), highest=1.0)


def _capacities(index: RowIndex) -> Iterator[Dial]:
    names = {organization.org_id: organization.name for organization in index.program.case.county.organizations}
    for row in index.program.case.county.capacities:
        year, when = ("all", "every year") if row.year is None else (f"{row.year}", f"year {row.year}")
        subject = f"{row.org_id} {row.resource} {'*' if row.year is None else row.year}"
        text = f"{names[row.org_id]}: most {row.resource} that it can take on in {when}"
        rows = index.at("capacity", row.org_id, row.resource, year)
        yield replace(_dial("capacity", subject, row, "amount", unit_of(row.resource), text, rows), in_bound=False)


def _volumes(index: RowIndex) -> Iterator[Dial]:
    for row in index.program.case.county.organizations:
        if row.min_volume_usd_per_year is not None:
            text = f"{row.name}: least work for which it signs"
            rows = index.all_of("volume", row.org_id)
            dial = _dial("volume", row.org_id, row, "min_volume_usd_per_year", "USD/year", text, rows)
            yield replace(dial, at_least=True, in_bound=False)


def _pools(index: RowIndex) -> Iterator[Dial]:
    for row in index.program.case.county.pools:
        low, high = float(row.min_members), float(row.max_members)
        for column, family, most, lowest, highest in (
            ("min_members", "pool_min", "least", 0.0, high),
            ("max_members", "pool_max", "most", max(1.0, low), inf),
        ):
            text = f"{row.name}: {most} members"
            rows = index.all_of(family, row.pool_id)
            dial = _dial("pools", f"{row.pool_id} {column}", row, column, "services", text, rows)
            dial = replace(dial, lowest=lowest, highest=highest)
            yield replace(dial, at_least=column == "min_members", whole=True, in_bound=False)


def _spare_staff(index: RowIndex) -> Iterator[Dial]:
    """Rows of a department without a year hold in the years that have none of their own."""
    case = index.program.case
    stated = {(row.department, row.year) for row in case.county.spare_staff}
    every_year = range(1, case.settings.horizon.years + 1)
    for row in case.county.spare_staff:
        held = [year for year in every_year if (row.department, year) not in stated] if row.year is None else [row.year]
        year, when = ("all", "every year") if row.year is None else (f"{row.year}", f"year {row.year}")
        text = f"{row.department}: most staff for what it sells in {when}"
        rows = index.at("spare_staff", row.department, year)
        dial = _dial(
            "sales", f"{row.department} {'*' if row.year is None else row.year}", row, "fte", "FTE", text, rows
        )
        yield replace(dial, subjects=tuple(f"{row.department} {year}" for year in held))
