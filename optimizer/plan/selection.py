"""From the columns of a solved program to the choices they stand for, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.options.candidates import codes_of
from optimizer.plan.choices import Choices, Opened
from optimizer.program.columns import Columns
from optimizer.program.layout import Layout
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, Floats

SMALLEST_SHARE_DONE = 1e-6
"""A smaller share of a proposal is the solver's rounding."""


def choices_of(program: CountyProgram, x: Floats) -> Choices:
    """The plan that a point stands for; agreements and pools that nothing uses are not signed or opened."""
    layout, candidates = program.layout, program.options.candidates
    chosen = np.flatnonzero(x[layout.chosen] > 0.5)
    services = layout.labels("services", "service_id", candidates.service[chosen])
    offers = layout.labels("offers", "offer_id", candidates.offer[chosen])
    moved = candidates.moved[chosen]
    return Choices(
        offers=dict(zip(services, offers, strict=True)),
        starts=dict(zip(services[moved], (candidates.start[chosen[moved]] + 1).tolist(), strict=True)),
        agreements=_agreements(layout, x, np.unique(candidates.org[chosen])),
        pools=_pools(layout, x, np.unique(candidates.pool[chosen])),
        sales=_sales(layout, x),
        proposals=_proposals(layout, x),
    )


def _first_starts(x: Floats, column: Codes) -> Codes:
    """Start year, from 1, of each row of columns [items x starts]."""
    year: Codes = np.argmax(x[column] > 0.5, axis=1).astype(np.int64) + 1
    return year


def _agreements(layout: Layout, x: Floats, orgs: Codes) -> dict[str, int]:
    used = orgs[orgs >= 0]
    names = layout.labels("organizations", "org_id", used)
    return dict(zip(names, _first_starts(x, layout.agree[used]).tolist(), strict=True))


def _pools(layout: Layout, x: Floats, pools: Codes) -> dict[str, Opened]:
    own = pools[np.isin(pools, layout.pools)]
    return opened_pools(layout.columns, x, layout.labels("pools", "pool_id", own).tolist())


def opened_pools(columns: Columns, x: Floats, used: Sequence[str]) -> dict[str, Opened]:
    """When each of these pools opens at a point, and in which tiers it runs; pools that stay closed are left out."""
    opening, tier = columns["open_pool"], columns["tier"]
    begun = opening.keys[x[opening.columns] > 0.5]
    starts = {
        str(pool): int(year) for pool, year in zip(begun["pool_id"], begun["start_year"], strict=True) if pool in used
    }
    running = tier.keys[x[tier.columns] > 0.5].sort_values("year", kind="stable")
    tiers = {
        str(pool): tuple(int(number) for number in rows.loc[rows["year"] >= starts[str(pool)], "tier"])
        for pool, rows in running.groupby("pool_id")
        if pool in starts
    }
    return {pool: Opened(start, tiers.get(pool, (None,))) for pool, start in starts.items()}


def _sales(layout: Layout, x: Floats) -> dict[str, int]:
    keys = layout.columns["sell"].keys
    made = keys[x[layout.columns["sell"].columns] > 0.5]
    return {str(sale): int(year) for sale, year in zip(made["sale_id"], made["start_year"], strict=True)}


def _proposals(layout: Layout, x: Floats) -> dict[str, float]:
    done = x[layout.columns["proposal"].columns]
    names = layout.columns["proposal"].keys["proposal_id"].to_numpy(dtype=object)
    # rounded down, so that no fund spends more than it has
    shares = np.floor(done * 1e9) / 1e9
    return {str(name): share for name, share in zip(names, shares.tolist(), strict=True) if share > SMALLEST_SHARE_DONE}


def point_of(program: CountyProgram, choices: Choices) -> Floats | None:
    """The point that decisions stand for, to start a search from; agreements, pools and tiers follow from them.

    Nothing is sold and nothing bought with what is freed, and columns that follow from the others (volumes apart) are
    left at 0: a solver fills them in. None if an accepted offer is not an admissible option in its start year.
    """
    layout, candidates = program.layout, program.options.candidates
    offer, start = _wanted(program, choices)
    held = (candidates.offer == offer[candidates.service]) & (candidates.start + 1 == start[candidates.service])
    x = np.zeros(len(program.columns))
    chosen = np.flatnonzero(held)
    if len(chosen) != len(program.case.county.services):
        return None
    x[layout.chosen[chosen]] = 1.0
    for code, column in ((candidates.org, layout.agree), (candidates.pool, layout.open_pool)):
        _begin(x, code[chosen], candidates.start[chosen], column)
    _run_tiers(layout, chosen, x)
    moved_cost = layout.columns["moved_cost"].columns
    handed_over = chosen[(candidates.moved & ~candidates.ended)[chosen]]
    x[moved_cost] = candidates.terms.gross[handed_over].sum()
    return x


def _wanted(program: CountyProgram, choices: Choices) -> tuple[Codes, Codes]:
    """Row of the offer that is decided for each service, -1 to keep it, less if there is none; and its start year."""
    county = program.case.county
    service = codes_of(choices.offers, county.frame("services")["service_id"])
    offer = codes_of(choices.offers.values(), county.frame("offers")["offer_id"])
    strange = (offer < 0) & np.array([bool(offer_id) for offer_id in choices.offers.values()], dtype=bool)
    wanted, start = np.full(len(county.services), -2), np.ones(len(county.services), dtype=np.int64)
    known = service >= 0
    wanted[service[known]] = np.where(strange, -2, offer)[known]
    start[service[known]] = np.array([choices.starts.get(name, 1) for name in choices.offers], dtype=np.int64)[known]
    return wanted, start


def _begin(x: Floats, code: Codes, start: Codes, column: Codes) -> None:
    """Set the columns of agreements or pools that begin with the first option that needs them."""
    first = pd.DataFrame({"code": code, "start": start})[code >= 0].groupby("code")["start"].min()
    x[column[first.index.to_numpy(dtype=np.int64), first.to_numpy(dtype=np.int64)]] = 1.0


def _run_tiers(layout: Layout, chosen: Codes, x: Floats) -> None:
    """Set each pool's tier and volume columns in `x`, year by year, to the first tier that holds its volume."""
    candidates, tier = layout.options.candidates, layout.columns["tier"]
    if not len(tier):
        return
    table = layout.case.county.frame("pool_tiers").merge(tier.keys, on=["pool_id", "tier"], how="right")
    joined = chosen[candidates.pool[chosen] >= 0]
    pool = layout.labels("pools", "pool_id", candidates.pool[joined])
    volume, year = layout.options.volume[joined], candidates.start[joined] + 1
    of_pool = pool[:, None] == tier.keys["pool_id"].to_numpy(dtype=object)[None, :]
    member = of_pool & (year[:, None] <= tier.keys["year"].to_numpy(dtype=np.int64)[None, :])
    total = volume @ member
    low, high = (table[end].to_numpy(dtype=np.float64) for end in ("from_volume", "to_volume"))
    fits = member.any(axis=0) & (low <= total) & (total <= high)
    first = table[fits].drop_duplicates(["pool_id", "year"]).index.to_numpy()
    x[tier.columns[first]] = 1.0
    x[layout.columns["volume"].columns[first]] = total[first]
