"""How much work each organization could take on: thin, in staff, in dollars and in units of the work."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.generator.spec import CountySpec

Floats = npt.NDArray[np.float64]

_USUAL_MOVED_SHARE = 0.8
_FIRST_YEAR_SHARE = 0.6
_SLOW_STARTERS = 0.2


def work_uses(offers: pd.DataFrame, services: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of uses for offers whose class is measured in a unit of its own, such as lane miles or tons."""
    of = services.iloc[offers["service"]]
    unit = of["service_class"].map(catalogue.table("classes").set_index("service_class")["resource"])
    cost = (of["personnel_usd"] + of["nonpersonnel_usd"]).to_numpy() * offers["moved_share"].to_numpy(dtype=np.float64)
    amount = np.maximum(1.0, np.round(cost / catalogue.per_class("usd_per_unit", of["service_class"])))
    measured = unit.notna().to_numpy()
    return [
        {"offer_id": offer, "resource": resource, "amount": float(value)}
        for offer, resource, value in zip(offers["offer_id"][measured], unit[measured], amount[measured], strict=True)
    ]


def capacities(
    organizations: pd.DataFrame,
    services: pd.DataFrame,
    overlaps: pd.DataFrame,
    offers: pd.DataFrame,
    uses: list[dict[str, Any]],
    spec: CountySpec,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Rows of capacities: a part of all that the organization overlaps; some start slowly in year 1."""
    size = len(organizations)
    of = services.iloc[overlaps["service"]]
    avoidable = _USUAL_MOVED_SHARE * (
        spec.avoidable_personnel_share * of["personnel_usd"].to_numpy() + of["nonpersonnel_usd"].to_numpy()
    )
    usd = np.bincount(overlaps["org"], weights=avoidable, minlength=size)
    fte = np.bincount(overlaps["org"], weights=_USUAL_MOVED_SHARE * of["fte"].to_numpy(), minlength=size)
    thin = spec.capacity_share * (0.5 + rng.random(size))
    slow = rng.random(size) < _SLOW_STARTERS
    units = _units(organizations, offers, uses)
    rows: list[dict[str, Any]] = []
    for number, org in enumerate(organizations["org_id"]):
        amounts = {"usd": max(1000.0, round(usd[number] * thin[number] / 1000) * 1000.0)}
        if organizations["kind"].iloc[number] != "private":
            amounts["fte"] = max(0.1, round(float(fte[number] * thin[number]), 1))
        amounts |= {unit: max(1.0, round(total * 1.5 * thin[number])) for unit, total in units.get(org, {}).items()}
        for resource, amount in amounts.items():
            rows.append({"org_id": org, "resource": resource, "year": None, "amount": amount})
            if slow[number]:
                rows.append(
                    {"org_id": org, "resource": resource, "year": 1, "amount": round(_FIRST_YEAR_SHARE * amount, 2)}
                )
    return rows


def _units(
    organizations: pd.DataFrame, offers: pd.DataFrame, uses: list[dict[str, Any]]
) -> dict[str, dict[str, float]]:
    """What all of an organization's offers would take of each unit of work."""
    provider = dict(zip(offers["offer_id"], offers["org_id"], strict=True))
    totals: dict[str, dict[str, float]] = {}
    for use in uses:
        org = provider[use["offer_id"]]
        totals.setdefault(org, {})
        totals[org][use["resource"]] = totals[org].get(use["resource"], 0.0) + use["amount"]
    return totals
