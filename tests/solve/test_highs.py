"""The search: what it promises, what it refuses, what it says when it stops early."""

from __future__ import annotations

import signal
from typing import Any

import highspy
import numpy as np
import pytest

from optimizer.errors import SolverFailed
from optimizer.plan.choices import Choices
from optimizer.plan.selection import choices_of, point_of
from optimizer.program.program import Program
from optimizer.solve import highs
from optimizer.solve.gate import refuse_unsafe
from optimizer.solve.highs import search
from optimizer.solve.outcome import Outcome, Progress, Stopped
from tests.cases import assignment, case_of, offer, organization, plain_money, program_of, sampled, service


def stopped_after(seconds: float, **changes: object) -> Outcome:
    case = assignment(120, 12, 1)
    solver = case.settings.solver.model_copy(update={"time_limit_s": seconds, **changes})
    return search(program_of(case), solver)


@pytest.mark.parametrize(
    ("costs", "rows", "whole", "bounds", "optimum"),
    [
        # HiGHS #2957: x whole in 0..20, y in 8..20, x + y >= 20.1; by hand x = 12, y = 8.1; release 1.14.0 says 29
        ([1, 2], [([1, 1], 20.1, np.inf)], [0], [(0, 20), (8, 20)], 28.2),
        # HiGHS #3043: x + z >= 4.5, z whole; by hand x = 4.5, z = 0; release 1.14.0 says 15
        ([2, 3], [([1, 1], 4.5, np.inf)], [1], [(0, 10), (0, 10)], 9.0),
        # HiGHS #3094: serve the dearer of two demands; by hand the other one is lost; release 1.14.0 says 10,000
        (
            [0, 0, 0, 0, 10, 8],
            [
                ([-1000, 0, 1, 0, 0, 0], -np.inf, 0),
                ([0, -1000, 0, 1, 0, 0], -np.inf, 0),
                ([0, 0, 1, 0, 1, 0], 1000, 1000),
                ([0, 0, 0, 1, 0, 1], 1000, 1000),
                ([1, 1, 0, 0, 0, 0], -np.inf, 1),
            ],
            [0, 1],
            [(0, 1), (0, 1), (0, 1000), (0, 1000), (0, 1000), (0, 1000)],
            8000.0,
        ),
    ],
)
def test_highs_is_not_a_release_that_answers_wrongly(
    costs: list[float],
    rows: list[tuple[list[float], float, float]],
    whole: list[int],
    bounds: list[tuple[float, float]],
    optimum: float,
) -> None:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for index, ((low, high), cost) in enumerate(zip(bounds, costs, strict=True)):
        solver.addVar(low, high)
        solver.changeColCost(index, cost)
        if index in whole:
            solver.changeColIntegrality(index, highspy.HighsVarType.kInteger)
    for weights, low, high in rows:
        solver.addRow(low, high, len(weights), np.arange(len(weights)), np.array(weights, dtype=float))
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(optimum)


def test_a_time_limit_is_an_early_stop_with_a_gap_not_a_proof() -> None:
    outcome = stopped_after(0.4)
    assert outcome.stopped is Stopped.TIME
    assert outcome.holds_plan
    assert outcome.bound_usd is not None
    assert outcome.gap_usd is not None
    assert outcome.gap_usd > 0


@pytest.mark.parametrize("changes", sampled([{"gap_usd": None, "gap_share": 0.2}, {"gap_usd": 400.0}], 1))
def test_a_gap_in_dollars_or_as_a_share_stops_the_search_within_it(changes: dict[str, Any]) -> None:
    outcome = stopped_after(60, **changes)
    assert outcome.stopped is Stopped.PROVED
    assert outcome.gap_usd is not None
    assert outcome.gap_usd <= 400


def test_the_same_seed_finds_the_same_plan() -> None:
    case = assignment(25, 5, 3)
    first, second = (search(program_of(case), case.settings.solver) for _ in range(2))
    assert first.x is not None
    assert second.x is not None
    assert (first.x == second.x).all()


def test_progress_is_told_and_never_claims_more_than_the_end() -> None:
    told: list[Progress] = []
    case = assignment(40, 6, 2)
    outcome = search(program_of(case), case.settings.solver, on_progress=told.append)
    assert told
    assert outcome.cost_usd is not None
    assert all(step.bound_usd is None or step.bound_usd <= outcome.cost_usd + 1e-6 for step in told)
    assert all(step.cost_usd is None or step.cost_usd >= outcome.cost_usd - 1e-6 for step in told)


