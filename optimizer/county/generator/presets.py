"""Named counties to start from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from optimizer.county.findings import did_you_mean, shown
from optimizer.county.generator.spec import CountySpec
from optimizer.county.records import District
from optimizer.errors import Finding, Refused

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
    groups=("age_65_and_over", "no_car"),
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

    Where `services` changes, budget, staff and population go with it in proportion unless they are given too; the
    preset's districts are left out where they no longer add up to the population. Raises `Refused` for a preset nobody
    knows and for values that no county can have.
    """
    if preset not in PRESETS:
        fix = did_you_mean(preset, PRESETS, f"Known: {', '.join(PRESETS)}.")
        raise Refused([Finding("preset", repr(preset), "the name of a preset", fix)])
    base = PRESETS[preset]
    given = {name: value for name, value in changes.items() if value is not None}
    scale = given.get("services", base.services) / base.services
    if scale != 1:
        given.setdefault("budget_usd", round(base.budget_usd * scale, 2))
        given.setdefault("fte", round(base.fte * scale, 2))
        given.setdefault("population", max(1, round(base.population * scale)))
    if given.get("population", base.population) != base.population:
        given.setdefault("districts", ())
    try:
        return CountySpec(**{**base.model_dump(), **given})
    except ValidationError as error:
        raise Refused(_finding(problem) for problem in error.errors(include_url=False)) from error


def _finding(problem: Any) -> Finding:
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = CountySpec.model_fields
        return Finding(
            name, "a field that no specification has", "a known field", did_you_mean(name, known, "Remove it.")
        )
    needs = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return Finding(name or "specification", shown(problem["input"]) if name else "it", needs, "Choose another value.")
