"""The plan as a roadmap: what starts when, and what every year brings in moves, money and people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.options.candidates import codes_of, ids_at
from optimizer.options.money import HALF_A_CENT_USD
from optimizer.plan.cents import CENTS, to_cents
from optimizer.plan.chosen import Chosen
from optimizer.plan.pools import open_pools
from optimizer.program.people import attrition_shares_of
from optimizer.program.rows import Codes, Floats

STEPS = ("agreement", "pool", "move", "exit", "sale")
"""What a roadmap's steps are, in the order in which they stand within a year."""


def roadmap_table(chosen: Chosen) -> pd.DataFrame:
    """Every step of the plan: start_year, step, id, name, with, delivers_from_year, delivers_from_month, one_time_usd.

    Delivery begins in that month (1 .. 12) of that year of the plan; for an ended service that is when it ends.
    one_time_usd is spent in the start year: the transition of a move, the set-up of a sale, and the part of a pool's
    set-up that the county bears. Renewals of agreements come back with every term and are none of it.
    """
    table = pd.concat([_agreements(chosen), _pools(chosen), _moves(chosen), _sales(chosen)], ignore_index=True)
    months = (table["start_year"] - 1) * 12 + table.pop("lead_time_months")
    table["delivers_from_year"] = (months // 12 + 1).astype("int64")
    table["delivers_from_month"] = (months % 12 + 1).astype("int64")
    order = table["step"].map({step: place for place, step in enumerate(STEPS)})
    table = table.assign(order=order).sort_values(["start_year", "order", "id"], kind="stable", ignore_index=True)
    columns = ["start_year", "step", "id", "name", "with", "delivers_from_year", "delivers_from_month", "one_time_usd"]
    return table[columns]


def _steps(
    start: Codes, step: object, ids: object, names: object, partner: object, lead_time_months: object, usd: object
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "start_year": start + 1,
            "step": step,
            "id": ids,
            "name": names,
            "with": partner,
            "lead_time_months": lead_time_months,
            "one_time_usd": to_cents(np.asarray(usd, dtype=np.float64)),
        }
    )


def _agreements(chosen: Chosen) -> pd.DataFrame:
    orgs = chosen.case.county.frame("organizations").iloc[chosen.orgs]
    return _steps(chosen.signed, "agreement", orgs["org_id"].to_numpy(), orgs["name"].to_numpy(), "", 0.0, 0.0)


def _pools(chosen: Chosen) -> pd.DataFrame:
    county, running = chosen.case.county, open_pools(chosen)
    pools = county.frame("pools").iloc[running.pool]
    start = np.array([run.start_year for run in chosen.choices.pools.values()], dtype=np.int64) - 1
    orgs = county.frame("organizations")
    host = ids_at(orgs["name"], codes_of(pools["host_org_id"], orgs["org_id"]), "the county itself")
    once = running.setup_usd.sum(axis=1)
    return _steps(start, "pool", pools["pool_id"].to_numpy(), pools["name"].to_numpy(), host, 0.0, once)


def _moves(chosen: Chosen) -> pd.DataFrame:
    candidates, county = chosen.candidates, chosen.case.county
    moved = np.flatnonzero(candidates.moved)
    services, orgs, pools = county.frame("services").iloc[moved], county.frame("organizations"), county.frame("pools")
    org, pool = candidates.org[moved], candidates.pool[moved]
    partner = np.where(pool >= 0, ids_at(pools["name"], pool, ""), ids_at(orgs["name"], org, ""))
    step = np.where(candidates.ended[moved], str(Decision.EXIT), "move")
    terms = candidates.terms
    return _steps(
        candidates.start[moved],
        step,
        services["service_id"].to_numpy(),
        services["name"].to_numpy(),
        partner,
        terms.lead_time_months[moved],
        terms.transition[moved],
    )


def _sales(chosen: Chosen) -> pd.DataFrame:
    sales, county = chosen.sales, chosen.case.county
    table, orgs = county.frame("sales").iloc[sales.sale], county.frame("organizations")
    names = county.frame("services")["name"].to_numpy(dtype=object)[sales.service]
    buyer = ids_at(orgs["name"], codes_of(table["org_id"], orgs["org_id"]), "")
    lead = sales.terms.lead_time_months
    return _steps(sales.terms.start, "sale", table["sale_id"].to_numpy(), names, buyer, lead, sales.terms.setup)


def year_table(chosen: Chosen, roadmap: pd.DataFrame, cash: pd.DataFrame) -> pd.DataFrame:
    """One row per year of the horizon: year, moves, ended, sales, agreements, pools (started), one_time_usd (of what
    starts), renewals_usd (of agreements whose term has ended), displaced_fte, absorbed_fte (by attrition),
    laid_off_fte, saving_usd, cumulative_saving_usd (not discounted).
    """
    years = pd.RangeIndex(1, chosen.years + 1, name="year")
    counted = roadmap.groupby(["start_year", "step"]).size().unstack(fill_value=0)
    counted = counted.reindex(index=years, columns=list(STEPS), fill_value=0)
    once = roadmap.groupby("start_year")["one_time_usd"].sum().round(CENTS).reindex(years, fill_value=0.0)
    displaced, laid_off = displaced_and_laid_off(chosen)
    table = pd.DataFrame(
        {
            "year": years,
            "moves": counted["move"].to_numpy(),
            "ended": counted["exit"].to_numpy(),
            "sales": counted["sale"].to_numpy(),
            "agreements": counted["agreement"].to_numpy(),
            "pools": counted["pool"].to_numpy(),
            "one_time_usd": once.to_numpy(),
            "renewals_usd": cash["renewals_usd"].to_numpy(),
            "displaced_fte": displaced.sum(axis=0),
            "absorbed_fte": (displaced - laid_off).sum(axis=0),
            "laid_off_fte": laid_off.sum(axis=0),
        }
    )
    return table.merge(cash[["year", "saving_usd", "cumulative_saving_usd"]], on="year")


def displaced_and_laid_off(chosen: Chosen) -> tuple[Floats, Floats]:
    """Staff who lose their position, and those of them whom attrition does not absorb [departments x years, FTE]."""
    services, candidates = chosen.case.county.frame("services"), chosen.candidates
    departments = services["department"].drop_duplicates().to_numpy(dtype=object)
    year = candidates.start + np.floor(candidates.terms.lead_time_months / 12.0).astype(np.int64)
    counted = np.flatnonzero(candidates.moved & (year < chosen.years))
    displaced = np.zeros((len(departments), chosen.years))
    row = codes_of(services["department"], departments)
    np.add.at(displaced, (row[counted], year[counted]), candidates.fte_displaced[counted])
    staff = services.groupby("department")["fte"].sum().reindex(departments).to_numpy(dtype=np.float64)
    leaving = attrition_shares_of(chosen.case, departments) * staff
    return displaced, np.maximum(displaced - leaving[:, None], 0.0)


def break_even_year(cash: pd.DataFrame) -> int | None:
    """First year from which on the plan has cost no more in all than today, to the end; None: not in the horizon.

    Years before anything changes are not counted as paid for; a plan that changes nothing owes nothing from year 1 on.
    """
    behind = cash.loc[cash["cumulative_saving_usd"] < -HALF_A_CENT_USD, "year"]
    changed = cash.loc[cash["cumulative_saving_usd"].abs() > HALF_A_CENT_USD, "year"]
    first = 1 if behind.empty else int(behind.max()) + 1
    first = first if changed.empty else max(first, int(changed.min()))
    return first if first <= int(cash["year"].max()) else None
