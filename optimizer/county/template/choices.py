"""What may be chosen from a list in a cell: fixed words, and ids that stand in another sheet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from optimizer.county.checks.references import REFERENCES
from optimizer.county.checks.tables import ALL_TABLES
from optimizer.county.fields import Column
from optimizer.county.terms import MOVES, Kind

LAST_ROW = 20_000
"""Row down to which drop-downs look for ids, and down to which cells have one."""
DEPARTMENT = ("spare_staff", "department")
"""What names a department of a service, which is nobody's key."""
_OTHER_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("priors", "kind"): (*Kind, "*"),
        ("county", "currency"): ("USD",),
        ("offers", "decision"): MOVES,
        ("priors", "decision"): MOVES,
    }
)
"""Words of columns whose record takes more, and whose check does not."""


def words_of(table: str, column: Column) -> tuple[str, ...]:
    """The words that a cell may hold, where it holds one of a few; lists of words are typed."""
    if column.type is bool:
        return ("yes", "no")
    return _OTHER_WORDS.get((table, column.name), () if column.type is tuple else column.words)


def targets_of(table: str, column: str) -> tuple[str, ...]:
    """The sheets of which one holds, as a key, what a cell names; () where it names nothing."""
    if (table, column) == ("county", "general_fund"):
        return ("funds",)
    return next((tuple(targets) for name, own, *targets in REFERENCES if (name, own) == (table, column)), ())


def list_of(table: str, column: str) -> tuple[str, str]:
    """The workbook's name for the list that a cell chooses from, and where its words stand; both empty: none."""
    if (table, column) == DEPARTMENT:
        return "departments_of_services", "services"
    targets = targets_of(table, column)
    return (list_name(targets), " or ".join(targets)) if targets else ("", "")


def list_name(targets: tuple[str, ...]) -> str:
    """The workbook's name for the ids of these sheets."""
    return "ids_of_" + "_and_".join(targets)


def lists() -> dict[tuple[str, ...], str]:
    """Every list of ids that a cell chooses from, and the workbook's name for it."""
    found = [tuple(targets) for _, _, *targets in REFERENCES]
    return {targets: list_name(targets) for targets in dict.fromkeys(found)}


def letter_of(table: str, column: str = "") -> str:
    """The letter of a table's column, by itself of the one that holds its key."""
    return chr(ord("A") + ALL_TABLES[table].columns.index(column or ALL_TABLES[table].key[0]))
