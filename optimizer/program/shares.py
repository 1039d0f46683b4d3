"""Shares: what every member of a pool bears of its cost, as columns, where a rule speaks of it.

    sum_o c_ot = C_pt                                                   [USD]    pool p, start year t
    c_ot <= g_o e_pt,   c_ot >= g_o e_pt - g_o E_pt (1 - X_ot),   c_ot <= M_pt X_ot

C_pt is what pool p costs in start year t (the last one stands for all later years), c_ot the share that offer o bears,
g_o its weight (1, its use, or its population), e_pt the cost per unit of weight, X_ot = sum_{n <= t} x_on that it has
joined. M_pt is the most that the pool can cost in that year, E_pt that by the smallest weight. Together the second line
says c_ot = g_o e_pt for members, and 0 for everybody else. All in present value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.program.columns import Block, block
from optimizer.program.pool_book import PoolBook
from optimizer.program.rows import Floats, RowBuilder, Rows, at_least, at_most, exactly

SETUP, RUNNING = "setup", "running"
"""Pieces of a pool's cost: what is paid once when it opens, and what is paid every year."""


@dataclass(frozen=True)
class Shares:
    """The members of the pools of a book and the pieces of cost that they share."""

    book: PoolBook
    offers: pd.DataFrame
    """One row per offer into a pool: offer_id, pool (place in the book), weight."""
    pieces: tuple[tuple[str, ...], ...]
    """Pieces that are shared as one."""

    @cached_property
    def members(self) -> pd.DataFrame:
        """The offers once per piece and start year, with offer (row), piece, stage, place (in `units`) and the most
        that the share and the cost per unit of weight can be.
        """
        table = self.offers.reset_index(names="offer").merge(self.units, on="pool")
        lightest = self.offers[self.offers["weight"] > 0].groupby("pool")["weight"].min()
        least = table["pool"].map(lightest).fillna(1.0).to_numpy(dtype=np.float64)
        return table.assign(most_per_weight=table["most"] / least)

    @cached_property
    def units(self) -> pd.DataFrame:
        """Every pool once per piece and start year: place, pool, pool_id, piece, stage, most."""
        pool, stage = self.book.stages
        tables = [
            pd.DataFrame({"pool": pool, "stage": stage, "piece": number, "most": most_usd(self.book, piece)})
            for number, piece in enumerate(self.pieces)
        ]
        table = pd.concat(tables, ignore_index=True).reset_index(names="place")
        return table.assign(pool_id=self.book.pool_ids(table["pool"].to_numpy(dtype=np.int64)))


def opening_usd(book: PoolBook, piece: tuple[str, ...], start: int) -> Floats:
    """What opening pools in start year `start` costs in every start year, without tiers [in order of stages, USD]."""
    pool, stage = book.stages
    setup_usd = book.pools["setup_usd"].to_numpy(dtype=np.float64)[pool] * book.worth[stage]
    fixed_usd = book.pools["fixed_usd_per_year"].to_numpy(dtype=np.float64)[pool] * book.stage_worth[pool, stage]
    once = np.where(stage == start, setup_usd, 0.0) if SETUP in piece else np.zeros(len(pool))
    usd: Floats = once + (np.where(stage >= start, fixed_usd, 0.0) if RUNNING in piece else 0.0)
    return usd


def most_usd(book: PoolBook, piece: tuple[str, ...]) -> Floats:
    """The most that pools can cost in every start year [in order of stages, USD]."""
    pool, stage = book.stages
    openings = [opening_usd(book, piece, start) for start in range(book.starts)]
    most: Floats = np.max(openings, axis=0)
    if RUNNING not in piece:
        return most
    tiers = book.tiers
    worth = book.stage_worth[tiers["pool"], tiers["stage"]]
    usd = worth * (tiers["fixed_usd_per_year"] + tiers["to_volume"] * tiers["usd_per_unit"]).to_numpy(dtype=np.float64)
    dearest = tiers.assign(usd=usd).groupby(["stage", "pool"])["usd"].max()
    tier: Floats = dearest.reindex(pd.MultiIndex.from_arrays([stage, pool])).fillna(0.0).to_numpy(dtype=np.float64)
    return most + tier


