"""Sharing: in every pool no department pays more than alone, its share of the pool's cost included.

    sum_{o of department d, t} c_ot + sum_o (cost_o - keep_o) x_o <= 0  [USD]    pool p, department d

c_ot is the share of the pool's cost that offer o bears in start year t, as in shares.py.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.county import County
from optimizer.county.once import once
from optimizer.county.terms import ShareRule
from optimizer.options.candidates import pool_volume
from optimizer.program.columns import Block
from optimizer.program.layout import Layout, Parts
from optimizer.program.pool_book import book_of
from optimizer.program.pools import POOL_BLOCKS
from optimizer.program.rows import Floats, RowBuilder, Rows, at_most
from optimizer.program.shares import RUNNING, SETUP, Shares, share_blocks, share_rows


@once
def share_weights(county: County) -> Floats:
    """Weight by which each offer bears its pool's cost [offers]; 0 without a pool. docs/model.md, section 5."""
    offers, pools = county.frame("offers"), county.frame("pools")
    pool = pd.Index(pools["pool_id"]).get_indexer(pd.Index(offers["pool_id"]))
    rule, by_population = pools["share_rule"], str(ShareRule.POPULATION)
    by_use = (rule == str(ShareRule.USE)) | (rule.isna() & pools["resource"].notna())
    kinds: npt.NDArray[np.object_] = np.select([by_use, rule == by_population], ["use", by_population], "equal")
    kind = np.append(kinds, "none")[pool]
    people = float(county.facts.population)
    chosen = [kind == "use", kind == by_population, kind == "none"]
    weights: Floats = np.select(chosen, [pool_volume(county), people, 0.0], 1.0)
    return weights


def _asked(parts: Parts) -> bool:
    return parts.case.settings.consolidation.nobody_worse_off and len(parts.pools) > 0


def _shares(parts: Parts) -> Shares:
    """The offers into the county's own pools."""
    candidates = parts.options.candidates
    joined = np.flatnonzero(np.isin(candidates.pool, parts.pools) & (candidates.pool >= 0))
    offer = np.unique(candidates.offer[joined])
    pool = parts.codes("offers", "pool_id", "pools")[offer]
    table = pd.DataFrame(
        {
            "offer_id": parts.labels("offers", "offer_id", offer),
            "pool": np.searchsorted(parts.pools, pool),
            "weight": share_weights(parts.case.county)[offer],
            "offer_row": offer,
        }
    )
    return Shares(book_of(parts), table, ((SETUP, RUNNING),))


def blocks(parts: Parts) -> list[Block]:
    """Shares of the county's own pools, where the scenario asks that nobody is worse off."""
    return share_blocks(_shares(parts)) if _asked(parts) else []


def rows(layout: Layout) -> list[Rows]:
    """The rows of every pool, member and department, where the scenario asks for them."""
    if not _asked(layout):
        return []
    shares, columns = _shares(layout), layout.columns
    opening, tier, volume = (columns[name] for name in POOL_BLOCKS)
    own = columns["share"], columns["unit_share"]
    joined = _joined(layout, shares)
    return [*share_rows(shares, joined, (opening, tier, volume), own), _no_worse_off(layout, shares, joined)]


def _joined(layout: Layout, shares: Shares) -> pd.DataFrame:
    """The options of every sharing offer: offer (row of `shares.offers`), column, start."""
    candidates = layout.options.candidates
    options = pd.DataFrame({"offer_row": candidates.offer, "column": layout.chosen, "start": candidates.start})
    return shares.offers[["offer_row"]].reset_index(names="offer").merge(options, on="offer_row")


def _no_worse_off(layout: Layout, shares: Shares, joined: pd.DataFrame) -> Rows:
    offer_row = shares.offers["offer_row"].to_numpy(dtype=np.int64)
    service = layout.codes("offers", "service_id", "services")[offer_row]
    department = layout.labels("services", "department", service)
    parties = shares.offers[["pool"]].assign(department=department)
    row = parties.groupby(["pool", "department"], sort=False).ngroup().to_numpy()
    named = parties.drop_duplicates(["pool", "department"])
    labels = {
        "pool_id": shares.book.pool_ids(named["pool"].to_numpy(dtype=np.int64)),
        "department": named["department"].to_numpy(dtype=object),
    }
    family = RowBuilder("no_worse_off", "USD", labels, *at_most(np.zeros(len(named))))
    family.add(row[shares.members["offer"].to_numpy(dtype=np.int64)], layout.columns["share"].columns, 1.0)
    column = joined["column"].to_numpy(dtype=np.int64)
    return family.add(row[joined["offer"].to_numpy(dtype=np.int64)], column, layout.columns.cost_usd[column]).rows()
