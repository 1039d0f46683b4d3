"""What a plan chooses, and nothing that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Opened:
    """An open pool: from which year on, and in which tier it runs."""

    start_year: int
    """Year of the plan in which it opens, from 1."""
    tiers: tuple[int | None, ...]
    """Tier in its first year, its second ...; the last one holds from then on. (None,): the pool has no tiers."""

    def tier_in(self, year: int) -> int | None:
        """Tier in a year of the plan in which it is open."""
        return self.tiers[min(year - self.start_year, len(self.tiers) - 1)]


@dataclass(frozen=True)
class Choices:
    """One option for every service, what the county signs and opens for it, what it sells, and what it buys with it."""

    offers: Mapping[str, str | None]
    """Service to accepted offer; None: the county keeps the service. Every service is there."""
    starts: Mapping[str, int] = field(default_factory=dict)
    """Service to the year in which its move starts, from 1; services that are kept are not there."""
    agreements: Mapping[str, int] = field(default_factory=dict)
    """Organizations the county signs an agreement with, each with the year in which it does."""
    pools: Mapping[str, Opened] = field(default_factory=dict)
    """Open pools."""
    sales: Mapping[str, int] = field(default_factory=dict)
    """Sales that are made, each with the year in which it starts."""
    proposals: Mapping[str, float] = field(default_factory=dict)
    """Proposals to the share of each that is done; those of which nothing is done need not be there."""
