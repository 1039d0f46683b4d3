"""`compare` on regions: side by side, county by county, and what of the difference is proved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
from optimizer import ask_region
from optimizer.ask import Search
from optimizer.ask_several import region_runs_of
from optimizer.options.region import RegionCase
from optimizer.plan.compare_regions import compare_regions, region_differences, region_inputs
from optimizer.plan.region import RegionAnswer
from optimizer.runs.region_folder import read_region_run
from optimizer.solve.outcome import Outcome, Stopped
from tests.region.conftest import place_in
from tests.region.test_command import PLAIN, asked, run

DEAR = "  counties.one.pools.pool1.fixed_usd_per_year: 170\n  counties.two.pools.pool1.fixed_usd_per_year: 170\n"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose runs stay, so that what is asked again is not searched again."""
    return place_in(tmp_path_factory.mktemp("known"))


def question(place: Path, name: str, text: str = "") -> Path:
    """A question of its own about both counties."""
    path = asked(place, PLAIN + text)
    return path.rename(path.with_name(f"{name}.yaml"))


def compared(place: Path, *words: object) -> Result:
    return CliRunner().invoke(cli.main, ["compare", *map(str, words), "--runs", str(place / "runs")])


def as_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def answer_of(place: Path, path: Path) -> RegionAnswer:
    told = json.loads(run(place, path, "--json").stdout)
    return read_region_run(Path(told["run"])).answer


