"""Every finding of a workbook is shown in its cell, and the owner's own work stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

import cli
from optimizer.county import marking
from optimizer.county.county import TABLES
from optimizer.county.reading import read_county
from optimizer.county.template import write_template
from optimizer.county.writing import write_county
from tests.cases import sampled
from tests.county.sample import COUNTY

Edit = Callable[[Workbook], Any]


def put(sheet: str, address: str, value: object) -> Edit:
    def edit(opened: Workbook) -> None:
        opened[sheet][address] = value

    return edit


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_county(COUNTY, tmp_path / "lake.xlsx")
    return tmp_path / "lake.xlsx"


def marked(book: Path, *edits: Edit) -> tuple[Result, Workbook]:
    """What `check --mark` says of an edited workbook, and the copy."""
    opened = load_workbook(book)
    for edit in edits:
        edit(opened)
    opened.save(book)
    out = book.with_name("marked.xlsx")
    result = CliRunner().invoke(cli.main, ["check", str(book), "--mark", str(out), "--overwrite"])
    return result, load_workbook(out)


def coloured(sheet: Worksheet) -> set[str]:
    found = [str(rule.sqref) for rule in sheet.conditional_formatting if rule.rules[0].formula == ['N("finding")=0']]
    return set(" ".join(found).split())


KINDS: dict[str, tuple[Edit, str, str]] = {
    "missing column": (lambda opened: opened["services"].delete_cols(11), "services", "T1"),
    "wrong type": (put("services", "G2", "12,000"), "services", "G2"),
    "duplicate key": (put("services", "A3", "plowing"), "services", "A3"),
    "unknown reference": (put("overlaps", "A2", "nobody"), "overlaps", "A2"),
    "merged cells": (lambda opened: opened["services"].merge_cells("C2:C4"), "services", "C2"),
    "blank fact": (put("county", "B4", None), "county", "B4"),
    "formula without a value": (put("services", "H2", "=1+1"), "services", "H2"),
    "out of bounds": (put("services", "L3", 7), "services", "L3"),
    "unknown word": (put("offers", "E2", "partnering"), "offers", "E2"),
    "blank needed cell": (put("organizations", "C2", None), "organizations", "C2"),
    "unknown column": (put("links", "B1", "kin"), "links", "B1"),
    "value beside the table": (put("links", "F2", "see memo"), "links", "F2"),
    "unknown district": (put("coverages", "B2", "west"), "coverages", "B2"),
    "a rule between tables": (put("offers", "B2", "jail"), "offers", "B2"),
    "unknown field": (put("county", "A4", "populaton"), "county", "A4"),
    "unknown sheet": (lambda opened: opened.create_sheet("Prices"), "Prices", "A1"),
}


@pytest.mark.parametrize("kind", sampled(KINDS, 7))
def test_each_kind_is_shown_in_its_cell(book: Path, kind: str) -> None:
    edit, sheet, address = KINDS[kind]
    result, copy = marked(book, edit)
    assert result.exit_code == 2
    assert "Shown in its cells: " in result.stderr
    assert "Nothing was written" not in result.stderr
    assert address in coloured(copy[sheet])
    comment = copy[sheet][address].comment
    assert comment is not None
    assert "Found: " in comment.text
    rows = [row for row in copy["findings"].iter_rows(min_row=8) if row[0].value == f"{sheet} {address}"]
    assert rows[0][0].hyperlink.location == f"'{sheet}'!{address}"
    assert f"Found: {rows[0][1].value}" in comment.text
    for text in (rows[0][2].value, rows[0][3].value):
        assert str(text) in comment.text


def _of_the_owner(opened: Workbook) -> None:
    sheet = opened["services"]
    sheet["G2"] = "12,000"
    sheet["G2"].fill = PatternFill("solid", start_color="00FF00")
    sheet["G2"].comment = Comment("from the adopted budget", "me")
    sheet.conditional_formatting.add("K2:K5", CellIsRule(operator="greaterThan", formula=["3"]))
    opened["README"]["B2"] = "=SUM(services!K2:K5)"
    opened["offers"]["A1"].number_format = "0.000"
    sheet["B3"].value, sheet["B3"].data_type = "=cmd|' /C calc'!A0", "s"


def test_what_is_the_owners_stays(book: Path) -> None:
    _, copy = marked(book, lambda opened: opened.create_sheet("README"), _of_the_owner)
    sheet = copy["services"]
    assert sheet["G2"].value == "12,000"
    assert sheet["G2"].fill.start_color.rgb == "0000FF00"
    assert sheet["G2"].comment is not None
    assert sheet["G2"].comment.text.startswith("from the adopted budget\n")
    assert copy["README"]["B2"].value == "=SUM(services!K2:K5)"
    assert copy["offers"]["A1"].number_format == "0.000"
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=cmd|' /C calc'!A0", "s")
    assert "greaterThan" in [rule.operator for each in sheet.conditional_formatting for rule in each.rules]


def test_a_template_keeps_its_drop_downs(tmp_path: Path) -> None:
    book = tmp_path / "lake.xlsx"
    write_template(book, COUNTY)
    _, copy = marked(book, put("services", "G2", "12,000"))
    before, after = load_workbook(book), copy
    assert len(after["services"].data_validations.dataValidation) == len(TABLES["services"].columns)
    assert set(after.defined_names) == set(before.defined_names)
    assert after["start_here"]["A21"].hyperlink.location == "'county'!A1"


def test_a_hostile_finding_is_text(book: Path) -> None:
    _, copy = marked(book, put("offers", "E2", "x"), lambda opened: opened.create_sheet("=1+1"))
    cells = [cell for row in copy["findings"] for cell in row if cell.value is not None]
    assert "=1+1 A1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_marked_copy_that_is_mended_is_right_and_marks_do_not_pile_up(book: Path) -> None:
    marked(book, _readme, _of_the_owner)
    copy = book.with_name("marked.xlsx")
    _, again = marked(copy.rename(book.with_name("second.xlsx")))
    text = again["services"]["G2"].comment
    assert text is not None
    assert text.text.count("[check]") == 1
    assert coloured(again["services"]) == {"G2"}
    result, _ = marked(copy, put("services", "G2", 60_000))
    assert "Nothing is wrong" in result.output
    assert read_county(copy).services[0] == COUNTY.services[0]


def _readme(opened: Workbook) -> None:
    opened.create_sheet("README")


@pytest.mark.parametrize(
    ("book_name", "copy_name", "told"),
    [
        ("folder", "copy.xlsx", "a marked copy of a workbook"),
        ("lake.xlsx", "copy.csv", "a marked copy of a workbook"),
        ("lake.xlsx", "taken.xlsx", "a place that is taken"),
    ],
)
def test_what_cannot_be_marked(book: Path, book_name: str, copy_name: str, told: str) -> None:
    (book.parent / "folder").mkdir()
    (book.parent / "taken.xlsx").touch()
    words = ["check", str(book.with_name(book_name)), "--mark", str(book.with_name(copy_name))]
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert (book.parent / "taken.xlsx").stat().st_size == 0


def test_a_workbook_is_never_marked_over_itself_and_a_large_one_not_at_all(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = load_workbook(book)
    opened["services"]["G2"] = "x"
    opened.save(book)
    before = book.read_bytes()
    result = CliRunner().invoke(cli.main, ["check", str(book), "--mark", str(book), "--overwrite"])
    assert "the workbook itself" in result.stderr
    assert "personnel_usd" in result.stderr
    monkeypatch.setattr(marking, "MAX_UNPACKED_BYTES", 1_000)
    out = book.with_name("copy.xlsx")
    result = CliRunner().invoke(cli.main, ["check", str(book), "--mark", str(out)])
    assert "over 1,000 bytes when unpacked" in result.stderr
    assert not out.exists()
    assert book.read_bytes() == before


def test_a_file_that_is_no_workbook_is_refused_once(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 nothing")
    result = CliRunner().invoke(cli.main, ["check", str(tmp_path / "x.xlsx"), "--mark", str(tmp_path / "copy.xlsx")])
    assert result.exit_code == 2
    assert result.stderr.count("no workbook, whatever its name says") == 1
    assert not (tmp_path / "copy.xlsx").exists()
