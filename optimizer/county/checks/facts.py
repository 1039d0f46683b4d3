"""Rules on the county as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.county import County
from optimizer.county.facts import WHOLE_COUNTY, field_where
from optimizer.errors import Finding


def some_services(county: County) -> Iterator[Finding]:
    """Without services there is nothing to decide."""
    if not county.services:
        source = county.sources.get("services")
        where = source.place if source else "services"
        yield Finding(where, "no services", "at least one service", "Add the services of the county.")


def only_us_dollars(county: County) -> Iterator[Finding]:
    """Amounts in another currency would be added up as if they were dollars."""
    currency = county.facts.currency
    if currency != "USD":
        where = field_where(county, "currency")
        yield Finding(where, repr(currency), "USD", "Convert every amount to US dollars.")


def groups_are_no_districts(county: County) -> Iterator[Finding]:
    """Coverages, duties and floors name districts and population groups alike, so that no two may share a name."""
    taken = {
        row.district.casefold(): county.where("districts", index) for index, row in enumerate(county.facts.districts)
    }
    for index, row in enumerate(county.facts.groups):
        where, fix = county.where("groups", index, "group"), "Give the group another name."
        if row.group.casefold() in taken:
            found = f"{row.group}, a district too, as in {taken[row.group.casefold()]}"
            yield Finding(where, found, "an id that no district has", fix)
        elif row.group == WHOLE_COUNTY:
            yield Finding(where, repr(row.group), "another id: so the county as a whole is called", fix)
