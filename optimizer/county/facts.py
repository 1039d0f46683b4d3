"""The county as a whole: its fields, districts, population groups and funds, from grids and to rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from optimizer.county.county import County, Source, Table
from optimizer.county.fields import columns_of
from optimizer.county.findings import did_you_mean, record_or_findings
from optimizer.county.grids import Grid, records_of
from optimizer.county.records import District, Facts, Fund, Group, Record
from optimizer.errors import Finding

LISTS: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            Table("districts", District, ("district",), "the county is looked at as a whole"),
            Table("groups", Group, ("group",), "no part of the population is looked at on its own"),
            Table("funds", Fund, ("fund",), "refused", required=True),
        )
    }
)
"""The lists among the facts: sheets of their own in a workbook, lists in county.yaml."""
WHOLE_COUNTY = "all"
"""What the one place of a county without districts is called, beside its population groups."""
FIELDS = tuple(name for name in Facts.model_fields if name not in LISTS)
"""The other facts, in their order."""


def facts_of(grids: Mapping[str, Grid], findings: list[Finding]) -> tuple[Facts | None, dict[str, Source]]:
    """Facts from the grids `county` (field, value) and of the lists; and where each of them stands."""
    grid = grids["county"]
    # a list that is needed and not there is told where the file or the sheets are read
    lists: dict[str, tuple[Record, ...]] = {name: () for name in LISTS}
    sources: dict[str, Source] = {}
    before = len(findings)
    for name in LISTS:
        if name in grids:
            lists[name], sources[name] = records_of(grids[name], LISTS[name].record, findings)
    rows = _rows_by_field(grid, findings)
    sources["county"] = Source(
        grid.place, tuple(rows.get(name, (1, None))[0] for name in FIELDS), (grid.words[0], "field")
    )
    values = {name: value for name, (_, value) in rows.items() if value is not None}

    def where(name: str) -> str:
        return (
            f"{grid.place} {grid.words[0]} {rows[name][0]} field {name}"
            if name in rows
            else f"{grid.place} field {name}"
        )

    facts, problems = record_or_findings(Facts, {**values, **lists}, where)
    findings += problems
    return (facts if len(findings) == before else None), sources


def _rows_by_field(grid: Grid, findings: list[Finding]) -> dict[str, tuple[int, object]]:
    """Row and value of every field that is known."""
    rows: dict[str, tuple[int, object]] = {}
    if grid.header != ("field", "value"):
        found = ", ".join(grid.header) or "blank"
        findings.append(Finding(grid.where(1), found, "the columns field and value", "Name them so."))
        return rows
    for number, (field, value) in grid.rows:
        name = str(field)
        where = f"{grid.place} {grid.words[0]} {number} field {name}"
        if name not in FIELDS:
            fix = did_you_mean(name, FIELDS, "Remove it.")
            findings.append(Finding(where, "an unknown field", "a field of the county", fix))
        elif name in rows:
            findings.append(Finding(where, "this field twice", "every field once", "Remove one of them."))
        else:
            rows[name] = (number, value)
    return rows


def field_where(county: County, field: str) -> str:
    """Where one of the county's fields stands."""
    return county.where("county", FIELDS.index(field), field)


def fields_of(facts: Facts) -> dict[str, object]:
    """The facts without their lists."""
    return {name: getattr(facts, name) for name in columns_of(Facts) if name not in LISTS}
