"""From a question to its answer: the visible chain of the rooms, and what a program may call.

load_case -> find_plan -> answer (a run folder), and compare over several of them
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.county.reading import read_county
from optimizer.errors import Finding, Refused
from optimizer.options.options import build_options, option_table
from optimizer.options.prepare import prepare
from optimizer.plan.answer import Answer
from optimizer.plan.baseline import baseline, categories
from optimizer.plan.choices import Choices
from optimizer.plan.plan import Plan, evaluate, plan_of
from optimizer.plan.selection import point_of
from optimizer.program.program import CountyProgram, build_program
from optimizer.runs.folder import Engine, Run, find_run, new_folder, read_run, write_run
from optimizer.runs.manifest import file_hash, flat_settings
from optimizer.runs.versions import versions
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.scenario import Case

if TYPE_CHECKING:
    from optimizer.solve.outcome import Outcome, Progress

OnProgress = Callable[["Progress"], None]


@dataclass(frozen=True)
class Search:
    """How to search: the engine, the consultant's own rules, and a run whose plan to start from."""

    engine: str = "highs"
    """highs, or pyomo:<solver>."""
    rules: Path | None = None
    start: Path | None = None


def load_case(scenario: Path, overrides: Sequence[str] = (), county: Path | None = None) -> Case:
    """A scenario file over its county. Raises `Refused` with everything that is wrong with either."""
    loaded = load_scenario(scenario, overrides, county)
    return prepare(read_county(loaded.county), loaded)


def program_of(case: Case) -> CountyProgram:
    """The mixed-integer program of a case."""
    return build_program(case, build_options(case))


def find_plan(
    case: Case, search: Search = Search(), on_progress: OnProgress | None = None
) -> tuple[Outcome, Plan | None]:
    """Search, and verify what was found from the tables. Raises `PlanWithheld` if that fails."""
    from optimizer.solve.engines import run_engine  # the solver's library loads only where a search is made

    program = program_of(case)
    start = None if search.start is None else point_of(program, choices_of_run(read_run(search.start), case))
    outcome = run_engine(search.engine, program, start, search.rules, on_progress)
    return outcome, plan_of(program, outcome) if outcome.holds_plan else None


def answer(
    case: Case,
    runs: Path,
    search: Search = Search(),
    on_progress: OnProgress | None = None,
    *,
    fresh: bool = False,
) -> Run:
    """The run of this case: the one made before, or a new one written to `runs`."""
    engine = engine_of(search)
    if not fresh:
        made = find_run(case, engine, runs)
        if made is not None:
            return made
    new_folder(runs).rmdir()  # better told before a long search than after it
    outcome, plan = find_plan(case, search, on_progress)
    return write_run(case, engine, outcome, plan, runs)


def answer_path(
    path: Path,
    overrides: Sequence[str],
    county: Path | None,
    runs: Path,
    search: Search,
    on_progress: OnProgress | None,
    fresh: bool,
) -> Answer:
    """The answer that a run folder holds, or that a scenario file asks for."""
    if path.is_dir():
        return read_run(path).answer
    return answer(load_case(path, overrides, county), runs, search, on_progress, fresh=fresh).answer


def engine_of(search: Search) -> Engine:
    """What determines a run besides its case."""
    extra = {}
    if search.rules is not None:
        extra["rules"] = file_hash(search.rules)
    if search.start is not None:
        extra["start"] = read_run(search.start).manifest.key
    return Engine(search.engine, versions(), extra)


def choices_of_run(run: Run, case: Case) -> Choices:
    """The choices of an earlier run, as far as this case still knows its services; the rest is kept."""
    plan = run.answer.plan
    made = {} if plan is None else dict(zip(plan.decisions["service_id"], plan.decisions["offer_id"], strict=True))
    begun = {} if plan is None else dict(zip(plan.decisions["service_id"], plan.decisions["start_year"], strict=True))
    known, last = {offer.offer_id for offer in case.county.offers}, case.settings.horizon.start_years
    offers = {
        service.service_id: made.get(service.service_id) if made.get(service.service_id) in known else None
        for service in case.county.services
    }
    starts = {service: min(int(begun[service]), last) for service, offer in offers.items() if offer is not None}
    return Choices(offers, starts)


def rule_table(case: Case) -> tuple[Answer, pd.DataFrame]:
    """What the 16-category rule table would do: its plan, lawful or not, and the category of every service."""
    plan = evaluate(case, baseline(case), build_options(case))
    name, title = "rule_table", f"The rule table on: {case.scenario.title}"
    answer_ = Answer(name, title, "What would today's rule table do?", None, plan, flat_settings(case), case.county)
    return answer_, categories(case)


def options_of(case: Case, service_id: str) -> pd.DataFrame:
    """Everything that could be done with one service: the admissible options with their money, the others with why not.

    Raises `Refused` if the county has no such service.
    """
    known = [service.service_id for service in case.county.services]
    if service_id not in known:
        near = get_close_matches(service_id, known, n=1)
        fix = f"Did you mean {near[0]}?" if near else "Look up its id in the services table."
        raise Refused([Finding("SERVICE", repr(service_id), "the id of a service of this county", fix)])
    return option_table(case, build_options(case), known.index(service_id))
