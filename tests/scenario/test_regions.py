"""Counties that plan together: which counties, and whose layers count where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.county.county import TABLES, County
from optimizer.errors import Refused
from optimizer.scenario.apply import apply_changes, resolve_rules
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.region import load_region, names_counties
from tests.examples import examples
from tests.scenario.conftest import Desk, desk_in
from tests.scenario.region_desk import HERE, region, region_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return region_desk(tmp_path)


def test_each_county_stands_on_its_own_file_and_the_region_on_none(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {limits.agreements: 3, solver.seed: 8}\n")
    desk.write("counties/gilpin.yaml", "set: {limits.agreements: 4, limits.min_quality: 1}\n")
    question = region(
        desk,
        """
        title: Together
        question: What can we share?
        counties: [clear_creek, gilpin]
        set:
          limits.min_quality: 2
          region.nobody_worse_off: true
        """,
        overrides=["solver.time_limit_s=9"],
    )
    assert (question.name, question.title, question.question) == ("region", "Together", "What can we share?")
    assert question.counties == ("clear_creek", "gilpin")
    assert [scenario.county.name for scenario in question.scenarios] == ["clear_creek", "gilpin"]
    assert [scenario.settings.limits.agreements for scenario in question.scenarios] == [3, 4]
    assert [scenario.settings.limits.min_quality for scenario in question.scenarios] == [2, 2]
    assert question.settings.limits.agreements is None
    assert (question.settings.limits.min_quality, question.settings.region.nobody_worse_off) == (2, True)
    assert (question.settings.solver.seed, question.settings.solver.time_limit_s) == (0, 9)
    assert question.origins["limits.min_quality"] == f"{HERE}:5"
    assert question.origins["solver.time_limit_s"] == "--set"
    assert question.origins["limits.agreements"].startswith("scenarios/base.yaml:")
    first, second = question.scenarios
    assert first.origins["limits.agreements"] == "scenarios/counties/clear_creek.yaml:1"
    assert second.origins["limits.min_quality"] == f"{HERE}:5"
    assert (first.name, first.title, first.question) == ("region", "Together", "What can we share?")


def test_counties_are_found_by_name_or_path_in_the_order_given_and_may_come_from_an_include(desk: Desk) -> None:
    desk.write("whatifs/neighbours.yaml", "counties: [park, ../../data/gilpin/]\n")
    path = desk.write("whatifs/ask.yaml", "include: [neighbours]\n")
    question = load_region(path)
    assert question.counties == ("park", "gilpin")
    assert question.scenarios[0].county == desk.folder / "data" / "park.xlsx"
    assert question.what_ifs == question.scenarios[1].what_ifs == ("neighbours",)
    assert names_counties(path)
    again = desk.write("whatifs/ask.yaml", "counties: [gilpin, park]\ninclude: [neighbours]\n")
    assert load_region(again).counties == ("gilpin", "park")


def test_a_region_of_one_county_is_the_question_about_that_county(desk: Desk, county: County) -> None:
    entries = (
        "change: [{in: services, where: {department: Sheriff}, scale: {fte: 2}, lock: keep}]\nset: {solver.seed: 2}\n"
    )
    alone = load_scenario(desk.write("whatifs/region.yaml", f"county: clear_creek\n{entries}"))
    together = load_region(desk.write("whatifs/region.yaml", f"counties: [clear_creek]\n{entries}"))
    (scenario,) = together.scenarios
    assert replace(scenario, changes=(), rules=(), may_be_absent=frozenset()) == replace(alone, changes=(), rules=())
    assert together.settings == alone.settings
    assert apply_changes(county, scenario, tuple(TABLES)) == apply_changes(county, alone, tuple(TABLES))
    assert resolve_rules(county, scenario) == resolve_rules(county, alone)


def test_whether_a_file_is_about_a_region_is_told_without_loading_it(desk: Desk) -> None:
    assert not names_counties(desk.write("whatifs/a.yaml", "county: clear_creek"))
    assert not names_counties(desk.write("whatifs/a.yaml", "title: x\ninclude: [gone]"))
    assert not names_counties(desk.write("whatifs/a.yaml", "title: [x"))
    assert names_counties(desk.write("whatifs/a.yaml", "counties: 3\nset: 5"))
    assert names_counties(desk.write("whatifs/a.yaml", "title: x\ninclude: [b]")) is False
    desk.write("whatifs/b.yaml", "counties: [nowhere]")
    assert names_counties(desk.root / "whatifs" / "a.yaml")
    with pytest.raises(Refused, match="no such file"):
        names_counties(desk.root / "gone.yaml")


def test_settings_for_one_county_leave_the_others_and_the_region_alone(desk: Desk) -> None:
    question = region(
        desk,
        """
        counties: [clear_creek, gilpin]
        set:
          limits.transition_usd: 500
          counties.gilpin.limits.transition_usd: 100
          counties.clear_creek.limits.displaced_fte_by_department.Dept. of Roads: 1
          counties.gilpin.economics.hurdle_share: 0.2
        """,
        overrides=["counties.clear_creek.limits.agreements=7", "counties.gilpin.economics.hurdle_share=0.3"],
    )
    first, second = question.scenarios
    assert [one.settings.limits.transition_usd for one in (first, second, question)] == [500, 100, 500]
    assert [one.settings.economics.hurdle_share for one in (first, second, question)] == [0.1, 0.3, 0.1]
    assert first.settings.limits.displaced_fte_by_department == {"Dept. of Roads": 1}
    assert second.settings.limits.displaced_fte_by_department == {}
    assert [one.settings.limits.agreements for one in (first, second, question)] == [7, None, None]
    assert second.origins["limits.transition_usd"] == f"{HERE}:4"
    assert first.origins["limits.transition_usd"] == f"{HERE}:3"
    assert first.origins["limits.agreements"] == second.origins["economics.hurdle_share"] == "--set"


@st.composite
def entries(draw: st.DrawFn) -> list[tuple[str, str, int]]:
    """Settings with a county or none, each pair once, in some order."""
    paths = st.sampled_from(
        ("limits.agreements", "limits.transition_usd", "kinds.state.renewal_usd", "limits.min_quality")
    )
    scoped = draw(st.lists(st.tuples(st.sampled_from(("", "clear_creek", "gilpin")), paths), unique=True, max_size=10))
    return [(county, path, number % 10) for number, (county, path) in enumerate(scoped)]


@settings(max_examples=examples(25))
@given(entries(), st.integers(0, 10))
def test_each_county_has_what_a_question_with_its_entries_alone_gives_it(
    chosen: list[tuple[str, str, int]], in_file: int
) -> None:
    with TemporaryDirectory() as folder:
        desk = desk_in(Path(folder))
        (desk.folder / "data" / "gilpin").mkdir()
        desk.write("counties/gilpin.yaml", "set: {limits.agreements: 77, limits.min_quality: 7}")

        def lines(meant: Sequence[tuple[str, str, int]], prefix: bool) -> list[str]:
            scopes = [f"counties.{county}." if county and prefix else "" for county, _, _ in meant]
            return [f"{scope}{path}: {value}" for scope, (_, path, value) in zip(scopes, meant, strict=True)]

        def ask(file: str, meant: Sequence[str], above: Sequence[str]) -> tuple[Path, list[str]]:
            block = "".join(f"  {line}\n" for line in meant)
            return desk.write("whatifs/ask.yaml", file + (f"set:\n{block}" if block else "")), [
                line.replace(": ", "=") for line in above
            ]

        low, high = chosen[:in_file], chosen[in_file:]
        question = load_region(*ask("counties: [clear_creek, gilpin]\n", lines(low, True), lines(high, True)))
        for name, scenario in zip(question.counties, question.scenarios, strict=True):
            # what is said later of the same setting counts, so that of each layer the last entry alone is kept
            own = [
                list({path: (county, path, value) for county, path, value in layer if county in ("", name)}.values())
                for layer in (low, high)
            ]
            alone = load_scenario(*ask(f"county: {name}\n", lines(own[0], False), lines(own[1], False)))
            assert scenario.settings == alone.settings


def test_a_countys_name_may_have_dots(desk: Desk) -> None:
    (desk.folder / "data" / "st.marys").mkdir()
    text = "counties: [gilpin, ../../data/st.marys]\nset: {counties.st.marys.limits.agreements: 2}"
    assert region(desk, text).scenarios[1].settings.limits.agreements == 2
