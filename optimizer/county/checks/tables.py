"""Small helpers that several rules share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

from optimizer.county.county import TABLES, County, Table
from optimizer.county.facts import LISTS
from optimizer.county.records import Record

ALL_TABLES: Mapping[str, Table] = {**LISTS, **TABLES}


def rows_of(county: County, table: str) -> tuple[Record, ...]:
    """The records of a table, or of a list among the facts."""
    rows: tuple[Record, ...] = getattr(county.facts, table) if table in LISTS else county.table(table)
    return rows


def groups(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Row indices by the id they belong to, in file order."""
    by_id: dict[str, list[int]] = defaultdict(list)
    for key, index in pairs:
        by_id[key].append(index)
    return by_id


def provider(county: County) -> Mapping[str, str]:
    """Provider organization by offer id: its own, or its pool's host; '' where the county itself delivers."""
    hosts = {pool.pool_id: pool.host_org_id for pool in county.pools}
    return {offer.offer_id: offer.org_id or hosts.get(offer.pool_id or "") or "" for offer in county.offers}


def first_words(items: Iterable[str], count: int = 5) -> str:
    """A list in words, cut after a few."""
    listed = list(items)
    return ", ".join(chain(listed[:count], ["..."] if len(listed) > count else ()))
