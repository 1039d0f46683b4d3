"""Columns and rows of pools with volume tiers, under the names that a county's program has for them.

membership   x_o - z_p <= 0                                   every offer o of pool p
pool_min     sum_{o of p} x_o >= min_p z_p                    pool_max likewise     [members]
pool_tier    sum_j w_pj = z_p                                 one tier, if the pool is open
pool_volume  sum_j v_pj = sum_{o of p} use_o x_o              [unit of the resource]
tier_from    v_pj >= from_pj w_pj                             tier_to likewise      [unit of the resource]
"""

from __future__ import annotations

import numpy as np

from benchmarks.instances.assignment import Assignment, Pools
from optimizer.program.columns import Block, Columns, block
from optimizer.program.rows import Codes, Labels, RowBuilder, Rows, at_least, at_most, exactly


def blocks(instance: Assignment) -> list[Block]:
    """Openings, tiers and volumes; none where the instance has no pools."""
    pools = instance.pools
    if pools is None:
        return []
    opening = {"pool_id": instance.pool_names, "start_year": np.ones(len(pools), dtype=np.int64)}
    keys = _tier_labels(pools, instance.pool_names)
    return [
        block("open_pool", opening, pools.opening_usd),
        block("tier", keys, pools.fixed_usd),
        block("volume", keys, pools.usd_per_unit, pools.to_volume, integer=False),
    ]


def families(instance: Assignment, columns: Columns) -> list[Rows]:
    """Every family of pools; none where the instance has no pools."""
    pools = instance.pools
    if pools is None:
        return []
    member = np.flatnonzero(instance.pool >= 0)
    return [
        _membership(instance, columns, member),
        *_member_limits(instance, columns, member),
        *_tiers(instance, pools, columns, member),
        *_ranges(pools, instance.pool_names, columns),
    ]


def _tier_labels(pools: Pools, names: Labels) -> dict[str, np.ndarray]:
    first = np.searchsorted(pools.tier_pool, pools.tier_pool)
    number = np.arange(len(pools.tier_pool)) - first + 1
    return {"pool_id": names[pools.tier_pool], "tier": number, "year": np.ones(len(number), dtype=np.int64)}


def _membership(instance: Assignment, columns: Columns, member: Codes) -> Rows:
    labels = {"offer_id": instance.offer_names[member], "year": np.ones(len(member), dtype=np.int64)}
    family = RowBuilder("membership", "1", labels, *at_most(np.zeros(len(member))))
    row = np.arange(len(member))
    family.add(row, columns["choose"].columns[member], 1.0)
    return family.add(row, columns["open_pool"].columns[instance.pool[member]], -1.0).rows()


def _member_limits(instance: Assignment, columns: Columns, member: Codes) -> list[Rows]:
    assert instance.pools is not None
    found = []
    limits = (("pool_min", instance.pools.min_members, at_least), ("pool_max", instance.pools.max_members, at_most))
    for name, limit, bounds in limits:
        family = RowBuilder(name, "members", _pool_labels(instance), *bounds(np.zeros(len(limit))))
        family.add(instance.pool[member], columns["choose"].columns[member], 1.0)
        found.append(family.add(np.arange(len(limit)), columns["open_pool"].columns, -limit).rows())
    return found


def _tiers(instance: Assignment, pools: Pools, columns: Columns, member: Codes) -> list[Rows]:
    labels, none = _pool_labels(instance), np.zeros(len(pools))
    one = RowBuilder("pool_tier", "1", labels, *exactly(none)).add(pools.tier_pool, columns["tier"].columns, 1.0)
    one.add(np.arange(len(pools)), columns["open_pool"].columns, -1.0)
    held = RowBuilder("pool_volume", "unit of the resource", labels, *exactly(none))
    held.add(pools.tier_pool, columns["volume"].columns, 1.0)
    held.add(instance.pool[member], columns["choose"].columns[member], -instance.use[member])
    return [one.rows(), held.rows()]


def _ranges(pools: Pools, names: Labels, columns: Columns) -> list[Rows]:
    labels, row = _tier_labels(pools, names), np.arange(len(pools.tier_pool))
    volume, tier = columns["volume"].columns, columns["tier"].columns
    low = RowBuilder("tier_from", "unit of the resource", labels, *at_least(np.zeros(len(row))))
    high = RowBuilder("tier_to", "unit of the resource", labels, *at_most(np.zeros(len(row))))
    return [
        low.add(row, volume, 1.0).add(row, tier, -pools.from_volume).rows(),
        high.add(row, volume, 1.0).add(row, tier, -pools.to_volume).rows(),
    ]


def _pool_labels(instance: Assignment) -> dict[str, np.ndarray]:
    return {"pool_id": instance.pool_names, "year": np.ones(instance.pool_count, dtype=np.int64)}
