"""Which limits cost anything: dropped together where that settles many at once, alone where it does not.

Dropping limits can only lower the least cost, and dropping more of them lowers it as much or more:

    cost(without S) <= cost(without s) <= cost(with all)            every s in S

so that a set whose dropping saves nothing settles each of its limits by one search. A set that does save is searched
without, those of its limits that the plan then breaks are set apart to be dropped one by one, and the rest is a smaller
set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.ask import program_of
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ctrl_c_came
from optimizer.plan.choices import Choices
from optimizer.plan.selection import point_of
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats, Rows
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import EquityObjective
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.outcome import Outcome, Stopped, nothing_found
from optimizer.why.asked import Asked
from optimizer.why.dial import Dial, turned

BROKEN_WITHIN = 1e-6
"""Of max(1, |bound|): how far a point may pass a row that it keeps, as the search itself does."""


@dataclass(frozen=True)
class Screened:
    """What dropping the limits together settles."""

    all_dropped: Outcome
    """Without any of the limits."""
    apart: tuple[Dial, ...]
    """To be dropped one by one."""
    free: tuple[Dial, ...]
    """Dropping all of these at once saves nothing that was found."""
    free_dropped: Outcome
    """Without any of the `free` ones: its bound says how much each of them could save at most."""


def screened(asked: Asked, dials: Sequence[Dial]) -> Screened:
    """Settle which of the limits, all of which rows hold, may save something when they are dropped."""
    left, apart = tuple(dials), tuple[Dial, ...]()
    first = outcome = asked.again(without(asked.program, left), asked.x)
    while saves(asked, outcome):
        broken = broken_by(asked.program, left, outcome)
        if not broken:
            break
        apart += broken
        left = tuple(dial for dial in left if dial not in broken)
        outcome = asked.again(without(asked.program, left), asked.x)
    return Screened(first, apart, left, outcome)


def saves(asked: Asked, outcome: Outcome) -> bool:
    """Whether a search found a plan that costs less than the best one."""
    if outcome.cost_usd is None or asked.best.cost_usd is None:
        return False
    return outcome.cost_usd < asked.best.cost_usd - COST_SLACK_USD


def search_turned(asked: Asked, dial: Dial, value: float, choices: Choices) -> tuple[CountyProgram, Outcome] | None:
    """The search with a limit at another value, begun from these choices; None: it leaves a lock no option to keep.

    After Ctrl-C no program is made for it any more.
    """
    if ctrl_c_came():
        return asked.program, nothing_found(Stopped.INTERRUPTED)
    case = turned(asked.case, dial, value)
    try:
        program = program_of(case)
    except Refused:
        return None
    return program, asked.again(program, point_of(program, choices))


def without(program: CountyProgram, dials: Iterable[Dial]) -> CountyProgram:
    """The program without the rows of these limits."""
    kept = np.ones(program.row_count, dtype=bool)
    kept[[row for dial in dials for row in dial.rows]] = False
    ends = np.cumsum([len(rows) for rows in program.families])
    left = [_rows_where(rows, kept[end - len(rows) : end]) for rows, end in zip(program.families, ends, strict=True)]
    return replace(program, families=tuple(rows for rows in left if len(rows)))


def _rows_where(rows: Rows, kept: np.ndarray) -> Rows:
    if kept.all():
        return rows
    number, entry = np.cumsum(kept, dtype=np.int32) - 1, kept[rows.row]
    return replace(
        rows,
        labels={name: label[kept] for name, label in rows.labels.items()},
        row=number[rows.row[entry]],
        column=rows.column[entry],
        value=rows.value[entry],
        lower=rows.lower[kept],
        upper=rows.upper[kept],
    )


def broken_by(program: CountyProgram, dials: Iterable[Dial], outcome: Outcome) -> tuple[Dial, ...]:
    """Those of the limits that the plan that was found does not keep."""
    assert outcome.x is not None
    lower, upper = program.row_bounds()
    activity = program.matrix() @ outcome.x
    broken = (activity < lower - _leeway(lower)) | (activity > upper + _leeway(upper))
    return tuple(dial for dial in dials if broken[list(dial.rows)].any())


def _leeway(bound: Floats) -> Floats:
    leeway: Floats = BROKEN_WITHIN * np.maximum(1.0, np.abs(np.nan_to_num(bound, posinf=0.0, neginf=0.0)))
    return leeway


def refuse_other_aims(case: Case) -> None:
    """Raise `Refused` where something comes before cost: there a looser limit may well cost more."""
    if case.settings.equity.objective is not EquityObjective.LEAST_COST:
        where = f"{case.scenario.name} equity.objective"
        fix = "Ask with --set equity.objective=least_cost."
        raise Refused([Finding(where, str(case.settings.equity.objective), "least_cost, as costs are compared", fix)])
