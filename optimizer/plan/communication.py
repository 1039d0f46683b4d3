"""What services that work together pay for being apart, under a plan and today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.county.once import once
from optimizer.options.money import annuity, cents
from optimizer.plan.chosen import Chosen
from optimizer.program.communication import COUNTY, NOWHERE, links_that_communicate, today_usd, usd_per_unit
from optimizer.program.rows import Floats, Labels
from optimizer.scenario.scenario import Case


@dataclass(frozen=True)
class Exchanged:
    """Links that communicate, and what each costs in every year."""

    link_id: Labels
    usd: Floats
    """[links x years]"""


@once
def exchanged(chosen: Chosen) -> Exchanged:
    """What every link costs in every year of the horizon."""
    links, candidates = links_that_communicate(chosen.case.county), chosen.candidates
    usd = np.zeros((len(links), chosen.years))
    at = np.where(candidates.ended, NOWHERE, candidates.org)
    for year in range(chosen.years):
        place = np.where(candidates.moved & (candidates.start <= year), at, COUNTY)
        ends = (place[links[end].to_numpy(dtype=np.int64)] for end in ("service", "other"))
        usd[:, year] = links["volume_per_year"].to_numpy(dtype=np.float64) * usd_per_unit(chosen.case, *ends)
    return Exchanged(links["link_id"].to_numpy(dtype=object), usd)


def exchange_cents_per_year(case: Case) -> int:
    """What all links cost in a year while the county keeps everything, each in whole cents."""
    return int(cents(today_usd(case) / annuity(case.settings)).sum())


def exchange_today_cents(case: Case) -> int:
    """Present cost of the same, each link's in whole cents as under a plan."""
    return int(cents(today_usd(case)).sum())
