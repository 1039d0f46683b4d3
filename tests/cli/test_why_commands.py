"""The commands that explain: each ends in words, tables, JSON and CSV, and says what it cannot be asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import cli
from optimizer.commands.alternatives import MEASURES
from optimizer.runs.region_folder import read_county_run
from optimizer.solve.outcome import Stopped
from optimizer.why import asked, measures
from optimizer.why.ends import ends_noted
from tests.cases import ROOT, sampled

POCKET = ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"


def reallocate(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


ASKED = [
    (["why", "blading", "--scenario", POCKET], "the plan says"),
    (["limits", POCKET], "limits"),
    (["limits", POCKET, "--curve", "limits.transition_usd", "--points", 4], "The least cost against the limit"),
    (["break-even", POCKET, "blading"], "Break-even prices of"),
    (["break-even", POCKET, "--organization", "bell"], "What would have to be true"),
    (["others", POCKET, "--within-share", 0.05, "--count", 1], "Plans within the cost"),
    (["simplest", POCKET, "--within-usd", 20_000, "--by", "agreements"], "The simplest plan beside the best one"),
    (["frontier", POCKET, "--against", "moves", "--all"], "Least cost against"),
    (["realize", POCKET, "--draws", 100, "--assume", "realized_low=0"], "In 100 draws"),
    (["robust", POCKET, "--gamma", 1], "Guarding against dearer offers"),
    (["failures", POCKET], "If a partner fails"),
    (["calibrate", "sweep", POCKET, "--over", "economics.hurdle_share=0,0.5"], "2 points, 2 with a plan."),
]


@pytest.mark.parametrize(("words", "told"), ASKED, ids=[" ".join(map(str, words[:1])) for words, _ in ASKED])
def test_every_analysis_is_told_in_words(words: list[object], told: str) -> None:
    result = reallocate(*words)
    assert result.exit_code == 0, result.output
    assert told in result.stdout


@pytest.fixture
def ends_so(monkeypatch: pytest.MonkeyPatch) -> Callable[[Stopped], None]:
    """Lets every search of an analysis end as it is told to, with what it found."""
    usual = asked.search_once

    def end_all(stopped: Stopped) -> None:
        monkeypatch.setattr(
            asked, "search_once", lambda *given, **more: replace(usual(*given, **more), stopped=stopped)
        )

    return end_all


@pytest.mark.parametrize(
    ("stopped", "code"),
    [(Stopped.TIME, 4), (Stopped.TOLERANCE, 4), (Stopped.INTERRUPTED, 130), (Stopped.PROVED, 0)],
)
@pytest.mark.parametrize(
    "words", sampled([["why", "blading", "--scenario", POCKET], ["frontier", POCKET, "--against", "moves"]], 1)
)
def test_an_analysis_ends_as_the_least_certain_of_its_searches(
    words: list[object], stopped: Stopped, code: int, ends_so: Callable[[Stopped], None]
) -> None:
    ends_so(stopped)
    result = reallocate(*words)
    assert result.exit_code == code, result.output
    assert result.stdout


@pytest.mark.parametrize(("stopped", "code"), [(Stopped.TIME, 4), (Stopped.PROVED, 0)])
def test_what_a_workshop_is_worth_ends_as_the_least_certain_of_its_searches(
    stopped: Stopped, code: int, ends_so: Callable[[Stopped], None], tmp_path: Path
) -> None:
    county = shutil.copytree(ROOT / "data" / "pocket", tmp_path / "pocket")
    offers = pd.read_csv(county / "offers.csv", dtype=str)
    offers.assign(price_usd_per_year="").to_csv(county / "offers.csv", index=False)
    words = ["workshop", "summary", county, "--scenario", POCKET, "--most", 1]
    ends_so(stopped)
    result = reallocate(*words)
    assert result.exit_code == code, result.output
    assert "missing prices" in result.stdout


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["brief", "--break-even", "--organization", "bell"], ["brief", "--organization", "bell"]),
        pytest.param(["brief", "--break-even"], ["brief"], marks=pytest.mark.slow),
        pytest.param(["report", "--frontier", "moves"], ["report"], marks=pytest.mark.slow),
    ],
    ids=["brief", "briefs", "report"],
)
def test_a_document_that_searches_ends_as_the_least_certain_of_its_searches(
    words: list[str], without: list[str], ends_so: Callable[[Stopped], None], tmp_path: Path
) -> None:
    assert reallocate("solve", POCKET, "--runs", tmp_path / "runs").exit_code == 0
    ends_so(Stopped.TIME)
    places = [tmp_path / name for name in ("with.html", "without.html")]
    done = [
        reallocate(*one, POCKET, "--runs", tmp_path / "runs", "--out", place)
        for one, place in zip((words, without), places, strict=True)
    ]
    assert [result.exit_code for result in done] == [4, 0], done[0].output
    assert all(place.exists() for place in places)


def test_an_analysis_of_a_run_that_was_stopped_early_says_so_by_its_code(tmp_path: Path) -> None:
    assert reallocate("solve", POCKET, "--runs", tmp_path).exit_code == 0
    (folder,) = tmp_path.iterdir()
    early = replace(read_county_run(folder).answer, stopped=Stopped.TIME)
    run = replace(read_county_run(folder), answer=early)
    with ends_noted() as ends:
        assert asked._asked_of_run(run).best.stopped is Stopped.TIME
    assert ends == {Stopped.TIME}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["others"], "No service could be decided in more than one way."),
        (["others"], "differs from it in more than"),
        (["simplest"], "moves 0 services with 0 agreements; the best one is as simple."),
    ],
)
def test_where_nothing_else_is_possible_that_is_said(words: list[object], told: str) -> None:
    result = reallocate(*words, POCKET, "--set", "allowed_decisions=[keep]")
    assert result.exit_code == 0, result.output
    assert told in " ".join(result.stdout.split())
    assert "Being as simple costs" not in result.stdout


def test_an_analysis_as_json() -> None:
    data = json.loads(reallocate("why", "blading", "--scenario", POCKET, "--json").stdout)
    assert data["told"]
    assert data["tables"]["What each choice would cost the whole plan more"]


def test_the_main_table_as_csv() -> None:
    rows = reallocate("frontier", POCKET, "--against", "moves", "--csv").stdout.splitlines()
    assert rows[0].startswith("moved_services,usd_per_year,")
    assert len(rows) > 2


@pytest.mark.parametrize(
    "words",
    [
        ["why", "blading"],
        ["why", "blading", "--scenario", POCKET, "--run", ROOT],
        ["limits", POCKET, "--low", 1],
        ["limits", POCKET, "--points", 4],
        ["break-even", POCKET],
        ["break-even", POCKET, "blading", "--organization", "bell"],
        ["break-even", POCKET, "--organization", "bell", "--offer", "x"],
        ["frontier", POCKET],
        ["failures", POCKET, "--together"],
        ["frontier", POCKET, "--against", "moves", "--all", "--points", 3],
        ["calibrate", "fit", POCKET],
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(words: list[object]) -> None:
    result = reallocate(*words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["why", "bladin", "--scenario", POCKET], "Did you mean blading?"),
        (["others", POCKET, "--within-usd", -1], "0 or more"),
        (["realize", POCKET, "--assume", "realised_low=0"], "Did you mean realized_low?"),
        (["robust", POCKET, "--gamma", -1], "at least 0"),
        (["failures", POCKET, "--organization", "bel"], "Did you mean bell?"),
        (["calibrate", "sweep", POCKET, "--over", "hurdle"], "path=values"),
        (["limits", ROOT / "scenarios" / "whatifs" / "three_counties.yaml"], "county: NAME"),
    ],
)
def test_what_is_refused_says_how_to_mend_it(words: list[object], told: str) -> None:
    result = reallocate(*words)
    assert result.exit_code == 2
    assert told in result.stderr


def test_where_no_plan_exists_the_code_says_so_as_that_of_solve_does() -> None:
    result = reallocate("limits", POCKET, "--set", "limits.revenue_floor_usd_per_year=1000000000")
    assert result.exit_code == 3
    assert "found no plan exists" in result.stderr
    assert "Ask `solve` why." in result.stderr


def test_a_run_is_asked_about_as_it_stands(tmp_path: Path) -> None:
    assert reallocate("solve", POCKET, "--runs", tmp_path).exit_code == 0
    (run,) = tmp_path.iterdir()
    of_run = reallocate("why", "blading", "--run", run)
    assert of_run.exit_code == 0, of_run.output
    assert of_run.stdout == reallocate("why", "blading", "--scenario", POCKET).stdout


def test_the_measures_are_those_that_there_are() -> None:
    assert set(measures.MEASURES) == set(MEASURES)


def test_a_fit_is_written_as_the_countys_own_file(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "data" / "pocket", tmp_path / "data" / "pocket")
    scenario = tmp_path / "scenarios" / "whatifs" / "pocket" / "no_transition_limit.yaml"
    past = tmp_path / "past.csv"
    past.write_text("service_id,decision\nblading,keep\nsnow,keep\n", encoding="utf-8")
    seen = reallocate("calibrate", "fit", scenario, "--decided", past, "--parameter", "hurdle")
    assert seen.exit_code == 0, seen.output
    layer = tmp_path / "scenarios" / "counties" / "pocket.yaml"
    assert not layer.exists()
    written = reallocate("calibrate", "fit", scenario, "--decided", past, "--parameter", "hurdle", "--write")
    assert written.exit_code == 0, written.output
    assert f"Written: {layer}" in written.stdout.replace("\n", "")
    assert "economics.hurdle_share: " in layer.read_text(encoding="utf-8")
