"""What follows from the choices of a plan: decisions, cost parts and yearly cash, as plain tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.options.candidates import Candidates, Floats, all_candidates, codes_of, ids_at, pool_volume
from optimizer.options.money import PARTS, annuity, cents, payback_years, present_parts, yearly_cash
from optimizer.options.options import take
from optimizer.plan.choices import Choices
from optimizer.scenario.scenario import Case

ABOUT_SERVICE = (
    "service_id",
    "name",
    "department",
    "division",
    "service_class",
    "fund",
    "consent_owner",
    "mandate_level",
    "reliance_level",
    "critical",
    "fte",
)


@dataclass(frozen=True)
class Chosen:
    """The chosen candidate of every service, in the order of the services table."""

    candidates: Candidates
    volume: Floats
    """What each brings to its pool, in the pool's resource."""


def chosen_of(case: Case, choices: Choices) -> Chosen:
    """Look up what the choices mean; they need not be admissible."""
    everything = all_candidates(case)
    services = case.county.frame("services")["service_id"]
    offer = codes_of((choices.offers[service] for service in services), case.county.frame("offers")["offer_id"])
    place = np.where(offer >= 0, offer + len(services), np.arange(len(services)))
    volume = pool_volume(case, everything.pool, len(services))
    return Chosen(take(everything, place), volume[place])


def decision_table(case: Case, choices: Choices, everyone: Chosen) -> pd.DataFrame:
    """One row per service: what is decided, with whom, and what that means in money, people and access.

    A member of a pool bears its volume at the rate of the pool's tier; agreements, and the set-up and fixed costs of
    pools, are nobody's own and are not in this table.
    """
    chosen = everyone.candidates
    terms, settings = chosen.terms, case.settings
    services, offers, orgs = (case.county.frame(name) for name in ("services", "offers", "organizations"))
    pools = case.county.frame("pools")
    pool_usd = everyone.volume * _rates(case, choices, everyone)[chosen.pool]
    present_usd = present_parts(terms, settings).sum(axis=1) / 100.0 + annuity(settings) * pool_usd
    today_usd = terms.gross - terms.revenue
    yearly_usd = present_usd / annuity(settings)
    estimated = pd.Series([";".join(columns) for columns in offers["estimated"]], dtype="object")
    provider = ids_at(pools["name"], chosen.pool)
    return (
        services[list(ABOUT_SERVICE)]
        .fillna({"division": "", "consent_owner": ""})
        .assign(
            decision=chosen.decision,
            org_id=ids_at(orgs["org_id"], chosen.org, ""),
            pool_id=ids_at(pools["pool_id"], chosen.pool, ""),
            offer_id=ids_at(offers["offer_id"], chosen.offer, ""),
            provider=np.where(chosen.pool >= 0, provider, ids_at(orgs["name"], chosen.org, "")),
            provider_kind=ids_at(orgs["kind"], chosen.org, ""),
            gross_usd_per_year=terms.gross,
            today_usd_per_year=today_usd,
            pool_usd_per_year=pool_usd,
            plan_usd_per_year=yearly_usd,
            saving_usd_per_year=today_usd - yearly_usd,
            present_cost_usd=present_usd,
            transition_usd=np.where(terms.moved, terms.transition, 0.0),
            payback_years=payback_years(terms, settings),
            fte_transferred=chosen.fte_transferred,
            fte_displaced=chosen.fte_displaced,
            lead_time_months=terms.lead_time_months,
            quality=chosen.quality,
            lowest_coverage=chosen.coverage.min(axis=1),
            estimated=ids_at(estimated, chosen.offer, ""),
        )
    )


def _rates(case: Case, choices: Choices, chosen: Chosen) -> Floats:
    """Rate of the tier that each pool runs in [pools + 1, USD/unit]; 0 for closed ones, and for none at -1."""
    rate = _opened(case, choices, chosen).set_index("pool_id")["usd_per_unit"]
    found = rate.reindex(case.county.frame("pools")["pool_id"]).fillna(0.0).to_numpy(dtype=np.float64)
    return np.append(found, 0.0)


