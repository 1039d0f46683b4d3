"""From the columns of a solved program to the choices they stand for."""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import ids_at
from optimizer.plan.choices import Choices
from optimizer.program.columns import Columns
from optimizer.program.program import Program
from optimizer.program.rows import Codes, Floats


def choices_of(program: Program, x: Floats) -> Choices:
    """The plan that a point stands for; agreements and pools that nothing uses are not signed or opened."""
    case, candidates, columns = program.case, program.options.candidates, program.columns
    chosen = np.flatnonzero(x[: columns.options] > 0.5)
    services = ids_at(case.county.frame("services")["service_id"], candidates.service[chosen])
    offers = ids_at(case.county.frame("offers")["offer_id"], candidates.offer[chosen])
    orgs = candidates.org[chosen]
    pools = ids_at(case.county.frame("pools")["pool_id"], np.unique(candidates.pool[chosen]))
    running = columns.tiers[x[columns.tiers["column"].to_numpy(dtype=np.int64)] > 0.5]
    tier = dict(zip(running["pool_id"], running["tier"].astype(int), strict=True))
    return Choices(
        offers=dict(zip(services, offers, strict=True)),
        agreements=frozenset(ids_at(case.county.frame("organizations")["org_id"], np.unique(orgs[orgs >= 0]))),
        pools={pool: tier.get(pool) for pool in pools if pool is not None},
    )


def point_of(program: Program, choices: Choices) -> Floats | None:
    """The point that accepted offers stand for, to start a search from; agreements, pools and tiers follow from them.

    None if an accepted offer is not an admissible option.
    """
    case, candidates, columns = program.case, program.options.candidates, program.columns
    services = ids_at(case.county.frame("services")["service_id"], candidates.service)
    offers = ids_at(case.county.frame("offers")["offer_id"], candidates.offer)
    pairs = zip(services, offers, strict=True)
    x = np.zeros(len(columns))
    x[: columns.options] = [choices.offers.get(service, "") == offer for service, offer in pairs]
    if x[: columns.options].sum() != len(case.county.services):
        return None
    chosen = np.flatnonzero(x[: columns.options])
    orgs, pools = candidates.org[chosen], candidates.pool[chosen]
    x[columns.agreement_of_org[orgs[orgs >= 0]]] = 1.0
    x[columns.pool_column[pools[pools >= 0]]] = 1.0
    _run_tiers(columns, pools[pools >= 0], program.options.volume[chosen][pools >= 0], x)
    if columns.moved_cost >= 0:
        x[columns.moved_cost] = candidates.terms.gross[chosen[candidates.moved[chosen]]].sum()
    return x


def _run_tiers(columns: Columns, pool: Codes, volume: Floats, x: Floats) -> None:
    """Set each pool's tier and volume columns in `x` to the first tier that holds its members' volume."""
    tiers = columns.tiers
    total = np.bincount(pool, volume, len(columns.pool_column))[tiers["pool"].to_numpy(dtype=np.int64)]
    fits = tiers.assign(total=total)[
        tiers["pool"].isin(pool) & (tiers["from_volume"] <= total) & (total <= tiers["to_volume"])
    ].drop_duplicates("pool")
    x[fits["column"].to_numpy(dtype=np.int64)] = 1.0
    x[fits["volume_column"].to_numpy(dtype=np.int64)] = fits["total"]
