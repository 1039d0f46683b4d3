"""Consolidated units several services can join: pools, their volume tiers, and the offers into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.generator.inventory import slug
from optimizer.county.generator.quotes import avoidable_usd, terms
from optimizer.county.generator.spec import CountySpec
from optimizer.county.terms import Decision

Floats = npt.NDArray[np.float64]

_FEWEST_MEMBERS = 4
_TIERS = ((0.0, 0.45, 1.35, 0.4), (0.45, 0.8, 1.12, 0.7), (0.8, 1.4, 1.0, 1.0))
"""Tiers: from and to as shares of everybody's volume, unit price and fixed cost against the best tier's."""
_FIXED_OF_POOL = 0.3
"""Part of the fixed cost that does not depend on the tier."""


@dataclass
class Pools:
    """Rows of the tables pools, pool_tiers and uses, and the offers into the pools."""

    pools: list[dict[str, Any]] = field(default_factory=list)
    tiers: list[dict[str, Any]] = field(default_factory=list)
    uses: list[dict[str, Any]] = field(default_factory=list)
    offers: list[pd.DataFrame] = field(default_factory=list)

    def hosted(self) -> pd.DataFrame:
        """Columns service_id and org_id: what could be delivered by an organization that hosts a pool."""
        hosts = {pool["pool_id"]: pool["host_org_id"] for pool in self.pools}
        pairs = [(row.service_id, hosts[row.pool_id]) for frame in self.offers for row in frame.itertuples()]
        return pd.DataFrame(pairs, columns=["service_id", "org_id"], dtype=object).dropna()


@dataclass(frozen=True)
class _Site:
    """One pool before its money is known."""

    kind: dict[str, Any]
    place: int
    host: str | None
    members: npt.NDArray[np.int64]
    """Services that may join, as row numbers."""

    @property
    def pool_id(self) -> str:
        return f"pool-{self.kind['pool']}" + (f"-{slug(catalogue.places()[self.place])}" if self.place else "")

    @property
    def name(self) -> str:
        return f"{self.kind['name']}" + (f", {catalogue.places()[self.place]}" if self.place else "")


def pools(services: pd.DataFrame, organizations: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> Pools:
    """A pool per kind and place, wherever enough services may join and somebody can host it."""
    made = Pools()
    for site in _sites(services, organizations, rng):
        _add(made, site, services, spec, rng)
    return made


def _sites(services: pd.DataFrame, organizations: pd.DataFrame, rng: np.random.Generator) -> list[_Site]:
    kinds = {row["pool"]: row for row in catalogue.rows("pools")}
    hosts: dict[str, list[str]] = {}
    for name, org in zip(organizations["type"], organizations["org_id"], strict=True):
        hosts.setdefault(name, []).append(org)
    joinable = np.flatnonzero(services["delegable"] & services["shared"] & services["pool"].notna())
    members: dict[tuple[int, str], list[int]] = {}
    for row, place, name in zip(
        joinable, services["place"].to_numpy()[joinable], services["pool"].to_numpy()[joinable], strict=True
    ):
        members.setdefault((int(place), name), []).append(int(row))
    sites = []
    for (place, name), rows in sorted(members.items()):
        able = hosts.get(kinds[name]["host"], [])
        if len(rows) >= _FEWEST_MEMBERS and (able or not kinds[name]["host"]):
            host = able[int(rng.integers(len(able)))] if able else None
            sites.append(_Site(kinds[name], place, host, np.array(rows, dtype=np.int64)))
    return sites


def _add(made: Pools, site: _Site, services: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> None:
    """One pool, priced so that all members in the best tier pay 1 + effect of what they avoid, all told."""
    kind = site.kind
    offers = pd.DataFrame({"service": site.members, "moved_share": 1.0})
    avoided = avoidable_usd(offers, services, spec)
    fixed = kind["fixed_share"] * avoided.sum()
    by_volume = (1.0 + kind["effect"] - kind["membership_share"] - kind["fixed_share"]) * avoided
    spread = 0.85 + 0.3 * rng.random(len(avoided))
    use: Floats = np.maximum(1.0, np.round(by_volume * spread / kind["usd_per_unit"]))
    rate = float(by_volume.sum() / use.sum())
    made.offers.append(_offers(site, offers, avoided, services, spec, rng))
    made.uses += _uses(site, made.offers[-1], use)
    made.pools.append(_pool(site, float(avoided.sum()), fixed))
    made.tiers += _tiers(site, float(use.sum()), rate, fixed)


def _offers(
    site: _Site,
    offers: pd.DataFrame,
    avoided: Floats,
    services: pd.DataFrame,
    spec: CountySpec,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Offers into the pool: a small membership fee beside its tiers; the county keeps the fees it collects."""
    offers["service_id"] = services["service_id"].to_numpy()[site.members]
    offers["org_id"], offers["pool_id"], offers["decision"] = None, site.pool_id, Decision.CONSOLIDATE
    offers["offer_id"] = site.pool_id + "~" + offers["service_id"]
    offers["price_usd_per_year"] = np.round(site.kind["membership_share"] * avoided)
    offers = terms(offers, services, spec, rng)
    offers["transition_usd"] = np.round(avoided * (0.05 + 0.05 * rng.random(len(avoided))))
    offers["retained_revenue_usd"] = services["revenue_usd"].to_numpy()[site.members]
    offers["lead_time_months"] = float(site.kind["lead_months"])
    return offers


def _uses(site: _Site, offers: pd.DataFrame, use: Floats) -> list[dict[str, Any]]:
    """What members bring to the pool; it has a crew of its own, so they take none of its host's spare staff."""
    rows = [
        {"offer_id": offer, "resource": site.kind["resource"], "amount": float(amount)}
        for offer, amount in zip(offers["offer_id"], use, strict=True)
    ]
    if site.host is not None:
        rows += [{"offer_id": offer, "resource": "fte", "amount": 0.0} for offer in offers["offer_id"]]
    return rows


def _pool(site: _Site, avoided: float, fixed: float) -> dict[str, Any]:
    size = len(site.members)
    return {
        "pool_id": site.pool_id,
        "name": site.name,
        "host_org_id": site.host,
        "resource": site.kind["resource"],
        "setup_usd": float(np.round(site.kind["setup_share"] * avoided, -2)),
        "fixed_usd_per_year": float(np.round(_FIXED_OF_POOL * fixed, -1)),
        "min_members": max(2, round(site.kind["min_share"] * size)),
        "max_members": size,
        "share_rule": site.kind["share_rule"] or None,
    }


def _tiers(site: _Site, volume: float, rate: float, fixed: float) -> list[dict[str, Any]]:
    return [
        {
            "pool_id": site.pool_id,
            "tier": number,
            "from_volume": float(np.floor(low * volume)),
            "to_volume": float(np.floor(high * volume)),
            "usd_per_unit": round(rate * dearer, 2),
            "fixed_usd_per_year": float(np.round((1.0 - _FIXED_OF_POOL) * fixed * part, -1)),
        }
        for number, (low, high, dearer, part) in enumerate(_TIERS, start=1)
    ]
