"""What keeping every service costs: the inventory's own figure, year by year and as a yearly equivalent."""

from __future__ import annotations

import numpy as np

from optimizer.county.once import once
from optimizer.options.money import Cents, annuity, cents, discounts, growth_factors
from optimizer.plan.chosen import Chosen
from optimizer.program.rows import Floats


@once
def today_by_service(chosen: Chosen) -> Floats:
    """What keeping every service costs in every year, net of revenue [services x years, USD]."""
    growth, terms = chosen.case.settings.economics.growth_share, chosen.candidates.terms
    shares = np.array([growth.personnel, growth.nonpersonnel, growth.overhead])
    cost: Floats = terms.cost @ growth_factors(chosen.years, shares)
    cost -= terms.revenue[:, None] * growth_factors(chosen.years, growth.revenue)[None, :]
    return cost


def today_cents_per_year(chosen: Chosen) -> Cents:
    """The same as a yearly equivalent, in whole cents [services]: the inventory's figure where nothing grows.

    Not by way of the present cost, whose rounding would put a cent between the two.
    """
    settings = chosen.case.settings
    return cents(today_by_service(chosen) @ discounts(settings) / annuity(settings))
