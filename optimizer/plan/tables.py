"""What follows from the choices of a plan: decisions, cost parts and yearly cash, as plain tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.options.candidates import ids_at
from optimizer.options.money import (
    PARTS,
    SALE_PARTS,
    Cents,
    annuity,
    cents,
    discounts,
    growth_factors,
    payback_years,
    present_parts,
    yearly_cash,
    yearly_sale_cash,
)
from optimizer.options.sales import marks_of
from optimizer.options.shared import yearly_agreements, yearly_renewals
from optimizer.plan.chosen import Chosen
from optimizer.plan.communication import exchange_today_usd, exchanged
from optimizer.plan.pools import keep_present_usd, open_pools
from optimizer.program.rows import Floats, Labels

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


def decision_table(chosen: Chosen) -> pd.DataFrame:
    """One row per service: what is decided, with whom and when, and what that means in money, people and access.

    start_year is 0 for what is kept. today_usd_per_year is the yearly equivalent of keeping the service. A member of a
    pool bears its volume at the rate of the pool's tier; agreements, communication, and the set-up and fixed costs of
    pools, are nobody's own and are not in this table. A sale's net cost (negative where it earns) is its service's.
    one_time_usd is the transition of its move and the set-up of its sales, not discounted.
    """
    candidates, case, county = chosen.candidates, chosen.case, chosen.case.county
    terms, years = candidates.terms, annuity(case.settings)
    services, offers, orgs = (county.frame(name) for name in ("services", "offers", "organizations"))
    pools = county.frame("pools")
    pool_usd, sold_usd = _pool_volume_usd(chosen) / years, _sold_usd(chosen) / years
    today_usd = keep_present_usd(chosen) / years
    yearly_usd = present_parts(terms, case.settings).sum(axis=1) / 100.0 / years + pool_usd + sold_usd
    estimated = marks_of(offers["estimated"])
    sold = np.isin(np.arange(len(services)), chosen.sales.service)
    transition_usd = np.where(terms.moved, terms.transition, 0.0)
    setup_usd = np.bincount(chosen.sales.service, chosen.sales.terms.setup, len(services))
    return (
        services[list(ABOUT_SERVICE)]
        .fillna({"division": "", "consent_owner": ""})
        .assign(
            decision=np.where(sold & ~terms.moved, str(Decision.INSOURCE), candidates.decision),
            moved=terms.moved,
            start_year=np.where(terms.moved, terms.start + 1, 0),
            org_id=ids_at(orgs["org_id"], candidates.org, ""),
            pool_id=ids_at(pools["pool_id"], candidates.pool, ""),
            offer_id=ids_at(offers["offer_id"], candidates.offer, ""),
            provider=np.where(
                candidates.pool >= 0, ids_at(pools["name"], candidates.pool), ids_at(orgs["name"], candidates.org, "")
            ),
            provider_kind=ids_at(orgs["kind"], candidates.org, ""),
            gross_usd_per_year=terms.gross,
            today_usd_per_year=today_usd,
            pool_usd_per_year=pool_usd,
            sold_usd_per_year=sold_usd,
            plan_usd_per_year=yearly_usd,
            saving_usd_per_year=today_usd - yearly_usd,
            present_cost_usd=yearly_usd * years,
            transition_usd=transition_usd,
            one_time_usd=transition_usd + setup_usd,
            payback_years=payback_years(terms, case.settings),
            fte_transferred=candidates.fte_transferred,
            fte_displaced=candidates.fte_displaced,
            lead_time_months=terms.lead_time_months,
            quality=candidates.quality,
            lowest_coverage=candidates.coverage.min(axis=1),
            estimated=ids_at(estimated, candidates.offer, ""),
        )
    )


def _pool_volume_usd(chosen: Chosen) -> Floats:
    """Present cost of what every service brings to its pool, at the rate of the pool's tier [services, USD]."""
    running, pool = open_pools(chosen), chosen.candidates.pool
    place = pd.Index(running.pool).get_indexer(pd.Index(pool))
    member = np.flatnonzero((place >= 0) & (pool >= 0))
    begun = chosen.candidates.start[:, None] <= np.arange(chosen.years)[None, :]
    active = np.where(begun, chosen.volume[:, None], 0.0)[member]
    total = np.zeros((len(running.pool), chosen.years))
    np.add.at(total, place[member], active)
    part = np.divide(active, total[place[member]], out=np.zeros_like(active), where=active > 0)
    usd = np.zeros(len(pool))
    usd[member] = (part * running.volume_usd[place[member]]) @ discounts(chosen.case.settings)
    return usd


