"""Bills: what a county bears of the pools that it shares with others of its region.

One column for its part of their whole cost [present USD], and one per start year for its part of their set-up [USD of
that year]. The region's program says what they are; the county's own limits look at them.
"""

from __future__ import annotations

import numpy as np

from optimizer.program.columns import Block, block
from optimizer.program.layout import Parts
from optimizer.program.pool_book import shared_book_of
from optimizer.program.shares import RUNNING, SETUP, most_usd


def blocks(parts: Parts) -> list[Block]:
    """The bills of a county that shares pools; none for one that plans alone."""
    shares = any(pool.pool_id in parts.shared_pools for pool in parts.case.county.pools)
    book = shared_book_of(parts) if shares else None
    most = 0.0 if book is None else float(most_usd(book, (SETUP, RUNNING)).sum())
    setup = 0.0 if book is None else float(book.pools["setup_usd"].sum())
    years = np.arange(parts.starts if shares else 0) + 1
    return [
        block("pool_bill", {}, np.zeros(int(shares)), most, integer=False, billed=True),
        block("setup_bill", {"year": years}, 0.0, setup, integer=False),
    ]
