"""Includes: found by name or path, once each, never in a circle, never outside; what-ifs that disagree."""

from __future__ import annotations

import pytest

from optimizer.errors import Refused
from optimizer.scenario.loading import load_scenario
from tests.scenario.conftest import Desk


def test_includes_are_followed_and_counted_once(desk: Desk) -> None:
    desk.write("whatifs/leaf.yaml", "set: {limits.agreements: 2}\ncounty: clear_creek\n")
    desk.write("whatifs/left.yaml", "include: [leaf]\n")
    desk.write("whatifs/right.yaml", "include: [./leaf.yaml]\nset: {solver.seed: 4}\n")
    scenario = load_scenario(desk.write("whatifs/top.yaml", "include: [left, right, leaf]\n"))
    assert scenario.what_ifs == ("left", "right", "leaf")
    assert (scenario.settings.limits.agreements, scenario.settings.solver.seed) == (2, 4)
    assert scenario.origins["limits.agreements"] == "scenarios/whatifs/leaf.yaml:1"


def test_a_countys_own_what_ifs_are_found_by_name(desk: Desk) -> None:
    desk.write("whatifs/clear_creek/snow.yaml", "include: [ice, ../deep.yaml]\n")
    desk.write("whatifs/clear_creek/ice.yaml", "set: {solver.seed: 9}\n")
    desk.write("whatifs/deep.yaml", "set: {limits.agreements: 1}")
    scenario = desk.ask("include: [snow]\ncounty: clear_creek\n")
    assert scenario.what_ifs == ("clear_creek/snow", "clear_creek/ice", "deep")
    assert scenario.settings.solver.seed == 9
    given = desk.ask("include: [snow]\n", county=desk.folder / "data" / "clear_creek")
    assert given.settings == scenario.settings
    desk.write("whatifs/place.yaml", "county: clear_creek")
    assert desk.ask("include: [snow, place]\n# county: comes from place").settings == scenario.settings


def test_a_name_for_two_files_is_not_guessed(desk: Desk) -> None:
    desk.write("whatifs/snow.yaml", "title: x")
    desk.write("whatifs/clear_creek/snow.yaml", "title: x")
    told = "found scenarios/whatifs/snow.yaml and scenarios/whatifs/clear_creek/snow.yaml, needs one file of that name"
    assert told in desk.refused("include: [snow]")[0]


def test_scenarios_may_lie_in_folders_of_the_root(desk: Desk) -> None:
    desk.write("whatifs/leaf.yaml", "set: {limits.agreements: 2}")
    path = desk.write("mine/question.yaml", "county: ../../data/clear_creek\ninclude: [leaf, other, sub/third]\n")
    desk.write("whatifs/other.yaml", "title: x")
    desk.write("mine/sub/third.yaml", "title: x")
    scenario = load_scenario(path)
    assert scenario.what_ifs == ("leaf", "other", "mine/sub/third")
    assert scenario.county == desk.folder / "data" / "clear_creek"


