"""Shares: what every member of a pool bears of its cost, as columns, where a rule speaks of it.

    sum_o c_ot = C_pt                                                   [USD]    pool p, start year t
    c_ot <= g_o e_pt,   c_ot >= g_o e_pt - g_o E_pt (1 - X_ot),   c_ot <= M_pt X_ot

C_pt is what pool p costs in start year t (the last one stands for all later years), c_ot the share that offer o bears,
g_o its weight (1, its use, or its population), e_pt the cost per unit of weight, X_ot = sum_{n <= t} x_on that it has
joined. M_pt is the most that the pool can cost in that year, E_pt that by the smallest weight. Together the second line
says c_ot = g_o e_pt for members, and 0 for everybody else. All in present value.

Members without weight share equally where nobody of weight has joined: their g_o is 1, and in place of e_pt they have

    a_pt <= M_pt (1 - X_ot)                                             [USD]    every offer o of weight into pool p
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
        """The offers once per piece and start year, with offer (row), piece, stage, place (in `units`), price (in
        `prices`) and the most that the share and the cost per unit of weight can be; who has no weight has 1.
        """
        table = self.offers.reset_index(names="offer").merge(self.units, on="pool")
        weighs = (table["weight"] > 0).to_numpy()
        lightest = self.offers[self.offers["weight"] > 0].groupby("pool")["weight"].min()
        least = np.where(weighs, table["pool"].map(lightest).to_numpy(dtype=np.float64), 1.0)
        keys = pd.MultiIndex.from_arrays([table["place"], weighs])
        price = pd.MultiIndex.from_frame(self.prices[["place", "by_weight"]]).get_indexer(keys)
        weight = np.where(weighs, table["weight"], 1.0)
        return table.assign(weight=weight, price=price, most_per_weight=table["most"] / least)

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Costs per unit of weight: the units, and again those of pools that offers without weight would join; as
        `units`, with by_weight.
        """
        weightless = self.offers.loc[self.offers["weight"] <= 0, "pool"]
        again = self.units[self.units["pool"].isin(weightless)]
        return pd.concat([self.units.assign(by_weight=True), again.assign(by_weight=False)], ignore_index=True)

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
    members, prices = shares.members, shares.prices
    names = np.array(["+".join(piece) for piece in shares.pieces], dtype=object)
    most = members.groupby("price")["most_per_weight"].max().reindex(np.arange(len(prices))).fillna(0.0)
    keys: dict[str, npt.ArrayLike] = {
        "offer_id": members["offer_id"],
        "piece": names[members["piece"]],
        "year": members["stage"] + 1,
    }
    price: dict[str, npt.ArrayLike] = {
        "pool_id": prices["pool_id"],
        "piece": names[prices["piece"]],
        "year": prices["stage"] + 1,
        "by": np.where(prices["by_weight"], "weight", "member"),
    }
    return [
        block("share", keys, 0.0, members["most"], integer=False),
        block("unit_share", price, 0.0, most.to_numpy(dtype=np.float64), integer=False),
    ]


def share_rows(
    shares: Shares, joined: pd.DataFrame, pools: tuple[Block, Block, Block], own: tuple[Block, Block]
) -> list[Rows]:
    """The rows that make shares what they are.

    `joined` says which option columns bring an offer into its pool (offer, column, start); `pools` are the blocks of
    pools.POOL_BLOCKS, `own` those of `share_blocks`.
    """
    return [_whole_cost(shares, pools, own), *_by_weight(shares, joined, own), _weightless(shares, joined, own)]


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
    row, unit = np.arange(len(members)), own[1].columns[members["price"].to_numpy(dtype=np.int64)]
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


def _weightless(shares: Shares, joined: pd.DataFrame, own: tuple[Block, Block]) -> Rows:
    equal = shares.prices[~shares.prices["by_weight"]].reset_index(names="price")
    weighing = shares.offers[shares.offers["weight"] > 0].reset_index(names="offer")
    pairs = equal.merge(weighing[["offer", "offer_id", "pool"]], on="pool").reset_index(names="row")
    labels = {name: pairs[name].to_numpy(dtype=object) for name in ("offer_id", "piece", "stage")}
    most = pairs["most"].to_numpy(dtype=np.float64)
    family = RowBuilder("share_without_weight", "USD", labels, *at_most(most))
    family.add(np.arange(len(pairs)), own[1].columns[pairs["price"].to_numpy(dtype=np.int64)], 1.0)
    begun = pairs.merge(joined, on="offer")
    begun = begun[begun["start"] <= begun["stage"]]
    row, column = (begun[name].to_numpy(dtype=np.int64) for name in ("row", "column"))
    return family.add(row, column, most[row]).rows()
