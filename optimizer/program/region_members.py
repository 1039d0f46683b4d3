"""The pools that counties of a region share, and who would join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.options.region import RegionCase
from optimizer.options.shared import pool_growth
from optimizer.program.pool_book import Joined, PoolBook
from optimizer.program.program import CountyProgram
from optimizer.program.sharing import share_weights


@dataclass(frozen=True)
class Members:
    """Offers into shared pools, and the options that would accept them."""

    offers: pd.DataFrame
    """One row per offer: county, offer_id (county and offer), department, pool (place in the book), weight."""
    joined: pd.DataFrame
    """One row per option: offer (row of `offers`), column (of the region's program), start (from 0), volume."""

    def as_joined(self) -> Joined:
        """The options with their pools."""
        pool = self.offers["pool"].to_numpy(dtype=np.int64)[self.joined["offer"].to_numpy(dtype=np.int64)]
        column, start = (self.joined[name].to_numpy(dtype=np.int64) for name in ("column", "start"))
        return Joined(column, pool, start, self.joined["volume"].to_numpy(dtype=np.float64))


def book_of_region(region: RegionCase) -> PoolBook:
    """The shared pools; what a pool costs grows as its host's charges do, or a hosting county's own cost."""
    cases = list(region.cases.values())
    pools, tiers, growth = cases[0].county.frame("pools").iloc[:0], cases[0].county.frame("pool_tiers").iloc[:0], []
    for pool_id in sorted(region.shared_pools):
        listing = [case for case in cases if (case.county.frame("pools")["pool_id"] == pool_id).any()]
        hosting = [case for case in listing for pool in case.county.pools if _hosts(pool_id, pool)]
        case = (hosting or listing)[0]
        own = (case.county.frame("pools")["pool_id"] == pool_id).to_numpy()
        priced = case.county.frame("pool_tiers")
        pools = pd.concat([pools, case.county.frame("pools")[own]]) if len(pools) else case.county.frame("pools")[own]
        held = priced[priced["pool_id"] == pool_id]
        tiers = pd.concat([tiers, held]) if len(tiers) else held
        growth.append(pool_growth(case)[own][0])
    years = region.settings.horizon.years
    return PoolBook(
        region.settings.horizon,
        pools.reset_index(drop=True),
        tiers.reset_index(drop=True),
        np.array(growth, dtype=np.float64).reshape(len(growth), years),
    )


def _hosts(pool_id: str, pool: object) -> bool:
    return getattr(pool, "pool_id", None) == pool_id and getattr(pool, "host_org_id", None) is None


def members_of_region(
    region: RegionCase, counties: Mapping[str, CountyProgram], firsts: Mapping[str, int], book: PoolBook
) -> Members:
    """Everybody who would join a shared pool, county by county."""
    known = pd.Index(book.pools["pool_id"])
    offers, joined, first_row = [], [], 0
    for name, program in counties.items():
        layout, candidates = program.layout, program.options.candidates
        place = known.get_indexer(pd.Index(program.case.county.frame("pools")["pool_id"]))
        option = np.flatnonzero(np.append(place, -1)[candidates.pool] >= 0)
        offer, row = np.unique(candidates.offer[option], return_inverse=True)
        labels = layout.labels("offers", "offer_id", offer)
        service = layout.codes("offers", "service_id", "services")[offer]
        pool = place[layout.codes("offers", "pool_id", "pools")[offer]]
        offers.append(
            pd.DataFrame(
                {
                    "county": name,
                    "offer_id": np.array([f"{name}.{label}" for label in labels], dtype=object),
                    "department": layout.labels("services", "department", service),
                    "pool": pool,
                    "weight": share_weights(program.case.county)[offer],
                }
            )
        )
        joined.append(
            pd.DataFrame(
                {
                    "offer": row + first_row,
                    "column": layout.chosen[option] + firsts[name],
                    "start": candidates.start[option],
                    "volume": program.options.volume[option],
                }
            )
        )
        first_row += len(offer)
    return Members(pd.concat(offers, ignore_index=True), pd.concat(joined, ignore_index=True))
