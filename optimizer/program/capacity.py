"""Capacity: an organization takes on no more work than it can, in each resource and year it names.

    sum_{o of k} use_or x_o <= cap_krt y_k        [unit of r]        every row (k, r, t) of capacities

All offers run through the whole horizon, so every year of it is looked at; a row without a year
stands for the years that have no row of their own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.candidates import codes_of, uses_of
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, at_most
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """One row per capacity in force whose organization some option would use."""
    orgs = case.county.frame("organizations")["org_id"]
    limits = capacities_in_force(case)
    agreement = columns.agreement_of_org[codes_of(limits["org_id"], orgs)]
    limits, agreement = limits[agreement >= 0], agreement[agreement >= 0]
    year = limits["year"].map(lambda year: "all" if np.isnan(year) else str(int(year)))
    labels = {
        "org_id": limits["org_id"].to_numpy(dtype=object),
        "resource": limits["resource"].to_numpy(dtype=object),
        "year": year.to_numpy(dtype=object),
    }
    family = RowBuilder("capacity", "unit of the resource", labels, *at_most(np.zeros(len(limits))))
    family.add(np.arange(len(limits)), agreement, -limits["amount"].to_numpy())
    limit_org = codes_of(limits["org_id"], orgs)
    n_keep = len(case.county.services)
    for resource in limits["resource"].unique():
        everywhere = np.full(n_keep + len(case.county.offers), resource, dtype=object)
        use = np.append(uses_of(case, everywhere, n_keep)[n_keep:], 0.0)[options.candidates.offer]
        of_resource = np.flatnonzero((limits["resource"] == resource).to_numpy())
        pairs = pd.DataFrame({"org": options.candidates.org, "column": np.arange(columns.options), "use": use})
        pairs = pairs[pairs["use"] != 0].merge(pd.DataFrame({"org": limit_org[of_resource], "row": of_resource}))
        family.add(pairs["row"].to_numpy(), pairs["column"].to_numpy(), pairs["use"].to_numpy())
    return [family.rows()]


def capacities_in_force(case: Case) -> pd.DataFrame:
    """Rows of capacities that hold in some year of the horizon."""
    limits = case.county.frame("capacities")
    years = case.settings.horizon.years
    dated = limits[limits["year"].between(1, years)]
    own_years = dated.groupby(["org_id", "resource"])["year"].nunique().rename("own").reset_index()
    undated = limits[limits["year"].isna()].merge(own_years, how="left")
    undated = undated[~(undated["own"] >= years)].drop(columns="own")
    return pd.concat([dated, undated], ignore_index=True)
