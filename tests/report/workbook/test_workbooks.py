"""Workbooks of runs and comparisons, read back: every number is the run's, text is text, totals are live."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from openpyxl.worksheet.worksheet import Worksheet

import cli
from optimizer.plan.compare import compare
from optimizer.report.workbook.comparison_pages import comparison_pages
from optimizer.report.workbook.page import Block, Page
from optimizer.report.workbook.run_pages import run_pages
from optimizer.report.workbook.words import heading, number_format
from optimizer.report.workbook.writing import LONGEST, write_pages
from optimizer.runs.folder import Run, changed_of, origins_of, read_run
from tests.cases import ROOT

POCKET = ROOT / "scenarios" / "whatifs" / "pocket"
CLEAR_CREEK = ROOT / "scenarios" / "whatifs" / "clear_creek"
HOSTILE = ("=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "\t=1", "a\x00b", "x" * (LONGEST + 1), "'quoted", "http://x.y")


def reallocate(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("runs")
    for name in ("on_paper", "no_transition_limit"):
        assert reallocate("solve", POCKET / f"{name}.yaml", "--runs", folder).exit_code == 0
    return sorted((read_run(path) for path in folder.iterdir()), key=lambda run: run.answer.name, reverse=True)


def table_of(sheet: Worksheet) -> pd.DataFrame:
    """The first table of a sheet, by its place."""
    (place, *_) = (table.ref for table in sheet.tables.values())
    head, *rows = ([cell.value for cell in row] for row in sheet[place])
    return pd.DataFrame(rows, columns=head)


def test_every_decision_is_the_runs_own(runs: list[Run], tmp_path: Path) -> None:
    run, path = runs[0], tmp_path / "plan.xlsx"
    assert run.answer.plan is not None
    write_pages(path, run_pages(run.answer, origins_of(run), changed_of(run)))
    found = table_of(openpyxl.load_workbook(path)["Decisions"])
    own = run.answer.plan.decisions
    assert found["Service id"].tolist() == own["service_id"].tolist()
    for column in ("today_usd_per_year", "plan_usd_per_year", "saving_usd_per_year", "one_time_usd", "fte_displaced"):
        assert found[heading(column)].astype(float).tolist() == pytest.approx(own[column].tolist(), abs=1e-6)
    assert found["Decision"].tolist() == own["decision"].tolist()


def test_every_table_of_the_plan_is_there_whole(runs: list[Run], tmp_path: Path) -> None:
    run, path = runs[0], tmp_path / "plan.xlsx"
    plan = run.answer.plan
    assert plan is not None
    pages = run_pages(run.answer, origins_of(run), changed_of(run))
    write_pages(path, pages)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [page.name for page in pages]
    for page in pages:
        sizes = [len(block.frame) for block in page.blocks if not block.frame.empty]
        rows = [table.ref.split(":") for table in book[page.name].tables.values()]
        assert sorted(sizes) == sorted(_row(last) - _row(first) for first, last in rows)
    settings = table_of(book["Assumptions"]).set_index("Setting")
    assert settings["Value"]["limits.transition_usd"] == "26500.0"
    assert settings["Set by"]["limits.transition_usd"].startswith("scenarios/whatifs/pocket/on_paper.yaml:")


def _row(cell: str) -> int:
    return int("".join(letter for letter in cell if letter.isdigit()))


def test_totals_are_formulas_that_carry_their_value(runs: list[Run], tmp_path: Path) -> None:
    run, path = runs[0], tmp_path / "plan.xlsx"
    assert run.answer.plan is not None
    write_pages(path, run_pages(run.answer, origins_of(run), changed_of(run)))
    live, shown = (openpyxl.load_workbook(path, data_only=values)["Summary"] for values in (False, True))
    formulas = {cell.coordinate: cell.value for row in live for cell in row if str(cell.value).startswith("=")}
    assert sum("SUBTOTAL(109," in formula for formula in formulas.values()) == 9
    assert [shown[place].value for place, formula in formulas.items() if "ABS" in formula] == [True] * 4
    yearly = run.answer.plan.cost_usd / run.answer.plan.annuity
    assert any(shown[place].value == pytest.approx(yearly) for place in formulas)


def test_text_never_becomes_a_formula(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": HOSTILE, "saving_usd_per_year": [1.0, float("nan"), *range(len(HOSTILE) - 2)]})
    path = tmp_path / "hostile.xlsx"
    write_pages(path, [Page("Hostile", HOSTILE[:5], (Block("=Title", frame, ("saving_usd_per_year",)),))])
    sheet = openpyxl.load_workbook(path)["Hostile"]
    texts = [cell for row in sheet for cell in row if isinstance(cell.value, str)]
    assert [cell.value for cell in texts if cell.data_type == "f"] == [f"=SUBTOTAL(109,B9:B{8 + len(HOSTILE)})"]
    found = {cell.value for cell in texts}
    assert set(HOSTILE[:4]) <= found
    assert "x" * LONGEST + " ..." in found


def test_equal_runs_give_equal_bytes(runs: list[Run], tmp_path: Path) -> None:
    pages = run_pages(runs[0].answer, origins_of(runs[0]), changed_of(runs[0]))
    for name in ("one.xlsx", "other.xlsx"):
        write_pages(tmp_path / name, pages)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_a_comparison_has_every_figure_and_flip(runs: list[Run], tmp_path: Path) -> None:
    path, comparison = tmp_path / "compared.xlsx", compare([run.answer for run in runs])
    write_pages(path, comparison_pages(comparison))
    book = openpyxl.load_workbook(path)
    flips = table_of(book["Decided otherwise"])
    assert flips["Service id"].tolist() == comparison.flips["service_id"].tolist()
    assert flips["on_paper"].tolist() == comparison.flips["on_paper"].tolist()
    costs = table_of(book["Summary"]).set_index("Scenario")["Cost ($ a year)"]
    for run in runs:
        assert run.answer.plan is not None
        assert costs[run.answer.name] == pytest.approx(run.answer.plan.cost_usd / run.answer.plan.annuity)
    assert table_of(book["Inputs"])["Input"].tolist() == comparison.inputs["input"].tolist()


def test_a_run_without_a_plan_says_so(tmp_path: Path) -> None:
    words = ["--set", "limits.revenue_floor_usd_per_year=1000000", "--runs", tmp_path / "runs"]
    out = tmp_path / "none.xlsx"
    assert reallocate("workbook", POCKET / "on_paper.yaml", "--out", out, *words).exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Summary", "Assumptions"]
    assert "No plan exists" in book["Summary"]["A4"].value


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--out", "x.xls"], "ends in .xlsx"), (["--out", "taken.xlsx"], "a place that is taken"), ([], "--out")],
)
def test_what_cannot_be_written_is_refused(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.xlsx").touch()
    result = reallocate("workbook", POCKET / "on_paper.yaml", *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert (tmp_path / "taken.xlsx").stat().st_size == 0


def test_headings_tell_the_unit() -> None:
    told = {name: heading(name) for name in ("saving_usd_per_year", "one_time_usd", "fte_displaced", "share_done")}
    assert list(told.values()) == ["Saving ($ a year)", "One time ($)", "FTE displaced", "Share done"]
    assert number_format("saving_usd_per_year").startswith("$")
    assert number_format("coverage") == "0.0%"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("names", [("recommended",), ("recommended", "no_layoffs", "five_year_roadmap")])
def test_recalculated_elsewhere_no_cell_is_an_error_and_all_checks_hold(names: tuple[str, ...], tmp_path: Path) -> None:
    paths = [CLEAR_CREEK / f"{name}.yaml" for name in names]
    out = tmp_path / "plan.xlsx"
    assert reallocate("workbook", *paths, "--out", out, "--runs", tmp_path / "runs").exit_code == 0
    again = tmp_path / "again"
    command = ["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(again), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    before, after = (openpyxl.load_workbook(path, data_only=True) for path in (out, again / "plan.xlsx"))
    checks = 0
    for sheet in before:
        for row in sheet:
            for cell in row:
                other: Any = after[sheet.title][cell.coordinate].value
                assert not str(other).startswith(("#", "Err:")), (sheet.title, cell.coordinate)
                if isinstance(cell.value, bool):
                    assert other
                    checks += 1
                elif isinstance(cell.value, int | float):
                    assert other == pytest.approx(cell.value, abs=1e-6)
    assert checks == (4 if len(names) == 1 else 0)
