"""What closes options before the program is made, as conditions: the law, and rules of the scenario.

    sum_{o that c closes} x_o <= 0     [1]     in the program of every option, closed or not

An option is closed by every reason that holds against it, and by the hurdle where that is the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np

from optimizer.options.admissible import (
    COVERAGE,
    DUTY,
    HURDLE,
    NOT_CONSIDERED,
    NOT_DELEGABLE,
    PAYBACK,
    QUALITY,
    UNLAWFUL,
    bars,
    binding_mandates,
)
from optimizer.options.candidates import Candidates, Flags
from optimizer.options.options import every_option
from optimizer.program.program import CountyProgram, build_program
from optimizer.program.rows import RowBuilder, at_most, texts
from optimizer.scenario.scenario import Case
from optimizer.why.condition import Closing, Condition, conditions_of, named, without
from optimizer.why.conflict import Feasibility, minimal_conflict

_OF_SERVICES = {NOT_DELEGABLE: "is not delegable", DUTY: "is a duty, and duties are not ended"}
_RULES = {
    QUALITY: "No offer is below the least quality (limits.min_quality)",
    PAYBACK: "Moves pay back in time (economics.max_payback_years, economics.payback_within_term)",
    HURDLE: "Moves beat keeping by the hurdle (economics.hurdle_...)",
}

Found = tuple[str, str, Closing, Flags]
"""Kind (law or rule), what it says, what it is about, and the candidates that it closes."""


def closing_part(
    program: CountyProgram, conflict: Sequence[Condition], on_search: Callable[[int], None]
) -> tuple[Condition, ...]:
    """What closes options and belongs to a conflict: no plan keeps it together with these conditions; each is needed.

    Empty if the conditions conflict whatever is open, or if nothing but what plans are made of stands in the way.
    Raises `Undecided` if a search is stopped early.
    """
    opened, closings = _with_every_option(program.case, conflict)
    numbers = minimal_conflict(Feasibility(opened, closings, on_search)) or []
    return tuple(closings[number] for number in numbers)


def closings_of(case: Case) -> tuple[Condition, ...]:
    """Everything that closes options; its rows are of the program that `closing_part` searches."""
    return _with_every_option(case, ())[1]


def _with_every_option(case: Case, conflict: Sequence[Condition]) -> tuple[CountyProgram, tuple[Condition, ...]]:
    """The program of every option with these conditions and no others, and what closes options in it."""
    options, reason = every_option(case)
    program = build_program(case, options)
    held = {(one.kind, one.text) for one in conflict}
    program = without(program, [one for one in conditions_of(program) if (one.kind, one.text) not in held])
    found = [one for one in _found(case, options.candidates, reason == HURDLE) if one[-1].any()]
    rows = RowBuilder(
        "closed", "1", {"what": texts(*(text for _, text, _, _ in found))}, *at_most(np.zeros(len(found)))
    )
    for number, (*_, closed) in enumerate(found):
        rows.add(number, program.layout.chosen[closed], 1.0)
    first = program.row_count
    closings = (Condition(kind, text, (first + at,), about) for at, (kind, text, about, _) in enumerate(found))
    return (program.with_rows(rows.rows()) if found else program), tuple(closings)


def _found(case: Case, candidates: Candidates, below_hurdle: Flags) -> Iterator[Found]:
    barred = bars(case, candidates) | {HURDLE: below_hurdle}
    return chain(
        _unlawful(case, candidates, barred[UNLAWFUL]),
        _of_services(case, candidates, NOT_DELEGABLE, barred[NOT_DELEGABLE]),
        _of_services(case, candidates, DUTY, barred[DUTY]),
        _not_considered(candidates, barred[NOT_CONSIDERED]),
        _coverage(case, candidates, barred[COVERAGE]),
        (("rule", text, Closing(reason), barred[reason]) for reason, text in _RULES.items()),
    )


def _unlawful(case: Case, candidates: Candidates, barred: Flags) -> Iterator[Found]:
    members = case.county.frame("mandate_services")
    services, binding = case.county.frame("services")["service_id"], set(binding_mandates(case)["mandate_id"])
    for mandate in case.county.mandates:
        allowed = [str(decision) for decision in mandate.allowed_decisions]
        if allowed and mandate.mandate_id in binding:
            serving = services.isin(members.loc[members["mandate_id"] == mandate.mandate_id, "service_id"]).to_numpy()
            closed = barred & serving[candidates.service] & ~np.isin(candidates.decision, allowed)
            text = f"{mandate.name} ({mandate.citation}) allows only {', '.join(allowed)}"
            yield "law", text, Closing(UNLAWFUL, mandate.mandate_id), closed


def _of_services(case: Case, candidates: Candidates, reason: str, barred: Flags) -> Iterator[Found]:
    for row in np.unique(candidates.service[barred]):
        service_id = case.county.services[row].service_id
        text = f"{named(case.county, service_id)} {_OF_SERVICES[reason]}"
        yield "law", text, Closing(reason, service_id), barred & (candidates.service == row)


def _not_considered(candidates: Candidates, barred: Flags) -> Iterator[Found]:
    for decision in np.unique(candidates.decision[barred]):
        text = f"The decision {decision} is not considered (allowed_decisions)"
        yield "rule", text, Closing(NOT_CONSIDERED, str(decision)), barred & (candidates.decision == decision)


def _coverage(case: Case, candidates: Candidates, barred: Flags) -> Iterator[Found]:
    level = case.county.frame("services")["mandate_level"].to_numpy()[candidates.service]
    for at, floor in case.settings.duties.coverage_floor_by_mandate_level.items():
        text = f"Services of mandate level {at} move only with coverage of {floor:g} or more everywhere"
        where = f"duties.coverage_floor_by_mandate_level.{at}"
        yield "rule", f"{text} ({where})", Closing(COVERAGE, f"{at}"), barred & (level == at)