def share_blocks(shares: Shares) -> list[Block]:
    """Shares by offer, piece and start year, and the cost per unit of weight by pool, piece and start year."""
    members, units = shares.members, shares.units
    names = np.array(["+".join(piece) for piece in shares.pieces], dtype=object)
    per_weight = members.groupby("place")["most_per_weight"].max().reindex(units["place"]).fillna(0.0)
    keys: dict[str, npt.ArrayLike] = {
        "offer_id": members["offer_id"],
        "piece": names[members["piece"]],
        "year": members["stage"] + 1,
    }
    unit: dict[str, npt.ArrayLike] = {
        "pool_id": units["pool_id"],
        "piece": names[units["piece"]],
        "year": units["stage"] + 1,
    }
    return [
        block("share", keys, 0.0, members["most"], integer=False),
        block("unit_share", unit, 0.0, per_weight.to_numpy(dtype=np.float64), integer=False),
    ]


def share_rows(
    shares: Shares, joined: pd.DataFrame, pools: tuple[Block, Block, Block], own: tuple[Block, Block]
) -> list[Rows]:
    """The rows that make shares what they are.

    `joined` says which option columns bring an offer into its pool (offer, column, start); `pools` are the blocks of
    pools.POOL_BLOCKS, `own` those of `share_blocks`.
    """
    return [_whole_cost(shares, pools, own), *_by_weight(shares, joined, own)]


def _whole_cost(shares: Shares, pools: tuple[Block, Block, Block], own: tuple[Block, Block]) -> Rows:
    units, book = shares.units, shares.book
    labels = {name: units[name].to_numpy(dtype=object) for name in ("pool_id", "piece", "stage")}
    family = RowBuilder("share_sum", "USD", labels, *exactly(np.zeros(len(units))))
    family.add(shares.members["place"].to_numpy(dtype=np.int64), own[0].columns, 1.0)
    opening = pools[0].columns.reshape(book.starts, -1).T
    tiers, size = book.tiers, len(book.stages[0])
    of_tier = tiers["pool"].to_numpy(dtype=np.int64) + len(book.pools) * tiers["stage"].to_numpy(dtype=np.int64)
    for number, piece in enumerate(shares.pieces):
        row = np.arange(size) + number * size
        for start in range(book.starts):
            family.add(row, opening[book.stages[0], start], -opening_usd(book, piece, start))
        if RUNNING in piece:
            for part in pools[1:]:
                family.add(of_tier + number * size, part.columns, -part.cost_usd)
    return family.rows()


def _by_weight(shares: Shares, joined: pd.DataFrame, own: tuple[Block, Block]) -> list[Rows]:
    members, share = shares.members, own[0].columns
    labels = {name: members[name].to_numpy(dtype=object) for name in ("offer_id", "piece", "stage")}
    row, unit = np.arange(len(members)), own[1].columns[members["place"].to_numpy(dtype=np.int64)]
    weight = members["weight"].to_numpy(dtype=np.float64)
    widest = weight * members["most_per_weight"].to_numpy(dtype=np.float64)
    above = RowBuilder("share_at_most", "USD", labels, *at_most(np.zeros(len(row)))).add(row, share, 1.0)
    below = RowBuilder("share_at_least", "USD", labels, *at_least(-widest)).add(row, share, 1.0)
    only = RowBuilder("share_of_member", "USD", labels, *at_most(np.zeros(len(row)))).add(row, share, 1.0)
    above.add(row, unit, -weight)
    below.add(row, unit, -weight)
    begun = members.assign(row=row).merge(joined, on="offer")
    begun = begun[begun["start"] <= begun["stage"]]
    place, column = (begun[name].to_numpy(dtype=np.int64) for name in ("row", "column"))
    below.add(place, column, -widest[place])
    only.add(place, column, -members["most"].to_numpy(dtype=np.float64)[place])
    return [above.rows(), below.rows(), only.rows()]
