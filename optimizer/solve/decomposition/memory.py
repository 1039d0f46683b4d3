"""What a search leaves for programs that differ a little from its own: prices, cuts and a plan, found again by name.

Nothing is believed: a price makes a bound whatever it is (`bound.py`), a cut is lifted again in its row of now, and a
plan counts only if it keeps every row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from optimizer.program.program import Program
from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.cuts import stacked
from optimizer.solve.decomposition.knapsack_cuts import lifted_again
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.sacks import Cut, Knapsack

LEAST_KEPT = 0.5
"""Share of the groups that must still have what the plan took of them for a memory to be of use."""


@dataclass(frozen=True)
class Memory:
    """Where a search ended."""

    program: Program
    relaxation: Relaxation
    left: Codes
    """Column of the program of every column of the relaxation's model."""
    x: Floats
    """The best plan [columns of the program]."""


@dataclass(frozen=True)
class Recalled:
    """What a memory says about another program."""

    model: Model
    """With the cuts that are still some."""
    prices: Floats
    """Price of every coupling row, cuts included [rows]."""
    links: Codes
    point: Floats
    """Of the relaxation, as far as its columns are still there [columns of the model]; it may break rows."""
    x: Floats
    """The plan, likewise [columns of the program]."""


def recall(memory: Memory, program: Program, model: Model, left: Codes, sacks: list[Knapsack]) -> Recalled | None:
    """The memory in terms of `model`, of whose columns `left` are the program's.

    None where names do not tell, or little of the plan is left.
    """
    then = memory.program
    column = _unmoved(_column_labels(then), _column_labels(program))
    if column is None:
        column = _found_again(then.columns.names, program.columns.names)
    row = _unmoved(_row_labels(then), _row_labels(program))
    if row is None:
        row = _found_again(np.array(then.row_names()), np.array(program.row_names()))
    if column is None or row is None:
        return None
    x = np.zeros(len(program.columns))
    still = column >= 0
    x[column[still]] = memory.x[still]
    if x[left][model.grouped].sum() < LEAST_KEPT * model.groups:
        return None
    old = memory.relaxation
    place = np.full(len(program.columns), -1)
    place[left] = np.arange(len(left))
    column_now = _through(place, column[memory.left])
    coupling = np.full(program.row_count, -1)
    coupling[model.of_program] = np.arange(len(model.of_program))
    row_now = _through(coupling, row[old.model.of_program])
    prices = np.zeros(len(model.of_program))
    known = np.flatnonzero(row_now >= 0)
    prices[row_now[known]] = old.prices[known]
    links = row_now[old.links]
    cuts, worth = _cuts(old, column_now, sacks, model.size)
    point, kept = np.zeros(model.size), column_now >= 0
    point[column_now[kept]] = old.x[kept]
    whole = model.with_rows(*stacked(cuts, model.size))
    return Recalled(whole, np.concatenate([prices, worth]), links[links >= 0], point, x)


Labels = list[tuple[str, int, list[np.ndarray]]]
"""Of blocks of columns or families of rows: name, length, and what tells one from its sisters."""


def _column_labels(program: Program) -> Labels:
    return [(part.name, len(part), [part.keys[key].to_numpy() for key in part.keys]) for part in program.columns.blocks]


def _row_labels(program: Program) -> Labels:
    return [(rows.family, len(rows), list(rows.labels.values())) for rows in program.families]


def _unmoved(then: Labels, now: Labels) -> Codes | None:
    """The places now of everything then, where nothing has come, gone or moved; None where it has."""
    same = len(then) == len(now) and all(
        one[:2] == other[:2]
        and len(one[2]) == len(other[2])
        and all(a is b or np.array_equal(a, b) for a, b in zip(one[2], other[2], strict=True))
        for one, other in zip(then, now, strict=True)
    )
    return np.arange(sum(length for _, length, _ in now)) if same else None


def _found_again(then: np.ndarray, now: np.ndarray) -> Codes | None:
    """Place now of every name then, -1 where it is gone; None where a name is not the only one."""
    index = pd.Index(now)
    if not index.is_unique:
        return None
    found: Codes = index.get_indexer(pd.Index(then)).astype(np.int64)
    return found


def _through(place: Codes, number: Codes) -> Codes:
    """`place` at these numbers, -1 stays."""
    found: Codes = np.where(number >= 0, place[number], -1)
    return found


def _cuts(old: Relaxation, column_now: Codes, sacks: list[Knapsack], size: int) -> tuple[list[Cut], Floats]:
    """Cuts with a price, lifted again in the row that has all that is left of their columns; and their prices."""
    first = len(old.model.of_program)
    priced = first + np.flatnonzero(old.prices[first:])
    if not len(priced) or not sacks:
        return [], np.empty(0)
    rows = old.model.rows
    pattern = rows[priced]
    column = column_now[pattern.indices]
    kept, ends = column >= 0, np.concatenate([[0], np.cumsum(column >= 0)])[pattern.indptr]
    column, value = column[kept], pattern.data[kept]
    asked = csr_array((np.ones(len(column)), column, ends), shape=(len(priced), size))
    owners = _incidence([np.concatenate([sack.columns, sack.switches]) for sack in sacks], size)
    shared: csr_array = asked @ owners.T.tocsr()
    switched = np.array([bool(len(sack.switches)) for sack in sacks])
    cuts, worth = [], []
    for place, row in enumerate(priced.tolist()):
        own, entries = slice(ends[place], ends[place + 1]), slice(shared.indptr[place], shared.indptr[place + 1])
        holds = np.sort(shared.indices[entries][shared.data[entries] == ends[place + 1] - ends[place]])
        holds = holds[switched[holds] == bool((value[own] < 0.0).any())]
        cut = lifted_again(sacks[int(holds[0])], column[own], value[own]) if len(holds) else None
        if cut is not None:
            cuts.append(cut)
            worth.append(float(old.prices[row]))
    return cuts, np.array(worth)


def _incidence(parts: list[Codes], size: int) -> csr_array:
    """1 where a part has a column [parts x columns]."""
    start = np.cumsum([0, *map(len, parts)])
    return csr_array((np.ones(int(start[-1])), np.concatenate(parts), start), shape=(len(parts), size))
