"""Each refusal of an import, with its bad file."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.county.importing.importer import import_inventory
from optimizer.errors import Refused
from tests.county.importing.samples import CSV, MAPPING, changed, import_texts, refused


def test_unknown_source_columns_are_told_with_the_nearest_all_at_once(tmp_path: Path) -> None:
    mapping = changed(changed(MAPPING, "department: Dept", "department: Detp"), "sum: [Pay,", "sum: [Pai,")
    words = refused(tmp_path, mapping=mapping)
    assert "mapping.yaml:15 columns.department: found source column 'Detp'" in words
    assert "Did you mean 'Dept'?" in words
    assert "mapping.yaml:10 derive.operating: found source column 'Pai'" in words
    assert "Did you mean 'Pay'?" in words


def test_unmapped_values_are_listed_with_counts_all_at_once(tmp_path: Path) -> None:
    csv = CSV.replace("Yes,Some (2)", "yess,some").replace("No,Low,0.25", "No,never,0.25")
    words = refused(tmp_path, csv)
    assert "row 4: found 'yess' in 2 rows, here first" in words
    assert "columns.mandate_level" in words
    assert "Did you mean 'Yes'?" in words
    assert "row 4: found 'some' in 2 rows" in words
    assert "row 3: found 'never' in 1 row" in words


def test_blank_where_a_value_is_needed(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "General,Library", ",Library"))
    assert "row 3 column fund (from Fund): found a blank, needs a text" in words


def test_blank_dollars_are_not_zero(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "1000,500,0,1500", "1000,,0,1500"))
    assert "row 2 column nonpersonnel_usd (from Supplies): found a blank" in words
    assert "blank_means" in words


def test_blank_total_cannot_be_reconciled(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "1000,500,0,1500", "1000,500,0,"))
    assert "row 2 column Total: found a blank, needs dollars, to be reconciled" in words


def test_blank_total_of_a_dropped_row_holds_no_dollars(tmp_path: Path) -> None:
    report = import_texts(tmp_path, changed(CSV, "700,700", "700,")).report
    assert [line.usd for line in report.totals if line.part == "dropped"] == [0.0]


@pytest.mark.parametrize("cell", ["lots", '"1,000"', "$1000", "12%", "nan", "inf", "1e999", "#REF!"])
def test_money_that_is_no_number(tmp_path: Path, cell: str) -> None:
    words = refused(tmp_path, changed(CSV, "1000,500,0,1500", f"{cell},500,0,1500"))
    shown = cell.strip('"')
    assert f"inventory.csv row 2 column Pay: found '{shown}', needs a number" in words


@pytest.mark.parametrize("cell", ["12%", "(500", "1,00", "--5", "$", "(-500)"])
def test_money_that_is_no_number_in_the_us_either(tmp_path: Path, cell: str) -> None:
    mapping = changed(MAPPING, "derive:", "source: {numbers: us}\nderive:")
    words = refused(tmp_path, changed(CSV, "1000,500,0,1500", f'"{cell}",500,0,1500'), mapping)
    assert "row 2 column Pay" in words


def test_many_bad_cells_are_counted_not_listed(tmp_path: Path) -> None:
    lines = "".join(f"General,Library,{n},Service {n},x{n},1,0,1,No,Low,0\n" for n in range(100, 130))
    words = refused(tmp_path, CSV + lines)
    assert words.count("column Pay: found 'x") == 20
    assert "found 10 more cells that are no numbers" in words


def test_negative_dollars(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "1000,500,0,1500", "-1000,500,0,-500"))
    assert "row 2 column personnel_usd (from Pay): found -1000.0, needs US dollars, 0 or more" in words


def test_level_out_of_range(tmp_path: Path) -> None:
    words = refused(tmp_path, CSV.replace("Some (2)", "Some (7)"))
    assert "column reliance_level (from Reliance): found '7', needs a whole level from 0 to 4" in words


def test_no_rows_left(tmp_path: Path) -> None:
    words = refused(tmp_path, mapping=changed(MAPPING, "operating, equals: 0", "operating, at_least: 0"))
    assert "5 rows, all of them dropped" in words


def test_no_rows_at_all(tmp_path: Path) -> None:
    assert "no rows below the header" in refused(tmp_path, CSV.splitlines()[0] + "\n,,,,,,,,,,\n")


def test_repeated_ids(tmp_path: Path) -> None:
    words = refused(tmp_path, mapping=changed(MAPPING, "names: {add: [Dept, Fund]}", "names: {add: [Dept]}"))
    assert "id 'plowing' for 2 services (rows 4, 5)" in words
    assert "names.add" in words


def test_repeated_ids_of_the_source(tmp_path: Path) -> None:
    words = refused(tmp_path, mapping=changed(MAPPING, "  name: Title", "  service_id: Code\n  name: Title"))
    assert "id '30' for 2 services (rows 4, 5)" in words


def test_name_that_makes_no_id(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "Lending", "???"))
    assert "row 3 column name: found '???', needs a name to make an id of" in words


def test_general_fund_that_no_service_names(tmp_path: Path) -> None:
    mapping = changed(MAPPING, "general_fund: General", "general_fund: Genral")
    words = refused(tmp_path, mapping=mapping)
    assert "mapping.yaml:7 county.general_fund: found fund 'Genral'" in words
    assert "Did you mean 'General'?" in words


def test_listed_fund_that_is_not_in_the_source(tmp_path: Path) -> None:
    mapping = changed(MAPPING, "unrestricted: [General]", "unrestricted: [General, Raods]")
    assert "found fund 'Raods', needs a fund of the source. Did you mean 'Roads'?" in refused(tmp_path, mapping=mapping)


def test_row_that_fits_no_case(tmp_path: Path) -> None:
    mapping = changed(MAPPING, '    - {where: [], is: "no"}\n', "")
    assert "row 3: found 3 rows that fit no case, this one first" in refused(tmp_path, mapping=mapping)


def test_column_that_is_there_twice(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "Supplies,Debt", "Pay,Debt"), MAPPING.replace("Supplies", "Debt"))
    assert "mapping.yaml:10 derive.operating: found 2 columns 'Pay', needs one" in words


def test_derived_column_that_takes_the_name_of_another(tmp_path: Path) -> None:
    words = refused(tmp_path, mapping=changed(MAPPING, "derive:", "derive:\n  Debt: {sum: [Pay]}"))
    assert "mapping.yaml:10 derive.Debt: found 'Debt', needs a name that no column has" in words


def test_derived_column_that_is_used_above_itself(tmp_path: Path) -> None:
    words = refused(tmp_path, mapping=changed(MAPPING, "derive:", "derive:\n  double: {sum: [operating, operating]}"))
    assert "mapping.yaml:10 derive.double: found source column 'operating'" in words


def test_row_of_another_width(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "Patrol,1000", "Patrol, downtown,1000"))
    assert "inventory.csv row 2: found 12 cells, needs 11 as in the header" in words


def test_unclosed_quote(tmp_path: Path) -> None:
    assert "does not read" in refused(tmp_path, changed(CSV, "Patrol", '"Patrol'))


def test_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "inventory.pdf").write_text("x")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    with pytest.raises(Refused, match=r"a \.csv file or an \.xlsx workbook"):
        import_inventory(tmp_path / "inventory.pdf", tmp_path / "mapping.yaml")


def test_letters_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "inventory.csv").write_bytes(CSV.replace("Patrol", "Patrôl").encode("latin-1"))
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    with pytest.raises(Refused, match=r"letters that are not UTF-8.*encoding: windows-1252"):
        import_inventory(tmp_path / "inventory.csv", tmp_path / "mapping.yaml")


@pytest.mark.parametrize(("encoding", "codec"), [("windows-1252", "cp1252"), ("utf-16", "utf-16"), ("utf-8", "utf-8")])
def test_a_file_is_read_in_the_encoding_that_the_mapping_says(tmp_path: Path, encoding: str, codec: str) -> None:
    (tmp_path / "inventory.csv").write_bytes(CSV.replace("Patrol", "Patr\u00f4l \u2013 \u20ac").encode(codec))
    (tmp_path / "mapping.yaml").write_text(changed(MAPPING, "derive:", f"source: {{encoding: {encoding}}}\nderive:"))
    county = import_inventory(tmp_path / "inventory.csv", tmp_path / "mapping.yaml").county
    assert county.services[0].name == "Patr\u00f4l \u2013 \u20ac"


@pytest.mark.parametrize(
    ("content", "encoding", "words"),
    [
        (CSV.encode("utf-16"), "utf-8", "found UTF-16 text, needs UTF-8 text"),
        (CSV.replace("Patrol", "Patr\u00f4l").encode(), "windows-1252", "found UTF-8 text, needs Windows-1252 text"),
        (CSV.encode("utf-16"), "windows-1252", "found UTF-16 text, needs Windows-1252 text"),
        (CSV.encode(), "utf-16", "found text without the mark of UTF-16, needs UTF-16 text"),
        (CSV.encode() + b"\x81", "windows-1252", "row 7: found letters that are not Windows-1252"),
        (b"PK\x03\x04", "utf-16", "found a zip file or workbook, needs UTF-16 text"),
    ],
)
def test_a_file_in_another_encoding(tmp_path: Path, content: bytes, encoding: str, words: str) -> None:
    (tmp_path / "inventory.csv").write_bytes(content)
    (tmp_path / "mapping.yaml").write_text(changed(MAPPING, "derive:", f"source: {{encoding: {encoding}}}\nderive:"))
    with pytest.raises(Refused) as refusal:
        import_inventory(tmp_path / "inventory.csv", tmp_path / "mapping.yaml")
    assert words in str(refusal.value)
    assert "encoding: windows-1252" in str(refusal.value)


def test_sheets_of_a_text_file(tmp_path: Path) -> None:
    mapping = changed(MAPPING, "derive:", "source: {main: {sheet: Details}}\nderive:")
    assert "found sheets for inventory.csv, which is text" in refused(tmp_path, mapping=mapping)


def test_a_cell_that_is_refused_is_not_told_as_a_blank_besides(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(CSV, "Yes,High,0\n", "Yes,Very high,n/a\n"))
    assert "row 2: found 'Very high' in 1 row" in words
    assert "row 2 column Recovery: found 'n/a', needs a number" in words
    assert "blank" not in words


def test_a_blank_beside_refused_cells_is_still_told(tmp_path: Path) -> None:
    words = refused(tmp_path, changed(changed(CSV, "Yes,High,0\n", "Yes,Very high,0\n"), "No,Low,0.25", "No,,0.25"))
    assert "row 2: found 'Very high' in 1 row" in words
    assert "row 3 column reliance_level (from Reliance): found a blank, needs" in words


@pytest.mark.parametrize(
    ("delimiter", "name", "written"), [(";", "semicolons", ";"), ("\t", "tabs", "\\t"), ("|", "bars", "|")]
)
def test_another_delimiter_is_one_finding_and_says_how_to_read_it(
    tmp_path: Path, delimiter: str, name: str, written: str
) -> None:
    csv = CSV.replace(",", delimiter)
    words = refused(tmp_path, csv)
    assert words.startswith("1 finding") or words.count("found ") == 1
    assert f"inventory.csv row 1: found {name} between the columns, needs commas" in words
    assert f'source: {{delimiter: "{written}"}}' in words
    told = changed(MAPPING, "derive:", f'source: {{delimiter: "{written}"}}\nderive:')
    assert len(import_texts(tmp_path, csv, told).county.services) == 4


def test_a_rule_is_shown_by_its_names(tmp_path: Path) -> None:
    mapping = changed(
        MAPPING, "personnel_usd: Pay", "personnel_usd: {column: Pay, values: {x: 1}, otherwise: {value: 0}}"
    )
    words = refused(tmp_path, mapping=mapping)
    assert "found column, values, otherwise, needs an `assumption` beside it, as it gives a value that is not" in words
