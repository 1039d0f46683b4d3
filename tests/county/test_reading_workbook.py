"""Workbooks as people and attackers make them: what is read, and what is refused before it does harm."""

from __future__ import annotations

import contextlib
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from optimizer.county import workbook
from optimizer.county.reading import read_county
from optimizer.county.sheet_scan import position
from optimizer.county.writing import write_county
from optimizer.errors import Refused
from tests.county.sample import COUNTY
from tests.examples import examples

Edit = Callable[[Workbook], Any]
SERVICES = "xl/worksheets/sheet5.xml"
"""Where the sheet of the services is, after those of the county, its districts, groups and funds."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("written") / "lake.xlsx"
    write_county(COUNTY, path)
    return path


@pytest.fixture
def book(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path))


def refusal(path: Path) -> list[str]:
    """What is found wrong, without the path of the workbook."""
    with pytest.raises(Refused) as refused:
        read_county(path)
    return [str(finding).removeprefix(str(path)).lstrip(" :") for finding in refused.value.findings]


def edited(path: Path, edit: Edit) -> None:
    """Open a workbook, change it and save it, as a spreadsheet program would."""
    opened = load_workbook(path)
    edit(opened)
    opened.save(path)


def rewritten(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change the XML of one part."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    before = parts[part].decode()
    parts[part] = change(before).encode()
    assert parts[part].decode() != before
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def put(sheet: str, address: str, value: object) -> Edit:
    def edit(opened: Workbook) -> None:
        opened[sheet][address] = value

    return edit


SHEETS: dict[str, tuple[Edit, str]] = {
    "no facts": (lambda opened: opened.remove(opened["county"]), "found no sheet county, needs this sheet"),
    "no funds": (lambda opened: opened.remove(opened["funds"]), "found no sheet funds, needs this sheet"),
    "no services": (lambda opened: opened.remove(opened["services"]), "found no sheet services, needs this sheet"),
    "unknown sheet": (
        lambda opened: opened.create_sheet("offer"),
        "sheet offer: found an unknown sheet, needs only tables of a county. Did you mean 'offers'?",
    ),
    "near group": (
        put("groups", "A1", "grop"),
        "sheet groups row 1 column grop: found an unknown column, needs only columns of this table. "
        "Did you mean 'group'?",
    ),
    "hidden sheet": (
        lambda opened: setattr(opened["offers"], "sheet_state", "hidden"),
        "sheet offers: found a hidden sheet, needs only visible sheets. Show it or delete it.",
    ),
    "very hidden sheet": (
        lambda opened: setattr(opened.create_sheet("x"), "sheet_state", "veryHidden"),
        "sheet x: found a hidden sheet",
    ),
    "blank sheet": (
        lambda opened: opened["links"].delete_rows(1, 10),
        "sheet links row 1: found blank, needs the column names of this table. Begin with link_id, kind",
    ),
    "header in row 4": (
        lambda opened: opened["links"].insert_rows(1, 3),
        "sheet links row 1: found blank, needs the column names of this table",
    ),
    "unknown field": (
        put("county", "A4", "populaton"),
        "sheet county row 4 field populaton: found an unknown field, needs a field of the county. "
        "Did you mean 'population'?",
    ),
    "field twice": (put("county", "A3", "name"), "sheet county row 3 field name: found this field twice"),
    "blank field": (
        put("county", "B4", None),
        "sheet county row 4 field population: found blank, needs a whole number",
    ),
    "fields without names": (
        put("county", "A1", "what"),
        "sheet county row 1: found what, value, needs the columns field",
    ),
    "third column of fields": (put("county", "C2", "x"), "sheet county row 1: found field, value, "),
    "cell beside the table": (
        put("links", "E2", "see memo"),
        "sheet links row 2 column 5: found 'see memo', needs nothing",
    ),
    "merged cells": (
        lambda opened: opened["services"].merge_cells("C2:C4"),
        "sheet services cells C2:C4: found merged cells, needs one value per cell",
    ),
    "formula without a value": (
        put("services", "G2", "=1+1"),
        "sheet services row 2 column personnel_usd: found a formula without a saved value, needs a value. Open",
    ),
    "error": (
        put("services", "B2", "#REF!"),
        "sheet services row 2 column name: found '#REF!', needs a value. Mend the formula, or type the value.",
    ),
    "date": (
        put("organizations", "A2", date(2026, 3, 1)),
        "sheet organizations row 2 column org_id: found a date or time, 2026-03-01 00:00:00, needs a text or a number",
    ),
    "truth as a number": (
        put("services", "G2", True),
        "sheet services row 2 column personnel_usd: found True, needs a number. Type the number itself",
    ),
    "text as a number": (put("services", "G2", "1,200"), "column personnel_usd: found '1,200', needs a plain number"),
    "id that lost its digits": (
        put("organizations", "A2", 123456789012345678),
        "sheet organizations row 2 column org_id: found 1.234567890123457e+17, needs text. Type it as text",
    ),
}


@pytest.mark.parametrize(("edit", "expected"), [pytest.param(*case, id=name) for name, case in SHEETS.items()])
def test_bad_sheets_and_cells(book: Path, edit: Edit, expected: str) -> None:
    edited(book, edit)
    told = refusal(book)
    assert any(line.startswith(expected) or expected in line for line in told), told
    assert len({line.split(":")[0] for line in told}) == len(told), "one cell is told twice"


def test_all_findings_of_all_sheets_are_told_at_once(book: Path) -> None:
    def edit(opened: Workbook) -> None:
        opened["services"]["G2"] = "=1+1"
        opened["services"]["G3"] = -1
        opened["offers"]["E2"] = "partner up"
        opened.create_sheet("Pivot")

    edited(book, edit)
    assert [line.split(":")[0] for line in refusal(book)] == [
        "sheet services row 2 column personnel_usd",
        "sheet Pivot",
        "sheet services row 3 column personnel_usd",
        "sheet offers row 2 column decision",
    ]


def test_a_formula_counts_by_its_saved_value(book: Path) -> None:
    _save_formula(book, "<v>60000</v>")
    assert read_county(book) == COUNTY


def test_a_formula_saved_as_empty_text_is_blank(book: Path) -> None:
    rewritten(
        book,
        SERVICES,
        lambda xml: re.sub(r'<c r="G2"[^>]*>.*?</c>', '<c r="G2" t="str"><f>""</f><v></v></c>', xml),
    )
    assert refusal(book) == [
        "sheet services row 2 column personnel_usd: found blank, needs US dollars, 0 or more. "
        "Fill it in; a blank never means 0."
    ]


def test_a_saved_error_is_told(book: Path) -> None:
    rewritten(
        book,
        SERVICES,
        lambda xml: re.sub(r'<c r="G2"[^>]*>.*?</c>', '<c r="G2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', xml),
    )
    where = "sheet services row 2 column personnel_usd"
    assert refusal(book) == [f"{where}: found '#DIV/0!', needs a value. Mend the formula, or type the value."]


def _save_formula(book: Path, saved: str) -> None:
    rewritten(
        book,
        SERVICES,
        lambda xml: re.sub(r'<c r="G2"[^>]*>.*?</c>', f'<c r="G2"><f>30000*2</f>{saved}</c>', xml),
    )


def _as_saved_by_others(opened: Workbook) -> None:
    opened["services"].row_dimensions[3].hidden = True
    opened["services"].auto_filter.ref = "A1:T5"
    opened["services"]["R2"] = True
    opened["services"]["Z900"].number_format = "0.00"
    opened["uses"]["A9"] = "   "
    opened.create_sheet("README", 0)["A1"] = "Numbers of the adopted budget"
    opened.move_sheet("services", 3)


def test_what_spreadsheet_programs_leave_behind_makes_no_difference(book: Path) -> None:
    edited(book, _as_saved_by_others)
    assert read_county(book) == COUNTY


def test_a_number_in_a_column_of_ids_is_its_digits(book: Path) -> None:
    def edit(opened: Workbook) -> None:
        cells = [("organizations", "A3"), ("capacities", "A3"), ("capacities", "A4"), ("offers", "C3")]
        for sheet, address in (*cells, ("communication_costs", "A3")):
            assert opened[sheet][address].value == "acme"
            opened[sheet][address] = 123

    edited(book, edit)
    assert read_county(book).organizations[1].org_id == "123"


def test_a_cell_at_the_far_corner_is_refused_at_once(book: Path) -> None:
    edited(book, put("services", "XFD1048576", 1))
    assert refusal(book) == [
        "sheet services cell XFD1048576: found a cell far from the table, needs nothing there. "
        "Delete its row and its column."
    ]


def test_a_cell_far_below_is_refused_at_once(book: Path) -> None:
    edited(book, put("services", "A1048576", "total"))
    assert refusal(book)[0].startswith("sheet services cell A1048576: found a cell far from the table")


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 10_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        with bomb.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(11):
                part.write(b" " * 1_000_000)
    assert (tmp_path / "bomb.xlsx").stat().st_size < 100_000
    assert "over 10,000,000 bytes or 5,000 parts when unpacked" in refusal(tmp_path / "bomb.xlsx")[0]


def test_a_zip_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "many.xlsx", "w") as many:
        for number in range(5_001):
            many.writestr(f"xl/{number}.xml", "")
    assert "over 200,000,000 bytes or 5,000 parts" in refusal(tmp_path / "many.xlsx")[0]


def test_too_many_cells_are_refused_before_they_are_read(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_CELLS", 100)
    monkeypatch.setattr(workbook, "_opened", lambda content: pytest.fail("opened"))
    assert refusal(book) == ["found more than 100 cells, needs fewer. Give the county as a folder of CSV files."]


def test_an_entity_bomb_is_refused(book: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    rewritten(book, SERVICES, lambda xml: xml.replace("<worksheet", f"{bomb}<worksheet", 1))
    assert refusal(book)[0].startswith("found a damaged workbook")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('<row r="3"', '<row r="2"', "row 2 is out of order"),
        ('r="B3"', 'r="A3"', "cell A3 is out of order"),
        ('r="B3"', 'r="B7"', "cell B7 is out of order"),
        ('r="B3"', 'r="B"', "'B' is no cell address"),
        ("</sheetData>", "", "a damaged workbook"),
    ],
)
def test_sheets_whose_cells_would_be_dropped_are_refused(book: Path, old: str, new: str, words: str) -> None:
    rewritten(book, SERVICES, lambda xml: xml.replace(old, new, 1))
    assert "found a damaged workbook" in refusal(book)[0]
    assert words in refusal(book)[0]


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    """Bytes anywhere in a workbook are overwritten: it is read, or refused in our words."""
    if not (tmp_path / "sound.xlsx").exists():
        write_county(COUNTY, tmp_path / "sound.xlsx")
    content = bytearray((tmp_path / "sound.xlsx").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 8))
        content[place : place + 8] = data.draw(st.binary(max_size=12))
    (tmp_path / "damaged.xlsx").write_bytes(content)
    with contextlib.suppress(Refused):
        read_county(tmp_path / "damaged.xlsx")


def _zip_of(*names: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as made:
            for name in names:
                made.writestr(name, "<x/>")

    return make


KINDS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "renamed CSV": (lambda path: path.write_text("service_id,name\n"), "found a file that is no workbook"),
    "empty file": (lambda path: path.write_bytes(b""), "found a file that is no workbook"),
    "old or encrypted": (
        lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500),
        "found an old or an encrypted workbook, needs an .xlsx workbook without password",
    ),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:900]), "found a file that is no workbook"),
    "OpenDocument": (_zip_of("mimetype", "content.xml"), "found a file of another kind or damaged"),
    "binary workbook": (_zip_of("xl/workbook.bin"), "found a file of another kind or damaged"),
    "macros": (_zip_of("xl/workbook.xml", "xl/vbaProject.bin"), "found a workbook with macros"),
    "no relations": (_zip_of("xl/workbook.xml"), "found a damaged workbook"),
    "folder": (lambda path: (path.unlink(), path.mkdir()), "found no county.yaml"),
    "damaged part": (
        lambda path: rewritten(path, "xl/sharedStrings.xml", lambda xml: xml[: len(xml) // 2]),
        "found a damaged workbook",
    ),
}


@pytest.mark.parametrize(("make", "expected"), [pytest.param(*case, id=name) for name, case in KINDS.items()])
def test_files_of_other_kinds(book: Path, make: Callable[[Path], Any], expected: str) -> None:
    make(book)
    assert refusal(book)[0].startswith(expected)


@pytest.mark.parametrize(
    ("address", "expected"), [("A1", (1, 1)), ("Z2", (2, 26)), ("AA10", (10, 27)), ("XFD1048576", (1048576, 16384))]
)
def test_position(address: str, expected: tuple[int, int]) -> None:
    assert position(address) == expected
