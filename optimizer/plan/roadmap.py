"""The plan as a roadmap: what starts when, and what every year brings in moves, money and people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.options.candidates import codes_of, ids_at
from optimizer.options.money import HALF_A_CENT_USD
from optimizer.plan.cents import CENTS, to_cents
from optimizer.plan.chosen import Chosen
from optimizer.plan.pools import open_pools
from optimizer.program.people import attrition_shares_of
from optimizer.program.rows import Codes, Floats, Labels

STEPS = ("agreement", "pool", "move", "exit", "sale")
"""What a roadmap's steps are, in the order in which they stand within a year."""


class _Steps(NamedTuple):
    """Steps of one kind as parallel arrays."""

    start: Codes
    """Year in which each begins, from 0."""
    step: Labels
    ids: Labels
    names: Labels
    partner: Labels
    lead_time_months: Floats
    one_time_usd: Floats


def roadmap_table(chosen: Chosen) -> pd.DataFrame:
    """Every step of the plan: start_year, step, id, name, with, delivers_from_year, delivers_from_month, one_time_usd.

    Delivery begins in that month (1 .. 12) of that year of the plan; for an ended service that is when it ends.
    one_time_usd is spent in the start year: the transition of a move, the set-up of a sale, and the part of a pool's
    set-up that the county bears. Renewals of agreements come back with every term and are none of it.
    """
    kinds = _agreements(chosen), _pools(chosen), _moves(chosen), _sales(chosen)
    steps = _Steps(*(np.concatenate(parts) for parts in zip(*kinds, strict=True)))
    order = np.lexsort((steps.ids.astype(str), codes_of(steps.step, STEPS), steps.start))
    months = steps.start * 12 + steps.lead_time_months
    texts = {"step": steps.step, "id": steps.ids, "name": steps.names, "with": steps.partner}
    return pd.DataFrame(
        {
            "start_year": steps.start[order] + 1,
            **{column: pd.array(values[order], dtype="str") for column, values in texts.items()},
            "delivers_from_year": (months // 12 + 1).astype(np.int64)[order],
            "delivers_from_month": (months % 12 + 1).astype(np.int64)[order],
            "one_time_usd": to_cents(steps.one_time_usd)[order],
        }
    )


def _column(table: pd.DataFrame, name: str, rows: Codes) -> Labels:
    return table[name].to_numpy(dtype=object)[rows]


def _agreements(chosen: Chosen) -> _Steps:
    table, size = chosen.case.county.frame("organizations"), len(chosen.orgs)
    ids, names = (_column(table, name, chosen.orgs) for name in ("org_id", "name"))
    step, nobody = (np.full(size, text, dtype=object) for text in ("agreement", ""))
    return _Steps(chosen.signed, step, ids, names, nobody, np.zeros(size), np.zeros(size))


def _pools(chosen: Chosen) -> _Steps:
    county, running = chosen.case.county, open_pools(chosen)
    ids, names, hosts = (
        _column(county.frame("pools"), name, running.pool) for name in ("pool_id", "name", "host_org_id")
    )
    start = np.array([run.start_year for run in chosen.choices.pools.values()], dtype=np.int64) - 1
    orgs = county.frame("organizations")
    host = ids_at(orgs["name"], codes_of(hosts, orgs["org_id"]), "the county itself")
    step = np.full(len(ids), "pool", dtype=object)
    return _Steps(start, step, ids, names, host, np.zeros(len(ids)), running.setup_usd.sum(axis=1))


def _moves(chosen: Chosen) -> _Steps:
    candidates, county = chosen.candidates, chosen.case.county
    moved = np.flatnonzero(candidates.moved)
    orgs, pools, terms = county.frame("organizations"), county.frame("pools"), candidates.terms
    org, pool = candidates.org[moved], candidates.pool[moved]
    ids, names = (_column(county.frame("services"), name, moved) for name in ("service_id", "name"))
    partner = np.where(pool >= 0, ids_at(pools["name"], pool, ""), ids_at(orgs["name"], org, ""))
    step = np.where(candidates.ended[moved], str(Decision.EXIT), "move").astype(object)
    lead_time_months, usd = terms.lead_time_months[moved], terms.transition[moved]
    return _Steps(candidates.start[moved], step, ids, names, partner, lead_time_months, usd)


def _sales(chosen: Chosen) -> _Steps:
    sales, county = chosen.sales, chosen.case.county
    orgs, terms = county.frame("organizations"), sales.terms
    ids, buyers = (_column(county.frame("sales"), name, sales.sale) for name in ("sale_id", "org_id"))
    names = _column(county.frame("services"), "name", sales.service)
    buyer = ids_at(orgs["name"], codes_of(buyers, orgs["org_id"]), "")
    step = np.full(len(ids), "sale", dtype=object)
    return _Steps(terms.start, step, ids, names, buyer, terms.lead_time_months, terms.setup)


def year_table(chosen: Chosen, roadmap: pd.DataFrame, cash: pd.DataFrame) -> pd.DataFrame:
    """One row per year of the horizon: year, moves, ended, sales, agreements, pools (started), one_time_usd (of what
    starts), renewals_usd (of agreements whose term has ended), displaced_fte, absorbed_fte (by attrition),
    laid_off_fte, saving_usd, cumulative_saving_usd (not discounted).
    """
    start = roadmap["start_year"].to_numpy() - 1
    counted, once_usd = np.zeros((len(STEPS), chosen.years), dtype=np.int64), np.zeros(chosen.years)
    np.add.at(counted, (codes_of(roadmap["step"], STEPS), start), 1)
    np.add.at(once_usd, start, roadmap["one_time_usd"].to_numpy())
    count = dict(zip(STEPS, counted, strict=True))
    displaced, laid_off = displaced_and_laid_off(chosen)
    return pd.DataFrame(
        {
            "year": np.arange(1, chosen.years + 1),
            "moves": count["move"],
            "ended": count["exit"],
            "sales": count["sale"],
            "agreements": count["agreement"],
            "pools": count["pool"],
            "one_time_usd": once_usd.round(CENTS),
            "renewals_usd": cash["renewals_usd"].to_numpy(),
            "displaced_fte": displaced.sum(axis=0),
            "absorbed_fte": (displaced - laid_off).sum(axis=0),
            "laid_off_fte": laid_off.sum(axis=0),
            "saving_usd": cash["saving_usd"].to_numpy(),
            "cumulative_saving_usd": cash["cumulative_saving_usd"].to_numpy(),
        }
    )


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
