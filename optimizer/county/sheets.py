"""A county's workbook in: its sheets by the names of its tables, as grids."""

from __future__ import annotations

from pathlib import Path

from optimizer.county.county import TABLES
from optimizer.county.facts import LISTS
from optimizer.county.findings import did_you_mean
from optimizer.county.grids import Grid
from optimizer.county.workbook import read_workbook
from optimizer.errors import Finding

FACTS_SHEET = "county"
NOTES_SHEET = "README"
"""The sheet for notes of the owner's."""
START_SHEET, DICTIONARY_SHEET, LISTS_SHEET, FINDINGS_SHEET = "start_here", "data_dictionary", "lists", "findings"
MADE_SHEETS = frozenset({START_SHEET, DICTIONARY_SHEET, LISTS_SHEET, FINDINGS_SHEET})
"""Sheets that a template or a marked copy brings along."""
UNREAD_SHEETS = MADE_SHEETS | {NOTES_SHEET}
"""Sheets that hold no table and may hold anything; they are not read."""


def read_sheets(path: Path) -> tuple[dict[str, Grid], list[Finding]]:
    """Every table of a county's workbook as a grid by name, and what is wrong with its sheets.

    Raises `Refused` if it is no workbook, or too large to be read.
    """
    found, findings = read_workbook(path, ignored=UNREAD_SHEETS)
    tables = {**LISTS, **TABLES}
    known = (FACTS_SHEET, *tables)
    for name in (FACTS_SHEET, *(table.name for table in tables.values() if table.required)):
        if name not in found:
            findings.append(Finding(str(path), f"no sheet {name}", "this sheet", "Add it; see docs/tables.md."))
    for name in found:
        if name not in known:
            fix = f"{did_you_mean(name, known, 'Remove it.')} A sheet of notes is called {NOTES_SHEET}."
            findings.append(Finding(f"{path} sheet {name}", "an unknown sheet", "only tables of a county", fix))
    return {name: grid for name, grid in found.items() if name in known}, findings
