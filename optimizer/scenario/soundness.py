"""Whether changed tables still fit together: what every later room takes for granted, and only that.

The county's other rules are for the tables as its owner keeps them. A question may well bend those: a service that the
what-if calls not delegable keeps its offers in the tables, and simply cannot take them.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.county.checks.offers import moves_something, one_provider
from optimizer.county.checks.pools import member_range, tiers_are_ranges, tiers_need_resource
from optimizer.county.checks.references import known_references
from optimizer.county.county import TABLES, County
from optimizer.errors import Finding
from optimizer.scenario.scenario import CellChange

RULES = (known_references, one_provider, moves_something, member_range, tiers_need_resource, tiers_are_ranges)


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
