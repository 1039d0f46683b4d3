"""Minimum volume: an organization signs only for enough work, from its first year on.

sum_{o of k, n <= t} price_o x_on >= min_k sum_{n <= t} y_kn      [USD/year]     every organization k with a minimum,
                                                                                every start year t
"""

from __future__ import annotations

import numpy as np

from optimizer.program.layout import Layout, add_started
from optimizer.program.rows import RowBuilder, Rows, at_least


def rows(layout: Layout) -> list[Rows]:
    """One row per start year and organization that states a minimum and that some option would use."""
    orgs, candidates = layout.case.county.frame("organizations"), layout.options.candidates
    minimum = np.nan_to_num(orgs["min_volume_usd_per_year"].to_numpy(dtype=np.float64))
    limited = layout.orgs[minimum[layout.orgs] > 0]
    org, year = np.tile(limited, layout.starts), np.repeat(np.arange(layout.starts), len(limited))
    labels = {"org_id": layout.labels("organizations", "org_id", org), "year": year + 1}
    family = RowBuilder("volume", "USD/year", labels, *at_least(np.zeros(len(org))))
    add_started(family, np.arange(len(org)), layout.agree[org], year, -minimum[org])
    place = np.full(len(orgs) + 1, -1)
    place[limited] = np.arange(len(limited))
    row = place[candidates.org]
    for later in range(layout.starts):
        begun = np.flatnonzero((row >= 0) & (candidates.start <= later))
        family.add(row[begun] + later * len(limited), layout.chosen[begun], candidates.terms.price[begun])
    return [family.rows()]
