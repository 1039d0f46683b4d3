"""Workbooks of runs and comparisons, read back: every number is the run's, text is text, totals are live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from openpyxl.worksheet.worksheet import Worksheet

import cli
from optimizer.county.generator import generate, spec_for
from optimizer.county.writing import write_county
from optimizer.plan.compare import compare
from optimizer.report.reasons.whole import lead_sentences
from optimizer.report.workbook.charts import COLOURS, _line
from optimizer.report.workbook.comparison_pages import comparison_pages
from optimizer.report.workbook.page import Block, Page
from optimizer.report.workbook.run_pages import run_pages
from optimizer.report.workbook.words import DOLLARS, heading, number_format
from optimizer.report.workbook.writing import LONGEST, write_pages
from optimizer.runs.folder import Run, changed_of, read_run, setters_of
from optimizer.runs.region_folder import read_region_run
from optimizer.scenario.layers import Setters
from tests.cases import ROOT
from tests.libreoffice import needs_libreoffice, recalculated

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
    write_pages(path, run_pages(run.answer, setters_of(run), changed_of(run)))
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
    pages = run_pages(run.answer, setters_of(run), changed_of(run))
    write_pages(path, pages)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [page.name for page in pages]
    for page in pages:
        sizes = [len(block.frame) for block in page.blocks if not block.frame.empty]
        rows = [table.ref.split(":") for table in book[page.name].tables.values()]
        assert sorted(sizes) == sorted(_row(last) - _row(first) for first, last in rows)
    settings = table_of(book["Assumptions"]).set_index("Setting")
    assert settings["Value"]["limits.transition_usd"] == 26500
    assert settings["Set by"]["limits.transition_usd"].startswith("scenarios/whatifs/pocket/on_paper.yaml:")
    assert settings["Source"]["economics.sale_price_share"].startswith("assumption: buyer and seller share the gain")
    assert settings["Source"]["kinds.county.renewal_usd"].startswith("administration: 0-25 % of contractor cost")


def _row(cell: str) -> int:
    return int("".join(letter for letter in cell if letter.isdigit()))


def test_totals_are_formulas_that_carry_their_value(runs: list[Run], tmp_path: Path) -> None:
    run, path = runs[0], tmp_path / "plan.xlsx"
    assert run.answer.plan is not None
    write_pages(path, run_pages(run.answer, setters_of(run), changed_of(run)))
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
    pages = run_pages(runs[0].answer, setters_of(runs[0]), changed_of(runs[0]))
    for name in ("one.xlsx", "other.xlsx"):
        write_pages(tmp_path / name, pages)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def written(runs: list[Run], path: Path) -> openpyxl.Workbook:
    """The workbook of a comparison."""
    comparison = compare([run.answer for run in runs])
    write_pages(path, comparison_pages(comparison, [setters_of(run) for run in runs]))
    return openpyxl.load_workbook(path)


def test_a_comparison_has_every_figure_and_flip(runs: list[Run], tmp_path: Path) -> None:
    comparison, book = compare([run.answer for run in runs]), written(runs, tmp_path / "compared.xlsx")
    flips = table_of(book["Decided otherwise"])
    assert flips["Service id"].tolist() == comparison.flips["service_id"].tolist()
    assert flips["on_paper"].tolist() == comparison.flips["on_paper"].tolist()
    costs = table_of(book["Summary"]).set_index("Scenario")["Cost ($ a year)"]
    for run in runs:
        assert run.answer.plan is not None
        assert costs[run.answer.name] == pytest.approx(run.answer.plan.cost_usd / run.answer.plan.annuity)
    inputs = table_of(book["Inputs"]).set_index("Input")
    assert inputs.index.tolist() == comparison.inputs["input"].tolist()
    assert inputs.loc["limits.transition_usd", "on_paper"] == 26500
    assert inputs.loc["limits.transition_usd", "On paper set by"].startswith("scenarios/whatifs/pocket/on_paper.yaml:")


def test_a_comparison_has_every_decision_year_and_limit(runs: list[Run], tmp_path: Path) -> None:
    book = written(runs, tmp_path / "compared.xlsx")
    decided, limits = table_of(book["Decisions"]).set_index("Service id"), table_of(book["Limits"])
    saved = table_of(book["By year"]).set_index("Year")
    settings = table_of(book["Assumptions"]).set_index("Setting")
    for run in runs:
        plan, name, told = run.answer.plan, run.answer.name, heading(run.answer.name)
        assert plan is not None
        own = plan.decisions.set_index("service_id")
        assert decided[f"{told} ($ a year)"].tolist() == pytest.approx(own["plan_usd_per_year"].tolist(), abs=1e-6)
        assert all(text.startswith(decision) for text, decision in zip(decided[name], own["decision"], strict=True))
        assert saved[f"{told} ($)"].tolist() == pytest.approx(plan.cash["saving_usd"].tolist(), abs=1e-6)
        mine = limits[limits["Scenario"] == name]
        assert mine["Used"].tolist() == pytest.approx(plan.limits["used"].tolist(), abs=1e-6)
        assert settings.loc["horizon.years", name] == run.answer.settings["horizon.years"]
    unlike = decided["on_paper"] != decided["no_transition_limit"]
    assert decided["Decided otherwise"].tolist() == ["yes" if one else "no" for one in unlike]
    assert "SUBTOTAL(109," in str(book["Decisions"].cell(len(decided) + 3, 6).value)


def test_the_scenario_summary_has_the_shape_of_a_scenario_managers(runs: list[Run], tmp_path: Path) -> None:
    comparison, book = compare([run.answer for run in runs]), written(runs, tmp_path / "compared.xlsx")
    sheet = book["Scenario summary"]
    rows = [[cell.value for cell in row] for row in sheet]
    first = [row[0] for row in rows]
    assert first[0] == "Scenario summary"
    changing, results = first.index("Changing cell"), first.index("Result cell")
    assert rows[changing][2:4] == ["on_paper (current)", "no_transition_limit"]
    assert rows[results][1:4] == ["Unit", "on_paper (current)", "no_transition_limit"]
    assert first[changing + 1 : changing + 1 + len(comparison.inputs)] == comparison.inputs["input"].tolist()
    found = {row[0]: row[2:4] for row in rows[results + 1 :] if row[0] is not None}
    for row in comparison.measures.to_dict("records"):
        for value, own in zip(found[row["measure"]], (row["on_paper"], row["no_transition_limit"]), strict=True):
            assert value == (pytest.approx(own, abs=1e-6) if isinstance(own, int | float) else own or "none")
    cost = next(cell for row in sheet for cell in row if cell.value == "yearly equivalent cost")
    assert sheet.cell(cost.row, 3).number_format == DOLLARS


def test_scenarios_of_any_name_make_a_sound_workbook(runs: list[Run], tmp_path: Path) -> None:
    names = ("=1+1", "a", "A", "usd", "x" * 300)
    answers = [replace(runs[place % 2].answer, name=name) for place, name in enumerate(names)]
    setters = [setters_of(runs[place % 2]) for place in range(len(names))]
    path = tmp_path / "hostile.xlsx"
    write_pages(path, comparison_pages(compare(answers), setters))
    for sheet in openpyxl.load_workbook(path):
        for table in sheet.tables.values():
            heads = [str(cell.value).casefold() for cell in sheet[table.ref][0]]
            assert len(set(heads)) == len(heads)
            assert [column.name.casefold() for column in table.tableColumns] == heads
            assert {cell.data_type for cell in sheet[table.ref][0]} == {"s"}


def test_estimates_tell_their_source(runs: list[Run], tmp_path: Path) -> None:
    answer = runs[0].answer
    assert answer.plan is not None
    moved = answer.plan.decisions.index[answer.plan.decisions["moved"]][0]
    decisions = answer.plan.decisions.copy()
    decisions["estimated"] = ""
    decisions.loc[moved, "estimated"] = "coverage;price_usd_per_year"
    changed = replace(answer, plan=replace(answer.plan, decisions=decisions))
    write_pages(tmp_path / "plan.xlsx", run_pages(changed, Setters({}, {}), pd.DataFrame()))
    (row,) = table_of(openpyxl.load_workbook(tmp_path / "plan.xlsx")["Estimates"]).to_dict("records")
    assert (row["Service id"], row["Estimated"]) == (decisions["service_id"][moved], "coverage, price_usd_per_year")
    assert row["Source"] in set(answer.county.frame("priors")["source"])
    assert "Estimates" not in [page.name for page in run_pages(runs[0].answer, Setters({}, {}), pd.DataFrame())]


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The workbook of a region of two small counties, and the folder of its runs."""
    folder = tmp_path_factory.mktemp("region")
    out = folder / "region.xlsx"
    words = [
        "workbook",
        ROOT / "scenarios" / "whatifs" / "washington_ozaukee.yaml",
        "--out",
        out,
        "--runs",
        folder / "runs",
    ]
    assert reallocate(*words).exit_code == 0
    return out, folder / "runs"


