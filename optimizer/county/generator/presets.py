"""Named counties to start from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from optimizer.county.generator.spec import CountySpec
from optimizer.county.records import District

_CLEAR_CREEK = CountySpec(
    name="Clear Creek",
    state="CO",
    population=9397,
    fiscal_year=2017,
    services=800,
    budget_usd=38_400_000.0,
    fte=228.0,
    organizations=60,
    districts=(
        District(district="idaho_springs", population=1782),
        District(district="georgetown_silver_plume", population=1325),
        District(district="empire", population=345),
        District(district="unincorporated_east", population=3900),
        District(district="unincorporated_west", population=2045),
    ),
    towns=("Idaho Springs", "Georgetown", "Empire", "Silver Plume", "Dumont", "Evergreen"),
    organization_table="clear_creek_organizations",
    absent_divisions=("Airfield",),
)

_MOFFAT_LIKE = CountySpec(
    name="Moffat-like",
    state="CO",
    population=13_292,
    fiscal_year=2019,
    services=1000,
    budget_usd=36_560_000.0,
    fte=240.0,
    organizations=60,
    overlap_share_of_cost=0.59,
    largest_partner_share=0.122,
)

_REGION = CountySpec(
    name="Region of many counties",
    state="CO",
    population=590_000,
    fiscal_year=2024,
    services=50_000,
    budget_usd=2_400_000_000.0,
    fte=14_000.0,
    organizations=400,
    largest_partner_share=0.03,
)

PRESETS: Mapping[str, CountySpec] = MappingProxyType(
    {"clear_creek": _CLEAR_CREEK, "moffat_like": _MOFFAT_LIKE, "region": _REGION}
)


def spec_for(preset: str, **changes: Any) -> CountySpec:
    """A preset with some fields changed; a change of None counts as none.

    Where `services` changes, budget, staff and population go with it in proportion unless they are given too,
    and districts and organization names are made afresh where they no longer fit.
    """
    base = PRESETS[preset]
    given = {name: value for name, value in changes.items() if value is not None}
    scale = given.get("services", base.services) / base.services
    if scale != 1:
        given.setdefault("budget_usd", round(base.budget_usd * scale, 2))
        given.setdefault("fte", round(base.fte * scale, 2))
        given.setdefault("population", max(1, round(base.population * scale)))
    if given.get("population", base.population) != base.population:
        given.setdefault("districts", ())
    return CountySpec(**{**base.model_dump(), **given})
