"""Codes joined and numbered, against what loops over them find."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.options.candidates import matched, numbered
from optimizer.program.rows import Codes

CODES = st.lists(st.integers(-1, 5), max_size=12).map(lambda codes: np.array(codes, dtype=np.int64))
PARTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4)), max_size=20)


@given(CODES, CODES)
def test_every_pair_of_equal_codes_is_there_in_order(left: Codes, right: Codes) -> None:
    pairs = [(one, other) for one in range(len(left)) for other in range(len(right)) if left[one] == right[other]]
    assert list(zip(*(places.tolist() for places in matched(left, right)), strict=True)) == pairs


@given(PARTS)
def test_numbers_are_given_in_the_order_in_which_parts_come(entries: list[tuple[int, int, int]]) -> None:
    number, parts = numbered(*np.array(entries, dtype=np.int64).reshape(-1, 3).T)
    known = list(dict.fromkeys(entries))
    assert number.tolist() == [known.index(entry) for entry in entries]
    assert list(zip(*(part.tolist() for part in parts), strict=True)) == known
