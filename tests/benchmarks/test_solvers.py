"""Every solver that is here answers alike; what is refused and what is wrong is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.checking import contradiction
from benchmarks.instances import family_program
from benchmarks.processes import run_in_child
from benchmarks.solvers import ADAPTERS, Limit, Status, absent, cpsat, run
from benchmarks.solvers.trace import Recorder
from benchmarks.specs import Instance, RunSpec
from optimizer.errors import Refused
from optimizer.solve import highs

EXACT = Limit(time_s=20.0, gap_share=0.0)
INSTANCE = "county-20x5x3"
OTHERS = [name for name in ADAPTERS if name != "cp-sat"]


@pytest.fixture(scope="module")
def program():
    return family_program(INSTANCE, 0)


@pytest.fixture(scope="module")
def optimum(program):
    return highs.search(program, EXACT.settings()).cost_usd


@pytest.mark.parametrize("name", OTHERS)
def test_solvers_agree(program, optimum, name):
    if absent(name) is not None:
        pytest.skip(str(absent(name)))
    trace = run(name, program, EXACT)
    ended = Status.TOLERANCE if name == "pyomo:glpk" else Status.PROVED  # GLPK leaves a ten-millionth open
    assert (trace.status, trace.note) == (ended, "")
    assert trace.cost == pytest.approx(optimum, abs=1e-3)
    assert optimum - 30.0 <= trace.bound <= trace.cost
    assert contradiction(program, trace.x, trace.bound) is None
    assert trace.events[-1].cost == pytest.approx(trace.cost)
    assert [event.elapsed_s for event in trace.events] == sorted(event.elapsed_s for event in trace.events)


@pytest.mark.parametrize("name", ["highs", "scip", "gurobi", "copt"])
def test_a_start_is_held_from_the_beginning(program, optimum, name):
    if absent(name) is not None:
        pytest.skip(str(absent(name)))
    best = highs.search(program, EXACT.settings()).x
    trace = run(name, program, EXACT, best)
    held = next(event.cost for event in trace.events if event.cost is not None)
    assert held == pytest.approx(optimum, abs=1e-3)


def test_cp_sat_agrees_in_a_process_of_its_own(optimum):
    if _ortools_missing():
        pytest.skip("the package ortools is not installed")
    trace = run_in_child(RunSpec(Instance("tiny", family=INSTANCE), "cp-sat", EXACT))
    assert (trace.status, trace.note) == (Status.PROVED, "")
    assert trace.cost == pytest.approx(optimum, abs=1e-3)


def test_cp_sat_says_why_it_takes_no_pools():
    with pytest.raises(Refused, match=r"column volume\(p1,1,1\): found continuous, needs integer columns only"):
        cpsat._model(None, family_program("county-pools-20x5x3", 0))


def _ortools_missing() -> bool:
    reason = absent("cp-sat")
    return reason is not None and "not installed" in reason


def test_cp_sat_is_kept_from_a_process_that_has_highspy(program):
    if _ortools_missing():
        pytest.skip("the package ortools is not installed")
    trace = run("cp-sat", program, EXACT)
    assert trace.status is Status.ABSENT
    assert "highspy is loaded" in trace.note


@pytest.mark.parametrize(
    ("values", "digits"), [([1, 20], 0), ([0.5, 3], 1), ([188_004_180.69], 2), ([0.1234567], None), ([1 / 3], None)]
)
def test_decimals(values, digits):
    assert cpsat.decimals(np.array(values, dtype=np.float64)) == digits


def test_a_solver_that_takes_no_start_is_refused_with_one(program):
    trace = run("pyomo:highs", program, EXACT, np.zeros(len(program.columns)))
    assert (trace.status, trace.note) == (Status.REFUSED, "takes no start")


def test_an_unknown_solver_is_refused(program):
    with pytest.raises(Refused, match="'cplex', needs one of cp-sat, highs"):
        run("cplex", program, EXACT)


def test_a_point_that_breaks_a_row_is_wrong(program):
    x = highs.search(program, EXACT.settings()).x
    cost = program.cost_usd(x)
    assert contradiction(program, x, cost) is None
    assert "lies above the cost" in contradiction(program, x, cost * 1.001)
    assert contradiction(program, np.zeros(len(x)), None) == "row choice(s01) is broken"
    assert contradiction(program, np.where(np.arange(len(x)) == 0, 0.5, x), None) == "an integer column is fractional"
    assert contradiction(program, np.where(np.arange(len(x)) == 0, -1.0, x), None) == "a column is out of its bounds"


@pytest.mark.parametrize(("over", "wrong"), [(0.001, None), (0.1, "row choice(s01) is broken")])
def test_a_row_that_ends_far_up_may_be_missed_by_a_millionth_of_that(program, over, wrong):
    choice, x = program.families[0], np.zeros(len(program.columns))
    x[0] = 10_000.0 + over  # all coefficients are 1
    far = replace(choice, lower=np.full(len(choice), -np.inf), upper=np.full(len(choice), 10_000.0))
    columns = replace(program.columns, blocks=tuple(_unbounded(block) for block in program.columns.blocks))
    assert contradiction(replace(program, columns=columns, families=(far,)), x, None) == wrong


def _unbounded(block):
    """Of columns of any number."""
    return replace(block, integer=False, upper=np.full(len(block), np.inf))


def test_a_recorder_keeps_only_what_gets_better():
    handed = []
    record = Recorder(handed.append)
    for cost, bound in ((np.inf, -1e20), (9.0, 1.0), (9.0, 1.0), (None, 2.0), (10.0, 1.5), (8.0, None)):
        record(cost, bound)
    assert [(event.cost, event.bound) for event in record.events] == [(9.0, 1.0), (9.0, 2.0), (8.0, 2.0)]
    assert handed == record.events


def test_an_end_outside_the_asked_gap_is_no_proof(program, monkeypatch):
    wide = replace(highs.search(program, EXACT.settings()), bound_usd=0.0)
    monkeypatch.setattr(highs, "search", lambda *_: wide)
    assert run("highs", program, EXACT).status is Status.TOLERANCE
