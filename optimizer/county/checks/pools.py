"""Rules on pools: their members and the tiers of their volume."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from optimizer.county.checks.tables import groups
from optimizer.county.county import County
from optimizer.errors import Finding


def member_range(county: County) -> Iterator[Finding]:
    """A pool can take a member, and its fewest members are no more than its most."""
    for index, pool in enumerate(county.pools):
        if pool.max_members < 1:
            where = county.where("pools", index, "max_members")
            yield Finding(where, "0", "1 or more", "Let it take a member, or remove the pool.")
        elif pool.min_members > pool.max_members:
            where, needs = county.where("pools", index, "min_members"), f"at most max_members, {pool.max_members}"
            yield Finding(where, str(pool.min_members), needs, "Correct one of the two.")


def tiers_need_resource(county: County) -> Iterator[Finding]:
    """A tier is a range of volume, so its pool says in what volume is measured."""
    bare = {pool.pool_id for pool in county.pools if pool.resource is None}
    for index, tier in enumerate(county.pool_tiers):
        if tier.pool_id in bare:
            where, found = (
                county.where("pool_tiers", index, "pool_id"),
                f"a tier of {tier.pool_id}, which has no resource",
            )
            yield Finding(where, found, "a pool with a resource", "Fill in resource in pools, or remove its tiers.")


def tiers_are_ranges(county: County) -> Iterator[Finding]:
    """A tier ends above where it begins."""
    for index, tier in enumerate(county.pool_tiers):
        if tier.from_volume >= tier.to_volume:
            where, found = county.where("pool_tiers", index, "to_volume"), f"{tier.to_volume:g}"
            yield Finding(where, found, f"more than from_volume, {tier.from_volume:g}", "Correct one of the two.")


def tiers_join(county: County) -> Iterator[Finding]:
    """Every tier begins where the one before it ends: no volume has two prices or none."""
    tiers = county.pool_tiers
    for indices in groups((tier.pool_id, index) for index, tier in enumerate(tiers)).values():
        ordered = sorted(indices, key=lambda index: tiers[index].tier)
        for before, index in pairwise(ordered):
            begins, needed = tiers[index].from_volume, tiers[before].to_volume
            if begins != needed and tiers[index].tier != tiers[before].tier:
                how = "overlaps" if begins < needed else "leaves a gap after"
                found = f"{begins:g}, which {how} tier {tiers[before].tier}"
                where, needs = county.where("pool_tiers", index, "from_volume"), f"{needed:g}, where that tier ends"
                yield Finding(where, found, needs, "Let every tier begin where the one before it ends.")
