"""baseline, options and export: one county under a scenario, looked at in other ways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.options import ExistingPath, FilePath, formats, one_county_options, path_of
from optimizer.commands.outcome import emit, exit_code, live_progress
from optimizer.commands.written import end_written, refuse_place, regions_to_tell, runs_to_tell, written_plans

if TYPE_CHECKING:
    from optimizer.options.region import RegionCase
    from optimizer.plan.region import RegionAnswer
    from optimizer.program.region import Planned
    from optimizer.report.workbook.page import Page
    from optimizer.runs.folder import Run


@click.command()
@click.argument("scenario", type=ExistingPath)
@one_county_options
@formats
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
        case = load_case(scenario, overrides, path_of(county))
    else:
        case = county_alone(region, _named(region, county, scenario, f"baseline {scenario}"))
    found, categories = rule_table(case)
    emit(
        as_json,
        as_csv,
        data=lambda: answer_data(found) | {"categories": frame_data(categories)},
        table=lambda: categories,
        show=lambda console: show_rule_table(console, found, categories),
    )


@click.command()
@click.argument("service_id")
@click.option("--scenario", required=True, type=ExistingPath, help="Scenario to look at it under.")
@one_county_options
@formats
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
        table = options_of(load_case(scenario, overrides, path_of(county)), service_id)
    else:
        name = _named(region, county, scenario, f"options {service_id} --scenario {scenario}", service_id)
        table, of_county = options_in_region(region, name, service_id), f" in {name}"
    emit(
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


@click.command()
@click.argument("scenario", type=ExistingPath)
@click.argument("out", type=FilePath)
@one_county_options
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
        program: Planned = program_of(load_case(scenario, overrides, path_of(county)))
    elif county is None:
        with live_progress() as on_progress:
            program = region_program_of(region, on_progress)
    else:
        program = program_of(county_alone(region, str(county)))
    for written in write_model(program, out, load_rules(constraints) if constraints else None):
        click.echo(f"Written: {written}")


@click.command()
@written_plans("workbook", ".xlsx")
def workbook(
    plans: tuple[Path, ...],
    out: Path,
    overwrite: bool,
    runs: Path,
    overrides: tuple[str, ...],
    county: Path | None,
) -> None:
    """Write an Excel workbook of one run, or of the comparison of several. PLANS are run folders or scenarios, all of
    single counties or all of regions.
    """
    from optimizer.ask_several import are_regions
    from optimizer.report.workbook.writing import write_pages

    refuse_place(out, ".xlsx", overwrite=overwrite)
    if are_regions(plans):
        regions = [run.answer for run in regions_to_tell(plans, overrides, runs, {"--county": county})]
        write_pages(out, _pages_of_regions(regions, plans))
        end_written(out, map(exit_code, regions))
    found = runs_to_tell(plans, overrides, county, runs)
    write_pages(out, _pages_of_counties(found, plans))
    end_written(out, (exit_code(run.answer) for run in found))


def _pages_of_counties(found: list[Run], plans: tuple[Path, ...]) -> list[Page]:
    from optimizer.plan.answer import distinct_names
    from optimizer.plan.compare import compare
    from optimizer.report.workbook.comparison_pages import comparison_pages
    from optimizer.report.workbook.run_pages import run_pages
    from optimizer.runs.folder import changed_of, setters_of

    if len(found) == 1:
        return run_pages(found[0].answer, setters_of(found[0]), changed_of(found[0]))
    named = distinct_names([run.answer for run in found], [str(path) for path in plans])
    return comparison_pages(compare(named), [setters_of(run) for run in found])


def _pages_of_regions(answers: list[RegionAnswer], plans: tuple[Path, ...]) -> list[Page]:
    from optimizer.plan.compare_regions import compare_regions, distinct_regions
    from optimizer.report.workbook.region_pages import region_comparison_pages, region_pages

    if len(answers) == 1:
        return region_pages(answers[0])
    return region_comparison_pages(compare_regions(distinct_regions(answers, [str(path) for path in plans])))
