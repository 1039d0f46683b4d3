"""The cheapest conditions to give way: the program with a slack for each, at a stated price.

    minimize  sum_c price_c s_c
    row of a ceiling   a'x - unit_c s_c <= upper          row of a floor   a'x + unit_c s_c >= lower
    lock               sum_o x_o + s_c = 1                ban              sum_o x_o - n s_c <= 0

s_c is in the unit of the condition's own limit; whole where that counts, and 0 or 1 for locks and bans. Of limits that
multiply an agreement the slack is exact wherever it is signed; of the largest share of moved cost it is in dollars.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from optimizer.program.columns import Block, Columns
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, Floats
from optimizer.scenario.scenario import Forbid
from optimizer.solve.engines import search_once
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.condition import Condition
from optimizer.why.conflict import Undecided
from optimizer.why.dials import Dial
from optimizer.why.prices import Prices

SMALLEST = 1e-7
"""A smaller slack is the solver's rounding [share of the limit, or unit]."""


@dataclass(frozen=True)
class Given:
    """What gave way in the cheapest elastic plan."""

    outcome: Outcome
    amounts: dict[int, float]
    """Condition (by number) to how much of it is given up [its unit; 1: set aside]."""
    price_usd: float
    least_usd: float
    """No plan needs less, whatever the search left open."""


class Elastic:
    """One program with slacks for the conditions that can give way."""

    def __init__(self, program: CountyProgram, conditions: Sequence[Condition]) -> None:
        """Links and rules never give way."""
        giving = [number for number, one in enumerate(conditions) if one.source is not None]
        self.numbers = sorted(giving, key=lambda number: _is_whole(conditions[number]))
        """Of the conditions that have a slack, in the order of the slacks: those that count come last."""
        self.program, self.conditions = program, conditions
        prices = Prices(program.case)
        self.prices = np.array([prices.of(conditions[number]) for number in self.numbers])
        self._elastic, self._most = self._with_slacks()

    def cheapest(self, closed: Collection[int] = ()) -> Given | None:
        """The cheapest way for conditions to give way, none of `closed`; None: there is none.

        Raises `Undecided` if the search is stopped before any is found.
        """
        solver = self.program.case.settings.solver.model_copy(update={"gap_usd": 0.5, "gap_share": 1e-6})
        outcome = search_once(self._closing(closed), solver)
        if outcome.x is None and outcome.stopped is not Stopped.INFEASIBLE:
            raise Undecided("what would have to give way", outcome.stopped)
        if outcome.x is None:
            return None
        slack = outcome.x[len(self.program.columns) :]
        amounts = {
            number: float(amount)
            for number, amount in zip(self.numbers, slack, strict=True)
            if amount > SMALLEST * max(1.0, abs(self.conditions[number].value or 1.0))
        }
        price = float(self.prices @ slack)
        return Given(outcome, amounts, price, 0.0 if outcome.bound_usd is None else min(price, outcome.bound_usd))

    def _closing(self, closed: Collection[int]) -> CountyProgram:
        most = np.where(np.isin(self.numbers, list(closed)), 0.0, self._most)
        first, blocks = len(self.program.columns), self._elastic.columns.blocks
        slacks = tuple(replace(block, upper=most[block.columns - first]) for block in blocks[-2:])
        return replace(self._elastic, columns=Columns((*blocks[:-2], *slacks), 0.0))

    def _with_slacks(self) -> tuple[CountyProgram, Floats]:
        """The program without costs but those of the slacks, and how far each slack may go [slacks]."""
        lower, upper = self.program.row_bounds()
        matrix, size = self.program.matrix(), len(self.program.columns)
        reach = _reach(matrix, self.program.columns.upper)
        entries = [
            _entries(self.conditions[number], place, matrix, reach, lower, upper)
            for place, number in enumerate(self.numbers)
        ]
        none = (np.empty(0),) * 4
        row, place, value, far = (np.concatenate(parts) for parts in zip(none, *entries, strict=True))
        most = np.zeros(len(self.numbers))
        np.maximum.at(most, place.astype(np.int64), far)
        whole = np.array([_is_whole(self.conditions[number]) for number in self.numbers], dtype=bool)
        most = np.where(whole, np.ceil(most - SMALLEST), most)
        free = self.program.columns.with_costs(np.zeros(size), 0.0)
        blocks = [
            Block(
                f"{name}_give_way",
                pd.DataFrame({"condition": np.array(self.numbers)[which]}),
                self.prices[which],
                most[which],
                integer=integer,
                first=size + int(which[0]) if len(which) else size,
            )
            for name, integer, which in (
                ("sizes", False, np.flatnonzero(~whole)),
                ("counts", True, np.flatnonzero(whole)),
            )
        ]
        program = replace(self.program, goals=(), preferences=(), columns=Columns((*free.blocks, *blocks), 0.0))
        return _with_entries(program, row.astype(np.int64), size + place.astype(np.int64), value), most


Entries = tuple[Floats, Floats, Floats, Floats]
"""Rows, slacks (by place), coefficients, and how far the slack may go."""


def _entries(
    condition: Condition, place: int, matrix: csr_array, reach: tuple[Floats, Floats], lower: Floats, upper: Floats
) -> Entries:
    rows = np.array(condition.rows, dtype=np.int64)
    floor = np.isfinite(lower[rows])
    low, high = reach
    unit = np.full(len(rows), _unit(condition))
    if isinstance(condition.source, Forbid):
        unit = np.maximum(1.0, high[rows])
    beyond = np.where(floor, lower[rows] - low[rows], high[rows] - upper[rows])
    far = np.minimum(np.maximum(0.0, beyond) / unit, _farthest(condition))
    return rows.astype(np.float64), np.full(len(rows), float(place)), np.where(floor, unit, -unit), far


def _reach(matrix: csr_array, most: Floats) -> tuple[Floats, Floats]:
    """Least and greatest activity of every row [rows]."""
    return np.asarray(matrix.minimum(0.0) @ most).ravel(), np.asarray(matrix.maximum(0.0) @ most).ravel()


def _unit(condition: Condition) -> float:
    """By how much a unit of its slack moves a row; the largest share of moved cost gives way in dollars."""
    source = condition.source
    return source.per_unit or 1.0 if isinstance(source, Dial) else 1.0


def _farthest(condition: Condition) -> float:
    """How far the limit itself can be moved [its unit]."""
    source = condition.source
    if not isinstance(source, Dial):
        return 1.0
    if source.at_least and source.rule != "limits.net_cost_by_fund_usd_per_year":
        return max(0.0, source.value)
    return 1.0 - source.value if source.unit == "share" and source.per_unit is not None else np.inf


def _is_whole(condition: Condition) -> bool:
    return condition.source.whole if isinstance(condition.source, Dial) else True


def _with_entries(program: CountyProgram, row: Codes, column: Codes, value: Floats) -> CountyProgram:
    """The program with further entries in its rows."""
    families, first = [], 0
    for rows in program.families:
        own = (row >= first) & (row < first + len(rows))
        families.append(
            replace(
                rows,
                row=np.concatenate([rows.row, (row[own] - first).astype(np.int32)]),
                column=np.concatenate([rows.column, column[own].astype(np.int32)]),
                value=np.concatenate([rows.value, value[own]]),
            )
        )
        first += len(rows)
    return replace(program, families=tuple(families))
