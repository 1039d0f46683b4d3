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
HIDING_SHARE = 0.7
"""Of the asked gap, what one split opening costs so: plans near the relaxation are hardly within the gap then."""


def tied(model: Model) -> Codes:
    """Openings and tiers of pools: rows tie them to each other."""
    return _binary(model, Companions(model).tied)


def openings(model: Model) -> Codes:
    """All columns that are taken or not and are in no group."""
    return _binary(model, model.alone[model.integer[model.alone]])


def dear_openings(model: Model, x: Floats) -> Codes:
    """All of them, where what the point [columns] splits of them is dear; else none."""
    found = openings(model)
    return found if _split_costs(model, found, x).sum() > DEAR_SHARE * abs(model.value(x)) else found[:0]


def hiding_openings(model: Model, x: Floats, asked: float) -> Codes:
    """Those that hide a good part of the `asked` gap from the relaxation, which has the point x [columns]."""
    found = openings(model)
    return found[_split_costs(model, found, x) > HIDING_SHARE * asked]


def _split_costs(model: Model, columns: Codes, x: Floats) -> Floats:
    """What it costs to take each of these by the nearer whole number instead [columns given]."""
    costs: Floats = np.abs(model.cost[columns]) * np.minimum(x[columns], 1.0 - x[columns])
    return costs


def _binary(model: Model, columns: Codes) -> Codes:
    binary: Codes = columns[model.most[columns] == 1.0]
    return binary
