"""Rows as knapsacks, against the definition: by hand, and by every point of small models."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.solve.decomposition.knapsacks import knapsacks
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.sacks import Knapsack
from tests.examples import examples
from tests.solve.decomposition.models import small_model


def _told(sack: Knapsack) -> tuple[list[int], list[float], list[int], float, list[int], int]:
    return (
        sack.columns.tolist(),
        sack.weight.tolist(),
        sack.party.tolist(),
        sack.room,
        sack.switches.tolist(),
        sack.end,
    )


FEW = [0, 0, 1, 1, -1, -1]
"""Two groups of two, and two columns on their own."""


def test_a_group_is_measured_from_its_least_entry_which_it_always_pays() -> None:
    # 3 are paid: 2 more of the first group, 4 of the second and 2 in room for 5
    assert [_told(sack) for sack in knapsacks(small_model([[3.0, 5.0, 4.0, 0.0, 2.0, 0.0]], [5.0], [8.0], FEW))] == [
        ([1, 2, 4], [2.0, 4.0, 2.0], [0, 1, -1], 5.0, [], 0)
    ]


def test_what_is_left_of_a_room_is_exact_where_much_is_paid() -> None:
    # five thousand services that cost half a million each, and five thousand dollars more than the least
    random = np.random.default_rng(1)
    cents = random.integers(10**7, 10**8, 5_000)
    pairs = np.stack([cents, cents + random.integers(10, 10**6, 5_000)], axis=1).ravel()
    most = (int(cents.sum()) + 500_000) / 100.0
    groups = np.repeat(np.arange(5_000), 2).tolist()
    (sack,) = knapsacks(small_model([(pairs / 100.0).tolist()], [-np.inf], [most], groups))
    paid = sum(map(Fraction, (cents / 100.0).tolist()))
    assert abs(Fraction(sack.room) - (Fraction(most) - paid)) < 1e-6


def test_a_row_that_must_reach_a_bound_is_a_knapsack_of_what_is_given_up() -> None:
    # of 5 + 4 that can be reached, 2 may be given up, which is what the first column gives up: the third gives up 3
    assert [_told(sack) for sack in knapsacks(small_model([[3.0, 5.0, 4.0, 1.0, 0.0, 0.0]], [7.0], [np.inf], FEW))] == [
        ([0, 3], [2.0, 3.0], [0, 1], 2.0, [], 1)
    ]


def test_a_row_with_a_switch_is_a_knapsack_though_a_group_has_to_use_it() -> None:
    # the first group takes 3 or 2 of the 4 that the switch opens, as it does where nothing else is left of it
    model = _long(small_model([[3.0, 2.0, 2.0, 0.0, -4.0, 0.0]], [-np.inf], [0.0], FEW))
    assert _told(knapsacks(model)[0]) == ([0, 1, 2], [3.0, 2.0, 2.0], [0, 0, 1], 4.0, [4], 0)


def test_a_switch_opens_a_row_and_two_only_where_one_at_most_is_one() -> None:
    both = [[3.0, 0.0, 2.0, 0.0, -4.0, -4.0], [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]]
    either = _long(small_model(both, [-np.inf, -np.inf], [0.0, 1.0], FEW))
    assert _told(knapsacks(either)[0]) == ([0, 2], [3.0, 2.0], [0, 1], 4.0, [4, 5], 0)
    unlike = _long(small_model([[*both[0][:5], -3.0], both[1]], [-np.inf, -np.inf], [0.0, 1.0], FEW))
    assert [sack.end for sack in knapsacks(unlike)] == [2]
    assert not knapsacks(_long(small_model(both[:1], [-np.inf], [0.0], FEW)))


@st.composite
def models(draw: st.DrawFn) -> Model:
    """One to three rows over up to three groups and some columns on their own, some of them switches."""
    groups = draw(st.lists(st.integers(1, 3), min_size=0, max_size=3))
    alone = draw(st.integers(0 if groups else 1, 3))
    group = [number for number, length in enumerate(groups) for _ in range(length)] + [-1] * alone
    entry = st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, -1.0, -3.0])
    rows = draw(st.lists(st.lists(entry, min_size=len(group), max_size=len(group)), min_size=1, max_size=3))
    end = st.sampled_from([0.0, 1.0, 2.0, 4.0, np.inf])
    lower = [-draw(end) for _ in rows]
    return _long(small_model(rows, lower, [draw(end) for _ in rows], draw(st.permutations(group))))


@given(models())
@settings(max_examples=examples(400), derandomize=True)
def test_a_point_keeps_an_end_of_a_row_as_it_keeps_the_knapsack(model: Model) -> None:
    points = [np.array(x) for x in product((0.0, 1.0), repeat=model.size)]
    points = [x for x in points if model.has_one_of_each(x)]
    for sack in (one for one in knapsacks(model) if not one.closed):
        row, value = sack.end // 2, [float((model.rows @ x)[sack.end // 2]) for x in points]
        others = np.delete(np.arange(len(model.lower)), row)
        for x, reached in zip(points, value, strict=True):
            if model.violation(x)[others].any() and len(sack.switches) > 1:
                continue  # another row says that no two of the switches are 1
            kept = reached >= model.lower[row] if sack.end % 2 else reached <= model.upper[row]
            opened = x[sack.switches].sum() if len(sack.switches) else 1.0
            assert kept == (sack.weight @ x[sack.columns] <= sack.room * opened)


@given(models())
@settings(max_examples=examples(400), derandomize=True)
def test_what_all_openings_need_is_there_at_every_point_that_keeps_the_rows(model: Model) -> None:
    points = [np.array(x) for x in product((0.0, 1.0), repeat=model.size)]
    points = [x for x in points if model.has_one_of_each(x) and not model.violation(x).any()]
    for sack in (one for one in knapsacks(model) if one.closed):
        assert all(sack.weight @ (1.0 - x[sack.columns]) <= sack.room for x in points)


def _long(model: Model) -> Model:
    """The same, of rows that are all too long to be links."""
    model.__dict__["is_link"] = np.zeros(len(model.lower), dtype=bool)
    return model
