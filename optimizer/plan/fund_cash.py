"""Cash of every fund in every year: what its services and their sales cost, and what the general fund bears besides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.candidates import codes_of
from optimizer.options.money import Cents, cents, yearly_cash, yearly_sale_cash
from optimizer.options.shared import yearly_agreements, yearly_renewals
from optimizer.plan.chosen import Chosen
from optimizer.plan.communication import exchange_cents_per_year, exchanged
from optimizer.plan.pools import open_pools
from optimizer.plan.today import today_by_service


def fund_cash_table(chosen: Chosen) -> pd.DataFrame:
    """One row per fund and year, fund after fund: fund, year, today_usd, plan_usd, saving_usd, not discounted.

    Agreements, shared units and communication are the general fund's. Every year's sum is that of the plan's cash.
    """
    facts, services = chosen.case.county.facts, chosen.case.county.frame("services")
    named = dict.fromkeys([*(fund.fund for fund in facts.funds), facts.general_fund, *services["fund"]])
    names = pd.Series([*named], dtype="object")
    fund, general = codes_of(services["fund"], names), int(codes_of([facts.general_fund], names)[0])
    today, plan = (np.zeros((len(names), chosen.years), dtype=np.int64) for _ in range(2))
    settings = chosen.case.settings
    np.add.at(today, fund, cents(today_by_service(chosen)))
    np.add.at(plan, fund, cents(yearly_cash(chosen.candidates.terms, settings)))
    np.add.at(plan, fund[chosen.sales.service], cents(yearly_sale_cash(chosen.sales.terms, settings)))
    today[general] += exchange_cents_per_year(chosen.case)
    plan[general] += _shared(chosen)
    table = pd.DataFrame(
        {
            "fund": np.repeat(names.to_numpy(dtype=object), chosen.years),
            "year": np.tile(np.arange(1, chosen.years + 1), len(names)),
            "today_usd": today.ravel() / 100.0,
            "plan_usd": plan.ravel() / 100.0,
            "saving_usd": (today - plan).ravel() / 100.0,
        }
    )
    return table


def saved_by_fund(cash: pd.DataFrame) -> pd.DataFrame:
    """What every fund saves, a row per fund by its name and a column per year [USD], of a `fund_cash` table.

    Two funds may have the same name where those of several counties are told.
    """
    years = cash["year"].unique()
    saved = cash["saving_usd"].to_numpy().reshape(-1, len(years))
    return pd.DataFrame(saved, columns=years, index=pd.Index(cash["fund"].to_numpy()[:: len(years)], name="fund"))


def _shared(chosen: Chosen) -> Cents:
    """What no service bears, in whole cents [years]."""
    case = chosen.case
    parts = (
        yearly_agreements(case, chosen.orgs, chosen.signed),
        yearly_renewals(case, chosen.orgs, chosen.signed),
        open_pools(chosen).usd,
        exchanged(chosen).usd,
    )
    paid: Cents = np.sum([cents(part).sum(axis=0) for part in parts], axis=0)
    return paid
