"""I turn words into calls and outcomes into words and exit codes; I decide nothing.

Exit codes: 0 proved within the asked gap, 1 the solver failed, 2 input refused, 3 no plan exists, 4 stopped early with
a plan, 5 stopped with no plan found, 6 a plan was withheld because its verification failed, 130 interrupted, 141 nobody
read on (as a closed pipe ends other programs).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from optimizer.ask import Search
    from optimizer.county.county import County
    from optimizer.options.region import RegionCase
    from optimizer.plan.answer import Answer
    from optimizer.program.region import Planned
    from optimizer.runs.region_folder import RegionRun
    from optimizer.solve.outcome import Stopped

REFUSED, INFEASIBLE, EARLY, NOTHING, WITHHELD, INTERRUPTED, UNREAD = 2, 3, 4, 5, 6, 130, 141

THREE_COUNTIES = "three_counties"
"""Preset of `generate` that makes a region instead of a county."""

Command = TypeVar("Command", bound=Callable[..., Any])
FilePath = click.Path(path_type=Path)


class _Existing(click.Path):
    """A path that is there; for one that is not, the nearest one that is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            from optimizer.county.findings import nearest_path

            near = None if Path(value).exists() else nearest_path(Path(value))
            if near is None:
                raise
            raise click.BadParameter(f"{error.message} Did you mean {str(near)!r}?", ctx, param) from error


class _Commands(click.Group):
    """Every command ends in plain words and a code of its own, whatever stops it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _plain_refusals():
                try:
                    return super().invoke(ctx)
                finally:
                    sys.stdout.flush()
        except BrokenPipeError:
            # what is still to be flushed goes nowhere, or Python would complain of it at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(UNREAD)


ExistingPath = _Existing(exists=True, path_type=Path)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reallocate")
def main() -> None:
    """Decide for every service of a county at once: keep, partner, consolidate or outsource."""


def _formats(command: Command) -> Command:
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print the main table as CSV.")
    as_json = click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
    return as_json(as_csv(command))


def _scenario_options(command: Command) -> Command:
    county = click.option(
        "--county", type=ExistingPath, help="County folder or workbook, instead of the one that the scenario names."
    )
    return _overrides(county(command))


def _one_county_options(command: Command) -> Command:
    # what is named in a region is no path, so that a path is looked up once the scenario is known
    county = click.option(
        "--county",
        type=FilePath,
        help="County folder or workbook, instead of the one that the scenario names; in a region the county's name.",
    )
    return _overrides(county(command))


def _overrides(command: Command) -> Command:
    return click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Set one value; on top.")(
        command
    )


def _search_options(command: Command) -> Command:
    for option in (
        click.option("--runs", default="runs", show_default=True, type=FilePath, help="Folder of all runs."),
        click.option("--engine", default="auto", show_default=True, help="auto, highs, decomposition, pyomo:<solver>."),
        click.option("--constraints", type=ExistingPath, help="Python file with your own rules, added in Pyomo."),
        click.option("--fresh", is_flag=True, help="Search again even if this run was made before."),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("scenario", type=ExistingPath)
@_scenario_options
@_search_options
@click.option("--start", type=ExistingPath, help="Run folder whose plan the search starts from.")
@_formats
def solve(
    scenario: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    runs: Path,
    engine: str,
    constraints: Path | None,
    fresh: bool,
    start: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find the cheapest lawful plan for SCENARIO and keep it as a run folder."""
    from optimizer.ask import Search, answer, load_case
    from optimizer.report.export import answer_data
    from optimizer.report.terminal import show_answer
    from optimizer.scenario.region import names_counties

    if names_counties(scenario):
        _refuse_for_regions({"--county": county, "--start": start})
        sys.exit(_solve_region(scenario, overrides, runs, Search(engine, constraints), fresh, as_json, as_csv))
    case = load_case(scenario, overrides, county)
    with _live_progress() as on_progress:
        run = answer(case, runs, Search(engine, constraints, start), on_progress, fresh=fresh)
    plan = run.answer.plan
    _emit(
        as_json,
        as_csv,
        data=lambda: answer_data(run.answer, run.folder),
        table=lambda: None if plan is None else plan.decisions,
        show=lambda console: show_answer(console, run.answer, run.folder, made_before=run.made_before),
    )
    sys.exit(_exit_code(run.answer))


