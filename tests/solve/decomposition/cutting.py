"""Single rows, their plans and exact cuts."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from optimizer.solve.decomposition.knapsack_cuts import exact_cuts
from optimizer.solve.decomposition.sack_points import SackPoints
from optimizer.solve.decomposition.sacks import Cut, Knapsack


def exact_cut(sack: Knapsack, x: np.ndarray) -> Cut | None:
    """The cut of this row that the point violates, None where there is none."""
    found = exact_cuts(list(SackPoints([sack]).at(x, np.ones(1, dtype=bool))), x)
    return found[0] if found else None


@st.composite
def sacks(draw: st.DrawFn) -> tuple[Knapsack, np.ndarray]:
    """A row over up to 7 columns, some in parties, with or without a switch, and a point of its relaxation."""
    size = draw(st.integers(2, 7))
    weight = np.array(draw(st.lists(st.integers(1, 12), min_size=size, max_size=size)), dtype=float)
    if draw(st.booleans()):
        weight *= 0.1  # sums that floating point gets wrong
    party = np.array(draw(st.lists(st.integers(0, size), min_size=size, max_size=size)))
    room = float(draw(st.floats(0.2, 0.95)) * weight.sum())
    switches = np.array([size] if draw(st.booleans()) else [], dtype=np.int64)
    share = np.array(draw(st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.75, 1.0]), min_size=size, max_size=size)))
    opened = draw(st.sampled_from([0.5, 1.0])) if len(switches) else 1.0
    for number in np.unique(party):
        share[party == number] /= max(1.0, share[party == number].sum())
    share *= min(1.0, room / max(1e-9, float(weight @ share)))
    return Knapsack(np.arange(size), weight, party, room, switches, 0), np.append(share * opened, opened)


def plans_of(sack: Knapsack) -> list[np.ndarray]:
    """Every point of 0 and 1 that keeps the row, the switch last."""
    size = len(sack.columns)
    plans = []
    for taken in product((0.0, 1.0), repeat=size):
        x = np.array(taken)
        alone = all(x[sack.party == number].sum() <= 1.0 for number in np.unique(sack.party))
        for opened in (0.0, 1.0) if len(sack.switches) else (1.0,):
            if alone and float(sack.weight @ x) <= sack.room * opened + 1e-12:
                plans.append(np.append(x, opened))
    return plans
