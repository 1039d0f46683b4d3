"""Apply a mapping's conditions and rules to rows, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from optimizer.county.findings import did_you_mean, shown
from optimizer.county.importing import rules
from optimizer.county.importing.apportion import shared_out
from optimizer.county.importing.names import slug_of
from optimizer.county.importing.parts import Condition, Given, Scalar, YamlPath, plain_text
from optimizer.county.importing.rows import Cells, Flags, Floats, Rows, as_texts, objects
from optimizer.county.importing.rules import Rule
from optimizer.errors import Finding


def holds(conditions: Sequence[Condition], rows: Rows) -> Flags:
    """In which rows all the conditions hold."""
    return reduce(np.logical_and, (_test(condition, rows) for condition in conditions), np.ones(len(rows), dtype=bool))


def evaluate(rule: Rule, rows: Rows, path: YamlPath) -> Cells:
    """What the rule gives in every row: a text, a number, a flag, or None for blank.

    `path` is the rule's place in the mapping. Refusals are collected in `rows.notes`.
    """
    result = _VERBS[type(rule)](rule, rows, path)
    if rule.translates:
        result = _translated(rule, result, rows, path)
    if rule.when_blank is not None:
        blank = np.array([value is None for value in result], dtype=bool)
        result = np.where(blank, objects([rule.when_blank.value] * len(rows)), result)
        _assume(rule.assumption, rows.take(blank), path)
    elif not isinstance(rule.otherwise, Given):
        _assume(rule.assumption, rows, path)
    return result


def _assume(assumption: str | None, rows: Rows, path: YamlPath) -> None:
    if rows.logged and assumption and len(rows):
        rows.notes.assume(str(path[1]), assumption, map(int, rows.numbers))


def _test(condition: Condition, rows: Rows) -> Flags:
    name, wanted = condition.test
    if name == "blank":
        return np.array([(value is None) == wanted for value in rows.values(condition.column)], dtype=bool)
    if name == "matches":
        pattern = re.compile(wanted)
        texts = rows.texts(condition.column)
        return np.array([text is not None and pattern.search(text) is not None for text in texts], dtype=bool)
    if name in ("equals", "in", "not_in"):
        found = _among(condition.column, (wanted,) if name == "equals" else wanted, rows)
        return ~found if name == "not_in" else found
    compare: dict[str, Callable[[Floats], Flags]] = {
        "above": lambda values: values > wanted,
        "at_least": lambda values: values >= wanted,
        "below": lambda values: values < wanted,
        "at_most": lambda values: values <= wanted,
    }
    return compare[name](rows.floats(condition.column))


def _among(column: str, wanted: Sequence[Scalar], rows: Rows) -> Flags:
    """Numbers are compared as numbers, everything else as text."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in wanted):
        return np.isin(rows.floats(column), np.array(wanted, dtype=float))
    texts = {plain_text(value) for value in wanted}
    return np.array([text in texts for text in rows.texts(column)], dtype=bool)


def _translated(rule: Rule, values: Cells, rows: Rows, path: YamlPath) -> Cells:
    """Values and patterns applied to every distinct text; what they do not cover goes by `otherwise`."""
    result = objects([None] * len(rows))
    for text, places in _places_of(as_texts(values)).items():
        here = np.array(places)
        covered, value = _lookup(rule, text)
        if not covered:
            value = _otherwise(rule, values[here[0]])
            _uncovered(rule, rows.take(here), path, text)
        result[here] = objects([value] * len(here))
        if rows.logged and (covered or rule.otherwise != "as_is"):
            became = "blank" if value is None else plain_text(value)
            rows.notes.map(str(path[1]), text, became, map(int, rows.numbers[here]))
    return result


def _places_of(texts: Cells) -> dict[str, list[int]]:
    """Where each text stands, in order of appearance; blanks are left out."""
    places: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        if text is not None:
            places.setdefault(text, []).append(index)
    return places


def _lookup(rule: Rule, text: str) -> tuple[bool, Any]:
    if text in rule.values:
        return True, rule.values[text]
    for pattern in rule.patterns:
        found = re.search(pattern.matches, text)
        if found is not None:
            return True, pattern.value if pattern.group is None else found.group(pattern.group)
    return False, None


def _otherwise(rule: Rule, value: Any) -> Any:
    if isinstance(rule.otherwise, Given):
        return rule.otherwise.value
    return value if rule.otherwise == "as_is" else None


def _uncovered(rule: Rule, rows: Rows, path: YamlPath, text: str) -> None:
    """Note a text that neither values nor patterns cover."""
    if isinstance(rule.otherwise, Given):
        _assume(rule.assumption, rows, path)
    if rule.otherwise == "refuse":
        times = "in 1 row" if len(rows) == 1 else f"in {len(rows)} rows, here first"
        fix = did_you_mean(text, rule.values, "Add it to the mapping's values, or say what `otherwise` becomes of it.")
        needs = f"a text that the mapping covers under {_dotted(path)}"
        rows.notes.refuse(Finding(rows.where(0), f"{shown(text)} {times}", needs, fix))
        rows.notes.leave_unread(str(path[1]), map(int, rows.numbers))


