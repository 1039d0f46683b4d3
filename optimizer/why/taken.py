"""How far a plan can go along with decisions that were taken, under given parameters.

    free       the plan of least cost
    agreeing   of the plans that take as many of the decisions as any plan can, the one of least cost

What the second costs more is what the decisions cost that the county's limits allow together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.program.goals import Goal
from optimizer.program.locks import Matcher, kept_by
from optimizer.program.rows import Codes, Flags, Floats, RowBuilder, at_least
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, Difference, ask_once


@dataclass(frozen=True)
class Taken:
    """The best plan under given parameters, and the best that goes along with the decisions."""

    asked: Asked
    columns: tuple[Codes, ...]
    """By decision: columns of which one is 1 where a plan takes it; none where it is not admissible."""
    agreeing: Outcome
    dearer: Difference
    """What going along costs [USD a year]."""

    @property
    def in_plan(self) -> Flags:
        """Whether the best plan takes each decision [decisions]."""
        return self._at(self.asked.x)

    @property
    def in_agreeing(self) -> Flags:
        """Whether the agreeing plan does [decisions]."""
        assert self.agreeing.x is not None
        return self._at(self.agreeing.x)

    def _at(self, x: Floats) -> Flags:
        return np.array([bool((x[own] > 0.5).any()) for own in self.columns], dtype=bool)

    def alone(self, number: int) -> tuple[Difference | None, Stopped]:
        """What taking one decision costs, all else as is best, and how the search for it ended; None: it found none."""
        own = self.columns[number]
        if not len(own):
            return None, Stopped.INFEASIBLE
        row = RowBuilder("taken", "1", {}, *at_least(1.0)).add(0, own, 1.0).rows()
        outcome = self.asked.again(self.asked.program.with_rows(row))
        return self.asked.dearer(outcome), outcome.stopped


def taken(case: Case, past: Sequence[Lock]) -> Taken:
    """Search both plans. Raises `Refused` where the case has no plan."""
    asked = ask_once(case)
    program = asked.program
    match = Matcher(program.layout)
    columns = tuple(kept_by(match, one) for one in past)
    agreement = np.zeros(len(program.columns))
    for own in columns:
        agreement[own] = -1.0
    goal = Goal("decisions taken", agreement, 1e-6)
    agreeing = asked.again(replace(program, goals=(goal,)), asked.x)
    dearer = asked.dearer(agreeing)
    assert dearer is not None  # the best plan itself is one
    return Taken(asked, columns, agreeing, dearer)
