"""A county in, from a folder or a workbook: everything that is wrong with it is told at once, or it is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from optimizer.county.checks import check_county
from optimizer.county.county import TABLES, County
from optimizer.county.facts import facts_of
from optimizer.county.files import refuse_other_kinds, refused
from optimizer.county.folder import read_folder
from optimizer.county.grids import Grid, records_of
from optimizer.county.sheets import FACTS_SHEET, read_sheets
from optimizer.errors import Finding, Refused, raise_if_any


def read_county(path: Path) -> County:
    """The county in a folder (county.yaml and CSV files) or an .xlsx workbook; docs/tables.md describes both.

    Raises `Refused` with every finding about files and cells, or, if there is none, about what tables say of
    each other.
    """
    county = read_tables(path)
    raise_if_any(check_county(county))
    return county


def read_tables(path: Path) -> County:
    """The same without comparing the tables, for a county still being put together.

    Raises `Refused` with every finding about files and cells.
    """
    grids, findings = _grids(path)
    return _county(grids, findings)


def _grids(path: Path) -> tuple[dict[str, Grid], list[Finding]]:
    if path.is_dir():
        return read_folder(path)
    if not path.exists():
        raise refused(str(path), "nothing", "a county's folder or workbook", "Check the name.")
    if path.suffix.lower() == ".xlsx":
        return read_sheets(path)
    refuse_other_kinds(path)
    found = f"a file of type {path.suffix or '(none)'}"
    raise refused(str(path), found, "a county's folder or .xlsx workbook", "Give a folder or a workbook.")


def _county(grids: dict[str, Grid], findings: list[Finding]) -> County:
    """Records of all grids as a county, or everything that is wrong with them."""
    problems: list[Finding] = []
    facts, sources = facts_of(grids, problems) if FACTS_SHEET in grids else (None, {})
    tables: dict[str, Any] = {}
    for name, table in TABLES.items():
        if name in grids:
            tables[name], sources[name] = records_of(grids[name], table.record, problems)
    # a cell that could not even be read is not told a second time for what it fails to be
    told = {finding.where for finding in findings}
    findings += [problem for problem in problems if problem.where not in told]
    if findings or facts is None:
        raise Refused(findings)
    return County(facts, sources=sources, **tables)
