"""An assignment problem as plain arrays: what the families draw and what published files hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.instances.labels import numbered
from optimizer.program.rows import Codes, Floats, Labels

KEEP = -1
"""Provider of an option that keeps its service."""


@dataclass(frozen=True)
class Mandates:
    """Duties: sum of weight x coverage over the services of a duty >= required share x sum of weight."""

    mandate: Codes
    """Number of the duty [entries]."""
    service: Codes
    """A service of it [entries]."""
    weight: Floats
    """Weight of the service in it [entries]."""
    required_share: Floats
    """[mandates]."""


@dataclass(frozen=True)
class Pools:
    """Consolidated units: a cost of opening, limits on members, and tiers whose rate falls with volume."""

    opening_usd: Floats
    """[pools]."""
    min_members: Floats
    """[pools]."""
    max_members: Floats
    """[pools]."""
    tier_pool: Codes
    """The pool of each tier, ascending [tiers]."""
    from_volume: Floats
    """[tiers]."""
    to_volume: Floats
    """[tiers]."""
    fixed_usd: Floats
    """[tiers]."""
    usd_per_unit: Floats
    """The whole volume is charged at its tier's rate [tiers]."""

    def __len__(self) -> int:
        return len(self.opening_usd)


@dataclass(frozen=True)
class Assignment:
    """Every array has one entry per option unless it says otherwise; options of a service stand together.

    Providers are numbered from 0: first the organizations, then the pools; `KEEP` is the county itself.
    """

    services: int
    service: Codes
    """Service of each option, ascending."""
    provider: Codes
    cost_usd: Floats
    use: Floats
    """What the option takes of its provider's capacity, or adds to its pool's volume [unit of the resource]."""
    capacity: Floats
    """[organizations]."""
    agreement_usd: Floats | None = None
    """Fixed cost of an agreement [organizations]; None: nobody signs one, and there are no columns for it."""
    coverage: Floats | None = None
    """Coverage of the service that the option leaves; keep has 1."""
    mandates: Mandates | None = None
    transition_usd: Floats | None = None
    transition_limit_usd: float | None = None
    displaced_fte: Floats | None = None
    displaced_limit_fte: float | None = None
    pools: Pools | None = None
    offset_usd: float = 0.0
    """Cost where every column is 0."""
    resource: str = "load"

    @property
    def organizations(self) -> int:
        return len(self.capacity)

    @property
    def pool_count(self) -> int:
        return 0 if self.pools is None else len(self.pools)

    @property
    def organization(self) -> Codes:
        """Organization of each option, -1 where it has none."""
        return np.where(self.provider < self.organizations, self.provider, -1)

    @property
    def pool(self) -> Codes:
        """Pool of each option, -1 where it has none."""
        return np.where(self.provider >= self.organizations, self.provider - self.organizations, -1)

    @cached_property
    def service_names(self) -> Labels:
        """[services]."""
        return numbered("s", self.services)

    @cached_property
    def organization_names(self) -> Labels:
        """[organizations]."""
        return numbered("k", self.organizations)

    @cached_property
    def pool_names(self) -> Labels:
        """[pools]."""
        return numbered("p", self.pool_count)

    @cached_property
    def offer_names(self) -> Labels:
        """The offer of each option, `keep` where the service is kept."""
        providers = np.concatenate([self.organization_names, self.pool_names])
        offers = self.service_names[self.service]
        moved = self.provider != KEEP
        named = np.full(len(offers), "keep", dtype=object)
        named[moved] = offers[moved] + ("-" + providers)[self.provider[moved]]
        return named
