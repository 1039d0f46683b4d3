"""Mapping files: what is refused, where, and how mappings extend one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.county.importing.loading import load_mapping, shipped_mappings
from optimizer.errors import Refused
from tests.county.importing.samples import MAPPING, changed

COUNTY = """\
about: A county
extends: onlinepbb
county:
  name: Lake
  state: CO
  population: 900
  fiscal_year: 2024
  general_fund: General Fund
  funds: {unrestricted: [General Fund], assumption: all others}
"""


def words_of(folder: Path, text: str) -> str:
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load_mapping(folder / "mapping.yaml")
    return str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("about: A small town\n", "", "no 'about'"),
        ("  population: 900", "  population: many", "mapping.yaml:5 county.population: found 'many'"),
        ("  population: 900", "  population: true", "mapping.yaml:5 county.population: found True"),
        ("derive:", "drivee: 1\nderive:", "mapping.yaml:9 drivee: found 'drivee', needs a word that a mapping knows"),
        ("  name: Title", "  nmae: Title", "mapping.yaml:14 columns.nmae: found field 'nmae'"),
        ("  fund: Fund\n", "", "mapping.yaml:13 columns: found no rule for fund"),
        ("  name: Title", "  name: {clumn: Title}", "a rule is a column name or holds exactly one verb"),
        ("  name: Title", "  name: {column: Title, constant: x}", "exactly one verb"),
        ("  name: Title", "  name: {column: Title, eval: x}", "mapping.yaml:14 columns.name.eval: found 'eval'"),
        (", assumption: none allocated", "", "needs an `assumption`"),
        (", assumption: all other funds are restricted", "", "no 'assumption'"),
        ("unrestricted: [General]", "unrestricted: [General], restricted: [Roads]", "either `restricted`"),
        ("operating, equals: 0", "operating, equals: 0, above: 1", "a condition is a column and one test"),
        ("operating, equals: 0", "operating", "a condition is a column and one test"),
        ("operating, equals: 0", "operating, equals: null", "a condition is a column and one test"),
        ("matches: '\\((\\d)\\)$'", "matches: '((\\d)'", "not a regular expression"),
        (", group: 1", ", group: 2", "the pattern has no group 2"),
        (", group: 1", "", "either `is` (a value) or `group`"),
        ('    - {where: [], is: "no"}', "    - {where: []}", "a case gives either `is` (a value) or `rule`"),
        ("keep_totals:", "other:", "no 'keep_totals'"),
        ("services: [personnel_usd, nonpersonnel_usd]", "services: []", "keep_totals.0.services"),
        ("services: [personnel_usd, nonpersonnel_usd]", "services: [fte]", "keep_totals.0.services.0"),
        ("{quotient: [Pay, 100]", "{quotient: [Pay]", "columns.fte.quotient"),
        (
            "{sum: [Pay, Supplies]}",
            "{apportion: Pay, by: [Supplies], within: [Dept]}",
            "apportion stands under columns only",
        ),
        (
            '- {where: [], is: "no"}',
            "- {where: [], rule: {apportion: Pay, by: [Pay], within: [Dept]}}",
            "apportion cannot stand inside a case",
        ),
        ("derive:", "compare: [{name: x, sum_of: Pay, against: {sheet: y, column: z}}]\nderive:", "looks at sheet 'y'"),
    ],
)
def test_bad_mappings_are_refused_where_they_are_bad(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in words_of(tmp_path, changed(MAPPING, old, new))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MAPPING + "about: again\n", 'mapping.yaml:46: found duplicate key "about"'),
        (MAPPING + "\tx: 1\n", "mapping.yaml:46: found character"),
        ("about: &a x\ncounty: *a\n", "mapping.yaml:1: found an alias or an anchor"),
        ("about: !!python/object:os.system x\n", "a tag (tag:yaml.org,2002:python/object:os.system)"),
        ("[" * 60 + "]" * 60, "more nesting"),
        ("about: x\n---\nabout: y\n", "documents"),
        ("- about\n", "no names at the top"),
        ("", "an empty file"),
        ("extends: onlinepb\n", "Did you mean 'onlinepbb'?"),
    ],
)
def test_bad_yaml_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in words_of(tmp_path, text)


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    words = words_of(tmp_path, changed(changed(MAPPING, "  fund: Fund\n", ""), "  name: Title", "  nmae: Title"))
    assert "'nmae'" in words
    assert "no rule for fund" in words
    assert "no rule for name" in words


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Did you mean 'missoula'"):
        load_mapping(Path("misoula"))


def test_shipped_mappings_are_found_by_name() -> None:
    assert shipped_mappings() == ("missoula", "onlinepbb")
    assert load_mapping(Path("missoula")).mapping.county.name == "Missoula (city)"


def test_a_layout_without_a_county_says_what_is_missing() -> None:
    with pytest.raises(Refused, match="no 'county'"):
        load_mapping(Path("onlinepbb"))


def test_extending_keeps_what_is_not_said_and_adds_values(tmp_path: Path) -> None:
    own = COUNTY + "columns:\n  service_class: {values: {Board: administration}}\n  overhead_usd: OH\n"
    (tmp_path / "mapping.yaml").write_text(own)
    mapping = load_mapping(tmp_path / "mapping.yaml").mapping
    assert mapping.county.name == "Lake"
    assert mapping.about == "A county"
    assert mapping.columns["service_class"].values == {"Board": "administration"}
    assert mapping.columns["service_class"].patterns  # those of the layout
    assert list(mapping.columns["overhead_usd"].columns()) == ["OH"]
    assert list(mapping.columns["fund"].columns()) == ["Fund"]


def test_findings_on_an_extended_mapping_name_the_file_they_are_in(tmp_path: Path) -> None:
    words = words_of(tmp_path, COUNTY.replace("population: 900", "population: few"))
    assert "mapping.yaml:6 county.population" in words


def test_yaml_is_read_as_version_1_2(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(changed(MAPPING, '"No": 0', "No: 0, 010: 3"))
    values = load_mapping(tmp_path / "mapping.yaml").mapping.columns["mandate_level"].values
    assert values == {"Yes": 4, "No": 0, "10": 3}
