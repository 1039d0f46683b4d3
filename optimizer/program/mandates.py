"""Mandates: every duty keeps the coverage it needs, in every district it holds for. The source is its citation.

sum_{i of m} weight_mi sum_{o of i} coverage_od x_o >= required_m sum_{i of m} weight_mi     [weight]

Coverage can only fall as moves start, so that the row looks at all moves at once.
"""

from __future__ import annotations

import numpy as np

from optimizer.county.facts import WHOLE_COUNTY
from optimizer.options.admissible import binding_mandates
from optimizer.options.candidates import codes_of, matched, places_of
from optimizer.program.layout import Layout
from optimizer.program.rows import RowBuilder, Rows, at_least


def rows(layout: Layout) -> list[Rows]:
    """One row per binding mandate and district; a county without districts counts as one, named all."""
    case = layout.case
    duties = binding_mandates(case)
    if duties.empty:
        return []
    districts = [district.district for district in case.county.facts.districts] or [WHOLE_COUNTY]
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

    place = codes_of(duties["district"], places_of(case))
    served = duties.assign(row=np.arange(len(duties)), place=place).merge(members, on="mandate_id")
    served["service"] = codes_of(served["service_id"], case.county.frame("services")["service_id"])
    candidates = layout.options.candidates
    serves, option = matched(served["service"].to_numpy(dtype=np.int64), candidates.service)
    row, at, weights = (served[column].to_numpy()[serves] for column in ("row", "place", "weight"))
    return [family.add(row, layout.chosen[option], weights * candidates.coverage[option, at]).rows()]