def _dotted(path: YamlPath) -> str:
    return ".".join(map(str, path))


def _column(rule: rules.Column, rows: Rows, _path: YamlPath) -> Cells:
    return rows.values(rule.column)


def _constant(rule: rules.Constant, rows: Rows, _path: YamlPath) -> Cells:
    return objects([rule.constant] * len(rows))


def _terms(rule: Rule, rows: Rows) -> list[Floats]:
    return [rows.floats(term) if isinstance(term, str) else np.full(len(rows), float(term)) for term in rule.terms()]


def _numbers(values: Floats, decimals: int | None = None) -> Cells:
    kept = values if decimals is None else np.round(values, decimals)
    return objects([float(value) if np.isfinite(value) else None for value in kept])


def _folded(combine: Callable[[Floats, Floats], Floats]) -> Callable[[rules.Arithmetic, Rows, YamlPath], Cells]:
    def verb(rule: rules.Arithmetic, rows: Rows, _path: YamlPath) -> Cells:
        return _numbers(reduce(combine, _terms(rule, rows)), rule.decimals)

    return verb


def _divided(above: Floats, below: Floats) -> Floats:
    result = np.full(len(above), np.nan)
    np.divide(above, below, out=result, where=below != 0)
    return result


def _join(rule: rules.Join, rows: Rows, _path: YamlPath) -> Cells:
    parts = zip(*(rows.texts(column) for column in rule.join), strict=True)
    return objects([rule.between.join(text for text in texts if text is not None) or None for texts in parts])


def _slug(rule: rules.Slug, rows: Rows, _path: YamlPath) -> Cells:
    parts = zip(*(rows.texts(column) for column in rule.slug), strict=True)
    return objects([slug_of(" ".join(text for text in texts if text is not None)) or None for texts in parts])


def _first_of(rule: rules.FirstOf, rows: Rows, _path: YamlPath) -> Cells:
    parts = zip(*(rows.values(column) for column in rule.first_of), strict=True)
    return objects([next((value for value in values if value is not None), None) for values in parts])


def _apportion(rule: rules.Apportion, rows: Rows, _path: YamlPath) -> Cells:
    return _numbers(shared_out(rule, rows))


def _cases(rule: rules.Cases, rows: Rows, path: YamlPath) -> Cells:
    """Each case sees only the rows that no case before it decided."""
    result = objects([None] * len(rows))
    open_rows = np.arange(len(rows))
    for case in rule.cases:
        chosen = holds(case.where, rows.take(open_rows))
        here = open_rows[chosen]
        result[here] = (
            objects([case.value] * len(here)) if case.rule is None else evaluate(case.rule, rows.take(here), path)
        )
        _assume(case.assumption, rows.take(here), path)
        _log_case(case, rows.take(here), path)
        open_rows = open_rows[~chosen]
    result[open_rows] = _no_case(rule, rows.take(open_rows), path)
    return result


def _log_case(case: rules.Case, rows: Rows, path: YamlPath) -> None:
    """Count the rows of a case that gives a value and is no assumption."""
    if rows.logged and len(rows) and case.rule is None and not case.assumption:
        became = "blank" if case.value is None else plain_text(case.value)
        said = " and ".join(map(_said, case.where)) or "any other row"
        rows.notes.map(str(path[1]), said, became, map(int, rows.numbers))


def _said(condition: Condition) -> str:
    test, wanted = condition.test
    if isinstance(wanted, tuple):
        wanted = ", ".join(map(plain_text, wanted))
    return f"{condition.column} {test.replace('_', ' ')} {wanted}"


def _no_case(rule: rules.Cases, rows: Rows, path: YamlPath) -> Cells:
    if len(rows) and rule.otherwise == "refuse":
        found = "a row that fits no case" if len(rows) == 1 else f"{len(rows)} rows that fit no case, this one first"
        needs = f"a case for every row under {_dotted(path)}"
        rows.notes.refuse(Finding(rows.where(0), found, needs, "Add a case to the mapping, or say `otherwise`."))
        rows.notes.leave_unread(str(path[1]), map(int, rows.numbers))
    if isinstance(rule.otherwise, Given):
        _assume(rule.assumption, rows, path)
    return objects([_otherwise(rule, None)] * len(rows))


_VERBS: dict[type[Rule], Callable[[Any, Rows, YamlPath], Cells]] = {
    rules.Column: _column,
    rules.Constant: _constant,
    rules.Sum: _folded(np.add),
    rules.Difference: _folded(np.subtract),
    rules.Product: _folded(np.multiply),
    rules.Quotient: _folded(_divided),
    rules.Join: _join,
    rules.Slug: _slug,
    rules.FirstOf: _first_of,
    rules.Apportion: _apportion,
    rules.Cases: _cases,
}
