"""The command line: every command on the pocket county, exit codes, formats, refusals."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
from tests.cases import ROOT, sampled

POCKET = ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"
PAPER_USD = 802_787.50
"""The best plan's cost, worked out by hand in data/pocket/README.md."""
INSTALLED = str(Path(sys.executable).parent / "reallocate")
FREE = ROOT / "scenarios" / "whatifs" / "pocket" / "no_transition_limit.yaml"
ANALYSES: list[list[object]] = [
    ["why", "blading", "--scenario", POCKET],
    ["limits", POCKET],
    ["others", POCKET],
    ["simplest", POCKET],
    ["robust", POCKET],
    ["failures", POCKET],
    ["break-even", POCKET, "blading"],
    ["frontier", POCKET, "--against", "moves"],
    ["calibrate", "sweep", POCKET, "--over", "economics.hurdle_share=0:0.3:7"],
]
"""Questions that search again and again."""


def reallocate(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def solve(tmp_path: Path, *words: object) -> Result:
    return reallocate("solve", POCKET, "--runs", tmp_path, *words)


def as_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_solve_tells_the_plan_and_keeps_it(tmp_path: Path) -> None:
    result = solve(tmp_path)
    assert result.exit_code == 0
    assert "Best plan, proved" in result.output
    assert "saves $60k a year" in " ".join(result.output.split())
    (folder,) = tmp_path.iterdir()
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["cost_usd"] == PAPER_USD


def test_json_and_csv_hold_the_same_plan(tmp_path: Path) -> None:
    data = as_json(solve(tmp_path, "--json"))
    rows = list(csv.DictReader(io.StringIO(solve(tmp_path, "--csv").stdout)))
    assert [row["decision"] for row in rows] == [row["decision"] for row in data["plan"]["decisions"]]
    assert sum(part["present_usd"] for part in data["plan"]["costs"]) == pytest.approx(
        data["plan"]["cost_usd"], abs=0.005
    )


def test_a_run_is_made_once_and_shown_again(tmp_path: Path) -> None:
    first = as_json(solve(tmp_path, "--json"))
    before = (Path(first["run"]) / "manifest.json").read_bytes()
    assert as_json(solve(tmp_path, "--json")) == first
    assert (Path(first["run"]) / "manifest.json").read_bytes() == before
    shown = reallocate("show", first["run"], "--by", "department", "--by", "fund")
    assert shown.exit_code == 0
    assert "By department" in shown.output
    assert as_json(reallocate("show", first["run"], "--json")) == first


def test_an_earlier_run_is_a_start(tmp_path: Path) -> None:
    first = as_json(solve(tmp_path, "--json"))
    again = as_json(solve(tmp_path, "--json", "--start", first["run"]))
    assert again["plan"]["cost_usd"] == first["plan"]["cost_usd"]


def test_compare_shows_what_flips_and_what_is_proved(tmp_path: Path) -> None:
    words = ["--rule-table", "--processes", 2, "--runs", tmp_path, "--json"]
    data = as_json(reallocate("compare", POCKET, FREE, *words))
    assert [found["name"] for found in data["scenarios"]] == ["on_paper", "rule_table", "no_transition_limit"]
    assert {row["input"] for row in data["inputs"]} == {"limits.transition_usd"}
    difference = next(row for row in data["differences"] if row["to"] == "no_transition_limit")
    assert difference["proved"]
    assert difference["change_usd_per_year"] < 0
    assert data["flips"]
    text = reallocate("compare", POCKET, FREE, "--runs", tmp_path)
    assert text.exit_code == 0
    assert "Services decided otherwise" in text.output


@pytest.mark.slow
def test_scenarios_searched_side_by_side_are_told_as_in_turn(tmp_path: Path) -> None:
    run = as_json(reallocate("solve", FREE, "--runs", tmp_path / "made", "--json"))["run"]
    words = ["compare", POCKET, run, FREE, "--json"]
    in_turn = as_json(reallocate(*words, "--runs", tmp_path / "in_turn"))
    beside = as_json(reallocate(*words, "--runs", tmp_path / "beside", "--processes", 3))
    assert beside == in_turn
    made = [sorted(path.name for path in (tmp_path / runs).iterdir()) for runs in ("in_turn", "beside")]
    assert made[0] == made[1]
    assert len(made[0]) == 2


@pytest.mark.parametrize("processes", sampled([1, 2], 1))
def test_a_scenario_that_does_not_fit_its_county_is_told_with_where_others_are(processes: int, tmp_path: Path) -> None:
    own, runs = own_question(tmp_path), tmp_path / "runs"
    wrong = own.with_name("wrong.yaml")
    change = "change:\n  - in: offers\n    where: {offer_id: none}\n    scale: {price_usd_per_year: 2}\n"
    wrong.write_text(f"{own.read_text(encoding='utf-8')}\n{change}", encoding="utf-8")
    result = reallocate("compare", own, wrong, "--runs", runs, "--processes", processes)
    assert result.exit_code == 2
    assert "scenarios/wrong.yaml:" in result.stderr
    assert f"Refused: 1 finding. What was searched before is kept in {runs}.\n" in result.stderr
    assert [path.name.rpartition("-")[0] for path in runs.iterdir()] == [own.stem]
    again = reallocate("compare", own, wrong, "--runs", runs, "--fresh")
    assert f"What was searched before is kept in {runs}.\n" in again.stderr
    for first in (wrong, own):  # a run that was made before is not written again
        alone = reallocate("compare", first, wrong, "--runs", runs)
        assert "Refused: 1 finding. Nothing was written.\n" in alone.stderr


def test_one_file_under_two_names_is_one_scenario(tmp_path: Path) -> None:
    own = own_question(tmp_path)
    other = own.parent / ".." / "scenarios" / own.name
    data = as_json(reallocate("compare", own, other, "--runs", tmp_path / "runs", "--processes", 2, "--json"))
    assert len(data["scenarios"]) == 2
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_a_scenario_may_have_any_name(tmp_path: Path) -> None:
    own = own_question(tmp_path)
    odd = [Path(shutil.copy(own, own.with_name(f"{name}.yaml"))) for name in ("self", "usd")]
    result = reallocate("compare", *odd, "--runs", tmp_path / "runs", "--csv")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "measure,unit,self,usd"


def test_everything_that_is_wrong_with_any_file_is_told_before_any_search(tmp_path: Path) -> None:
    own = own_question(tmp_path)
    files = [own.with_name(f"{name}.yaml") for name in ("one", "two")]
    for path in files:
        path.write_text(own.read_text(encoding="utf-8") + "\n  limits.agreement: 2\n", encoding="utf-8")
    result = reallocate("compare", own, *files, own, "--runs", tmp_path / "runs")
    assert result.exit_code == 2
    assert [f"scenarios/{path.name}:" in result.stderr for path in files] == [True, True]
    assert "Refused: 2 findings. Nothing was written." in result.stderr
    assert not (tmp_path / "runs").exists()


def test_two_run_folders_are_compared_where_no_solver_is_installed(tmp_path: Path) -> None:
    runs = [as_json(reallocate("solve", path, "--runs", tmp_path, "--json"))["run"] for path in (POCKET, FREE)]
    program = (
        "import sys; sys.modules['highspy'] = sys.modules['pyomo'] = None; import cli; "
        f"cli.main(['compare', {runs[0]!r}, {runs[1]!r}, '--csv'])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("measure,unit,on_paper,no_transition_limit\n")


def test_exit_codes_say_what_kind_of_answer_it_is(tmp_path: Path) -> None:
    own = own_question(tmp_path)
    impossible = reallocate("solve", own, "--runs", tmp_path, "--set", "limits.revenue_floor_usd_per_year=1000000")
    assert impossible.exit_code == 3
    assert "No plan exists" in impossible.output
    (way, *_) = sorted((own.parent / "ways_out").iterdir())
    assert reallocate("solve", way, "--runs", tmp_path).exit_code == 0
    refused = solve(tmp_path, "--set", "limits.transition_usd=-5", "--set", "limits.displaced_ftes=1")
    assert refused.exit_code == 2
    assert "displaced_fte" in refused.stderr
    assert "transition_usd" in refused.stderr


@pytest.mark.parametrize("place", ["ways_out", "scenarios/counties", "scenarios/base.yaml"])
def test_a_folder_where_no_way_out_can_lie_is_refused_before_the_search(tmp_path: Path, place: str) -> None:
    own = own_question(tmp_path)
    never = ("--set", "limits.revenue_floor_usd_per_year=1000000", "--ways-out", tmp_path / place)
    refused = reallocate("solve", own, "--runs", tmp_path / "runs", *never)
    assert refused.exit_code == 2
    assert place in refused.stderr
    assert f"needs a folder in {tmp_path.resolve() / 'scenarios'}" in refused.stderr
    assert not (tmp_path / "runs").exists()


def test_ways_out_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    own, folder = own_question(tmp_path), tmp_path / "scenarios" / "for_the_board"
    never = ("--set", "limits.revenue_floor_usd_per_year=1000000", "--ways-out", folder)
    assert reallocate("solve", own, "--runs", tmp_path / "runs", *never).exit_code == 3
    assert [path.suffix for path in folder.iterdir()][:1] == [".yaml"]


def own_question(tmp_path: Path) -> Path:
    """A question of the pocket county in folders of one's own."""
    (tmp_path / "scenarios").mkdir()
    shutil.copy(ROOT / "scenarios" / "base.yaml", tmp_path / "scenarios")
    shutil.copytree(ROOT / "data" / "pocket", tmp_path / "data" / "pocket")
    return Path(shutil.copy(POCKET, tmp_path / "scenarios"))


def test_a_plan_that_fails_its_verification_is_withheld(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from optimizer.plan import plan as module
    from optimizer.plan.verify import Violation

    wrong = Violation("capacity", "bell", 3.0, 2.5, "FTE", "Bell takes on 3 of 2.5 FTE")
    monkeypatch.setattr(module, "broken", lambda _: (wrong,))
    result = solve(tmp_path)
    assert result.exit_code == 6
    assert "Bell takes on 3 of 2.5 FTE" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("stopped", "held", "code"),
    [("PROVED", True, 0), ("TIME", True, 4), ("TIME", False, 5), ("TOLERANCE", True, 4), ("INTERRUPTED", True, 130)],
)
def test_every_way_to_stop_has_its_exit_code(
    stopped: str, held: bool, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimizer.solve import engines
    from optimizer.solve.outcome import Outcome, Stopped

    run = engines.run_engine

    def stopping(*args: Any) -> Outcome:
        found = run(*args)
        x = found.x if held else None
        return Outcome(Stopped[stopped], x, found.cost_usd if held else None, 1.0, "HiGHS", 0.1)

    monkeypatch.setattr(engines, "run_engine", stopping)
    assert solve(tmp_path).exit_code == code


def test_options_tells_what_was_left_out_and_why() -> None:
    rows = as_json(reallocate("options", "code", "--scenario", POCKET, "--json"))
    reasons = {row["offer_id"]: row["left_out"] for row in rows}
    assert reasons[""] == ""
    assert reasons["code-office"] == "does not beat keeping by the hurdle"
    unknown = reallocate("options", "coda", "--scenario", POCKET)
    assert unknown.exit_code == 2
    assert "Did you mean code?" in unknown.stderr


def test_map_check_and_convert(tmp_path: Path) -> None:
    data = as_json(reallocate("map", ROOT / "data" / "pocket", "--json"))
    assert 0 < data["also_delivered_share"] <= data["leverageable_share"] <= 1
    assert reallocate("check", ROOT / "data" / "pocket").exit_code == 0
    book = tmp_path / "pocket.xlsx"
    assert reallocate("convert", ROOT / "data" / "pocket", book).exit_code == 0
    assert reallocate("check", book).exit_code == 0
    same = as_json(reallocate("solve", POCKET, "--county", book, "--runs", tmp_path / "runs", "--json"))
    assert same["plan"]["cost_usd"] == PAPER_USD


def test_baseline_tells_categories_and_broken_rules() -> None:
    data = as_json(reallocate("baseline", POCKET, "--json"))
    assert {row["category"] for row in data["categories"]} <= set(range(1, 17))
    assert data["stopped"] is None
    assert reallocate("baseline", POCKET).exit_code == 0


def test_generate_makes_a_county_that_can_be_read(tmp_path: Path) -> None:
    made = reallocate("generate", "--services", 40, "--organizations", 9, "--seed", 3, "--out", tmp_path / "made")
    assert made.exit_code == 0, made.output
    assert "services 40, organizations 9" in reallocate("check", tmp_path / "made").output


def test_export_writes_a_model_that_a_solver_reads(tmp_path: Path) -> None:
    import highspy

    for name in ("pocket.lp", "pocket.mps"):
        assert reallocate("export", POCKET, tmp_path / name).exit_code == 0
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.readModel(str(tmp_path / name))
        solver.run()
        assert solver.getInfo().objective_function_value == pytest.approx(PAPER_USD, abs=0.02)


def test_export_tells_every_file_that_it_wrote(tmp_path: Path) -> None:
    told = reallocate("export", POCKET, tmp_path / "pocket.nl").output
    written = sorted(tmp_path.iterdir())
    assert [file.suffix for file in written] == [".col", ".nl", ".row"]
    assert sorted(told.split("\n")[:-1]) == [f"Written: {file}" for file in written]


def test_a_consultants_own_rule_is_obeyed(tmp_path: Path) -> None:
    rules = tmp_path / "my_rules.py"
    rules.write_text(
        "import pyomo.environ as pyo\n"
        "def add_rules(model, case):\n"
        "    model.library_stays = pyo.Constraint(expr=model.choose['library', 'keep', 1] == 1)\n",
        encoding="utf-8",
    )
    data = as_json(solve(tmp_path / "runs", "--constraints", rules, "--json"))
    decided = {row["service_id"]: row["decision"] for row in data["plan"]["decisions"]}
    assert decided["library"] == "keep"
    # by hand: the library's gain of 6,912.50 less its agreement of 1,500 is lost
    assert data["plan"]["cost_usd"] == pytest.approx(PAPER_USD + 6_912.50 - 1_500)


def test_help_does_not_load_heavy_libraries() -> None:
    program = (
        "import sys, cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('pandas', 'numpy', 'highspy', 'pyomo', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize("start", sampled([[INSTALLED], [sys.executable, "cli.py"]], 1))
def test_python_cli_and_the_installed_command_do_the_same(start: list[str]) -> None:
    words = ["options", "code", "--scenario", str(POCKET), "--csv"]
    done = subprocess.run([*start, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == reallocate(*words).stdout


def test_a_runs_folder_that_cannot_be_written_is_refused_before_the_search(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    result = solve(tmp_path / "runs")
    assert result.exit_code == 2
    assert "needs a folder that can be written to" in result.stderr


def test_one_scenario_twice_is_told_apart(tmp_path: Path) -> None:
    data = as_json(reallocate("compare", POCKET, POCKET, "--runs", tmp_path, "--json"))
    assert len({found["name"] for found in data["scenarios"]}) == 2
    assert data["flips"] == []


def test_what_stands_there_is_not_written_over(tmp_path: Path) -> None:
    place = tmp_path / "made"
    words = ["generate", "--services", 30, "--organizations", 8, "--out"]
    assert reallocate(*words, place).exit_code == 0
    (place / "README.md").write_text("by hand", encoding="utf-8")
    before = (place / "services.csv").read_bytes()
    again = reallocate(*words, place, "--seed", 5)
    assert again.exit_code == 2
    assert "found a place that is taken" in again.stderr
    assert (place / "services.csv").read_bytes() == before
    assert reallocate(*words, place, "--seed", 5, "--overwrite").exit_code == 0
    assert (place / "services.csv").read_bytes() != before
    # notes beside the tables are nobody's but the owner's
    assert (place / "README.md").read_text(encoding="utf-8") == "by hand"

    book = tmp_path / "pocket.xlsx"
    assert reallocate("convert", ROOT / "data" / "pocket", book).exit_code == 0
    refused = reallocate("convert", place, book)
    assert (refused.exit_code, "taken" in refused.stderr) == (2, True)
    assert "Pocket" in reallocate("check", book).output
    assert reallocate("convert", place, book, "--overwrite").exit_code == 0
    assert "services 30" in reallocate("check", book).output
    # notes are not copied, and that is said
    copied = reallocate("convert", place, tmp_path / "copy")
    assert "notes, such as a README, are not copied" in copied.output
    assert not (tmp_path / "copy" / "README.md").exists()


def test_findings_are_data_too(tmp_path: Path) -> None:
    county = tmp_path / "county"
    assert reallocate("convert", ROOT / "data" / "pocket", county).exit_code == 0
    services = county / "services.csv"
    services.write_text(services.read_text(encoding="utf-8").replace("yes", "perhaps", 1), encoding="utf-8")
    told = reallocate("check", county, "--json")
    assert told.exit_code == 2
    (finding,) = json.loads(told.stdout)["findings"]
    assert finding["found"] == "'perhaps'"
    assert str(services) in finding["where"]
    (row,) = csv.DictReader(io.StringIO(reallocate("check", county, "--csv").stdout))
    # a text that a spreadsheet would not take as it is has an apostrophe before it
    assert row == finding | {"found": "''perhaps'"}
    assert "'perhaps'" in told.stderr
    assert reallocate("check", county).stdout == ""
    assert as_json(reallocate("check", ROOT / "data" / "pocket", "--json"))["findings"] == []


def test_a_misspelt_path_is_told_the_nearest_one(tmp_path: Path) -> None:
    misspelt = ROOT / "scenarios" / "whatif" / "pocket" / "on_papers.yaml"
    result = reallocate("solve", misspelt, "--runs", tmp_path)
    assert result.exit_code == 2
    assert f"Did you mean '{POCKET}'?" in " ".join(result.stderr.split())
    run = Path(as_json(solve(tmp_path, "--json"))["run"])
    assert f"Did you mean '{run}'?" in " ".join(reallocate("show", str(run)[:-1]).stderr.split())
    nothing = reallocate("show", tmp_path / "x" / "y")
    assert nothing.exit_code == 2
    assert "does not exist." in nothing.stderr
    assert "Did you mean" not in nothing.stderr


def test_settings_of_a_finished_run_cannot_be_changed(tmp_path: Path) -> None:
    run = as_json(solve(tmp_path, "--json"))["run"]
    result = reallocate("compare", run, POCKET, "--set", "limits.agreements=0", "--runs", tmp_path)
    assert result.exit_code == 2
    assert "found --set limits.agreements=0, needs no changes to a finished run" in result.stderr


def test_rules_of_ones_own_are_told_and_compared(tmp_path: Path) -> None:
    rules = tmp_path / "my_rules.py"
    rules.write_text("def add_rules(model, case):\n    model.choose['library', 'keep', 1].fix(1)\n", encoding="utf-8")
    free = as_json(solve(tmp_path / "runs", "--json"))["run"]
    ruled = as_json(solve(tmp_path / "runs", "--constraints", rules, "--json"))["run"]
    words = "Under the rules of my_rules.py, which the verification from the tables does not test."
    assert words in reallocate("show", ruled).output
    assert words not in reallocate("show", free).output
    data = as_json(reallocate("compare", free, ruled, "--json"))
    (row,) = data["inputs"]
    assert row["input"] == "rules"
    rules.write_text("import sys\n\ndef add_rules(model, case):\n    sys.exit(0)\n", encoding="utf-8")
    left = solve(tmp_path / "runs", "--constraints", rules)
    assert left.exit_code == 2
    assert "my_rules.py line 4: found SystemExit: 0" in left.stderr


def test_a_start_from_another_county_is_refused(tmp_path: Path) -> None:
    run = as_json(solve(tmp_path, "--json"))["run"]
    county = tmp_path / "county"
    assert reallocate("convert", ROOT / "data" / "pocket", county).exit_code == 0
    facts = county / "county.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("name: Pocket", "name: Other", 1), encoding="utf-8")
    result = solve(tmp_path, "--county", county, "--start", run)
    assert result.exit_code == 2
    assert "needs a run of Other" in result.stderr


def test_a_lock_that_nothing_can_keep_is_told_with_its_line(tmp_path: Path) -> None:
    for name in ("scenarios/base.yaml", "scenarios/whatifs/pocket/on_paper.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    scenario = tmp_path / "scenarios" / "locked.yaml"
    scenario.write_text(
        "title: Locked\nchange:\n  - in: services\n    where: {service_id: library}\n    lock: outsource\n",
        encoding="utf-8",
    )
    words = ["solve", scenario, "--county", ROOT / "data" / "pocket", "--runs", tmp_path / "runs"]
    result = reallocate(*words)
    assert result.exit_code == 2, result.output
    assert "scenarios/locked.yaml:3" in result.stderr
    assert "a lock of library to outsource, which nothing could keep: there is no such offer" in result.stderr


@pytest.mark.parametrize("words", sampled([["--csv"], ["--json"], []], 1))
def test_a_pipe_that_nobody_reads_ends_quietly(words: list[str]) -> None:
    command = [sys.executable, "cli.py", "options", "code", "--scenario", str(POCKET), *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 141


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("Error calling function: KeyboardInterrupt: ")])
def test_an_interrupt_in_whatever_form_ends_with_130(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimizer.runs import folder

    def interrupted(*_: object) -> None:
        raise error

    monkeypatch.setattr(folder, "input_hashes", interrupted)
    result = solve(tmp_path)
    assert (result.exit_code, result.stderr.startswith("Interrupted")) == (130, True)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("words", sampled([["options", "snow", "--scenario"], ["solve"], ["compare"]], 1))
def test_settings_that_another_folders_name_keeps_out_of_force_are_told(tmp_path: Path, words: list[str]) -> None:
    scenarios = tmp_path / "scenarios"
    (scenarios / "counties").mkdir(parents=True)
    for file in ("base.yaml", "whatifs/pocket/on_paper.yaml"):
        (scenarios / Path(file).name).write_bytes((ROOT / "scenarios" / file).read_bytes())
    (scenarios / "counties" / "pocket.yaml").write_text("set:\n  limits.agreements: 3\n", encoding="utf-8")
    for name in ("pocket", "lake"):
        shutil.copytree(ROOT / "data" / "pocket", tmp_path / "data" / name)
    asked = [*words, scenarios / "on_paper.yaml", *([] if words[0] == "options" else ["--runs", tmp_path / "runs"])]
    told = reallocate(*asked, "--county", tmp_path / "data" / "lake").stderr
    assert "To know: The county's own settings, scenarios/counties/pocket.yaml, are not in force" in told
    assert "To know" not in reallocate(*asked, "--county", tmp_path / "data" / "pocket").stderr