@pytest.mark.parametrize(
    ("include", "told"),
    [
        (
            "gone",
            "found 'gone', which does not exist, needs a file in scenarios/whatifs or scenarios/whatifs/clear_creek",
        ),
        ("lef", "Did you mean 'leaf'?"),
        ("./lef.yaml", "found './lef.yaml', which does not exist, needs a file in scenarios/whatifs."),
        ("../../data/x.yaml", "found '../../data/x.yaml', which lies outside, needs a file in scenarios/"),
        ("../../outside.yaml", "which lies outside"),
        ("/etc/passwd", "found '/etc/passwd', needs a name or a relative path"),
        ("link", "found 'link', which lies outside"),
        ("loop", "found 'loop', which does not exist"),
        ("./loop.yaml", "found './loop.yaml', which does not exist"),
        ("./folder/outside.yaml", "which lies outside"),
        ("../base.yaml", "which is no what-if"),
        ("../counties/clear_creek.yaml", "which is no what-if"),
        ("'C:x'", "needs a name or a relative path"),
        ("'\\\\host\\x'", "needs a name or a relative path"),
        ("https://a/b.yaml", "needs a name or a relative path"),
        ('"leaf.yaml\\0"', "needs a name or a relative path"),
        ("~/x.yaml", "needs a name or a relative path"),
        ("..", "needs a name or a relative path"),
        ("a" * 300, "needs a name or a relative path"),
        ("a/" + "b" * 300, "needs a name or a relative path"),
        ("'${HOME}'", "needs a name or a relative path"),
    ],
)
def test_includes_that_lead_elsewhere_are_refused(include: str, told: str, desk: Desk) -> None:
    (desk.folder / "outside.yaml").write_text("title: x\n")
    desk.write("whatifs/leaf.yaml", "title: x")
    desk.write("counties/clear_creek.yaml", "set: {}")
    (desk.root / "whatifs" / "link.yaml").symlink_to(desk.folder / "outside.yaml")
    (desk.root / "whatifs" / "loop.yaml").symlink_to("loop.yaml")
    (desk.root / "whatifs" / "folder").symlink_to(desk.folder, target_is_directory=True)
    findings = desk.refused(f"include: [{include}]\n")
    assert len(findings) == 1
    assert findings[0].startswith("scenarios/whatifs/ask.yaml:1:11 include: found ")
    assert told in findings[0]


def test_a_link_within_the_root_is_the_file_it_leads_to(desk: Desk) -> None:
    desk.write("whatifs/leaf.yaml", "set: {limits.agreements: 2}")
    (desk.root / "whatifs" / "alias.yaml").symlink_to("leaf.yaml")
    assert desk.ask("include: [alias, leaf]").what_ifs == ("leaf",)


def test_circles_are_told_whole(desk: Desk) -> None:
    desk.write("whatifs/b.yaml", "include: [c]")
    desk.write("whatifs/c.yaml", "title: x\ninclude: [d, ask]")
    desk.write("whatifs/d.yaml", "title: x")
    told = "the circle " + " -> ".join(f"scenarios/whatifs/{name}.yaml" for name in ("ask", "b", "c", "ask"))
    assert desk.refused("include: [b]") == [
        f"scenarios/whatifs/ask.yaml:1:11 include: found {told}, needs includes that end. Remove one of these includes."
    ]
    itself = "the circle scenarios/whatifs/ask.yaml -> scenarios/whatifs/ask.yaml"
    assert itself in desk.refused("include: [ask]")[0]


def test_a_circle_further_down_is_told_from_its_first_file(desk: Desk) -> None:
    desk.write("whatifs/x.yaml", "include: [y]")
    desk.write("whatifs/y.yaml", "include: [x]")
    told = "the circle " + " -> ".join(f"scenarios/whatifs/{name}.yaml" for name in ("x", "y", "x"))
    assert f"scenarios/whatifs/x.yaml:1:11 include: found {told}," in desk.refused("include: [y]")[0]


def test_chains_end_after_eight_files(desk: Desk) -> None:
    for step in range(1, 9):
        desk.write(f"whatifs/s{step}.yaml", f"include: [s{step + 1}]" if step < 8 else "title: x")
    assert len(desk.ask("include: [s1]").what_ifs) == 8
    desk.write("whatifs/s8.yaml", "include: [s9]")
    desk.write("whatifs/s9.yaml", "title: x")
    for text in ("include: [s1]", "include: [s9, s5, s1]", "include: [s1, s5, s9]"):
        findings = desk.refused(text)
        assert len(findings) == 1
        assert "whatifs/s8.yaml:1:11 include: found an include 9 files deep, needs 8 at the most" in findings[0]


