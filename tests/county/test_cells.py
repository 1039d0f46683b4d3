"""Cells keep every value and never turn into formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.county.cells import blank_or, cell_of, csv_text, guarded, unguarded
from optimizer.county.terms import Decision


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (1_000.0, "1000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-5.0, "-5"),
        (1e22, "1e+22"),
        (7, "7"),
        (Decision.KEEP, "keep"),
        ((Decision.KEEP, Decision.PARTNER), "keep;partner"),
        ((), ""),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("'quoted", "''quoted"),
        ("a=b", "a=b"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_csv_text(value: object, text: str) -> None:
    assert csv_text(value) == text


@pytest.mark.parametrize("text", ["'90s budget", "'", "rock 'n' roll"])
def test_an_apostrophe_that_we_did_not_add_stays(text: str) -> None:
    assert unguarded(text) == text


@given(st.text(alphabet="=+-@'\t\r\na1", max_size=6))
def test_guarding_loses_nothing(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_every_bit(number: float) -> None:
    assert float(csv_text(number)) == number


def test_an_empty_list_is_a_blank_cell() -> None:
    assert cell_of(()) is None


@pytest.mark.parametrize(("cell", "left"), [(" a ", "a"), (" \u00a0", None), ("", None), (0.0, 0.0), (False, False)])
def test_blank_is_nothing_but_spaces(cell: str | float | bool, left: object) -> None:
    assert blank_or(cell) == left
