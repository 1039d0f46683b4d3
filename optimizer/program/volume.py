"""Minimum volume: an organization signs only for enough work.

sum_{o of k} price_o x_o >= min_k y_k        [USD/year]        every organization k with a minimum
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import ids_at
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, at_least
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """One row per organization that states a minimum and that some option would use."""
    orgs = case.county.frame("organizations")
    minimum = orgs["min_volume_usd_per_year"].to_numpy()
    limited = columns.agreement_orgs[minimum[columns.agreement_orgs] > 0]
    row_of_org = np.full(len(orgs) + 1, -1)
    row_of_org[limited] = np.arange(len(limited))
    labels = {"org_id": ids_at(orgs["org_id"], limited)}
    family = RowBuilder("volume", "USD/year", labels, *at_least(np.zeros(len(limited))))
    family.add(np.arange(len(limited)), columns.agreement_of_org[limited], -minimum[limited])
    row = row_of_org[options.candidates.org]
    taken = np.flatnonzero(row >= 0)
    return [family.add(row[taken], taken, options.candidates.terms.price[taken]).rows()]
