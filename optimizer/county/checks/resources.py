"""Rules on capacities and uses: a number that limits nothing is a mistake in its unit or in its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from optimizer.county.checks.tables import provider
from optimizer.county.county import County
from optimizer.county.findings import did_you_mean
from optimizer.errors import Finding

ALWAYS_USED = frozenset({"usd", "fte"})
"""Resources that an offer uses without a row in uses: its price and its staff."""


def uses_limit_something(county: County) -> Iterator[Finding]:
    """A use is of a resource in which the provider's capacity, or the pool's volume, is measured."""
    of_offer = _limits_by_offer(county)
    for index, use in enumerate(county.uses):
        limits = of_offer.get(use.offer_id)
        if limits is not None and use.resource not in limits:
            fix = did_you_mean(use.resource, sorted(limits), "Add the capacity, or remove the use.")
            where = county.where("uses", index, "resource")
            yield Finding(where, f"{use.resource!r}, which limits nothing", "a resource of its provider or pool", fix)


def capacities_are_used(county: County) -> Iterator[Finding]:
    """Some offer uses what a capacity limits."""
    used = ALWAYS_USED | {use.resource for use in county.uses}
    for index, capacity in enumerate(county.capacities):
        if capacity.resource not in used:
            fix = did_you_mean(capacity.resource, sorted(used), "Add uses, or remove the capacity.")
            where = county.where("capacities", index, "resource")
            yield Finding(where, f"{capacity.resource!r}, which no offer uses", "a resource that offers use", fix)


def pool_offers_use_its_resource(county: County) -> Iterator[Finding]:
    """An offer of a pool that is measured by volume says how much volume it brings."""
    measured = {pool.pool_id: pool.resource for pool in county.pools if pool.resource not in ALWAYS_USED | {None}}
    said = {(use.offer_id, use.resource) for use in county.uses}
    for index, offer in enumerate(county.offers):
        resource = measured.get(offer.pool_id or "")
        if resource is not None and (offer.offer_id, resource) not in said:
            where, found = county.where("offers", index, "pool_id"), f"no use of {resource} for {offer.offer_id}"
            needs = f"its volume in {resource}, as pool {offer.pool_id} is measured in it"
            yield Finding(where, found, needs, "Add a row to uses; 0 if it brings none.")


def _limits_by_offer(county: County) -> dict[str, set[str]]:
    """By offer: the resources in which its provider or its pool is limited."""
    of_provider: dict[str, set[str]] = defaultdict(set)
    for capacity in county.capacities:
        of_provider[capacity.org_id].add(capacity.resource)
    of_pool = {pool.pool_id: {pool.resource} if pool.resource else set() for pool in county.pools}
    providers = provider(county)
    return {
        offer.offer_id: of_provider.get(providers[offer.offer_id], set()) | of_pool.get(offer.pool_id or "", set())
        for offer in county.offers
    }
