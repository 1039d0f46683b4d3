"""The command that writes a page: what it writes, and what it refuses before anything is searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from tests.cases import ROOT
from tests.report.html.reading import ReadPage

POCKET = ROOT / "scenarios" / "whatifs" / "pocket"


def reallocate(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    assert reallocate("solve", POCKET / "on_paper.yaml", "--runs", folder).exit_code == 0
    return folder


@pytest.mark.slow
def test_a_scenario_and_its_run_give_the_same_page(runs: Path, tmp_path: Path) -> None:
    (run,) = runs.iterdir()
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for plan, page in zip((POCKET / "on_paper.yaml", run), pages, strict=True):
        done = reallocate("report", plan, "--out", page, "--runs", runs)
        assert done.exit_code == 0, done.output
        assert done.output == f"Written: {page}\n"
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert "moves-table" in ReadPage(pages[0].read_text(encoding="utf-8")).tables


@pytest.mark.usefixtures("undrawn")
def test_several_plans_are_compared_with_what_is_asked_for_besides(runs: Path, tmp_path: Path) -> None:
    page, plans = tmp_path / "both.html", (POCKET / "on_paper.yaml", POCKET / "no_transition_limit.yaml")
    done = reallocate("report", *plans, "--out", page, "--runs", runs, "--realize", "--frontier", "moves")
    assert done.exit_code == 0, done.output
    read = ReadPage(page.read_text(encoding="utf-8"))
    assert {"pairs-table", "realized-1", "frontier-1"} <= set(read.tables)
    assert "How on_paper may turn out" in read.text
    assert "This difference is proved. " in read.text
    assert "The plan of on_paper counts on saving $" in read.text


@pytest.mark.usefixtures("undrawn")
def test_one_plan_of_a_county_has_its_range_unless_it_is_not_wanted(runs: Path, tmp_path: Path) -> None:
    pages = {}
    for words in ((), ("--no-realize",)):
        page = tmp_path / f"{len(words)}.html"
        done = reallocate("report", POCKET / "on_paper.yaml", "--runs", runs, "--out", page, *words)
        assert done.output == f"Written: {page}\n"
        pages[words] = ReadPage(page.read_text(encoding="utf-8"))
    assert "in nine of ten" in pages[()].text
    assert "realized-1" in pages[()].tables
    assert "in nine of ten" not in pages[("--no-realize",)].text
    assert "realized-1" not in pages[("--no-realize",)].tables


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("when", "moved", "said"),
    [
        ("optimizer.why.frontier_walk.best_measure", [6], "value was interrupted before it had found one"),
        ("optimizer.why.frontier_points.Searches.least_cost", [6, 0], "the other measure, as far as it was found"),
    ],
)
def test_a_frontier_that_is_interrupted_is_told_as_far_as_it_was_found(
    when: str, moved: list[float], said: str, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupts(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(when, interrupts)
    page = tmp_path / "page.html"
    words = ("--runs", runs, "--frontier", "moves", "--no-realize", "--out", page)
    done = reallocate("report", POCKET / "on_paper.yaml", *words)
    assert (done.exit_code, done.output) == (130, f"Written: {page}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    read = ReadPage(page.read_text(encoding="utf-8"))
    assert said in read.text
    assert read.tables["frontier-1"].values("moved_services") == moved
    assert moved[0] == len(read.tables["moves-table"].rows)


@pytest.mark.usefixtures("undrawn")
def test_a_plan_that_changes_nothing_is_not_drawn_from(tmp_path: Path) -> None:
    page, words = tmp_path / "kept.html", ("--runs", tmp_path / "runs", "--set", "allowed_decisions=[keep]")
    assert reallocate("report", POCKET / "on_paper.yaml", *words, "--out", page).exit_code == 0
    text = ReadPage(page.read_text(encoding="utf-8")).text
    assert "The plan keeps everything as it is" in text
    assert "in nine of ten" not in text


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--out", "x.htm"], "ends in .html", 2),
        (["--out", "taken.html"], "a place that is taken", 2),
        ([], "--out", 2),
        (["--out", "new.html", "--frontier", "beauty"], "'beauty' is not one of", 2),
    ],
)
def test_refusals_come_before_the_search(
    words: list[str], said: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken.html").write_text("a page that somebody wrote on", encoding="utf-8")
    done = reallocate("report", POCKET / "on_paper.yaml", "--runs", tmp_path / "runs", *words)
    assert done.exit_code == code
    assert said in done.output
    assert not (tmp_path / "runs").exists()
    assert Path("taken.html").read_text(encoding="utf-8") == "a page that somebody wrote on"


def test_overwriting_is_asked_for(runs: Path, tmp_path: Path) -> None:
    page = tmp_path / "taken.html"
    page.write_text("old", encoding="utf-8")
    done = reallocate("report", *runs.iterdir(), "--out", page, "--overwrite")
    assert done.exit_code == 0, done.output
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.usefixtures("undrawn")
def test_a_run_without_a_plan_is_told_but_not_drawn_from(tmp_path: Path) -> None:
    impossible = ("--set", "limits.revenue_floor_usd_per_year=1e9")
    words = (POCKET / "on_paper.yaml", *impossible, "--runs", tmp_path / "runs", "--out", tmp_path / "none.html")
    refused = reallocate("report", *words, "--realize")
    assert refused.exit_code == 3
    assert "a run that holds a plan" in refused.output
    assert not (tmp_path / "none.html").exists()
    assert reallocate("report", *words).exit_code == 3
    assert "No plan exists" in ReadPage((tmp_path / "none.html").read_text(encoding="utf-8")).text


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of a small region."""
    folder = tmp_path_factory.mktemp("region")
    done = reallocate("solve", ROOT / "scenarios" / "whatifs" / "washington_ozaukee.yaml", "--runs", folder)
    assert done.exit_code == 0, done.output
    return next(folder.iterdir())


