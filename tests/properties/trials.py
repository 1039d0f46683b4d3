"""Small cases tried once each, by both sides."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from optimizer.plan.choices import Choices
from optimizer.plan.selection import choices_of
from optimizer.program.program import CountyProgram
from optimizer.scenario.scenario import Case
from optimizer.solve.engines import search_highs
from optimizer.solve.outcome import Outcome
from tests.cases import program_of
from tests.properties.judge import Verdict, judge
from tests.properties.small_cases import small_case

SEEDS = range(170)
"""Every run of the tests tries some of them, the slow tests all of them and many more."""


@cache
def case_of_seed(seed: int) -> Case:
    """A seed's case."""
    return small_case(seed)


@cache
def judged(seed: int) -> Verdict:
    """What trying every plan of a seed's case shows."""
    return judge(case_of_seed(seed))


@cache
def program_of_seed(seed: int) -> CountyProgram:
    """The engine's program of a seed's case."""
    return program_of(case_of_seed(seed))


def searched(program: CountyProgram) -> tuple[Outcome, Choices | None]:
    """What the engine finds, and the plan that it stands for."""
    outcome = search_highs(program, program.case.settings.solver, None, None)
    return outcome, None if outcome.x is None else choices_of(program, outcome.x)


def changed(case: Case, section: str, **values: Any) -> Case:
    """The case with some settings of one section changed."""
    before = case.settings
    after = type(before).model_validate(before.model_dump() | {section: getattr(before, section).model_dump() | values})
    return replace(case, scenario=replace(case.scenario, settings=after))