def test_a_region_has_every_countys_decisions(region: tuple[Path, Path]) -> None:
    out, runs_folder = region
    answer = read_region_run(next(runs_folder.iterdir())).answer
    assert answer.plan is not None
    book = openpyxl.load_workbook(out)
    decided = table_of(book["Decisions"])
    own = pd.concat([plan.decisions.assign(county=name) for name, plan in answer.plan.plans.items()])
    assert decided[["County", "Service id"]].to_numpy().tolist() == own[["county", "service_id"]].to_numpy().tolist()
    assert decided["Plan ($ a year)"].tolist() == pytest.approx(own["plan_usd_per_year"].tolist(), abs=1e-6)
    summary = table_of(book["Summary"]).set_index("County")
    counties = answer.plan.by_county().set_index("county")
    for name in answer.plan.plans:
        assert summary.loc[name, "Gain ($ a year)"] == pytest.approx(counties.loc[name, "gain_usd_per_year"], abs=1e-6)
    value = answer.plan.value_usd_per_year
    assert value is not None
    totals = openpyxl.load_workbook(out, data_only=True)["Summary"]
    shown = [cell.value for row in totals for cell in row if isinstance(cell.value, int | float)]
    assert any(one == pytest.approx(value, abs=1e-6) for one in shown)


def test_a_region_has_every_countys_funds_whole_and_year_by_year(region: tuple[Path, Path]) -> None:
    out, runs_folder = region
    plan = read_region_run(next(runs_folder.iterdir())).answer.plan
    assert plan is not None
    book, counties = openpyxl.load_workbook(out), plan.by_county().set_index("county")
    totals, freed, years = (table_of(book[name]) for name in ("By fund", "Funds freed", "Funds by year"))
    assert len(plan.plans) == 2
    for name, own in plan.plans.items():
        mine = [table[table["County"] == name] for table in (totals, freed, years)]
        by_fund = own.totals[own.totals["by"] == "fund"]
        assert mine[0]["Name"].tolist() == by_fund["name"].tolist()
        assert mine[0]["Saving ($ a year)"].tolist() == pytest.approx(by_fund["saving_usd_per_year"].tolist(), abs=1e-6)
        assert mine[1]["Fund"].tolist() == own.funds["fund"].tolist()
        assert mine[1]["Plan ($ a year)"].tolist() == pytest.approx(own.funds["plan_usd_per_year"].tolist(), abs=1e-6)
        together = counties.loc[name, "together_usd_per_year"]
        assert mine[1]["Plan ($ a year)"].sum() == pytest.approx(together, abs=0.01)
        assert mine[2][["Fund", "Year"]].to_numpy().tolist() == own.fund_cash[["fund", "year"]].to_numpy().tolist()
        in_year = mine[2].groupby("Year")["Saving ($)"].sum()
        assert in_year.tolist() == pytest.approx(own.cash["saving_usd"].tolist(), abs=0.01)


