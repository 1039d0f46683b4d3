"""The columns of the program: options, agreements, open pools, pool tiers, pool volumes, all moved cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.options.candidates import codes_of, ids_at
from optimizer.options.money import annuity, cents
from optimizer.options.options import Options
from optimizer.program.rows import Codes, Floats
from optimizer.scenario.scenario import Case


@dataclass(frozen=True)
class Columns:
    """Where each kind of column stands, and what its entries are.

    `agreement_of_org` and `pool_column` map a row of the organizations or pools table to its column, -1 if it has none.
    """

    options: int
    """Options are columns 0 .. options - 1, in the order of `Options`."""
    agreement_orgs: Codes
    """Rows of the organizations that some option would need an agreement with."""
    agreement_of_org: Codes
    pools: Codes
    """Rows of the pools that some option would join."""
    pool_column: Codes
    tiers: pd.DataFrame
    """Tiers of those pools as in pool_tiers, with pool (row), column and volume_column."""
    moved_cost: int
    """Column of the gross cost of all moved services, -1 if no limit asks for it."""
    names: npt.NDArray[np.object_]
    cost_usd: Floats
    """Present cost per unit of the column; an option's is against keeping its service [USD]."""
    upper: Floats
    integer: npt.NDArray[np.bool_]
    offset_usd: float
    """Present cost of keeping everything [USD]."""

    def __len__(self) -> int:
        return len(self.cost_usd)


def build_columns(case: Case, options: Options) -> Columns:
    """Lay out the columns and their costs."""
    candidates = options.candidates
    organizations, pools = case.county.frame("organizations"), case.county.frame("pools")
    used_orgs = np.unique(candidates.org[candidates.org >= 0])
    used_pools = np.unique(candidates.pool[candidates.pool >= 0])
    n_options = len(options)
    agreement_of_org = np.full(len(organizations) + 1, -1)
    agreement_of_org[used_orgs] = n_options + np.arange(len(used_orgs))
    first_pool = n_options + len(used_orgs)
    pool_column = np.full(len(pools) + 1, -1)
    pool_column[used_pools] = first_pool + np.arange(len(used_pools))
    tiers = _tiers(case, used_pools, first_pool + len(used_pools))

    years = annuity(case.settings)
    agreement_usd = years * organizations["agreement_usd_per_year"].to_numpy()[used_orgs]
    pool_usd = (pools["setup_usd"] + years * pools["fixed_usd_per_year"]).to_numpy()[used_pools]
    keep_cents = options.keep_cents[candidates.service]
    binaries = first_pool + len(used_pools) + len(tiers)
    asked = int(case.settings.limits.organization_share_of_moved_cost is not None)
    moved_usd = float(candidates.terms.gross.sum())
    return Columns(
        options=n_options,
        agreement_orgs=used_orgs,
        agreement_of_org=agreement_of_org,
        pools=used_pools,
        pool_column=pool_column,
        tiers=tiers,
        moved_cost=binaries + len(tiers) if asked else -1,
        names=np.append(_names(case, options, used_orgs, used_pools, tiers), ["moved_cost"] * asked),
        cost_usd=np.concatenate(
            [
                (options.cost_cents - keep_cents) / 100.0,
                cents(agreement_usd) / 100.0,
                cents(pool_usd) / 100.0,
                cents(years * tiers["fixed_usd_per_year"].to_numpy()) / 100.0,
                years * tiers["usd_per_unit"].to_numpy(),
                np.zeros(asked),
            ]
        ),
        upper=np.concatenate([np.ones(binaries), tiers["to_volume"].to_numpy(), np.full(asked, moved_usd)]),
        integer=np.arange(binaries + len(tiers) + asked) < binaries,
        offset_usd=float(options.keep_cents.sum()) / 100.0,
    )


def _tiers(case: Case, used_pools: Codes, first: int) -> pd.DataFrame:
    tiers = case.county.frame("pool_tiers")
    pool = codes_of(tiers["pool_id"], case.county.frame("pools")["pool_id"])
    tiers = tiers.assign(pool=pool)[np.isin(pool, used_pools)].reset_index(drop=True)
    place = np.arange(len(tiers))
    return tiers.assign(column=first + place, volume_column=first + len(tiers) + place)


def _names(
    case: Case, options: Options, used_orgs: Codes, used_pools: Codes, tiers: pd.DataFrame
) -> npt.NDArray[np.object_]:
    service = ids_at(case.county.frame("services")["service_id"], options.candidates.service)
    offer = ids_at(case.county.frame("offers")["offer_id"], options.candidates.offer, "keep")
    org = ids_at(case.county.frame("organizations")["org_id"], used_orgs)
    pool = ids_at(case.county.frame("pools")["pool_id"], used_pools)
    tier = tiers["pool_id"] + "," + tiers["tier"].astype(str)
    return np.concatenate(
        [
            "choose(" + service + "," + offer + ")",
            "agree(" + org + ")",
            "open(" + pool + ")",
            ("tier(" + tier + ")").to_numpy(dtype=object),
            ("volume(" + tier + ")").to_numpy(dtype=object),
        ]
    )
