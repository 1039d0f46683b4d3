"""From a question about several counties to its answer: every county alone first, then all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.ask import OnProgress, Search, engine_of, find_plan
from optimizer.county.reading import read_county
from optimizer.errors import Finding, Refused
from optimizer.options.dead_locks import dead_locks, refuse_dead_region_locks
from optimizer.options.options import build_options
from optimizer.options.region import RegionCase, prepare_region, without_others
from optimizer.plan.region import RegionPlan, region_plan_of
from optimizer.program.region import build_region_program
from optimizer.runs.folder import new_folder
from optimizer.runs.region_folder import RegionRun, write_region_run
from optimizer.scenario.region import load_region

if TYPE_CHECKING:
    from optimizer.solve.outcome import Outcome

USUAL = Search()
"""The usual search, without further rules."""


def load_region_case(scenario: Path, overrides: Sequence[str] = ()) -> RegionCase:
    """A scenario file over its counties. Raises `Refused` with everything that is wrong with any of them."""
    loaded = load_region(scenario, overrides)
    return prepare_region(loaded, [read_county(own.county) for own in loaded.scenarios])


def plans_alone(region: RegionCase, on_progress: OnProgress | None = None) -> dict[str, float]:
    """Present cost of every county's best plan without the others [USD], as found in the region's time limit.

    A county that has no plan alone is not there, as where it is locked to what only the others make possible.
    """
    found = {}
    for name, case in region.cases.items():
        settings = case.settings.model_copy(update={"solver": region.settings.solver})
        alone = without_others(replace(case, scenario=replace(case.scenario, settings=settings)))
        if alone.locks and dead_locks(alone, build_options(alone)):
            continue
        plan = find_plan(alone, USUAL, on_progress)[1]
        if plan is not None:
            found[name] = plan.cost_usd
    return found


def find_region_plan(
    region: RegionCase, search: Search = USUAL, on_progress: OnProgress | None = None
) -> tuple[Outcome, RegionPlan | None]:
    """Plan every county alone (with the usual search), then all together, and verify what was found from the tables.

    Raises `Refused` for locks that nothing in the region could keep, before any search, and if nobody may be worse off
    than alone and some county has no plan alone; `PlanWithheld` if the verification fails.
    """
    from optimizer.solve.engines import run_engine  # the solver's library loads only where a search is made

    options = {name: build_options(case) for name, case in region.cases.items()}
    refuse_dead_region_locks(region, options)
    alone_usd = plans_alone(region, on_progress)
    asked = region.settings.region.nobody_worse_off
    if asked:
        _refuse_without_plan(region, alone_usd)
    program = build_region_program(region, options, alone_usd if asked else None)
    outcome = run_engine(search.engine, program, None, search.rules, on_progress)
    return outcome, region_plan_of(program, outcome, alone_usd) if outcome.holds_plan else None


def _refuse_without_plan(region: RegionCase, alone_usd: dict[str, float]) -> None:
    needs = "a plan of its own, as nobody may be worse off than alone"
    findings = [
        Finding(
            f"{name}, region.nobody_worse_off", "no plan alone", needs, "Relax that county's rules, or set it false."
        )
        for name in region.cases
        if name not in alone_usd
    ]
    if findings:
        raise Refused(findings)


def answer_region(
    region: RegionCase, runs: Path, search: Search = USUAL, on_progress: OnProgress | None = None
) -> RegionRun:
    """The run of a region, searched anew and written to `runs`."""
    new_folder(runs).rmdir()  # better told before a long search than after it
    outcome, plan = find_region_plan(region, search, on_progress)
    return write_region_run(region, engine_of(search), outcome, plan, runs)
