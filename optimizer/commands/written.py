"""What every command that writes a file about plans does first: its name, its place, and the runs it is about."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from optimizer.commands.options import ExistingPath, FilePath, scenario_options
from optimizer.commands.outcome import live_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.commands.options import Command
    from optimizer.errors import Finding
    from optimizer.runs.folder import Run


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
    """The runs of PLANS; what has none yet is solved."""
    from optimizer.ask import Search, runs_of
    from optimizer.errors import raise_if_any

    raise_if_any(_regions(plans))
    with live_progress() as on_progress:
        return runs_of(plans, overrides, county, runs, Search(), on_progress, fresh=False)


def end_written(out: Path, codes: Iterable[int]) -> NoReturn:
    """Say that the file is there, and end as the least certain of the answers that it tells."""
    click.echo(f"Written: {out}")
    sys.exit(max(codes))


def _regions(plans: Sequence[Path]) -> list[Finding]:
    """Scenarios of several counties: what is written is of one county at a time."""
    from optimizer.errors import Finding
    from optimizer.scenario.region import names_counties

    needs = "a question about one county"
    fix = "`solve` it, then name the run of one of its counties: a folder in `counties` of its run."
    return [
        Finding(str(path), "several counties that plan together", needs, fix)
        for path in plans
        if path.is_file() and names_counties(path)
    ]
