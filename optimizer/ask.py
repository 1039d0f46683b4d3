"""From a question to its answer: the visible chain of the rooms, and what a program may call.

load_case -> find_plan -> answer (a run folder); `ask_several` answers several, to be compared
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.county.findings import nearest
from optimizer.county.reading import read_county
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ctrl_c_came, note_at_hand
from optimizer.options.dead_locks import refuse_dead_locks
from optimizer.options.options import build_options, option_table
from optimizer.options.prepare import prepare
from optimizer.plan.answer import RULES, Answer, county_label, same_county
from optimizer.plan.baseline import baseline, categories
from optimizer.plan.choices import Choices
from optimizer.plan.plan import Plan, evaluate, plan_of
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.plan.selection import point_of
from optimizer.program.program import CountyProgram, build_program
from optimizer.runs.folder import Engine, Run, find_run, folder_of, new_folder, write_run
from optimizer.runs.interrupts import interrupts_held
from optimizer.runs.manifest import file_hash, flat_settings
from optimizer.runs.region_folder import read_county_run
from optimizer.runs.versions import versions
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Stopped, last_to_go_on_from, nothing_found

if TYPE_CHECKING:
    from optimizer.solve.outcome import Outcome, Progress

OnProgress = Callable[["Progress"], None]


@dataclass(frozen=True)
class Search:
    """How to search: the engine, the consultant's own rules, and a run whose plan to start from."""

    engine: str = "auto"
    """auto (by size), highs, decomposition, or pyomo:<solver>."""
    rules: Path | None = None
    start: Path | None = None
    last: Outcome | None = None
    """Of a case that differs a little: the decomposition goes on from its prices, cuts and plans. What is found may be
    another plan within the asked gap."""

    def after(self, outcome: Outcome | None) -> Search:
        """The same for the next case, from this outcome on if it left anything to go on from."""
        return replace(self, last=last_to_go_on_from(outcome, self.last))


def load_case(scenario: Path | str, overrides: Sequence[str] = (), county: Path | str | None = None) -> Case:
    """A scenario file over its county. Raises `Refused` with everything that is wrong with either."""
    loaded = load_scenario(Path(scenario), overrides, None if county is None else Path(county))
    return prepare(read_county(loaded.county), loaded)


def program_of(case: Case) -> CountyProgram:
    """The mixed-integer program of a case. Raises `Refused` for locks that no admissible option could keep."""
    options = build_options(case)
    refuse_dead_locks(case, options)
    return build_program(case, options)


def find_plan(
    case: Case, search: Search = Search(), on_progress: OnProgress | None = None
) -> tuple[Outcome, Plan | None]:
    """Search, and verify what was found from the tables.

    Raises `Refused` for locks, rules and starts that cannot be, `PlanWithheld` if the verification fails.
    """
    program, outcome = _searched(case, search, on_progress)
    return outcome, _verified(program, outcome)


def _searched(case: Case, search: Search, on_progress: OnProgress | None) -> tuple[CountyProgram, Outcome]:
    from optimizer.solve.engines import run_engine  # the solver's library loads only where a search is made

    start_run = None if search.start is None else _start_of(search.start, case)
    program = program_of(case)
    start = None if start_run is None else point_of(program, choices_of_run(start_run, case))
    return program, run_engine(search.engine, program, start, search.rules, on_progress, search.last)


def _verified(program: CountyProgram, outcome: Outcome) -> Plan | None:
    """Raises `PlanWithheld`."""
    return plan_of(program, outcome) if outcome.holds_plan else None


def answer(
    case: Case,
    runs: Path,
    search: Search = Search(),
    on_progress: OnProgress | None = None,
    *,
    fresh: bool = False,
) -> Run:
    """The run of this case: the one made before, or a new one written to `runs`.

    A run that ended without a proof is no last word: the search is made again, from the plan of that run if it holds
    one, and what it finds takes the place of the run unless it holds nothing as good. Ctrl-C during the search ends
    it; after it, what was found is verified and kept first.
    """
    engine = engine_of(search)
    made = None if fresh and not ctrl_c_came() else find_run(case, engine, runs)
    if made is not None and is_last_word(made.answer):
        return made
    if ctrl_c_came():
        return write_run(case, engine, nothing_found(Stopped.UNSEARCHED), None, runs)
    new_folder(runs).rmdir()  # better told before a long search than after it
    if made is not None and made.answer.plan is not None and search.start is None:
        search = replace(search, start=made.folder)
    program, outcome = _searched(case, search, on_progress)
    with interrupts_held(folder_of(case, engine, runs)):
        plan = _verified(program, outcome)
        if made is not None and is_better(made.answer, outcome, plan):
            return made
        return replace(write_run(case, engine, outcome, plan, runs), outcome=outcome)


def is_last_word(made: Answer | RegionAnswer) -> bool:
    """Whether the answer of a run made before is handed over, as it is settled or Ctrl-C came; it is at hand then."""
    last = ctrl_c_came() or made.stopped in (Stopped.PROVED, Stopped.INFEASIBLE)
    if last:
        note_at_hand()
    return last


def is_better(made: Answer | RegionAnswer, outcome: Outcome, plan: Plan | RegionPlan | None) -> bool:
    """Whether a run made before holds a better plan than a search that ended without a proof."""
    return outcome.stopped is not Stopped.PROVED and _rank(plan) > _rank(made.plan)


def _rank(plan: Plan | RegionPlan | None) -> tuple[float, float]:
    """Cost and distance from the bound, of which less is better."""
    if plan is None:
        return math.inf, math.inf
    return plan.sought_usd, math.inf if plan.bound_usd is None else plan.sought_usd - plan.bound_usd


def engine_of(search: Search) -> Engine:
    """What determines a run besides its case."""
    extra = {}
    if search.rules is not None:
        extra[RULES] = f"{search.rules.name}, sha256 {file_hash(search.rules)}"
    if search.start is not None:
        extra["start"] = read_county_run(search.start).manifest.key
    return Engine(search.engine, versions(), extra)


def _start_of(folder: Path, case: Case) -> Run:
    """The run to start from. Raises `Refused` if it is another county's."""
    run = read_county_run(folder)
    if not same_county(case.county, run.answer.county):
        found, needs = f"a run of {county_label(run.answer.county)}", f"a run of {county_label(case.county)}"
        raise Refused([Finding(f"--start {folder}", found, needs, "Name a run of this county, or start from nothing.")])
    return run


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

    Columns as `options.options.option_table` has them. Raises `Refused` if the county has no such service.
    """
    return option_table(case, build_options(case), row_of_service(case, service_id))


def row_of_service(case: Case, service_id: str) -> int:
    """Row of a service in its county's table. Raises `Refused` if the county has no such service."""
    known = [service.service_id for service in case.county.services]
    if service_id not in known:
        near = nearest(service_id, known)
        fix = f"Did you mean {near}?" if near else "Look up its id in the services table."
        raise Refused([Finding("SERVICE", repr(service_id), "the id of a service of this county", fix)])
    return known.index(service_id)
