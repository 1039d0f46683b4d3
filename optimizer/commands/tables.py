"""map, check, convert, template, import and generate: the tables of a county."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from optimizer.commands.options import ExistingPath, FilePath, formats, overwrite_option
from optimizer.commands.outcome import emit, end_refused

if TYPE_CHECKING:
    from optimizer.county.county import County
    from optimizer.errors import Refused

THREE_COUNTIES = "three_counties"
"""Preset of `generate` that makes a region instead of a county."""


@click.command(name="map")
@click.argument("county", type=ExistingPath)
@formats
def map_(county: Path, as_json: bool, as_csv: bool) -> None:
    """Measure how much of COUNTY's budget other organizations also deliver (Program Mapping)."""
    from optimizer.county.program_mapping import map_programs
    from optimizer.county.reading import read_county
    from optimizer.report.export import map_data
    from optimizer.report.terminal import show_map

    mapped = map_programs(read_county(county))
    emit(
        as_json,
        as_csv,
        data=lambda: map_data(mapped),
        table=lambda: mapped.by_organization,
        show=lambda console: show_map(console, mapped),
    )


@click.command()
@click.argument("county", type=ExistingPath)
@click.option(
    "--mark", "marked", type=FilePath, help="Of a workbook: write a copy that shows every finding in its cell."
)
@overwrite_option
@formats
def check(county: Path, marked: Path | None, overwrite: bool, as_json: bool, as_csv: bool) -> None:
    """Read COUNTY and report everything that is wrong with it."""
    import pandas as pd

    from optimizer.county.county import TABLES
    from optimizer.county.reading import read_county
    from optimizer.errors import Refused
    from optimizer.report.export import findings_table, frame_data

    if marked is not None:
        _refuse_mark(county, marked, overwrite)
    try:
        found = read_county(county)
    except Refused as refusal:
        rows = findings_table(refusal.findings)
        if as_json or as_csv:
            emit(as_json, as_csv, data=lambda: {"findings": frame_data(rows)}, table=lambda: rows, show=lambda _: None)
        if marked is None:
            raise
        _mark(county, refusal, marked)
    sizes = {name: len(found.table(name)) for name in TABLES if found.table(name)}
    counts = ", ".join(f"{name} {count:,}" for name, count in sizes.items())
    told = f"{found.facts.name}, rows by table: {counts}. Nothing is wrong with these tables."
    unmarked = "" if marked is None else f" {marked} was not written."
    emit(
        as_json,
        as_csv,
        data=lambda: {"county": found.facts.name, "rows": sizes, "findings": []},
        table=lambda: pd.DataFrame({"table": list(sizes), "rows": [*sizes.values()]}),
        show=lambda _: click.echo(f"{told}{unmarked}"),
    )


def _refuse_mark(county: Path, marked: Path, overwrite: bool) -> None:
    """Only a workbook has cells to mark, and its copy takes nobody's place."""
    from optimizer.county.writing import refuse_taken

    if county.suffix.lower() != ".xlsx" or marked.suffix.lower() != ".xlsx":
        raise click.UsageError("--mark makes a marked copy of a workbook: COUNTY and the copy's name end in .xlsx.")
    if not overwrite:
        refuse_taken(marked)


def _mark(book: Path, refusal: Refused, marked: Path) -> NoReturn:
    """Write the marked copy, and end as a refusal does."""
    from optimizer.county.marking import write_marked
    from optimizer.errors import Refused

    try:
        write_marked(book, refusal.findings, marked)
    except Refused as unwritable:
        raise Refused(
            [*refusal.findings, *(one for one in unwritable.findings if one not in refusal.findings)]
        ) from None
    end_refused(refusal, f"Shown in its cells: {marked}.")


@click.command()
@click.argument("county", type=ExistingPath)
@click.argument("out", type=FilePath)
@overwrite_option
def convert(county: Path, out: Path, overwrite: bool) -> None:
    """Copy the tables of COUNTY to OUT: a folder of CSV tables, or one .xlsx workbook. Notes stay behind."""
    from optimizer.county.reading import read_county
    from optimizer.county.writing import refuse_taken, write_county

    if not overwrite:
        refuse_taken(out)
    write_county(read_county(county), out)
    click.echo(f"Written: {out}. Its tables are all there; notes, such as a README, are not copied.")


@click.command()
@click.option("--xlsx", "out", required=True, type=FilePath, help="Workbook to write, ending in .xlsx.")
@click.option(
    "--county", type=ExistingPath, help="County folder or workbook whose tables fill it; otherwise it is empty."
)
@overwrite_option
def template(out: Path, county: Path | None, overwrite: bool) -> None:
    """Write a workbook to fill in: a sheet per table with drop-downs and units, a data dictionary, and how to begin."""
    from optimizer.county.reading import read_county
    from optimizer.county.template import write_template
    from optimizer.county.writing import refuse_taken

    if out.suffix.lower() != ".xlsx":
        raise click.UsageError("--xlsx needs a name that ends in .xlsx.")
    if not overwrite:
        refuse_taken(out)
    write_template(out, None if county is None else read_county(county))
    click.echo(f"Written: {out}. Begin with its sheet start_here; `check {out}` tells what is missing or wrong.")


@click.command(name="import")
@click.argument("file", type=ExistingPath)
@click.option("--mapping", required=True, help="Mapping file, or the name of one that ships: missoula, onlinepbb.")
@click.option("--out", required=True, type=FilePath, help="County folder to write.")
@formats
def import_(file: Path, mapping: str, out: Path, as_json: bool, as_csv: bool) -> None:
    """Import a foreign inventory FILE (CSV or workbook) as a county."""
    from optimizer.county.importing import described, find_mapping, run_import
    from optimizer.report.export import frame_data

    report = run_import(file, find_mapping(mapping), out)
    frames = report.to_frames()
    emit(
        as_json,
        as_csv,
        data=lambda: {name: frame_data(frame) for name, frame in frames.items()},
        table=lambda: frames["totals"],
        show=lambda _: click.echo(f"{described(report)}\nWritten: {out}"),
    )


@click.command()
@click.option("--preset", default="clear_creek", show_default=True, help="Named county to start from.")
@click.option("--name", help="Name of the county.")
@click.option("--services", type=int, help="Services in the inventory.")
@click.option("--organizations", type=int, help="Organizations that may deliver something.")
@click.option("--budget", "budget_usd", type=float, help="Gross cost of all services, in dollars.")
@click.option("--fte", type=float, help="Full-time staff.")
@click.option("--population", type=int, help="Residents.")
@click.option("--seed", default=0, show_default=True, help="The same seed makes the same county.")
@click.option("--out", required=True, type=FilePath, help="County folder, or .xlsx workbook, to write.")
@overwrite_option
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