def test_regions_are_compared_and_not_mixed_with_counties(region: tuple[Path, Path], tmp_path: Path) -> None:
    (run,) = region[1].iterdir()
    out = tmp_path / "regions.xlsx"
    assert reallocate("workbook", run, run, "--out", out).exit_code == 0
    assert openpyxl.load_workbook(out).sheetnames[:2] == ["Summary", "Scenario summary"]
    mixed = reallocate("workbook", run, POCKET / "on_paper.yaml", "--out", tmp_path / "mixed.xlsx")
    assert mixed.exit_code == 2
    assert "single counties alone" in mixed.stderr
    county = reallocate("workbook", run, "--county", ROOT / "data" / "pocket", "--out", tmp_path / "mixed.xlsx")
    assert "--county cannot be used" in county.stderr


def test_a_run_without_a_plan_says_so(tmp_path: Path) -> None:
    words = ["--set", "limits.revenue_floor_usd_per_year=1000000", "--runs", tmp_path / "runs"]
    out = tmp_path / "none.xlsx"
    assert reallocate("workbook", POCKET / "on_paper.yaml", "--out", out, *words).exit_code == 3
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
    assert number_format("saving_usd_per_year") == DOLLARS
    assert number_format("coverage") == "0.0%"


def test_the_summary_is_the_answer_and_names_are_names(runs: list[Run], tmp_path: Path) -> None:
    answer = runs[0].answer
    pages = {page.name: page for page in run_pages(answer, setters_of(runs[0]), changed_of(runs[0]))}
    assert " ".join(lead_sentences(answer)) in pages["Summary"].lines
    assert answer.plan is not None
    totals = answer.plan.totals[answer.plan.totals["by"] == "organization"]
    names = {org.org_id: org.name for org in answer.county.organizations}
    told = pages["By organization"].blocks[0].frame["name"].tolist()
    assert told == [names.get(name, name) for name in totals["name"]]
    assert set(names.values()) & set(told)
    write_pages(tmp_path / "plan.xlsx", list(pages.values()))
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book["Decisions"].page_setup.fitToWidth > 1
    assert book["By fund"].page_setup.fitToWidth in (None, 1)


