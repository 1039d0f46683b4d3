"""Sheets of a workbook: where the header stands, and what looks blank but is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.county.importing.importer import Imported, import_inventory
from optimizer.errors import Refused
from tests.county.importing.samples import CSV, MAPPING, changed

LINES = [line.split(",") for line in CSV.splitlines()]
ROWS = [LINES[0], *([*line[:4], *map(float, line[4:8]), *line[8:]] for line in LINES[1:])]


def import_book(folder: Path, book: Workbook, mapping: str) -> Imported:
    book.save(folder / "book.xlsx")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return import_inventory(folder / "book.xlsx", folder / "mapping.yaml")


def refused(folder: Path, book: Workbook, mapping: str = MAPPING) -> str:
    with pytest.raises(Refused) as refusal:
        import_book(folder, book, mapping)
    return str(refusal.value)


def book_of(rows: list[list[Any]], above: int = 0) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Inventory"
    for number in range(above):
        sheet.append([f"Title line {number}"])
    for row in rows:
        sheet.append(row)
    return book, sheet


def test_one_sheet_needs_no_name(tmp_path: Path) -> None:
    book, _ = book_of(ROWS)
    assert len(import_book(tmp_path, book, MAPPING).county.services) == 4


def test_several_sheets_need_one(tmp_path: Path) -> None:
    book, _ = book_of(ROWS)
    book.create_sheet("Notes")["A1"] = "x"
    assert "needs the name of a sheet. Sheets: Inventory, Notes." in refused(tmp_path, book)


def test_header_below_a_merged_title(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS, above=2)
    sheet.merge_cells("A1:C1")
    mapping = changed(MAPPING, "derive:", "source: {main: {sheet: Inventory, header_row: 3}}\nderive:")
    county = import_book(tmp_path, book, mapping).county
    assert len(county.services) == 4
    assert county.sources["services"].rows == (4, 5, 6, 7)


def test_merged_cells_among_the_rows(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS)
    sheet.merge_cells("A2:A3")
    assert "merged cells" in refused(tmp_path, book)


def test_no_header_where_the_mapping_looks(tmp_path: Path) -> None:
    book, _ = book_of(ROWS)
    mapping = changed(MAPPING, "derive:", "source: {main: {header_row: 40}}\nderive:")
    assert "row 40: found no column names" in refused(tmp_path, book, mapping)


def test_a_formula_nobody_computed(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS)
    sheet["E2"] = "=500+500"
    assert "row 2 column Pay: found a formula without a saved value" in refused(tmp_path, book)


def test_a_formula_in_a_column_nobody_reads(tmp_path: Path) -> None:
    book, sheet = book_of([[*ROWS[0], "Checked", ""], *([*row, date(2024, 7, 1), "note"] for row in ROWS[1:])])
    sheet["L3"] = "=TODAY()"
    assert len(import_book(tmp_path, book, MAPPING).county.services) == 4


def test_a_date_for_dollars(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS)
    sheet["E2"] = date(2024, 7, 1)
    assert "row 2 column Pay: found a date or time" in refused(tmp_path, book)


def test_an_error_for_dollars(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS)
    sheet["E2"] = "#REF!"
    assert "row 2 column Pay: found '#REF!'" in refused(tmp_path, book)


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS)
    book.create_sheet("Notes")["A1"] = "x"
    sheet.sheet_state = "hidden"
    mapping = changed(MAPPING, "derive:", "source: {main: {sheet: Inventory}}\nderive:")
    assert "sheet Inventory: found a hidden sheet" in refused(tmp_path, book, mapping)


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text(CSV)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    with pytest.raises(Refused, match="no workbook"):
        import_inventory(tmp_path / "book.xlsx", tmp_path / "mapping.yaml")


def test_white_space_that_does_not_break_is_tidied(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS)
    sheet["D1"], sheet["D3"], sheet["A3"] = " Title\u00a0", "Book\u00a0 lending ", "  "
    assert "row 3 column fund (from Fund): found a blank" in refused(tmp_path, book)
    sheet["A3"] = "General"
    assert import_book(tmp_path, book, MAPPING).county.services[1].name == "Book lending"


def test_a_date_below_a_title_is_told_by_its_column(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS, above=2)
    sheet.merge_cells("A1:C1")
    sheet["E4"] = date(2026, 2, 1)
    mapping = changed(MAPPING, "derive:", "source: {main: {header_row: 3}}\nderive:")
    assert "row 4 column Pay: found a date or time" in refused(tmp_path, book, mapping)


def test_dates_that_nothing_reads_are_let_be_below_a_title(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS, above=2)
    sheet["A2"] = date(2026, 1, 1)
    sheet["L3"] = "Reviewed"
    sheet["L4"] = date(2026, 2, 1)
    mapping = changed(MAPPING, "derive:", "source: {main: {header_row: 3}}\nderive:")
    assert len(import_book(tmp_path, book, mapping).county.services) == 4


def test_a_title_that_the_mapping_does_not_know_of(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS, above=1)
    sheet.merge_cells("A1:C1")
    assert "If they are a title above the column names, say `header_row`" in refused(tmp_path, book)


def _with_titles() -> tuple[Workbook, Worksheet]:
    """The rows without their departments, which stand as merged titles between them, each with a total below."""
    at, title = ROWS[0].index("Dept"), ROWS[0].index("Title")
    rows: list[list[Any]] = [ROWS[0]]
    for dept in dict.fromkeys(row[at] for row in ROWS[1:]):
        own = [[*row[:at], None, *row[at + 1 :]] for row in ROWS[1:] if row[at] == dept]
        total = [None] * len(ROWS[0])
        total[title], total[4] = f"Total {dept}", sum(row[4] for row in own)
        rows += [[None] * title + [dept], *own, total]
    rows = [[*row[:at], *row[at + 1 :]] for row in map(list, rows)]
    return book_of(rows)


def test_departments_as_merged_titles_between_the_rows(tmp_path: Path) -> None:
    book, sheet = _with_titles()
    title = next(cell for cell in sheet[1] if cell.value == "Title").column
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 1).value is None and not str(sheet.cell(row, title).value).startswith("Total"):
            sheet.merge_cells(start_row=row, end_row=row, start_column=title, end_column=title + 3)
    words = refused(tmp_path, book)
    assert words.index("cells C2:F2") < words.index("cells C5:F5")
    assert "if they are titles between the rows, `titles`" in words
    source = "source: {main: {titles: {column: Title, as: Dept}}}\nderive:"
    mapping = changed(MAPPING, "derive:", source)
    words = refused(tmp_path, book, mapping)
    assert "merged cells" not in words
    assert "found 'Total Roads', which looks like a total" in words
    drop = "drop:\n- {where: {column: Fund, blank: true}, reason: titles and totals, counted: false}\n"
    imported = import_book(tmp_path, book, changed(mapping, "drop:\n", drop))
    assert imported.county.services == import_book(tmp_path, book_of(ROWS)[0], MAPPING).county.services


def test_cells_merged_downwards(tmp_path: Path) -> None:
    book, sheet = book_of(ROWS)
    depts = [row[1] for row in ROWS]
    first = next(row for row in range(2, len(depts)) if depts[row - 1] == depts[row])
    sheet.merge_cells(start_row=first, end_row=first + 1, start_column=2, end_column=2)
    mapping = changed(MAPPING, "derive:", "source: {main: {fill_down: [Dept]}}\nderive:")
    whole = import_book(tmp_path, book_of(ROWS)[0], MAPPING).county.services
    assert import_book(tmp_path, book, mapping).county.services == whole
    assert "merged cells" in refused(tmp_path, book, changed(mapping, "[Dept]", "[Fund]"))


@pytest.mark.parametrize(
    ("main", "words"),
    [
        ("titles: {column: Titel, as: Dept}", "found no column 'Titel'"),
        ("titles: {column: Title, as: Fund}", "found a column 'Fund', needs a name for the titles that no column has"),
        ("fill_down: [Department]", "found no column 'Department'"),
    ],
)
def test_titles_and_columns_that_are_not_there(tmp_path: Path, main: str, words: str) -> None:
    book, _ = book_of(ROWS)
    assert words in refused(tmp_path, book, changed(MAPPING, "derive:", f"source: {{main: {{{main}}}}}\nderive:"))
