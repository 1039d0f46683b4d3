"""What an import did: rows, dollars by fund, values mapped, assumptions made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

PARTS = ("source", "services", "left out", "dropped", "difference")
"""Parts of a total, in the order in which they are told."""
CENT = 0.005
"""Dollars below which two amounts are the same."""


@dataclass(frozen=True)
class TotalLine:
    """A part of one total in one fund: total = services + left out + dropped + difference."""

    total: str
    fund: str
    part: str
    """source, services, left out, dropped or difference."""
    what: str
    """Field of the services, or the reason."""
    rows: int
    usd: float


@dataclass(frozen=True)
class DroppedRows:
    """Source rows that became no service."""

    reason: str
    rows: int
    counted: bool
    """Whether their dollars are in the source's totals."""


@dataclass(frozen=True)
class Mismatch:
    """A service whose dollars do not add up to the total its own rows state."""

    total: str
    service_id: str
    where: str
    source_usd: float
    services_usd: float
    left_out_usd: float
    difference_usd: float


@dataclass(frozen=True)
class Comparison:
    """Two statements of the source on the same dollars that differ."""

    name: str
    key: str
    added_up_usd: float
    stated_usd: float
    difference_usd: float


@dataclass(frozen=True)
class MappedValue:
    """A text of the source and what became of it."""

    field: str
    found: str
    became: str
    rows: int


@dataclass(frozen=True)
class Assumption:
    """Something the mapping states because the source does not."""

    field: str
    """Field or source column; blank: the import as a whole."""
    assumption: str
    rows: int
    """Rows that rest on it; 0: it concerns no single row."""


@dataclass(frozen=True)
class Renamed:
    """A service whose name was added to, because others have the same."""

    service_id: str
    source_name: str
    name: str


@dataclass(frozen=True)
class ImportReport:
    """Everything an import has to account for."""

    source: str
    source_sha256: str
    mapping: str
    mapping_sha256: str
    about: str
    rows_read: int
    rows_kept: int
    """Source rows that are part of a service."""
    services: int
    fte: float
    """Staff of all services."""
    links: int
    dropped: tuple[DroppedRows, ...]
    totals: tuple[TotalLine, ...]
    mismatches: tuple[Mismatch, ...]
    comparisons: tuple[Comparison, ...]
    mapped: tuple[MappedValue, ...]
    assumptions: tuple[Assumption, ...]
    renamed: tuple[Renamed, ...]

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """One frame per list of the report, a column per field; dollars in USD, rows counted."""
        return {
            "dropped": _frame(DroppedRows, self.dropped),
            "totals": _frame(TotalLine, self.totals),
            "mismatches": _frame(Mismatch, self.mismatches),
            "comparisons": _frame(Comparison, self.comparisons),
            "mapped": _frame(MappedValue, self.mapped),
            "assumptions": _frame(Assumption, self.assumptions),
            "renamed": _frame(Renamed, self.renamed),
        }

    def difference_usd(self, total: str) -> float:
        """What is left unexplained of a total over all funds; single funds may still differ."""
        return round(sum(line.usd for line in self.totals if (line.total, line.part) == (total, "difference")), 2)


def _frame(kind: type[Any], items: Iterable[Any]) -> pd.DataFrame:
    names = [item.name for item in fields(kind)]
    return pd.DataFrame([[getattr(item, name) for name in names] for item in items], columns=names)


def by_part(lines: Iterable[TotalLine]) -> Mapping[tuple[str, str], float]:
    """Dollars by part and what, over all funds, in the order of `PARTS`."""
    sums: dict[tuple[str, str], float] = {}
    for line in sorted(lines, key=lambda line: PARTS.index(line.part)):
        key = (line.part, line.what)
        sums[key] = round(sums.get(key, 0.0) + line.usd, 2)
    return sums
