"""Activation: nothing is bought without an agreement, nothing joins a pool that is not open.

sum_{n <= t} x_on <= sum_{n <= t} y_kn     [1]    offer o of provider k, every start year t
sum_{n <= t} x_on <= sum_{n <= t} z_pn     [1]    offer o of pool p, every start year t
sum_n y_kn <= 1                            [1]    every organization k, where there is more than one start year

y_kn signs an agreement with k in year n, z_pn opens pool p in year n. The provider of a pool's offer is its host.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.money import cents, discounts
from optimizer.options.shared import yearly_agreements, yearly_renewals
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts, add_started
from optimizer.program.rows import Codes, RowBuilder, Rows, at_most


def blocks(parts: Parts) -> list[Block]:
    """One column per organization and start year."""
    org, start = np.tile(parts.orgs, parts.starts), np.repeat(np.arange(parts.starts), len(parts.orgs))
    worth = discounts(parts.case.settings)
    fixed = cents(yearly_agreements(parts.case, org, start) @ worth)
    renewed = cents(yearly_renewals(parts.case, org, start) @ worth)
    keys = {"org_id": parts.labels("organizations", "org_id", org), "start_year": start + 1}
    return [block("agree", keys, (fixed + renewed) / 100.0)]


def rows(layout: Layout) -> list[Rows]:
    """One row per offer and start year for its agreement and for its pool, and one per organization."""
    candidates = layout.options.candidates
    own_pool = np.flatnonzero(np.isin(candidates.pool, layout.pools) & (candidates.pool >= 0))
    return [
        _implications(layout, "agreement", np.flatnonzero(candidates.org >= 0), layout.agree[candidates.org]),
        _implications(layout, "membership", own_pool, layout.open_pool[candidates.pool]),
        _once(layout),
    ]


def _implications(layout: Layout, family: str, moves: Codes, needed: Codes) -> Rows:
    """`needed` [options x starts] holds the columns of which one must have begun for each option."""
    candidates = layout.options.candidates
    offers = pd.DataFrame({"offer": candidates.offer[moves], "move": moves}).drop_duplicates("offer")
    offer, year = np.repeat(offers["offer"].to_numpy(), layout.starts), np.tile(np.arange(layout.starts), len(offers))
    labels = {"offer_id": layout.labels("offers", "offer_id", offer), "year": year + 1}
    rows = RowBuilder(family, "1", labels, *at_most(np.zeros(len(offer))))
    first_row = pd.Series(np.arange(len(offers)) * layout.starts, index=offers["offer"])
    row = first_row.reindex(candidates.offer[moves]).to_numpy(dtype=np.int64)
    for later in range(layout.starts):
        begun = candidates.start[moves] <= later
        rows.add(row[begun] + later, layout.chosen[moves[begun]], 1.0)
    add_started(rows, np.arange(len(offer)), np.repeat(needed[offers["move"]], layout.starts, axis=0), year, -1.0)
    return rows.rows()


def _once(layout: Layout) -> Rows:
    """An agreement is signed once; with one start year its bound says so."""
    orgs = layout.orgs if layout.starts > 1 else layout.orgs[:0]
    labels = {"org_id": layout.labels("organizations", "org_id", orgs)}
    rows = RowBuilder("agreement_once", "1", labels, *at_most(np.ones(len(orgs))))
    add_started(rows, np.arange(len(orgs)), layout.agree[orgs], np.full(len(orgs), layout.starts), 1.0)
    return rows.rows()
