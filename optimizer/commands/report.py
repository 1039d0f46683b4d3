"""report: a run, or the comparison of several, as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.alternatives import MEASURES, POINTS
from optimizer.commands.outcome import ends_code, exit_code, live_steps
from optimizer.commands.written import end_written, refuse_place, regions_to_tell, runs_to_tell, written_plans

if TYPE_CHECKING:
    from optimizer.report.html.parts import Page, Section
    from optimizer.runs.folder import Run
    from optimizer.runs.region_folder import RegionRun


@click.command()
@written_plans("page", ".html")
@click.option("--frontier", "against", type=click.Choice(MEASURES), help="Add least cost against this; it searches.")
@click.option(
    "--realize/--no-realize",
    default=None,
    help="How the plan may turn out, by draws under stated assumptions.  [default: where PLANS is one plan of a county "
    "that changes something]",
)
def report(
    plans: tuple[Path, ...],
    out: Path,
    overwrite: bool,
    runs: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    against: str | None,
    realize: bool | None,
) -> None:
    """Write one HTML page, to read offline or print, of one run, or of the comparison of several.

    PLANS are run folders or scenarios, all of single counties or all of regions. --frontier and --realize are of the
    first of them, which is a county's.
    """
    from optimizer.ask_several import are_regions
    from optimizer.report.html.writing import write_page
    from optimizer.why.ends import ends_noted

    refuse_place(out, ".html", overwrite=overwrite)
    if are_regions(plans):
        of_one_county = {"--county": county, "--frontier": against, "--realize": realize}
        regions = regions_to_tell(plans, overrides, runs, of_one_county)
        write_page(out, _region_page(regions, [str(path) for path in plans]))
        end_written(out, (exit_code(run.answer) for run in regions))
    found = runs_to_tell(plans, overrides, county, runs)
    with ends_noted() as ends:
        analyses = _analyses(found, against, realize)
    write_page(out, _page(found, [str(path) for path in plans], analyses))
    end_written(out, [*(exit_code(run.answer) for run in found), ends_code(ends)])


def _page(found: Sequence[Run], labels: Sequence[str], analyses: Sequence[Section]) -> Page:
    from optimizer.plan.answer import distinct_names
    from optimizer.plan.compare import compare
    from optimizer.report.html.comparison_page import comparison_page
    from optimizer.report.html.run_page import run_page
    from optimizer.runs.folder import changed_of, setters_of

    manifests = [run.manifest.model_dump(mode="json") for run in found]
    if len(found) == 1:
        run = found[0]
        return run_page(run.answer, setters_of(run), changed_of(run), manifests[0], analyses)
    return comparison_page(compare(distinct_names([run.answer for run in found], labels)), manifests, analyses)


def _region_page(found: Sequence[RegionRun], labels: Sequence[str]) -> Page:
    from optimizer.plan.compare_regions import compare_regions, distinct_regions
    from optimizer.report.html.region_comparison_page import region_comparison_page
    from optimizer.report.html.region_page import region_page
    from optimizer.report.html.region_parts import Basis
    from optimizer.runs.folder import changed_of, setters_of
    from optimizer.runs.region_folder import county_runs

    manifests = [run.manifest.model_dump(mode="json") for run in found]
    if len(found) == 1:
        basis = {
            name: Basis(setters_of(run), changed_of(run), run.manifest.model_dump(mode="json"))
            for name, run in county_runs(found[0]).items()
        }
        return region_page(found[0].answer, manifests[0], basis)
    answers = distinct_regions([run.answer for run in found], labels)
    return region_comparison_page(compare_regions(answers), manifests)


def _analyses(found: Sequence[Run], against: str | None, realize: bool | None) -> list[Section]:
    """How the first plan may turn out, and least cost against a measure. Refused where it is asked for in vain.

    Draws that nobody asked for are of a single run whose plan changes something, and left out where its folder does not
    tell enough.
    """
    from optimizer.errors import Refused

    unasked = realize is None and against is None
    draw = realize if realize is not None else len(found) == 1 and _may_turn_out_otherwise(found[0])
    if not draw and against is None:
        return []
    try:
        return _sections(found[0], against, draw=draw)
    except (Refused, ImportError) as missing:
        if not unasked:
            raise
        click.echo(f"Without how the plan may turn out: {missing}", err=True)
        return []


def _may_turn_out_otherwise(run: Run) -> bool:
    """Whether the run holds a plan that promises to save: one that moves or sells something."""
    plan = run.answer.plan
    return plan is not None and bool(plan.decisions["moved"].any() or len(plan.sales))


def _sections(run: Run, against: str | None, *, draw: bool) -> list[Section]:
    from optimizer.report.html.analyses import frontier_section, realized_section
    from optimizer.why.asked import asked_of
    from optimizer.why.frontier import frontier
    from optimizer.why.realized import realized

    asked, name, sections = asked_of(run.folder), run.answer.name, []
    with live_steps() as on_step:
        if draw:
            drawn = realized(asked, on_step=on_step)
            sections.append(realized_section(drawn.told(), drawn.tornado, drawn.planned_usd_per_year, name))
        if against is not None:
            line = frontier(asked, against, POINTS, on_step)
            measure = line.measure
            told, axis = line.told(), f"{measure.text} ({measure.unit})"
            sections.append(frontier_section(told, line.points, measure.column, axis, name))
    return sections
