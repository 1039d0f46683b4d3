"""Worksheets for the organizations that are invited, one file each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from optimizer.county.county import County
from optimizer.county.files import replacing_folder
from optimizer.county.findings import did_you_mean
from optimizer.county.records import Organization
from optimizer.errors import Finding, raise_if_any
from optimizer.workshop.likely import Answers, Chance
from optimizer.workshop.worksheet import write_worksheet


def prepare_worksheets(
    county: County,
    folder: Path,
    org_ids: Sequence[str] = (),
    most: int | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Write a worksheet per invited organization into a folder, whole or not at all; other files there stay.

    `org_ids`: who is invited, by default every organization; `most`: of how many services each is asked, the likeliest.
    Returns a row per organization: org_id, name, kind, file, services, and how many are known, likely and possible.
    Raises `Refused` for organizations that the county does not have, and where nothing can be written.
    """
    invited = _invited(county, org_ids)
    answers, rows = Answers(county), []
    with replacing_folder(folder) as draft:
        if folder.exists():
            shutil.copytree(folder, draft, dirs_exist_ok=True, symlinks=True)
        for org in invited:
            on_step(f"Writing the worksheet of {org.name}")
            likely = answers.likely(org)[:most]
            file = f"{org.org_id}.xlsx"
            write_worksheet(draft / file, county, org, likely)
            counts = [
                sum(row.chance is chance for row in likely) for chance in (Chance.KNOWN, Chance.LIKELY, Chance.POSSIBLE)
            ]
            rows.append((org.org_id, org.name, str(org.kind), file, len(likely), *counts))
    return pd.DataFrame(rows, columns=["org_id", "name", "kind", "file", "services", "known", "likely", "possible"])


def _invited(county: County, org_ids: Sequence[str]) -> list[Organization]:
    known = {org.org_id: org for org in county.organizations}
    if not known:
        fix = "Add the organizations that you invite: org_id, name and kind."
        raise_if_any([Finding(f"{county.facts.name}, table organizations", "no rows", "organizations to invite", fix)])
    raise_if_any(
        [
            Finding(
                "--organization",
                repr(org_id),
                "the id of an organization of this county",
                did_you_mean(org_id, known, "Look it up in organizations."),
            )
            for org_id in org_ids
            if org_id not in known
        ]
    )
    return [known[org_id] for org_id in dict.fromkeys(org_ids)] if org_ids else [*known.values()]
