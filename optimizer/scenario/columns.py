"""What a selector can speak of: the columns of a table and of the records its rows belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from optimizer.county.county import TABLES
from optimizer.scenario.wording import nearest, needs_of, shown

RECORDS: Mapping[str, str] = MappingProxyType(
    {
        "service": "services",
        "organization": "organizations",
        "pool": "pools",
        "mandate": "mandates",
        "link": "links",
        "offer": "offers",
    }
)
"""Prefix of a joined record's columns to its table."""

JOINED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "offers": ("service", "organization", "pool"),
        "uses": ("offer", "service", "organization", "pool"),
        "coverages": ("offer", "service", "organization", "pool"),
        "capacities": ("organization",),
        "overlaps": ("organization", "service"),
        "pools": ("organization",),
        "pool_tiers": ("pool",),
        "mandate_services": ("mandate", "service"),
        "link_services": ("link", "service"),
    }
)
"""Records that a row of a table belongs to, by prefix; a pool's organization is its host."""


class Unfit(Exception):
    """A value that a column cannot hold or be compared with."""

    def __init__(self, found: str, needs: str, fix: str) -> None:
        super().__init__(found, needs, fix)
        self.found, self.needs, self.fix = found, needs, fix


@dataclass(frozen=True)
class Column:
    """One column: how its cells read and compare."""

    name: str
    kind: str
    """number, yes_no, text, choice or list."""
    choices: tuple[str, ...]
    """The only texts there are; empty: any."""
    adapter: TypeAdapter[Any]
    needs: str

    def cell(self, value: Any) -> Any:
        """The value as a cell of this column; `Unfit` if it cannot be one."""
        if value is None and self.kind == "list":
            return ()
        try:
            return _bare(self.adapter.validate_python(value))
        except ValidationError as error:
            detail = error.errors()[0]
            needs = self.needs or needs_of(detail)
            fix = nearest(value, self.choices) if self.choices and isinstance(value, str) else self._fix(detail)
            raise Unfit(shown(value), needs, fix) from None

    def _fix(self, detail: Any) -> str:
        return str(detail.get("ctx", {}).get("fix", f"Change what is written for {self.name}."))


def _bare(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return tuple(_bare(part) for part in value) if isinstance(value, tuple) else value


@cache
def column(table: str, name: str) -> Column | None:
    """A table's own column, or `prefix.column` of a record its rows belong to; None if there is none."""
    prefix, dot, own = name.rpartition(".")
    if dot:
        return column(RECORDS[prefix], own) if prefix in JOINED.get(table, ()) else None
    info = TABLES[table].record.model_fields.get(name)
    return None if info is None else _column(name, info)


@cache
def names(table: str) -> tuple[str, ...]:
    """Every name that `column` knows for a table."""
    joined = (f"{prefix}.{name}" for prefix in JOINED.get(table, ()) for name in TABLES[RECORDS[prefix]].columns)
    return (*TABLES[table].columns, *joined)


def _column(name: str, info: FieldInfo) -> Column:
    annotation: Any = info.annotation
    # The field's own checks stand beside its annotation; put back together they check a single cell.
    checked = Annotated[(annotation, *info.metadata)] if info.metadata else annotation
    adapter: TypeAdapter[Any] = TypeAdapter(checked, config=ConfigDict(allow_inf_nan=False))
    inner = _inner(annotation)
    member = get_args(inner)[0] if get_origin(inner) is tuple else inner
    choices = tuple(str(choice) for choice in member) if issubclass(member, StrEnum) else ()
    needs = "" if not choices else f"one of {', '.join(choices)}"
    return Column(name, _kind(inner), choices, adapter, needs or _stated_needs(annotation, info))


def _inner(annotation: Any) -> Any:
    """The bare type of a cell that is not blank."""
    for part in get_args(annotation) if get_origin(annotation) is not tuple else ():
        if part is not NoneType:
            return _inner(part)
    return annotation


def _kind(inner: Any) -> str:
    if get_origin(inner) is tuple:
        return "list"
    if inner is bool:
        return "yes_no"
    if inner in (int, float):
        return "number"
    return "choice" if issubclass(inner, StrEnum) else "text"


def _stated_needs(annotation: Any, info: FieldInfo) -> str:
    """What the record itself says that a cell needs."""
    inner = [part for arg in get_args(annotation) for part in getattr(arg, "__metadata__", ())]
    for source in (info, *inner):
        extra = getattr(source, "json_schema_extra", None)
        if isinstance(extra, dict) and "needs" in extra:
            return str(extra["needs"])
    return ""
