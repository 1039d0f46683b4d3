"""Regions that cannot be: each refusal with its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.errors import Refused
from optimizer.scenario.loading import load_scenario
from tests.scenario.conftest import Desk
from tests.scenario.region_desk import refused, region, region_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return region_desk(tmp_path)


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        (
            "set: {counties.gilpin.limits.agreements: 2}",
            "set: {counties.gilpin.limits.agreements: 3}",
            "two.yaml:1:7 counties.gilpin.limits.agreements: found a setting that scenarios/whatifs/one.yaml:1:7 sets",
        ),
        (
            "set: {limits.agreements: 2}",
            "set: {counties.gilpin.limits.agreements: 3}",
            "found a setting that scenarios/whatifs/one.yaml:1:7 sets too (limits.agreements)",
        ),
    ],
)
def test_two_what_ifs_may_not_set_one_setting_of_one_county(one: str, two: str, told: str, desk: Desk) -> None:
    desk.write("whatifs/one.yaml", one)
    desk.write("whatifs/two.yaml", two)
    for includes in ("[one, two]", "[two, one]"):
        findings = refused(desk, f"include: {includes}")
        assert len(findings) == 1
        assert told in findings[0]


def test_what_ifs_for_different_counties_do_not_conflict(desk: Desk) -> None:
    desk.write("whatifs/one.yaml", "set: {counties.clear_creek.limits.agreements: 2}")
    desk.write("whatifs/two.yaml", "set: {counties.gilpin.limits.agreements: 3}")
    question = region(desk, "include: [one, two]")
    assert [scenario.settings.limits.agreements for scenario in question.scenarios] == [2, 3]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "counties: [clear_creek, gilpn]",
            ":1:25 county: found 'gilpn', which does not exist, needs a county's folder or workbook (data/gilpn). Did",
        ),
        ("counties: [gilpin, park, gilpin]", ":1:26 counties: found gilpin again, needs each county once"),
        ("counties: [gilpin, ../../data/gilpin]", ":1:20 counties: found gilpin again"),
        ("counties: []", ":1:11 counties: found [], needs names of counties. Write counties: [clear_creek,"),
        ("counties: gilpin", ":1:11 counties: found 'gilpin', needs a list of counties"),
        ("counties: [gilpin, [park]]", "counties: found ['gilpin', ['park']], needs names of counties"),
        ("counties: [gilpin, null]", "needs names of counties"),
        (
            "counties: [gilpin, park]\ncounty: gilpin",
            ":2:9 county: found one county, 'gilpin', needs a question about the whole region. Remove it",
        ),
        (
            "# counties: are not named\ncounty: gilpin",
            ":2:9 county: found one county, 'gilpin', needs counties: [NAME, NAME]. Ask it as a question about one",
        ),
        (
            "# counties: are not named\ntitle: x",
            "region.yaml: found no counties, needs counties: [NAME, NAME], here or in a file it includes. Known: clear",
        ),
        (
            "set: {counties.park.limits.agreements: 1}",
            ":2:7 county: found 'park', needs a county of the region. Known: clear_creek, gilpin.",
        ),
        (
            "change: [{in: services, county: gilpn, where: {}, lock: keep}]",
            ":2:33 county: found 'gilpn', needs a county of the region. Did you mean 'gilpin'?",
        ),
        (
            "change: [{in: services, county: [gilpin, 3], where: {}, lock: keep}]",
            ":2:42 county: found '3', needs a county of the region",
        ),
        (
            "change: [{in: services, county: [], where: {}, lock: keep}]",
            ":2:33 county: found [], needs names of counties. Write county: NAME, or county: [NAME, NAME].",
        ),
        ("change: [{in: services, county: {a: 1}, where: {}, lock: keep}]", "needs names of counties"),
        ("change: [{in: services, county: null, where: {}, lock: keep}]", "found null, needs names of counties"),
        (
            "set: {counties.gilpin.limits.agrements: 1}",
            ":2:7 counties.gilpin.limits.agrements: found 'limits.agrements', needs a setting that exists. Did you",
        ),
        (
            "set: {counties.gilpin.limits.agreements: -1}",
            ":2:42 limits.agreements: found -1 (overrides scenarios/base.yaml:",
        ),
        ("set: {counties.gilpin.limits: {agreements: 1}}", "write its dotted path: limits.agreements"),
        ("set: {counties.gilpin: 1}", "counties.gilpin: found 'counties.gilpin', needs a setting that exists"),
        ("set: {counties.gilpin.services.x.fte: many}", "counties.gilpin.services.x.fte: found 'many', needs staff"),
        (
            "set: {counties.gilpin.horizon.years: 3}",
            ":2 horizon.years: found 3 for gilpin, needs 5, as in the whole region. Set it for all of them in the file",
        ),
        (
            "set: {counties.gilpin.solver.seed: 3}",
            ":2:7 counties.gilpin.solver.seed: found a setting for one county, needs the same solver for all of them. "
            "Write solver.seed.",
        ),
        ("set: {counties.gilpin.region.nobody_worse_off: true}", "needs the same region for all of them"),
        ("set: {limits.agreements: -1}", ":2:26 limits.agreements: found -1"),
        (
            "set: {horizon.start_years: 9}",
            ":2:28 horizon.start_years: found years 5 (scenarios/base.yaml:",
        ),
    ],
)
def test_regions_that_cannot_be_are_refused(text: str, told: str, desk: Desk) -> None:
    findings = refused(desk, text)
    assert len(findings) == 1, findings
    assert told in findings[0]


def test_overrides_for_counties_that_are_not_there_are_refused(desk: Desk) -> None:
    assert refused(desk, "title: x", ["counties.park.limits.agreements=1"]) == [
        "--set county: found 'park', needs a county of the region. Known: clear_creek, gilpin."
    ]


def test_files_that_name_different_counties_are_refused(desk: Desk) -> None:
    desk.write("whatifs/other.yaml", "counties: [park, gilpin]")
    assert refused(desk, "counties: [clear_creek, gilpin]\ninclude: [other]") == [
        "scenarios/whatifs/other.yaml:1:11 counties: found park, gilpin, while scenarios/whatifs/region.yaml:1 names "
        "clear_creek, gilpin, needs the same counties. Remove one of the two."
    ]


def test_horizons_of_counties_that_differ_are_refused_until_the_region_sets_one(desk: Desk) -> None:
    desk.write("counties/gilpin.yaml", "set:\n  horizon.discount_rate: 0.02\n  horizon.years: 7\n")
    assert [finding.split(". ")[0] for finding in refused(desk, "set: {horizon.years: 6}")] == [
        "scenarios/counties/gilpin.yaml:2 horizon.discount_rate: found 0.02 for gilpin, needs 0.03, "
        "as in the whole region"
    ]
    question = region(desk, "set: {horizon.years: 6, horizon.discount_rate: 0.01}")
    assert {scenario.settings.horizon for scenario in question.scenarios} == {question.settings.horizon}


def test_a_county_file_has_no_counties_and_no_entries_for_one(desk: Desk) -> None:
    desk.write("counties/gilpin.yaml", "counties: [gilpin]\nset: {counties.gilpin.limits.agreements: 1}\n")
    assert [finding.split(". ")[0] for finding in refused(desk, "title: x")] == [
        "scenarios/counties/gilpin.yaml:1:1 counties: found counties, needs settings and changes alone",
        "scenarios/counties/gilpin.yaml:2:7 county: found 'gilpin', needs an entry without a county",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "set: {counties.clear_creek.limits.agreements: 1}",
            ":1:7 county: found 'clear_creek', needs an entry without",
        ),
        (
            "change: [{in: services, county: clear_creek, where: {}, lock: keep}]",
            ":1:33 county: found 'clear_creek', needs an entry without a county. Remove it: here everything is for",
        ),
    ],
)
def test_a_question_about_one_county_has_no_entries_for_one(text: str, told: str, desk: Desk) -> None:
    with pytest.raises(Refused) as caught:
        load_scenario(desk.write("whatifs/ask.yaml", f"{text}\ncounty: clear_creek"))
    assert len(caught.value.findings) == 1
    assert told in str(caught.value)


def test_a_question_about_a_region_is_none_about_one_county(desk: Desk) -> None:
    desk.write("whatifs/region.yaml", "counties: [clear_creek, gilpin]\nset: {counties.gilpin.limits.agreements: 1}")
    told = "region.yaml:1:11 counties: found several counties, needs a question about one county"
    for text, county in (("include: [region]", None), ("include: [region]", desk.folder / "data" / "gilpin")):
        with pytest.raises(Refused) as caught:
            load_scenario(desk.write("whatifs/ask.yaml", text), county=county)
        assert len(caught.value.findings) == 1
        assert told in str(caught.value)


def test_everything_wrong_in_a_region_is_told_at_once(desk: Desk) -> None:
    desk.write("counties/gilpin.yaml", "set: {limits.agreements: -4}")
    findings = refused(
        desk,
        """
        counties: [clear_creek, gilpin, prak]
        set: {limits.min_quality: -1, limits.x: 1, counties.gilpn.limits.agreements: 1}
        """,
        overrides=["solver.seed=x"],
    )
    told = "\n".join(findings)
    for part in (
        "found 'prak', which does not exist",
        "limits.min_quality: found -1",
        "found 'limits.x', needs a setting that exists",
        "found 'gilpn', needs a county of the region",
        "counties/gilpin.yaml:1:26 limits.agreements: found -4",
        "--set solver.seed: found 'x'",
    ):
        assert part in told
    assert len(findings) == 6