def _solve_region(
    scenario: Path, overrides: tuple[str, ...], runs: Path, search: Search, fresh: bool, as_json: bool, as_csv: bool
) -> int:
    """Plan the counties that SCENARIO names together; the exit code."""
    from optimizer.ask_region import answer_region, load_region_case

    region = load_region_case(scenario, overrides)
    with _live_progress() as on_progress:
        run = answer_region(region, runs, search, on_progress, fresh=fresh)
    return _emit_region(run, as_json, as_csv)


def _compare_regions(
    scenarios: tuple[Path, ...],
    overrides: tuple[str, ...],
    runs: Path,
    search: Search,
    fresh: bool,
    as_json: bool,
    as_csv: bool,
) -> int:
    """Compare regions; the exit code."""
    from optimizer.ask_region import region_answers_of
    from optimizer.plan.compare_regions import compare_regions, distinct_regions
    from optimizer.report.region_comparison import region_comparison_data, show_region_comparison

    with _live_progress() as on_progress:
        answers = region_answers_of(scenarios, overrides, runs, search, on_progress, fresh=fresh)
    comparison = compare_regions(distinct_regions(answers, [str(path) for path in scenarios]))
    _emit(
        as_json,
        as_csv,
        data=lambda: region_comparison_data(comparison),
        table=lambda: comparison.measures,
        show=lambda console: show_region_comparison(console, comparison),
    )
    return max(_code_of(found.stopped, found.plan is not None) for found in answers)


def _refuse_for_regions(options: Mapping[str, object]) -> None:
    """Options that speak of one county, with what is given of each."""
    given = ", ".join(name for name, value in options.items() if value)
    if given:
        raise click.UsageError(f"{given} cannot be used where several counties plan together.")


def _emit_region(run: RegionRun, as_json: bool, as_csv: bool) -> int:
    from optimizer.report.region import region_data, show_region

    plan = run.answer.plan
    _emit(
        as_json,
        as_csv,
        data=lambda: region_data(run.answer, run.folder),
        table=lambda: None if plan is None else plan.by_county(),
        show=lambda console: show_region(console, run.answer, run.folder, made_before=run.made_before),
    )
    return _code_of(run.answer.stopped, plan is not None)


