"""Pools that some option would join, with their prices by start year, and the options that would join them.

A county has a book of the pools it has for itself, a region one of those that its counties share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from optimizer.options.money import discount_factors
from optimizer.options.shared import pool_growth
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import Codes, Floats, Labels
from optimizer.scenario.settings import Horizon


@dataclass(frozen=True)
class PoolBook:
    """Pools by their place in the book."""

    horizon: Horizon
    pools: pd.DataFrame
    """Rows of the pools table."""
    pool_tiers: pd.DataFrame
    """Rows of the pool_tiers table of these pools."""
    growth: Floats
    """Growth of what each pool costs [pools x years]."""

    @property
    def starts(self) -> int:
        """Number of start years."""
        return self.horizon.start_years

    @cached_property
    def worth(self) -> Floats:
        """What a dollar of each year is worth today [years]."""
        return discount_factors(self.horizon.years, self.horizon.discount_rate)

    @cached_property
    def stages(self) -> tuple[Codes, Codes]:
        """Every pool in every start year, start year by start year: its place, and the year from 0."""
        size = len(self.pools)
        return np.tile(np.arange(size), self.starts), np.repeat(np.arange(self.starts), size)

    @cached_property
    def stage_worth(self) -> Floats:
        """Present value of a dollar a year of today's prices in each start year; the last stands for the rest."""
        stage = np.minimum(np.arange(self.horizon.years), self.starts - 1)
        summed = np.zeros((self.horizon.years, self.starts))
        summed[np.arange(self.horizon.years), stage] = self.worth
        worth: Floats = self.growth @ summed
        return worth

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """Tiers once per start year: as in pool_tiers, with pool (place) and stage (from 0)."""
        place = pd.Index(self.pools["pool_id"]).get_indexer(pd.Index(self.pool_tiers["pool_id"]))
        tiers = self.pool_tiers.assign(pool=place)
        return pd.concat([tiers.assign(stage=stage) for stage in range(self.starts)], ignore_index=True)

    def pool_ids(self, pool: Codes) -> Labels:
        """Ids at these places."""
        ids: Labels = self.pools["pool_id"].to_numpy(dtype=object)[pool]
        return ids

    def setup_usd(self, pool: Codes, start: Codes) -> Floats:
        """Present cost of setting up pools in the start years given, from 0 [USD]."""
        usd: Floats = self.pools["setup_usd"].to_numpy(dtype=np.float64)[pool] * self.worth[start]
        return usd

    def fixed_usd(self, pool: Codes, start: Codes) -> Floats:
        """Present fixed cost of pools, without their tiers, from the start years given on [USD]."""
        per_year = self.pools["fixed_usd_per_year"].to_numpy(dtype=np.float64)[pool]
        later = np.arange(self.horizon.years)[None, :] >= start[:, None]
        usd: Floats = per_year * ((self.growth[pool] * later) @ self.worth)
        return usd


@dataclass(frozen=True)
class Joined:
    """Options that would join a pool of a book, as parallel arrays."""

    column: Codes
    pool: Codes
    """Place of the pool in the book."""
    start: Codes
    """From 0."""
    volume: Floats
    """What each brings to the pool, in its resource."""


def book_of(parts: Parts) -> PoolBook:
    """The pools that a county has for itself."""
    return _book(parts, parts.pools)


def shared_book_of(parts: Parts) -> PoolBook:
    """The pools of a county that it shares with others of its region."""
    shared = parts.case.county.frame("pools")["pool_id"].isin(parts.shared_pools)
    return _book(parts, np.flatnonzero(shared.to_numpy()))


def _book(parts: Parts, pool: Codes) -> PoolBook:
    county = parts.case.county
    pools, tiers = county.frame("pools").iloc[pool], county.frame("pool_tiers")
    held = tiers[tiers["pool_id"].isin(pools["pool_id"])]
    return PoolBook(parts.case.settings.horizon, pools, held, pool_growth(parts.case)[pool])


def joined_of(layout: Layout) -> Joined:
    """The county's options that would join its own pools."""
    candidates = layout.options.candidates
    option = np.flatnonzero(np.isin(candidates.pool, layout.pools) & (candidates.pool >= 0))
    place = np.searchsorted(layout.pools, candidates.pool[option])
    return Joined(layout.chosen[option], place, candidates.start[option], layout.options.volume[option])