@pytest.mark.usefixtures("undrawn")
def test_a_region_has_a_page_and_regions_are_compared(region: Path, tmp_path: Path) -> None:
    page, both = tmp_path / "region.html", tmp_path / "both.html"
    assert reallocate("report", region, "--out", page).output == f"Written: {page}\n"
    assert {"shares-table", "county-2-moves-table"} <= set(ReadPage(page.read_text(encoding="utf-8")).tables)
    assert reallocate("report", region, region, "--out", both).exit_code == 0
    assert "counties-table" in ReadPage(both.read_text(encoding="utf-8")).tables
    # a county's part has the page of its run, which says what it is
    part = reallocate("report", next((region / "counties").iterdir()), "--out", tmp_path / "part.html")
    assert part.exit_code == 0, part.output
    assert "Without how the plan may turn out" in part.output
    text = ReadPage((tmp_path / "part.html").read_text(encoding="utf-8")).text
    assert "One county's part of the plan of a region" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--realize"], "--realize cannot be used where several counties plan together"),
        (["--frontier", "moves", "--county", "."], "--county, --frontier cannot be used"),
        ([POCKET / "on_paper.yaml"], "single counties alone"),
        (["--set", "region.nobody_worse_off=true"], "no changes to a finished run"),
    ],
)
def test_what_a_region_cannot_be_asked_is_refused(region: Path, words: list[str], said: str, tmp_path: Path) -> None:
    done = reallocate("report", region, *words, "--out", tmp_path / "no.html")
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "no.html").exists()


@pytest.mark.usefixtures("undrawn")
def test_a_region_without_a_plan_is_told_and_ends_as_none(tmp_path: Path) -> None:
    scenario = ROOT / "scenarios" / "whatifs" / "washington_ozaukee.yaml"
    impossible = ("--set", "limits.revenue_floor_usd_per_year=1e9", "--set", "region.nobody_worse_off=false")
    words = (scenario, *impossible, "--runs", tmp_path / "runs", "--out")
    assert reallocate("report", *words, tmp_path / "none.html").exit_code == 3
    page = ReadPage((tmp_path / "none.html").read_text(encoding="utf-8"))
    assert "No plan exists" in page.text
    assert page.tables["alone-table"].texts("county") == ["Washington County", "Ozaukee County"]
    assert reallocate("memo", *words, tmp_path / "none.docx").exit_code == 3
    briefs = reallocate("brief", *words, tmp_path / "briefs")
    assert (briefs.exit_code, (tmp_path / "briefs").exists()) == (3, False)