@main.command()
@click.argument("scenarios", nargs=-1, required=True, type=ExistingPath)
@_scenario_options
@_search_options
@click.option("--rule-table", is_flag=True, help="Add the 16-category rule table on the first scenario.")
@_formats
def compare(
    scenarios: tuple[Path, ...],
    overrides: tuple[str, ...],
    county: Path | None,
    runs: Path,
    engine: str,
    constraints: Path | None,
    fresh: bool,
    rule_table: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Compare SCENARIOS side by side; each is a scenario file or a run folder. What has no run yet is solved.

    Single counties are compared with single counties, regions with regions.
    """
    from optimizer.ask import Search, answers_of, load_case
    from optimizer.ask import rule_table as apply_rule_table
    from optimizer.ask_region import are_regions
    from optimizer.plan.answer import distinct_names
    from optimizer.plan.compare import compare as compare_answers
    from optimizer.report.comparison import show_comparison
    from optimizer.report.export import comparison_data

    search = Search(engine, constraints)
    if are_regions(scenarios):
        _refuse_for_regions({"--county": county, "--rule-table": rule_table})
        sys.exit(_compare_regions(scenarios, overrides, runs, search, fresh, as_json, as_csv))
    with _live_progress() as on_progress:
        answers = answers_of(scenarios, overrides, county, runs, search, on_progress, fresh=fresh)
    named = distinct_names(answers, [str(path) for path in scenarios])
    if rule_table:
        named.insert(1, apply_rule_table(load_case(scenarios[0], overrides, county))[0])
    comparison = compare_answers(named)
    _emit(
        as_json,
        as_csv,
        data=lambda: comparison_data(comparison),
        table=lambda: comparison.measures,
        show=lambda console: show_comparison(console, comparison),
    )
    sys.exit(max((_exit_code(found) for found in answers), default=0))


@main.command()
@click.argument("scenario", type=ExistingPath)
@_one_county_options
@_formats
def baseline(scenario: Path, overrides: tuple[str, ...], county: Path | None, as_json: bool, as_csv: bool) -> None:
    """Apply the 16-category rule table that practitioners use to SCENARIO: its cost, and the rules it breaks.

    Of a region to one county alone, by --county NAME.
    """
    from optimizer.ask import load_case, rule_table
    from optimizer.ask_region import county_alone
    from optimizer.report.export import answer_data, frame_data
    from optimizer.report.terminal import show_rule_table

    region = _region_case(scenario, overrides)
    if region is None:
        case = load_case(scenario, overrides, _path_of(county))
    else:
        case = county_alone(region, _named(region, county, scenario, f"baseline {scenario}"))
    found, categories = rule_table(case)
    _emit(
        as_json,
        as_csv,
        data=lambda: answer_data(found) | {"categories": frame_data(categories)},
        table=lambda: categories,
        show=lambda console: show_rule_table(console, found, categories),
    )


@main.command()
@click.argument("service_id")
@click.option("--scenario", required=True, type=ExistingPath, help="Scenario to look at it under.")
@_one_county_options
@_formats
def options(
    service_id: str, scenario: Path, overrides: tuple[str, ...], county: Path | None, as_json: bool, as_csv: bool
) -> None:
    """Show what could be done with one service, sales too, and what was left out and why.

    In a region the service of one county, by --county NAME.
    """
    from optimizer.ask import load_case, options_of
    from optimizer.ask_region import options_in_region
    from optimizer.report.export import frame_data
    from optimizer.report.frames import frame_table

    region, of_county = _region_case(scenario, overrides), ""
    if region is None:
        table = options_of(load_case(scenario, overrides, _path_of(county)), service_id)
    else:
        name = _named(region, county, scenario, f"options {service_id} --scenario {scenario}", service_id)
        table, of_county = options_in_region(region, name, service_id), f" in {name}"
    _emit(
        as_json,
        as_csv,
        data=lambda: frame_data(table),
        table=lambda: table,
        show=lambda console: console.print(frame_table(f"Options of {service_id}{of_county}", table)),
    )


def _region_case(scenario: Path, overrides: tuple[str, ...]) -> RegionCase | None:
    """The region that SCENARIO is about; None: it is about one county."""
    from optimizer.ask_region import load_region_case
    from optimizer.scenario.region import names_counties

    return load_region_case(scenario, overrides) if names_counties(scenario) else None


def _named(region: RegionCase, county: Path | None, scenario: Path, command: str, service_id: str | None = None) -> str:
    """The county of a region that is asked about; where none is named, the commands that name one are told."""
    from optimizer.ask_region import refuse_without_county

    if county is None:
        refuse_without_county(region, scenario, command, service_id)
    return str(county)


def _path_of(county: Path | None) -> Path | None:
    """A county's folder or workbook that has to be there."""
    context = click.get_current_context()
    param = next(param for param in context.command.params if param.name == "county")
    return None if county is None else ExistingPath.convert(county, param, context)


@main.command()
@click.argument("run", type=ExistingPath)
@click.option("--by", multiple=True, type=click.Choice(["department", "fund", "organization"]), help="More totals.")
@_formats
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

    _emit(
        as_json,
        as_csv,
        data=lambda: answer_data(found.answer, found.folder),
        table=lambda: None if plan is None else plan.decisions,
        show=show_all,
    )
    sys.exit(_exit_code(found.answer))


@main.command(name="map")
@click.argument("county", type=ExistingPath)
@_formats
def map_(county: Path, as_json: bool, as_csv: bool) -> None:
    """Measure how much of COUNTY's budget other organizations also deliver (Program Mapping)."""
    from optimizer.county.program_mapping import map_programs
    from optimizer.county.reading import read_county
    from optimizer.report.export import map_data
    from optimizer.report.terminal import show_map

    mapped = map_programs(read_county(county))
    _emit(
        as_json,
        as_csv,
        data=lambda: map_data(mapped),
        table=lambda: mapped.by_organization,
        show=lambda console: show_map(console, mapped),
    )


@main.command()
@click.argument("county", type=ExistingPath)
@_formats
def check(county: Path, as_json: bool, as_csv: bool) -> None:
    """Read COUNTY and report everything that is wrong with it."""
    import pandas as pd

    from optimizer.county.county import TABLES
    from optimizer.county.reading import read_county
    from optimizer.errors import Refused
    from optimizer.report.export import findings_table, frame_data

    try:
        found = read_county(county)
    except Refused as refusal:
        rows = findings_table(refusal.findings)
        if as_json or as_csv:
            _emit(as_json, as_csv, data=lambda: {"findings": frame_data(rows)}, table=lambda: rows, show=lambda _: None)
        raise
    sizes = {name: len(found.table(name)) for name in TABLES if found.table(name)}
    told = ", ".join(f"{count} {name}" for name, count in sizes.items())
    _emit(
        as_json,
        as_csv,
        data=lambda: {"county": found.facts.name, "rows": sizes, "findings": []},
        table=lambda: pd.DataFrame({"table": list(sizes), "rows": [*sizes.values()]}),
        show=lambda _: click.echo(f"{found.facts.name}: {told}. Nothing is wrong with these tables."),
    )


_overwrite = click.option("--overwrite", is_flag=True, help="Replace the county that stands there.")


@main.command()
@click.argument("county", type=ExistingPath)
@click.argument("out", type=FilePath)
@_overwrite
def convert(county: Path, out: Path, overwrite: bool) -> None:
    """Copy the tables of COUNTY to OUT: a folder of CSV tables, or one .xlsx workbook. Notes stay behind."""
    from optimizer.county.reading import read_county
    from optimizer.county.writing import refuse_taken, write_county

    if not overwrite:
        refuse_taken(out)
    write_county(read_county(county), out)
    click.echo(f"Written: {out}. Its tables are all there; notes, such as a README, are not copied.")


@main.command(name="import")
@click.argument("file", type=ExistingPath)
@click.option("--mapping", required=True, help="Mapping file, or the name of one that ships: missoula, onlinepbb.")
@click.option("--out", required=True, type=FilePath, help="County folder to write.")
@_formats
def import_(file: Path, mapping: str, out: Path, as_json: bool, as_csv: bool) -> None:
    """Import a foreign inventory FILE (CSV or workbook) as a county."""
    from optimizer.county.importing import described, find_mapping, run_import
    from optimizer.report.export import frame_data

    report = run_import(file, find_mapping(mapping), out)
    frames = report.to_frames()
    _emit(
        as_json,
        as_csv,
        data=lambda: {name: frame_data(frame) for name, frame in frames.items()},
        table=lambda: frames["totals"],
        show=lambda _: click.echo(f"{described(report)}\nWritten: {out}"),
    )


@main.command()
@click.option("--preset", default="clear_creek", show_default=True, help="Named county to start from.")
@click.option("--name", help="Name of the county.")
@click.option("--services", type=int, help="Services in the inventory.")
@click.option("--organizations", type=int, help="Organizations that may deliver something.")
@click.option("--budget", "budget_usd", type=float, help="Gross cost of all services, in dollars.")
@click.option("--fte", type=float, help="Full-time staff.")
@click.option("--population", type=int, help="Residents.")
@click.option("--seed", default=0, show_default=True, help="The same seed makes the same county.")
@click.option("--out", required=True, type=FilePath, help="County folder, or .xlsx workbook, to write.")
@_overwrite
def generate(preset: str, seed: int, out: Path, overwrite: bool, **changes: str | float | None) -> None:
    """Make a realistic synthetic county of any size, or with the preset three_counties a region of three in OUT."""
    from optimizer.county.generator import generate as make
    from optimizer.county.generator import spec_for
    from optimizer.county.writing import refuse_taken, write_county

    made = {out: make(spec_for(preset, **changes), seed)} if preset != THREE_COUNTIES else _region(seed, out, changes)
    for place, county in made.items():
        if not overwrite:
            refuse_taken(place)
        write_county(county, place)
    click.echo(f"Written: {out}. Everything in it is synthetic.")


def _region(seed: int, out: Path, changes: dict[str, str | float | None]) -> dict[Path, County]:
    """The three counties of a region, each by its folder."""
    from optimizer.county.generator.region import generate_region

    given = [f"--{name.removesuffix('_usd')}" for name, value in changes.items() if value is not None]
    if given:
        raise click.UsageError(f"{', '.join(given)} cannot be used with the preset {THREE_COUNTIES}.")
    return {out / name: county for name, county in generate_region(seed).items()}


@main.command()
@click.argument("scenario", type=ExistingPath)
@click.argument("out", type=FilePath)
@_one_county_options
@click.option("--constraints", type=ExistingPath, help="Python file with your own rules, added in Pyomo.")
def export(
    scenario: Path, out: Path, overrides: tuple[str, ...], county: Path | None, constraints: Path | None
) -> None:
    """Write the program of SCENARIO to OUT: .lp, .mps or .nl.

    Of a region it is that of all counties together, or with --county NAME that of one county alone.
    """
    from optimizer.ask import load_case, program_of
    from optimizer.ask_region import county_alone, region_program_of
    from optimizer.solve.pyomo_bridge import load_rules, write_model

    region = _region_case(scenario, overrides)
    if region is None:
        program: Planned = program_of(load_case(scenario, overrides, _path_of(county)))
    elif county is None:
        with _live_progress() as on_progress:
            program = region_program_of(region, on_progress)
    else:
        program = program_of(county_alone(region, str(county)))
    write_model(program, out, load_rules(constraints) if constraints else None)
    click.echo(f"Written: {out}")


@contextmanager
def _plain_refusals() -> Iterator[None]:
    """What the library refuses, in its own words; nothing wider is caught."""
    from optimizer.errors import OptimizerError, PlanWithheld, Refused

    try:
        yield
    except Refused as error:
        for finding in error.findings:
            click.echo(str(finding), err=True)
        click.echo(f"Refused: {len(error.findings)} finding(s). Nothing was written.", err=True)
        sys.exit(REFUSED)
    except PlanWithheld as error:
        click.echo(f"Withheld: {error}", err=True)
        sys.exit(WITHHELD)
    except OptimizerError as error:
        click.echo(f"Failed: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt as error:
        click.echo(f"Interrupted: {error}" if str(error) else "Interrupted.", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        # pydantic makes an error of its own of a Ctrl-C that reaches it
        if "KeyboardInterrupt" not in str(error):
            raise
        click.echo("Interrupted.", err=True)
        sys.exit(INTERRUPTED)


def _exit_code(found: Answer) -> int:
    """Exit code of an answer that was searched for."""
    assert found.stopped is not None
    return _code_of(found.stopped, found.plan is not None)


def _code_of(stopped: Stopped, holds_plan: bool) -> int:
    from optimizer.solve.outcome import Stopped

    if not holds_plan:
        return {Stopped.INFEASIBLE: INFEASIBLE, Stopped.INTERRUPTED: INTERRUPTED}.get(stopped, NOTHING)
    return {Stopped.PROVED: 0, Stopped.PART: 0, Stopped.INTERRUPTED: INTERRUPTED}.get(stopped, EARLY)


def _emit(
    as_json: bool,
    as_csv: bool,
    *,
    data: Callable[[], Any],
    table: Callable[[], pd.DataFrame | None],
    show: Callable[[Console], Any],
) -> None:
    """Print one of the three forms of a result."""
    if as_json:
        from optimizer.report.export import json_text

        click.echo(json_text(data()))
    elif as_csv:
        from optimizer.runs.tables import table_text

        found = table()
        click.echo("" if found is None else table_text(found), nl=False)
    else:
        from optimizer.report.console import console_for

        show(console_for(sys.stdout))


@contextmanager
def _live_progress() -> Iterator[Callable[[Any], None] | None]:
    """A line that tells where the search stands, on a terminal; nothing when piped."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    from optimizer.report.words import progress_line

    console = Console(stderr=True)
    with console.status("Preparing ...") as status:
        yield lambda progress: status.update(progress_line(progress))


if __name__ == "__main__":
    main()
