"""What a selector can speak of: the columns of a table and of the records its rows belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from optimizer.county.county import TABLES
from optimizer.county.fields import Column, columns_of
from optimizer.scenario.wording import nearest, shown

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
        "sales": ("service", "organization"),
    }
)
"""Records that a row of a table belongs to, by prefix; a pool's organization is its host, a sale's its buyer."""


class Unfit(Exception):
    """A value that a column cannot hold or be compared with."""

    def __init__(self, found: str, needs: str, fix: str) -> None:
        super().__init__(found, needs, fix)
        self.found, self.needs, self.fix = found, needs, fix


@dataclass(frozen=True)
class Cells:
    """The cells of one column: how they read, and of what kind they are."""

    column: Column
    adapter: TypeAdapter[Any]

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def is_number(self) -> bool:
        return self.column.type in (int, float)

    @property
    def is_list(self) -> bool:
        return self.column.type is tuple

    @property
    def is_text(self) -> bool:
        return self.column.is_text

    def value(self, written: Any) -> Any:
        """What is written as the value of a cell, enums as text; `Unfit` if no cell of the column could be that."""
        if written is None and self.is_list:
            return ()
        try:
            return plain_cell(self.adapter.validate_python(written))
        except ValidationError as error:
            context = error.errors()[0].get("ctx", {})
            fix = str(context.get("fix", f"Correct what is written for {self.name}."))
            is_word = self.column.words and isinstance(written, str)
            fix = nearest(written, self.column.words) if is_word else fix
            raise Unfit(shown(written), self.column.needs, fix) from None


def plain_cell(value: Any) -> Any:
    """A record's value with its words as plain text."""
    if isinstance(value, StrEnum):
        return value.value
    return tuple(plain_cell(part) for part in value) if isinstance(value, tuple) else value


@cache
def cells_of(table: str, name: str) -> Cells | None:
    """A table's own column, or `prefix.column` of a record its rows belong to; None if there is none."""
    prefix, dot, own = name.rpartition(".")
    if dot:
        return cells_of(RECORDS[prefix], own) if prefix in JOINED.get(table, ()) else None
    record = TABLES[table].record
    info = record.model_fields.get(name)
    if info is None:
        return None
    # The field's own checks stand beside its annotation; put back together they check a single cell.
    checked: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return Cells(columns_of(record)[name], TypeAdapter(checked, config=ConfigDict(allow_inf_nan=False)))


@cache
def names_of(table: str) -> tuple[str, ...]:
    """Every name that `cells_of` knows for a table."""
    joined = (f"{prefix}.{name}" for prefix in JOINED.get(table, ()) for name in TABLES[RECORDS[prefix]].columns)
    return (*TABLES[table].columns, *joined)
