"""Layers: who sets what, what is refused, and that every refusal says where, what and how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optimizer.county.terms import Decision, Kind
from optimizer.errors import Refused
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.settings import Settings
from optimizer.scenario.shapes import known_paths, locate
from tests.scenario.conftest import Desk


def test_a_bare_question_has_the_base_settings_and_says_so(desk: Desk) -> None:
    scenario = desk.ask("title: As it is\nquestion: >\n  What is\n  best?\n", "as_it_is")
    assert (scenario.name, scenario.title, scenario.question) == ("as_it_is", "As it is", "What is best?")
    assert scenario.county == desk.folder / "data" / "clear_creek"
    assert scenario.what_ifs == scenario.changes == scenario.rules == ()
    assert scenario.settings.horizon.years == 5
    lines = (desk.root / "base.yaml").read_text(encoding="utf-8").splitlines()
    assert scenario.origins["horizon.years"] == f"scenarios/base.yaml:{lines.index('  years: 5') + 1}"
    assert set(scenario.origins) == set(leaves(scenario.settings))
    assert scenario.remarks["economics.hurdle_share"] == "OMB A-76 conversion differential"
    assert set(scenario.remarks) < set(scenario.origins)
    assert all(origin.startswith("scenarios/base.yaml:") for origin in scenario.origins.values())


def leaves(settings: Settings) -> list[str]:
    """Dotted paths of all values of resolved settings."""

    def below(value: object, path: str) -> list[str]:
        if isinstance(value, dict) and value:
            return [leaf for name, inner in value.items() for leaf in below(inner, f"{path}.{name}".lstrip("."))]
        return [path]

    return below(settings.model_dump(), "")


def test_a_file_without_title_is_called_by_its_name(desk: Desk) -> None:
    assert desk.ask("county: clear_creek", "quiet").title == "quiet"


def test_what_a_file_says_below_a_value_is_its_source(desk: Desk) -> None:
    calibrated = "set:\n  limits.agreements: 1\n  # two people\n\n  # not of it\n  solver.seed: 1"
    desk.write("counties/clear_creek.yaml", calibrated)
    scenario = desk.ask(
        """
        set:
          limits.retained_share_by_class: {roads: 0.5, jail: 1}
          # =what the board
          # decided
          economics.avoidable_share.personnel: 0.5
          limits.moves_by_year: [3]
        """,
        overrides=["kinds.county.renewal_usd=1"],
    )
    remarks = scenario.remarks
    assert remarks["limits.agreements"] == "two people"
    assert remarks["limits.retained_share_by_class.roads"] == "=what the board decided"
    assert remarks["economics.hurdle_share"] == "OMB A-76 conversion differential"
    assert remarks["economics.avoidable_share.overhead"].startswith("GFOA make-or-buy example")
    assert remarks["kinds.state.renewal_usd"].startswith("administration: 0-25 % of contractor cost")
    # what base.yaml says of a group is not said of a value that another file set
    unsaid = ("economics.avoidable_share.personnel", "limits.moves_by_year", "solver.seed", "kinds.county.renewal_usd")
    assert not set(unsaid) & set(remarks)


def test_each_layer_replaces_the_ones_below(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set:\n  limits.agreements: 1\n  limits.min_quality: 1\n  solver.seed: 1\n")
    scenario = desk.ask("set:\n  limits.agreements: 2\n  limits.min_quality: 2\n", overrides=["limits.agreements=3"])
    assert (scenario.settings.limits.agreements, scenario.settings.limits.min_quality) == (3, 2)
    assert scenario.origins["limits.agreements"] == "--set"
    assert scenario.origins["limits.min_quality"] == "scenarios/whatifs/ask.yaml:3"
    assert scenario.origins["solver.seed"] == "scenarios/counties/clear_creek.yaml:4"


def test_lists_are_replaced_whole_and_free_names_are_added(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {limits.displaced_fte_by_department.Sheriff: 4}")
    scenario = desk.ask(
        """
        set:
          economics.ramp_share: [1]
          allowed_decisions:
            - keep
            - outsource
          limits.displaced_fte_by_department.Dept. of Public Works: 2
          limits.retained_share_by_class: {roads: 0.5, jail: 1}
          duties.coverage_floor_by_mandate_level.2: 0.5
          program_mapping.decisions_by_stance.would_buy: []
        """
    )
    limits = scenario.settings.limits
    assert scenario.settings.economics.ramp_share == (1,)
    assert scenario.settings.allowed_decisions == (Decision.KEEP, Decision.OUTSOURCE)
    assert limits.displaced_fte_by_department == {"Sheriff": 4, "Dept. of Public Works": 2}
    assert limits.retained_share_by_class == {"roads": 0.5, "jail": 1}
    assert scenario.settings.duties.coverage_floor_by_mandate_level == {3: 0.9, 4: 0.95, 2: 0.5}
    origins = scenario.origins
    assert origins["allowed_decisions"] == "scenarios/whatifs/ask.yaml:4"
    assert origins["limits.displaced_fte_by_department.Sheriff"] == "scenarios/counties/clear_creek.yaml:1"
    assert origins["limits.displaced_fte_by_department.Dept. of Public Works"] == "scenarios/whatifs/ask.yaml:6"
    assert origins["duties.coverage_floor_by_mandate_level.2"] == "scenarios/whatifs/ask.yaml:8"
    assert "limits.retained_share_by_class" not in origins
    assert set(origins) == set(leaves(scenario.settings))


def test_a_free_group_set_whole_forgets_the_names_below(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {limits.displaced_fte_by_department.Sheriff: 4}")
    scenario = desk.ask("set: {limits.displaced_fte_by_department: {}}")
    assert scenario.settings.limits.displaced_fte_by_department == {}
    assert scenario.origins["limits.displaced_fte_by_department"] == "scenarios/whatifs/ask.yaml:1"


def test_a_kind_can_be_set_whole_or_by_one_of_its_terms(desk: Desk) -> None:
    scenario = desk.ask(
        """
        set:
          kinds.private.agreement_usd_per_year: 1
          kinds.state:
            administration_share: 0
            agreement_usd_per_year: 2
            max_term_years: 3
            probability_of_failure: 0
            price_escalation_share: 0.02
            renewal_usd: 0
        """
    )
    assert scenario.settings.kinds[Kind.PRIVATE].agreement_usd_per_year == 1
    assert scenario.settings.kinds[Kind.PRIVATE].max_term_years == 1
    assert scenario.settings.kinds[Kind.STATE].max_term_years == 3


def test_within_one_file_the_written_order_counts(desk: Desk) -> None:
    text = "set:\n  limits.displaced_fte_by_department: {Roads: 1}\n  limits.displaced_fte_by_department.Parks: 2\n"
    assert desk.ask(text).settings.limits.displaced_fte_by_department == {"Roads": 1, "Parks": 2}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "limits.transition_usd: -5",
            ":2:26 limits.transition_usd: found -5 (overrides scenarios/base.yaml:N), needs 0 or more",
        ),
        ("limits.transition_usd: '5'", "found '5' (overrides scenarios/base.yaml:N), needs a number, or null"),
        ("limits.transition_usd: 1_000", "found '1_000'"),
        ("limits.transition_usd: .inf", "found inf"),
        ("limits.transition_usd: .nan", "found nan"),
        ("limits.transition_usd: true", "found true (overrides scenarios/base.yaml:N), needs a number"),
        ("limits.transition_usd: [1]", "found [1]"),
        ("limits.transition_usd: {a: 1}", "found a group of settings"),
        ("limits.transition_usd: 2e12", "needs 1e+12 or less, or null. Most that may be spent once"),
        ("horizon.years: 5.5", "found 5.5 (overrides scenarios/base.yaml:N), needs a whole number"),
        ("horizon.years: 0", "needs 1 or more"),
        ("horizon.years:", ":2:3 horizon.years: found null"),
        ("duties.enforce_unfunded: no", "found 'no' (overrides scenarios/base.yaml:N), needs true or false"),
        ("economics.ramp_share: 0.5", "needs a list"),
        ("economics.ramp_share: []", "needs at least 1 entries"),
        ("economics.ramp_share: [0.5, 2]", ":2:31 economics.ramp_share.1: found 2"),
        ("allowed_decisions: [keep, sell]", "allowed_decisions.1: found 'sell'"),
        ("limits.displaced_fte_by_department.Roads: -1", ":2:45 limits.displaced_fte_by_department.Roads: found -1"),
        ("limits.displaced_fte_by_department: 3", "found 3, needs a group of settings"),
        ("duties.coverage_floor_by_mandate_level.7: 0.5", "coverage_floor_by_mandate_level.7: found 0.5"),
        ("duties.coverage_floor_by_mandate_level: {03: 0.5}", "found '03', needs a whole number as name"),
        ("limits.displaced_ft: 1", "Did you mean 'limits.displaced_fte'?"),
        ("transition_usd: 1", "Did you mean 'limits.transition_usd'?"),
        ("limit.transition_usd: 1", "Did you mean 'limits.transition_usd'?"),
        ("kinds.privat.max_term_years: 1", "Did you mean 'kinds.private.max_term_years'?"),
        ("kinds.church: {}", "found 'kinds.church', needs a setting that exists"),
        ("limits.: 1", "found 'limits.', needs a setting that exists"),
        (".limits: 1", "needs a setting that exists"),
        ("limits.transition_usd.x: 1", "Did you mean 'limits.transition_usd'?"),
        (
            "limits: {agreements: 3}",
            "that is set whole. To change one setting alone, write its dotted path: limits.agreements",
        ),
        ("limits: 3", "limits: found 3, needs a group of settings"),
        (
            "solver.gap_usd: null",
            "scenarios/whatifs/ask.yaml:2:19 solver.gap_usd: found gap_usd null (scenarios/whatifs/ask.yaml:2), "
            "gap_share null (scenarios/base.yaml:N), needs gap_usd or gap_share (0 asks for a full proof). Change one",
        ),
        (
            "horizon.start_years: 9",
            ":2:24 horizon.start_years: found years 5 (scenarios/base.yaml:N), start_years 9 "
            "(scenarios/whatifs/ask.yaml:2), needs start_years of at most years. Change one of them.",
        ),
        ("horizon.start_years: 0", "horizon.start_years: found 0 (overrides scenarios/base.yaml:N), needs 1 or more"),
        (
            "reinvestment.rule: weighted",
            "reinvestment.rule: found rule 'weighted' (scenarios/whatifs/ask.yaml:2), usd_per_score null "
            "(scenarios/base.yaml:N), needs usd_per_score where the rule is weighted. Change one of them.",
        ),
        (
            "reinvestment.rule: best",
            "found 'best' (overrides scenarios/base.yaml:N), needs one of 'none', 'lexicographic'",
        ),
        ("reinvestment.rule: null", "reinvestment.rule: found null"),
        (
            "equity.objective: worst_off",
            ":2:21 equity.objective: found objective 'worst_off' (scenarios/whatifs/ask.yaml:2), "
            "cost_limit_usd_per_year null (scenarios/base.yaml:N), needs cost_limit_usd_per_year where the objective",
        ),
        (
            "equity.floor: 90",
            "equity.floor: found 90 (overrides scenarios/base.yaml:N), needs 1 or less, or null. Least",
        ),
        ("equity.floor_by_place.west: 2", ":2:31 equity.floor_by_place.west: found 2, needs 1 or less. The same for"),
        ("equity.floor_by_place: 0.5", "found 0.5, needs a group of settings"),
        ("equity.floor_by_place: [0.5]", "found [0.5], needs a group of settings"),
        ("economics.growth_share.personel: 0.1", "Did you mean 'economics.growth_share.personnel'?"),
        ("economics.growth_share.personnel: 0.6", ":2:37 economics.growth_share.personnel: found 0.6 (overrides"),
        ("economics.growth_share.personnel: -0.6", "needs -0.5 or more. Personnel cost, and what"),
        (
            "economics.growth_share: {personnel: 0.1}",
            "economics.growth_share: found no nonpersonnel, overhead, revenue, needs every setting of a group that is "
            "set whole. To change one setting alone, write its dotted path: economics.growth_share.personnel.",
        ),
        ("economics.growth_share: 0.02", "economics.growth_share: found 0.02, needs a group of settings"),
        (
            "limits.moves_by_year: 3",
            ":2:25 limits.moves_by_year: found 3 (overrides scenarios/base.yaml:N), needs a list",
        ),
        (
            "limits.moves_by_year: null",
            "limits.moves_by_year: found null (overrides scenarios/base.yaml:N), needs a list",
        ),
        ("limits.moves_by_year: [3, 1.5]", ":2:29 limits.moves_by_year.1: found 1.5"),
        ("limits.transition_usd_by_year: [100, -1]", "limits.transition_usd_by_year.1: found -1"),
        ("limits.laid_off_fte_by_year: [none]", "limits.laid_off_fte_by_year.0: found 'none'"),
        ("limits.moves_by_year.1: 3", "found 'limits.moves_by_year.1', needs a setting that exists"),
        (
            "limits.moved_services_by_consent_owner_by_year.Sheriff: 1",
            ":2:59 limits.moved_services_by_consent_owner_by_year.Sheriff: found 1, needs a list. Most services that",
        ),
        (
            "limits.moved_services_by_consent_owner_by_year.Sheriff: [1, many]",
            ":2:63 limits.moved_services_by_consent_owner_by_year.Sheriff.1: found 'many'",
        ),
        (
            "people.attrition_share_by_department.Roads: 7 %",
            "attrition_share_by_department.Roads: found '7 %', needs a",
        ),
        (
            "exit.max_mandate_level: 3",
            "exit.max_mandate_level: found 3 (overrides scenarios/base.yaml:N), needs 2 or less",
        ),
        ("region: {}", "region: found no nobody_worse_off, needs every setting of a group"),
        ("region.nobody_worse_off: yes", "found 'yes' (overrides scenarios/base.yaml:N), needs true or false"),
        (
            "program_mapping.decisions_by_stance.would_buy: [insource]",
            "decisions_by_stance.would_buy.0: found 'insource', needs one of partner, consolidate, outsource",
        ),
        ("kinds.private.renewal_usd: -1", "kinds.private.renewal_usd: found -1 (overrides scenarios/base.yaml:N)"),
        ("sales.x.price_usd: 1", "sales.x.price_usd: found 'price_usd', needs a column of sales. Did you mean"),
        ("spare_staff.Sheriff.fte: 1", "found a cell of spare_staff, needs a table whose rows have one id"),
        ("kinds: {}", "kinds: found {} (overrides scenarios/base.yaml:N), needs every kind, also municipality"),
        ("offers.x: 1", "needs offers.<offer_id>.<column>"),
        ("offer.x.price_usd_per_year: 1", "needs a setting that exists"),
        (
            "offers.x.pric: 1",
            "offers.x.pric: found 'pric', needs a column of offers. Did you mean 'price_usd_per_year'?",
        ),
        ("offers.x.offer_id: y", "found a key column"),
        ("offers.x.coverage: 2", "offers.x.coverage: found 2, needs a share from 0 to 1"),
        ("offers.x.decision: outsourced", "Did you mean 'outsource'?"),
        ("services.x.delegable: maybe", "found 'maybe', needs yes or no"),
        ("services.x.fund: null", "services.x.fund: found null, needs a text"),
        ("capacities.x.amount: 1", "found a cell of capacities"),
    ],
)
def test_settings_and_cells_that_cannot_be_are_refused_with_a_way_out(entry: str, told: str, desk: Desk) -> None:
    findings = desk.refused(f"set:\n  {entry}\n")
    assert len(findings) == 1, findings
    assert told in without_base_lines(findings[0])
    assert findings[0].startswith("scenarios/")


def without_base_lines(text: str) -> str:
    """Tests of wording do not depend on what else base.yaml says."""
    return re.sub(r"base\.yaml:\d+\)", "base.yaml:N)", text)


def test_settings_that_do_not_go_together_are_told_where_the_latest_was_set(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {horizon.start_years: 4, horizon.discount_rate: 0.01}\n")
    findings = desk.refused("set:\n  horizon.years: 3\n")
    assert [without_base_lines(finding) for finding in findings] == [
        "scenarios/whatifs/ask.yaml:2:18 horizon.years: found years 3 (scenarios/whatifs/ask.yaml:2), start_years 4 "
        "(scenarios/counties/clear_creek.yaml:1), needs start_years of at most years. Change one of them."
    ]
    desk.write("counties/clear_creek.yaml", "set: {horizon.years: 4, horizon.start_years: 4}\n")
    assert desk.refused("set:\n  horizon.years: 3\n")[0].startswith(
        "scenarios/whatifs/ask.yaml:2:18 horizon.years: found"
    )
    text = "set:\n  horizon: {years: 3, discount_rate: 0, start_years: 5}\n"
    assert "ask.yaml:2:" in desk.refused(text)[0].split("found")[0]
    both = "set: {reinvestment.rule: weighted, reinvestment.usd_per_score: 200}"
    assert desk.ask(both).settings.reinvestment.usd_per_score == 200


def test_lists_by_year_are_replaced_whole_and_may_be_empty(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {limits.moves_by_year: [1, 2, 3], limits.agreements_by_year: [9]}")
    scenario = desk.ask(
        """
        set:
          limits.moves_by_year: [4]
          limits.agreements_by_year: []
          limits.moved_services_by_consent_owner_by_year: {Sheriff: [0, 1], Clerk: []}
        """
    )
    limits = scenario.settings.limits
    assert (limits.moves_by_year, limits.agreements_by_year) == ((4,), ())
    assert limits.moved_services_by_consent_owner_by_year == {"Sheriff": (0, 1), "Clerk": ()}
    assert scenario.origins["limits.agreements_by_year"] == "scenarios/whatifs/ask.yaml:3"
    assert scenario.origins["limits.moved_services_by_consent_owner_by_year.Clerk"] == "scenarios/whatifs/ask.yaml:4"
    assert set(scenario.origins) == set(leaves(scenario.settings))


def test_everything_wrong_is_told_at_once(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {solver.seed: x}\ninclude: [a]\n")
    findings = desk.refused(
        "county: clear_creek\nwhatif: 1\nset: {limits.agreements: -1, limits.x: 2}\nchange: 3\ninclude: [gone]\n",
        overrides=["limits.min_quality=bad", "horizon"],
    )
    text = without_base_lines("\n".join(findings))
    for told in (
        "ask.yaml:2:1 whatif: found 'whatif', needs a known name",
        "ask.yaml:3:26 limits.agreements: found -1",
        "limits.x: found 'limits.x'",
        "ask.yaml:4:9 change: found 3, needs a list of selectors",
        "ask.yaml:5:11 include: found 'gone', which does not exist",
        "counties/clear_creek.yaml:1:20 solver.seed: found 'x'",
        "counties/clear_creek.yaml:2:1 include: found include, needs settings and changes alone",
        "--set limits.min_quality: found 'bad' (overrides scenarios/base.yaml:N)",
        "--set: found 'horizon', needs path=value",
    ):
        assert told in text
    assert len(findings) == 9


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", ":1:1: found ['a'], needs names with values"),
        ("hello\n", ":1:1: found 'hello', needs names with values"),
        ("", ":1:1: found nothing"),
        ("title:\n", "title: found null, needs a text"),
        ("title: [a]\n", "title: found ['a'], needs a text"),
        (f"title: {'a' * 301}\n", "needs a text of 300 letters at the most"),
        ('title: "a\\u0007b"\n', "needs a text"),
        ("question: ''\n", "question: found '', needs a text"),
        ("set: 3\n", "set: found 3, needs dotted paths with values"),
        ("set:\n", "set: found null, needs dotted paths with values"),
        ("include: some\n", "include: found 'some', needs a list of what-ifs"),
        ("include: [[a]]\n", "include: found ['a'], needs a list of what-ifs"),
        ("titel: x\n", "titel: found 'titel', needs a known name. Did you mean 'title'?"),
    ],
)
def test_files_of_another_form_are_refused(text: str, told: str, desk: Desk) -> None:
    findings = desk.refused(text, county=desk.folder / "data" / "clear_creek")
    assert len(findings) == 1
    assert told in findings[0]


def test_the_base_has_to_state_every_setting(desk: Desk) -> None:
    base = (desk.root / "base.yaml").read_text().replace("  min_quality: null\n", "").replace("seed: 0", "seed: -1")
    desk.write("base.yaml", base.replace("horizon:", "horizont:"))
    text = "\n".join(desk.refused("title: x\nset: {limits.min_quality: 1}"))
    assert "horizont: found 'horizont', needs a known name. Did you mean 'horizon'?" in text
    assert "found no horizon, needs every setting" in text
    assert "limits: found no min_quality, needs every setting" in text
    assert "solver.seed: found -1, needs 0 or more" in text


def test_the_shipped_base_states_every_setting_there_is(desk: Desk) -> None:
    scenario = desk.ask("title: x")
    for path in known_paths():
        if path.startswith(("program_mapping.decisions_by_stance.", "economics.hurdle_usd_per_year_by_decision.")):
            continue  # a stance that opens nothing, a decision that need save no more, are not named
        assert locate(path) == tuple(path.split("."))
        assert any(origin == path or origin.startswith(f"{path}.") for origin in scenario.origins), path


def test_counties_are_found_by_name_path_or_argument(desk: Desk) -> None:
    data = desk.folder / "data"
    (data / "gilpin.xlsx").touch()
    (data / "st.marys").mkdir()
    desk.write("counties/gilpin.yaml", "set: {solver.seed: 5}")
    desk.write("counties/st.marys.yaml", "set: {solver.seed: 6}")
    assert desk.ask("county: gilpin").county == data / "gilpin.xlsx"
    assert desk.ask("county: ../../data/gilpin.xlsx").settings.solver.seed == 5
    assert desk.ask("county: ../../data/st.marys/").settings.solver.seed == 6
    given = desk.ask("county: nowhere", county=data / "gilpin.xlsx")
    assert (given.county, given.settings.solver.seed) == (data / "gilpin.xlsx", 5)


@pytest.mark.parametrize(
    ("county", "told"),
    [
        (
            "clear_crek",
            "which does not exist, needs a county's folder or workbook (data/clear_crek). Did you mean 'clear_creek'?",
        ),
        ("../data/x", "found '../data/x', which does not exist"),
        ("..", "found '..', needs a name of letters"),
        ("data\\clear_creek", "needs a name of letters"),
        ("", "county: found null, needs the name of a county"),
        ("[a]", "found ['a'], needs the name of a county"),
        ("c/" + "x" * 5000, "which does not exist"),
        ('"a/\\0"', "county: found"),
    ],
)
def test_counties_that_cannot_be_found_are_refused(county: str, told: str, desk: Desk) -> None:
    findings = desk.refused(f"county: {county}\n")
    assert told in findings[0]


def test_a_name_that_is_a_folder_and_a_workbook_is_not_guessed(desk: Desk) -> None:
    (desk.folder / "data" / "clear_creek.xlsx").touch()
    assert (
        "found data/clear_creek and data/clear_creek.xlsx, needs one county of that name" in desk.refused("title: x")[0]
    )


def test_scenarios_lie_in_a_root(tmp_path: Path, desk: Desk) -> None:
    lone = tmp_path / "lone.yaml"
    lone.write_text("title: x\n")
    with pytest.raises(Refused, match=r"no base.yaml"):
        load_scenario(lone)
    with pytest.raises(Refused, match="no such file"):
        load_scenario(tmp_path / "absent.yaml")
    calibration = desk.write("counties/clear_creek.yaml", "set: {}")
    for path in (desk.root / "base.yaml", calibration):
        with pytest.raises(Refused, match="a layer below the what-ifs"):
            load_scenario(path)


def test_the_nearest_root_counts(desk: Desk) -> None:
    inner = desk.root / "whatifs" / "trial"
    desk.write("whatifs/trial/base.yaml", (desk.root / "base.yaml").read_text().replace("years: 5", "years: 2"))
    (inner.parent / "data" / "clear_creek").mkdir(parents=True)
    scenario = load_scenario(desk.write("whatifs/trial/q.yaml", "county: clear_creek"))
    assert scenario.settings.horizon.years == 2
    assert scenario.origins["horizon.years"].startswith("trial/base.yaml:")


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("limits.agreements=", "--set limits.agreements: found nothing, needs a value (null for none)"),
        ("=3", "--set: found '=3', needs path=value"),
        ("limits.agreements=[", "--set limits.agreements: found"),
        ("limits.agreements=&a 3", "--set limits.agreements: found the anchor &a"),
        (
            "limits.agreement=3",
            "--set limits.agreement: found 'limits.agreement', needs a setting that exists",
        ),
        ("services.a.fte=x", "--set services.a.fte: found 'x', needs staff, 0 or more"),
    ],
)
def test_overrides_that_cannot_be_are_refused(override: str, told: str, desk: Desk) -> None:
    findings = desk.refused("title: x", overrides=[override])
    assert len(findings) == 1
    assert findings[0].startswith(told)


def test_overrides_are_yaml_and_each_path_is_given_once(desk: Desk) -> None:
    scenario = desk.ask(
        "title: x", overrides=["economics.ramp_share=[1, 1]", "limits.displaced_fte_by_department={Roads: 1e0}"]
    )
    assert scenario.settings.economics.ramp_share == (1, 1)
    assert scenario.settings.limits.displaced_fte_by_department == {"Roads": 1}
    assert scenario.origins["limits.displaced_fte_by_department.Roads"] == "--set"
    assert "the same path twice" in desk.refused("title: x", overrides=["solver.seed=1", "solver.seed=1"])[0]
