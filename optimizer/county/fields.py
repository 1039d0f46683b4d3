"""What a column holds, read from its field: type, bounds and the words for both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from optimizer.county.field_texts import texts_of
from optimizer.county.records import Record


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    type: type
    """float, int, bool, str, tuple, or a StrEnum."""
    needs: str
    """What a cell must hold, in words."""
    least: float | None
    """Smallest number allowed."""
    most: float | None
    """Largest number allowed."""
    words: tuple[str, ...]
    """Every word that may stand here, where they are fixed."""
    required: bool
    description: str

    @property
    def is_text(self) -> bool:
        """Whether a cell is text to a spreadsheet: neither number nor yes/no."""
        return self.type not in (float, int, bool)


@cache
def columns_of(record: type[Record]) -> dict[str, Column]:
    """The columns of a record by name, in their order."""
    texts = texts_of(record)
    return {name: _column(name, info, texts.get(name, "")) for name, info in record.model_fields.items()}


def _column(name: str, info: FieldInfo, text: str) -> Column:
    parts = list(_parts(info))
    kind = _bare(info.annotation)
    low: list[Any] = [part.gt if isinstance(part, Gt) else part.ge for part in parts if isinstance(part, Ge | Gt)]
    high: list[Any] = [part.le for part in parts if isinstance(part, Le)]
    words = tuple(word.value for word in _enum_of(info.annotation))
    return Column(
        name=name,
        type=kind,
        needs=_needs(parts, kind, words),
        least=float(low[0]) if low else None,
        most=float(high[0]) if high else None,
        words=words,
        required=info.is_required(),
        description=" ".join(text.split()),
    )


def _parts(info: FieldInfo) -> Iterator[Any]:
    """The field's constraints and texts, also those inside `X | None`."""
    yield info
    yield from info.metadata
    for option in get_args(info.annotation):
        if get_origin(option) is Annotated:
            for part in get_args(option)[1:]:
                yield from (part, *part.metadata) if isinstance(part, FieldInfo) else (part,)


def _bare(annotation: Any) -> type:
    options = [option for option in get_args(annotation) if option is not NoneType]
    if get_origin(annotation) is tuple:
        return tuple
    if get_origin(annotation) is Annotated:
        return _bare(options[0])
    bare: type = _bare(options[0]) if options else annotation
    return bare


def _enum_of(annotation: Any) -> Iterator[StrEnum]:
    kinds = {annotation, *get_args(annotation)}
    return (word for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum) for word in kind)


def _needs(parts: list[Any], kind: type, words: tuple[str, ...]) -> str:
    if words and kind is not tuple:
        return f"one of {', '.join(words)}"
    said = (part.json_schema_extra for part in parts if isinstance(part, FieldInfo))
    for extra in said:
        if isinstance(extra, dict) and "needs" in extra:
            return str(extra["needs"]) + (f" ({', '.join(words)})" if words else "")
    if kind is tuple:
        return "a list"
    return ("a whole number" if kind is int else "a number") + _range(parts)


def _range(parts: list[Any]) -> str:
    least = next((f" from {part.ge}" for part in parts if isinstance(part, Ge)), "")
    above = next((f" above {part.gt}" for part in parts if isinstance(part, Gt)), "")
    most = next((f" to {part.le:g}" for part in parts if isinstance(part, Le)), "")
    return least + above + most
