"""The main family: a county, region or state that may hand each of its services to one of a few organizations.

In-house costs are lognormal. Every service may be kept or go to one of `offers` different organizations; these have a
capacity and a fixed cost of an agreement, so that work is worth gathering with few of them. Duties ask for coverage,
one budget limits what moving costs and one limit the staff who lose their position. Pools with falling rates can be
added. Keeping everything is always a plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.instances.assignment import KEEP, Assignment, Mandates, Pools
from benchmarks.instances.draws import correlated, distinct
from optimizer.program.rows import Codes, Floats

USD_PER_FTE = 100_000.0
"""In-house cost per staff position from which positions are drawn."""
MEDIAN_COST_USD = 180_000.0
SERVICES_PER_MANDATE = 5


@dataclass(frozen=True)
class CountyParameters:
    """What an instance of the main family is drawn from."""

    services: int
    organizations: int
    offers: int
    """Offers of organizations per service, beside keeping it."""
    overlap_share: float | None = None
    """Where given: the chance that an organization could take a service, instead of exactly `offers` of them."""
    concentration: float = 0.0
    """Exponent of rank in the chance to be offered: 0 all alike, 1 a few organizations deliver nearly everything."""
    tightness: float = 0.35
    """Capacity of all organizations as a share of the load of all services."""
    cost_load_correlation: float = 0.0
    """Of an offer's price with its load; -1: the cheap ones take most of the capacity, as in GAP type D."""
    agreement_share: float = 0.05
    """Fixed cost of an agreement as a share of the in-house cost of the load that fills the capacity."""
    mandates_per_service: float = 0.05
    required_share: float = 0.9
    """Coverage that a duty needs, where offers cover 0.7 to 1."""
    transition_share: float | None = 0.3
    """Budget as a share of what moving every service would cost; None: no limit."""
    displaced_share: float | None = 0.09
    """Limit as a share of all staff; None: no limit."""
    pools: int = 0
    tiers: int = 3
    """Volume tiers of each pool."""
    pooled_share: float = 0.5
    """Share of the services that also have an offer of a pool, if there are pools."""

    def draw(self, seed: int) -> Assignment:
        """The instance of this seed. Money in USD, load in staff positions."""
        rng = np.random.default_rng(seed)
        cost_usd = MEDIAN_COST_USD * rng.lognormal(sigma=1.0, size=self.services)
        fte = cost_usd / USD_PER_FTE * rng.lognormal(sigma=0.3, size=self.services)
        service, provider = self._options(rng)
        kept, pooled = provider == KEEP, provider >= self.organizations
        price_noise, load_noise = correlated(rng, len(service), self.cost_load_correlation)
        skill = rng.normal(scale=0.04, size=self.organizations + self.pools)[provider]
        ratio = np.where(pooled, 0.35, 1.0) + skill + 0.10 * price_noise
        load = ~kept * fte[service] * np.exp(0.25 * load_noise)
        moved_usd = np.round(cost_usd[service] * np.maximum(ratio - 1.0, -0.9), 2)
        transition = ~kept * cost_usd[service] * rng.uniform(0.05, 0.35, len(service))
        displaced = ~kept * fte[service] * rng.uniform(0.0, 0.6, len(service))
        capacity = self.tightness * fte.sum() / self.organizations * rng.lognormal(sigma=0.3, size=self.organizations)
        fixed = self.agreement_share * USD_PER_FTE * capacity * rng.lognormal(sigma=0.3, size=self.organizations)
        return Assignment(
            services=self.services,
            service=service,
            provider=provider,
            cost_usd=np.where(kept, 0.0, moved_usd),
            use=np.round(load, 4),
            capacity=np.round(capacity, 4),
            agreement_usd=np.round(fixed, 2),
            coverage=np.where(kept, 1.0, np.round(rng.uniform(0.7, 1.0, len(service)), 3)),
            mandates=self._mandates(rng, cost_usd),
            transition_usd=np.round(transition, 2),
            transition_limit_usd=_limit(self.transition_share, 0.2 * cost_usd.sum()),
            displaced_fte=np.round(displaced, 4),
            displaced_limit_fte=_limit(self.displaced_share, fte.sum()),
            pools=self._pools(rng, fte) if self.pools else None,
            offset_usd=float(np.round(cost_usd.sum(), 2)),
            resource="fte",
        )

    def _options(self, rng: np.random.Generator) -> tuple[Codes, Codes]:
        """Service and provider of every option, keep first; at most one option for a pool, last."""
        weight = np.arange(1, self.organizations + 1, dtype=np.float64) ** -self.concentration
        counts = np.full(self.services, self.offers)
        if self.overlap_share is not None:
            counts = rng.binomial(self.organizations, self.overlap_share, self.services)
        drawn = distinct(rng, self.services, int(counts.max(initial=0)), weight)
        pool = np.full((self.services, int(self.pools > 0)), KEEP)
        if self.pools:
            member = rng.random(self.services) < self.pooled_share
            pool[member, 0] = self.organizations + rng.integers(0, self.pools, int(member.sum()))
        table = np.hstack([np.full((self.services, 1), KEEP), drawn, pool])
        there = np.hstack(
            [np.ones((self.services, 1), dtype=bool), np.arange(drawn.shape[1]) < counts[:, None], pool >= 0]
        )
        service = np.broadcast_to(np.arange(self.services)[:, None], table.shape)
        return service[there], table[there].astype(np.int64)

    def _mandates(self, rng: np.random.Generator, cost_usd: Floats) -> Mandates | None:
        count = min(int(self.services * self.mandates_per_service), self.services // SERVICES_PER_MANDATE)
        if not count:
            return None
        service = rng.permutation(self.services)[: count * SERVICES_PER_MANDATE]
        weight = np.round(cost_usd[service] / USD_PER_FTE, 3)
        mandate = np.repeat(np.arange(count), SERVICES_PER_MANDATE)
        return Mandates(mandate, service, weight, np.full(count, self.required_share))

    def _pools(self, rng: np.random.Generator, fte: Floats) -> Pools:
        """Tiers of equal width up to all staff, each rate a tenth below the one before."""
        volume = fte.sum() * self.pooled_share / self.pools
        step = np.arange(self.tiers, dtype=np.float64)
        first_usd = USD_PER_FTE * 0.6 * rng.lognormal(sigma=0.1, size=self.pools)
        upper = volume * (step + 1.0) / self.tiers
        upper[-1] = 4.0 * fte.sum()
        return Pools(
            opening_usd=np.round(rng.uniform(0.02, 0.06, self.pools) * USD_PER_FTE * volume, 2),
            min_members=np.full(self.pools, 2.0),
            max_members=np.full(self.pools, float(self.services)),
            tier_pool=np.repeat(np.arange(self.pools), self.tiers),
            from_volume=np.tile(np.round(volume * step / self.tiers, 4), self.pools),
            to_volume=np.tile(np.round(upper, 4), self.pools),
            fixed_usd=np.zeros(self.pools * self.tiers),
            usd_per_unit=np.round(np.outer(first_usd, 0.9**step).ravel(), 2),
        )


def _limit(share: float | None, amount: float) -> float | None:
    return None if share is None else float(np.round(share * amount, 4))
