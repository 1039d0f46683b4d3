"""Pools: members between a least and a most number, and volume priced by the one tier it falls in.

    min_p z_p <= sum_{o of p} x_o <= max_p z_p                [members]
    sum_t w_pt = z_p                                          [1]            pools with tiers
    sum_t v_pt = sum_{o of p} use_o x_o                       [unit of the pool's resource]
    from_pt w_pt <= v_pt <= to_pt w_pt                        [unit of the pool's resource]

The whole volume is charged at its tier's rate, so the rate may fall as members join.
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import ids_at
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import Codes, RowBuilder, Rows, at_least, at_most, exactly
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """Member limits, then the tier rows of the pools that have tiers."""
    return [*_members(case, options, columns), *_tier_choice(case, options, columns), *_tier_range(columns)]


def _members(case: Case, options: Options, columns: Columns) -> list[Rows]:
    table = case.county.frame("pools").iloc[columns.pools]
    labels = {"pool_id": table["pool_id"].to_numpy(dtype=object)}
    row, open_ = np.arange(len(table)), columns.pool_column[columns.pools]
    joined = np.flatnonzero(options.candidates.pool >= 0)
    pool = np.searchsorted(columns.pools, options.candidates.pool[joined])
    fewest = RowBuilder("pool_min", "members", labels, *at_least(np.zeros(len(table))))
    fewest.add(row, open_, -table["min_members"].to_numpy(dtype=np.float64)).add(pool, joined, 1.0)
    most = RowBuilder("pool_max", "members", labels, *at_most(np.zeros(len(table))))
    most.add(row, open_, -table["max_members"].to_numpy(dtype=np.float64)).add(pool, joined, 1.0)
    return [fewest.rows(), most.rows()]


def _tier_choice(case: Case, options: Options, columns: Columns) -> list[Rows]:
    tiers = columns.tiers
    tiered, row = np.unique(tiers["pool"].to_numpy(dtype=np.int64), return_inverse=True)
    labels = {"pool_id": ids_at(case.county.frame("pools")["pool_id"], tiered)}
    one = RowBuilder("pool_tier", "1", labels, *exactly(np.zeros(len(tiered))))
    one.add(row, tiers["column"].to_numpy(), 1.0)
    one.add(np.arange(len(tiered)), columns.pool_column[tiered], -1.0)
    volume = RowBuilder("pool_volume", "unit of the resource", labels, *exactly(np.zeros(len(tiered))))
    volume.add(row, tiers["volume_column"].to_numpy(), 1.0)
    joined = _options_of(options, tiered)
    of_row = np.searchsorted(tiered, options.candidates.pool[joined])
    volume.add(of_row, joined, -options.volume[joined])
    return [one.rows(), volume.rows()]


def _options_of(options: Options, pools: Codes) -> Codes:
    return np.flatnonzero(np.isin(options.candidates.pool, pools) & (options.candidates.pool >= 0))


def _tier_range(columns: Columns) -> list[Rows]:
    tiers = columns.tiers
    labels = {
        "pool_id": tiers["pool_id"].to_numpy(dtype=object),
        "tier": tiers["tier"].to_numpy(dtype=object),
    }
    row, open_, volume = np.arange(len(tiers)), tiers["column"].to_numpy(), tiers["volume_column"].to_numpy()
    low = RowBuilder("tier_from", "unit of the resource", labels, *at_least(np.zeros(len(tiers))))
    low.add(row, volume, 1.0).add(row, open_, -tiers["from_volume"].to_numpy())
    high = RowBuilder("tier_to", "unit of the resource", labels, *at_most(np.zeros(len(tiers))))
    high.add(row, volume, 1.0).add(row, open_, -tiers["to_volume"].to_numpy())
    return [low.rows(), high.rows()]
