"""A workbook to fill in reads back as the county that filled it, and says of every column what may stand there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation

import cli
from optimizer.county.checks.tables import ALL_TABLES
from optimizer.county.county import TABLES, County
from optimizer.county.dictionary import data_dictionary
from optimizer.county.facts import LISTS
from optimizer.county.fields import columns_of
from optimizer.county.reading import read_county, read_tables
from optimizer.county.sheets import UNREAD_SHEETS
from optimizer.county.template import write_template
from optimizer.county.template.choices import lists
from optimizer.county.writing import write_county
from optimizer.errors import Refused
from tests.cases import ROOT
from tests.county.sample import COUNTY
from tests.county.test_writing import WILD_TEXTS
from tests.libreoffice import needs_libreoffice, recalculated
from tests.strategies import counties


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "lake.xlsx"
    write_template(path, COUNTY)
    return path


@pytest.fixture(scope="module")
def opened(book: Path) -> Workbook:
    return load_workbook(book)


def rules_of(opened: Workbook, sheet: str) -> dict[str, DataValidation]:
    """The rule of each column, by its head."""
    heads = {cell.column: str(cell.value) for cell in opened[sheet][1]}
    rules = opened[sheet].data_validations.dataValidation
    return {heads[span.min_col]: rule for rule in rules for span in rule.sqref.ranges}


def test_what_fills_it_comes_back(book: Path) -> None:
    assert read_county(book) == COUNTY


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(county=counties(WILD_TEXTS))
def test_any_county_comes_back(tmp_path_factory: pytest.TempPathFactory, county: County) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    write_template(path, county)
    assert read_tables(path) == county


def test_every_table_and_column_is_there(opened: Workbook) -> None:
    assert opened.sheetnames[0] == "start_here"
    assert set(opened.sheetnames) - UNREAD_SHEETS == {"county", *ALL_TABLES}
    for name, table in ALL_TABLES.items():
        assert [cell.value for cell in opened[name][1]] == list(table.columns)
        assert opened[name].freeze_panes == "B2"
        assert all(cell.comment is not None for cell in opened[name][1])


def test_the_dictionary_sheet_is_the_dictionary(opened: Workbook) -> None:
    head, *rows = opened["data_dictionary"].iter_rows(values_only=True)
    assert head[:4] == ("table", "column", "type", "meaning")
    assert [row[:3] for row in rows] == list(data_dictionary()[["table", "column", "type"]].itertuples(False, None))
    fund = next(row for row in rows if row[:2] == ("services", "fund"))
    assert fund[5:] == ("a text, as in the sheet funds", "needed", "refused")


def test_words_yes_no_and_ids_are_chosen_from_a_list(opened: Workbook) -> None:
    assert rules_of(opened, "services")["critical"].formula1 == '"yes,no"'
    assert rules_of(opened, "services")["fund"].formula1 == "ids_of_funds"
    assert rules_of(opened, "overlaps")["stance"].formula1.startswith('"delivers,would_partner,')
    assert rules_of(opened, "offers")["decision"].formula1 == '"partner,consolidate,outsource"'
    assert rules_of(opened, "coverages")["district"].formula1 == "ids_of_districts_and_groups"
    assert set(opened.defined_names) >= set(lists().values())
    assert rules_of(opened, "spare_staff")["department"].formula1 == "departments_of_services"
    words = [opened["lists"].cell(row, 5).value for row in range(3, 6)]
    assert all("services!$C$2:$C$2000" in word.text for word in words)


def test_numbers_have_the_bounds_of_their_records(opened: Workbook) -> None:
    share, fte = rules_of(opened, "offers")["coverage"], rules_of(opened, "services")["fte"]
    assert (share.type, share.formula1, share.formula2) == ("decimal", "0.0", "1.0")
    assert (fte.type, fte.formula1) == ("decimal", "0.0")
    level = rules_of(opened, "services")["demand_level"]
    assert (level.type, level.formula1, level.formula2) == ("whole", "-4.0", "4.0")
    assert "USD per year" in rules_of(opened, "services")["personnel_usd"].prompt


def test_every_column_of_words_offers_them(opened: Workbook) -> None:
    for name, table in {**LISTS, **TABLES}.items():
        for column in columns_of(table.record).values():
            if column.words and column.type is not tuple and column.name != "decision":
                assert rules_of(opened, name)[column.name].formula1 == f'"{",".join(column.words)}"'


def test_an_empty_one_is_filled_in_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    write_template(path)
    with pytest.raises(Refused) as refused:
        read_county(path)
    assert {finding.where.rpartition(" ")[2] for finding in refused.value.findings} == {
        "name", "state", "population", "fiscal_year", "general_fund",
    }  # fmt: skip
    filled = load_workbook(path)
    for row, value in enumerate(("Lake", "CO", 7400, 2026, "USD", "General"), start=2):
        filled["county"].cell(row, 2).value = value
    filled["funds"].append(("General", "no"))
    cells = dict.fromkeys(TABLES["services"].columns) | {
        "service_id": "signs", "name": "Road signs", "department": "Works", "service_class": "roads", "fund": "General",
        "personnel_usd": 100.5, "nonpersonnel_usd": 0, "overhead_usd": 0, "revenue_usd": 0, "fte": 1,
        "mandate_level": 0, "reliance_level": 1, "delegable": "yes", "critical": "no",
    }  # fmt: skip
    filled["services"].append([*cells.values()])
    filled.save(path)
    county = read_county(path)
    assert (county.facts.name, county.services[0].personnel_usd) == ("Lake", 100.5)
    assert county.organizations == ()


def test_sheets_without_a_table_are_not_read(book: Path, tmp_path: Path) -> None:
    edited = load_workbook(book)
    edited["start_here"]["A1"] = "=1/0"
    edited["data_dictionary"].merge_cells("A1:C3")
    edited.create_sheet("findings")["ZZ90000"] = "anything"
    edited.save(tmp_path / "edited.xlsx")
    assert read_county(tmp_path / "edited.xlsx") == COUNTY


def test_a_county_and_its_template_replace_each_other(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "lake.xlsx"
    shutil.copy(book, path)
    write_county(COUNTY, path)
    assert "start_here" not in load_workbook(path).sheetnames
    write_template(path, COUNTY)
    assert read_county(path) == COUNTY


def test_equal_counties_give_equal_bytes(book: Path, tmp_path: Path) -> None:
    write_template(tmp_path / "again.xlsx", COUNTY)
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    hostile = COUNTY.organizations[0].model_copy(update={"name": "=cmd|' /C calc'!A0"})
    write_template(tmp_path / "h.xlsx", COUNTY.with_tables(organizations=(hostile, *COUNTY.organizations[1:])))
    cell = load_workbook(tmp_path / "h.xlsx")["organizations"]["B2"]
    assert (cell.value, cell.data_type) == (hostile.name, "s")


def test_the_command(tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "pocket.xlsx"
    words = ["template", "--xlsx", str(out), "--county", str(ROOT / "data" / "pocket")]
    assert runner.invoke(cli.main, words).exit_code == 0
    assert read_county(out) == read_county(ROOT / "data" / "pocket")
    again = runner.invoke(cli.main, words)
    assert again.exit_code == 2
    assert "a place that is taken" in again.stderr
    assert runner.invoke(cli.main, [*words, "--overwrite"]).exit_code == 0
    named = runner.invoke(cli.main, ["template", "--xlsx", str(tmp_path / "x.csv")])
    assert "ends in .xlsx" in named.stderr


@pytest.mark.slow
def test_a_scenario_takes_it_for_the_folder(tmp_path: Path) -> None:
    out, runner = tmp_path / "pocket.xlsx", CliRunner()
    write_template(out, read_county(ROOT / "data" / "pocket"))
    scenario = str(ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml")
    told = [
        runner.invoke(cli.main, ["solve", scenario, *words, "--runs", str(tmp_path / "runs"), "--csv"]).output
        for words in ([], ["--county", str(out)])
    ]
    assert told[0] == told[1]


@pytest.mark.slow
@needs_libreoffice
def test_another_program_opens_it_recalculates_it_and_keeps_the_county(book: Path, tmp_path: Path) -> None:
    again = recalculated(book, tmp_path)
    assert read_county(again) == COUNTY
    values = load_workbook(again, data_only=True)
    texts = [str(cell.value) for sheet in values for row in sheet for cell in row if cell.value is not None]
    assert not [text for text in texts if text.startswith(("#", "Err:"))]
    rows = {row[0].value: row[3].value for row in values["start_here"].iter_rows(min_row=17)}
    assert (rows["services"], rows["capacities"], rows["funds"]) == (4, 3, 2)
    assert [values["lists"].cell(row, 1).value for row in range(3, 6)] == ["north", "south", "elders"]
    departments = list(dict.fromkeys(service.department for service in COUNTY.services))
    assert values["lists"]["F2"].value == len(departments)
    assert [values["lists"].cell(row, 5).value for row in range(3, 3 + len(departments))] == departments
    assert rules_of(load_workbook(again), "services")["fund"].formula1 == "ids_of_funds"
