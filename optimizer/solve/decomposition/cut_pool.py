"""The cut pool of a row of searches: cuts that those before have found, looked up beside those that are looked for.

Over programs that differ a little the same rows ask for the same cuts, though not in every one of them: a relaxation
leaves out a cut that it keeps with room to spare, and the next one would have to look for it again. To see whether a
point violates a thousand of them takes less than to find one (Padberg and Rinaldi 1991, "A branch-and-cut algorithm
for the resolution of large-scale symmetric traveling salesman problems").
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.program.program import Program
from optimizer.program.rows import Codes
from optimizer.solve.decomposition.cuts import Cuts, LookUp, stacked
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.recalled_cuts import KnownRows
from optimizer.solve.decomposition.renaming import moved, places, through
from optimizer.solve.decomposition.sacks import Cut, Knapsack

MOST_CUTS = 2_000
"""That are known to a search: those that a point violated in the one before first, then those that it found."""


@dataclass(frozen=True)
class FoundCuts:
    """Cuts over the columns and rows of the model in which they were found."""

    left: Codes
    """Column of the program of every column of the model."""
    sacks: list[Knapsack]
    """The rows of the model in which they were looked for; fewer columns may leave a row less room."""
    cuts: Cuts


@dataclass(frozen=True)
class CutPool:
    """What the searches over one program found or knew."""

    program: Program
    of_program: Codes
    """Row of the program of every coupling row of its models."""
    parts: tuple[FoundCuts, ...]

    def recalled(self, program: Program, model: Model, left: Codes, sacks: list[Knapsack]) -> LookUp | None:
        """The cuts that are still some in terms of another model, of whose columns `left` are those of `program`.

        None where names do not tell.
        """
        names = moved(self.program, program)
        if names is None:
            return None
        column, row = names
        row_now = through(places(model.of_program, program.row_count), row[self.of_program])
        place, found = places(left, len(program.columns)), list[Cut]()
        rows: dict[int, KnownRows] = {}
        for part in self.parts:
            if id(part.sacks) not in rows:
                rows[id(part.sacks)] = KnownRows(part.sacks, sacks, through(place, column[part.left]), row_now)
            found += [cut for cut in rows[id(part.sacks)].again(*part.cuts) if cut is not None]
        different: dict[tuple[int, float, bytes, bytes], Cut] = {}
        for cut in found:
            different.setdefault((cut.end, cut.most, cut.columns.tobytes(), cut.values.tobytes()), cut)
        return LookUp(stacked(list(different.values())[:MOST_CUTS], model.size))
