"""Worksheets: every service, likely ones first, drop-downs, and only the cells for answers are open."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import cli
from optimizer.county.reading import read_county
from optimizer.errors import Refused
from optimizer.workshop.form import HEADS, OWN_SHEET, SERVICES_SHEET, Answer, code_of
from optimizer.workshop.likely import Answers
from optimizer.workshop.prepare import prepare_worksheets
from optimizer.workshop.worksheet import STAYS
from tests.cases import ROOT

POCKET = read_county(ROOT / "data" / "pocket")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("prepared") / "sheets"
    prepare_worksheets(POCKET, out)
    return out


def test_one_file_per_organization_with_every_service_in_the_stated_order(folder: Path) -> None:
    assert sorted(file.stem for file in folder.iterdir()) == sorted(org.org_id for org in POCKET.organizations)
    for org in POCKET.organizations:
        sheet = load_workbook(folder / f"{org.org_id}.xlsx")[SERVICES_SHEET]
        assert [cell.value for cell in sheet[1]] == [*HEADS.values()]
        likely = Answers(POCKET).likely(org)
        rows = [*sheet.iter_rows(min_row=2, values_only=True)]
        assert [row[0] for row in rows] == [row.service.service_id for row in likely]
        assert [row[6] for row in rows] == [str(row.chance) for row in likely]
        assert [STAYS in row[7] for row in rows] == [not row.service.delegable for row in likely]
        assert rows[0][4] == likely[0].service.personnel_usd + likely[0].service.nonpersonnel_usd + (
            likely[0].service.overhead_usd
        )


def test_only_answers_can_be_typed_and_stances_are_chosen(folder: Path) -> None:
    book = load_workbook(folder / "bell.xlsx")
    assert all(sheet.protection.sheet for sheet in book)
    sheet = book[SERVICES_SHEET]
    asked = {HEADS[name] for name in Answer.model_fields} - {HEADS["service_id"], HEADS["name"]}
    assert {str(sheet.cell(1, cell.column).value) for cell in sheet[2] if not cell.protection.locked} == asked
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert [rule.formula1 for rule in lists] == ['"delivers,would_partner,would_take_over,would_buy,no"']
    own = {row[0].value: row[1] for row in book[OWN_SHEET].iter_rows(min_row=2)}
    assert (own["org_id"].value, own["code"].value) == ("bell", code_of(POCKET, "bell"))
    assert [name for name, cell in own.items() if cell.protection.locked] == ["org_id", "code"]


def test_some_organizations_and_some_services(tmp_path: Path) -> None:
    words = ["workshop", "prepare", str(ROOT / "data" / "pocket"), "--out", str(tmp_path / "w")]
    done = CliRunner().invoke(cli.main, [*words, "--organization", "quick", "--most", "3", "--csv"])
    assert done.exit_code == 0
    assert done.output.splitlines()[1] == "quick,Quick Payroll,private,quick.xlsx,3,1,1,1"
    assert load_workbook(tmp_path / "w" / "quick.xlsx")[SERVICES_SHEET].max_row == 4
    again = CliRunner().invoke(cli.main, words)
    assert again.exit_code == 2
    assert "a place that is taken" in again.stderr
    (tmp_path / "w" / "letter.txt").write_text("dear all")
    assert CliRunner().invoke(cli.main, [*words, "--overwrite", "--organization", "bell"]).exit_code == 0
    assert sorted(file.name for file in (tmp_path / "w").iterdir()) == ["bell.xlsx", "letter.txt", "quick.xlsx"]


def test_who_is_not_there_cannot_be_invited(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"found 'quik', .* Did you mean 'quick'\?"):
        prepare_worksheets(POCKET, tmp_path / "w", ["quik"])
    with pytest.raises(Refused, match="organizations to invite"):
        prepare_worksheets(POCKET.with_tables(organizations=()), tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0"
    services = (POCKET.services[0].model_copy(update={"name": hostile}), *POCKET.services[1:])
    prepare_worksheets(POCKET.with_tables(services=services), tmp_path / "w", ["bell"])
    sheet = load_workbook(tmp_path / "w" / "bell.xlsx")[SERVICES_SHEET]
    cells = [cell for row in sheet for cell in row if cell.value == hostile]
    assert [cell.data_type for cell in cells] == ["s"]
