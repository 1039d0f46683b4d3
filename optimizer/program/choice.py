"""Choice: every service takes exactly one option.

sum_{o of service i, n} x_on = 1        [1]        every service i
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import ids_at
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import RowBuilder, Rows, exactly


def blocks(parts: Parts) -> list[Block]:
    """One column per option, at its cost against keeping the service."""
    candidates, offers = parts.options.candidates, parts.case.county.frame("offers")["offer_id"]
    keys = {
        "service_id": parts.labels("services", "service_id", candidates.service),
        "offer_id": ids_at(offers, candidates.offer, "keep"),
        "start_year": candidates.start + 1,
    }
    keep_cents = parts.options.keep_cents[candidates.service]
    return [block("choose", keys, (parts.options.cost_cents - keep_cents) / 100.0)]


def rows(layout: Layout) -> list[Rows]:
    """One row per service, also for a service without any option: that row says that no plan exists."""
    service_id = layout.case.county.frame("services")["service_id"].to_numpy(dtype=object)
    family = RowBuilder("choice", "1", {"service_id": service_id}, *exactly(np.ones(len(service_id))))
    family.add(layout.options.candidates.service, layout.chosen, 1.0)
    return [family.rows()]
