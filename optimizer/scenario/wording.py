"""Refusals in plain words: what was found, what is needed, and the nearest name that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from optimizer.county.findings import did_you_mean

_NEEDS = {
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "tuple_type": "a list",
}


def shown(value: Any) -> str:
    """A value as it would be written in a scenario file, cut where it is long."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{_cut(value)}'"
    if isinstance(value, Mapping):
        return "a group of settings" if value else "{}"
    if isinstance(value, list | tuple):
        return _cut("[" + ", ".join(shown(part) for part in value) + "]")
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice for a name nobody knows: the nearest known one, or all of them where they are few."""
    names = sorted(set(known))
    if not names:
        return "There is none to choose from."
    begun = [entry for entry in names if len(name) > 2 and entry.lower().startswith(name.lower())]
    if begun:
        return f"Did you mean {begun[0]!r}?"
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return did_you_mean(name, names, f"Known: {', '.join(names[:12])}{more}.")


def needs_of(error: ErrorDetails) -> str:
    """What pydantic asked for, in words."""
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "enum":
        return f"one of {context['expected']}"
    bounds = {
        "greater_than_equal": ("ge", "{:g} or more"),
        "greater_than": ("gt", "more than {:g}"),
        "less_than_equal": ("le", "{:g} or less"),
        "too_short": ("min_length", "at least {} entries"),
    }
    if kind in bounds:
        key, words = bounds[kind]
        return words.format(context[key])
    if kind == "value_error":
        return str(context["error"])
    return _NEEDS.get(kind, error["msg"])
