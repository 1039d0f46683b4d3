"""Money that no single option bears: agreements, pools and links, year by year: docs/model.md, section 3."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.options.money import Floats, from_start, growth_factors, in_start
from optimizer.scenario.scenario import Case

Codes = npt.NDArray[np.int64]


def escalation_of_orgs(case: Case) -> Floats:
    """Yearly growth of what each organization charges [organizations + 1]; the county's own at -1."""
    charged = case.county.frame("organizations")["price_escalation_share"].to_numpy(dtype=np.float64)
    return np.append(charged, case.settings.economics.growth_share.personnel)


def yearly_agreements(case: Case, org: Codes, start: Codes) -> Floats:
    """Yearly cost of agreements that start in the years given, from 0 [agreements x years, USD]."""
    orgs, years = case.county.frame("organizations").iloc[org], case.settings.horizon.years
    fixed = orgs["agreement_usd_per_year"].to_numpy(dtype=np.float64)
    return from_start(fixed[:, None] * growth_factors(years, escalation_of_orgs(case)[org]), start)


def yearly_renewals(case: Case, org: Codes, start: Codes) -> Floats:
    """Cost of renewing those agreements at the end of each of their terms [agreements x years, USD]."""
    orgs, year = case.county.frame("organizations").iloc[org], np.arange(case.settings.horizon.years)
    since = year[None, :] - start[:, None]
    term = orgs["max_term_years"].to_numpy(dtype=np.int64)[:, None]
    renewed = (since > 0) & (since % term == 0)
    return np.where(renewed, orgs["renewal_usd"].to_numpy(dtype=np.float64)[:, None], 0.0)


def pool_growth(case: Case) -> Floats:
    """Growth of what each pool costs, by its host [pools x years]."""
    known = pd.Index(case.county.frame("organizations")["org_id"])
    host = known.get_indexer(pd.Index(case.county.frame("pools")["host_org_id"]))
    return growth_factors(case.settings.horizon.years, escalation_of_orgs(case)[host])


def yearly_pools(case: Case, pool: Codes, start: Codes) -> tuple[Floats, Floats]:
    """Set-up, and fixed cost without that of tiers, of pools that open in the years given [pools x years, USD]."""
    pools = case.county.frame("pools").iloc[pool]
    setup = in_start(pools["setup_usd"].to_numpy(dtype=np.float64), start, case.settings.horizon.years)
    fixed = pools["fixed_usd_per_year"].to_numpy(dtype=np.float64)[:, None] * pool_growth(case)[pool]
    return setup, from_start(fixed, start)


def stage_of_year(case: Case) -> Codes:
    """Stage of each year of the horizon [years]: the last start year stands for all later ones."""
    return np.minimum(np.arange(case.settings.horizon.years), case.settings.horizon.start_years - 1)


def per_stage(case: Case, yearly: Floats) -> Floats:
    """Discounted yearly amounts summed by stage [entries x start years]."""
    horizon = case.settings.horizon
    worth = (1.0 + horizon.discount_rate) ** -np.arange(horizon.years, dtype=np.float64)
    stages = np.zeros((yearly.shape[1], horizon.start_years))
    stages[np.arange(horizon.years), stage_of_year(case)] = worth
    summed: Floats = yearly @ stages
    return summed
