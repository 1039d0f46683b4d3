"""What limits hold back together: all of them dropped at once, and all but one of those that only close options.

A limit matters beside others if the best plan without any costs less than the best plan that keeps this one alone. One
that saves nothing when it is dropped by itself may still matter so: another may hold the plan in the same place.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.ask import program_of
from optimizer.interrupts import ctrl_c_came
from optimizer.plan.selection import choices_of, point_of
from optimizer.program.program import CountyProgram
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.outcome import Outcome, Stopped, nothing_found
from optimizer.why.asked import Asked, OnStep
from optimizer.why.dial import Dial, turned
from optimizer.why.dials import dials_of
from optimizer.why.limit_screen import broken_by, without


def all_dropped(asked: Asked, rows_dropped: Outcome, closing: Sequence[Dial], on_step: OnStep) -> Outcome:
    """Without any limit at all, those that close options too; `rows_dropped` is without the others."""
    if not closing:
        return rows_dropped
    on_step("dropping all limits at once")
    return _without_rows(asked, closing)


def hidden(asked: Asked, closing: Sequence[Dial], nothing_holds: Outcome, on_step: OnStep) -> set[tuple[str, str, str]]:
    """Rule, subject and path of the limits that hold the plan back by themselves where all others are gone.

    Of those that rows hold only the ones that the plan without any limit breaks can do so.
    """
    found = []
    for dial in closing:
        on_step(f"all others dropped: {dial.text}")
        if dearer(_without_rows(asked, [other for other in closing if other != dial]), nothing_holds):
            found.append(dial)
    program, held = _loosened(asked, closing)
    for dial in broken_by(program, held, nothing_holds):
        on_step(f"all others dropped: {dial.text}")
        if dearer(_searched(asked, program, [other for other in held if other != dial]), nothing_holds):
            found.append(dial)
    return {name_of(dial) for dial in found}


def name_of(dial: Dial) -> tuple[str, str, str]:
    """What a limit is called in every program of the case."""
    return dial.rule, dial.subject, dial.path


def dearer(held: Outcome, free: Outcome) -> bool:
    """Whether what was found under more limits costs more than what was found under fewer."""
    if held.cost_usd is None or free.cost_usd is None:
        return False
    return held.cost_usd > free.cost_usd + COST_SLACK_USD


def loosest(dial: Dial) -> float:
    """The value at which a limit limits nothing [unit of the dial]."""
    return dial.lowest if dial.at_least else dial.highest


def _without_rows(asked: Asked, dropped: Sequence[Dial]) -> Outcome:
    """Without any limit that rows hold, and without these of the others."""
    return _searched(asked, *_loosened(asked, dropped))


def _loosened(asked: Asked, dropped: Sequence[Dial]) -> tuple[CountyProgram, list[Dial]]:
    """The program without these limits that close options, and the limits that its rows hold."""
    case = asked.case
    for dial in dropped:
        case = turned(case, dial, loosest(dial))
    program = program_of(case)
    return program, [dial for dial in dials_of(program) if dial.rows]


def _searched(asked: Asked, program: CountyProgram, dropped: Sequence[Dial]) -> Outcome:
    """The search without these rows; after Ctrl-C nothing is searched any more."""
    if ctrl_c_came():
        return nothing_found(Stopped.INTERRUPTED)
    return asked.again(without(program, dropped), point_of(program, choices_of(asked.program, asked.x)))
