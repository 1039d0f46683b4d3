"""Programs and endings that no county asks for every day: the search ends, and what it says of them is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import family_program
from optimizer.errors import SolverFailed
from optimizer.program.columns import block, laid_out
from optimizer.program.program import Program
from optimizer.program.rows import Floats, RowBuilder, at_least
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.decomposition import bounding, core, prices, remainder, search, stage, standing
from optimizer.solve.decomposition.model import Model, model_of
from optimizer.solve.outcome import Outcome, Progress, Stopped

EXACT = Solver(gap_usd=0.0, gap_share=None, time_limit_s=10.0, seed=0, threads=1, break_ties=False)


@pytest.fixture(autouse=True)
def _takes_small_programs_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(bounding, "GUESS_GROUPS", 2)
    monkeypatch.setattr(core, "CORE_COLUMNS", 4)


def _covering(*, integer: bool) -> Program:
    """Columns that cover two demands and are in no group; by hand 13/3 in parts, 5 in whole numbers."""
    columns = laid_out([block("open", {"site": np.arange(6)}, [3.0, 2, 4, 9, 9, 9], integer=integer)], 0.0)
    rows = RowBuilder("demand", "usd", {"name": np.arange(2)}, *at_least([3.0, 2.0]))
    rows.add(0, np.arange(6), [2.0, 2, 1, 1, 1, 1]).add(1, np.arange(6), [1.0, 1, 2, 1, 1, 1])
    return Program(columns, (rows.rows(),), (), ())


def test_columns_that_are_in_no_group_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounding.Bounding, "dear", True)
    found = search.search(_covering(integer=True), EXACT)
    assert (found.stopped, found.cost_usd) == (Stopped.PROVED, 5.0)
    assert found.bound_usd == pytest.approx(5.0)


@pytest.mark.parametrize("engine", [highs.search, search.search])
def test_where_no_column_is_an_integer_the_bound_is_the_optimum(engine: object) -> None:
    # HiGHS tells of a linear program a bound of 0
    found = engine(_covering(integer=False), EXACT)  # type: ignore[operator]
    assert found.stopped is Stopped.PROVED
    assert found.cost_usd == pytest.approx(13 / 3)
    assert found.bound_usd == pytest.approx(13 / 3)


def test_a_relaxation_that_highs_makes_nothing_of_ends_the_branches(monkeypatch: pytest.MonkeyPatch) -> None:
    program, solve, tries = family_program("sscflp-7x20", 2), core.Core.solve, list[bool]()

    def unknown(own: core.Core, deadline: float) -> bool:
        tries.append(bool((own.model.least == 1.0).any() or not own.model.most[own.model.alone].all()))
        return not tries[-1] and solve(own, deadline)

    monkeypatch.setattr(core.Core, "solve", unknown)
    _agree(search.search(program, EXACT), highs.search(program, EXACT))
    assert any(tries)
    assert len(tries) < 100


def test_a_small_program_that_highs_ends_is_told_no_worse_than_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 300)
    told: list[Progress] = []
    program = family_program("county-20x4x3", 1)
    found = search.search(program, EXACT, None, told.append)
    _agree(found, highs.search(program, EXACT))
    first = next(place for place, one in enumerate(told) if one.bound_usd is not None)
    bounds = [one.bound_usd for one in told[first:]]
    assert len(bounds) > 2
    assert None not in bounds
    assert bounds == sorted(bounds, key=lambda one: one or 0.0)
    assert [one.elapsed_s for one in told] == sorted(one.elapsed_s for one in told)


def test_an_error_of_highs_is_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    # costs below 0: HiGHS's bound reads 0 after an error, which is above every plan
    program = family_program("gap-d-4x12", 1)
    costs = program.columns.cost_usd - 1_000.0
    program = replace(program, columns=program.columns.with_costs(costs, 0.0))
    monkeypatch.setattr(remainder, "run_stoppably", lambda solver: False)
    told: list[Progress] = []
    found, expected = search.search(program, EXACT, None, told.append), highs.search(program, EXACT)
    _agree(found, expected)
    assert expected.cost_usd is not None
    assert max(one.bound_usd for one in told if one.bound_usd is not None) <= expected.cost_usd + 1e-4


@pytest.mark.parametrize("held", [True, False])
def test_where_highs_fails_at_the_end_what_is_held_is_handed_over(held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> Outcome:
        raise SolverFailed("HiGHS stopped with Solve error")

    program = family_program("gap-d-4x12", 1)
    best = highs.search(program, EXACT)
    monkeypatch.setattr(search.highs, "search", failing)
    monkeypatch.setattr(search._Run, "take_apart", lambda run: None)
    if not held:
        with pytest.raises(SolverFailed, match="Solve error"):
            search.search(program, EXACT)
        return
    found = search.search(program, EXACT, best.x)
    assert (found.stopped, found.cost_usd) == (Stopped.TOLERANCE, best.cost_usd)
    assert best.cost_usd is not None
    assert found.bound_usd is not None
    assert found.bound_usd <= best.cost_usd


def test_first_prices_end_with_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, look = list[Model](), prices._look

    def counted(model: Model, at: np.ndarray) -> tuple[float, np.ndarray]:
        looks.append(model)
        return look(model, at)

    monkeypatch.setattr(prices, "_look", counted)
    prices.guess_prices(model_of(family_program("county-40x6x3", 1)), deadline=0.0)
    assert len(looks) == 1


def test_first_prices_are_a_bound_for_whoever_ends_the_search_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bounding, "solve_relaxation", interrupted)
    program = family_program("county-40x6x3", 1)
    found, best = search.search(program, EXACT), highs.search(program, EXACT)
    assert found.stopped is Stopped.INTERRUPTED
    assert best.cost_usd is not None
    assert found.bound_usd is not None
    assert 0.9 * best.cost_usd < found.bound_usd <= best.cost_usd


def _agree(found: Outcome, expected: Outcome) -> None:
    assert found.stopped is expected.stopped is Stopped.PROVED
    assert found.cost_usd == pytest.approx(expected.cost_usd, rel=1e-9, abs=1e-3)
    assert found.bound_usd is not None
    assert expected.cost_usd is not None
    assert found.bound_usd <= expected.cost_usd + 1e-3


@pytest.mark.parametrize(("kept", "stopped", "held"), [(True, Stopped.PROVED, True), (False, Stopped.TOLERANCE, False)])
def test_a_plan_of_highs_that_rounding_moves_is_held_where_it_keeps_the_rows(
    kept: bool, stopped: Stopped, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As no point is taken as a plan here, that HiGHS has proved it is all there is."""
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 300)
    monkeypatch.setattr(standing.Standing, "_plan", lambda now, x: None)
    monkeypatch.setattr(search, "keeps_rows", lambda program, x: kept)
    program = family_program("county-20x4x3", 0)
    outcome, best = search.search(program, EXACT), highs.search(program, EXACT)
    assert (outcome.stopped, outcome.holds_plan) == (stopped, held)
    assert outcome.cost_usd == (pytest.approx(best.cost_usd) if held else None)


