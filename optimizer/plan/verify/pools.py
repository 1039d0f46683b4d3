"""pools: an open pool has enough members, not too many, and runs in the tier that its volume asks for."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.verify.book import unit_of
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least, at_most, refusal


def members(reading: Reading) -> Iterator[Usage]:
    """Members started by any year in which the pool is open, of all counties, within min and max [services].

    Members never leave: there are fewest in the year in which it opens, and most in the last year of starts.
    """
    calendar = reading.book.calendar
    for pool_id, opened in sorted(reading.choices.pools.items()):
        pool = reading.book.pools[pool_id]
        first, last = (reading.member_count(pool_id, year) for year in (opened.start_year, calendar.start_years))
        at_first = f"{pool.name}{calendar.in_year(opened.start_year)}: members"
        yield at_least("pools", f"{pool_id} min_members", at_first, first, exact(pool.min_members), "services")
        who = f"{pool.name}: members"
        yield at_most("pools", f"{pool_id} max_members", who, last, exact(pool.max_members), "services")


def tiers(reading: Reading) -> Iterator[Usage]:
    """One tier in each year in which the pool is open, and the volume within its ends [the resource's unit].

    Nothing starts after the last year of starts, so that the years beyond it are as that one is.
    """
    for pool_id, opened in sorted(reading.choices.pools.items()):
        for year in reading.book.calendar.starts:
            if year >= opened.start_year:
                yield from _in_tier(reading, pool_id, year)


def _in_tier(reading: Reading, pool_id: str, year: int) -> Iterator[Usage]:
    pool, tier = reading.book.pools[pool_id], reading.tier(pool_id, year)
    when = reading.book.calendar.in_year(year)
    end = f" {year}" if when else ""
    if tier is None:
        if reading.book.tiers[pool_id]:
            yield refusal(
                "pools", f"{pool_id} tier{end}", f"{pool.name}: it has tiers, and the plan runs it in none{when}"
            )
        return
    volume, unit = reading.volume(pool_id, year), unit_of(pool.resource or "units")
    who = f"{pool.name}, tier {tier.tier}{when}: volume"
    yield at_least("pools", f"{pool_id} from_volume{end}", who, volume, exact(tier.from_volume), unit)
    yield at_most("pools", f"{pool_id} to_volume{end}", who, volume, exact(tier.to_volume), unit)
