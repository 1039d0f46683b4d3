"""What every offer would change in a year, in today's dollars: docs/model.md, section 3, before growth and ramp."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.candidates import codes_of
from optimizer.plan.answer import Answer

LEFT_OUT, FORBIDDEN, OPEN = "left out", "forbidden", "open"
"""What became of an offer before anything was searched."""


def offer_terms(answer: Answer) -> pd.DataFrame:
    """One row per offer, in the order of the offers table.

    Columns: offer_id, service_id, decision, provider_id (pool or organization), provider, org_id (who would do the
    work; empty for the county's own pool and for nobody), price_usd_per_year, administration_usd_per_year,
    pool_usd_per_year (at the pool's best rate), avoided_usd_per_year, revenue_lost_usd_per_year,
    promised_usd_per_year (the saving once it runs, if everything promised comes true), transition_usd, payback_years,
    state (open, forbidden, left out) and reason (why it was left out; empty otherwise).
    """
    offers = answer.county.frame("offers")
    table = _providers(answer)
    money = _money(answer, table)
    table = pd.concat([table, money], axis=1)
    table["transition_usd"] = offers["transition_usd"]
    table["payback_years"] = _payback(answer, table, offers["lead_time_months"])
    table["reason"] = _reasons(answer, table)
    forbidden = _forbidden(answer, table)
    table["state"] = np.select([table["reason"] != "", forbidden], [LEFT_OUT, FORBIDDEN], OPEN)
    return table


def _providers(answer: Answer) -> pd.DataFrame:
    offers, pools, orgs = (answer.county.frame(name) for name in ("offers", "pools", "organizations"))
    hosts = dict(zip(pools["pool_id"], pools["host_org_id"], strict=True))
    names = dict(zip(pools["pool_id"], pools["name"], strict=True)) | dict(
        zip(orgs["org_id"], orgs["name"], strict=True)
    )
    provider = offers["pool_id"].where(offers["pool_id"].notna(), offers["org_id"])
    host = offers["pool_id"].map(hosts).where(offers["pool_id"].notna(), offers["org_id"])
    return pd.DataFrame(
        {
            "offer_id": offers["offer_id"],
            "service_id": offers["service_id"],
            "decision": offers["decision"],
            "provider_id": provider.astype("object").fillna(""),
            "provider": provider.map(names).astype("object").fillna(""),
            "org_id": host.astype("object").fillna(""),
        }
    ).astype("object")


def _money(answer: Answer, table: pd.DataFrame) -> pd.DataFrame:
    county, settings = answer.county, answer.settings
    offers, services, orgs = (county.frame(name) for name in ("offers", "services", "organizations"))
    row = codes_of(offers["service_id"], services["service_id"])
    shares = [settings[f"economics.avoidable_share.{part}"] for part in ("personnel", "nonpersonnel", "overhead")]
    cost = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].to_numpy(dtype=np.float64)[row]
    rates = {
        org: settings[f"kinds.{kind}.administration_share"]
        for org, kind in zip(orgs["org_id"], orgs["kind"], strict=True)
    }
    price = offers["price_usd_per_year"].to_numpy(dtype=np.float64)
    administration = price * table["org_id"].map(rates).fillna(0.0).to_numpy(dtype=np.float64)
    avoided = offers["moved_share"].to_numpy(dtype=np.float64) * (cost @ np.array(shares, dtype=np.float64))
    kept = offers["retained_revenue_usd"].to_numpy(dtype=np.float64)
    lost = services["revenue_usd"].to_numpy(dtype=np.float64)[row] - kept
    pool = _pool_usd(answer)
    return pd.DataFrame(
        {
            "price_usd_per_year": price,
            "administration_usd_per_year": administration,
            "pool_usd_per_year": pool,
            "avoided_usd_per_year": avoided,
            "revenue_lost_usd_per_year": lost,
            "promised_usd_per_year": avoided - price - administration - pool - lost,
        }
    )


def _pool_usd(answer: Answer) -> np.ndarray:
    """Per offer its volume in its pool at the pool's lowest rate; a blank use is as in docs/model.md, section 6."""
    county = answer.county
    offers, pools, tiers, services = (county.frame(name) for name in ("offers", "pools", "pool_tiers", "services"))
    rate = offers["pool_id"].map(tiers.groupby("pool_id")["usd_per_unit"].min()).fillna(0.0).to_numpy(dtype=np.float64)
    resource = offers["pool_id"].map(dict(zip(pools["pool_id"], pools["resource"], strict=True)))
    stated = county.frame("uses").set_index(["offer_id", "resource"])["amount"]
    given = stated.reindex(pd.MultiIndex.from_arrays([offers["offer_id"], resource])).to_numpy(dtype=np.float64)
    fte = services["fte"].to_numpy()[codes_of(offers["service_id"], services["service_id"])]
    usual = np.select(
        [resource == "usd", resource == "fte"], [offers["price_usd_per_year"], offers["moved_share"] * fte], 0.0
    )
    used: np.ndarray = rate * np.where(np.isnan(given), usual, given)
    return used


def _payback(answer: Answer, table: pd.DataFrame, lead_time_months: pd.Series) -> np.ndarray:
    counted_on = table["promised_usd_per_year"].to_numpy() * answer.settings["economics.realization_share"]
    once = table["transition_usd"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        paid = np.where(once == 0.0, 0.0, once / counted_on)
    waited = lead_time_months.to_numpy(dtype=np.float64) / 12.0
    nothing = (once == 0.0) & (table["promised_usd_per_year"].to_numpy() == 0.0)
    saves = (table["promised_usd_per_year"].to_numpy() > 0.0) & (paid >= 0.0)
    years: np.ndarray = np.where(nothing, 0.0, np.where(saves, waited + paid, np.inf))
    return years


def _reasons(answer: Answer, table: pd.DataFrame) -> pd.Series:
    """The reason against each offer that no start year of it escapes."""
    starts = int(answer.settings["horizon.start_years"])
    if answer.plan is None or answer.plan.left_out.empty:
        return pd.Series("", index=table.index, dtype="object")
    closed = answer.plan.left_out.groupby("offer_id").agg(times=("reason", "size"), reason=("reason", "first"))
    return table["offer_id"].map(closed.loc[closed["times"] >= starts, "reason"].to_dict()).astype("object").fillna("")


def _forbidden(answer: Answer, table: pd.DataFrame) -> pd.Series:
    """Offers that the scenario's bans close, and those that a lock of their service passes over."""
    settings = answer.settings
    closed = pd.Series(False, index=table.index)
    for provider in ("provider_id", "org_id"):
        for subject in (table["service_id"], table[provider], table["service_id"] + "." + table[provider]):
            closed |= ("forbid." + subject + "." + table["decision"]).isin(settings)
    passed_over = [
        _passes_over(str(settings.get(f"lock.{service}", "")), decision, providers)
        for service, decision, *providers in table[["service_id", "decision", "provider_id", "org_id"]].to_numpy()
    ]
    return closed | pd.Series(passed_over, index=table.index, dtype=bool)


def _passes_over(lock: str, decision: str, providers: list[str]) -> bool:
    """Whether a lock, told as `partner` or as `partner with town`, is on another decision or another provider."""
    locked, _, provider = lock.partition(" with ")
    return bool(lock) and (locked != decision or (provider != "" and provider not in providers))
