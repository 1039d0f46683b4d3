"""Branches of a model by themselves, without the search around them."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.program.rows import Codes
from optimizer.solve.decomposition.branching import Branches
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.relaxation import Relaxation, solve_relaxation
from optimizer.solve.decomposition.sacks import Knapsack
from optimizer.solve.decomposition.standing import Standing
from tests.solve.decomposition.optima import EXACT


def branches_of(
    model: Model,
    columns: Codes,
    sacks: list[Knapsack],
    *,
    dear: bool,
    rounds: int = 0,
    totals: Sequence[Knapsack] = (),
) -> Branches:
    """The branches over these columns, with so many rounds of cuts where all is whole, and those of totals anywhere."""
    now = Standing(model, EXACT, None)

    def cut(core: Core) -> Relaxation:
        return solve_relaxation(core, sacks, rounds, now.asked, now.deadline)

    return Branches(Core(model), columns, cut, list(totals), now, dear)
