"""Duties with citations, and the services that serve them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.records import District


def bound_by_duty(services: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Services whose activity some duty names."""
    named = {a for duty in catalogue.rows("duties") for a in catalogue.listed(duty["activities"])}
    flags: npt.NDArray[np.bool_] = services["activity"].isin(named).to_numpy()
    return flags


def mandates(
    services: pd.DataFrame, districts: tuple[District, ...]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of mandates and of mandate_services; a service's weight is its gross cost in thousands of dollars.

    A duty of scope `remote` holds in the least populated district only, more strictly than in the others.
    """
    duties, serves = [], []
    for duty in catalogue.rows("duties"):
        members = services[services["activity"].isin(catalogue.listed(duty["activities"]))]
        remote = duty["scope"] == "remote"
        if members.empty or (remote and not districts):
            continue
        duties.append(
            {
                "mandate_id": duty["duty"],
                "name": duty["name"],
                "citation": duty["citation"],
                "authority": duty["authority"],
                "required_coverage": float(duty["required_coverage"]),
                "district": min(districts, key=lambda district: district.population).district if remote else None,
                "funded": duty["funded"],
                "allowed_decisions": tuple(catalogue.listed(duty["allowed_decisions"])),
            }
        )
        weights = np.maximum(0.1, np.round(members["gross_usd"].to_numpy() / 1000, 1))
        serves += [
            {"mandate_id": duty["duty"], "service_id": service, "weight": float(weight)}
            for service, weight in zip(members["service_id"], weights, strict=True)
        ]
    return duties, serves
