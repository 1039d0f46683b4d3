"""solve, compare and show: plans, of one county or of several."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.options import ExistingPath, FilePath, formats, scenario_options, search_options
from optimizer.commands.outcome import emit, exit_code, live_progress, live_steps
from optimizer.commands.written import refuse_for_regions

if TYPE_CHECKING:
    from rich.console import Console

    from optimizer.ask import Search
    from optimizer.plan.told import Told
    from optimizer.runs.region_folder import RegionRun
    from optimizer.scenario.scenario import Case
    from optimizer.why.no_plan import NoPlan


@click.command()
@click.argument("scenario", type=ExistingPath)
@scenario_options
@search_options
@click.option("--start", type=ExistingPath, help="Run folder whose plan the search starts from.")
@click.option(
    "--ways-out",
    type=FilePath,
    help="Where no plan exists: folder in scenarios/ for a what-if per way out.  [default: ways_out beside SCENARIO]",
)
@formats
def solve(
    scenario: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    runs: Path,
    engine: str,
    constraints: Path | None,
    fresh: bool,
    start: Path | None,
    ways_out: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find the cheapest lawful plan for SCENARIO and keep it as a run folder.

    Where no plan exists, say which conditions conflict and what could give way, and write each way as a what-if file.
    """
    from optimizer.ask import Search, answer, load_case
    from optimizer.report.export import answer_data
    from optimizer.report.terminal import show_answer
    from optimizer.report.told import main_table, show_told, told_data
    from optimizer.scenario.places import refuse_no_place
    from optimizer.scenario.region import names_counties
    from optimizer.solve.outcome import Stopped

    if names_counties(scenario):
        refuse_for_regions({"--county": county, "--start": start, "--ways-out": ways_out})
        sys.exit(_solve_region(scenario, overrides, runs, Search(engine, constraints), fresh, as_json, as_csv))
    case = load_case(scenario, overrides, county)
    if ways_out is not None:
        refuse_no_place(ways_out, scenario)
    with live_progress() as on_progress:
        run = answer(case, runs, Search(engine, constraints, start), on_progress, fresh=fresh)
    plan, why = run.answer.plan, None
    if run.answer.stopped is Stopped.INFEASIBLE and constraints is None:
        why = _why_no_plan(case, scenario.parent / "ways_out" if ways_out is None else ways_out)

    def show_all(console: Console) -> None:
        show_answer(console, run.answer, run.folder, made_before=run.made_before)
        if why is not None:
            show_told(console, why)

    emit(
        as_json,
        as_csv,
        data=lambda: answer_data(run.answer, run.folder) | ({} if why is None else {"why": told_data(why)}),
        table=lambda: plan.decisions if plan is not None else None if why is None else main_table(why),
        show=show_all,
    )
    sys.exit(exit_code(run.answer))


def _why_no_plan(case: Case, folder: Path) -> Told:
    """Why the case has no plan, with a what-if file in the folder for each way out; it is told if none can be there,
    and that Ctrl-C came.
    """
    from optimizer.interrupts import ctrl_c_came
    from optimizer.plan.told import Told
    from optimizer.why.no_plan import why_no_plan

    cut = "The search for the reasons was interrupted. That no plan exists is proved; `solve` it again for all of them."
    try:
        with live_steps() as on_step:
            found = why_no_plan(case, on_step)
    except KeyboardInterrupt:
        return Told((cut,), {})
    open_ = ctrl_c_came() and (found.undecided or found.stopped is not None)
    told = _with_ways(found, folder)
    return replace(told, lines=(cut, *told.lines)) if open_ else told


def _with_ways(found: NoPlan, folder: Path) -> Told:
    """It as readers are told, with its what-if files written."""
    from optimizer.errors import Refused
    from optimizer.why.no_plan import write_ways

    told = found.told()
    try:
        paths = write_ways(found, folder)
        written = f"Written, to be solved as they are: {', '.join(map(str, paths))}" if paths else ""
    except (Refused, OSError) as error:
        written = f"The ways out were not written to {folder}: {error}"
    return replace(told, lines=(*told.lines, *([written] if written else [])))


def _solve_region(
    scenario: Path, overrides: tuple[str, ...], runs: Path, search: Search, fresh: bool, as_json: bool, as_csv: bool
) -> int:
    """Plan the counties that SCENARIO names together; the exit code."""
    from optimizer.ask_region import answer_region, load_region_case

    region = load_region_case(scenario, overrides)
    with live_progress() as on_progress:
        run = answer_region(region, runs, search, on_progress, fresh=fresh)
    return _emit_region(run, as_json, as_csv)


