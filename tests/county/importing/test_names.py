"""Ids are stable, unique where they can be, and read like the names."""

from __future__ import annotations

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from optimizer.county.importing.names import slug_of, told_apart

TEXTS = st.text(alphabet="aB é-&(", max_size=90)


def test_slugs() -> None:
    assert slug_of("Ice & Snow  Removal (Élan)") == "ice-snow-removal-elan"
    assert slug_of("???") == ""


def test_only_names_that_are_shared_are_added_to() -> None:
    names, ids = told_apart(
        ["Admin", "Patrol", "ADMIN", "Admin"], [["Fire", "Police", "Police", "Police"], ["1", "2", "3", "4"]]
    )
    assert names == ["Admin (Fire)", "Patrol", "ADMIN (Police, 3)", "Admin (Police, 4)"]
    assert ids == ["admin-fire", "patrol", "admin-police-3", "admin-police-4"]


def test_a_column_in_which_they_do_not_differ_is_passed_over() -> None:
    names, ids = told_apart(["Lamps", "Lamps"], [["Works", "Works"], ["2400", "2512"]])
    assert names == ["Lamps (2400)", "Lamps (2512)"]
    assert ids == ["lamps-2400", "lamps-2512"]


def test_long_endings_are_cut_but_still_tell_apart() -> None:
    department = "Community Planning, Development, and Innovation " * 3
    _, ids = told_apart(["Administration"] * 2, [[department, department + "x"], ["10", "20"]])
    assert ids == ["administration-community-planning-devel-10", "administration-community-planning-devel-20"]


def test_names_too_long_for_an_id_are_cut_and_still_told_apart() -> None:
    long = "Maintenance of " * 8
    names, ids = told_apart([long + "roads", long + "bridges"], [["Works", "Works"], ["10", "20"]])
    assert ids == [("maintenance-of-" * 8)[:77].strip("-") + ending for ending in ("-10", "-20")]
    assert names == [f"{long}roads (10)", f"{long}bridges (20)"]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_ids_are_ids_and_differ_when_a_key_is_added(rows: list[tuple[str, str]]) -> None:
    names = [name for name, _ in rows]
    _, ids = told_apart(names, [[more for _, more in rows], [str(index) for index in range(len(rows))]])
    assert all(re.fullmatch(r"([a-z0-9][a-z0-9-]{0,79})?", service_id) for service_id in ids)
    assert len(set(ids)) == len(ids)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6), st.randoms())
def test_order_does_not_matter(rows: list[tuple[str, str]], random: Random) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    assert _ids_by_row(rows) == _ids_by_row(mixed)


def _ids_by_row(rows: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    _, ids = told_apart([name for name, _ in rows], [[more for _, more in rows]])
    return dict(zip(rows, ids, strict=True))
