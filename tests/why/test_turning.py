"""Brackets of a turning point: closed where they can be, left open where the answers are."""

from __future__ import annotations

import math

import pytest

from optimizer.why.turning import Ends, Grid, Stands, Turning, turning_point

GRID = Grid(0.0, 7.3, 100.0, 1.0)


def nothing(_: float) -> None:
    return None


@pytest.mark.parametrize("at", [0.0, 3.0, 7.3, 8.0, 17.5, 98.0, 99.9])
def test_the_bracket_closes_on_the_turning_point(at: float) -> None:
    asked: list[float] = []

    def ask(number: float) -> Stands:
        asked.append(number)
        return Stands.IN if number <= at else Stands.OUT

    found = turning_point(ask, nothing, GRID)
    assert found.ends is Ends.TURNS
    assert found.yes_at is not None
    assert found.no_at is not None
    assert found.yes_at <= at < found.no_at <= found.yes_at + 1
    assert len(asked) == len({*asked}) <= 12


def test_what_is_foretold_is_asked_first_and_need_not_hold() -> None:
    asked: list[float] = []

    def ask(number: float) -> Stands:
        asked.append(number)
        return Stands.IN if number <= 40 else Stands.OUT

    assert turning_point(ask, lambda _: 40.0, GRID) == Turning(40.0, 41.0, Ends.TURNS)
    assert asked == [7.3, 40.0, 41.0]
    assert turning_point(ask, lambda _: 90.0, GRID) == Turning(40.0, 41.0, Ends.TURNS)


def test_a_bracket_where_the_answer_never_turns() -> None:
    assert turning_point(lambda _: Stands.OUT, nothing, GRID) == Turning(None, 0.0, Ends.NEVER)
    assert turning_point(lambda _: Stands.IN, nothing, GRID) == Turning(100.0, None, Ends.ALWAYS)


def test_what_no_plan_has_at_the_most_wanted_number_is_tried_elsewhere() -> None:
    def ask(number: float) -> Stands:
        return Stands.IMPOSSIBLE if number < 4 else Stands.IN if number <= 5 else Stands.OUT

    grid = Grid(0.0, 7.3, 100.0, 1.0, (2.0, 5.0))
    assert turning_point(ask, nothing, grid) == Turning(5.0, 6.0, Ends.TURNS)


def test_open_answers_stay_between_the_ends() -> None:
    def ask(number: float) -> Stands:
        return Stands.IN if number <= 40 else Stands.OUT if number > 42 else Stands.OPEN

    assert turning_point(ask, nothing, GRID) == Turning(40.0, 43.0, Ends.ABOUT)
    assert turning_point(lambda _: Stands.OPEN, nothing, GRID) == Turning(None, None, Ends.OPEN)
    beyond = turning_point(lambda number: Stands.IN if number <= 40 else Stands.OPEN, nothing, GRID)
    assert beyond.ends is Ends.IN_SO_FAR
    assert beyond.no_at is None


@pytest.mark.parametrize("at", [0, 1, 50, 99, 100])
def test_the_last_number_of_the_grid_with_something(at: int) -> None:
    assert GRID.last(lambda number: number <= at) == at
    fine = Grid(0.0, 1.0, 4.0, 0.001)
    assert fine.last(lambda number: number <= at / 40 + 1e-12) == pytest.approx(math.floor(at * 25 + 1e-9) / 1000)
    assert GRID.last(lambda _: False) is None
