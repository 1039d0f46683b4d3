"""workshop prepare, collect and summary: the round trip of a Program Mapping workshop."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from optimizer.commands.options import ExistingPath, FilePath, formats, overrides_option, overwrite_option
from optimizer.commands.outcome import emit_told, end_refused, ends_code, live_steps
from optimizer.commands.written import refuse_place


@click.group()
def workshop() -> None:
    """Send out worksheets for a Program Mapping workshop, read the returned ones, and see whom to call first."""


@workshop.command()
@click.argument("county", type=ExistingPath)
@click.option("--out", required=True, type=FilePath, help="Folder to write the worksheets to.")
@click.option("--organization", "org_ids", multiple=True, metavar="ID", help="Who is invited; by default everybody.")
@click.option("--most", type=click.IntRange(1), help="Services on a worksheet, the likeliest; by default all.")
@overwrite_option
@formats
def prepare(
    county: Path, out: Path, org_ids: tuple[str, ...], most: int | None, overwrite: bool, as_json: bool, as_csv: bool
) -> None:
    """Write one worksheet per organization of COUNTY: every service, its likely overlaps first, to be filled in."""
    from optimizer.counts import count_of
    from optimizer.county.reading import read_county
    from optimizer.county.writing import refuse_taken
    from optimizer.plan.told import Told
    from optimizer.workshop.prepare import prepare_worksheets

    if not overwrite:
        refuse_taken(out)
    with live_steps() as on_step:
        table = prepare_worksheets(read_county(county), out, org_ids, most, on_step)
    sent = count_of(len(table), "worksheet")
    line = f"{sent} in {out}. Send each to its organization; `workshop collect` reads what comes back."
    emit_told(Told((line,), {"Worksheets": table}), as_json, as_csv)


@workshop.command()
@click.argument("county", type=ExistingPath)
@click.argument("folder", type=ExistingPath)
@click.option("--out", required=True, type=FilePath, help="County folder to write; COUNTY itself with --overwrite.")
@click.option(
    "--prefer",
    type=click.Choice(["answers", "county"]),
    default="answers",
    show_default=True,
    help="Which holds where an answer differs from what COUNTY has.",
)
@click.option("--leave-out", is_flag=True, help="Write the county without the rows and files that have findings.")
@click.option("--mark", "marked", type=FilePath, help="Folder for copies of worksheets that show findings in place.")
@overwrite_option
@formats
def collect(
    county: Path,
    folder: Path,
    out: Path,
    prefer: str,
    leave_out: bool,
    marked: Path | None,
    overwrite: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Read the worksheets of FOLDER into the tables of COUNTY, and tell everything that contradicts itself."""
    from optimizer.counts import count_of
    from optimizer.county.reading import read_county
    from optimizer.county.writing import refuse_taken, write_county
    from optimizer.errors import Refused
    from optimizer.workshop.collect import collect as collect_worksheets
    from optimizer.workshop.collected_words import collected_told
    from optimizer.workshop.joining import Prefer
    from optimizer.workshop.marks import write_marks
    from optimizer.workshop.record import write_record

    if out.suffix.lower() == ".xlsx":
        raise click.UsageError(
            "--out needs a folder, where remarks are kept beside the tables; `convert` makes a workbook."
        )
    for place in () if overwrite else (out, *([] if marked is None else [marked])):
        refuse_taken(place)
    found = collect_worksheets(read_county(county), folder, Prefer(prefer))
    copies = write_marks(found.wrong, marked) if marked is not None else ()
    if found.wrong and not leave_out:
        for finding in found.told:
            click.echo(f"To know: {finding}", err=True)
        shown = count_of(len(copies), "copy", "copies")
        written = f"Shown in {shown} in {marked}." if copies else "Nothing was written."
        end_refused(Refused(found.wrong), f"{written} --leave-out goes on without them.")
    write_county(found.county, out)
    emit_told(collected_told(found, out, write_record(found, out)), as_json, as_csv)


@workshop.command()
@click.argument("county", type=ExistingPath)
@click.option("--scenario", type=ExistingPath, help="Scenario under which missing prices are weighed.")
@overrides_option
@click.option("--low", default=0.8, show_default=True, type=click.FloatRange(0, 1), help="Low price, as a multiple.")
@click.option("--high", default=1.2, show_default=True, type=click.FloatRange(1, 10), help="High price, likewise.")
@click.option(
    "--most", default=15, show_default=True, type=click.IntRange(1), help="Organizations and prices asked about."
)
@click.option("--out", type=FilePath, help="Workbook to write, ending in .xlsx; it holds the heat map.")
@overwrite_option
@formats
def summary(
    county: Path,
    scenario: Path | None,
    overrides: tuple[str, ...],
    low: float,
    high: float,
    most: int,
    out: Path | None,
    overwrite: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show where the organizations of COUNTY overlap, where several could compete, where nobody answered, and with
    --scenario which missing price would change the plan most, and so whom to call first.
    """
    from optimizer.county.reading import read_county
    from optimizer.options.prepare import prepare
    from optimizer.report.workbook.writing import write_pages
    from optimizer.scenario.loading import load_scenario, settings_left_out
    from optimizer.why.asked import ask
    from optimizer.why.ends import ends_noted
    from optimizer.workshop.picture import picture_of
    from optimizer.workshop.summary import Summary
    from optimizer.workshop.worth import worth_of_knowing

    if overrides and scenario is None:
        raise click.UsageError("--set needs --scenario.")
    if out is not None:
        refuse_place(out, ".xlsx", overwrite=overwrite)
    tables, worth, left_out = read_county(county), None, ""
    with ends_noted() as ends:
        if scenario is not None:
            with live_steps() as on_step:
                case = prepare(tables, load_scenario(scenario, overrides, county))
                worth = worth_of_knowing(ask(case), low, high, most, on_step)
            left_out = settings_left_out(scenario, county)
    found = Summary(tables.facts.name, picture_of(tables), worth, left_out)
    if out is not None:
        write_pages(out, found.pages())
    emit_told(found.told(), as_json, as_csv)
    sys.exit(ends_code(ends))