def cost_table(case: Case, choices: Choices, chosen: Chosen) -> pd.DataFrame:
    """Every part of the present cost: scope (service, agreement, pool), id, part, present_usd. Zeros are left out."""
    parts = pd.DataFrame(present_parts(chosen.candidates.terms, case.settings), columns=list(PARTS))
    parts.insert(0, "id", case.county.frame("services")["service_id"])
    services = parts.melt("id", var_name="part", value_name="cents").assign(scope="service")
    table = pd.concat([services, _shared_costs(case, choices, chosen)], ignore_index=True)
    table = table[table["cents"] != 0].assign(present_usd=lambda rows: rows["cents"] / 100.0)
    return table[["scope", "id", "part", "present_usd"]].reset_index(drop=True)


def _shared_costs(case: Case, choices: Choices, chosen: Chosen) -> pd.DataFrame:
    """Present cost of agreements and pools: scope, id, part, cents."""
    years = annuity(case.settings)
    orgs, pools = _signed(case, choices), _opened(case, choices, chosen)
    rows = (
        ("agreement", "agreement_usd", orgs["org_id"], years * orgs["agreement_usd_per_year"]),
        ("pool", "pool_setup_usd", pools["pool_id"], pools["setup_usd"]),
        ("pool", "pool_fixed_usd", pools["pool_id"], years * pools["fixed_usd_per_year"]),
        ("pool", "pool_volume_usd", pools["pool_id"], years * pools["volume_usd_per_year"]),
    )
    return pd.concat(
        [
            pd.DataFrame({"scope": scope, "id": ids, "part": part, "cents": cents(usd.to_numpy(dtype=np.float64))})
            for scope, part, ids, usd in rows
        ],
        ignore_index=True,
    )


def _signed(case: Case, choices: Choices) -> pd.DataFrame:
    orgs = case.county.frame("organizations")
    return orgs[orgs["org_id"].isin(choices.agreements)]


def _opened(case: Case, choices: Choices, chosen: Chosen) -> pd.DataFrame:
    """Open pools with setup_usd, fixed_usd_per_year (its tier's too), volume, usd_per_unit, volume_usd_per_year."""
    pools, tiers = case.county.frame("pools"), case.county.frame("pool_tiers")
    member = chosen.candidates.pool >= 0
    volume = np.bincount(chosen.candidates.pool[member], chosen.volume[member], len(pools))
    opened = pools.assign(volume=volume)[pools["pool_id"].isin(list(choices.pools))]
    opened = opened.assign(tier=opened["pool_id"].map(dict(choices.pools)).astype("float64"))
    tiers = tiers.assign(tier=tiers["tier"].astype("float64"))
    runs = opened.merge(tiers, on=["pool_id", "tier"], how="left", suffixes=("", "_of_tier"))
    return runs.assign(
        fixed_usd_per_year=runs["fixed_usd_per_year"] + runs["fixed_usd_per_year_of_tier"].fillna(0.0),
        volume_usd_per_year=runs["volume"] * runs["usd_per_unit"].fillna(0.0),
    )


def cash_table(case: Case, choices: Choices, chosen: Chosen) -> pd.DataFrame:
    """Cash by year, not discounted [USD]: today's cost, the plan's by services, agreements and pools, the saving."""
    terms = chosen.candidates.terms
    years = case.settings.horizon.years
    pools = _opened(case, choices, chosen)
    pool_usd = np.full(years, (pools["fixed_usd_per_year"] + pools["volume_usd_per_year"]).sum())
    pool_usd[0] += pools["setup_usd"].sum()
    cash = pd.DataFrame(
        {
            "year": np.arange(1, years + 1),
            "today_usd": float((terms.gross - terms.revenue).sum()),
            "services_usd": yearly_cash(terms, case.settings).sum(axis=0),
            "agreements_usd": float(_signed(case, choices)["agreement_usd_per_year"].sum()),
            "pools_usd": pool_usd,
        }
    )
    cash["plan_usd"] = cash["services_usd"] + cash["agreements_usd"] + cash["pools_usd"]
    cash["saving_usd"] = cash["today_usd"] - cash["plan_usd"]
    cash["cumulative_saving_usd"] = cash["saving_usd"].cumsum()
    return cash
