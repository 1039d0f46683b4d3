"""What all openings together need room for, though no row says so: sum room y >= demand.

Where every column of a group uses rows that have to be opened, the least of these uses has to find room in what is
opened. Added up over all groups that is a knapsack over what stays closed. A relaxation opens slivers that have just
room for the demand; covers of this knapsack cut it off (Cornuejols, Sridharan and Thizy 1991, "A comparison of
heuristics and relaxations for the capacitated plant location problem"; Aardal, Pochet and Wolsey 1995, "Capacitated
facility location: valid inequalities and facets").
"""

from __future__ import annotations

import math

import numpy as np

from optimizer.program.rows import Floats
from optimizer.solve.decomposition.bound import group_minima
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.sacks import MARGIN, TOTAL_END, Knapsack


def total_demand(model: Model, use: Floats, room: Floats) -> list[Knapsack]:
    """That knapsack, where every column takes so much of what is opened, and opens so much room [columns].

    None where all openings may stay closed.
    """
    openings = np.flatnonzero(room)
    if not len(openings):
        return []
    demand = math.fsum(group_minima(model, use).tolist()) * (1.0 - MARGIN)
    spare = math.fsum(room[openings].tolist()) - demand
    if demand <= 0.0 or spare < 0.0:
        return []
    nothing = np.empty(0, dtype=np.int64)
    return [Knapsack(openings, room[openings], -1 - np.arange(len(openings)), spare, nothing, TOTAL_END, closed=True)]
