"""What neighbours would buy from the county, and the staff that departments could spare for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.terms import Stance

Floats = npt.NDArray[np.float64]

_LEAST_USD = 500.0
"""Smaller deliveries are not worth an agreement; assumption."""
_MARGINAL_SHARE = (0.45, 0.80)
"""What delivering there costs in addition, as a share of what so much of the service costs at home; assumption."""
_BUYERS_COST = (0.70, 1.40)
"""What the buyer pays today, against that; so wide that about half of the sales are worth making. Assumption."""
_PRICED_SHARE = 0.6
"""Sales for which a price has been named; assumption."""
_SETUP_SHARE = (0.02, 0.10)
_LEAD_MONTHS = (2, 9)
_SPARE_ODDS = 0.75
_SPARE_SHARE = (0.03, 0.12)
"""Staff to spare, as a share of a department's staff; assumption."""
_FIRST_YEAR_ODDS = 0.3
_STEP_FTE = 0.05


def sales(
    services: pd.DataFrame, organizations: pd.DataFrame, overlaps: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """A row of sales for each local government that would buy a service in which staff of the county works.

    Sorted by buyer and service; column `department` beside those of the table. What the law leaves to each county
    itself is not sold, and neither is what the county buys as a whole.
    """
    frame = overlaps.loc[overlaps["stance"] == Stance.WOULD_BUY, ["service", "org"]].reset_index(drop=True)
    of, size = services.iloc[frame["service"]].reset_index(drop=True), len(frame)
    known = catalogue.table("buyers").set_index("type")["relative_size"]
    buyers = organizations.iloc[frame["org"]].reset_index(drop=True)
    share = np.asarray(buyers["type"].map(known), dtype=np.float64) * (0.6 + 0.8 * rng.random(size))
    extra = _between(_MARGINAL_SHARE, size, rng)
    marginal = np.round(of["gross_usd"].to_numpy(dtype=np.float64) * share * extra)
    buyer_cost = np.round(marginal * _between(_BUYERS_COST, size, rng))
    frame["service_id"], frame["department"], frame["org_id"] = of["service_id"], of["department"], buyers["org_id"]
    frame["sale_id"] = "sale~" + frame["org_id"].astype(str) + "~" + frame["service_id"].astype(str)
    frame["price_usd_per_year"] = _prices(marginal, buyer_cost, rng)
    frame["marginal_usd_per_year"], frame["buyer_cost_usd_per_year"] = marginal, buyer_cost
    frame["setup_usd"] = np.maximum(100.0, np.round(marginal * _between(_SETUP_SHARE, size, rng), -1))
    fte = of["fte"].to_numpy(dtype=np.float64)
    frame["fte"] = np.maximum(0.01, np.round(fte * share * extra, 2))
    frame["lead_time_months"] = np.round(_between(_LEAD_MONTHS, size, rng))
    plausible = of["delegable"].to_numpy(dtype=bool) & (fte > 0) & (marginal >= _LEAST_USD)
    return frame[plausible].reset_index(drop=True)


def _between(ends: tuple[float, float], size: int, rng: np.random.Generator) -> Floats:
    drawn: Floats = ends[0] + (ends[1] - ends[0]) * rng.random(size)
    return drawn


def _prices(marginal: Floats, buyer_cost: Floats, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Where a price has been named it shares the gain, or covers the county's cost where there is none to share."""
    part, above = 0.3 + 0.4 * rng.random(len(marginal)), 1.0 + 0.1 * rng.random(len(marginal))
    price = np.where(buyer_cost > marginal, marginal + part * (buyer_cost - marginal), marginal * above)
    named: npt.NDArray[np.object_] = np.round(price).astype(object)
    named[rng.random(len(marginal)) >= _PRICED_SHARE] = None
    return named


def spare_staff(services: pd.DataFrame, sold: pd.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Rows of spare_staff for some of the departments whose services would be bought; some have fewer in year 1."""
    staff = services.groupby("department", sort=False)["fte"].sum()
    staff = staff[staff.index.isin(sold["department"]) & (staff > 0)]
    spare = np.maximum(1.0, np.round(staff.to_numpy() * _between(_SPARE_SHARE, len(staff), rng) / _STEP_FTE))
    spares, begins = rng.random(len(staff)) < _SPARE_ODDS, rng.random(len(staff)) < _FIRST_YEAR_ODDS
    rows: list[dict[str, Any]] = []
    for department, steps, later in zip(staff.index[spares], spare[spares], begins[spares], strict=True):
        rows.append({"department": department, "year": None, "fte": round(float(steps) * _STEP_FTE, 2)})
        if later:
            rows.append({"department": department, "year": 1, "fte": round(float(steps // 2) * _STEP_FTE, 2)})
    return rows
