"""What the choices of a plan mean: the chosen candidate of every service, the sales that are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.county.once import once
from optimizer.options.candidates import Candidates, Codes, Floats, all_candidates, codes_of, pool_volume
from optimizer.options.money import Cents, present_parts
from optimizer.options.options import take
from optimizer.options.sales import Sales, sales_at
from optimizer.plan.choices import Choices
from optimizer.scenario.scenario import Case


@dataclass(frozen=True)
class Chosen:
    """The chosen candidate of every service, in the order of the services table, and the sales made."""

    case: Case
    choices: Choices
    candidates: Candidates
    volume: Floats
    """What each brings to its pool, in the pool's resource."""
    sales: Sales
    orgs: Codes
    """Rows of the organizations with an agreement, in the order of `choices.agreements`."""
    signed: Codes
    """Year in which each agreement is signed, from 0."""

    @property
    def years(self) -> int:
        return self.case.settings.horizon.years


def chosen_of(case: Case, choices: Choices) -> Chosen:
    """Look up what the choices mean; they need not be admissible."""
    everything, county = all_candidates(case), case.county
    services, offers = county.frame("services")["service_id"], county.frame("offers")["offer_id"]
    offer = codes_of((choices.offers[service] for service in services), offers)
    start = np.array([choices.starts.get(service, 1) - 1 for service in services], dtype=np.int64)
    n_keep = len(services)
    place = np.where(offer >= 0, n_keep + start * len(offers) + offer, np.arange(n_keep))
    sold = codes_of(choices.sales, county.frame("sales")["sale_id"])
    return Chosen(
        case=case,
        choices=choices,
        candidates=take(everything, place),
        volume=np.append(pool_volume(case.county), 0.0)[offer],
        sales=sales_at(case, sold, np.array(list(choices.sales.values()), dtype=np.int64) - 1),
        orgs=codes_of(choices.agreements, county.frame("organizations")["org_id"]),
        signed=np.array(list(choices.agreements.values()), dtype=np.int64) - 1,
    )


@once
def own_present_cents(chosen: Chosen) -> Cents:
    """Present cost of what is chosen for every service, without pools and sales, by part [services x money.PARTS]."""
    return present_parts(chosen.candidates.terms, chosen.case.settings)
