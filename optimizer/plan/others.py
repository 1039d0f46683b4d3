"""What each county of a region is told of the others, so that its plan can be priced and judged on its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from optimizer.options.candidates import ids_at, uses_of
from optimizer.options.region import RegionCase
from optimizer.plan.choices import Choices
from optimizer.plan.chosen import Chosen, chosen_of
from optimizer.program.rows import Floats
from optimizer.program.sharing import share_weights
from optimizer.scenario.scenario import Others

PARTS = ("members", "volume", "weight", "uses")


def others_of(region: RegionCase, choices: Mapping[str, Choices]) -> dict[str, Others]:
    """What each county is told of the others: members, volumes and weights in shared pools, uses of organizations."""
    chosen = {name: chosen_of(case, choices[name]) for name, case in region.cases.items()}
    told = {name: _told(region, found) for name, found in chosen.items()}
    found = {}
    for name, case in region.cases.items():
        parts: dict[str, Any] = {
            part: _summed([told[other][part] for other in told if other != name]) for part in PARTS
        }
        found[name] = Others(counties=case.others.counties, **parts)
    return found


def _told(region: RegionCase, chosen: Chosen) -> dict[str, dict[Any, Floats]]:
    """What one county brings, by what it brings it to and by year."""
    candidates, county = chosen.candidates, chosen.case.county
    begun = candidates.start[:, None] <= np.arange(chosen.years)[None, :]
    pools = county.frame("pools")["pool_id"].to_numpy(dtype=object)
    weight = np.append(share_weights(chosen.case.county), 0.0)[candidates.offer]
    told: dict[str, dict[Any, Floats]] = {part: {} for part in PARTS}
    for row, pool_id in enumerate(pools):
        if pool_id in region.shared_pools:
            member = (candidates.pool == row)[:, None] & begun
            told["members"][pool_id] = member.sum(axis=0)
            told["volume"][pool_id] = chosen.volume @ member
            told["weight"][pool_id] = weight @ member
    limits = pd.concat([case.county.frame("capacities") for case in region.cases.values()])
    orgs = county.frame("organizations")["org_id"].to_numpy(dtype=object)
    for resource, listed in limits[limits["org_id"].isin(region.shared_orgs)].groupby("resource"):
        every = np.full(len(county.offers), resource, dtype=object)
        use = np.append(uses_of(chosen.case.county, every), 0.0)[candidates.offer]
        for org_id in listed["org_id"].unique():
            at = ids_at(pd.Series(orgs), candidates.org) == org_id
            told["uses"][org_id, resource] = (use * at) @ begun
    return told


def _summed(parts: list[dict[Any, Floats]]) -> dict[Any, tuple[float, ...]]:
    keys = {key: None for part in parts for key in part}
    # nine decimals, as tables hold them: what floating point adds beyond is not meant
    return {
        key: tuple(np.round(np.sum([part[key] for part in parts if key in part], axis=0), 9).tolist()) for key in keys
    }
