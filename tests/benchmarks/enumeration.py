"""The least cost of a tiny assignment problem by trying every choice, from its arrays and not from its rows."""

from __future__ import annotations

import itertools

import numpy as np

from benchmarks.instances.assignment import Assignment, Pools


def cheapest(instance: Assignment) -> float | None:
    """Least cost over all choices; None: no choice keeps every limit."""
    options = [np.flatnonzero(instance.service == service) for service in range(instance.services)]
    costs = (cost_of(instance, np.array(choice)) for choice in itertools.product(*options))
    return min((cost for cost in costs if cost is not None), default=None)


def cost_of(instance: Assignment, choice: np.ndarray) -> float | None:
    """Cost of one option per service; None where a limit is broken."""
    provider, use = instance.provider[choice], instance.use[choice]
    total = instance.offset_usd + instance.cost_usd[choice].sum()
    for organization in range(instance.organizations):
        taken = use[provider == organization]
        if taken.sum() > instance.capacity[organization] + 1e-9:
            return None
        if len(taken) and instance.agreement_usd is not None:
            total += instance.agreement_usd[organization]
    if not (_duties_kept(instance, choice) and _limits_kept(instance, choice)):
        return None
    if instance.pools is None:
        return total
    shared = [
        _pool_cost(instance.pools, pool, use[provider == instance.organizations + pool])
        for pool in range(instance.pool_count)
    ]
    known = [cost for cost in shared if cost is not None]
    return total + sum(known) if len(known) == len(shared) else None


def _duties_kept(instance: Assignment, choice: np.ndarray) -> bool:
    duties = instance.mandates
    if duties is None:
        return True
    assert instance.coverage is not None
    covered = instance.coverage[choice]
    for mandate, share in enumerate(duties.required_share):
        of = duties.mandate == mandate
        weight, held = duties.weight[of], covered[duties.service[of]]
        if (weight * held).sum() < share * weight.sum() - 1e-9:
            return False
    return True


def _limits_kept(instance: Assignment, choice: np.ndarray) -> bool:
    limits = (
        (instance.transition_usd, instance.transition_limit_usd),
        (instance.displaced_fte, instance.displaced_limit_fte),
    )
    return all(
        amount[choice].sum() <= limit + 1e-9 for amount, limit in limits if amount is not None and limit is not None
    )


def _pool_cost(pools: Pools, pool: int, use: np.ndarray) -> float | None:
    if not len(use):
        return 0.0
    if not pools.min_members[pool] <= len(use) <= pools.max_members[pool]:
        return None
    volume = use.sum()
    tiers = np.flatnonzero(pools.tier_pool == pool)
    open_to = [
        pools.fixed_usd[tier] + pools.usd_per_unit[tier] * volume
        for tier in tiers
        if pools.from_volume[tier] <= volume <= pools.to_volume[tier]
    ]
    return pools.opening_usd[pool] + min(open_to) if open_to else None