def _sold_usd(chosen: Chosen) -> Floats:
    """Present net cost of the sales of every service [services, USD]."""
    sales = chosen.sales
    usd: Floats = np.bincount(sales.service, sales.cost_cents / 100.0, len(chosen.candidates)).astype(np.float64)
    return usd


def cost_table(chosen: Chosen) -> pd.DataFrame:
    """Every part of the present cost: scope (service, sale, agreement, pool, link), id, part, present_usd.

    Zeros are left out.
    """
    case, county = chosen.case, chosen.case.county
    services = county.frame("services")["service_id"].to_numpy(dtype=object)
    sales = county.frame("sales")["sale_id"].to_numpy(dtype=object)[chosen.sales.sale]
    of_services = zip(PARTS, present_parts(chosen.candidates.terms, case.settings).T, strict=True)
    of_sales = zip(SALE_PARTS, chosen.sales.present_cents.T, strict=True)
    rows = [
        *(("service", part, services, present) for part, present in of_services),
        *(("sale", part, sales, present) for part, present in of_sales),
        *_shared_costs(chosen),
    ]
    scopes, parts, ids, present = zip(*rows, strict=True)
    sizes, all_cents = [len(found) for found in ids], np.concatenate(present)
    some = all_cents != 0
    return pd.DataFrame(
        {
            "scope": np.repeat(scopes, sizes)[some],
            "id": np.concatenate(ids)[some],
            "part": np.repeat(parts, sizes)[some],
            "present_usd": all_cents[some] / 100.0,
        }
    )


def _shared_costs(chosen: Chosen) -> Iterable[tuple[str, str, Labels, Cents]]:
    """Present cost of agreements, pools and links: scope, part, ids, cents."""
    case, running = chosen.case, open_pools(chosen)
    orgs = case.county.frame("organizations")["org_id"].to_numpy(dtype=object)[chosen.orgs]
    pools = case.county.frame("pools")["pool_id"].to_numpy(dtype=object)[running.pool]
    links = exchanged(chosen)
    rows = (
        ("agreement", "agreement_usd", orgs, yearly_agreements(case, chosen.orgs, chosen.signed)),
        ("agreement", "renewal_usd", orgs, yearly_renewals(case, chosen.orgs, chosen.signed)),
        ("pool", "pool_setup_usd", pools, running.setup_usd),
        ("pool", "pool_fixed_usd", pools, running.fixed_usd),
        ("pool", "pool_volume_usd", pools, running.volume_usd),
        ("link", "communication_usd", links.link_id, links.usd),
    )
    for scope, part, ids, usd in rows:
        yield scope, part, ids, cents(usd @ discounts(case.settings))


def cash_table(chosen: Chosen) -> pd.DataFrame:
    """Cash by year, not discounted [USD]: today's cost, the plan's by what it is paid for, the saving.

    One-time costs are in what they are spent on; renewals of agreements stand apart.
    """
    case, running = chosen.case, open_pools(chosen)
    cash = pd.DataFrame(
        {
            "year": np.arange(1, chosen.years + 1),
            "today_usd": today_by_service(chosen).sum(axis=0) + exchange_today_usd(case),
            "services_usd": yearly_cash(chosen.candidates.terms, case.settings).sum(axis=0),
            "sales_usd": yearly_sale_cash(chosen.sales.terms, case.settings).sum(axis=0),
            "agreements_usd": yearly_agreements(case, chosen.orgs, chosen.signed).sum(axis=0),
            "renewals_usd": yearly_renewals(case, chosen.orgs, chosen.signed).sum(axis=0),
            "pools_usd": running.usd.sum(axis=0),
            "communication_usd": exchanged(chosen).usd.sum(axis=0),
        }
    )
    cash["plan_usd"] = cash.drop(columns=["year", "today_usd"]).sum(axis=1)
    cash["saving_usd"] = cash["today_usd"] - cash["plan_usd"]
    cash["cumulative_saving_usd"] = cash["saving_usd"].cumsum()
    return cash


def today_by_service(chosen: Chosen) -> Floats:
    """What keeping every service costs in every year, net of revenue [services x years, USD]."""
    growth, terms = chosen.case.settings.economics.growth_share, chosen.candidates.terms
    shares = np.array([growth.personnel, growth.nonpersonnel, growth.overhead])
    cost: Floats = terms.cost @ growth_factors(chosen.years, shares)
    cost -= terms.revenue[:, None] * growth_factors(chosen.years, growth.revenue)[None, :]
    return cost
