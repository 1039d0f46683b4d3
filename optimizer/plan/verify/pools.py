"""pools: an open pool has enough members, not too many, and runs in the tier that its volume asks for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.plan.verify.book import unit_of
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least, at_most, refusal


def pools(reading: Reading) -> Iterator[Usage]:
    """Members within min and max [services]; one tier, and the volume within its ends [the resource's unit]."""
    for pool_id in sorted(reading.choices.pools):
        pool = reading.book.pools[pool_id]
        members = Fraction(len(reading.members.get(pool_id, [])))
        who = f"{pool.name}: members"
        yield at_least("pools", f"{pool_id} min_members", who, members, exact(pool.min_members), "services")
        yield at_most("pools", f"{pool_id} max_members", who, members, exact(pool.max_members), "services")
        yield from _in_tier(reading, pool_id)


def _in_tier(reading: Reading, pool_id: str) -> Iterator[Usage]:
    pool, tier = reading.book.pools[pool_id], reading.tier(pool_id)
    if tier is None:
        if reading.book.tiers[pool_id]:
            yield refusal("pools", f"{pool_id} tier", f"{pool.name}: it has tiers, and the plan runs it in none")
        return
    volume, unit = reading.volume(pool_id), unit_of(pool.resource or "units")
    who = f"{pool.name}, tier {tier.tier}: volume"
    yield at_least("pools", f"{pool_id} from_volume", who, volume, exact(tier.from_volume), unit)
    yield at_most("pools", f"{pool_id} to_volume", who, volume, exact(tier.to_volume), unit)
