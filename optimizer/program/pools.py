"""Pools: members between a least and a most number, and volume priced by the one tier it falls in, year by year.

    min_p Z_pt <= sum_{o of p, n <= t} x_on <= max_p Z_pt         [members]
    sum_j w_pjt = Z_pt                                            [1]            pools with tiers j
    sum_j v_pjt = sum_{o of p, n <= t} use_o x_on                 [unit of the pool's resource]
    from_pj w_pjt <= v_pjt <= to_pj w_pjt                         [unit of the pool's resource]
    sum_n z_pn <= 1                                               [1]            where there is more than one start year

for every start year t; Z_pt = sum_{n <= t} z_pn says that the pool is open. The last start year stands for all later
ones. The whole volume is charged at its tier's rate, so the rate may fall as members join.
"""

from __future__ import annotations

import numpy as np

from optimizer.options.money import cents
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts, add_started
from optimizer.program.pool_book import Joined, PoolBook, book_of, joined_of
from optimizer.program.rows import Codes, RowBuilder, Rows, at_least, at_most, exactly


def blocks(parts: Parts) -> list[Block]:
    """Openings, tiers and volumes of the county's own pools."""
    return pool_blocks(book_of(parts))


def rows(layout: Layout) -> list[Rows]:
    """The rows of the county's own pools."""
    return pool_rows(book_of(layout), joined_of(layout), [layout.columns[name].columns for name in POOL_BLOCKS])


POOL_BLOCKS = ("open_pool", "tier", "volume")


def pool_blocks(book: PoolBook) -> list[Block]:
    """Openings by start year; then tiers and volumes by tier and start year."""
    pool, start = book.stages
    opening = {"pool_id": book.pool_ids(pool), "start_year": start + 1}
    opened_usd = (cents(book.setup_usd(pool, start)) + cents(book.fixed_usd(pool, start))) / 100.0
    tiers = book.tiers
    keys = {"pool_id": tiers["pool_id"], "tier": tiers["tier"], "year": tiers["stage"] + 1}
    worth = book.stage_worth[tiers["pool"], tiers["stage"]]
    return [
        block("open_pool", opening, opened_usd),
        block("tier", keys, worth * tiers["fixed_usd_per_year"].to_numpy()),
        block("volume", keys, worth * tiers["usd_per_unit"].to_numpy(), tiers["to_volume"], integer=False),
    ]


def pool_rows(book: PoolBook, joined: Joined, columns: list[Codes]) -> list[Rows]:
    """Member limits, then the tier rows of the pools that have tiers; `columns` are those of POOL_BLOCKS."""
    opening, tier, volume = columns
    opening = opening.reshape(book.starts, -1).T
    return [
        *_members(book, joined, opening),
        *_tier_choice(book, joined, opening, tier, volume),
        *_tier_range(book, tier, volume),
        _once(book, opening),
    ]


def _labels(book: PoolBook, pool: Codes, stage: Codes) -> dict[str, np.ndarray]:
    return {"pool_id": book.pool_ids(pool), "year": stage + 1}


def _members(book: PoolBook, joined: Joined, opening: Codes) -> list[Rows]:
    pool, stage = book.stages
    found = []
    for name, limit, bounds in (("pool_min", "min_members", at_least), ("pool_max", "max_members", at_most)):
        family = RowBuilder(name, "members", _labels(book, pool, stage), *bounds(np.zeros(len(pool))))
        most = book.pools[limit].to_numpy(dtype=np.float64)[pool]
        add_started(family, np.arange(len(pool)), opening[pool], stage, -most)
        _add_joined(book, joined, family, np.arange(len(book.pools)), np.ones(len(joined.column)))
        found.append(family.rows())
    return found


def _add_joined(book: PoolBook, joined: Joined, family: RowBuilder, pools: Codes, value: np.ndarray) -> None:
    """Add the options of these pools that have started, times their value, to rows by start year and pool."""
    row_of_pool = np.full(len(book.pools), -1)
    row_of_pool[pools] = np.arange(len(pools))
    row = row_of_pool[joined.pool]
    for later in range(book.starts):
        begun = (row >= 0) & (joined.start <= later)
        family.add(row[begun] + later * len(pools), joined.column[begun], value[begun])


def _tier_choice(book: PoolBook, joined: Joined, opening: Codes, tier: Codes, volume: Codes) -> list[Rows]:
    tiered = np.unique(book.tiers["pool"].to_numpy(dtype=np.int64))
    pool, stage = np.tile(tiered, book.starts), np.repeat(np.arange(book.starts), len(tiered))
    row_of_tier = np.searchsorted(tiered, book.tiers["pool"]) + len(tiered) * book.tiers["stage"].to_numpy()
    labels = _labels(book, pool, stage)
    one = RowBuilder("pool_tier", "1", labels, *exactly(np.zeros(len(pool)))).add(row_of_tier, tier, 1.0)
    add_started(one, np.arange(len(pool)), opening[pool], stage, -1.0)
    held = RowBuilder("pool_volume", "unit of the resource", labels, *exactly(np.zeros(len(pool))))
    held.add(row_of_tier, volume, 1.0)
    _add_joined(book, joined, held, tiered, -joined.volume)
    return [one.rows(), held.rows()]


def _tier_range(book: PoolBook, tier: Codes, volume: Codes) -> list[Rows]:
    tiers, row = book.tiers, np.arange(len(book.tiers))
    labels = {
        "pool_id": tiers["pool_id"].to_numpy(dtype=object),
        "tier": tiers["tier"].to_numpy(dtype=object),
        "year": tiers["stage"].to_numpy() + 1,
    }
    low = RowBuilder("tier_from", "unit of the resource", labels, *at_least(np.zeros(len(tiers))))
    low.add(row, volume, 1.0).add(row, tier, -tiers["from_volume"].to_numpy())
    high = RowBuilder("tier_to", "unit of the resource", labels, *at_most(np.zeros(len(tiers))))
    high.add(row, volume, 1.0).add(row, tier, -tiers["to_volume"].to_numpy())
    return [low.rows(), high.rows()]


def _once(book: PoolBook, opening: Codes) -> Rows:
    """A pool opens once; with one start year its bound says so."""
    pools = np.arange(len(book.pools) if book.starts > 1 else 0)
    rows = RowBuilder("pool_once", "1", {"pool_id": book.pool_ids(pools)}, *at_most(np.ones(len(pools))))
    add_started(rows, pools, opening[pools], np.full(len(pools), book.starts), 1.0)
    return rows.rows()
