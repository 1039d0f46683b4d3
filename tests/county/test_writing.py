"""A county that is written reads back as itself; nothing else is lost, and nothing is half written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.county import field_types, workbook_sheets, writing
from optimizer.county.county import County
from optimizer.county.reading import read_county, read_tables
from optimizer.county.records import Facts
from optimizer.county.writing import write_county
from optimizer.errors import Refused
from tests.county.sample import COUNTY, FACTS, changed, service
from tests.examples import examples
from tests.strategies import counties

LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
WILD_TEXTS = (
    st.text(LETTERS, min_size=1, max_size=40)
    .map(str.strip)
    .filter(lambda text: text and "x005F_" not in text and text not in field_types._SPREADSHEET_ERRORS)
    | st.sampled_from(["=1+1", "+1", "-5", "@SUM(A1)", "'=x", "''", "00123", "1E5", "MAR1", "TRUE", "NO", "null", "#x"])
    | st.sampled_from(["_x0041_", "a, \"b\"; 'c'", "<b>&amp;", "\u2028x", "12:30", "{{7*7}}", "- a: b", "https://a.b"])
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round")


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(county=counties(WILD_TEXTS))
def test_folder_to_workbook_to_folder(room: Path, county: County) -> None:
    first, book, second = room / "first", room / "book.xlsx", room / "second"
    write_county(county, first)
    write_county(read_county(first), book)
    write_county(read_county(book), second)
    assert read_county(second) == county
    assert {file.name: file.read_bytes() for file in first.iterdir()} == {
        file.name: file.read_bytes() for file in second.iterdir()
    }


@pytest.mark.parametrize("name", ["county", "county.xlsx"])
def test_every_table_comes_back(tmp_path: Path, name: str) -> None:
    write_county(COUNTY, tmp_path / name)
    assert read_county(tmp_path / name) == COUNTY


@pytest.mark.parametrize("name", ["county", "county.xlsx"])
@settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
@given(numbers=st.lists(st.floats(0, 1e12, allow_nan=False), min_size=4, max_size=4))
def test_every_bit_of_a_number_comes_back(room: Path, name: str, numbers: list[float]) -> None:
    columns = ("personnel_usd", "nonpersonnel_usd", "overhead_usd", "revenue_usd")
    county = County(FACTS, services=(service("a", **dict(zip(columns, numbers, strict=True))),))
    write_county(county, room / "bits" / name)
    assert read_county(room / "bits" / name) == county


@pytest.mark.parametrize("name", ["county", "county.xlsx"])
def test_a_written_county_knows_its_rows(tmp_path: Path, name: str) -> None:
    write_county(COUNTY, tmp_path / name)
    place = tmp_path / "county" / "offers.csv" if name == "county" else f"{tmp_path / name} sheet offers"
    assert read_county(tmp_path / name).where("offers", 1, "quality") == f"{place} row 3 column quality"


def test_the_same_county_gives_the_same_bytes(tmp_path: Path) -> None:
    write_county(COUNTY, tmp_path / "one.xlsx")
    write_county(COUNTY, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_tables_without_rows_are_left_out(tmp_path: Path) -> None:
    write_county(County(Facts(**(FACTS.model_dump() | {"districts": ()})), services=COUNTY.services), tmp_path / "c")
    assert sorted(file.name for file in (tmp_path / "c").iterdir()) == ["county.yaml", "services.csv"]


def test_a_county_without_services_or_funds_can_be_written_and_is_refused_when_checked(tmp_path: Path) -> None:
    bare = County(FACTS.model_copy(update={"funds": ()}), services=())
    for name in ("c", "c.xlsx"):
        write_county(bare, tmp_path / name)
        assert read_tables(tmp_path / name) == bare
        with pytest.raises(Refused, match="no services"):
            read_county(tmp_path / name)


def test_what_is_no_table_stays(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    write_county(COUNTY, folder)
    (folder / "README.md").write_text("Where it comes from.")
    (folder / "sources").mkdir()
    (folder / "sources" / "budget.csv").write_text("a,b\n")
    write_county(County(FACTS, services=COUNTY.services), folder)
    assert sorted(file.name for file in folder.iterdir()) == ["README.md", "county.yaml", "services.csv", "sources"]
    assert (folder / "README.md").read_text() == "Where it comes from."
    assert (folder / "sources" / "budget.csv").read_text() == "a,b\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["county"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    write_county(COUNTY, tmp_path)
    assert read_county(tmp_path) == COUNTY


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_county(COUNTY, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert read_county(tmp_path / "real") == COUNTY


def _a_file(path: Path) -> None:
    path.write_text("notes")


def _a_folder(path: Path) -> None:
    path.mkdir()
    (path / "thesis.docx").write_text("mine")


def _a_workbook(path: Path) -> None:
    from xlsxwriter import Workbook

    with Workbook(str(path)) as book:
        book.add_worksheet("county")
        book.add_worksheet("Pivot")


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("county", _a_file, "found a file, needs a county's folder, an empty one or none"),
        ("county", _a_folder, "found a folder without county.yaml"),
        ("county.xlsx", _a_file, "found a file that is no workbook"),
        ("county.xlsx", _a_workbook, "found a workbook with sheets Pivot"),
        ("county.xlsx", _a_folder, "no regular file"),
        ("county.xls", lambda path: None, "Save it as"),
        ("services.csv", lambda path: None, "Give the folder"),
    ],
)
def test_nothing_else_is_overwritten(tmp_path: Path, name: str, make: Any, words: str) -> None:
    make(tmp_path / name)
    before = _contents(tmp_path)
    with pytest.raises(Refused, match=words):
        write_county(COUNTY, tmp_path / name)
    assert _contents(tmp_path) == before


@pytest.mark.parametrize("name", ["county", "county.xlsx"])
def test_a_failed_write_leaves_what_was_there(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_county(COUNTY, tmp_path / name)
    before = _contents(tmp_path)

    def full_disk(*_: object) -> Iterator[object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "csv_bytes", full_disk)
    monkeypatch.setattr(writing, "write_workbook", full_disk)
    with pytest.raises(Refused, match="No space left on device"):
        write_county(changed("services", name="New"), tmp_path / name)
    assert _contents(tmp_path) == before


def test_a_failed_rename_puts_the_old_county_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_county(COUNTY, tmp_path / "county")
    before = _contents(tmp_path)
    rename = Path.rename

    def stubborn(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(KeyboardInterrupt):
        write_county(changed("services", name="New"), tmp_path / "county")
    assert _contents(tmp_path) == before


def test_a_text_that_a_workbook_would_lose_is_refused_there(tmp_path: Path) -> None:
    county = changed("services", name="code_x005F_1")
    with pytest.raises(Refused, match=r"sheet services row 2 column name: found 'code_x005F_1'"):
        write_county(county, tmp_path / "county.xlsx")
    assert list(tmp_path.iterdir()) == []
    write_county(county, tmp_path / "county")
    assert read_county(tmp_path / "county") == county


def test_a_county_too_large_for_a_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_sheets, "MAX_CELLS", 10)
    with pytest.raises(Refused, match="Write a folder instead"):
        write_county(COUNTY, tmp_path / "county.xlsx")


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    write_county(changed("services", name="=1+1", department="https://a.b"), tmp_path / "county.xlsx")
    book = load_workbook(tmp_path / "county.xlsx")
    cells = {cell.value: cell for cell in book["services"][2]}
    assert cells["=1+1"].data_type == "s"
    assert cells["https://a.b"].hyperlink is None


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
