"""The linear relaxation, solved over a core: link rows enter when they are violated, columns when they are undecided.

At given prices most groups have one column that is cheapest by far; these are taken as decided and only their use of
the coupling rows is kept. The rest is a linear program with slacks that cost more than anything. Its prices are tried
on all columns: those that would now be cheaper than what their group has in the core enter, and the program is solved
again from the basis where it stood. When none enters and no link row is violated, the relaxation is solved exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.bound import hopeless, reduced_costs, safe_bound, safe_reduced_costs, usable
from optimizer.solve.decomposition.core import FEASIBILITY, Core
from optimizer.solve.decomposition.core_lp import Basis
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.sacks import Knapsack

LEAST_GAIN, PATIENCE = 0.02, 2
"""Cuts are looked for as long as a round raises the bound by this part of the asked gap, over so many rounds."""
ENOUGH = 0.95
"""Part of the asked gap to the best plan at which the bound is high enough."""
LEAST_GAIN_SHARE = 1e-6
"""The same as a share of cost, where next to no gap is asked for."""


@dataclass(frozen=True)
class Relaxation:
    """Where the relaxation ended."""

    model: Model
    """The model with the cuts that were found."""
    x: Floats
    """A point [columns]; if `exact`, one of least cost."""
    prices: Floats
    """Price of every coupling row [rows]."""
    bound: float
    """Safe bound at these prices."""
    exact: bool
    """Whether it was solved to its end."""
    feasible: bool
    """False: even the relaxation has no point, as far as floating point can tell."""
    cuttable: bool
    """Whether further cuts may raise the bound."""
    links: Codes
    """Link rows that were needed."""
    basis: Basis | None
    """Of the linear program, where there was one."""

    @cached_property
    def reduced(self) -> Floats:
        """Reduced cost of every column at the prices of all rows, cuts included [columns]."""
        return reduced_costs(self.model, self.prices)

    def hopeless(self, cost: float) -> Flags:
        """Columns that are 0 in every plan cheaper than `cost` [columns]."""
        return hopeless(self.model, safe_reduced_costs(self.model, self.prices), self.bound, cost)

    def without(self, columns: Codes) -> Relaxation:
        """The same with fewer columns, none of which the point has."""
        model, left = self.model.without(columns)
        basis = None if self.basis is None else self.basis.among(left)
        return replace(self, model=model, x=self.x[left], basis=basis)


def relaxation_at(model: Model, prices: Floats, links: Codes, x: Floats, basis: Basis | None) -> Relaxation:
    """The bound at given prices [rows], and a point [columns] and basis that go with them."""
    prices = usable(model, prices)
    bound = safe_bound(model, prices)
    return Relaxation(model, x, prices, bound, False, True, True, links, basis)


def solve_relaxation(
    core: Core,
    sacks: list[Knapsack],
    most_cut_rounds: int,
    asked: Callable[[float], float],
    deadline: float,
    cost: float | None = None,
) -> Relaxation:
    """The relaxation from where its core stands, until `deadline` on the monotonic clock.

    Cuts are looked for in `sacks`, in at most so many rounds; `asked` is the gap that will do at a cost,
    and `cost` that of the best plan, beyond whose gap no cut is needed.

    Raises `SolverFailed` if HiGHS refuses the program, `KeyboardInterrupt` if it was stopped so.
    """
    exact, cuttable, ended = False, False, False
    values: list[float] = []
    while core.solve(deadline):
        grown, soft = core.grow(), core.slack_used > FEASIBILITY
        if grown and (soft or ended or not values):
            continue  # while there are cuts to look for, what enters is not waited for: any prices make a bound
        exact = not grown and not soft
        core.feasible = not soft or core.whole
        if ended:
            break
        value = core.model.value(core.x)
        values.append(value)
        least_gain = max(LEAST_GAIN * asked(value), LEAST_GAIN_SHARE * abs(value))
        cuttable = not soft and (len(values) <= PATIENCE or value - values[-1 - PATIENCE] >= PATIENCE * least_gain)
        reached = cost is not None and cost - value <= ENOUGH * asked(cost)
        ended = reached or not cuttable or len(values) > most_cut_rounds
        if not ended:
            cuttable = core.cut(sacks)
            ended = not cuttable
        if ended and not grown:
            break
    core.drop_idle_cuts()
    model = core.model
    prices = usable(model, core.prices)
    bound = safe_bound(model, prices)
    return Relaxation(model, core.x, prices, bound, exact, core.feasible, cuttable, core.link_rows, core.basis)
