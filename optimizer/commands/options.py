"""Options and arguments that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
FilePath = click.Path(path_type=Path)
overwrite_option = click.option("--overwrite", is_flag=True, help="Replace what stands there.")


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


ExistingPath = _Existing(exists=True, path_type=Path)


def formats(command: Command) -> Command:
    """--json and --csv."""
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print the main table as CSV.")
    as_json = click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
    return as_json(as_csv(command))


def plan_in_question(command: Command) -> Command:
    """PLAN, --set and --county, --json and --csv."""
    return click.argument("plan", type=ExistingPath)(scenario_options(formats(command)))


def scenario_options(command: Command) -> Command:
    """--county and --set, for one county; settings that another folder's name keeps out of force are told."""
    county = click.option(
        "--county", type=ExistingPath, help="County folder or workbook, instead of the one that the scenario names."
    )
    return overrides_option(county(_telling_left_out(command)))


def _telling_left_out(command: Command) -> Command:
    @wraps(command)
    def telling(*arguments: Any, **options: Any) -> Any:
        county = options["county"]
        asked = [path for name in ("scenario", "plan") if (path := options.get(name)) is not None]
        asked += [path for name in ("scenarios", "plans") for path in options.get(name, ())]
        if county is not None and county.exists():
            _tell_left_out([path for path in asked if path.is_file()], county)
        return command(*arguments, **options)

    return telling  # type: ignore[return-value]


def _tell_left_out(scenarios: list[Path], county: Path) -> None:
    from optimizer.scenario.loading import left_out_sentence, settings_left_out

    for settings in dict.fromkeys(settings_left_out(scenario, county) for scenario in scenarios):
        if settings:
            click.echo(f"To know: {left_out_sentence(settings)}", err=True)


def one_county_options(command: Command) -> Command:
    """--county and --set, for a county that may be one of a region."""
    # what is named in a region is no path, so that a path is looked up once the scenario is known
    county = click.option(
        "--county",
        type=FilePath,
        help="County folder or workbook, instead of the one that the scenario names; in a region the county's name.",
    )
    return overrides_option(county(_telling_left_out(command)))


def overrides_option(command: Command) -> Command:
    """--set."""
    return click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Set one value; on top.")(
        command
    )


def search_options(command: Command) -> Command:
    """--runs, --engine, --constraints and --fresh."""
    for option in (
        click.option("--runs", default="runs", show_default=True, type=FilePath, help="Folder of all runs."),
        click.option("--engine", default="auto", show_default=True, help="auto, highs, decomposition, pyomo:<solver>."),
        click.option("--constraints", type=ExistingPath, help="Python file with your own rules, added in Pyomo."),
        click.option("--fresh", is_flag=True, help="Search again even if this run was made before."),
    ):
        command = option(command)
    return command


def path_of(county: Path | None) -> Path | None:
    """A county's folder or workbook that has to be there."""
    context = click.get_current_context()
    param = next(param for param in context.command.params if param.name == "county")
    return None if county is None else ExistingPath.convert(county, param, context)
