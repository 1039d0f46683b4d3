"""The record of a workshop: all that was collected, kept beside the county's tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from optimizer.county.files import replacing_folder
from optimizer.errors import Finding
from optimizer.runs.tables import write_table
from optimizer.workshop.collect import Collected

FOLDER = "workshop"
"""Where the record is kept in a county's folder, one folder per time of collecting."""


def write_record(collected: Collected, county_folder: Path) -> Path:
    """Write the record into the county's folder; records of earlier times stay. Returns its folder."""
    number = 1
    while (folder := county_folder / FOLDER / f"round_{number}").exists():
        number += 1
    with replacing_folder(folder) as draft:
        write_table(collected.organizations, draft / "organizations.csv")
        write_table(collected.answers, draft / "answers.csv")
        write_table(collected.remarks, draft / "remarks.csv")
        write_table(collected.sales, draft / "would_buy.csv")
        write_table(_findings(collected.wrong, collected.told), draft / "findings.csv")
    return folder


def _findings(wrong: Sequence[Finding], told: Sequence[Finding]) -> pd.DataFrame:
    rows = [("left out", finding) for finding in wrong] + [("told", finding) for finding in told]
    columns = ["kind", "where", "found", "needs", "fix"]
    return pd.DataFrame([(kind, one.where, one.found, one.needs, one.fix) for kind, one in rows], columns=columns)
