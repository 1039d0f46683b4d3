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
    payback_years,
    yearly_cash,
    yearly_sale_cash,
)
from optimizer.options.sales import marks_of
from optimizer.options.shared import yearly_agreements, yearly_renewals
from optimizer.plan.cents import to_cents, yearly_usd
from optimizer.plan.chosen import Chosen, own_present_cents
from optimizer.plan.communication import exchange_cents_per_year, exchanged
from optimizer.plan.pools import open_pools
from optimizer.plan.today import today_by_service
from optimizer.plan.yearly import service_present_cents, sold_present_cents, volume_present_cents
from optimizer.program.rows import Labels

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


def decision_table(chosen: Chosen, yearly: pd.DataFrame) -> pd.DataFrame:
    """One row per service: what is decided, with whom and when, and what that means in money, people and access.

    start_year is 0 for what is kept. today_usd_per_year is the yearly equivalent of keeping the service. A member of a
    pool bears its volume at the rate of the pool's tier; agreements, communication, and the set-up and fixed costs of
    pools, are nobody's own and are not in this table. A sale's net cost (negative where it earns) is its service's.
    one_time_usd is the transition of its move and the set-up of its sales, not discounted. `yearly` begins with the
    services, as `yearly_table` has them.
    """
    candidates, case, county = chosen.candidates, chosen.case, chosen.case.county
    terms, years = candidates.terms, annuity(case.settings)
    services, offers, orgs = (county.frame(name) for name in ("services", "offers", "organizations"))
    pools = county.frame("pools")
    pool_usd = yearly_usd(volume_present_cents(chosen), years)
    sold_usd = yearly_usd(sold_present_cents(chosen), years)
    money = yearly.iloc[: len(services)]
    estimated = marks_of(offers["estimated"])
    sold = np.isin(np.arange(len(services)), chosen.sales.service)
    transition_usd = to_cents(np.where(terms.moved, terms.transition, 0.0))
    setup_usd = np.bincount(chosen.sales.service, to_cents(chosen.sales.terms.setup), len(services))
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
            gross_usd_per_year=to_cents(terms.gross),
            today_usd_per_year=money["today_usd_per_year"],
            pool_usd_per_year=pool_usd,
            sold_usd_per_year=sold_usd,
            plan_usd_per_year=money["plan_usd_per_year"],
            saving_usd_per_year=money["saving_usd_per_year"],
            present_cost_usd=service_present_cents(chosen) / 100.0,
            transition_usd=transition_usd,
            one_time_usd=to_cents(transition_usd + setup_usd),
            payback_years=payback_years(terms, case.settings),
            fte_transferred=candidates.fte_transferred,
            fte_displaced=candidates.fte_displaced,
            lead_time_months=terms.lead_time_months,
            quality=candidates.quality,
            lowest_coverage=candidates.coverage.min(axis=1),
            estimated=ids_at(estimated, candidates.offer, ""),
        )
    )


def cost_table(chosen: Chosen) -> pd.DataFrame:
    """Every part of the present cost: scope (service, sale, agreement, pool, link), id, part, present_usd.

    Zeros are left out.
    """
    county = chosen.case.county
    services = county.frame("services")["service_id"].to_numpy(dtype=object)
    sales = county.frame("sales")["sale_id"].to_numpy(dtype=object)[chosen.sales.sale]
    of_services = zip(PARTS, own_present_cents(chosen).T, strict=True)
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
    parts = {
        "today_usd": today_by_service(chosen),
        "services_usd": yearly_cash(chosen.candidates.terms, case.settings),
        "sales_usd": yearly_sale_cash(chosen.sales.terms, case.settings),
        "agreements_usd": yearly_agreements(case, chosen.orgs, chosen.signed),
        "renewals_usd": yearly_renewals(case, chosen.orgs, chosen.signed),
        "pools_usd": running.usd,
        "communication_usd": exchanged(chosen).usd,
    }
    # every amount to the cent before any is added, so that funds, parts and years add up alike
    cash = pd.DataFrame({name: cents(usd).sum(axis=0) for name, usd in parts.items()})
    cash["today_usd"] += exchange_cents_per_year(case)
    cash["plan_usd"] = cash.drop(columns="today_usd").sum(axis=1)
    cash["saving_usd"] = cash["today_usd"] - cash["plan_usd"]
    cash["cumulative_saving_usd"] = cash["saving_usd"].cumsum()
    cash /= 100.0
    cash.insert(0, "year", np.arange(1, chosen.years + 1))
    return cash
