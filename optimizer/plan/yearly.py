"""Today's cost, the plan's and the saving as yearly equivalents, of every service and of what no service bears.

Today's cost is given and stands as it is. What is saved is taken in whole cents of present value first and divided
then, so that what is kept saves nothing; the plan's cost is the first less the second.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.once import once
from optimizer.options.money import Cents, annuity, cents, discounts
from optimizer.plan.cents import apportioned, to_cents, yearly_usd
from optimizer.plan.chosen import Chosen, own_present_cents
from optimizer.plan.communication import exchange_cents_per_year, exchange_today_cents
from optimizer.plan.pools import open_pools, volume_present_usd
from optimizer.plan.today import today_cents_per_year

COUNTY = "the county itself"
NOT_OF_SERVICES = {"agreement": "agreements", "pool": "set-up and fixed cost of pools", "link": "communication"}
"""Rows for costs that no single service bears, by the scope of the cost."""


@once
def service_present_cents(chosen: Chosen) -> Cents:
    """Present cost of every service with its part of its pool's volume and its sales, in whole cents [services]."""
    whole: Cents = own_present_cents(chosen).sum(axis=1) + volume_present_cents(chosen) + sold_present_cents(chosen)
    return whole


def sold_present_cents(chosen: Chosen) -> Cents:
    """Present net cost of the sales of every service, in whole cents [services]."""
    sold = np.bincount(chosen.sales.service, chosen.sales.cost_cents, len(chosen.candidates))
    return sold.astype(np.int64)


@once
def volume_present_cents(chosen: Chosen) -> Cents:
    """Present cost of what every service brings to its pool, adding up to the pool's own [services]."""
    running, usd = open_pools(chosen), volume_present_usd(chosen)
    whole = cents(running.volume_usd @ discounts(chosen.case.settings))
    borne = np.zeros(len(usd), dtype=np.int64)
    for pool, of_pool in zip(running.pool, whole, strict=True):
        member = np.flatnonzero(chosen.candidates.pool == pool)
        borne[member] = apportioned(usd[member] * 100.0, int(of_pool)) if len(member) else 0
    return borne


def shared_table(chosen: Chosen, costs: pd.DataFrame) -> pd.DataFrame:
    """Costs that no single service bears: what, organization, today's cost a year and what the plan saves of it in
    present value, both in whole cents, one_time_usd.
    """
    running = open_pools(chosen)
    hosts = {pool.pool_id: pool.host_org_id or COUNTY for pool in chosen.case.county.pools}
    setup_usd = dict(zip(chosen.choices.pools, running.setup_usd.sum(axis=1), strict=True))
    sums: dict[tuple[str, str], tuple[int, int, float]] = {}

    def add(scope: str, name: str, today_cents: int, saved_cents: int, one_time_usd: float) -> None:
        bearer = hosts[name] if scope == "pool" else COUNTY if scope == "link" else name
        today, saved, once = sums.get((NOT_OF_SERVICES[scope], bearer), (0, 0, 0.0))
        sums[NOT_OF_SERVICES[scope], bearer] = today + today_cents, saved + saved_cents, once + one_time_usd

    paid = costs.assign(cents=cents(costs["present_usd"].to_numpy()))
    paid = paid[paid["scope"].isin(NOT_OF_SERVICES) & (paid["part"] != "pool_volume_usd")]
    for scope, name, part, present_cents in zip(*(paid[of] for of in ("scope", "id", "part", "cents")), strict=True):
        add(scope, name, 0, -present_cents, setup_usd[name] if part == "pool_setup_usd" else 0.0)
    if exchange_cents := exchange_today_cents(chosen.case):
        add("link", "", exchange_cents_per_year(chosen.case), exchange_cents, 0.0)
    today, saved, once = np.array([*sums.values()], dtype=np.float64).reshape(-1, 3).T
    return pd.DataFrame(
        {
            "what": [what for what, _ in sums],
            "organization": [organization for _, organization in sums],
            "today_cents_per_year": today.astype(np.int64),
            "saved_cents": saved.astype(np.int64),
            "one_time_usd": to_cents(once),
        }
    )


def yearly_table(chosen: Chosen, keep_cents: Cents, shared: pd.DataFrame) -> pd.DataFrame:
    """today_, plan_ and saving_usd_per_year, a row per service and then per row of `shared`.

    `keep_cents` is the present cost of keeping each service [services]. Each column adds up to that of the
    whole plan, to the cent.
    """
    today = np.concatenate([today_cents_per_year(chosen), shared["today_cents_per_year"].to_numpy(dtype=np.int64)])
    saved = np.concatenate([keep_cents - service_present_cents(chosen), shared["saved_cents"].to_numpy(dtype=np.int64)])
    return yearly_money(today, saved, annuity(chosen.case.settings))


def yearly_money(today_per_year: Cents, saved: Cents, years: float) -> pd.DataFrame:
    """today_, plan_ and saving_usd_per_year, of today's cost a year and what is saved of it in present value."""
    today_usd, saving_usd = today_per_year / 100.0, yearly_usd(saved, years)
    return pd.DataFrame(
        {
            "today_usd_per_year": today_usd,
            "plan_usd_per_year": to_cents(today_usd - saving_usd),
            "saving_usd_per_year": saving_usd,
        }
    )
