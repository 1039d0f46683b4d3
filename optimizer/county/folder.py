"""A folder in: county.yaml and one CSV file per table, as grids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from optimizer.county.county import TABLES
from optimizer.county.csv_files import read_csv
from optimizer.county.facts import LISTS
from optimizer.county.files import refused
from optimizer.county.findings import did_you_mean
from optimizer.county.grids import Grid
from optimizer.county.yaml_facts import read_yaml
from optimizer.errors import Finding, Refused

FACTS_FILE = "county.yaml"
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".yaml", ".yml"})
"""Files that look as if they held a table; any other (a README.md) is left alone."""


def read_folder(path: Path) -> tuple[dict[str, Grid], list[Finding]]:
    """Every table of a county's folder as a grid by name, and what is wrong with its files.

    Raises `Refused` if the folder cannot be read.
    """
    names = _file_names(path)
    findings = list(_wrong_files(path, names))
    grids: dict[str, Grid] = {}
    for name in (FACTS_FILE, *(f"{table}.csv" for table in TABLES)):
        if name in names:
            try:
                grids |= _read(path / name, findings)
            except Refused as refusal:
                findings += refusal.findings
    return grids, findings


def _read(file: Path, findings: list[Finding]) -> dict[str, Grid]:
    if file.name == FACTS_FILE:
        return read_yaml(file, LISTS, findings)
    return {file.stem: read_csv(file, TABLES[file.stem].record)}


def _wrong_files(path: Path, names: set[str]) -> Iterator[Finding]:
    """Files that are needed and not there, and files that look like tables and are none."""
    for name in (FACTS_FILE, *(f"{table.name}.csv" for table in TABLES.values() if table.required)):
        if name not in names:
            yield Finding(str(path), f"no {name}", "this file", "Add it; docs/tables.md says what is in it.")
    known = {FACTS_FILE, *(f"{name}.csv" for name in TABLES)}
    for name in sorted(names - known):
        if Path(name).suffix.lower() in _TABLE_SUFFIXES:
            fix = did_you_mean(name, sorted(known), "Remove it, or give it the name of a table.")
            yield Finding(str(path / name), "an unknown table", "only tables of a county", fix)


def _file_names(path: Path) -> set[str]:
    try:
        return {file.name for file in path.iterdir() if not file.name.startswith((".", "~"))}
    except OSError as error:
        found = f"a folder that cannot be read ({error.strerror})"
        raise refused(str(path), found, "a readable folder", "Check its rights.") from error
