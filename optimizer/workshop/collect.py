"""Returned worksheets into a county: all that is wrong told at once, and every word kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from optimizer.county.checks import check_county
from optimizer.county.county import County
from optimizer.county.files import refused
from optimizer.errors import Finding, Refused
from optimizer.workshop.agree import Said, own_by_all, said_by_all, several_files
from optimizer.workshop.joining import DECISIONS, Prefer, joined, withdrawn
from optimizer.workshop.returned import Returned, read_returned
from optimizer.workshop.said_tables import answer_table, remark_table, sale_table

_SPREADSHEETS = (".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".numbers")
"""Kinds of files that somebody may have saved a worksheet as."""


@dataclass(frozen=True)
class Collected:
    """What came back, and the county with it."""

    county: County
    """With every answer that can be taken."""
    wrong: tuple[Finding, ...]
    """What has to be mended or left out: none of it is in the county."""
    told: tuple[Finding, ...]
    """Contradictions of what the county has, duplicates, and files and sheets that were not read."""
    organizations: pd.DataFrame
    """A row per organization: org_id, name, came_back (yes, without an answer, no), answers that are taken, offers."""
    answers: pd.DataFrame
    """A row per row of the worksheets in which anything was typed, as it was typed; taken: yes or no."""
    remarks: pd.DataFrame
    """Everything that was said in words."""
    sales: pd.DataFrame
    """What organizations would pay: rows of sales that lack the county's own cost."""


def collect(county: County, folder: Path, prefer: Prefer = Prefer.ANSWERS) -> Collected:
    """Read every worksheet of a folder.

    Raises `Refused` if there is none, or if the answers make a county whose tables contradict each other.
    """
    files, unreadable, others = _files(folder)
    sheets = [read_returned(file, county) for file in files]
    wrong = unreadable + [finding for sheet in sheets for finding in sheet.wrong]
    told = others + [finding for sheet in sheets for finding in sheet.told] + [*several_files(sheets)]
    said = said_by_all(sheets, wrong, told)
    owns = own_by_all(sheets, wrong)
    wrong += (refusals := [*withdrawn(county, said)])
    left = {finding.where for finding in refusals}
    said = [one for one in said if one.first.where("stance") not in left]
    file_of = {sheet.org_id: str(sheet.file) for sheet in sheets if sheet.own is not None}
    new = joined(county, said, {org_id: (file_of[org_id], own) for org_id, own in owns.items()}, prefer, told)
    if unusable := check_county(new):
        raise Refused([*wrong, *unusable])
    return Collected(
        new,
        tuple(wrong),
        tuple(told),
        _organizations(county, sheets, said),
        answer_table(sheets, said),
        remark_table(sheets),
        sale_table(said),
    )


def _files(folder: Path) -> tuple[list[Path], list[Finding], list[Finding]]:
    """The worksheets of a folder, files of other spreadsheets, which may hold answers, and what else is there."""
    found = sorted(file for file in folder.iterdir() if not file.name.startswith((".", "~")))
    files = [file for file in found if file.suffix.lower() == ".xlsx" and file.is_file()]
    if not files:
        fix = "Name the folder with the .xlsx files that came back."
        raise refused(str(folder), "no worksheets", "worksheets that `workshop prepare` wrote", fix)
    others = [file for file in found if file not in files]
    sheets = [file for file in others if file.suffix.lower() in _SPREADSHEETS and file.is_file()]
    save = 'Open it in a spreadsheet program and save it as "Excel workbook (.xlsx)".'
    copy = "If answers are in it, put the worksheets themselves into the folder."
    return (
        files,
        [Finding(str(file), f"a {file.suffix.lower()} file", "worksheets that end in .xlsx", save) for file in sheets],
        [
            Finding(str(file), f"a {'folder' if file.is_dir() else 'file'} that is not read", "worksheets", copy)
            for file in others
            if file not in sheets
        ],
    )


def _organizations(county: County, sheets: Sequence[Returned], said: Sequence[Said]) -> pd.DataFrame:
    back = {sheet.org_id for sheet in sheets if sheet.own is not None}
    spoke = {sheet.org_id for sheet in sheets if sheet.rows or sheet.more or _says_of_itself(sheet)}
    rows = [
        (
            org.org_id,
            org.name,
            "yes" if org.org_id in spoke else "without an answer" if org.org_id in back else "no",
            sum(one.org_id == org.org_id for one in said),
            sum(one.org_id == org.org_id and bool(one.terms) and one.stance in DECISIONS for one in said),
        )
        for org in county.organizations
    ]
    return pd.DataFrame(rows, columns=["org_id", "name", "came_back", "answers", "offers"])


def _says_of_itself(sheet: Returned) -> bool:
    return sheet.own is not None and bool(sheet.own.model_fields_set - {"org_id", "code"})
