"""The cut pool of a row of searches: cuts that those before have found, looked up before any are looked for.

Over programs that differ a little the same rows ask for the same cuts, though not in every one of them: a relaxation
leaves out a cut that it keeps with room to spare, and the next one would have to look for it again. To see whether a
point violates a thousand of them takes less than to find one (Padberg and Rinaldi 1991, "A branch-and-cut algorithm
for the resolution of large-scale symmetric traveling salesman problems").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.program.program import Program
from optimizer.program.rows import Codes
from optimizer.solve.decomposition.cuts import Cuts, LookUp, joined, stacked
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.recalled_cuts import KnownRows
from optimizer.solve.decomposition.renaming import moved, places, through
from optimizer.solve.decomposition.sacks import Knapsack

MOST_CUTS = 2_000
"""That are kept: those that a search had need of first."""


@dataclass(frozen=True)
class CutPool:
    """Cuts in terms of the model with which the search began that looked at them last."""

    program: Program
    left: Codes
    """Column of the program of every column of the model."""
    of_program: Codes
    """Row of the program of every coupling row of the model."""
    sacks: list[Knapsack]
    """The rows of the model in which cuts were looked for."""
    cuts: Cuts

    def recalled(self, program: Program, model: Model, left: Codes, sacks: list[Knapsack]) -> LookUp | None:
        """The cuts that are still some in terms of another model, of whose columns `left` are those of `program`.

        None where names do not tell.
        """
        names = moved(self.program, program)
        if names is None:
            return None
        column, row = names
        column_now = through(places(left, len(program.columns)), column[self.left])
        row_now = through(places(model.of_program, program.row_count), row[self.of_program])
        found = KnownRows(self.sacks, sacks, column_now, row_now).again(*self.cuts)
        return LookUp(stacked([cut for cut in found if cut is not None], model.size))


def pooled(
    program: Program, of_program: Codes, left: Codes, sacks: list[Knapsack], found: list[Cuts], known: LookUp | None
) -> CutPool:
    """The pool after a search over a model, which found some cuts and knew others."""
    parts = found if known is None else [known.part(known.used), *found, known.part(~known.used)]
    rows, most, ends = joined([stacked([], len(left)), *parts])
    spans = [slice(*rows.indptr[place : place + 2]) for place in range(len(most))]
    each = {
        (end, rows.indices[span].tobytes(), rows.data[span].tobytes()): place
        for place, (end, span) in reversed(list(enumerate(zip(ends.tolist(), spans, strict=True))))
    }
    different = np.sort(np.array(list(each.values()), dtype=np.int64))[:MOST_CUTS]
    return CutPool(program, left, of_program, sacks, (rows[different], most[different], ends[different]))
