"""A folder in: county.yaml and one CSV file per table, as grids."""

from __future__ import annotations

from pathlib import Path

from optimizer.county.county import TABLES
from optimizer.county.csv_files import read_csv
from optimizer.county.facts import LISTS
from optimizer.county.findings import did_you_mean
from optimizer.county.grids import Grid
from optimizer.county.yaml_facts import read_yaml
from optimizer.errors import Finding, Refused

FACTS_FILE = "county.yaml"
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".yaml", ".yml"})
"""Files that look as if they held a table; any other (a README.md) is left alone."""


def read_folder(path: Path) -> tuple[dict[str, Grid], list[Finding]]:
    """Every table of a county's folder as a grid by name, and what is wrong with its files."""
    grids: dict[str, Grid] = {}
    findings: list[Finding] = []
    names = {file.name for file in path.iterdir() if not file.name.startswith((".", "~"))}
    known = {FACTS_FILE, *(f"{name}.csv" for name in TABLES)}
    for name in sorted(names - known):
        if Path(name).suffix.lower() in _TABLE_SUFFIXES:
            fix = did_you_mean(name, known, "Remove it, or give it the name of a table.")
            findings.append(Finding(str(path / name), "an unknown table", "only tables of a county", fix))
    if FACTS_FILE in names:
        try:
            grids |= read_yaml(path / FACTS_FILE, {name: table.record for name, table in LISTS.items()}, findings)
        except Refused as refusal:
            findings += refusal.findings
    for name, table in TABLES.items():
        if f"{name}.csv" in names:
            try:
                grids[name] = read_csv(path / f"{name}.csv", table.record)
            except Refused as refusal:
                findings += refusal.findings
    return grids, findings
