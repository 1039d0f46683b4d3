"""Which columns make branches: openings and tiers of pools, and agreements where a plan's cost is a matter of them.

Where agreements cost little beside what they are for, plans near the relaxation take the few that it splits whole, and
branches over them are wasted. Where they are a large part of the cost, as in facility location, each that is split
leaves the relaxation far below all plans near it.
"""

from __future__ import annotations

import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.companions import Companions
from optimizer.solve.decomposition.model import Model

DEAR_SHARE = 0.01
"""Of the cost of a point, what its split openings cost by the nearer whole number."""


def tied(model: Model) -> Codes:
    """Openings and tiers of pools: rows tie them to each other."""
    return _binary(model, Companions(model).tied)


def openings(model: Model) -> Codes:
    """All columns that are taken or not and are in no group."""
    return _binary(model, model.alone[model.integer[model.alone]])


def dear_openings(model: Model, x: Floats) -> Codes:
    """All of them, where what the point [columns] splits of them is dear; else none."""
    found = openings(model)
    split = float(np.abs(model.cost[found]) @ np.minimum(x[found], 1.0 - x[found]))
    return found if split > DEAR_SHARE * abs(model.value(x)) else found[:0]


def _binary(model: Model, columns: Codes) -> Codes:
    binary: Codes = columns[model.most[columns] == 1.0]
    return binary
