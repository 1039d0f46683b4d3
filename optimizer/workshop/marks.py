"""Copies of returned worksheets that show what is wrong in its place, to be sent back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.county.marking import write_marked
from optimizer.errors import Finding, Refused


def write_marks(findings: Sequence[Finding], folder: Path) -> tuple[Path, ...]:
    """Write a copy of every worksheet that has findings; those that cannot be opened have none. Returns the copies."""
    by_file: dict[Path, list[Finding]] = {}
    for finding in findings:
        file = Path(finding.where.partition(" sheet ")[0])
        if file.is_file():
            by_file.setdefault(file, []).append(finding)
    copies = []
    for file, own in by_file.items():
        try:
            write_marked(file, own, folder / file.name)
        except Refused:
            continue  # the finding that the file is no workbook is among those that are told
        copies.append(folder / file.name)
    return tuple(copies)
