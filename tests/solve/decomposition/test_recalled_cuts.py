"""Cuts of a search before: kept where their row asks for as much as it did, lifted again elsewhere, valid anyway."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.solve.decomposition import recalled_cuts
from optimizer.solve.decomposition.covers import cover_cuts
from optimizer.solve.decomposition.cuts import stacked
from optimizer.solve.decomposition.recalled_cuts import KnownRows
from optimizer.solve.decomposition.sacks import Cut, Knapsack
from tests.examples import examples
from tests.solve.decomposition.cutting import exact_cut, plans_of, sacks

THREE = Knapsack(np.arange(3), np.full(3, 2.0), np.arange(3), 5.0, np.empty(0, dtype=np.int64), 0)
"""Of weight 2 in room for 5: two of them fit."""
TWO_FIT = Cut(np.arange(3), np.ones(3), 2.0, 0)
SAME = np.arange(4)


def _again(now: Knapsack, column_now: np.ndarray = SAME) -> Cut | None:
    return _of(KnownRows([THREE], [now], column_now, np.zeros(1, dtype=np.int64)), TWO_FIT)


def _of(rows: KnownRows, cut: Cut) -> Cut | None:
    """The cut in terms of now."""
    [again] = rows.again(*stacked([cut], 1 + int(cut.columns.max())))
    return again


@pytest.fixture
def lifted(monkeypatch: pytest.MonkeyPatch) -> list[Cut | None]:
    """What is lifted again from now on."""
    found: list[Cut | None] = []
    lift = recalled_cuts.lifted_again

    def note(sack: Knapsack, columns: np.ndarray, values: np.ndarray) -> Cut | None:
        found.append(lift(sack, columns, values))
        return found[-1]

    monkeypatch.setattr(recalled_cuts, "lifted_again", note)
    return found


@pytest.mark.parametrize(
    "now",
    [
        THREE,
        replace(THREE, room=4.0),
        replace(THREE, weight=np.array([2.0, 3.0, 2.0])),
        replace(THREE, columns=np.arange(4), weight=np.full(4, 2.0), party=np.arange(4)),
        replace(THREE, party=np.array([0, 1, 1])),
    ],
)
def test_a_cut_stays_where_its_row_holds_no_more(now: Knapsack, lifted: list[Cut | None]) -> None:
    again = _again(now)
    assert again is not None
    assert (again.columns.tolist(), again.values.tolist(), again.most) == ([0, 1, 2], [1.0, 1.0, 1.0], 2.0)
    assert not lifted


@pytest.mark.parametrize(
    ("now", "most"),
    [
        (replace(THREE, room=6.0), 3.0),
        (replace(THREE, weight=np.array([2.0, 1.0, 2.0])), 3.0),
        (replace(THREE, columns=np.arange(2), weight=np.full(2, 2.0), party=np.arange(2)), 2.0),
    ],
)
def test_a_cut_is_lifted_again_where_its_row_may_hold_more(
    now: Knapsack, most: float, lifted: list[Cut | None]
) -> None:
    again = _again(now)
    assert again is not None
    assert again.most == most
    assert len(lifted) == 1


def test_what_was_together_in_a_party_may_no_longer_stand_for_one(lifted: list[Cut | None]) -> None:
    # of one party no more than one is ever taken: 2 + 2 fit beside each other now
    then = replace(THREE, party=np.array([0, 0, 1]), room=3.0)
    cut = Cut(np.arange(3), np.ones(3), 1.0, 0)
    rows = KnownRows([then], [replace(then, party=np.arange(3), room=3.0)], SAME, np.zeros(1, dtype=np.int64))
    again = _of(rows, cut)
    assert len(lifted) == 1
    assert again is not None
    assert again.most == 1.0


def test_a_cut_on_a_column_that_its_row_did_not_weigh_is_lifted_again(lifted: list[Cut | None]) -> None:
    # where all that was left of a group needed as much of a row, this was taken off the room
    narrower = replace(THREE, columns=np.arange(2), weight=np.full(2, 2.0), party=np.arange(2), room=3.0)
    now = replace(THREE, room=3.0, weight=np.array([2.0, 2.0, 0.5]))
    again = _of(KnownRows([narrower], [now], SAME, np.zeros(1, dtype=np.int64)), TWO_FIT._replace(most=1.0))
    assert len(lifted) == 1
    assert again is not None
    assert max(again.values @ plan[again.columns] for plan in plans_of(now)) <= again.most


def test_where_nothing_opens_a_row_any_more_its_cuts_are_lifted_again(lifted: list[Cut | None]) -> None:
    then = replace(THREE, switches=np.array([3]))
    cut = Cut(np.arange(4), np.array([1.0, 1.0, 1.0, -2.0]), 0.0, 0)
    again = _of(KnownRows([then], [THREE], np.array([0, 1, 2, -1]), np.zeros(1, dtype=np.int64)), cut)
    assert len(lifted) == 1
    assert again is not None
    assert again.most == 2.0


def test_of_a_row_that_is_gone_no_cut_is_left() -> None:
    assert _of(KnownRows([THREE], [THREE], SAME, np.full(1, -1)), TWO_FIT) is None
    assert _of(KnownRows([THREE], [], SAME, np.zeros(1, dtype=np.int64)), TWO_FIT) is None


@st.composite
def changes(draw: st.DrawFn) -> tuple[Knapsack, np.ndarray, Knapsack, np.ndarray]:
    """A row, a point of its relaxation, the row as it is now, and the numbers of its columns now, -1: gone."""
    then, x = draw(sacks())
    size = len(then.columns)
    left = np.array(draw(st.lists(st.sampled_from([True, True, True, False]), min_size=size, max_size=size)))
    assume(left.any())
    column_now = np.full(size + 1, -1)
    column_now[:size][left] = draw(st.permutations(range(int(left.sum()))))
    opens = draw(st.sampled_from([True, True, False]))
    column_now[size] = left.sum() if opens else -1
    factor = np.array(draw(st.lists(st.sampled_from([1.0, 1.0, 1.5, 0.5]), min_size=size, max_size=size)))
    alone = np.where(
        np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size))), size + 1 + np.arange(size), 0
    )
    split = draw(st.booleans())
    order = np.argsort(column_now[:size][left])
    now = Knapsack(
        columns=np.arange(int(left.sum())),
        weight=(then.weight * factor)[left][order],
        party=np.where(split & (alone > 0), alone, then.party)[left][order],
        room=then.room * draw(st.sampled_from([1.0, 1.0, 0.8, 1.3])),
        switches=column_now[then.switches][: int(opens)],
        end=0,
    )
    return then, x, now, column_now


@given(changes())
@settings(max_examples=examples(600), derandomize=True)
def test_every_plan_of_now_keeps_every_cut_of_then(case: tuple[Knapsack, np.ndarray, Knapsack, np.ndarray]) -> None:
    then, x, now, column_now = case
    exact = exact_cut(then, x)
    for cut in [*cover_cuts(then, x), *([] if exact is None else [exact])]:
        again = _of(KnownRows([then], [now], column_now, np.zeros(1, dtype=np.int64)), cut)
        if again is not None:
            assert max(again.values @ plan[again.columns] for plan in plans_of(now)) <= again.most + 1e-9