def test_a_start_is_never_made_worse() -> None:
    case = assignment(120, 12, 1)
    program = program_of(case)
    good = search(program, case.settings.solver.model_copy(update={"time_limit_s": 1.0}))
    assert good.x is not None
    start = point_of(program, choices_of(program, good.x))
    assert start is not None
    np.testing.assert_allclose(start, good.x)
    again = search(program, case.settings.solver.model_copy(update={"time_limit_s": 0.05}), start)
    assert again.cost_usd is not None
    assert good.cost_usd is not None
    assert again.cost_usd <= good.cost_usd


def test_decisions_that_the_program_does_not_have_are_no_start() -> None:
    program = program_of(case_of([service("a")], [organization("t")], [offer("a", "t", 60)]))
    assert point_of(program, Choices(offers={"a": None})) is not None
    assert point_of(program, Choices(offers={"a": "a-t"}, starts={"a": 1})) is not None
    for offers, starts in (({"a": "unknown"}, {"a": 1}), ({"a": "a-t"}, {"a": 2}), ({"b": None}, {})):
        assert point_of(program, Choices(offers=offers, starts=starts)) is None


def test_infeasible_is_said_only_after_a_second_search(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_of([service("a")], settings=plain_money(revenue_floor_usd_per_year=1.0))
    further: list[object] = []
    run = highs._run

    def recorded(*args: object) -> Outcome:
        further.append(args[-1])
        return run(*args)

    monkeypatch.setattr(highs, "_run", recorded)
    outcome = search(program_of(case), case.settings.solver)
    assert outcome.stopped is Stopped.INFEASIBLE
    assert further == [{}, {"presolve": "off"}]
    assert (outcome.cost_usd, outcome.bound_usd) == (None, None)


def test_no_option_left_means_that_no_plan_exists() -> None:
    case = case_of([service("a")], settings=plain_money() | {"allowed_decisions": ["outsource"]})
    assert search(program_of(case), case.settings.solver).stopped is Stopped.INFEASIBLE


def test_ctrl_c_keeps_the_best_plan_found() -> None:
    case = assignment(120, 12, 1)

    def stop_at_a_plan(now: Progress) -> None:
        if now.cost_usd is not None:
            signal.raise_signal(signal.SIGINT)

    outcome = search(program_of(case), case.settings.solver, None, stop_at_a_plan)
    assert outcome.stopped is Stopped.INTERRUPTED
    assert outcome.holds_plan
    assert outcome.gap_usd is not None


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e20])
def test_a_number_that_a_solver_would_misread_is_refused(bad: float) -> None:
    program = program_of(case_of([service("a")], [organization("east")], [offer("a", "east", 5)]))
    program.columns.cost_usd[0] = bad
    with pytest.raises(SolverFailed, match="cost"):
        refuse_unsafe(program)


def test_a_coefficient_that_would_be_dropped_is_refused() -> None:
    program = program_of(case_of([service("a")], [organization("east")], [offer("a", "east", 5)]))
    assert isinstance(program, Program)
    program.families[0].value[0] = 1e-12
    with pytest.raises(SolverFailed, match="coefficient"):
        refuse_unsafe(program)


def test_a_nan_bound_is_refused() -> None:
    program = program_of(case_of([service("a")], [organization("east")], [offer("a", "east", 5)]))
    program.families[0].lower[0] = np.nan
    with pytest.raises(SolverFailed, match="row bound"):
        refuse_unsafe(program)


def test_a_failure_of_presolve_is_searched_again_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # HiGHS 1.15.1 ends some feasible programs with "Solve error"; without presolve it solves them
    case = case_of([service("a")], [organization("east")], [offer("a", "east", 5)])
    run = highs._run

    def failing(*args: object) -> Outcome:
        if args[-1] != {"presolve": "off"}:
            raise SolverFailed("HiGHS stopped with Solve error")
        return run(*args)

    monkeypatch.setattr(highs, "_run", failing)
    outcome = search(program_of(case), case.settings.solver)
    assert (outcome.stopped, outcome.cost_usd) == (Stopped.PROVED, 5)
    assert "asked again without presolve" in outcome.log
