"""Single-source capacitated facility location: open sites, and let each customer be served by one of them.

Sites and customers are uniform in the unit square. Demand is uniform in [5, 35]; capacities are uniform in [10, 160]
and then scaled so that they sum to `capacity_ratio` times the demand; a site costs U[0, 90] + U[100, 110]
sqrt(capacity); serving a customer costs 10 x demand x distance. Source: G. Cornuejols, R. Sridharan and J. M. Thizy, A
comparison of heuristics and relaxations for the capacitated plant location problem, European Journal of Operational
Research 50 (1991) 280-297, which the larger published sets follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.instances.assignment import Assignment
from benchmarks.instances.dense import dense_assignment


@dataclass(frozen=True)
class FacilityParameters:
    """What a facility location instance is drawn from."""

    sites: int
    customers: int
    capacity_ratio: float = 5.0
    """Capacity of all sites over demand of all customers: 1.1 is hard to serve at all, 10 leaves it to the costs."""

    def draw(self, seed: int) -> Assignment:
        """The instance of this seed; whole demands and capacities, costs to the cent."""
        rng = np.random.default_rng(seed)
        site, customer = rng.random((self.sites, 1, 2)), rng.random((1, self.customers, 2))
        demand = rng.integers(5, 35, self.customers, endpoint=True).astype(np.float64)
        capacity = rng.uniform(10.0, 160.0, self.sites)
        capacity = np.rint(capacity * self.capacity_ratio * demand.sum() / capacity.sum())
        fixed = rng.uniform(0.0, 90.0, self.sites) + rng.uniform(100.0, 110.0, self.sites) * np.sqrt(capacity)
        cost = 10.0 * demand * np.linalg.norm(site - customer, axis=2)
        return dense_assignment(np.round(cost, 2), demand, capacity, np.round(fixed, 2))
