"""Published optima and best known values, by name and size."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "best_known.csv"


@dataclass(frozen=True)
class Known:
    """What is known of a published instance that is minimized."""

    value: float
    proved: bool
    """Whether no solution is cheaper; else it is the best one anybody has told of."""
    source: str


def known_value(name: str, columns: int) -> Known | None:
    """What is known of an instance by this name whose program has so many columns; None: nothing.

    The size tells instances of one name apart: p1 is in more than one collection. Assignment problems have a column
    per agent and job, location problems one more per site.
    """
    return _table().get((name, columns))


@cache
def _table() -> dict[tuple[str, int], Known]:
    found = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sites, pairs = int(row["agents_or_sites"]), int(row["agents_or_sites"]) * int(row["jobs_or_customers"])
            known = Known(float(row["value"]), row["status"] == "proved", row["source"])
            found[row["name"], pairs] = found[row["name"], pairs + sites] = known
    return found
