"""Commands about one county, asked of one county of a region; what they say where none is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import highspy
import pytest
from click.testing import CliRunner, Result

import cli
from optimizer.ask_region import options_in_region
from optimizer.errors import Refused
from tests.region.test_command import PLAIN, asked, run
from tests.region.test_locks import region


def call(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def as_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_options_of_one_countys_service(place: Path) -> None:
    path = asked(place, PLAIN + "  counties.two.offers.a-pool1.quality: 0.5\n  limits.min_quality: 0.9\n")
    told = {
        name: {row["decision"]: row["left_out"] for row in rows}
        for name in ("one", "two")
        for rows in [as_json(call("options", "a", "--scenario", path, "--county", name, "--json"))]
    }
    assert told == {
        "one": {"keep": "", "consolidate": ""},
        "two": {"keep": "", "consolidate": "quality below the floor"},
    }
    assert "Options of a in two" in call("options", "a", "--scenario", path, "--county", "two").output


@pytest.mark.parametrize("words", [["options", "a", "--scenario"], ["baseline"]])
def test_without_a_county_the_commands_that_name_one_are_told(place: Path, words: list[str]) -> None:
    path = asked(place, PLAIN)
    refused = call(*words, path)
    assert refused.exit_code == 2
    told = re.findall("`(.*?)`", refused.stderr)
    assert [command.rpartition(" ")[2] for command in told] == ["one", "two"]
    # they can be typed as they stand
    assert [call(*command.split()).exit_code for command in told] == [0, 0]


def test_only_counties_that_have_the_service_are_told(rivals: Path) -> None:
    path = asked(rivals, PLAIN)
    told = re.findall("--county (\\w+)", call("options", "two-b", "--scenario", path).stderr)
    assert told == ["two"]


def test_an_unknown_county_is_told_the_nearest(place: Path) -> None:
    refused = call("options", "a", "--scenario", asked(place, PLAIN), "--county", "tow")
    assert refused.exit_code == 2
    assert "found 'tow', needs the name of a county of the region. Did you mean two?" in refused.stderr


def test_the_rule_table_of_one_county_alone(place: Path) -> None:
    path = asked(place, PLAIN)
    told = as_json(call("baseline", path, "--county", "two", "--json"))
    assert told["title"] == "The rule table on: Both (two alone)"
    assert told["plan"]["today_usd"] == 150
    assert [row["service_id"] for row in told["plan"]["decisions"]] == ["a"]


def optimum_of(path: Path) -> float:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    solver.run()
    found: float = solver.getInfo().objective_function_value
    return found


def test_the_program_of_a_region_and_of_one_county_alone(place: Path) -> None:
    path = asked(place, PLAIN)
    for words, name, cost_usd in (([], "both.lp", 150), (["--county", "two"], "two.mps", 150), ([], "both.mps", 150)):
        assert call("export", path, place / name, *words).exit_code == 0
        assert optimum_of(place / name) == pytest.approx(cost_usd, abs=0.02)
    assert call("export", path, place / "one.lp", "--county", "one").exit_code == 0
    assert optimum_of(place / "one.lp") == pytest.approx(100, abs=0.02)


def test_the_program_where_nobody_may_be_worse_off_holds_everybody_to_the_plan_alone(place: Path) -> None:
    path = asked(
        place,
        PLAIN + "  region.nobody_worse_off: true\n  counties.one.services.a.personnel_usd: 60\n"
        "  counties.one.pools.pool1.share_rule: equal\n  counties.two.pools.pool1.share_rule: equal\n",
    )
    assert call("export", path, place / "fair.lp").exit_code == 0
    assert optimum_of(place / "fair.lp") == pytest.approx(210, abs=0.02)
    assert call("export", path, place / "free.lp", "--set", "region.nobody_worse_off=false").exit_code == 0
    assert optimum_of(place / "free.lp") == pytest.approx(150, abs=0.02)


def test_what_a_partner_cannot_do_is_left_out() -> None:
    def reason(case: Any, county: str, row_id: str) -> str:
        rows = options_in_region(case, county, "a").set_index("offer_id")
        return str(rows.at[row_id, "left_out"])

    assert (reason(region(), "two", "a-one"), reason(region(), "one", "sale")) == ("", "")
    unsold = region(sold={"marginal_usd_per_year": 91})
    assert reason(unsold, "two", "a-one") == "one cannot sell it (sold below its marginal cost)"
    assert reason(unsold, "one", "sale") == "sold below its marginal cost"
    unbought = region(delegable=False)
    assert reason(unbought, "one", "sale") == "two cannot buy it (not delegable)"
    assert reason(unbought, "two", "a-one") == "not delegable"


def test_a_service_that_the_county_lacks_is_refused() -> None:
    with pytest.raises(Refused, match="the id of a service of this county"):
        options_in_region(region(), "one", "c")


def test_a_refused_lock_points_to_a_command_that_can_be_asked(place: Path) -> None:
    lock = "change:\n  - in: services\n    county: two\n    where: {service_id: a}\n    lock: outsource\n"
    path = asked(place, PLAIN + lock)
    refused = run(place, path)
    assert refused.exit_code == 2
    assert "`options a --county two` tells what there is" in refused.stderr
    assert call("options", "a", "--county", "two", "--scenario", path).exit_code == 0
    (place / "scenarios" / "whatifs" / "both.yaml").write_text(path.read_text().replace("outsource", "exit"))
    told = run(place, path).stderr
    assert re.search(r"allowed_decisions \(scenarios/base\.yaml:\d+\) lacks exit", told)
    assert "add exit to allowed_decisions" in told
