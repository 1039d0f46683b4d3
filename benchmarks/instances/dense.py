"""Assignment problems whose every job could go to every agent, as published matrices state them."""

from __future__ import annotations

import numpy as np

from benchmarks.instances.assignment import Assignment
from optimizer.program.rows import Floats


def dense_assignment(cost: Floats, use: Floats, capacity: Floats, fixed: Floats | None = None) -> Assignment:
    """Job j at agent i costs cost[i, j] and takes use[i, j] of capacity[i]; `fixed` is what opening i costs.

    `cost` and `use` are [agents x jobs], `capacity` and `fixed` [agents].
    """
    agents, jobs = cost.shape
    return Assignment(
        services=jobs,
        service=np.repeat(np.arange(jobs), agents),
        provider=np.tile(np.arange(agents), jobs),
        cost_usd=cost.T.ravel(),
        use=np.broadcast_to(use, cost.shape).T.ravel(),
        capacity=capacity,
        agreement_usd=fixed,
    )
