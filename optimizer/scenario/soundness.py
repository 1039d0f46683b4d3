"""Whether changed tables still fit together: what every later room takes for granted, and only that.

The county's other rules are for the tables as its owner keeps them. A question may well bend those: a service that the
what-if calls not delegable keeps its offers in the tables, and simply cannot take them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.county.checks.links import communicates_between_two, needs_has_positions, volume_where_it_communicates
from optimizer.county.checks.offers import moves_something, one_provider
from optimizer.county.checks.pools import member_range, shared_by_use, tiers_are_ranges, tiers_need_resource
from optimizer.county.checks.references import known_references
from optimizer.county.county import TABLES, County
from optimizer.county.terms import EXIT_ID, Decision
from optimizer.errors import Finding
from optimizer.scenario.scenario import CellChange


def exits_stay_exits(county: County) -> Iterator[Finding]:
    """The offers to end a service, which the scenario itself has brought, are by nobody and for nothing else."""
    fix = "Change its other columns; to close it, forbid exit for the service."
    for index, offer in enumerate(county.offers):
        if not offer.offer_id.startswith(EXIT_ID):
            continue
        if offer.decision is not Decision.EXIT:
            where, found = county.where("offers", index, "decision"), f"'{offer.decision}'"
            yield Finding(where, found, "exit, as the offer ends a service", fix)
        for column in ("org_id", "pool_id"):
            provider = getattr(offer, column)
            if provider is not None:
                where = county.where("offers", index, column)
                yield Finding(where, f"'{provider}'", "a blank, as the offer ends a service", fix)


RULES = (
    known_references,
    one_provider,
    moves_something,
    exits_stay_exits,
    member_range,
    tiers_need_resource,
    tiers_are_ranges,
    shared_by_use,
    communicates_between_two,
    volume_where_it_communicates,
    needs_has_positions,
)


def unsound(before: County, after: County, changed: Iterable[CellChange]) -> list[Finding]:
    """What the changes broke, each finding with the change that did it."""
    changed = tuple(changed)
    if not changed:
        return []
    known = {finding for rule in RULES for finding in rule(before)}
    broken = [finding for rule in RULES for finding in rule(after) if finding not in known]
    origins = _origins_by_row(after, changed) if broken else {}
    return [_told(finding, origins) for finding in broken]


def _origins_by_row(county: County, changed: Iterable[CellChange]) -> dict[str, str]:
    """The origin of the last change of each changed row, by where the county says that the row is."""
    rows: dict[str, dict[tuple[object, ...], int]] = {}
    origins = {}
    for change in changed:
        if change.table not in rows:
            key = TABLES[change.table].key
            table = county.table(change.table)
            rows[change.table] = {tuple(getattr(row, name) for name in key): at for at, row in enumerate(table)}
        origins[county.where(change.table, rows[change.table][change.key])] = change.origin
    return origins


def _told(finding: Finding, origins: dict[str, str]) -> Finding:
    """The finding with the change of its row, or with all of them where the row itself was left as it is."""
    of_row = [origin for row, origin in origins.items() if finding.where.startswith(f"{row} ")]
    origin = ", ".join(of_row or sorted(set(origins.values()))[:3])
    return Finding(f"{origin}: {finding.where}", finding.found, finding.needs, finding.fix)
