"""Decisions that a county really took, from a CSV file: service_id, decision, provider, and notes if there are any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.county.county import County
from optimizer.county.csv_files import read_csv
from optimizer.county.findings import nearest
from optimizer.county.grids import Grid, records_of
from optimizer.county.records import Record
from optimizer.county.terms import Decision
from optimizer.errors import Finding, raise_if_any
from optimizer.scenario.scenario import Lock


class PastDecision(Record):
    """One decision that was taken."""

    service_id: str
    decision: Decision
    provider: str | None = None
    """Organization, pool, or of insource the buyer; blank: whichever."""
    year: int | None = None
    note: str | None = None


def read_past(path: Path, county: County) -> tuple[Lock, ...]:
    """The decisions as locks, one per service. Raises `Refused` with everything that is wrong with the file."""
    findings: list[Finding] = []
    grid = read_csv(path, PastDecision)
    rows, source = records_of(grid, PastDecision, findings)
    findings += _strangers(grid, rows, source.rows, county)
    if not rows and not findings:
        findings.append(Finding(str(path), "no decision", "a row per decision", "Add service_id, decision, provider."))
    raise_if_any(findings)
    return tuple(
        Lock(row.service_id, row.decision, row.provider, source.where(number)) for number, row in enumerate(rows)
    )


def _strangers(grid: Grid, rows: Sequence[PastDecision], numbers: Sequence[int], county: County) -> list[Finding]:
    services = {row.service_id for row in county.services}
    providers = {row.org_id for row in county.organizations} | {row.pool_id for row in county.pools}
    found, seen = [], set()
    for row, number in zip(rows, numbers, strict=True):
        if row.service_id not in services:
            needs, fix = "a service of this county", nearest(row.service_id, services) or ""
            found.append(Finding(grid.where(number, "service_id"), repr(row.service_id), needs, _meant(fix)))
        if row.service_id in seen:
            found.append(
                Finding(grid.where(number, "service_id"), "this service twice", "one decision per service", "Keep one.")
            )
        seen.add(row.service_id)
        if row.provider is not None and row.decision in (Decision.KEEP, Decision.EXIT):
            found.append(
                Finding(grid.where(number, "provider"), repr(row.provider), "blank", "Nobody else delivers it.")
            )
        elif row.provider is not None and row.provider not in providers:
            needs, fix = "an organization or a pool of this county", nearest(row.provider, providers) or ""
            found.append(Finding(grid.where(number, "provider"), repr(row.provider), needs, _meant(fix)))
    return found


def _meant(near: str) -> str:
    return f"Did you mean {near}?" if near else "Look up its id in the county's tables."
