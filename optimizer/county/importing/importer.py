"""Import a foreign inventory: read, drop, group, build, reconcile, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from optimizer.county.checks import check_county
from optimizer.county.county import County, Source
from optimizer.county.files import refused, replacing_folder
from optimizer.county.grids import Grid
from optimizer.county.importing.describe import described
from optimizer.county.importing.evaluate import holds
from optimizer.county.importing.grouping import grouped
from optimizer.county.importing.loading import Located, load_mapping
from optimizer.county.importing.mapping import Drop
from optimizer.county.importing.report import (
    Assumption,
    Comparison,
    DroppedRows,
    ImportReport,
    MappedValue,
    Renamed,
)
from optimizer.county.importing.rows import Notes, Rows
from optimizer.county.importing.services import Built, build_facts, build_links, build_services
from optimizer.county.importing.source import read_source
from optimizer.county.importing.tables import blanked, columns_of_grid, rows_of
from optimizer.county.importing.totals import Fate, compared, reconciled, source_funds
from optimizer.county.records import Link
from optimizer.errors import raise_if_any

Places = npt.NDArray[np.int64]
REPORT_NAME = "import_report.md"


@dataclass(frozen=True)
class Imported:
    """A county, and the account of how it came out of its source."""

    county: County
    report: ImportReport


@dataclass(frozen=True)
class _Sorted:
    """Rows after dropping and grouping."""

    counted: Rows
    """Every source row whose dollars count."""
    kept: Rows
    """One row per service."""
    of_service: Places
    """For every counted row the place of its service, or -1."""
    reasons: tuple[str, ...]
    """For every counted row why it became none, '' where it did."""
    uncounted: tuple[DroppedRows, ...]


def import_inventory(file: Path, mapping: Path) -> Imported:
    """Read a CSV file or .xlsx workbook by a mapping (a file, or the name of a shipped one).

    Raises `Refused` with everything that is wrong with the mapping, or else with the source.
    """
    located = load_mapping(mapping)
    grids = read_source(file, located)
    notes = Notes()
    rows = rows_of(grids, located, notes)
    _raise(notes)
    parts = _sorted(rows, located)
    _raise(notes)
    if not len(parts.kept):
        fix = "Check the mapping's drop rules against the file."
        raise refused(str(file), f"{len(rows)} rows, all of them dropped", "rows that are services", fix)
    built = build_services(parts.kept, located)
    facts, findings = build_facts(built.services, located, source_funds(parts.counted, located.mapping))
    raise_if_any([*notes.findings, *findings])
    programs = located.mapping.programs
    links, tied = build_links(parts.kept, built, programs.same) if programs else ((), ())
    places = {"services": Source(rows.place, tuple(map(int, parts.kept.numbers)))}
    county = County(facts, built.services, links=links, link_services=tied, sources=places)
    report = _report(file, located, parts, built, links, _comparisons(grids, parts.counted, located))
    raise_if_any([*notes.findings, *check_county(county)])
    return Imported(county, report)


def run_import(file: Path, mapping: Path, out: Path) -> ImportReport:
    """Import an inventory and write its tables and `import_report.md` to the folder `out`, whole or not at all.

    Raises `Refused` if the inventory or the mapping is refused, or `out` already holds something.
    """
    from optimizer.county.writing import write_county

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fix = "Name a new folder; what is there may hold work by hand, so it is never overwritten."
        raise refused(str(out), "a place that is taken", "a folder that is not there yet", fix)
    imported = import_inventory(file, mapping)
    with replacing_folder(out) as draft:
        write_county(imported.county, draft)
        (draft / REPORT_NAME).write_text(described(imported.report), encoding="utf-8")
    return imported.report


def _report(
    file: Path,
    located: Located,
    parts: _Sorted,
    built: Built,
    links: Sequence[Link],
    comparisons: tuple[Comparison, ...],
) -> ImportReport:
    notes = parts.counted.notes
    fate = Fate(parts.counted, parts.of_service, parts.reasons)
    totals, mismatches = reconciled(fate, built.services, located.mapping)
    return ImportReport(
        source=file.name,
        source_sha256=sha256(file.read_bytes()).hexdigest(),
        mapping=located.name,
        mapping_sha256=located.sha256,
        about=located.mapping.about,
        rows_read=len(parts.counted) + sum(item.rows for item in parts.uncounted),
        rows_kept=int(np.sum(parts.of_service >= 0)),
        services=len(built.services),
        fte=round(sum(service.fte for service in built.services), 4),
        links=len(links),
        dropped=(*parts.uncounted, *_counted_drops(parts.reasons, located)),
        totals=tuple(totals),
        mismatches=tuple(mismatches),
        comparisons=comparisons,
        mapped=_mapped(notes),
        assumptions=_assumptions(notes, located),
        renamed=_renamed(built),
    )


def _raise(notes: Notes) -> None:
    raise_if_any(list(notes.findings))


def _sorted(rows: Rows, located: Located) -> _Sorted:
    """Drop, group, drop groups; every row keeps track of what became of it."""
    mapping = located.mapping
    rows, uncounted = _without(rows, [drop for drop in mapping.drop if not drop.counted])
    reasons = _reasons(rows, [drop for drop in mapping.drop if drop.counted])
    places = np.flatnonzero(reasons == "")
    kept = rows.take(places)
    of_group = np.arange(len(kept))
    if mapping.group:
        kept, of_group = grouped(kept, mapping.group, _wanted(located))
        dropped = _reasons(kept, mapping.group.drop)
        reasons[places] = dropped[of_group]
        staying = dropped == ""
        kept = kept.take(staying)
        of_group = np.where(staying[of_group], np.cumsum(staying)[of_group] - 1, -1)
    of_service = np.full(len(rows), -1, dtype=np.int64)
    of_service[places] = of_group
    return _Sorted(rows, replace(kept, logged=True), of_service, tuple(map(str, reasons)), uncounted)


def _without(rows: Rows, drops: Sequence[Drop]) -> tuple[Rows, tuple[DroppedRows, ...]]:
    """Rows without those that hold no dollars of their own."""
    dropped = []
    for drop in drops:
        chosen = holds(drop.where, rows)
        dropped.append(DroppedRows(drop.reason, int(chosen.sum()), counted=False))
        rows = rows.take(~chosen)
    return rows, tuple(item for item in dropped if item.rows)


def _reasons(rows: Rows, drops: Sequence[Drop]) -> npt.NDArray[np.object_]:
    """The first reason that applies to each row, '' where none does; a rule sees only rows that are still there."""
    reasons = np.full(len(rows), "", dtype=object)
    for drop in drops:
        left = np.flatnonzero(reasons == "")
        reasons[left[holds(drop.where, rows.take(left))]] = drop.reason
    return reasons


def _wanted(located: Located) -> list[str]:
    """Columns that are read after grouping."""
    late = ("columns", "names", "programs")
    uses = located.mapping.uses()
    return list(dict.fromkeys(column for path, column in uses if path[0] in late or path[:2] == ("group", "drop")))


def _comparisons(grids: Mapping[str, Grid], counted: Rows, located: Located) -> tuple[Comparison, ...]:
    found: list[Comparison] = []
    for compare in located.mapping.compare:
        sheet = next(sheet for sheet in located.mapping.source.joins if sheet.name == compare.against.sheet)
        grid = grids[sheet.name]
        numbers = np.array([number for number, _ in grid.rows], dtype=np.int64)
        cells = blanked(columns_of_grid(grid), located.mapping.blank_means, numbers, Notes(), f"{sheet.name}.")
        stated = Rows(grid.place, cells, numbers, counted.style, counted.notes)
        found += compared(compare, sheet.on, counted, stated)
    return tuple(found)


def _counted_drops(reasons: Sequence[str], located: Located) -> list[DroppedRows]:
    """Rows by reason, in the order of the mapping's rules."""
    mapping = located.mapping
    drops = (*mapping.drop, *(mapping.group.drop if mapping.group else ()))
    counts = Counter(reasons)
    known = dict.fromkeys(drop.reason for drop in drops)
    return [DroppedRows(reason, counts[reason], counted=True) for reason in known if counts[reason]]


def _mapped(notes: Notes) -> tuple[MappedValue, ...]:
    return tuple(MappedValue(field, found, became, len(rows)) for (field, found, became), rows in notes.mapped.items())


def _assumptions(notes: Notes, located: Located) -> tuple[Assumption, ...]:
    mapping = located.mapping
    general = [Assumption("", text, 0) for text in mapping.assumptions]
    funds = Assumption("funds", mapping.county.funds.assumption, 0)
    return (
        *general,
        funds,
        *(Assumption(field, text, len(rows)) for (field, text), rows in notes.assumed.items()),
    )


def _renamed(built: Built) -> tuple[Renamed, ...]:
    return tuple(
        Renamed(service.service_id, name, service.name)
        for service, name in zip(built.services, built.source_names, strict=True)
        if service.name != name
    )
