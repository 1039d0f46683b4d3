"""Returned worksheets: what is taken into which table, what is told, what is refused, and that nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import cli
from optimizer.county.county import County
from optimizer.county.reading import read_county
from optimizer.county.terms import Stance
from optimizer.errors import Refused
from optimizer.runs.tables import read_table
from optimizer.workshop.collect import Collected, collect
from optimizer.workshop.form import OWN_SHEET, SERVICES_SHEET
from optimizer.workshop.joining import Prefer
from optimizer.workshop.marks import write_marks
from optimizer.workshop.prepare import prepare_worksheets
from tests.cases import ROOT
from tests.workshop.fill import fill

PLACE = ROOT / "data" / "pocket"
POCKET = read_county(PLACE)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sent") / "sheets"
    prepare_worksheets(POCKET, out)
    return out


@pytest.fixture
def folder(sent: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sent, tmp_path / "back"))


def stances(county: County) -> set[tuple[str, str, str]]:
    return {(row.org_id, row.service_id, str(row.stance)) for row in county.overlaps}


def places(findings: tuple[Any, ...]) -> list[str]:
    return [f"{Path(finding.where.split(' sheet ')[0]).name}{finding.where.split('.xlsx')[-1]}" for finding in findings]


def test_answers_become_overlaps_and_terms_become_offers(folder: Path) -> None:
    fill(
        folder / "alder.xlsx",
        {
            "code": {"stance": "would_partner"},
            "payroll": {
                "stance": "would_take_over",
                "price_usd_per_year": 41000,
                "lead_time_months": 4,
                "coverage": 0.9,
            },
            "library": {"stance": "no"},
        },
        {"agreement_usd_per_year": 2500, "capacity_usd": 90000},
    )
    found = collect(POCKET, folder)
    assert found.wrong == ()
    assert stances(found.county) - stances(POCKET) == {
        ("alder", "code", "would_partner"), ("alder", "payroll", "would_take_over"), ("alder", "library", "no"),
    }  # fmt: skip
    (new,) = (offer for offer in found.county.offers if offer not in POCKET.offers)
    assert (new.offer_id, new.decision, new.price_usd_per_year) == ("alder~payroll", "outsource", 41000)
    assert (new.lead_time_months, new.coverage, new.transition_usd) == (4, 0.9, None)
    (room,) = (row for row in found.county.capacities if row not in POCKET.capacities)
    assert (room.org_id, room.resource, room.year, room.amount) == ("alder", "usd", None, 90000)
    assert found.organizations.set_index("org_id")["came_back"].to_dict() == {
        "bell": "without an answer", "alder": "yes", "reading": "without an answer", "ridge": "without an answer",
        "quick": "without an answer",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("prefer", "price", "stance"), [(Prefer.ANSWERS, 88000, "delivers"), (Prefer.COUNTY, 90000, "would_partner")]
)
def test_what_the_county_has_otherwise_is_told_and_one_of_them_holds(
    folder: Path, prefer: Prefer, price: float, stance: str
) -> None:
    fill(folder / "bell.xlsx", {"snow": {"stance": "delivers", "price_usd_per_year": 88000}}, {"capacity_fte": 4})
    found = collect(POCKET, folder, prefer)
    assert found.wrong == ()
    told = "\n".join(map(str, found.told))
    for words in (
        "delivers for snow instead of would_partner in overlaps",
        "88,000 for snow instead of 90,000 in offer snow-bell",
        "4 instead of 2.5 in capacities",
    ):
        assert words in told
    offer = next(offer for offer in found.county.offers if offer.offer_id == "snow-bell")
    assert (offer.price_usd_per_year, offer.coverage) == (price, 0.96)
    assert ("bell", "snow", stance) in stances(found.county)
    assert sum(row.org_id == "bell" and row.service_id == "snow" for row in found.county.overlaps) == 1
    assert found.county.capacities[0].amount == (4 if prefer is Prefer.ANSWERS else 2.5)


def test_terms_that_were_estimates_are_replaced_without_a_word(folder: Path) -> None:
    offers = [row.model_copy(update={"estimated": ("price_usd_per_year",)}) for row in POCKET.offers[:1]]
    county = POCKET.with_tables(offers=(*offers, *POCKET.offers[1:]))
    fill(folder / "bell.xlsx", {"snow": {"stance": "would_partner", "price_usd_per_year": 88000}})
    found = collect(county, folder)
    assert found.told == ()
    assert (found.county.offers[0].price_usd_per_year, found.county.offers[0].estimated) == (88000, ())


def test_a_second_offer_beside_another_is_told(folder: Path) -> None:
    fill(folder / "alder.xlsx", {"permits": {"stance": "would_take_over", "price_usd_per_year": 30000}})
    found = collect(POCKET, folder)
    assert any("beside its offer permits-alder" in one.found for one in found.told)
    assert len(found.county.offers) == len(POCKET.offers) + 1


PRICE, HIRED = "Price ($ a year)", "Staff you would hire (FTE)"
ROWS: dict[str, tuple[dict[str, dict[str, Any]], str, str]] = {
    "price without an answer": ({"snow": {"price_usd_per_year": 5}}, PRICE, "5 without an answer"),
    "price beside no": ({"permits": {"stance": "no", "price_usd_per_year": 4}}, PRICE, "beside the answer no"),
    "not delegable": ({"jail": {"stance": "would_take_over"}}, "Your answer", "not delegable"),
    "terms, not delegable": ({"jail": {"stance": "delivers", "price_usd_per_year": 9}}, "Your answer", "not delegable"),
    "unknown word": ({"snow": {"stance": "maybe"}}, "Your answer", "'maybe'"),
    "text for a number": ({"snow": {"stance": "delivers", "price_usd_per_year": "9,000"}}, PRICE, "'9,000'"),
    "too many staff": ({"code": {"stance": "delivers", "fte_transferred": 9}}, HIRED, "9 staff"),
    "share over one": ({"snow": {"stance": "delivers", "coverage": 95}}, "Part of today's service (0 to 1)", "95"),
    "edited id": ({"library": {"service_id": "libary", "stance": "delivers"}}, "Id", "'libary'"),
    "another service's id": ({"library": {"service_id": "jail", "stance": "delivers"}}, "Id", "jail beside 'Library"),
    "no id": ({"library": {"service_id": None, "stance": "delivers"}}, "Id", "blank"),
    "no beside an offer": ({"snow": {"stance": "no"}}, "Your answer", "beside its offer snow-bell in our tables"),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "head", "words"), [pytest.param(*case, id=name) for name, case in ROWS.items()])
def test_a_bad_row_is_refused_with_its_place_and_left_out_alone(
    folder: Path, rows: dict[str, dict[str, Any]], head: str, words: str
) -> None:
    file = fill(folder / "bell.xlsx", rows | {"inspections": {"stance": "would_partner"}})
    found = collect(POCKET, folder)
    (finding,) = found.wrong
    assert words in finding.found
    sheet = load_workbook(file)[SERVICES_SHEET]
    places = {str(sheet.cell(row, 2).value): row for row in range(2, sheet.max_row + 1)}
    (service_id,) = rows
    name = next(row.name for row in POCKET.services if row.service_id == service_id)
    assert finding.where == f"{file} sheet {SERVICES_SHEET} row {places[name]} column {head}"
    assert stances(found.county) - stances(POCKET) == {("bell", "inspections", "would_partner")}
    assert sorted(found.answers["taken"]) == ["no", "yes"]


def _without(sheet: str) -> Callable[[Path], None]:
    def edit(file: Path) -> None:
        book = load_workbook(file)
        del book[sheet]
        book.save(file)

    return edit


def _renamed(file: Path) -> None:
    book = load_workbook(file)
    book[SERVICES_SHEET]["J1"] = "Our price"
    book.save(file)


FILES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "unknown organization": (lambda file: fill(file, own={"org_id": "bel"}), ["'bel'"]),
    "id of another": (lambda file: fill(file, own={"org_id": "alder"}), ["alder with code"]),
    "no code": (lambda file: fill(file, own={"code": None}), ["bell with code blank"]),
    "renamed column": (_renamed, ["an unknown head", "no column Price ($ a year)"]),
    "no sheet of its own": (_without(OWN_SHEET), ["no sheet Your organization"]),
    "no services": (_without(SERVICES_SHEET), ["no sheet Services"]),
    "no workbook": (lambda file: file.write_text("x"), ["no workbook"]),
    "words for a number": (lambda file: fill(file, own={"capacity_fte": "ten"}), ["'ten'"]),
}


@pytest.mark.parametrize(("edit", "words"), [pytest.param(*case, id=name) for name, case in FILES.items()])
def test_a_bad_file_is_refused_and_the_others_are_read(
    folder: Path, edit: Callable[[Path], object], words: list[str]
) -> None:
    fill(folder / "quick.xlsx", {"snow": {"stance": "no"}})
    edit(folder / "bell.xlsx")
    found = collect(POCKET, folder)
    assert len(found.wrong) == len(words)
    for finding, word in zip(found.wrong, words, strict=True):
        assert word in finding.found
        assert str(folder / "bell.xlsx") in finding.where
    assert stances(found.county) - stances(POCKET) == {("quick", "snow", "no")}


def test_answers_are_read_as_people_type_them(folder: Path) -> None:
    fill(folder / "bell.xlsx", {"code": {"stance": "Would take-over "}, "payroll": {"stance": "NO"}})
    found = collect(POCKET, folder)
    assert found.wrong == ()
    assert stances(found.county) - stances(POCKET) == {("bell", "code", "would_take_over"), ("bell", "payroll", "no")}


def test_a_date_is_told_once_and_dollars_in_full(folder: Path) -> None:
    asked = {"stance": "delivers", "price_usd_per_year": datetime(2026, 1, 5)}
    fill(folder / "bell.xlsx", {"code": asked, "payroll": {"price_usd_per_year": 1_234_567.25}})
    found = [finding.found for finding in collect(POCKET, folder).wrong]
    assert found == ["a date or time, 2026-01-05 00:00:00", "1,234,567.25 without an answer"]


@pytest.mark.parametrize("suffix", [".ods", ".xls", ".csv"])
def test_a_worksheet_saved_as_something_else_is_not_lost_in_silence(folder: Path, suffix: str) -> None:
    shutil.move(folder / "bell.xlsx", folder / f"bell{suffix}")
    (folder / "photos").mkdir()
    found = collect(POCKET, folder)
    (wrong,), (told,) = found.wrong, found.told
    assert (wrong.where, wrong.found) == (str(folder / f"bell{suffix}"), f"a {suffix} file")
    assert told.found == "a folder that is not read"


def test_two_files_of_one_organization_agree_or_neither_counts(folder: Path, tmp_path: Path) -> None:
    fill(folder / "bell.xlsx", {"code": {"stance": "no"}, "payroll": {"stance": "delivers"}}, {"capacity_fte": 3})
    fill(folder / "bell.xlsx", {"code": {"stance": "delivers"}}, {"capacity_fte": 5}, out="bell (2).xlsx")
    found = collect(POCKET, folder)
    assert [finding.found.split(",")[0] for finding in found.wrong] == ["no for code", "3"]
    assert any("2 files of bell" in finding.found for finding in found.told)
    assert any("payroll again" in finding.found for finding in found.told)
    assert stances(found.county) - stances(POCKET) == {("bell", "payroll", "delivers")}
    assert found.county.capacities == POCKET.capacities
    copies = write_marks(found.wrong, tmp_path / "marked")
    sheet = load_workbook(copies[0])[OWN_SHEET]
    comments = [
        (cell.offset(0, -1).value, cell.comment.text) for (cell,) in sheet["B2:B10"] if cell.comment is not None
    ]
    assert [name for name, _ in comments] == ["capacity_fte"]
    assert "Found: 3, and 5" in comments[0][1]


def collected(folder: Path, out: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.main, ["workshop", "collect", str(PLACE), str(folder), "--out", str(out), *words])


def test_the_record_keeps_every_word(folder: Path, tmp_path: Path) -> None:
    long = "=we could,\nbut not before " + "x" * 900
    fill(folder / "bell.xlsx", {"jail": {"stance": "delivers", "remark": long}}, {"contact": "Ann"}, ("a gravel pit",))
    fill(folder / "alder.xlsx", {"payroll": {"stance": "would_buy", "price_usd_per_year": 9000}})
    out = tmp_path / "new"
    done = collected(folder, out)
    assert done.exit_code == 0, done.stderr
    record = out / "workshop" / "round_1"
    remarks = read_table(record / "remarks.csv")
    assert remarks["remark"].tolist() == [long, "Ann", "a gravel pit"]
    assert read_table(record / "would_buy.csv")["price_usd_per_year"].tolist() == [9000.0]
    assert read_county(out).overlaps[-1].stance in tuple(Stance)
    again = collected(folder, out)
    assert "a place that is taken" in again.stderr
    assert collected(folder, out, "--overwrite").exit_code == 0
    assert sorted(path.name for path in (out / "workshop").iterdir()) == ["round_1", "round_2"]


def test_nothing_is_written_until_it_is_mended_or_left_out(folder: Path, tmp_path: Path) -> None:
    fill(folder / "bell.xlsx", {"snow": {"price_usd_per_year": 5}, "code": {"stance": "no"}})
    (folder / "letter.pdf").write_text("dear all")
    out, copies = tmp_path / "new", tmp_path / "copies"
    refused = collected(folder, out, "--mark", str(copies))
    assert refused.exit_code == 2
    assert "5 without an answer" in refused.stderr
    assert "letter.pdf" in refused.stderr
    assert not out.exists()
    copy = load_workbook(copies / "bell.xlsx")
    assert "5 without an answer" in str([row[1].value for row in copy["findings"].iter_rows(min_row=8)])
    done = collected(folder, out, "--leave-out")
    assert done.exit_code == 0
    assert "1 finding left out" in done.output
    assert ("bell", "code", "no") in stances(read_county(out))
    kinds = read_table(out / "workshop" / "round_1" / "findings.csv")["kind"].tolist()
    assert kinds == ["left out", "told"]


def test_a_marked_copy_that_is_mended_is_read(folder: Path, tmp_path: Path) -> None:
    fill(folder / "bell.xlsx", {"snow": {"price_usd_per_year": 5000}})
    copies = tmp_path / "copies"
    collected(folder, tmp_path / "new", "--mark", str(copies))
    fill(copies / "bell.xlsx", {"snow": {"stance": "would_partner"}})
    found = collect(POCKET, copies)
    assert found.wrong == ()
    assert not any("findings" in finding.where for finding in found.told)
    assert next(row for row in found.county.offers if row.offer_id == "snow-bell").price_usd_per_year == 5000


@pytest.mark.parametrize(
    ("words", "told"), [(["--out", "x.xlsx"], "needs a folder"), (["--out", "y", "--prefer", "me"], "prefer")]
)
def test_what_cannot_be_asked(folder: Path, words: list[str], told: str) -> None:
    done = CliRunner().invoke(cli.main, ["workshop", "collect", str(PLACE), str(folder), *words])
    assert done.exit_code == 2
    assert told in done.stderr


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no worksheets"):
        collect(POCKET, tmp_path)


def test_a_plan_takes_what_was_collected(folder: Path, tmp_path: Path) -> None:
    fill(folder / "quick.xlsx", {"payroll": {"stance": "would_take_over", "price_usd_per_year": 1000}})
    assert collected(folder, tmp_path / "new").exit_code == 0
    scenario = ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"
    words = ["solve", str(scenario), "--county", str(tmp_path / "new"), "--runs", str(tmp_path / "runs"), "--csv"]
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 0
    rows = [line for line in done.output.splitlines() if line.startswith("payroll,")]
    assert "outsource" in rows[0]


def test_answers_are_typed_as_they_were(folder: Path) -> None:
    fill(folder / "bell.xlsx", {"snow": {"stance": "maybe", "price_usd_per_year": "a lot"}})
    found: Collected = collect(POCKET, folder)
    assert isinstance(found.answers, pd.DataFrame)
    (row,) = found.answers.to_dict("records")
    assert (row["Your answer"], row["Price ($ a year)"], row["taken"]) == ("maybe", "a lot", "no")
