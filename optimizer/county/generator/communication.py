"""Services that work together closely, and what an hour of coordination costs once they are apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.terms import LinkKind

_HOURS_OF_A_YEAR = 2080
_LEAST_HOURS = 20.0
_USD_PER_HOUR = (55.0, 95.0)
"""An hour of somebody on either side; assumption."""
_COSTED_ORGANIZATIONS = 8
_COSTED_AMONG_EACH_OTHER = 3


def communication(
    services: pd.DataFrame, rng: np.random.Generator
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of links and of link_services: per place and pair of activities the largest service of each.

    The volume, in hours of coordination per year, is a share of the working time of the smaller of the two.
    """
    fte, ids = services["fte"].to_numpy(dtype=np.float64), services["service_id"].to_numpy()
    largest = services.sort_values("fte", ascending=False, kind="stable").drop_duplicates(["activity", "place"])
    row_of = dict(zip(zip(largest["activity"], largest["place"], strict=True), largest.index, strict=True))
    links: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for link in catalogue.rows("communication"):
        activities = catalogue.listed(link["activities"])
        for place in sorted(set(services["place"])):
            luck = 0.8 + 0.4 * rng.random()
            ends = [row_of[activity, place] for activity in activities if (activity, place) in row_of]
            if len(ends) < len(activities):
                continue
            name = f"{link['link']}-place-{place}" if place else link["link"]
            hours = link["share_of_time"] * luck * _HOURS_OF_A_YEAR * min(fte[ends])
            volume = max(_LEAST_HOURS, round(float(hours), -1))
            links.append({"link_id": name, "kind": LinkKind.COMMUNICATES.value, "volume_per_year": volume})
            members += [
                {"link_id": name, "service_id": ids[row], "position": position} for position, row in enumerate(ends, 1)
            ]
    return links, members


def communication_costs(
    members: list[dict[str, Any]], providers: pd.DataFrame, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Rows of communication_costs: from the county to those who could take most of such services, and among a few.

    `providers` has service_id and org_id of every offer. For all others the scenario says what an hour costs.
    """
    linked = providers[providers["service_id"].isin({member["service_id"] for member in members})]
    counts = linked["org_id"].value_counts()
    orgs = sorted(counts.index, key=lambda org: (-counts[org], org))[:_COSTED_ORGANIZATIONS]
    few = orgs[:_COSTED_AMONG_EACH_OTHER]
    pairs = [(None, org) for org in orgs] + [
        (one, other) for number, one in enumerate(few) for other in few[number + 1 :]
    ]
    low, high = _USD_PER_HOUR
    rates = low + (high - low) * rng.random(len(pairs))
    return [
        {"from_org_id": one, "to_org_id": other, "usd_per_unit": float(round(rate))}
        for (one, other), rate in zip(pairs, rates, strict=True)
    ]
