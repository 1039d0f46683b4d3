"""Choices of one service as the program has them: forced into the plan, or kept out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.county.terms import Decision
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, Floats, RowBuilder, at_least, at_most


@dataclass(frozen=True)
class Choice:
    """One thing that may be decided for a service, in whichever start year."""

    decision: Decision
    row_id: str
    """Id of the offer or of the sale; empty: keep."""
    columns: Codes
    """Columns of which one is 1 where this is decided."""
    never: Codes
    """Columns that are 0 where this is decided: a service that is kept, and no more, is not sold."""
    starts: Codes
    """Start year of each of its columns, from 1; 0 for keep."""

    def taken_at(self, x: Floats) -> bool:
        """Whether a point [columns] decides so."""
        return bool((x[self.columns] > 0.5).any() and not (x[self.never] > 0.5).any())

    def start_year_at(self, x: Floats | None) -> int:
        """The start year in which a point takes it; 0 if it is kept, or there is no point."""
        return 0 if x is None else int(self.starts[x[self.columns] > 0.5].max(initial=0))


def choices_of_service(program: CountyProgram, service: int) -> Iterator[Choice]:
    """The admissible choices of a service (row of the services table): keep, its offers, its sales."""
    layout, candidates, sales = program.layout, program.options.candidates, program.options.sales
    own, sold = np.flatnonzero(candidates.service == service), np.flatnonzero(sales.service == service)
    sells = layout.columns["sell"].columns[sold]
    none = np.empty(0, dtype=np.int64)
    for code in np.unique(candidates.offer[own]).tolist():
        rows = own[candidates.offer[own] == code]
        offer_id = "" if code < 0 else str(layout.labels("offers", "offer_id", np.array([code]))[0])
        decision = Decision(str(candidates.decision[rows[0]]))
        starts = candidates.start[rows] + candidates.moved[rows]
        yield Choice(decision, offer_id, layout.chosen[rows], sells if code < 0 else none, starts)
    for code in np.unique(sales.sale[sold]).tolist():
        sale_id = str(layout.labels("sales", "sale_id", np.array([code]))[0])
        rows = sales.sale[sold] == code
        yield Choice(Decision.INSOURCE, sale_id, sells[rows], none, sales.terms.start[sold][rows] + 1)


def forced(program: CountyProgram, choice: Choice) -> CountyProgram:
    """The program in which this is decided."""
    row = RowBuilder("forced", "1", {}, *at_least(1.0)).add(0, choice.columns, 1.0).rows()
    return kept_out(program.with_rows(row), choice.never)


def kept_out(program: CountyProgram, columns: Codes) -> CountyProgram:
    """The program in which none of these columns is chosen."""
    if not len(columns):
        return program
    return program.with_rows(RowBuilder("kept_out", "1", {}, *at_most(0.0)).add(0, columns, 1.0).rows())
