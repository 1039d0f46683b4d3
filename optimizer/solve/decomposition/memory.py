"""What a search leaves for programs that differ a little from its own: prices, cuts and plans, found again by name.

Nothing is believed: a price makes a bound whatever it is (`bound.py`), a cut is lifted again unless its row holds no
more than it did, and a plan counts only if it keeps every row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack

from optimizer.program.program import Program
from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.core_lp import Basis
from optimizer.solve.decomposition.cut_pool import CutPool
from optimizer.solve.decomposition.cuts import stacked
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.recalled_cuts import recalled_cuts
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.renaming import moved, places, through
from optimizer.solve.decomposition.sacks import Knapsack

LEAST_KEPT = 0.5
"""Share of the groups that must still have what the plan took of them for a memory to be of use."""
MOST_PLANS = 30
"""That are remembered; a what-if may have its plan from any search before it."""


@dataclass(frozen=True)
class Memory:
    """Where a search ended."""

    program: Program
    relaxation: Relaxation
    left: Codes
    """Column of the program of every column of the relaxation's model."""
    sacks: list[Knapsack]
    """The rows of that model in which cuts were looked for."""
    plans: csr_array
    """The best plan, and those of the searches before, the latest first [plans x columns of the program]."""
    pool: CutPool
    """Cuts that the searches before have found."""


@dataclass(frozen=True)
class Recalled:
    """What a memory says about another program."""

    model: Model
    """With the cuts that are still some."""
    prices: Floats
    """Price of every coupling row, cuts included [rows]; all are higher where what costs anything is dearer."""
    links: Codes
    point: Floats
    """Of the relaxation, as far as its columns are still there [columns of the model]; it may break rows."""
    basis: Basis | None
    """Of the relaxation, likewise."""
    plans: csr_array
    """Likewise, the latest first [plans x columns of the program]."""
    program: Program
    """The other program."""
    pool: CutPool
    """Cuts of searches before, in terms of their own program."""

    def plan(self, place: int) -> Floats:
        """One of the plans [columns of the program]."""
        found: Floats = self.plans[[place]].toarray().ravel()
        return found


def recall(memory: Memory, program: Program, model: Model, left: Codes, sacks: list[Knapsack]) -> Recalled | None:
    """The memory in terms of `model`, of whose columns `left` are the program's.

    None where names do not tell, or little of the last plan is left.
    """
    names, old = moved(memory.program, program), memory.relaxation
    if names is None:
        return None
    column, row = names
    plans = _with_columns(memory.plans, column, len(program.columns))
    if plans[[0]][:, left[model.grouped]].sum() < LEAST_KEPT * model.groups:
        return None
    column_now = through(places(left, len(program.columns)), column[memory.left])
    row_now = through(places(model.of_program, program.row_count), row[old.model.of_program])
    cuts = recalled_cuts(old, memory.sacks, sacks, column_now, row_now)
    whole = model.with_cuts(*stacked(cuts.cuts, model.size))
    prices, point, links = np.zeros(whole.rows.shape[0]), np.zeros(model.size), row_now[old.links]
    row_now = np.append(row_now, np.where(cuts.number >= 0, len(model.of_program) + cuts.number, -1))
    prices[row_now[row_now >= 0]] = _level(old.model.cost, model.cost, column_now) * old.prices[row_now >= 0]
    point[column_now[column_now >= 0]] = old.x[column_now >= 0]
    basis = None if old.basis is None else _basis(old.basis, old.model, whole, column_now, row_now)
    return Recalled(whole, prices, links[links >= 0], point, basis, plans, program, memory.pool)


def _level(then: Floats, now: Floats, column_now: Codes) -> float:
    """How many times dearer columns are now, at the middle of those that cost anything [costs of columns]."""
    kept = np.flatnonzero((column_now >= 0) & (then != 0.0))
    level = float(np.median(now[column_now[kept]] / then[kept])) if len(kept) else 1.0
    return level if level > 0.0 else 1.0


def remembered(x: Floats, recalled: Recalled | None) -> csr_array:
    """The plan [columns], and those that were known before the search that found it, the latest first."""
    latest = csr_array(x[np.newaxis])
    if recalled is None:
        return latest
    plans: csr_array = vstack([latest, recalled.plans], format="csr")
    plans.sort_indices()
    spans = [slice(*plans.indptr[place : place + 2]) for place in range(plans.shape[0])]
    each = [(plans.indices[span].tobytes(), plans.data[span].tobytes()) for span in spans]
    different = [place for place, plan in enumerate(each) if each.index(plan) == place]
    return plans[different[:MOST_PLANS]]


def _with_columns(plans: csr_array, column: Codes, size: int) -> csr_array:
    """Plans of a program every column of which is this one now, -1: gone [plans x columns now]."""
    entries = plans.tocoo()
    now = column[entries.col]
    kept = now >= 0
    return csr_array((entries.data[kept], (entries.row[kept], now[kept])), shape=(plans.shape[0], size))


def _basis(basis: Basis, then: Model, now: Model, column_now: Codes, row_now: Codes) -> Basis:
    """The basis in terms of a model of now, where these are the numbers of its columns and rows."""
    group_now, kept = np.full(then.groups, -1), np.flatnonzero((column_now >= 0) & (then.group >= 0))
    group_now[then.group[kept]] = now.group[column_now[kept]]
    return basis.moved(now, column_now, row_now, group_now)
