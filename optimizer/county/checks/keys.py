"""Rules on keys: every record is named once, and no two names can be mistaken for each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from optimizer.county.checks.tables import ALL_TABLES, rows_of
from optimizer.county.county import County
from optimizer.errors import Finding

_COUNTED = (("capacities", "year"), ("pool_tiers", "tier"), ("link_services", "position"), ("spare_staff", "year"))


def keys_once(county: County) -> Iterator[Finding]:
    """No two rows of a table have the same key; two blanks are the same."""
    for name, table in ALL_TABLES.items():
        keys = [tuple(getattr(row, column) for column in table.key) for row in rows_of(county, name)]
        for index, first in _repeats(keys):
            shown = ", ".join(str(part) for part in keys[index] if part is not None) or "blank"
            where, fix = county.where(name, index, table.key[0]), "Remove one of them, or give it another key."
            needs = f"every {' and '.join(table.key)} once"
            yield Finding(where, f"{shown} again, as in {county.where(name, first)}", needs, fix)


def ids_differ_by_more_than_case(county: County) -> Iterator[Finding]:
    """A1 and a1 are one id to a spreadsheet and two to a program."""
    for name, table in ALL_TABLES.items():
        if len(table.key) == 1:
            column = table.key[0]
            ids = [str(getattr(row, column)) for row in rows_of(county, name)]
            for index, first in _repeats([key.casefold() for key in ids]):
                if ids[index] != ids[first]:
                    fix = "Use one spelling everywhere, or another name."
                    found = f"{ids[index]!r} beside {ids[first]!r} in {county.where(name, first)}"
                    yield Finding(county.where(name, index, column), found, "names that differ by more than case", fix)


def organization_names_once(county: County) -> Iterator[Finding]:
    """One organization under two ids would get two agreements and twice its capacity."""
    names = [" ".join(row.name.split()).casefold() for row in county.organizations]
    for index, first in _repeats(names):
        found = f"{county.organizations[index].name!r} again, as in {county.where('organizations', first)}"
        fix = "Merge the two, or make the names differ."
        yield Finding(county.where("organizations", index, "name"), found, "every organization once", fix)


def counted_from_one(county: County) -> Iterator[Finding]:
    """Years of the plan, tiers of a pool and positions in a link begin with 1."""
    for name, column in _COUNTED:
        for index, row in enumerate(county.table(name)):
            if getattr(row, column) == 0:
                yield Finding(county.where(name, index, column), "0", "1 or more", f"Count the {column} from 1.")


def _repeats(keys: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Place of each key that came before, and where it came first."""
    first: dict[Hashable, int] = {}
    for index, key in enumerate(keys):
        before = first.setdefault(key, index)
        if before != index:
            yield index, before
