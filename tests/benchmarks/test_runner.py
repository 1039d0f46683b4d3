"""A tiny suite from its YAML file to its report; what overruns is ended; what is misspelt is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from benchmarks import specs, tables
from benchmarks.__main__ import main
from benchmarks.machine import facts
from benchmarks.pictures import draw_all
from benchmarks.processes import run_in_child
from benchmarks.solvers.trace import Event, Limit, Status, Trace
from benchmarks.specs import Instance, RunSpec
from benchmarks.summary import contradictions, per_solver, times, with_measures
from optimizer.errors import Refused

SUITE = """\
title: a try
time_limit_s: 10
solvers: [highs, gurobi]
instances:
  - {family: county-20x5x3}
  - {file: "published/*.txt"}
"""
SOLVERS = ("highs", "gurobi")
GAP = "2 3\n4 6 2\n8 3 5\n2 3 1\n2 2 2\n4 5\n"


@pytest.fixture
def suite(tmp_path) -> Path:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "tiny.txt").write_text(GAP)
    path = tmp_path / "suite.yaml"
    path.write_text(SUITE)
    return path


def test_a_suite_from_start_to_report(suite, tmp_path):
    pytest.importorskip("pyarrow")
    pytest.importorskip("matplotlib")
    suite.write_text(SUITE.replace("  - {family: county-20x5x3}\n", ""))
    out = tmp_path / "results" / "x.parquet"
    options = ["--suite", str(suite), "--solvers", "highs", "--warm", "5", "--out", str(out)]
    done = CliRunner().invoke(main, ["run", *options])
    assert done.exit_code == 0, done.output
    found = tables.read(out)
    assert found.runs["instance"].tolist() == ["tiny"]
    assert set(found.runs["status"]) == {"proved"}
    assert found.runs["cost"].tolist() == [9.0]
    assert found.runs["rows"].tolist() == [5]
    assert (found.runs["peak_mb"] > 30).all()
    assert set(found.events["run"]) == {0}
    assert found.events["cost"].dropna().iloc[0] == 9.0  # it began from the optimum
    assert found.machine["highspy"] == facts()["highspy"]

    folder = tmp_path / "report"
    done = CliRunner().invoke(main, ["report", str(out), "--out", str(folder)])
    assert done.exit_code == 0, done.output
    text = (folder / "report.md").read_text()
    assert "| highs | 1 | 1 |" in text
    assert "None: no bound lies above another's cost" in text
    pictures = {file.stem for file in folder.glob("*.png")}
    assert pictures == {"gap_over_time", "primal_integral"}  # one solver, and no size of the main family
    assert all(f"({picture}.png)" in text for picture in pictures)


def test_a_run_that_overruns_is_ended_and_keeps_its_events():
    spec = RunSpec(Instance("long", family="county-700x40x6"), "highs", Limit(time_s=600.0, gap_share=0.0))
    trace = run_in_child(spec, grace=-599.0)
    assert (trace.status, trace.note) == (Status.KILLED, "ended by the clock")
    assert trace.events
    assert (trace.cost, trace.bound) == (trace.events[-1].cost, trace.events[-1].bound)
    assert trace.peak_mb > 30


def test_a_child_that_breaks_down_says_so():
    trace = run_in_child(RunSpec(Instance("absent", file="/no/such/file"), "highs", Limit(time_s=5.0)))
    assert trace.status is Status.FAILED
    assert "No such file" in trace.note


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("time_limit_s: 10|time_limit_s: -1", "time_limit_s: found -1"),
        ("time_limit_s|time_limits", "found 'time_limits', needs a word of a suite"),
        ("highs, gurobi|highs, cplex", "'cplex', needs one of"),
        ("county-20x5x3|country-20x5x3", "Did you mean county-"),
        ("*.txt|*.csv", "needs a file that exists"),
        ("{family: county-20x5x3}|{draws: [1]}", "either a family or a file"),
        ("title: a try|title: [a", "needs valid YAML"),
    ],
)
def test_misspelt_suites_are_refused(suite, change, said):
    old, new = change.split("|")
    suite.write_text(SUITE.replace(old, new))
    done = CliRunner().invoke(main, ["run", "--suite", str(suite)])
    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--time-limit", "0"), "options time_limit_s: found 0.0, needs input should be greater than 0"),
        (("--time-limit", "nan"), "options time_limit_s: found nan"),
        (("--seeds", "0,one"), "options seeds.1: found 'one', needs input should be a valid integer"),
        (("--threads", "0"), "options threads: found 0"),
    ],
)
def test_options_that_cannot_be_are_refused(suite, option, said):
    done = CliRunner().invoke(main, ["run", "--suite", str(suite), *option])
    assert done.exit_code == 2
    assert said in done.output


def test_a_report_of_no_run_is_refused(tmp_path):
    pytest.importorskip("pyarrow")
    absent = Trace(Status.ABSENT, None, None, 0.0, "", {}, (), "not installed")
    tables.write(found_of(("a", absent)), tmp_path / "x.parquet")
    done = CliRunner().invoke(main, ["report", str(tmp_path / "x.parquet"), "--out", str(tmp_path / "report")])
    assert done.exit_code == 2
    assert "found no run of a solver that is installed" in done.output


def test_results_that_are_there_are_kept(suite, tmp_path):
    for taken in (tmp_path / "x.parquet", tmp_path / "x.events.parquet"):
        taken.write_text("hours of work")
        done = CliRunner().invoke(main, ["run", "--suite", str(suite), "--out", str(tmp_path / "x.parquet")])
        assert done.exit_code == 2
        assert f"{taken}: found a place that is taken" in done.output
        assert taken.read_text() == "hours of work"
        taken.unlink()


def test_what_was_interrupted_is_gone_on_with(suite: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    out = tmp_path / "x.parquet"
    runs = specs.runs_of(*specs.load_suite(str(suite)))
    assert [(run.instance.name, run.solver) for run in runs[:2]] == [("county-20x5x3#0", solver) for solver in SOLVERS]
    proved = Trace(Status.PROVED, 7.0, 7.0, 99.0, "of before", {"rows": 3}, (Event(0.5, 7.0, None),))
    absent = Trace(Status.ABSENT, None, None, 0.0, "", {}, (), "not installed")
    tables.write(tables.results_of([(runs[1], absent), (runs[0], proved)], facts()), out)
    done = CliRunner().invoke(main, ["run", "--suite", str(suite), "--out", str(out), "--resume"])
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.output.splitlines()[:-1]] == ["[2/4]", "[3/4]", "[4/4]"]
    found = tables.read(out)
    assert found.runs["instance"].tolist() == [*["county-20x5x3#0"] * 2, "tiny", "tiny"]
    assert found.runs["solver"].tolist() == [*SOLVERS] * 2
    assert found.runs["cost"].tolist()[::2] == [7.0, 9.0]
    assert found.runs["run"].tolist() == [1, 2, 3, 4]
    assert found.runs["rows"].tolist()[0] == 3
    assert found.events["run"].iloc[0] == 1
    assert set(found.events["run"]) == {1, 3}
    again = CliRunner().invoke(
        main, ["run", "--suite", str(suite), "--solvers", "highs", "--out", str(out), "--resume"]
    )
    # a solver that was not there has not run
    assert again.output == f"2 runs in {out} and {tables.events_file(out)}\n"


def test_a_benchmark_is_gone_on_with_only_where_it_began(suite: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    out = tmp_path / "x.parquet"
    ran = [(specs.runs_of(*specs.load_suite(str(suite)))[0], Trace(Status.TIME, 7.0, 1.0, 9.0, "", {}, ()))]
    tables.write(tables.results_of(ran, {**facts(), "date": "long ago", "highspy": "1.0", "cores": "64"}), out)
    kept = out.read_bytes()
    done = CliRunner().invoke(main, ["run", "--suite", str(suite), "--out", str(out), "--resume"])
    assert done.exit_code == 2
    assert f"{out}: found cores 64, needs cores {facts()['cores']}, as here" in done.output
    assert f"{out}: found highspy 1.0, needs highspy {facts()['highspy']}, as here" in done.output
    assert "long ago" not in done.output
    assert out.read_bytes() == kept
    both = CliRunner().invoke(main, ["run", "--suite", str(suite), "--out", str(out), "--resume", "--overwrite"])
    assert both.exit_code == 2
    assert "found --overwrite and --resume, needs one of them at most" in both.output


@pytest.mark.parametrize("name", ["minutes", "full"])
def test_shipped_suites_are_sound(name):
    suite, folder = specs.load_suite(name)
    runs = specs.runs_of(suite, folder)
    assert len(runs) == len(set(runs)) >= 20


def test_a_missing_extra_is_named_before_anything_runs(suite, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = CliRunner().invoke(main, ["run", "--suite", str(suite), "--out", str(tmp_path / "x.parquet")])
    assert done.exit_code == 2
    assert done.output == "The package pyarrow is not installed; the extra [bench] has it.\n"


def test_an_unknown_suite_is_refused():
    with pytest.raises(Refused, match=r"'hours', needs full, minutes, release_assignment, .*, or a YAML file"):
        specs.load_suite("hours")


def test_seeds_and_draws_are_told_apart(suite):
    stated = specs.Suite.model_validate({**specs.load_suite(str(suite))[0].model_dump(), "seeds": (3, 4)})
    runs = specs.runs_of(stated, suite.parent)
    assert [(run.instance.name, run.solver, run.limit.seed) for run in runs[:4]] == [
        ("county-20x5x3#0", "highs", 3),
        ("county-20x5x3#0", "gurobi", 3),
        ("county-20x5x3#0", "highs", 4),
        ("county-20x5x3#0", "gurobi", 4),
    ]


def test_every_picture_is_drawn_where_there_is_enough_to_draw(tmp_path):
    pytest.importorskip("matplotlib")
    runs = [
        (
            RunSpec(Instance(f"county-{services}x10x4#0"), solver, Limit(10.0)),
            Trace(status, 90.0, 90.0, seconds, solver, {"columns": 9}, (Event(0.1, 99.0, 1.0), Event(1.0, 90.0, 90.0))),
        )
        for services, solver, status, seconds in (
            (100, "a", Status.PROVED, 1.0),
            (100, "b", Status.PROVED, 2.0),
            (200, "a", Status.PROVED, 3.0),
            (200, "b", Status.TIME, 10.0),
        )
    ]
    results = tables.results_of(runs, {})
    drawn = draw_all(with_measures(results), results.events, tmp_path)
    assert [file.stem for file in drawn] == ["performance_profile", "gap_over_time", "primal_integral", "scaling"]
    assert all(file.stat().st_size > 5_000 for file in drawn)


def found_of(*traces: tuple[str, Trace], instance: str = "one", columns: int = 100) -> tables.Results:
    runs = [
        (
            RunSpec(Instance(instance), solver, Limit(10.0)),
            Trace(trace.status, trace.cost, trace.bound, trace.elapsed_s, solver, {"columns": columns}, trace.events),
        )
        for solver, trace in traces
    ]
    return tables.results_of(runs, {})


def test_a_bound_above_anothers_cost_is_told():
    good = Trace(Status.PROVED, 100.0, 100.0, 1.0, "", {}, ())
    liar = Trace(Status.PROVED, 120.0, 110.0, 1.0, "", {}, ())
    told = contradictions(with_measures(found_of(("a", good), ("b", liar))))
    assert told == ["one: b says that nothing is below 110.0000, a holds 100.0000"]
    assert contradictions(with_measures(found_of(("a", good), ("b", good)))) == []


def test_a_cost_below_a_published_optimum_is_told():
    low = Trace(Status.PROVED, 12_680.0, 12_680.0, 1.0, "", {}, ())
    told = contradictions(with_measures(found_of(("a", low), instance="e05100", columns=500)))
    assert told == ["e05100: a cost of 12,680.0000 is below the published optimum 12,681"]


def test_solvers_are_summed_up():
    events = (Event(2.0, 200.0, 50.0), Event(6.0, 100.0, 100.0))
    quick = Trace(Status.PROVED, 100.0, 100.0, 7.0, "", {}, events)
    slow = Trace(Status.TIME, 200.0, 50.0, 10.0, "", {}, events[:1])
    table = per_solver(with_measures(found_of(("a", quick), ("b", slow)))).set_index("solver")
    assert table["proved"].tolist() == [1, 0]
    assert table["seconds (geometric mean, shift 1 s)"].tolist() == pytest.approx([7.0, 10.0])
    assert table["mean gap %"].tolist() == pytest.approx([0.0, 75.0])
    assert table["mean above best %"].tolist() == pytest.approx([0.0, 100.0])
    assert table["mean primal integral s"].tolist() == pytest.approx([2 + 4 * 0.5, 2 + 8 * 0.5])


def test_that_no_plan_exists_is_an_answer(tmp_path):
    pytest.importorskip("matplotlib")
    none = Trace(Status.INFEASIBLE, None, None, 2.0, "", {}, ())
    late = Trace(Status.TIME, None, 5.0, 10.0, "", {}, (Event(1.0, None, 5.0),))
    results = found_of(("a", none), ("b", late))
    runs = with_measures(results)
    table = per_solver(runs).set_index("solver")
    assert table["infeasible"].tolist() == [1, 0]
    assert table["no plan"].tolist() == [0, 1]
    assert table["seconds (geometric mean, shift 1 s)"].tolist() == pytest.approx([2.0, 10.0])
    assert table["mean gap %"].isna().tolist() == [True, False]
    assert times(runs).to_numpy().tolist() == [[2.0, float("inf")]]
    assert contradictions(runs) == []
    drawn = [file.stem for file in draw_all(runs, results.events, tmp_path)]
    assert drawn == ["performance_profile", "gap_over_time"]
    alone = found_of(("a", none))
    assert draw_all(with_measures(alone), alone.events, tmp_path) == []


def test_a_plan_where_there_is_said_to_be_none_is_told():
    none = Trace(Status.INFEASIBLE, None, None, 2.0, "", {}, ())
    good = Trace(Status.PROVED, 100.0, 100.0, 1.0, "", {}, ())
    told = contradictions(with_measures(found_of(("a", none), ("b", good))))
    assert told == ["one: a says that there is no plan, b holds 100.0000"]


def test_results_come_back_from_their_files(tmp_path):
    pytest.importorskip("pyarrow")
    events = (Event(0.5, None, 1.0), Event(1.0, 3.0, 1.0))
    results = found_of(
        ("a", Trace(Status.TIME, 3.0, 1.0, 9.0, "a 1", {}, events)),
        ("b", Trace(Status.FAILED, None, None, 0.0, "b", {}, ())),
    )
    tables.write(results, tmp_path / "x.parquet")
    again = tables.read(tmp_path / "x.parquet")
    pd.testing.assert_frame_equal(again.runs, results.runs, check_dtype=False)
    pd.testing.assert_frame_equal(again.events, results.events)
    with pytest.raises(Refused, match="needs a table that"):
        tables.read(tmp_path / "y.parquet")


def test_a_suite_that_is_wrong_is_told_word_by_word(tmp_path: Path) -> None:
    suite = tmp_path / "bad.yaml"
    suite.write_text("time_limit_s: five\ninstances:\n- {famly: gap-d-5x15, draws: [-1]}\n", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        specs.load_suite(str(suite))
    told = {finding.where.removeprefix(str(suite)): (finding.found, finding.fix) for finding in refusal.value.findings}
    assert told[""] == ("no title", "Add it; see benchmarks/suites.")
    assert told[" time_limit_s"][0] == "'five'"
    assert told[" instances.0"] == ("'famly'", "Did you mean 'family'?")
    assert told[" instances.0.draws.0"][0] == "-1"
    assert len(told) == len(refusal.value.findings) == 4
