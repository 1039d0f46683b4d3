"""Activation: nothing is bought without an agreement, nothing joins a pool that is not open.

x_o <= y_k         offer o of organization k         [1]
x_o <= z_p         offer o of pool p                 [1]
z_p <= y_h         pool p hosted by organization h   [1]
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import codes_of, ids_at
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import Codes, Labels, RowBuilder, Rows, at_most
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """One row per moved option, and one per pool that an organization hosts."""
    candidates = options.candidates
    direct = np.flatnonzero((candidates.org >= 0) & (candidates.pool < 0))
    pooled = np.flatnonzero(candidates.pool >= 0)
    pools = case.county.frame("pools")
    host = codes_of(pools["host_org_id"], case.county.frame("organizations")["org_id"])[columns.pools]
    hosted = columns.pools[host >= 0]
    offer_id = case.county.frame("offers")["offer_id"]
    return [
        _implications(
            "agreement",
            ids_at(offer_id, candidates.offer[direct]),
            direct,
            columns.agreement_of_org[candidates.org[direct]],
        ),
        _implications(
            "membership",
            ids_at(offer_id, candidates.offer[pooled]),
            pooled,
            columns.pool_column[candidates.pool[pooled]],
        ),
        _implications(
            "host",
            ids_at(pools["pool_id"], hosted),
            columns.pool_column[hosted],
            columns.agreement_of_org[host[host >= 0]],
        ),
    ]


def _implications(family: str, label: Labels, if_: Codes, then: Codes) -> Rows:
    rows = RowBuilder(family, "1", {"id": label}, *at_most(np.zeros(len(label))))
    row = np.arange(len(label))
    return rows.add(row, if_, 1.0).add(row, then, -1.0).rows()
