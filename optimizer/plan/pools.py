"""What the open pools of a plan cost the county year by year, and what of it each member bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.once import once
from optimizer.options.money import annuity, discounts
from optimizer.options.shared import pool_growth, yearly_pools
from optimizer.plan.cents import to_cents
from optimizer.plan.chosen import Chosen, own_present_cents
from optimizer.plan.today import today_cents_per_year
from optimizer.program.rows import Codes, Floats
from optimizer.program.sharing import share_weights


@dataclass(frozen=True)
class OpenPools:
    """The open pools, and the county's part of what they cost; every amount is [open pools x years]."""

    pool: Codes
    """Rows of the pools table, in the order of `choices.pools`."""
    setup_usd: Floats
    fixed_usd: Floats
    """With the fixed cost of the tier it runs in."""
    volume_usd: Floats
    whole_usd: Floats
    """What it costs all counties that share it."""

    @property
    def usd(self) -> Floats:
        total: Floats = self.setup_usd + self.fixed_usd + self.volume_usd
        return total


@once
def open_pools(chosen: Chosen) -> OpenPools:
    """What every open pool costs the county in every year of the horizon [USD]."""
    case, opened = chosen.case, chosen.choices.pools
    pools = case.county.frame("pools")
    pool = pd.Index(pools["pool_id"]).get_indexer(pd.Index(list(opened))).astype(np.int64)
    start = np.array([run.start_year for run in opened.values()], dtype=np.int64) - 1
    setup, fixed = yearly_pools(case, pool, start)
    rates, tier_fixed = _tier_prices(chosen)
    growth = pool_growth(case)[pool]
    begun, size = _begun(chosen), (len(pool), chosen.years)
    member = chosen.candidates.pool[None, :] == pool[:, None]
    others = case.others
    volume = (member * chosen.volume[None, :]) @ begun + _by_others(others.volume, list(opened), size)
    part = _part_borne(chosen, member, begun, size)
    fixed, volume = fixed + tier_fixed * growth, volume * rates * growth
    return OpenPools(pool, part * setup, part * fixed, part * volume, setup + fixed + volume)


def _begun(chosen: Chosen) -> Floats:
    """1 from every option's start year on [services x years]."""
    return (chosen.candidates.start[:, None] <= np.arange(chosen.years)[None, :]).astype(np.float64)


def _by_others(told: Mapping[str, Sequence[float]], pools: list[str], size: tuple[int, int]) -> Floats:
    """What the other counties bring to each pool, year by year [open pools x years]."""
    return np.array([told.get(pool, np.zeros(size[1])) for pool in pools], dtype=np.float64).reshape(size)


def _part_borne(chosen: Chosen, member: npt.NDArray[np.bool_], begun: Floats, size: tuple[int, int]) -> Floats:
    """The part of each pool's cost that the county's own members bear [open pools x years]; 1 where it is alone."""
    others, pools = chosen.case.others, list(chosen.choices.pools)
    weight = np.append(share_weights(chosen.case.county), 0.0)[chosen.candidates.offer]
    own, theirs = (member * weight[None, :]) @ begun, _by_others(others.weight, pools, size)
    heads, other_heads = member @ begun, _by_others(others.members, pools, size)
    total = own + theirs
    whole = heads + other_heads
    # where nobody has any weight they bear it equally
    part = np.divide(own, total, out=np.divide(heads, whole, out=np.ones(size), where=whole > 0), where=total > 0)
    return np.asarray(np.where(other_heads > 0, part, 1.0), dtype=np.float64)


def _tier_prices(chosen: Chosen) -> tuple[Floats, Floats]:
    """Rate and fixed cost of the tier that each open pool runs in, today's dollars [open pools x years]."""
    opened, years = chosen.choices.pools, chosen.years
    tiers = {(tier.pool_id, tier.tier): tier for tier in chosen.case.county.pool_tiers}
    rate, fixed = np.zeros((len(opened), years)), np.zeros((len(opened), years))
    for row, (pool_id, run) in enumerate(opened.items()):
        for year in range(run.start_year, years + 1):
            number = run.tier_in(year)
            if number is not None:
                tier = tiers[pool_id, number]
                rate[row, year - 1], fixed[row, year - 1] = tier.usd_per_unit, tier.fixed_usd_per_year
    return rate, fixed


def member_table(chosen: Chosen) -> pd.DataFrame:
    """Members of open pools: pool_id, pool, service_id, name, department, start_year, share_rule, share_of_cost,
    kept_usd_per_year, share_usd_per_year, own_usd_per_year, saving_usd_per_year (yearly equivalents).

    `kept` is what keeping the service would cost, `share` its part of what the pool costs, `own` what it costs besides
    (transition, price and what stays with the county; agreements are nobody's own): saving = kept - share - own.
    share_of_cost is of the pool's whole cost, other counties' part of it included.
    """
    case, running = chosen.case, open_pools(chosen)
    member = np.flatnonzero(np.isin(chosen.candidates.pool, running.pool) & (chosen.candidates.pool >= 0))
    services, pools = case.county.frame("services").iloc[member], case.county.frame("pools")
    pool, years = chosen.candidates.pool[member], annuity(case.settings)
    present = _shares(chosen, running, member)
    share = to_cents(present / years)
    own = to_cents(own_present_cents(chosen)[member].sum(axis=1) / 100.0 / years)
    kept = today_cents_per_year(chosen)[member] / 100.0
    place = pd.Index(running.pool).get_indexer(pd.Index(pool))
    whole = (running.whole_usd @ discounts(case.settings))[place]
    rule = pools["share_rule"].where(pools["share_rule"].notna(), pools["resource"].map(_usual_rule))
    table = pd.DataFrame(
        {
            "pool_id": pools["pool_id"].to_numpy()[pool],
            "pool": pools["name"].to_numpy()[pool],
            "service_id": services["service_id"].to_numpy(),
            "name": services["name"].to_numpy(),
            "department": services["department"].to_numpy(),
            "start_year": chosen.candidates.start[member] + 1,
            "share_rule": rule.to_numpy()[pool],
            "share_of_cost": np.divide(present, whole, out=np.zeros(len(present)), where=whole > 0),
            "kept_usd_per_year": kept,
            "share_usd_per_year": share,
            "own_usd_per_year": own,
            "saving_usd_per_year": to_cents(kept - share - own),
        }
    )
    return table.sort_values(["pool_id", "service_id"], kind="stable", ignore_index=True)


def _usual_rule(resource: object) -> str:
    return "use" if isinstance(resource, str) else "equal"


def _shares(chosen: Chosen, running: OpenPools, member: Codes) -> Floats:
    """Present value of every member's share of its pool's cost [members, USD]."""
    pool, weight = chosen.candidates.pool[member], share_weights(chosen.case.county)[chosen.candidates.offer[member]]
    begun = chosen.candidates.start[member][:, None] <= np.arange(chosen.years)[None, :]
    place = pd.Index(running.pool).get_indexer(pd.Index(pool))
    of_pool = place[None, :] == np.arange(len(running.pool))[:, None]
    active = begun * weight[:, None]
    total = of_pool @ active
    # members whose weights are all nothing share equally
    active = np.where(total[place] > 0, active, begun)
    total = of_pool @ active
    part = np.divide(active, total[place], out=np.zeros_like(active, dtype=np.float64), where=total[place] > 0)
    worth: Floats = (part * running.usd[place]) @ discounts(chosen.case.settings)
    return worth


def volume_present_usd(chosen: Chosen) -> Floats:
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
