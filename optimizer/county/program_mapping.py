"""Program Mapping: how much of the budget other organizations also deliver. A screening, not a saving."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from optimizer.county.county import County
from optimizer.county.terms import DELIVERING, Stance


@dataclass(frozen=True)
class ProgramMap:
    """The overlap picture of a county. Every frame has services, gross_usd_per_year and share of the whole budget."""

    total_usd_per_year: float
    """Gross cost of all services: personnel, nonpersonnel and overhead."""
    also_delivered_share: float
    """Share of the budget in services that another organization delivers, would share or would take over."""
    leverageable_share: float
    """The same, counting also services that another organization would buy from the county."""
    by_organization: pd.DataFrame
    by_department: pd.DataFrame
    by_mandate_level: pd.DataFrame
    by_providers: pd.DataFrame
    """By the number of other organizations that deliver a service, 0 meaning that nobody else does."""


def map_programs(county: County) -> ProgramMap:
    """Measure the overlaps of a county's workshop against its budget."""
    services = county.frame("services")
    services = services.assign(
        gross_usd_per_year=services["personnel_usd"] + services["nonpersonnel_usd"] + services["overhead_usd"]
    )
    total = float(services["gross_usd_per_year"].sum())
    overlaps = county.frame("overlaps")
    delivered = overlaps[overlaps["stance"].isin([str(stance) for stance in DELIVERING])]
    wanted = overlaps.loc[overlaps["stance"] != str(Stance.NO), "service_id"]
    providers = delivered.groupby("service_id")["org_id"].nunique()
    services = services.assign(
        providers=services["service_id"].map(providers).fillna(0).astype("int64"),
        leverageable=services["service_id"].isin(wanted),
    )
    mapped = services[services["providers"] > 0]
    return ProgramMap(
        total_usd_per_year=total,
        also_delivered_share=_share(mapped["gross_usd_per_year"].sum(), total),
        leverageable_share=_share(services.loc[services["leverageable"], "gross_usd_per_year"].sum(), total),
        by_organization=_by_organization(county, delivered, services, total),
        by_department=_within(services, "department"),
        by_mandate_level=_within(services, "mandate_level"),
        by_providers=_summed(services, "providers", total).sort_values("providers", ignore_index=True),
    )


def _share(part_usd: float, total_usd: float) -> float:
    return float(part_usd) / total_usd if total_usd > 0 else 0.0


def _summed(services: pd.DataFrame, by: str, total_usd: float) -> pd.DataFrame:
    table = services.groupby(by, sort=False).agg(
        services=("service_id", "size"), gross_usd_per_year=("gross_usd_per_year", "sum")
    )
    table["share"] = [_share(usd, total_usd) for usd in table["gross_usd_per_year"]]
    return table.reset_index().sort_values(["gross_usd_per_year", by], ascending=[False, True], ignore_index=True)


def _by_organization(county: County, overlaps: pd.DataFrame, services: pd.DataFrame, total_usd: float) -> pd.DataFrame:
    pairs = overlaps.drop_duplicates(["org_id", "service_id"]).merge(services, on="service_id")
    table = _summed(pairs, "org_id", total_usd)
    return table.merge(county.frame("organizations")[["org_id", "name", "kind"]], on="org_id", how="left")


def _within(services: pd.DataFrame, by: str) -> pd.DataFrame:
    """Per group its own budget and what part of it others also deliver."""
    whole = _summed(services, by, 1.0).drop(columns="share")
    mapped = (
        services[services["providers"] > 0]
        .groupby(by)
        .agg(also_delivered_services=("service_id", "size"), also_delivered_usd_per_year=("gross_usd_per_year", "sum"))
    )
    table = whole.merge(mapped, on=by, how="left").fillna(
        {"also_delivered_services": 0, "also_delivered_usd_per_year": 0.0}
    )
    table["also_delivered_services"] = table["also_delivered_services"].astype("int64")
    pairs = zip(table["also_delivered_usd_per_year"], table["gross_usd_per_year"], strict=True)
    return table.assign(share=[_share(part, total) for part, total in pairs])
