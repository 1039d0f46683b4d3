"""Briefs as files: two of each, of one content."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from optimizer.county.files import refused, replacing_folder
from optimizer.report.brief.brief import partner_brief
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.turns import Turns
from optimizer.report.documents.docx_writing import docx_bytes
from optimizer.report.documents.html_writing import html_text

ENDINGS = (".html", ".docx")


def brief_files(partner: Partner, turns: Turns, reference: str) -> dict[str, bytes]:
    """A brief as HTML and as a Word document, by the names of their files."""
    document = partner_brief(partner, turns, reference)
    html, docx = (f"{partner.org_id}{ending}" for ending in ENDINGS)
    return {html: html_text(document).encode("utf-8"), docx: docx_bytes(document)}


def refuse_taken_files(folder: Path, partners: Iterable[Partner]) -> None:
    """Raise `Refused` if the folder is no folder, or holds a brief of one of them."""
    fix = "Name a new folder. --overwrite replaces briefs."
    if folder.exists() and not folder.is_dir():
        raise refused(str(folder), "a file", "a folder", fix)
    for partner in partners:
        for ending in ENDINGS:
            path = folder / f"{partner.org_id}{ending}"
            if path.exists():
                raise refused(str(path), "a brief that is there", "a folder without it", fix)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files or none; others in the folder stay."""
    if not files:
        return
    with replacing_folder(folder) as draft:
        if folder.is_dir():
            shutil.copytree(folder, draft, symlinks=True, dirs_exist_ok=True)
        for name, content in files.items():
            (draft / name).write_bytes(content)
