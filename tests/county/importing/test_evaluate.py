"""Verbs and conditions, one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from optimizer.county.importing.evaluate import evaluate, holds
from optimizer.county.importing.parts import Condition
from optimizer.county.importing.rows import Notes, Rows, objects, parse_number
from optimizer.county.importing.rules import AnyRule

RULE: TypeAdapter[Any] = TypeAdapter(AnyRule)
CELLS: dict[str, list[Any]] = {
    "a": ["1", 2.5, None, "4"],
    "b": [10, "0", 3, None],
    "t": ["Roads", "Snow plows", None, "Roads"],
    "u": [None, "x|y", None, 2024.0],
}


def rows_of(cells: dict[str, list[Any]], logged: bool = False) -> Rows:
    count = len(next(iter(cells.values())))
    numbers = np.arange(2, count + 2)
    return Rows(
        "f.csv", {name: objects(values) for name, values in cells.items()}, numbers, "plain", Notes(), {}, logged
    )


def given_by(rule: Any, cells: dict[str, list[Any]] = CELLS) -> list[Any]:
    rows = rows_of(cells)
    result = evaluate(RULE.validate_python(rule), rows, ("columns", "x"))
    assert not rows.notes.findings
    return list(result)


@pytest.mark.parametrize(
    ("rule", "result"),
    [
        ("t", ["Roads", "Snow plows", None, "Roads"]),
        ({"sum": ["a", "b"]}, [11.0, 2.5, None, None]),
        ({"sum": ["a", 1]}, [2.0, 3.5, None, 5.0]),
        ({"difference": ["b", "a", 1]}, [8.0, -3.5, None, None]),
        ({"product": ["a", 0.333], "decimals": 2}, [0.33, 0.83, None, 1.33]),
        ({"quotient": ["a", "b"]}, [0.1, None, None, None]),
        ({"join": ["t", "u"], "with": " / "}, ["Roads", "Snow plows / x|y", None, "Roads / 2024"]),
        ({"slug": ["t", "u"]}, ["roads", "snow-plows-x-y", None, "roads-2024"]),
        ({"first_of": ["u", "t"]}, ["Roads", "x|y", None, 2024.0]),
        ({"column": "t", "values": {"Roads": 1}, "otherwise": "as_is"}, [1, "Snow plows", None, 1]),
        ({"column": "t", "values": {"Roads": None}, "otherwise": "blank"}, [None, None, None, None]),
        (
            {
                "column": "t",
                "values": {"Roads": 1},
                "otherwise": {"value": 9},
                "when_blank": {"value": 0},
                "assumption": "x",
            },
            [1, 9, 0, 1],
        ),
        ({"column": "u", "values": {2024: "now"}, "otherwise": "as_is"}, [None, "x|y", None, "now"]),
        (
            {"column": "t", "patterns": [{"matches": "^S(.)", "group": 1}], "otherwise": "blank"},
            [None, "n", None, None],
        ),
        (
            {"cases": [{"where": {"column": "a", "above": 2}, "is": "big"}, {"where": [], "rule": "t"}]},
            ["Roads", "big", None, "big"],
        ),
        ({"cases": [{"where": {"column": "a", "above": 9}, "is": 1}], "otherwise": "blank"}, [None] * 4),
    ],
)
def test_rules(rule: Any, result: list[Any]) -> None:
    assert given_by(rule) == result


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ({"column": "t", "equals": "Roads"}, [1, 0, 0, 1]),
        ({"column": "u", "equals": 2024}, None),
        ({"column": "b", "equals": 0}, [0, 1, 0, 0]),
        ({"column": "b", "equals": "10"}, [1, 0, 0, 0]),
        ({"column": "t", "in": ["Roads", "x"]}, [1, 0, 0, 1]),
        ({"column": "t", "not_in": ["Roads"]}, [0, 1, 1, 0]),
        ({"column": "t", "matches": "(?i)PLOW"}, [0, 1, 0, 0]),
        ({"column": "a", "above": 2.5}, [0, 0, 0, 1]),
        ({"column": "a", "at_least": 2.5}, [0, 1, 0, 1]),
        ({"column": "a", "below": 2.5}, [1, 0, 0, 0]),
        ({"column": "a", "at_most": 2.5}, [1, 1, 0, 0]),
        ({"column": "t", "blank": True}, [0, 0, 1, 0]),
        ({"column": "t", "blank": False}, [1, 1, 0, 1]),
    ],
)
def test_conditions(condition: dict[str, Any], result: list[int] | None) -> None:
    rows = rows_of(CELLS)
    found = holds([Condition.model_validate(condition)], rows)
    if result is None:
        assert "'x|y'" in str(next(iter(rows.notes.findings)))
    else:
        assert found.astype(int).tolist() == result


def test_a_case_does_not_look_at_rows_that_are_decided() -> None:
    cells = {"kind": ["note", "row"], "usd": ["see above", 3]}
    rule = {"cases": [{"where": {"column": "kind", "equals": "note"}, "is": 0}, {"where": [], "rule": "usd"}]}
    assert given_by(rule, cells) == [0, 3]


def test_assumptions_count_the_rows_they_are_made_for() -> None:
    rule = {"column": "t", "when_blank": {"value": "none"}, "assumption": "blank is none"}
    rows = rows_of(CELLS, logged=True)
    evaluate(RULE.validate_python(rule), rows, ("columns", "x"))
    assert rows.notes.assumed == {("x", "blank is none"): {4}}


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("1234.5", "plain", 1234.5),
        ("-.5e2", "plain", -50.0),
        ("1,234", "plain", None),
        ("1,234.50", "us", 1234.5),
        ("$ 1,234", "us", 1234.0),
        ("($1,234)", "us", -1234.0),
        ("-$5", "us", -5.0),
        ("1,23", "us", None),
        ("1.234,50", "us", None),
        (True, "us", None),
        (float("inf"), "plain", None),
    ],
)
def test_numbers(text: Any, style: str, number: float | None) -> None:
    assert parse_number(text, style) == number


def apportioned(amounts: list[Any], weights: list[Any], keys: list[str], decimals: int = 2) -> tuple[list[Any], Rows]:
    rows = rows_of({"n": amounts, "w": weights, "k": keys})
    rule = {"apportion": "n", "by": ["w"], "within": ["k"], "decimals": decimals}
    return list(evaluate(RULE.validate_python(rule), rows, ("columns", "fte"))), rows


def test_shares_follow_the_weights() -> None:
    result, rows = apportioned([10, 10, 4], [1, 3, 0], ["p", "p", "q"])
    assert result[:2] == [2.5, 7.5]
    assert "something to share it out by" in str(next(iter(rows.notes.findings)))


def test_a_number_that_differs_within_its_group_is_refused() -> None:
    _, rows = apportioned([10, 9], [1, 3], ["p", "p"])
    assert "found 10, 9, needs one number" in str(next(iter(rows.notes.findings)))


def test_nothing_to_share_needs_no_weight() -> None:
    assert apportioned([0, 0], [0, 0], ["p", "p"])[0] == [0, 0]
    assert apportioned([None, None], [1, 1], ["p", "p"])[0] == [None, None]


@given(
    st.integers(0, 10**7),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any),
    st.integers(0, 4),
)
def test_shares_add_up_and_are_within_one_digit_of_exact(cents: int, weights: list[int], decimals: int) -> None:
    unit = 10.0**-decimals
    total = cents * unit
    shares, rows = apportioned([total] * len(weights), list(weights), ["p"] * len(weights), decimals)
    assert not rows.notes.findings
    assert sum(shares) == pytest.approx(total, abs=1e-6 * unit * max(cents, 1))
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < unit * (1 + 1e-6)
