"""From a question about several counties to its answer: every county alone first, then all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pandas as pd

from optimizer.ask import (
    OnProgress,
    Search,
    engine_of,
    find_plan,
    is_better,
    is_last_word,
    row_of_service,
)
from optimizer.county.findings import nearest
from optimizer.county.reading import read_county
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ctrl_c_came, ended_together
from optimizer.options.dead_locks import dead_locks, refuse_dead_region_locks, undelivered
from optimizer.options.options import Options, build_options, option_table
from optimizer.options.region import RegionCase, prepare_region, without_others
from optimizer.plan.region import RegionPlan, region_plan_of
from optimizer.program.region import RegionProgram, build_region_program
from optimizer.runs.folder import new_folder
from optimizer.runs.interrupts import interrupts_held
from optimizer.runs.region_folder import (
    Found,
    RegionRun,
    find_region_run,
    region_folder_of,
    write_region_run,
)
from optimizer.scenario.region import load_region
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Stopped, nothing_found

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

    A county that has no plan alone is not there, as where it is locked to what only the others make possible; nor are
    those whose search Ctrl-C ended, or that it left unsearched.
    """
    found = {}
    for name, case in region.cases.items():
        if ctrl_c_came():
            break
        settings = case.settings.model_copy(update={"solver": region.settings.solver})
        alone = without_others(replace(case, scenario=replace(case.scenario, settings=settings)))
        if alone.locks and dead_locks(alone, build_options(alone)):
            continue
        outcome, plan = find_plan(alone, USUAL, on_progress)
        if outcome.stopped is Stopped.INTERRUPTED:
            break
        if plan is not None:
            found[name] = plan.cost_usd
    return found


@ended_together()
def find_region_plan(
    region: RegionCase, search: Search = USUAL, on_progress: OnProgress | None = None
) -> tuple[Outcome, RegionPlan | None]:
    """Plan every county alone (with the usual search), then all together, and verify what was found from the tables.

    Raises `Refused` for locks that nothing in the region could keep, before any search, and if nobody may be worse off
    than alone and some county has no plan alone; `PlanWithheld` if the verification fails.
    """
    program, outcome, alone_usd = _searched(region, search, on_progress)
    return outcome, _verified(program, outcome, alone_usd)


def _searched(
    region: RegionCase, search: Search, on_progress: OnProgress | None
) -> tuple[RegionProgram | None, Outcome, dict[str, float]]:
    """The search of all together, with its program, and what every county's best plan alone costs; no program where
    Ctrl-C came before it.
    """
    from optimizer.solve.engines import run_engine  # the solver's library loads only where a search is made

    options = options_by_county(region)
    alone_usd = plans_alone(region, on_progress)
    if ctrl_c_came():
        return None, nothing_found(Stopped.INTERRUPTED), alone_usd
    program = _program(region, options, alone_usd)
    return program, run_engine(search.engine, program, None, search.rules, on_progress, search.last), alone_usd


def _verified(program: RegionProgram | None, outcome: Outcome, alone_usd: dict[str, float]) -> RegionPlan | None:
    """Raises `PlanWithheld`."""
    return region_plan_of(program, outcome, alone_usd) if program is not None and outcome.holds_plan else None


def options_by_county(region: RegionCase) -> dict[str, Options]:
    """Every county's options. Raises `Refused` for locks that nothing in the region could keep."""
    options = {name: build_options(case) for name, case in region.cases.items()}
    refuse_dead_region_locks(region, options)
    return options


def region_program_of(region: RegionCase, on_progress: OnProgress | None = None) -> RegionProgram:
    """The mixed-integer program of a region; where nobody may be worse off, every county is planned alone before.

    Raises `Refused` as `find_region_plan` does, and `KeyboardInterrupt` where Ctrl-C leaves the plans alone unknown.
    """
    options = options_by_county(region)
    with ended_together() as came:
        alone_usd = plans_alone(region, on_progress) if region.settings.region.nobody_worse_off else {}
    if came:
        raise KeyboardInterrupt
    return _program(region, options, alone_usd)


def _program(region: RegionCase, options: dict[str, Options], alone_usd: dict[str, float]) -> RegionProgram:
    asked = region.settings.region.nobody_worse_off
    if asked:
        _refuse_without_plan(region, alone_usd)
    return build_region_program(region, options, alone_usd if asked else None)


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


@ended_together()
def answer_region(
    region: RegionCase,
    runs: Path,
    search: Search = USUAL,
    on_progress: OnProgress | None = None,
    *,
    fresh: bool = False,
) -> RegionRun:
    """The run of a region: the one made before if it ended with a proof, or a new one written to `runs`.

    A run without a proof is kept where the search holds nothing as good. One Ctrl-C ends all searches of the region;
    after them, what was found is verified and kept first.
    """
    engine = engine_of(search)
    made = None if fresh and not ctrl_c_came() else find_region_run(region, engine, runs)
    if made is not None and is_last_word(made.answer):
        return made
    if ctrl_c_came():
        return write_region_run(region, engine, Found(nothing_found(Stopped.UNSEARCHED), None, {}), runs)
    new_folder(runs).rmdir()  # better told before a long search than after it
    program, outcome, alone_usd = _searched(region, search, on_progress)
    with interrupts_held(region_folder_of(region, engine, runs)):
        plan = _verified(program, outcome, alone_usd)
        if made is not None and is_better(made.answer, outcome, plan):
            return made
        return replace(write_region_run(region, engine, Found(outcome, plan, alone_usd), runs), outcome=outcome)


def county_in_region(region: RegionCase, name: str) -> str:
    """The name of a county of the region. Raises `Refused` if it has none of that name."""
    if name not in region.cases:
        near = nearest(name, region.cases)
        fix = f"Did you mean {near}?" if near else f"Name one of {', '.join(region.cases)}."
        raise Refused([Finding("--county", repr(name), "the name of a county of the region", fix)])
    return name


def county_alone(region: RegionCase, name: str) -> Case:
    """One county of a region under the region's scenario, left to itself. Raises `Refused` for an unknown name."""
    case = without_others(region.cases[county_in_region(region, name)])
    return replace(case, scenario=replace(case.scenario, title=f"{case.scenario.title} ({name} alone)"))


def options_in_region(region: RegionCase, name: str, service_id: str) -> pd.DataFrame:
    """Everything that could be done with one service of one county of a region, as `ask.options_of` tells it.

    What the partner of a trade cannot do is left out too. Raises `Refused` for unknown names.
    """
    case = region.cases[county_in_region(region, name)]
    service = row_of_service(case, service_id)
    options = {other: build_options(own) for other, own in region.cases.items()}
    starts = range(1, case.settings.horizon.start_years + 1)
    gone = [undelivered(region, options, name).assign(start_year=year) for year in starts]
    # the county's own reason comes last and is told
    left_out = pd.concat([*gone, options[name].left_out], ignore_index=True)
    return option_table(case, replace(options[name], left_out=left_out), service)


def refuse_without_county(region: RegionCase, scenario: Path, command: str, service_id: str | None = None) -> NoReturn:
    """Raise `Refused` with the command that asks about one county, one that has the service if it is about one."""
    has = [
        name
        for name, case in region.cases.items()
        if service_id in (None, *(service.service_id for service in case.county.services))
    ]
    found, needs = f"a question about {', '.join(region.cases)}", "the county that is meant"
    told = [f"`{command} --county {name}`" for name in has or region.cases]
    raise Refused([Finding(str(scenario), found, needs, f"Write {' or '.join(told)}.")])
