"""Making a plan cheaper: by ejection chains and by neighbourhoods, whichever gains more for its effort of late."""

from __future__ import annotations

from optimizer.solve.decomposition.chain_search import ChainSearch
from optimizer.solve.decomposition.chains import Work
from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.decomposition.turns import Turns

GAP_SHARE = 1e-3
"""A neighbourhood solved to within this share of the gap is solved well enough."""
CHAIN_ENTRIES = 100_000_000
"""Entries of rows that are looked at for chains before neighbourhoods are tried again; some 1e7 a second."""
NEIGHBOURHOOD_ENTRIES = 2_000_000
"""A neighbourhood is as much work as this many."""
LEAST_TURN = 0.05
"""Of a neighbourhood's work, what a turn of chains takes at least."""


class Improving:
    """Turns of searching around the point of some neighbourhoods."""

    def __init__(self, neighbourhoods: Neighbourhoods, now: Standing) -> None:
        self.hood, self.now = neighbourhoods, now
        self.chains = ChainSearch(
            neighbourhoods.point, neighbourhoods.over, neighbourhoods.prices, neighbourhoods.random
        )
        self._turns = Turns(2)

    def begin(self, gap: float) -> bool:
        """Chains until none pays; whether the point, `gap` from the bound, is cheaper."""
        return self.chains.improve(gap, Work(CHAIN_ENTRIES, self.now.deadline))

    def turn(self, gap: float) -> tuple[bool, float]:
        """A neighbourhood and the chains that it opens, or chains from somewhere near.

        Whether the point, `gap` from the bound, is cheaper, and the work in neighbourhoods.
        """
        way, cost = self._turns.next(), self.hood.point.cost
        work = Work(CHAIN_ENTRIES, self.now.deadline)
        self.hood.narrow(gap)
        if way:
            self.chains.shake(gap, gap, work)
        elif self.hood.improve_once(GAP_SHARE * gap, self.now.left_s):
            self.chains.improve(gap, work)
        gain, entries = cost - self.hood.point.cost, CHAIN_ENTRIES - work.entries
        effort = max(LEAST_TURN, entries / NEIGHBOURHOOD_ENTRIES) if way else 1.0 + entries / NEIGHBOURHOOD_ENTRIES
        self._turns.note(way, gain, effort)
        return gain > 0.0, effort
