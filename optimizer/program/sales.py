"""Sales: what the county keeps it may deliver to a neighbour too, with the staff its departments can spare.

    sum_n q_sn <= sum_{keep o of i} x_o                             [1]      sale s of service i
    sum_{s of department d, n <= t} fte_s q_sn <= spare_dt          [FTE]    department d, year t

Nothing that is sold is given back, so that a row of spare_staff without a year need only hold in the last year that
has no row of its own. A department has nobody to spare in years that no row speaks of.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.program.capacity import in_force
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import Labels, RowBuilder, Rows, at_most


def blocks(parts: Parts) -> list[Block]:
    """One column per sale and start year."""
    sales = parts.options.sales
    keys = {"sale_id": parts.labels("sales", "sale_id", sales.sale), "start_year": sales.terms.start + 1}
    return [block("sell", keys, sales.cost_cents / 100.0)]


def rows(layout: Layout) -> list[Rows]:
    """One row per sale, and one per limit on a department's spare staff."""
    return [_of_kept_services(layout), _spare_staff(layout)] if len(layout.options.sales) else []


def _of_kept_services(layout: Layout) -> Rows:
    sales, candidates = layout.options.sales, layout.options.candidates
    sale, row = np.unique(sales.sale, return_inverse=True)
    labels = {"sale_id": layout.labels("sales", "sale_id", sale)}
    family = RowBuilder("sale", "1", labels, *at_most(np.zeros(len(sale))))
    family.add(row, layout.columns["sell"].columns, 1.0)
    service = layout.codes("sales", "service_id", "services")[sale]
    kept = np.flatnonzero(~candidates.moved)
    keep_column = np.full(len(layout.case.county.services), -1)
    keep_column[candidates.service[kept]] = layout.chosen[kept]
    held = np.flatnonzero(keep_column[service] >= 0)
    return family.add(held, keep_column[service[held]], -1.0).rows()


def _spare_staff(layout: Layout) -> Rows:
    sales = layout.options.sales
    departments = layout.case.county.frame("services")["department"].to_numpy(dtype=object)[sales.service]
    limits = _limits(layout, departments)
    labels = {
        "department": limits["department"].to_numpy(dtype=object),
        "year": limits["year"].map(lambda year: "all" if np.isnan(year) else str(int(year))).to_numpy(dtype=object),
    }
    family = RowBuilder("spare_staff", "FTE", labels, *at_most(limits["fte"].to_numpy(dtype=np.float64)))
    fte = layout.case.county.frame("sales")["fte"].to_numpy(dtype=np.float64)[sales.sale]
    last_year = limits["last_year"].to_numpy(dtype=np.float64)
    within = (labels["department"][:, None] == departments[None, :]) & (sales.terms.start[None, :] < last_year[:, None])
    row, started = np.nonzero(within)
    family.add(row, layout.columns["sell"].columns[started], fte[started])
    return family.rows()


def _limits(layout: Layout, departments: Labels) -> pd.DataFrame:
    """Rows of spare_staff in force for these departments, with nobody in the years that no row speaks of."""
    stated = layout.case.county.frame("spare_staff")
    stated = stated[stated["department"].isin(departments)]
    silent = np.setdiff1d(departments.astype(str), stated.loc[stated["year"].isna(), "department"].astype(str))
    nobody = pd.DataFrame({"department": silent.astype(object), "year": np.nan, "fte": 0.0})
    stated = pd.concat([stated, nobody], ignore_index=True) if len(silent) else stated
    return in_force(stated, ["department"], layout.years)
