"""The core of the relaxation: the groups still undecided and the rows entered so far, as a program in HiGHS."""

from __future__ import annotations

import time

import highspy
import numpy as np

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.bound import group_minima, reduced_costs
from optimizer.solve.decomposition.core_lp import Live, part_of
from optimizer.solve.decomposition.cuts import cuts
from optimizer.solve.decomposition.model import Flags, Model
from optimizer.solve.decomposition.sacks import Knapsack
from optimizer.solve.highs import wait

FEASIBILITY = 1e-7
"""Link rows violated by more than this enter."""
QUICK_COLUMNS = 20_000
"""Up to this many columns a round is over too soon to need a way out."""
OPTIMALITY_SHARE = 1e-9
"""A decided group joins where another option is cheaper by more than this share of the largest cost."""
CORE_GROUPS = 6_000
"""Up to this many groups all of them are in the core from the start."""


class Core:
    """The linear program over undecided groups and the link rows entered so far."""

    def __init__(self, model: Model, guess: Floats | None, links: Codes | None) -> None:
        self.model = model
        self.open: Flags = np.diff(model.group_starts) > 1
        """Groups with a choice."""
        self.in_core = self.open.copy()
        self.decided = np.full(model.groups, -1)
        """Column taken of each group that is not in the core."""
        self.decided[~self.open] = model.grouped[model.group_starts[:-1][~self.open]]
        if guess is not None and int(self.open.sum()) > CORE_GROUPS:
            self.decided, self.in_core = _undecided(model, guess)
            self.in_core &= self.open
        self.row_in: Flags = ~model.is_link
        if links is not None:
            self.row_in[links] = True
        self.x, self.prices = np.zeros(model.size), np.zeros(model.rows.shape[0])
        self.iterations, self.slack_used, self.feasible = 0, 0.0, True
        self.live: Live | None = None
        self.first_cut = len(model.is_link) if model.links_end is None else model.links_end

    @property
    def whole(self) -> bool:
        return bool(self.in_core[self.open].all())

    @property
    def link_rows(self) -> Codes:
        return np.flatnonzero(self.row_in & self.model.is_link)

    def solve(self, deadline: float) -> bool:
        """Solve what is there, from the last basis if there is one; False: no point, or out of time."""
        left_s = deadline - time.monotonic()
        if left_s <= 0.0:
            return False
        live = self.live if self.live is not None and self.live.follow(self.model, self.in_core, self.row_in) else None
        if live is None:
            part = part_of(self.model, self.in_core, self.decided, self.row_in, elastic=not self.whole)
            live = self.live = Live(part, None if self.live is None else self.live.basis(self.model, self.decided))
        highs = live.highs
        highs.setOptionValue("time_limit", highs.getRunTime() + left_s)
        if len(live.part.columns) > QUICK_COLUMNS:
            wait(highs)
        else:
            highs.run()
        self.iterations += max(0, highs.getInfo().simplex_iteration_count)
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInterrupt:
            raise KeyboardInterrupt
        self.feasible = status != highspy.HighsModelStatus.kInfeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return False
        solution = highs.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        columns, rows = live.part.columns, live.rows
        self.x = np.zeros(self.model.size)
        self.x[self.decided[~self.in_core]] = 1.0
        self.x[columns] = values[: len(columns)]
        self.slack_used = float(values[len(columns) :].max(initial=0.0))
        self.prices = np.zeros(len(self.prices))
        self.prices[rows[rows >= 0]] = duals[rows >= 0]
        return True

    def cut(self, sacks: list[Knapsack]) -> bool:
        """Take in cuts that the last point violates, and the decided groups that are in them; False: there are none."""
        rows, upper = cuts(sacks, self.x)
        if not len(upper):
            return False
        self.model = self.model.with_rows(rows, upper)
        self.row_in = np.append(self.row_in, np.ones(len(upper), dtype=bool))
        self.prices = np.append(self.prices, np.zeros(len(upper)))
        taken = rows.indices[self.x[rows.indices] > 0.0]
        groups = self.model.group[taken]
        self.in_core[groups[groups >= 0]] = True
        self.in_core &= self.open
        return True

    def drop_idle_cuts(self) -> None:
        """Leave out the cuts that the last point keeps with room to spare."""
        if self.live is None:
            return
        idle = self.live.basic_rows()
        kept = np.setdiff1d(np.arange(len(self.row_in)), idle[idle >= self.first_cut])
        self.model, self.row_in, self.prices = self.model.with_rows_only(kept), self.row_in[kept], self.prices[kept]

    def grow(self) -> bool:
        """Let in what the last point and prices ask for; False: nothing does."""
        model = self.model
        violated = (model.violation(self.x) > FEASIBILITY) & ~self.row_in
        joins = np.zeros(model.groups, dtype=bool)
        if not self.whole:
            reduced = reduced_costs(model, self.prices)
            ahead = reduced[self.decided] - group_minima(model, reduced)
            joins = ~self.in_core & (ahead > OPTIMALITY_SHARE * np.abs(model.cost).max(initial=1.0))
            # a decided group would force open what its link rows tie it to
            tied = model.group[model.rows[np.flatnonzero(violated)].indices]
            joins[tied[tied >= 0]] = True
            joins &= self.open & ~self.in_core
            if not joins.any() and self.slack_used > FEASIBILITY:
                joins = (
                    self.open & ~self.in_core
                )  # slacks are for groups that are not here; with all of them none is left
        self.row_in |= violated
        self.in_core |= joins
        return bool(violated.any() or joins.any())


def _undecided(model: Model, guess: Floats) -> tuple[Codes, Flags]:
    """Cheapest column of every group at these prices, and the groups whose second is not far behind."""
    reduced = reduced_costs(model, guess)
    lengths = np.diff(model.group_starts)
    over = reduced[model.grouped] - np.repeat(group_minima(model, reduced), lengths)
    at_least = np.flatnonzero(over == 0.0)
    first = at_least[np.unique(model.group[model.grouped[at_least]], return_index=True)[1]]
    over[first] = np.inf
    lead = np.minimum.reduceat(over, model.group_starts[:-1])
    largest = np.maximum.reduceat(np.abs(model.cost[model.grouped]), model.group_starts[:-1])
    share = lead / np.where(largest > 0.0, largest, 1.0)
    kept = max(CORE_GROUPS, model.groups * 3 // 10)
    return model.grouped[first], share <= np.partition(share, kept - 1)[kept - 1]
