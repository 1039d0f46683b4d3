"""Briefs as files: two of each, of one content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from optimizer.county.files import refused, replacing_file, replacing_folder
from optimizer.errors import Finding, raise_if_any
from optimizer.report.brief.brief import partner_brief
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.turns import Turns
from optimizer.report.documents.blocks import Document
from optimizer.report.documents.docx_writing import docx_bytes
from optimizer.report.documents.html_writing import html_text

ENDINGS = (".html", ".docx")


def brief_files(partner: Partner, turns: Turns, reference: str) -> dict[str, bytes]:
    """A brief as HTML and as a Word document, by the names of their files."""
    return document_files(partner.org_id, partner_brief(partner, turns, reference))


def document_files(org_id: str, document: Document) -> dict[str, bytes]:
    """The brief of an organization in both forms, by the names of their files."""
    html, docx = (f"{org_id}{ending}" for ending in ENDINGS)
    return {html: html_text(document).encode("utf-8"), docx: docx_bytes(document)}


def refuse_taken_files(folder: Path, org_ids: Iterable[str], *, overwrite: bool) -> None:
    """Raise `Refused` if the folder is no folder, or holds a brief of one of them that may not be replaced."""
    fix = "Name a new folder. --overwrite replaces briefs."
    if folder.exists() and not folder.is_dir():
        raise refused(str(folder), "a file", "a folder", fix)
    paths = (folder / f"{org_id}{ending}" for org_id in org_ids for ending in ENDINGS)
    findings = [
        Finding(str(path), "a brief that is there", "a folder without it", fix)
        for path in paths
        if path.exists() and not overwrite
    ]
    raise_if_any(findings)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder: a new one whole or not at all, one that is there file by file; others in it stay."""
    if folder.is_dir():
        for name, content in files.items():
            with replacing_file(folder / name) as draft:
                draft.write_bytes(content)
    elif files:
        with replacing_folder(folder) as room:
            for name, content in files.items():
                (room / name).write_bytes(content)
