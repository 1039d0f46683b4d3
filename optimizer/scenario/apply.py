"""A county with a scenario's changes to its tables: which cells change, to what, and who asked for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np

from optimizer.county.county import TABLES, County
from optimizer.county.findings import record_or_findings
from optimizer.county.records import Record
from optimizer.errors import Finding, raise_if_any
from optimizer.scenario.checks import check_against_county
from optimizer.scenario.columns import plain_cell
from optimizer.scenario.edits import Edits
from optimizer.scenario.rules import resolve_rules
from optimizer.scenario.scenario import Absent, CellChange, Change, Scenario
from optimizer.scenario.soundness import unsound
from optimizer.scenario.wording import nearest, shown

__all__ = ["apply_changes", "check_against_county", "resolve_rules"]

_JOINED_FIRST = ("services", "organizations", "pools", "mandates", "links", "offers")
ORDER = (*_JOINED_FIRST, *(name for name in TABLES if name not in _JOINED_FIRST))
"""Tables that others are joined with come first, so that `service.department` is what it has become."""


def apply_changes(
    county: County, scenario: Scenario, tables: Collection[str], absent: list[Absent] | None = None
) -> tuple[County, tuple[CellChange, ...]]:
    """The county with the scenario's changes to `tables`, and every cell that is not what it was.

    Layers count from low to high; within a layer each what-if sees the county as the layers below left it, so
    that their order does not matter. Changes to other tables are left for another call. Selectors that fit no row of
    this county, and need not, as it is one of a region, are added to `absent`.
    Raises `Refused` for selectors that match no row, cells that two what-ifs touch, and values that no cell may have.
    """
    findings = _unknown_tables(scenario.changes)
    changed: list[CellChange] = []
    before = county
    absent = [] if absent is None else absent
    for table in ORDER:
        changes = [change for change in scenario.changes if change.table == table and table in tables]
        if changes:
            edits = _edited(county, table, changes, findings, absent)
            rows, cells = _rebuilt(edits, findings)
            county = county.with_tables(**{table: rows})
            changed.extend(cells)
    raise_if_any(findings or unsound(before, county, changed))
    return county, tuple(changed)


def _unknown_tables(changes: Iterable[Change]) -> list[Finding]:
    return [
        Finding(change.origin, shown(change.table), "a table of the county", nearest(change.table, TABLES))
        for change in changes
        if change.table not in TABLES
    ]


def _edited(county: County, table: str, changes: list[Change], findings: list[Finding], absent: list[Absent]) -> Edits:
    """All layers' edits of a table, laid over each other."""
    total = Edits(county, table, county.frame(table))
    for _, layer in groupby(sorted(changes, key=_layer), key=_layer):
        below = Edits(county, table, total.frame)
        for _, what_if in groupby(sorted(layer, key=_what_if), key=_what_if):
            edits = Edits(county, table, total.frame)
            edits.make(what_if, findings, absent)
            findings.extend(below.clashes(edits))
            below.take(edits)
        total.take(below)
    return total


def _layer(change: Change) -> int:
    return {"county": 0, "--set": 2}.get(change.what_if, 1)


def _what_if(change: Change) -> str:
    return change.what_if


def _rebuilt(edits: Edits, findings: list[Finding]) -> tuple[tuple[Record, ...], list[CellChange]]:
    """The table's records with the changed cells, each checked again; findings name the change and the row."""
    rows = list(edits.county.table(edits.table))
    changed = {name: edits.changed(name) for name in TABLES[edits.table].columns if name in edits.origins}
    values = {name: edits.frame[name].tolist() for name in changed}
    cells: list[CellChange] = []
    for row in np.flatnonzero(np.logical_or.reduce(list(changed.values()))) if changed else ():
        origins = {name: edits.origins[name][row] for name, mask in changed.items() if mask[row]}
        new = _record(edits, int(row), {name: values[name][row] for name in origins}, origins, findings)
        if new is not None:
            cells.extend(_cell_changes(edits, int(row), new, origins))
            rows[row] = new
    return tuple(rows), cells


def _record(
    edits: Edits, row: int, values: Mapping[str, Any], origins: Mapping[str, str], findings: list[Finding]
) -> Record | None:
    old = edits.county.table(edits.table)[row]
    cells = {**{name: getattr(old, name) for name in type(old).model_fields}, **values}

    def where(column: str) -> str:
        place = edits.county.where(edits.table, row, column)
        return f"{origins[column]}: {place}" if column in origins else place

    # NaN is how a frame holds a blank number; it is the only value that is not equal to itself.
    given = {name: value for name, value in cells.items() if value is not None and value == value}
    new, wrong = record_or_findings(type(old), given, where)
    findings.extend(wrong)
    return new


def _cell_changes(edits: Edits, row: int, new: Record, origins: Mapping[str, str]) -> Iterator[CellChange]:
    old = edits.county.table(edits.table)[row]
    key = edits.key(row)
    for name, origin in origins.items():
        before, after = plain_cell(getattr(old, name)), plain_cell(getattr(new, name))
        yield CellChange(edits.table, key, name, before, after, origin)
