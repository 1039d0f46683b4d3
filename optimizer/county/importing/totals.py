"""Find the source's totals again, fund by fund, from the services themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.importing.evaluate import evaluate, holds
from optimizer.county.importing.mapping import Compare, ImportMapping, Total
from optimizer.county.importing.report import CENT, PARTS, Comparison, Mismatch, TotalLine
from optimizer.county.importing.rows import Floats, Notes, Rows
from optimizer.county.records import Service
from optimizer.errors import Finding

NO_FUND = "(no fund)"


@dataclass(frozen=True)
class Fate:
    """What became of the counted rows of the source."""

    rows: Rows
    of_service: npt.NDArray[np.int64]
    """Place of each row's service, or -1."""
    reasons: Sequence[str]
    """Why a row became none, '' where it did."""


def reconciled(
    fate: Fate, services: Sequence[Service], mapping: ImportMapping
) -> tuple[list[TotalLine], list[Mismatch]]:
    """Every total of the mapping by fund, and the services whose rows state another total than their parts.

    A service's dollars count in its own fund. A blank amount in a kept row is noted as a finding; in a dropped row
    it holds no dollars.
    """
    funds = _funds(fate, services, mapping)
    lines: list[TotalLine] = []
    mismatches: list[Mismatch] = []
    for total in mapping.keep_totals:
        table = _table(total, fate, services, funds)
        lines += _lines(total.name, table)
        mismatches += _mismatches(total.name, fate, services, table)
    return lines, mismatches


def source_funds(rows: Rows, mapping: ImportMapping) -> list[str]:
    """The fund of every row as services would name it, whatever becomes of the row."""
    quiet = replace(rows, notes=Notes(), logged=False)
    named = evaluate(mapping.columns["fund"], quiet, ("columns", "fund"))
    columns = list(dict.fromkeys(mapping.columns["fund"].columns()))
    raw = quiet.texts(columns[0]) if columns else [None] * len(rows)
    return [str(name or text or NO_FUND) for name, text in zip(named, raw, strict=True)]


def _funds(fate: Fate, services: Sequence[Service], mapping: ImportMapping) -> list[str]:
    found = source_funds(fate.rows, mapping)
    return [services[place].fund if place >= 0 else fund for place, fund in zip(fate.of_service, found, strict=True)]


def _table(total: Total, fate: Fate, services: Sequence[Service], funds: Sequence[str]) -> pd.DataFrame:
    """One line per row (or service) and part: fund, part, what, service (-1: none), rows, usd."""
    kept = fate.of_service >= 0
    source = _amounts(total.total, fate.rows, kept)
    per_row = pd.DataFrame({"fund": funds, "service": fate.of_service, "rows": 1})
    pieces = [
        per_row.assign(part="source", what="", usd=source),
        per_row.assign(part="dropped", what=list(fate.reasons), usd=source)[~kept],
    ]
    for left in total.left_out:
        here = per_row[kept].assign(part="left out", what=left.reason)
        amounts = _amounts(left.column, fate.rows.take(kept), kept[kept])
        pieces.append(here.assign(usd=amounts)[amounts != 0])
    for field in total.services:
        values = [float(getattr(service, field)) for service in services]
        places = np.arange(len(services))
        counts = np.bincount(fate.of_service[kept], minlength=len(services))
        names = [service.fund for service in services]
        pieces.append(
            pd.DataFrame(
                {"fund": names, "service": places, "rows": counts, "part": "services", "what": field, "usd": values}
            )
        )
    return pd.concat(pieces, ignore_index=True)


def _amounts(column: str, rows: Rows, needed: npt.NDArray[np.bool_]) -> Floats:
    """A money column; a blank holds no dollars, and is noted as a finding where one is needed."""
    blank = np.array([value is None for value in rows.values(column)], dtype=bool)
    for index in np.flatnonzero(needed & blank):
        fix = "Fill it in, or say in the mapping what a blank means (blank_means with taken_as)."
        rows.notes.refuse(Finding(rows.where(int(index), column), "a blank", "dollars, to be reconciled", fix))
    return np.nan_to_num(rows.floats(column))


def _lines(name: str, table: pd.DataFrame) -> Iterator[TotalLine]:
    """The table added up by fund, with the difference of every fund."""
    sums = table.groupby(["fund", "part", "what"], sort=False)[["rows", "usd"]].sum()
    signed = table["usd"].where(table["part"] == "source", -table["usd"])
    differences = signed.groupby(table["fund"], sort=False).sum()
    order = {part: place for place, part in enumerate(PARTS)}
    for fund in sorted(differences.index):
        parts = sums.loc[fund].sort_index(level=0, key=lambda level: level.map(order), sort_remaining=False)
        for (part, what), row in parts.iterrows():
            yield TotalLine(name, fund, part, what, int(row["rows"]), _cents(row["usd"]))
        yield TotalLine(name, fund, "difference", "", 0, _cents(differences[fund]))


def _mismatches(name: str, fate: Fate, services: Sequence[Service], table: pd.DataFrame) -> Iterator[Mismatch]:
    """Services whose own rows state another total than services and left out parts have together."""
    kept = table[table["service"] >= 0]
    by_part = kept.pivot_table(index="service", columns="part", values="usd", aggfunc="sum", fill_value=0.0)
    by_part = by_part.reindex(columns=["source", "services", "left out"], fill_value=0.0)
    difference = by_part["source"] - by_part["services"] - by_part["left out"]
    for place in difference.index[difference.abs() >= CENT]:
        rows = np.flatnonzero(fate.of_service == place)
        source, parts, left_out = (_cents(usd) for usd in by_part.loc[place].to_numpy(dtype=float))
        more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        yield Mismatch(
            name,
            services[place].service_id,
            f"row {fate.rows.numbers[rows[0]]}{more}",
            source,
            parts,
            left_out,
            _cents(difference[place]),
        )


def compared(compare: Compare, on: Sequence[str], rows: Rows, stated: Rows) -> Iterator[Comparison]:
    """Keys for which the rows do not add up to what the joined sheet states, beyond the tolerance."""
    chosen = rows.take(holds(compare.where, rows))
    added = _by_key(chosen, on, compare.sum_of)
    told = _by_key(stated, on, compare.against.column)
    for key in dict.fromkeys((*told, *added)):
        difference = added.get(key, 0.0) - told.get(key, 0.0)
        if abs(difference) > compare.tolerance_usd:
            found, said = _cents(added.get(key, 0.0)), _cents(told.get(key, 0.0))
            yield Comparison(compare.name, key, found, said, _cents(difference))


def _by_key(rows: Rows, on: Sequence[str], column: str) -> dict[str, float]:
    """Sums by key, of the rows that have one."""
    texts = zip(*(rows.texts(name) for name in on), strict=True)
    keys = [", ".join(text or "" for text in key) if any(key) else "" for key in texts]
    sums = pd.Series(np.nan_to_num(rows.floats(column))).groupby(pd.Series(keys, dtype=object), sort=False).sum()
    return {str(key): float(value) for key, value in sums.items() if key}


def _cents(usd: float) -> float:
    return round(float(usd), 2) + 0.0
