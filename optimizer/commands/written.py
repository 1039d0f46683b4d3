"""What every command that writes a file about plans does first: its name, its place, and the runs it is about."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from optimizer.commands.options import ExistingPath, FilePath, scenario_options
from optimizer.commands.outcome import live_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.commands.options import Command
    from optimizer.runs.folder import Run
    from optimizer.runs.region_folder import RegionRun


def written_plans(what: str, suffix: str) -> Callable[[Command], Command]:
    """PLANS, --out, --overwrite, --runs, --county and --set of a command that writes `what`."""

    def options(command: Command) -> Command:
        for option in (
            click.option("--runs", default="runs", show_default=True, type=FilePath, help="Folder of all runs."),
            click.option("--overwrite", is_flag=True, help=f"Replace a {what} that is there."),
            click.option("--out", required=True, type=FilePath, help=f"The {what} to write, ending in {suffix}."),
            click.argument("plans", nargs=-1, required=True, type=ExistingPath),
        ):
            command = option(command)
        return scenario_options(command)

    return options


def refuse_place(out: Path, suffix: str, *, overwrite: bool) -> None:
    """Refuse a file of another kind, or one that is there already, before anything is searched."""
    from optimizer.county.writing import refuse_taken

    if out.suffix.lower() != suffix:
        raise click.UsageError(f"--out needs a name that ends in {suffix}.")
    if not overwrite:
        refuse_taken(out)


def runs_to_tell(plans: Sequence[Path], overrides: Sequence[str], county: Path | None, runs: Path) -> list[Run]:
    """The runs of PLANS, of single counties; what has none yet is solved."""
    from optimizer.ask import Search
    from optimizer.ask_several import runs_of

    with live_progress() as on_progress:
        return runs_of(plans, overrides, county, runs, Search(), on_progress, fresh=False)


def regions_to_tell(
    plans: Sequence[Path], overrides: Sequence[str], runs: Path, of_one_county: Mapping[str, object]
) -> list[RegionRun]:
    """The runs of PLANS, which are all of regions; what has none yet is solved.

    `of_one_county` are options that speak of one county, with what is given of each: a region refuses them.
    """
    from optimizer.ask_region import USUAL
    from optimizer.ask_several import region_runs_of

    refuse_for_regions(of_one_county)
    with live_progress() as on_progress:
        return region_runs_of(plans, overrides, runs, USUAL, on_progress)


def refuse_for_regions(options: Mapping[str, object]) -> None:
    """Refuse options that speak of one county, of which what is given is told."""
    given = ", ".join(name for name, value in options.items() if value)
    if given:
        raise click.UsageError(f"{given} cannot be used where several counties plan together.")


def end_written(out: Path, codes: Iterable[int]) -> NoReturn:
    """Say that the file is there, and end as the least certain of the answers that it tells."""
    click.echo(f"Written: {out}")
    sys.exit(max(codes))
