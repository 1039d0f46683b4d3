"""Totals of a plan by decision, department, fund and organization; each of the four adds up to the plan's costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.plan.cents import in_cents
from optimizer.plan.chosen import Chosen
from optimizer.plan.yearly import COUNTY
from optimizer.program.rows import Floats

SUMMED = [
    "services",
    "gross_usd_per_year",
    "today_usd_per_year",
    "plan_usd_per_year",
    "saving_usd_per_year",
    "one_time_usd",
    "fte",
    "fte_transferred",
    "fte_displaced",
]


def total_table(chosen: Chosen, decisions: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    """Columns: by, name, services, gross_usd_per_year, today_usd_per_year, plan_usd_per_year, saving_usd_per_year,
    one_time_usd (transition, set-up of sales and of pools, not discounted), fte, fte_transferred, fte_displaced.

    Dollars per year are yearly equivalents. Agreements, the set-up and fixed cost of pools, and communication stand in
    rows of their own by decision and department, with the general fund by fund, and with the organization or host by
    organization (communication with the county): they are `shared`, with its money as `yearly_table` has it.
    """
    case = chosen.case
    named = decisions.assign(services=1, organization=decisions["org_id"].replace("", COUNTY))
    own, extra = (table.reindex(columns=SUMMED, fill_value=0.0).to_numpy(dtype=np.float64) for table in (named, shared))
    payers = {
        "decision": shared["what"].tolist(),
        "department": shared["what"].tolist(),
        "fund": [case.county.facts.general_fund] * len(shared),
        "organization": shared["organization"].tolist(),
    }
    names: list[str] = []
    amounts: list[Floats] = []
    for by, payer in payers.items():
        decided = named[by].to_numpy(dtype=object)
        order = np.argsort(decided, kind="stable")
        names += [*decided[order], *payer]
        amounts += [own[order], extra]
    rows = pd.DataFrame(np.vstack(amounts), columns=SUMMED)
    rows = rows.assign(by=np.repeat([*payers], len(own) + len(extra)), name=names)
    table = rows.groupby(["by", "name"], sort=False, as_index=False).sum()
    table["services"] = table["services"].astype("int64")
    return in_cents(table)
