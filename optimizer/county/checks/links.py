"""Rules on links between services, and on what communication along them costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from optimizer.county.checks.tables import groups
from optimizer.county.county import County
from optimizer.county.terms import LinkKind
from optimizer.errors import Finding


def at_least_two_services(county: County) -> Iterator[Finding]:
    """A link ties services to each other."""
    sizes = Counter(row.link_id for row in county.link_services)
    for index, link in enumerate(county.links):
        if sizes[link.link_id] < 2:
            where, found = county.where("links", index, "link_id"), f"a link of {sizes[link.link_id]}"
            yield Finding(where, found, "at least 2 services in link_services", "Add its services, or remove the link.")


def needs_has_positions(county: County) -> Iterator[Finding]:
    """In a link of kind needs one service is the first, and no two share a place."""
    ordered = {link.link_id: index for index, link in enumerate(county.links) if link.kind is LinkKind.NEEDS}
    rows = county.link_services
    for link_id, indices in groups((row.link_id, index) for index, row in enumerate(rows)).items():
        if link_id not in ordered:
            continue
        taken: set[int] = set()
        for index in indices:
            if rows[index].position in taken:
                where, found = county.where("link_services", index, "position"), f"{rows[index].position} again"
                yield Finding(where, found, "every position of a needs link once", "Count on from 1.")
            taken.add(rows[index].position)
        if 1 not in taken:
            where = county.where("links", ordered[link_id], "link_id")
            fix = "Give position 1 to the service that needs the others."
            yield Finding(where, "no service at position 1", "a first service, as the link is of kind needs", fix)


def communicates_between_two(county: County) -> Iterator[Finding]:
    """What passes between three services could not be told apart."""
    sizes = Counter(row.link_id for row in county.link_services)
    for index, link in enumerate(county.links):
        if link.kind is LinkKind.COMMUNICATES and sizes[link.link_id] > 2:
            where, found = county.where("links", index, "link_id"), f"a link of {sizes[link.link_id]}"
            fix = "Give every two of them a link of their own."
            yield Finding(where, found, "exactly 2 services, as the link is of kind communicates", fix)


def volume_where_it_communicates(county: County) -> Iterator[Finding]:
    """A volume is what passes along a link of kind communicates, and means nothing in another."""
    for index, link in enumerate(county.links):
        where, communicates = county.where("links", index, "volume_per_year"), link.kind is LinkKind.COMMUNICATES
        if communicates and link.volume_per_year is None:
            needs = "the units that pass in a year, as the link is of kind communicates"
            yield Finding(where, "blank", needs, "Fill it in; a blank never means 0.")
        elif not communicates and link.volume_per_year is not None:
            fix = "Clear this cell, or set kind to communicates."
            yield Finding(where, f"{link.volume_per_year:g}", f"nothing, as the link is of kind {link.kind}", fix)


def communication_pairs_once(county: County) -> Iterator[Finding]:
    """A pair of organizations has one cost, whichever of the two is written first."""
    first: dict[tuple[str | None, str | None], int] = {}
    for index, row in enumerate(county.communication_costs):
        before = first.get((row.to_org_id, row.from_org_id))
        if before is not None and row.from_org_id != row.to_org_id:
            pair = f"{row.from_org_id or 'the county'} and {row.to_org_id or 'the county'}"
            found = f"{pair} again, as in {county.where('communication_costs', before)} the other way round"
            where, needs = county.where("communication_costs", index, "from_org_id"), "every pair of organizations once"
            yield Finding(where, found, needs, "Remove one of them: the cost is the same both ways.")
        first.setdefault((row.from_org_id, row.to_org_id), index)