def test_what_is_held_is_not_replaced_by_what_costs_more() -> None:
    program = family_program("county-20x4x3", 0)
    now = standing.Standing(model_of(program), EXACT, None)
    for cost in (2.0, 1.0, 3.0):
        now.hold(np.zeros(len(program.columns)), cost)
    assert now.held is not None
    assert now.held.cost == 1.0


def test_a_plan_is_called_proved_only_within_the_asked_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the plan that HiGHS proves is not taken, the one before it is no better for that."""
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 300)
    program = family_program("county-20x4x3", 0)
    best = highs.search(program, EXACT)
    assert best.cost_usd is not None
    taken, start_usd = standing.Standing._plan, best.cost_usd + 100.0

    def nothing_cheaper(now: standing.Standing, x: Floats) -> standing.Best | None:
        found = taken(now, x)
        return None if found is None or found.cost < start_usd else found

    monkeypatch.setattr(standing.Standing, "_plan", nothing_cheaper)
    dear = highs.search(program.with_objective(-program.columns.cost_usd), EXACT)
    outcome = search.search(program, EXACT, dear.x)
    assert outcome.cost_usd is not None
    assert outcome.cost_usd >= start_usd
    assert (outcome.stopped, outcome.bound_usd) == (Stopped.TOLERANCE, pytest.approx(best.cost_usd))
