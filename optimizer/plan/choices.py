"""What a plan chooses, and nothing that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choices:
    """One option for every service, and what the county signs and opens for it."""

    offers: Mapping[str, str | None]
    """Service to accepted offer; None: the county keeps the service. Every service is there."""
    agreements: frozenset[str]
    """Organizations the county signs an agreement with."""
    pools: Mapping[str, int | None]
    """Open pools, each with the tier it runs in; None: the pool has no tiers."""
