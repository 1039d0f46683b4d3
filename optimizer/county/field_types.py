"""What a cell of a county's table may hold: its type, bounds, and words for both; a cell is refused, never guessed."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from optimizer.county.terms import Decision

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_PERCENTAGE = re.compile(r"\d+(\.\d+)?\s*%")
_DECIMAL_COMMA = re.compile(r"\d+,(\d{1,2}|\d{4,})")
"""A comma that cannot stand between thousands."""
_UNWRITABLE = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no workbook can hold; line breaks and tabs are among it."""
_SPREADSHEET_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_~-]{0,79}")


def _problem(needs: str, fix: str) -> PydanticCustomError:
    return PydanticCustomError("cell", "needs {needs}. {fix}", {"needs": needs, "fix": fix})


def _number(value: Any) -> Any:
    """A cell as a number; text with separators, signs or units is refused, never guessed."""
    if isinstance(value, bool):
        raise _problem("a number", "Type the number itself, not TRUE or FALSE.")
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    if _PERCENTAGE.fullmatch(text):
        # to remove no more than the sign would make it a hundred times as much
        share = float(text.rstrip("% ")) / 100
        raise _problem("a plain number", f"A share is a number from 0 to 1: {text} is {share:.10g}.")
    if _DECIMAL_COMMA.fullmatch(text):
        raise _problem("a plain number", f"Type decimals after a point: {text.replace(',', '.')}.")
    if re.search(r"[$€£,%()]", text):
        raise _problem("a plain number", "Remove currency signs, separators, percent signs and brackets.")
    raise _problem("a number", "Type digits with a point for decimals.")


def _whole(value: Any) -> Any:
    number = _number(value)
    if isinstance(number, float) and number.is_integer():
        return int(number)
    return number


def _yes_no(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    answer = {"yes": True, "no": False}.get(str(value).strip().lower())
    if answer is None:
        raise _problem("yes or no", "Type yes or no.")
    return answer


def _text(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _problem("text", "Type a text.")
    if not isinstance(value, str) and abs(value) >= 1e15:
        raise _problem("text", "Type it as text: a spreadsheet keeps only 15 digits of a number.")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    if not text:
        raise _problem("text", "Fill in this cell.")
    if _UNWRITABLE.search(text):
        raise _problem("text on one line", "Remove line breaks, tabs and control characters.")
    if text in _SPREADSHEET_ERRORS:
        raise _problem("text, not a spreadsheet's error", "Mend the formula, or type the text itself.")
    return text


def _id(value: Any) -> Any:
    text = _text(value)
    if not _ID.fullmatch(text):
        raise _problem(
            "an id of letters, digits, _ and - (80 at the most)", "Rename it here and in every table that uses it."
        )
    return text


def _listed(value: Any) -> Any:
    """`a; b` as a tuple; a cell holds a list only in columns declared so."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


def _needs(text: str) -> dict[str, str]:
    return {"needs": text}


Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Text = Annotated[str, BeforeValidator(_text), Field(max_length=300, json_schema_extra=_needs("a text"))]
Id = Annotated[str, BeforeValidator(_id), Field(json_schema_extra=_needs("an id"))]
YesNo = Annotated[bool, BeforeValidator(_yes_no), Field(json_schema_extra=_needs("yes or no"))]
Usd = Annotated[Number, Field(ge=0, le=1e12, json_schema_extra=_needs("US dollars, 0 or more"))]
Fte = Annotated[Number, Field(ge=0, le=1e6, json_schema_extra=_needs("staff, 0 or more"))]
Amount = Annotated[Number, Field(ge=0, le=1e12, json_schema_extra=_needs("an amount, 0 or more"))]
Share = Annotated[Number, Field(ge=0, le=1, json_schema_extra=_needs("a share from 0 to 1"))]
Months = Annotated[Number, Field(ge=0, le=240)]
Years = Annotated[Whole, Field(ge=1, le=1_000)]
Level = Annotated[Whole, Field(ge=0, le=4, json_schema_extra=_needs("a whole level from 0 to 4"))]
Count = Annotated[Whole, Field(ge=0, le=100_000_000, json_schema_extra=_needs("a whole number, 0 or more"))]
Decisions = Annotated[
    tuple[Decision, ...],
    BeforeValidator(_listed),
    PlainSerializer(lambda value: ";".join(value), when_used="json"),
    Field(json_schema_extra=_needs("decisions separated by ;")),
]
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    PlainSerializer(lambda value: ";".join(value), when_used="json"),
    Field(json_schema_extra=_needs("column names separated by ;")),
]
