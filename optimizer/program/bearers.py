"""Which fund bears which column, and what each fund bears where every column is 0."""

from __future__ import annotations

import numpy as np

from optimizer.program.layout import Layout
from optimizer.program.rows import Labels

OF_SERVICES = ("choose", "sell")
"""Blocks borne by the fund of their service; every other cost is the general fund's."""


def fund_of_columns(layout: Layout) -> Labels:
    """The fund that bears each column's cost; None where the column costs nothing or is not a cost of the plan."""
    columns, county = layout.columns, layout.case.county
    fund: Labels = np.full(len(columns), None, dtype=object)
    fund[columns.borne_usd != 0] = county.facts.general_fund
    funds = county.frame("services")["fund"].to_numpy(dtype=object)
    of_block = (layout.options.candidates.service, layout.options.sales.service)
    for name, service in zip(OF_SERVICES, of_block, strict=True):
        fund[columns[name].columns] = funds[service]
    return fund


def offset_usd_by_fund(layout: Layout) -> dict[str, float]:
    """Present cost of keeping every service, by fund [USD]; communication has columns of its own."""
    keep_usd = layout.options.keep_cents / 100.0
    kept = layout.case.county.frame("services")[["fund"]].assign(usd=keep_usd).groupby("fund")["usd"].sum()
    return {str(fund): float(usd) for fund, usd in kept.items()}
