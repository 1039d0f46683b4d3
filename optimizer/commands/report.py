"""report: a run, or the comparison of several, as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.alternatives import MEASURES, POINTS
from optimizer.commands.outcome import exit_code, live_steps
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
    help="How the plan may turn out, by draws under stated assumptions.  [default: where PLANS is one county's plan]",
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
    from optimizer.ask_region import are_regions
    from optimizer.report.html.writing import write_page

    refuse_place(out, ".html", overwrite=overwrite)
    if are_regions(plans):
        of_one_county = {"--county": county, "--frontier": against, "--realize": realize}
        regions = regions_to_tell(plans, overrides, runs, of_one_county)
        write_page(out, _region_page(regions, [str(path) for path in plans]))
        end_written(out, (exit_code(run.answer) for run in regions))
    found = runs_to_tell(plans, overrides, county, runs)
    analyses = _drawn_unasked(found) if realize is None else _drawn(found[0]) if realize else []
    if against is not None:
        analyses.append(_frontier(found[0], against))
    write_page(out, _page(found, [str(path) for path in plans], analyses))
    end_written(out, (exit_code(run.answer) for run in found))


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


def _drawn_unasked(found: Sequence[Run]) -> list[Section]:
    """How the plan of a single run may turn out, as far as its folder tells."""
    from optimizer.errors import Refused

    if len(found) > 1 or found[0].answer.plan is None:
        return []
    try:
        return _drawn(found[0])
    except (Refused, ImportError) as missing:
        click.echo(f"Without how the plan may turn out: {missing}", err=True)
        return []


def _drawn(run: Run) -> list[Section]:
    """How a plan may turn out. Refused where the run holds none."""
    from optimizer.report.html.analyses import realized_section
    from optimizer.why.asked import asked_of
    from optimizer.why.realized import realized

    with live_steps() as on_step:
        drawn = realized(asked_of(run.folder), on_step=on_step)
    return [realized_section(drawn.told(), drawn.tornado, drawn.planned_usd_per_year, run.answer.name)]


def _frontier(run: Run, against: str) -> Section:
    """Least cost against a measure. Refused where the run holds no plan."""
    from optimizer.report.html.analyses import frontier_section
    from optimizer.why.asked import asked_of
    from optimizer.why.frontier import frontier

    with live_steps() as on_step:
        line = frontier(asked_of(run.folder), against, POINTS, on_step)
    measure = line.measure
    axis = f"{measure.text} ({measure.unit})"
    return frontier_section(line.told(), line.points, measure.column, axis, run.answer.name)
