"""Duties that moved services serve, and how far each is covered before and after."""

from __future__ import annotations

import pandas as pd

from optimizer.county.county import County
from optimizer.county.facts import WHOLE_COUNTY


def duty_table(county: County, decisions: pd.DataFrame, *, enforce_unfunded: bool) -> pd.DataFrame:
    """One row per duty that some moved service serves: mandate_id, name, citation, authority, enforced, services that
    serve it, moved of them, required_share, today_share, plan_share and the place where the plan covers it least.

    Coverage is the weighted mean of its services' coverage, as docs/model.md has it; what is kept covers all of today's
    service, so that today_share is 1. A duty that is not enforced binds no plan. The least margin comes first.
    """
    mandates, served = county.frame("mandates"), county.frame("mandate_services")
    moved = decisions.loc[decisions["moved"], ["service_id", "offer_id"]]
    touched = served.assign(moved=served["service_id"].isin(moved["service_id"]))
    counts = touched.groupby("mandate_id").agg(services=("service_id", "size"), moved=("moved", "sum"))
    counts = counts[counts["moved"] > 0]
    table = mandates[mandates["mandate_id"].isin(counts.index)].reset_index(drop=True)
    lowest = _lowest(county, table, served, moved)
    found = pd.DataFrame(
        {
            **{column: table[column] for column in ("mandate_id", "name", "citation", "authority")},
            "enforced": table["funded"] | enforce_unfunded,
            "services": table["mandate_id"].map(counts["services"]).astype("int64"),
            "moved": table["mandate_id"].map(counts["moved"]).astype("int64"),
            "required_share": table["required_coverage"],
            "today_share": 1.0,
        }
    ).merge(lowest, on="mandate_id")
    margin = (found["plan_share"] - found["required_share"]).rename("margin")
    order = found.assign(margin=margin).sort_values(["margin", "mandate_id"], kind="stable").index
    return found.loc[order].reset_index(drop=True)


def _lowest(county: County, duties: pd.DataFrame, served: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Per duty its least coverage of all places that it holds in, and the first such place."""
    everywhere = [district.district for district in county.facts.districts] or [WHOLE_COUNTY]
    places = duties["district"].map(lambda place: [place] if isinstance(place, str) else everywhere)
    pairs = duties[["mandate_id"]].assign(place=places).explode("place").merge(served, on="mandate_id")
    pairs = pairs.merge(moved, on="service_id", how="left")
    offers = county.frame("offers").set_index("offer_id")["coverage"]
    own = county.frame("coverages").set_index(["offer_id", "district"])["coverage"]
    at = pd.MultiIndex.from_arrays([pairs["offer_id"], pairs["place"]])
    coverage = own.reindex(at).set_axis(pairs.index).fillna(pairs["offer_id"].map(offers)).fillna(1.0)
    held = pairs.assign(held=pairs["weight"] * coverage).groupby(["mandate_id", "place"], sort=False)
    shares = (held["held"].sum() / held["weight"].sum()).rename("plan_share").reset_index()
    first = shares.groupby("mandate_id", sort=False)["plan_share"].idxmin()
    return shares.loc[first].reset_index(drop=True)
