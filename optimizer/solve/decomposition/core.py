"""The core of the relaxation: the columns still undecided and the rows entered so far, as a program in HiGHS."""

from __future__ import annotations

import time

import highspy
import numpy as np

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.bound import group_minima, over_cheapest, reduced_costs
from optimizer.solve.decomposition.core_lp import Basis, CoreLp, Part
from optimizer.solve.decomposition.cuts import Cuts, LookUp, Resting, joined
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.sacks import Knapsack
from optimizer.solve.stoppable import run_stoppably

FEASIBILITY = 1e-7
"""Link rows violated by more than this enter."""
QUICK_COLUMNS = 20_000
"""Up to this many columns a round is over too soon to need a way out."""
OPTIMALITY_SHARE = 1e-9
"""A column joins where it is cheaper than its group's cheapest here by more than this share of the largest cost."""
DEEP_SHARE = 0.4
"""Of the last point; the rest of where cuts are looked for is from the points before."""
CORE_COLUMNS, CORE_SHARE = 12_000, 0.2
"""Up to this many columns, or this share of them, are in the core from the start."""


class Core:
    """The linear program over undecided columns and the rows entered so far."""

    def __init__(
        self,
        model: Model,
        guess: Floats | None = None,
        links: Codes | None = None,
        basis: Basis | None = None,
        pool: LookUp | None = None,
    ) -> None:
        """Begin from guessed prices [rows], the link rows they need, the basis that they come from, and known cuts."""
        self.model = model
        self._first_basis = basis
        self.column_in: Flags = np.ones(model.size, dtype=bool)
        if guess is not None and model.groups and model.size > CORE_COLUMNS:
            self.column_in = _undecided(model, guess)
        self.row_in: Flags = ~model.is_link
        if links is not None:
            self.row_in[links] = True
        self.x, self.prices = np.zeros(model.size), np.zeros(model.rows.shape[0])
        self.slack_used, self.feasible = 0.0, True
        self.lp: CoreLp | None = None
        self._deep: Floats | None = None
        self._resting, self._pool = Resting(), pool
        self.found: list[Cuts] = []
        """Cuts that were looked for and found, until they are taken over [cuts x columns of the model]."""

    @property
    def whole(self) -> bool:
        """Whether every column is here."""
        return bool(self.column_in.all())

    @property
    def basis(self) -> Basis | None:
        """Where the linear program stands, or is to begin; None: from nothing."""
        return self._first_basis if self.lp is None else self.lp.basis()

    @property
    def link_rows(self) -> Codes:
        """Link rows that are here."""
        return np.flatnonzero(self.row_in & self.model.is_link)

    def hold(self, columns: Codes, least: Floats, most: Floats) -> None:
        """Other bounds of columns that are in no group."""
        self.model = self.model.held(columns, least, most)
        if self.lp is not None:
            self.lp.hold(columns, least, most)

    def solve(self, deadline: float) -> bool:
        """Solve what is there, from the last basis if there is one; False: no point, or out of time."""
        left_s = deadline - time.monotonic()
        if left_s <= 0.0:
            return False
        part, elastic = self._part(), not self.whole
        if self.lp is None or self.lp.elastic != elastic or not self.lp.follow(part):
            self.lp = CoreLp(part, elastic, self.basis)
        highs = self.lp.highs
        highs.setOptionValue("time_limit", highs.getRunTime() + left_s)
        if len(self.lp.columns) > QUICK_COLUMNS:
            if run_stoppably(highs):
                raise KeyboardInterrupt
        else:
            highs.run()
        status = highs.getModelStatus()
        self.feasible = status != highspy.HighsModelStatus.kInfeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return False
        self.x, self.slack_used = self.lp.point()
        self.prices = self.lp.prices()
        return True

    def cut(self, sacks: list[Knapsack]) -> bool:
        """Take in cuts that the last point violates, and the decided groups that are in them; False: there are none."""
        self._deep = self.x if self._deep is None else DEEP_SHARE * self.x + (1.0 - DEEP_SHARE) * self._deep
        found = self._resting.cuts(sacks, self.x, self._deep)
        self.found.append(found)
        rows, upper, ends = found if self._pool is None else joined([self._pool.violated(self.x), found])
        if not len(upper):
            return False
        self.model = self.model.with_cuts(rows, upper, ends)
        self.row_in = np.append(self.row_in, np.ones(len(upper), dtype=bool))
        self.prices = np.append(self.prices, np.zeros(len(upper)))
        self._join_decided(rows.indices[self.x[rows.indices] > 0.0].astype(np.int64))
        return True

    def drop_idle_cuts(self) -> None:
        """Leave out the cuts that the last point keeps with room to spare."""
        loose = np.empty(0, dtype=np.int64) if self.lp is None else self.lp.loose_rows()
        idle = loose[loose >= self.model.first_cut]
        if self.lp is None or not len(idle):
            return
        kept = np.setdiff1d(np.arange(len(self.row_in)), idle)
        number = np.full(len(self.row_in), -1)
        number[kept] = np.arange(len(kept))
        self.model, self.row_in, self.prices = self.model.with_rows_only(kept), self.row_in[kept], self.prices[kept]
        self.lp.forget(kept, number, self.model)

    def grow(self) -> bool:
        """Let in what the last point and prices ask for; False: nothing does."""
        violated = (self.model.violation(self.x) > FEASIBILITY) & ~self.row_in
        before = int(self.column_in.sum())
        if not self.whole:
            self._join_cheaper()
            # a decided group would force open what its link rows tie it to
            self._join_decided(self.model.rows[np.flatnonzero(violated)].indices.astype(np.int64))
            if int(self.column_in.sum()) == before and self.slack_used > FEASIBILITY:
                # slacks are for columns that are not here; with all of them none is left
                self.column_in[:] = True
        self.row_in = self.row_in | violated
        return bool(violated.any()) or int(self.column_in.sum()) > before

    def _part(self) -> Part:
        """What is here, with groups of which one column is here as decided."""
        model = self.model
        here = model.grouped[self.column_in[model.grouped]]
        single = np.bincount(model.group[here], minlength=model.groups) == 1
        taken = here[single[model.group[here]]]
        decided = np.full(model.groups, -1)
        decided[model.group[taken]] = taken
        column_in = self.column_in.copy()
        column_in[taken] = False
        return Part(model, decided, column_in, self.row_in)

    def _join_cheaper(self) -> None:
        """Columns that the last prices make cheaper than what their group has here."""
        model, reduced = self.model, reduced_costs(self.model, self.prices)
        least = group_minima(model, np.where(self.column_in, reduced, np.inf))
        ahead = np.repeat(least, np.diff(model.group_starts)) - reduced[model.grouped]
        self.column_in[model.grouped] |= ahead > OPTIMALITY_SHARE * np.abs(model.cost).max(initial=1.0)

    def _join_decided(self, columns: Codes) -> None:
        """All columns of the groups of which these are the only ones here."""
        model = self.model
        groups = np.unique(model.group[columns])
        groups = groups[groups >= 0]
        count = np.add.reduceat(self.column_in[model.grouped].astype(int), model.group_starts[:-1])
        self.column_in[model.columns_of(groups[count[groups] == 1])] = True


def _undecided(model: Model, guess: Floats) -> Flags:
    """The cheapest column of every group at these prices, and those that are not far behind [columns]."""
    reduced = reduced_costs(model, guess)
    lengths = np.diff(model.group_starts)
    over = over_cheapest(model, reduced)
    largest = np.repeat(np.maximum.reduceat(np.abs(model.cost[model.grouped]), model.group_starts[:-1]), lengths)
    share = over / np.where(largest > 0.0, largest, 1.0)
    kept = min(len(share), max(CORE_COLUMNS, int(CORE_SHARE * model.size)))
    near: Flags = np.ones(model.size, dtype=bool)
    near[model.grouped] = (over == 0.0) | (share <= np.partition(share, kept - 1)[kept - 1])
    return near
