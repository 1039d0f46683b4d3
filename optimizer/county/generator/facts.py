"""The county as a whole: districts, population groups and funds, and what it would do with freed money."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.generator.spec import CountySpec
from optimizer.county.records import District, Facts, Fund, Group

GENERAL_FUND = "General"


def facts(spec: CountySpec, services: pd.DataFrame) -> Facts:
    """Name, districts and every fund that a service or a proposal names, in the catalogue's order."""
    used = {GENERAL_FUND, *services["fund"], *catalogue.table("proposals")["fund"]}
    return Facts(
        name=spec.name,
        state=spec.state,
        population=spec.population,
        fiscal_year=spec.fiscal_year,
        general_fund=GENERAL_FUND,
        districts=districts(spec),
        groups=groups(spec),
        funds=tuple(Fund(**fund) for fund in catalogue.rows("funds") if fund["fund"] in used),
    )


def districts(spec: CountySpec) -> tuple[District, ...]:
    """The specified districts, or three made of the population."""
    if spec.districts or spec.population < 3:
        return spec.districts
    center, valley = spec.population // 2, spec.population // 3
    return (
        District(district="center", population=center),
        District(district="valley", population=valley),
        District(district="mountain", population=spec.population - center - valley),
    )


def groups(spec: CountySpec) -> tuple[Group, ...]:
    """The specified population groups, each a share of the population."""
    shares = catalogue.table("groups").set_index("group")["share_of_population"]
    return tuple(Group(group=name, population=round(shares[name] * spec.population)) for name in spec.groups)


def proposals(spec: CountySpec) -> list[dict[str, Any]]:
    """Rows of proposals, in proportion to the budget and in hundreds of dollars."""
    return [
        {
            "proposal_id": row["proposal"],
            "name": row["name"],
            "fund": row["fund"],
            "usd_per_year": max(1, round(row["share_of_budget"] * spec.budget_usd / 100)) * 100.0,
            "score": row["score"],
            "max_share": row["max_share"],
        }
        for row in catalogue.rows("proposals")
    ]
