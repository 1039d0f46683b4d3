"""Which link rows HiGHS is given beside the capacity rows, by hand."""

from __future__ import annotations

import numpy as np

from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.relaxation import relaxation_at
from optimizer.solve.decomposition.remainder import needed_links
from optimizer.solve.decomposition.sacks import Knapsack
from tests.solve.decomposition.models import small_model

INF = float("inf")
GROUP = [0, 0, 0, -1, -1]
"""One group of three, and two columns that open rows."""


def _sack(columns: list[int], switches: list[int]) -> Knapsack:
    weight, party = np.full(len(columns), 2.0), np.arange(len(columns))
    return Knapsack(np.array(columns), weight, party, 3.0, np.array(switches, dtype=np.int64), 0)


def _needed(model: Model, sacks: list[Knapsack], links: list[int]) -> list[bool]:
    nothing, known = np.zeros(len(model.lower)), np.array(links, dtype=np.int64)
    found = relaxation_at(model, nothing, known, np.zeros(model.size), None)
    return needed_links(model, sacks, found).tolist()


def test_a_capacity_row_stands_for_the_links_of_what_uses_it_to_the_same_switches() -> None:
    links = [
        [1.0, 0.0, 0.0, -1.0, 0.0],  # in the first row
        [0.0, 1.0, 0.0, 0.0, -1.0],  # not in the row that this switch opens
        [0.0, 0.0, 1.0, -1.0, -1.0],  # in a row that either opens
        [1.0, 0.0, 0.0, -1.0, -1.0],  # in no such row
        [1.0, 0.0, 0.0, -2.0, 0.0],  # says no more than the first
    ]
    sacks = [_sack([0, 1], [3]), _sack([0], [4]), _sack([2], [4, 3]), _sack([1], [])]
    model = small_model(links, [-INF] * len(links), [0.0] * len(links), GROUP)
    assert _needed(model, sacks, []) == [False, True, False, True, False]
    assert _needed(model, sacks, [2]) == [False, True, True, True, False]
    assert _needed(model, [], []) == [True] * 5


def test_links_that_say_more_than_that_are_needed() -> None:
    links = [
        [1.0, 0.0, 0.0, -0.5, 0.0],  # half of it, even where it is open
        [2.0, 0.0, 0.0, -1.0, 0.0],
        [1.0, 1.0, 0.0, -1.0, 0.0],  # one of two
        [1.0, 0.0, 0.0, -1.0, 0.0],
    ]
    model = small_model(links, [-INF] * len(links), [0.0, 0.0, 0.0, 0.5], GROUP)
    assert _needed(model, [_sack([0, 1, 2], [3])], []) == [True] * 4
