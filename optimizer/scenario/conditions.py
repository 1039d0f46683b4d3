"""Conditions of a selector: a value, a list of values, a comparison such as ">=3", or null for blank cells."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.scenario.columns import Cells, Unfit
from optimizer.scenario.nodes import resolve
from optimizer.scenario.wording import shown

Mask = npt.NDArray[np.bool_]

_COMPARISON = re.compile(r"\s*(>=|<=|!=|>|<)\s*(.*?)\s*", re.DOTALL)
_ORDER: MappingProxyType[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
)


@dataclass(frozen=True)
class Condition:
    """One test of a column; `sign` is =, != or a comparison of numbers, value None means blank."""

    sign: str
    value: Any

    def holds(self, values: pd.Series, column: Cells) -> Mask:
        """Per cell whether the condition holds. Blank cells fulfil `null` and every `!=` but `!=null`."""
        if self.sign in _ORDER:
            found = _ORDER[self.sign](values.to_numpy(dtype=float), self.value)
        elif self.value is None:
            found = blank(values, column)
        elif column.is_list:
            found = np.fromiter((_holds_entry(cell, self.value) for cell in values), dtype=bool, count=len(values))
        else:
            found = (values == self.value).to_numpy(dtype=bool)
        mask: Mask = ~found if self.sign == "!=" else found
        return mask


def _holds_entry(cell: Any, entry: Any) -> bool:
    return isinstance(cell, tuple) and entry in cell


def blank(values: pd.Series, column: Cells) -> Mask:
    """Per cell whether it is blank; an empty list is."""
    missing: Mask = values.isna().to_numpy(dtype=bool)
    if not column.is_list:
        return missing
    empty: Mask = np.fromiter((cell == () for cell in values), dtype=bool, count=len(values))
    return missing | empty


def conditions(column: Cells, wanted: Any) -> tuple[Condition, ...]:
    """What is written for a column under `where`, as conditions of which any one must hold.

    Raises `Unfit` for what the column can never hold.
    """
    if isinstance(wanted, list | tuple):
        if not wanted:
            raise Unfit("[]", "at least one value", "List the values that are meant, or leave the column out.")
        return tuple(Condition("=", _wanted(column, value)) for value in wanted)
    match = _COMPARISON.fullmatch(wanted) if isinstance(wanted, str) else None
    if match is None:
        return (Condition("=", _wanted(column, wanted)),)
    sign, text = match.groups()
    return (Condition(sign, _unequal(column, text) if sign == "!=" else _bound(column, text)),)


def _wanted(column: Cells, value: Any) -> Any:
    """A value to be equal to; for a list column, an entry to be in the list."""
    if value is None:
        return None
    cell = column.value(value)
    if not column.is_list:
        return cell
    if len(cell) != 1:
        raise Unfit(shown(value), "one entry of the list", "Write a list to accept any of several.")
    return cell[0]


def _unequal(column: Cells, text: str) -> Any:
    if not text:
        raise Unfit("!= without a value", "a value after it", "Write !=null for cells that are not blank.")
    if resolve(text) is None:
        return None
    return _wanted(column, text)


def _bound(column: Cells, text: str) -> float:
    bound = resolve(text)
    if not column.is_number:
        raise Unfit("a comparison of size", "a value or a list of values", f"{column.name} holds no numbers.")
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not np.isfinite(bound):
        raise Unfit(shown(text), "a number after the sign", 'Write for example ">=3".')
    return float(bound)
