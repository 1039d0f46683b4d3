"""Documents read back: a .docx file as its texts and tables, and laid out by LibreOffice where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

import cli

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdfinfo") is None, reason="LibreOffice is not installed"
)


def reallocate(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def texts_of(content: bytes) -> list[str]:
    """Paragraphs outside tables."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def tables_of(content: bytes) -> dict[str, list[list[str]]]:
    """Tables by the caption that their file tells to those who cannot see it: the head, then the rows."""
    file = docx.Document(io.BytesIO(content))
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return {
        table._tbl.tblPr.find(f"{name}tblCaption").get(f"{name}val"): [
            [cell.text for cell in row.cells] for row in table.rows
        ]
        for table in file.tables
    }


def table_of(content: bytes, beginning: str) -> list[list[str]]:
    """The rows of the table whose caption begins so, without its head."""
    (found,) = (rows for caption, rows in tables_of(content).items() if caption.startswith(beginning))
    return found[1:]


def usd(text: str) -> int:
    """Whole dollars of a cell."""
    return int(text.replace("$", "").replace(",", "").replace("+", ""))


def pdf_pages(path: Path) -> int:
    """Pages of a PDF file."""
    told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True)
    return int(next(line.split()[1] for line in told.stdout.splitlines() if line.startswith("Pages:")))


def pages_of(folder: Path, *contents: bytes) -> list[int]:
    """Pages that LibreOffice lays documents out on."""
    paths = [folder / f"laid_out_{number}.docx" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return [pdf_pages(path.with_suffix(".pdf")) for path in paths]
