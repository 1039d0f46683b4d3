"""Rules on the county as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.county import County
from optimizer.county.facts import field_where
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
