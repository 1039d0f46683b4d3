"""Rules on links between services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from optimizer.county.checks.tables import groups
from optimizer.county.county import County
from optimizer.county.records import LinkKind
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