def test_no_two_lines_of_a_chart_look_alike() -> None:
    lines = [_line(number, COLOURS[number % len(COLOURS)]) for number in range(12)]
    assert len({str(line) for line in lines}) == 12


@pytest.mark.slow
@needs_libreoffice
@pytest.mark.parametrize(
    "paths",
    [
        ("clear_creek/recommended.yaml",),
        ("clear_creek/recommended.yaml", "clear_creek/no_layoffs.yaml", "clear_creek/five_year_roadmap.yaml"),
        ("washington_ozaukee.yaml",),
    ],
)
def test_recalculated_elsewhere_no_cell_is_an_error_and_all_checks_hold(paths: tuple[str, ...], tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    words = [ROOT / "scenarios" / "whatifs" / path for path in paths]
    assert reallocate("workbook", *words, "--out", out, "--runs", tmp_path / "runs").exit_code == 0
    before, after = (openpyxl.load_workbook(path, data_only=True) for path in (out, recalculated(out, tmp_path)))
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
                    # a sum of thousands of cells, each written to six digits
                    assert other == pytest.approx(cell.value, abs=0.005)
    assert checks == (4 if paths == ("clear_creek/recommended.yaml",) else 0)


@pytest.mark.slow
def test_a_workbook_of_twelve_scenarios_of_a_thousand_services_is_small(tmp_path: Path) -> None:
    write_county(generate(spec_for("clear_creek", services=1_000), 1), tmp_path / "county")
    words = ["--county", tmp_path / "county", "--runs", tmp_path / "runs"]
    assert reallocate("solve", CLEAR_CREEK / "recommended.yaml", *words).exit_code == 0
    (run,) = (read_run(path) for path in (tmp_path / "runs").iterdir())
    answers = [replace(run.answer, name=f"scenario_{number}") for number in range(12)]
    write_pages(tmp_path / "big.xlsx", comparison_pages(compare(answers), [setters_of(run)] * 12))
    assert (tmp_path / "big.xlsx").stat().st_size < 8_000_000
    assert table_of(openpyxl.load_workbook(tmp_path / "big.xlsx")["Decisions"]).shape == (1_000, 5 + 2 * 12)
