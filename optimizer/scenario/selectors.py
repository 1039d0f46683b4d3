"""Selectors: which rows of a table are meant, and whether what is asked of them can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimizer.county.county import TABLES, County
from optimizer.errors import Finding
from optimizer.scenario.columns import RECORDS, Cells, Unfit, cells_of, names_of
from optimizer.scenario.conditions import Mask, conditions
from optimizer.scenario.wording import nearest, shown

MAX_FACTOR = 1_000_000


@dataclass(frozen=True)
class Problem:
    """Something wrong in a selector, at one name of its where, scale or override."""

    block: str
    name: str
    found: str
    needs: str
    fix: str

    def at(self, where: str) -> Finding:
        return Finding(f"{where} {self.block} {self.name}".rstrip(), self.found, self.needs, self.fix)


def problems(
    table: str, where: Mapping[str, Any], scale: Mapping[str, Any], override: Mapping[str, Any]
) -> list[Problem]:
    """What is wrong with a selector whatever the county holds: unknown columns, values no cell could have."""
    return [
        *_where_problems(table, where),
        *_scale_problems(table, scale),
        *_override_problems(table, scale, override),
    ]


def _where_problems(table: str, where: Mapping[str, Any]) -> Iterator[Problem]:
    for name, wanted in where.items():
        known = cells_of(table, name)
        if known is None:
            yield _unknown("where", table, name, names_of(table))
            continue
        try:
            conditions(known, wanted)
        except Unfit as unfit:
            yield Problem("where", name, unfit.found, unfit.needs, unfit.fix)


def _scale_problems(table: str, scale: Mapping[str, Any]) -> Iterator[Problem]:
    for name, factor in scale.items():
        known = _changeable("scale", table, name)
        if isinstance(known, Problem):
            yield known
        elif not known.is_number:
            yield Problem("scale", name, f"{name}, which holds no numbers", "a column of numbers", "Use override.")
        elif not _is_factor(factor):
            fix = "Write 1.15 for 15 % more, 0.9 for 10 % less."
            yield Problem("scale", name, shown(factor), f"a factor from 0 to {MAX_FACTOR:,}", fix)


def _override_problems(table: str, scale: Mapping[str, Any], override: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in override.items():
        known = _changeable("override", table, name)
        if isinstance(known, Problem):
            yield known
            continue
        if name in scale:
            yield Problem("override", name, "a column that is scaled too", "one of the two", "Remove one of the two.")
        try:
            known.value(value)
        except Unfit as unfit:
            yield Problem("override", name, unfit.found, unfit.needs, unfit.fix)


def _changeable(block: str, table: str, name: str) -> Cells | Problem:
    """A column that a change may touch, or why it may not."""
    key = TABLES[table].key
    if name in key:
        fix = "Change other columns; to take an organization or a service out, forbid its decisions."
        return Problem(block, name, "a key column", "a column that is not part of the key", fix)
    known = cells_of(table, name) if name in TABLES[table].columns else None
    return known or _unknown(block, table, name, [own for own in TABLES[table].columns if own not in key])


def _unknown(block: str, table: str, name: str, known: Iterable[str]) -> Problem:
    return Problem(block, name, f"'{name}'", f"a column of {table}", nearest(name, known))


def _is_factor(factor: Any) -> bool:
    if isinstance(factor, bool) or not isinstance(factor, int | float):
        return False
    return 0 <= factor <= MAX_FACTOR


def selected(county: County, table: str, where: Mapping[str, Any], frame: pd.DataFrame) -> Mask:
    """Per row of `frame` (the table as it stands so far) whether every condition of `where` holds."""
    mask: Mask = np.ones(len(frame), dtype=bool)
    for name, wanted in where.items():
        mask &= _fulfilled(county, table, name, wanted, frame)
    return mask


def _fulfilled(county: County, table: str, name: str, wanted: Any, frame: pd.DataFrame) -> Mask:
    known = _known(table, name)
    values = values_of(county, table, name, frame)
    mask: Mask = np.logical_or.reduce([condition.holds(values, known) for condition in conditions(known, wanted)])
    return mask


def _known(table: str, name: str) -> Cells:
    known = cells_of(table, name)
    if known is None:
        raise KeyError(f"{table} has no column {name}")
    return known


def values_of(county: County, table: str, name: str, frame: pd.DataFrame) -> pd.Series:
    """Cells of a column, or of `prefix.column` of the record each row belongs to; blank where it has none."""
    prefix, dot, own = name.rpartition(".")
    if not dot:
        return frame[name]
    target = RECORDS[prefix]
    keys = _keys(county, table, prefix, frame)
    lookup = county.frame(target).set_index(TABLES[target].key[0], drop=False)[own]
    found = lookup.reindex(keys.to_numpy(dtype=object))
    return found.reset_index(drop=True)


def _keys(county: County, table: str, prefix: str, frame: pd.DataFrame) -> pd.Series:
    """Per row the id of the record with that prefix; an offer into a pool has the pool's host as organization."""
    if table in ("uses", "coverages") and prefix != "offer":
        offers = county.frame("offers")
        by_offer = pd.Series(_keys(county, "offers", prefix, offers).to_numpy(), index=offers["offer_id"], dtype=object)
        return frame["offer_id"].map(by_offer)
    if prefix == "organization" and table == "offers":
        pools = county.frame("pools")
        hosts = pd.Series(pools["host_org_id"].to_numpy(), index=pools["pool_id"], dtype=object)
        return frame["org_id"].where(frame["org_id"].notna(), frame["pool_id"].map(hosts))
    if prefix == "organization":
        return frame["host_org_id" if table == "pools" else "org_id"]
    return frame[TABLES[RECORDS[prefix]].key[0]]


def nothing_selected(county: County, table: str, where: Mapping[str, Any], frame: pd.DataFrame, origin: str) -> Finding:
    """Why a selector matches no row: the first value that no row has, and the nearest one that some row has."""
    place = f"{origin} {table}"
    if frame.empty:
        fix = f"Give the county a table {table}, or remove this selector."
        return Finding(place, f"no rows in {table}", "rows to select from", fix)
    for name, wanted in where.items():
        if not _fulfilled(county, table, name, wanted, frame).any():
            found = f"no row of {table} with {name}: {shown(wanted)}"
            fix = _instead(_known(table, name), values_of(county, table, name, frame), wanted)
            return Finding(f"{place} where {name}", found, "a value that some row has", fix)
    return Finding(place, f"no row of {table} that fulfils all conditions", "at least one row", "Loosen a condition.")


def _instead(known: Cells, values: pd.Series, wanted: Any) -> str:
    values = values.dropna()
    if known.is_number and len(values):
        return f"The values lie between {values.min():g} and {values.max():g}."
    entries = {str(entry) for cell in values for entry in (cell if isinstance(cell, tuple) else (cell,))}
    asked = wanted[0] if isinstance(wanted, list | tuple) else wanted
    return nearest(str(asked), entries)