def test_the_longest_way_to_a_file_counts(desk: Desk) -> None:
    for step in range(1, 9):
        desk.write(f"whatifs/s{step}.yaml", f"include: [s{step + 1}]")
    desk.write("whatifs/s9.yaml", "title: x")
    desk.write("whatifs/short.yaml", "include: [s8]")
    for text in ("include: [s1, short]", "include: [short, s1]"):
        assert "whatifs/s8.yaml:1:11 include: found an include 9 files deep" in desk.refused(text)[0]
    assert "s9" in desk.ask("include: [short]").what_ifs


def test_long_chains_are_refused_not_crashed_into(desk: Desk) -> None:
    for step in range(300):
        desk.write(f"whatifs/s{step}.yaml", f"include: [s{step + 1}]" if step < 299 else "title: x")
    assert "needs 8 at the most" in desk.refused("include: [s0]")[0]


def test_different_counties_are_refused(desk: Desk) -> None:
    (desk.folder / "data" / "gilpin").mkdir()
    desk.write("whatifs/other.yaml", "county: gilpin")
    findings = desk.refused("include: [other]\ncounty: clear_creek")
    told = "county: found data/gilpin, while scenarios/whatifs/ask.yaml:2 names data/clear_creek"
    assert findings[0].startswith(f"scenarios/whatifs/other.yaml:1:9 {told}")
    chosen = desk.ask("include: [other]\ncounty: clear_creek", county=desk.folder / "data" / "gilpin")
    assert chosen.county.name == "gilpin"
    desk.write("whatifs/other.yaml", "county: ../../data/clear_creek")
    assert desk.ask("include: [other]\ncounty: clear_creek").county.name == "clear_creek"


def test_no_county_at_all_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"ask.yaml: found no county, .* Known: clear_creek"):
        load_scenario(desk.write("whatifs/ask.yaml", "title: x"))


def test_a_broken_include_is_told_with_its_own_place_and_no_more(desk: Desk) -> None:
    desk.write("whatifs/bad.yaml", "title: [x\n")
    with pytest.raises(Refused) as refused:
        load_scenario(desk.write("whatifs/ask.yaml", "include: [bad]"))
    assert [finding.where for finding in refused.value.findings] == ["scenarios/whatifs/bad.yaml:2:1"]


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        (
            "limits.agreements: 2",
            "limits.agreements: 2",
            "whatifs/two.yaml:2:3 limits.agreements: found a setting that scenarios/whatifs/one.yaml:2:3 sets too",
        ),
        ("limits.agreements: 2", "limits.agreements: 3", "sets too"),
        (
            "economics.avoidable_share: {personnel: 1, nonpersonnel: 1, overhead: 1}",
            "economics.avoidable_share.personnel: 0",
            "that scenarios/whatifs/one.yaml:2:3 sets too (economics.avoidable_share)",
        ),
        (
            "limits.displaced_fte_by_department.Roads: 3",
            "limits.displaced_fte_by_department: {}",
            "(limits.displaced_fte_by_department.Roads)",
        ),
        ("limits.displaced_fte_by_department.Roads: 3", "limits.displaced_fte_by_department.Roads: 4", "sets too"),
    ],
)
def test_two_what_ifs_may_not_touch_one_setting(one: str, two: str, told: str, desk: Desk) -> None:
    desk.write("whatifs/one.yaml", f"set:\n  {one}\n")
    desk.write("whatifs/two.yaml", f"set:\n  {two}\n")
    for includes in ("[one, two]", "[two, one]"):
        findings = desk.refused(f"include: {includes}")
        assert len(findings) == 1
        assert told in findings[0]


def test_neighbours_do_not_conflict_nor_do_layers(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {limits.agreements: 9}")
    desk.write("whatifs/one.yaml", "set: {limits.displaced_fte_by_department.Roads: 3}")
    desk.write("whatifs/two.yaml", "set: {limits.displaced_fte_by_department.Roads East: 4, limits.agreements: 8}")
    scenario = desk.ask("include: [one, two]", overrides=["limits.agreements=7"])
    assert scenario.settings.limits.displaced_fte_by_department == {"Roads": 3, "Roads East": 4}
    assert scenario.settings.limits.agreements == 7
