"""From what pydantic says to what an owner of the table can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from optimizer.county.fields import Column, columns_of
from optimizer.county.records import Record
from optimizer.county.terms import EVERYDAY_WORDS
from optimizer.errors import Finding

R = TypeVar("R", bound=Record)

_BOUNDS = {
    "less_than_equal": "Type at most {le:,.15g}.",
    "greater_than_equal": "Type at least {ge:,.15g}.",
    "greater_than": "Type more than {gt:,.15g}.",
}


def nearest(word: object, known: Iterable[str], meant: Mapping[str, str] = MappingProxyType({})) -> str:
    """The known word closest to one that is not known, or ''; upper and lower case count as equal.

    `meant` gives the known word by another one of the same meaning, which letters alone would miss or mistake.
    """
    by_fold = {name.casefold(): name for name in known}
    asked = str(word).strip().casefold()
    if meant.get(asked) in by_fold:
        return by_fold[meant[asked]]
    close = get_close_matches(asked, by_fold, n=1)
    return by_fold[close[0]] if close else ""


def nearest_path(path: Path) -> Path | None:
    """The path that is there and closest, part by part, to one that is not; None if a part has nothing near it."""
    found = Path(path.anchor)
    for part in path.parts[bool(path.anchor) :]:
        if not (found / part).exists():
            try:
                part = nearest(part, [entry.name for entry in found.iterdir()])
            except OSError:
                return None
        if not part:
            return None
        found /= part
    return found


def did_you_mean(
    word: object, known: Iterable[str], otherwise: str, meant: Mapping[str, str] = MappingProxyType({})
) -> str:
    """A fix that names the closest known word, or else the given one."""
    near = nearest(word, known, meant)
    return f"Did you mean {near!r}?" if near else otherwise


def shown(value: object) -> str:
    """A cell as a finding shows it, cut where it is long."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "blank"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]}...{text[-1]}"


def record_or_findings(
    record: type[R], cells: Mapping[str, Any], where: Callable[[str], str]
) -> tuple[R | None, list[Finding]]:
    """One row as a record, or everything that is wrong with it.

    `cells` has no blanks: a field that needs a value and is not there is found blank.
    """
    try:
        return record.model_validate(cells), []
    except ValidationError as error:
        return None, list(_findings(error, record, cells, where))


def _findings(
    error: ValidationError, record: type[Record], cells: Mapping[str, Any], where: Callable[[str], str]
) -> Iterator[Finding]:
    seen = set()
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0])
        if name not in seen:
            seen.add(name)
            column = columns_of(record)[name]
            needs, fix = _advice(problem, column)
            yield Finding(where(name), shown(cells.get(name)), needs, fix)


def _advice(problem: ErrorDetails, column: Column) -> tuple[str, str]:
    """What the cell needs and how to mend it, by the kind of pydantic's error."""
    context = problem.get("ctx", {})
    match problem["type"]:
        case "cell":
            return context["needs"], context["fix"]
        case "missing":
            return column.needs, "Fill it in; a blank never means 0."
        case "enum":
            return column.needs, did_you_mean(problem["input"], column.words, "Use one of these words.", EVERYDAY_WORDS)
        case "too_long" | "string_too_long":
            return f"{column.needs} of at most {context['max_length']} characters", "Shorten it."
        case "int_from_float":
            return column.needs, "Type a whole number."
        case "less_than_equal" if column.most == 1:
            return column.needs, "Divide it by 100 if it is a percentage."
        case kind:
            return column.needs, _BOUNDS.get(kind, "Type a plain value.").format(**context)