@pytest.mark.slow
def test_regions_go_on_from_one_to_the_next(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search, lasts = ask_region._searched, list[object]()

    def note(region: RegionCase, how: Search, on_progress: None) -> tuple[object, Outcome, dict[str, float]]:
        program, outcome, alone_usd = search(region, how, on_progress)
        lasts.append(None if how.last is None else how.last.memory)
        return program, replace(outcome, memory=("first", None, "third")[len(lasts) - 1]), alone_usd

    monkeypatch.setattr(ask_region, "_searched", note)
    paths = [question(place, "cheap"), question(place, "dear", DEAR), question(place, "again")]
    found = region_runs_of(paths, [], place / "runs", Search())
    assert lasts == [None, "first", "first"]
    assert [run.outcome for run in found] == [None] * 3


@pytest.mark.slow
def test_regions_side_by_side_are_told_as_in_turn(place: Path) -> None:
    words = [question(place, "cheap"), question(place, "dear", DEAR), "--json"]
    in_turn = as_json(compared(place, *words))
    assert as_json(compared(place, *words, "--fresh", "--processes", 2)) == in_turn


def test_regions_side_by_side(known: Path) -> None:
    paths = question(known, "cheap"), question(known, "dear", DEAR)
    told = as_json(compared(known, *paths, "--json"))
    measures = {row["measure"]: (row["cheap"], row["dear"]) for row in told["measures"]}
    assert measures["yearly equivalent cost"] == (150, 170)
    assert measures["yearly equivalent cost of all plans alone"] == (250, 250)
    assert measures["worth of planning together"] == (100, 80)
    assert measures["services in shared units"] == (2, 2)
    counties = {(row["county"], row["scenario"]): row for row in told["counties"]}
    assert list(counties) == [(name, asks) for name in ("one", "two", "all") for asks in ("cheap", "dear")]
    assert counties["one", "dear"]["together_usd_per_year"] == 170 / 4
    assert counties["two", "cheap"]["alone_usd_per_year"] == 150
    (difference,) = told["differences"]
    assert difference == {
        "from": "cheap", "to": "dear", "change_usd_per_year": 20, "least_usd_per_year": 20, "most_usd_per_year": 20,
        "proved": True, "unlike": "",
    }  # fmt: skip
    assert {(row["county"], row["input"]) for row in told["inputs"]} == {
        ("every county", "pools.pool1.fixed_usd_per_year")
    }
    assert told["flips"] == []


def test_what_is_decided_otherwise_is_told_by_county(known: Path) -> None:
    ban = "change:\n  - in: services\n    county: one\n    where: {}\n    forbid: [consolidate]\n"
    told = as_json(compared(known, question(known, "cheap"), question(known, "banned", ban), "--json"))
    assert [(row["county"], row["cheap"], row["banned"]) for row in told["flips"]] == [
        ("one", "consolidate: Shared unit", "keep")
    ] or {(row["county"], row["banned"]) for row in told["flips"]} == {("one", "keep"), ("two", "keep")}
    assert [(row["county"], row["input"]) for row in told["inputs"]] == [("one", "forbid.a.consolidate")]


def test_run_folders_are_compared_without_a_search(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = question(place, "cheap"), question(place, "dear", DEAR)
    asked_of_files = compared(place, *paths)
    assert asked_of_files.exit_code == 0, asked_of_files.output
    folders = sorted((place / "runs").iterdir())
    assert len(folders) == 2

    def searched(*_: object) -> None:
        pytest.fail("searched again")

    monkeypatch.setattr("optimizer.ask_region.run_engine", searched, raising=False)
    monkeypatch.setattr("optimizer.ask_region.find_plan", searched)
    assert compared(place, *folders).output == asked_of_files.output
    # nor are files whose runs are there
    assert compared(place, *paths).output == asked_of_files.output
    for words in ("worth usd", "County by county", "Inputs that differ from cheap", "proved best"):
        assert words in asked_of_files.output


def test_a_difference_is_proved_only_where_the_intervals_do_not_overlap(known: Path) -> None:
    cheap, dear = (answer_of(known, path) for path in (question(known, "cheap"), question(known, "dear", DEAR)))
    assert dear.plan is not None
    for bound_usd, proved, least in ((160.0, True, 10), (149.0, False, -1), (None, False, None)):
        early = replace(dear, stopped=Stopped.TIME, plan=replace(dear.plan, bound_usd=bound_usd))
        (row,) = region_differences([cheap, early]).to_dict("records")
        assert row["proved"] is proved
        assert row["least_usd_per_year"] == least
        assert row["most_usd_per_year"] == 20
    # where a county weighs cost against what freed money buys, the bound is on both
    plans = {name: replace(own, reinvested_usd=5.0) for name, own in dear.plan.plans.items()}
    weighed = replace(dear, plan=replace(dear.plan, plans=plans))
    assert region_differences([cheap, weighed])["proved"].tolist() == [False]


def test_what_governs_the_region_is_told_once(known: Path) -> None:
    paths = question(known, "cheap"), question(known, "fair", "  region.nobody_worse_off: true\n")
    inputs = region_inputs([answer_of(known, path) for path in paths])
    assert inputs.to_numpy().tolist() == [["region", "region.nobody_worse_off", False, True]]


def test_regions_of_other_counties_prove_nothing(known: Path) -> None:
    both = answer_of(known, question(known, "cheap"))
    assert both.plan is not None
    part = {"two": both.counties["two"]}
    smaller = replace(
        both,
        name="smaller",
        counties=part,
        plan=replace(both.plan, plans={"two": both.plan.plans["two"]}, bound_usd=112),
    )
    comparison = compare_regions([both, smaller])
    (row,) = comparison.differences.to_dict("records")
    assert (row["proved"], row["unlike"]) == (False, "without one")
    assert comparison.inputs["input"].tolist() == ["counties"]


def test_a_region_without_a_plan_is_compared_as_such(known: Path) -> None:
    impossible = question(known, "impossible", "  counties.one.limits.revenue_floor_usd_per_year: 5\n")
    result = compared(known, question(known, "cheap"), impossible)
    assert result.exit_code == 3
    assert "no plan exists" in result.output
    assert "Alone, plans were found for two ($150 a year), none for one" in " ".join(result.output.split())


def test_a_region_beside_a_single_county_is_refused(known: Path) -> None:
    region = question(known, "cheap")
    single = known / "scenarios" / "whatifs" / "single.yaml"
    single.write_text("title: Single\ncounty: one\n" + PLAIN, encoding="utf-8")
    refused = compared(known, region, single)
    assert refused.exit_code == 2
    assert f"{region}: found a region, beside a single county ({single})" in refused.stderr
    folder = Path(json.loads(run(known, region, "--json").stdout)["run"])
    assert f"a run of its own in {folder}/counties/" in compared(known, single, folder).stderr
    # as is told, a county's part of a region's plan is compared with single counties
    own = next(path for path in sorted((folder / "counties").iterdir()) if path.name.startswith("one-"))
    assert [row["name"] for row in as_json(compared(known, own, single, "--json"))["scenarios"]] == ["one", "single"]


def test_one_region_twice_is_told_apart(known: Path) -> None:
    path = question(known, "cheap")
    told = as_json(compared(known, path, path, "--json"))
    assert len({row["name"] for row in told["scenarios"]}) == 2
    assert (told["inputs"], told["flips"]) == ([], [])


@pytest.mark.parametrize("words", [["--rule-table"], ["--county", "."]])
def test_options_for_single_counties_are_refused(known: Path, words: list[str]) -> None:
    refused = compared(known, question(known, "cheap"), *words)
    assert refused.exit_code == 2
    assert f"{words[0]} cannot be used where several counties plan together" in refused.stderr


def test_a_finished_run_of_a_region_cannot_be_changed(known: Path) -> None:
    folder = json.loads(run(known, question(known, "cheap"), "--json").stdout)["run"]
    refused = compared(known, folder, "--set", "limits.agreements=0")
    assert refused.exit_code == 2
    assert "needs no changes to a finished run" in refused.stderr
