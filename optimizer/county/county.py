"""A county: its facts and its tables, frozen, as records and as frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, TypeVar, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county import records
from optimizer.county.records import Facts, Record

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Table:
    """What a table is: its record, its key and what its absence means."""

    name: str
    record: type[Record]
    key: tuple[str, ...]
    absent: str
    """What it means if the table is not there."""
    required: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.record.model_fields)


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            Table("services", records.Service, ("service_id",), "refused", required=True),
            Table("organizations", records.Organization, ("org_id",), "nobody else delivers anything"),
            Table("capacities", records.Capacity, ("org_id", "resource", "year"), "no provider is limited"),
            Table("overlaps", records.Overlap, ("org_id", "service_id", "stance"), "no workshop was held"),
            Table("offers", records.Offer, ("offer_id",), "offers are estimated from overlaps alone"),
            Table("coverages", records.Coverage, ("offer_id", "district"), "coverage is the same everywhere"),
            Table("uses", records.Use, ("offer_id", "resource"), "an offer uses its price in usd and its staff in fte"),
            Table("pools", records.Pool, ("pool_id",), "nothing can be consolidated in a pool"),
            Table("pool_tiers", records.PoolTier, ("pool_id", "tier"), "pools cost the same at any volume"),
            Table("mandates", records.Mandate, ("mandate_id",), "no duty needs coverage"),
            Table("mandate_services", records.MandateService, ("mandate_id", "service_id"), "no duty needs coverage"),
            Table("links", records.Link, ("link_id",), "every service is decided on its own"),
            Table("link_services", records.LinkService, ("link_id", "service_id"), "every service is decided alone"),
            Table(
                "communication_costs",
                records.CommunicationCost,
                ("from_org_id", "to_org_id"),
                "a unit costs economics.communication_usd_per_unit between any two organizations",
            ),
            Table("sales", records.Sale, ("sale_id",), "nobody would buy a service"),
            Table("spare_staff", records.SpareStaff, ("department", "year"), "no department has staff to spare"),
            Table("proposals", records.Proposal, ("proposal_id",), "freed money is not spent"),
            Table("priors", records.Prior, ("service_class", "kind", "decision"), "the shipped priors are used"),
        )
    }
)


@dataclass(frozen=True)
class Source:
    """Where a table was read: its file or sheet, and the row of each record in it."""

    place: str
    rows: tuple[int, ...]
    words: tuple[str, str] = ("row", "column")
    """What a row and a column are called there; a YAML file has lines and fields."""

    def where(self, index: int, column: str = "") -> str:
        row, cell = self.words
        return f"{self.place} {row} {self.rows[index]}" + (f" {cell} {column}" if column else "")


@dataclass(frozen=True)
class County:
    """A county and everything that is true of it; tables are tuples of records in file order."""

    facts: Facts
    services: tuple[records.Service, ...]
    organizations: tuple[records.Organization, ...] = ()
    capacities: tuple[records.Capacity, ...] = ()
    overlaps: tuple[records.Overlap, ...] = ()
    offers: tuple[records.Offer, ...] = ()
    coverages: tuple[records.Coverage, ...] = ()
    uses: tuple[records.Use, ...] = ()
    pools: tuple[records.Pool, ...] = ()
    pool_tiers: tuple[records.PoolTier, ...] = ()
    mandates: tuple[records.Mandate, ...] = ()
    mandate_services: tuple[records.MandateService, ...] = ()
    links: tuple[records.Link, ...] = ()
    link_services: tuple[records.LinkService, ...] = ()
    communication_costs: tuple[records.CommunicationCost, ...] = ()
    sales: tuple[records.Sale, ...] = ()
    spare_staff: tuple[records.SpareStaff, ...] = ()
    proposals: tuple[records.Proposal, ...] = ()
    priors: tuple[records.Prior, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False)
    _found: dict[str, dict[Any, Any]] = field(
        default_factory=lambda: {name: {} for name in TABLES}, init=False, repr=False, compare=False
    )
    """Table to what functions found of it, which all counties that have the very table know."""

    def table(self, name: str) -> tuple[Record, ...]:
        """The records of one table."""
        rows: tuple[Record, ...] = getattr(self, TABLES[name].name)
        return rows

    def found_of(self, name: str, work_out: Callable[[type[Record], tuple[Record, ...]], _Found]) -> _Found:
        """What a function finds of one table alone, worked out once for all copies that have the same table.

        It is not to be changed in place.
        """
        known = self._found[name]
        if work_out not in known:
            known[work_out] = work_out(TABLES[name].record, self.table(name))
        found: _Found = known[work_out]
        return found

    def frame(self, name: str) -> pd.DataFrame:
        """One table as a frame: a column per field, NaN or None for blanks. Do not change it in place."""
        return self.found_of(name, frame_of)

    def where(self, table: str, index: int, column: str = "") -> str:
        """Where a record came from, as a reader of the county's files would look it up."""
        source = self.sources.get(table)
        if source is not None and index < len(source.rows):
            return source.where(index, column)
        return f"{table} row {index + 2}" + (f" column {column}" if column else "")

    def with_tables(self, **tables: tuple[Any, ...]) -> County:
        """A copy with some tables replaced; what is known of their sources is kept where lengths agree, what was found
        of the others stays known.
        """
        kept = {
            name: source
            for name, source in self.sources.items()
            if name not in tables or len(tables[name]) == len(source.rows)
        }
        changes: dict[str, Any] = {**tables, "sources": kept}
        return replace(self, **changes).knowing({name: self._found[name] for name in TABLES if name not in tables})

    def knowing(self, found: Mapping[str, dict[Any, Any]]) -> County:
        """The county itself, which need not work out again what functions found of these tables."""
        self._found.update(found)
        return self


def frame_of(record: type[Record], rows: tuple[Record, ...]) -> pd.DataFrame:
    """Records as a frame with a fixed dtype per column, also when there are no rows."""
    return _filled(record, rows) if rows else _no_rows(record)


def _filled(record: type[Record], rows: tuple[Record, ...]) -> pd.DataFrame:
    index = pd.RangeIndex(len(rows))  # the same for all, so that nothing need be aligned
    columns = {
        column: _cells([_plain(getattr(row, column)) for row in rows], index, dtype)
        for column, dtype in _dtypes(record).items()
    }
    return pd.DataFrame(columns, index)


def _cells(values: list[Any], index: pd.RangeIndex, dtype: str) -> npt.NDArray[Any] | pd.Series[Any]:
    """Numbers as an array, which pandas takes as it is; objects as a series, which it leaves objects."""
    if dtype != "object":
        return np.array(values, dtype=dtype)
    return pd.Series(np.fromiter(values, dtype=object, count=len(values)), index, dtype, copy=False)


@cache
def _no_rows(record: type[Record]) -> pd.DataFrame:
    return _filled(record, ())


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


@cache
def _dtypes(record: type[Record]) -> dict[str, str]:
    return {name: _dtype(info.annotation) for name, info in record.model_fields.items()}


def _dtype(annotation: Any) -> str:
    kinds = set(get_args(annotation)) or {annotation}
    bare = {get_args(kind)[0] if hasattr(kind, "__metadata__") else kind for kind in kinds} - {NoneType}
    if bare == {float}:
        return "float64"
    if bare == {int}:
        return "float64" if NoneType in kinds else "int64"
    if bare == {bool}:
        return "bool"
    return "object"