def _compare_regions(
    scenarios: tuple[Path, ...],
    overrides: tuple[str, ...],
    runs: Path,
    search: Search,
    fresh: bool,
    processes: int,
    as_json: bool,
    as_csv: bool,
) -> int:
    """Compare regions; the exit code."""
    from optimizer.ask_several import region_runs_of
    from optimizer.plan.compare_regions import compare_regions, distinct_regions
    from optimizer.report.region_comparison import region_comparison_data, show_region_comparison

    with live_progress() as on_progress:
        found = region_runs_of(scenarios, overrides, runs, search, on_progress, fresh=fresh, processes=processes)
    answers = [run.answer for run in found]
    comparison = compare_regions(distinct_regions(answers, [str(path) for path in scenarios]))
    emit(
        as_json,
        as_csv,
        data=lambda: region_comparison_data(comparison),
        table=lambda: comparison.measures,
        show=lambda console: show_region_comparison(console, comparison),
    )
    return max(exit_code(answer) for answer in answers)


def _emit_region(run: RegionRun, as_json: bool, as_csv: bool) -> int:
    from optimizer.report.region import region_data, show_region

    plan = run.answer.plan
    emit(
        as_json,
        as_csv,
        data=lambda: region_data(run.answer, run.folder),
        table=lambda: None if plan is None else plan.by_county(),
        show=lambda console: show_region(console, run.answer, run.folder, made_before=run.made_before),
    )
    return exit_code(run.answer)


@click.command()
@click.argument("scenarios", nargs=-1, required=True, type=ExistingPath)
@scenario_options
@search_options
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many scenarios are searched at a time, each in a process of its own.",
)
@click.option("--rule-table", is_flag=True, help="Add the 16-category rule table on the first scenario.")
@formats
def compare(
    scenarios: tuple[Path, ...],
    overrides: tuple[str, ...],
    county: Path | None,
    runs: Path,
    engine: str,
    constraints: Path | None,
    fresh: bool,
    processes: int,
    rule_table: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Compare SCENARIOS side by side; each is a scenario file or a run folder. What has no run yet is solved.

    Single counties are compared with single counties, regions with regions.
    """
    from optimizer.ask import Search, load_case
    from optimizer.ask import rule_table as apply_rule_table
    from optimizer.ask_several import are_regions, runs_of
    from optimizer.plan.answer import distinct_names
    from optimizer.plan.compare import compare as compare_answers
    from optimizer.report.comparison import show_comparison
    from optimizer.report.export import comparison_data

    search = Search(engine, constraints)
    if are_regions(scenarios):
        refuse_for_regions({"--county": county, "--rule-table": rule_table})
        sys.exit(_compare_regions(scenarios, overrides, runs, search, fresh, processes, as_json, as_csv))
    with live_progress() as on_progress:
        found = runs_of(scenarios, overrides, county, runs, search, on_progress, fresh=fresh, processes=processes)
    answers = [run.answer for run in found]
    named = distinct_names(answers, [str(path) for path in scenarios])
    if rule_table:
        named.insert(1, apply_rule_table(load_case(scenarios[0], overrides, county))[0])
    comparison = compare_answers(named)
    emit(
        as_json,
        as_csv,
        data=lambda: comparison_data(comparison),
        table=lambda: comparison.measures,
        show=lambda console: show_comparison(console, comparison),
    )
    sys.exit(max((exit_code(one) for one in answers), default=0))


@click.command()
@click.argument("run", type=ExistingPath)
@click.option("--by", multiple=True, type=click.Choice(["department", "fund", "organization"]), help="More totals.")
@formats
def show(run: Path, by: tuple[str, ...], as_json: bool, as_csv: bool) -> None:
    """Show a run folder again; needs no solver."""
    from optimizer.report.export import answer_data
    from optimizer.report.terminal import show_answer, show_totals
    from optimizer.runs.folder import read_run
    from optimizer.runs.region_folder import is_region_run, read_region_run

    if is_region_run(run):
        sys.exit(_emit_region(read_region_run(run), as_json, as_csv))
    found = read_run(run)
    plan = found.answer.plan

    def show_all(console: Console) -> None:
        show_answer(console, found.answer)
        if plan is not None:
            show_totals(console, plan, by)

    emit(
        as_json,
        as_csv,
        data=lambda: answer_data(found.answer, found.folder),
        table=lambda: None if plan is None else plan.decisions,
        show=show_all,
    )
    sys.exit(exit_code(found.answer))
