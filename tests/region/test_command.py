"""`solve` on a file that names several counties: the whole way from files to the run folder and back."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from optimizer.ask_region import find_region_plan, load_region_case
from optimizer.errors import Refused
from optimizer.runs import folder
from optimizer.runs.region_folder import read_region_run

PLAIN = """
set:
  horizon: {years: 1, discount_rate: 0.0, start_years: 1}
  economics.realization_share: 1.0
  economics.ramp_share: [1.0]
  economics.hurdle_share: 0.0
  economics.avoidable_share.personnel: 1.0
  kinds.municipality.administration_share: 0.0
"""


def asked(place: Path, text: str) -> Path:
    """A scenario file about both counties."""
    path = place / "scenarios" / "whatifs" / "both.yaml"
    path.write_text("title: Both\nquestion: What if?\ncounties: [one, two]\n" + text, encoding="utf-8")
    return path


def run(place: Path, path: Path, *options: str) -> Result:
    return CliRunner().invoke(cli.main, ["solve", str(path), "--runs", str(place / "runs"), *options])


def test_a_region_is_solved_kept_and_shown_again(place: Path) -> None:
    path = asked(place, PLAIN)
    result = run(place, path, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    by_county = {row["county"]: row for row in told["plan"]["by_county"]}
    # alone: 100 and 150; together 150, a quarter and three quarters of it
    assert by_county["one"]["together_usd_per_year"] == 37.5
    assert by_county["two"]["together_usd_per_year"] == 112.5
    assert by_county["all"]["gain_usd_per_year"] == 100
    again = CliRunner().invoke(cli.main, ["show", told["run"], "--json"])
    assert json.loads(again.output) == told
    folder = Path(told["run"])
    assert read_region_run(folder).answer.plan is not None
    # every county's own run can be shown and compared
    own = sorted((folder / "counties").iterdir())
    shown = CliRunner().invoke(cli.main, ["show", str(own[0])])
    assert shown.exit_code == 0
    assert "One county's part of the plan of a region" in shown.output


def test_what_planning_together_is_worth_is_said(place: Path) -> None:
    result = run(place, asked(place, PLAIN))
    assert "Planning together is worth $100 a year more" in result.output
    assert "No county pays more than alone." in result.output
    assert "Best plan, proved" in result.output


def test_nobody_is_worse_off_where_that_is_asked(place: Path) -> None:
    # shared equally the first county would bear 75 of its 100, which is fine; of 60 it is not
    path = asked(
        place,
        PLAIN + "  counties.one.services.a.personnel_usd: 60\n  counties.one.pools.pool1.share_rule: equal\n"
        "  counties.two.pools.pool1.share_rule: equal\n",
    )
    worse = json.loads(run(place, path, "--json").output)["plan"]["by_county"]
    assert [row["gain_usd_per_year"] for row in worse] == [-15, 75, 60]
    fair = run(place, path, "--json", "--set", "region.nobody_worse_off=true")
    assert [row["gain_usd_per_year"] for row in json.loads(fair.output)["plan"]["by_county"]] == [0, 0, 0]


def test_counties_that_contradict_each_other_are_refused(place: Path) -> None:
    path = asked(place, PLAIN + "  counties.one.pools.pool1.fixed_usd_per_year: 140\n")
    result = run(place, path)
    assert result.exit_code == 2
    assert "one and two, pools pool1" in result.output
    with pytest.raises(Refused):
        load_region_case(path)


def test_a_run_is_written_whole_before_an_interrupt_counts(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = folder.write_table

    def interrupting(*args: object) -> None:
        signal.raise_signal(signal.SIGINT)
        write(*args)

    monkeypatch.setattr(folder, "write_table", interrupting)
    result = run(place, asked(place, PLAIN))
    assert result.exit_code == 130
    (kept,) = (place / "runs").iterdir()
    assert "Best plan, proved" in result.stdout
    assert str(kept) in "".join(result.stdout.split())
    assert read_region_run(kept).answer.plan is not None


def test_a_changed_run_is_refused(place: Path) -> None:
    folder = Path(json.loads(run(place, asked(place, PLAIN), "--json").output)["run"])
    (folder / "trades.csv").write_text("seller\n", encoding="utf-8")
    with pytest.raises(Refused, match="changed or missing"):
        read_region_run(folder)


def test_a_region_without_a_plan_says_so(place: Path) -> None:
    path = asked(place, PLAIN + "  counties.one.limits.revenue_floor_usd_per_year: 5\n")
    result = run(place, path)
    assert result.exit_code == 3
    assert "No plan exists" in result.output


def test_a_county_without_a_plan_alone_is_told_everywhere(place: Path) -> None:
    # alone the first county's fund would pay 100, together 37.50
    path = asked(place, PLAIN + "  counties.one.limits.net_cost_by_fund_usd_per_year: {General: 50}\n")
    told = json.loads(run(place, path, "--json").output)
    by_county = {row["county"]: row for row in told["plan"]["by_county"]}
    assert {name: row["alone_usd_per_year"] for name, row in by_county.items()} == {
        "one": None,
        "two": 150,
        "all": None,
    }
    assert {name: row["gain_usd_per_year"] for name, row in by_county.items()} == {
        "one": None,
        "two": 37.5,
        "all": None,
    }
    assert by_county["all"]["together_usd_per_year"] == 150
    assert told["plan"]["alone_usd"] == {"two": 150}
    folder = told["run"]
    shown = [CliRunner().invoke(cli.main, ["show", folder, *words]).output for words in ([], ["--json"], ["--csv"])]
    assert json.loads(shown[1]) == told
    assert "no plan alone" in shown[0]
    assert "Alone, no plan was found for one; what planning together is worth cannot be told." in shown[0]
    assert (Path(folder) / "by_county.csv").read_text(encoding="utf-8") == shown[2]
    assert "one,100.0,,37.5,,62.5,\n" in shown[2]


def test_the_python_door(place: Path) -> None:
    outcome, plan = find_region_plan(load_region_case(asked(place, PLAIN)))
    assert plan is not None
    assert outcome.cost_usd == plan.cost_usd == 150
    assert plan.value_usd_per_year == 100


def test_another_solver_behind_pyomo_finds_the_same(place: Path) -> None:
    path = asked(place, PLAIN)
    result = run(place, path, "--json", "--engine", "pyomo:highs")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["plan"]["cost_usd"] == 150


def test_options_that_speak_of_one_county_are_refused(place: Path) -> None:
    result = run(place, asked(place, PLAIN), "--county", str(place / "data" / "one"))
    assert result.exit_code == 2
    assert "--county" in result.output
