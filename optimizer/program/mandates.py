"""Mandates: every duty keeps the coverage it needs, in every district it holds for. The source is its citation.

sum_{i of m} weight_mi sum_{o of i} coverage_od x_o >= required_m sum_{i of m} weight_mi     [weight]
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.admissible import binding_mandates
from optimizer.options.candidates import codes_of
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, at_least
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """One row per binding mandate and district; a county without districts counts as one, named all."""
    districts = [district.district for district in case.county.facts.districts] or ["all"]
    duties = binding_mandates(case)
    where = duties["district"].map(lambda district: [district] if isinstance(district, str) else districts)
    duties = duties.assign(district=where).explode("district", ignore_index=True)
    members = case.county.frame("mandate_services")
    weight = members.groupby("mandate_id")["weight"].sum()
    required = duties["required_coverage"].to_numpy() * duties["mandate_id"].map(weight).to_numpy(dtype=np.float64)
    labels = {
        "mandate_id": duties["mandate_id"].to_numpy(dtype=object),
        "district": duties["district"].to_numpy(dtype=object),
    }
    family = RowBuilder("mandate", "weight", labels, *at_least(required))

    place = codes_of(duties["district"], districts)
    served = duties.assign(row=np.arange(len(duties)), place=place).merge(members, on="mandate_id")
    served["service"] = codes_of(served["service_id"], case.county.frame("services")["service_id"])
    options_of = pd.DataFrame({"service": options.candidates.service, "column": np.arange(columns.options)})
    pairs = served[["row", "place", "weight", "service"]].merge(options_of, on="service")
    column = pairs["column"].to_numpy()
    coverage = options.candidates.coverage[column, pairs["place"].to_numpy()]
    return [family.add(pairs["row"].to_numpy(), column, pairs["weight"].to_numpy() * coverage).rows()]
