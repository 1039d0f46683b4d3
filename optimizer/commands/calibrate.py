"""calibrate: parameters from decisions that were taken, and what changes over a grid of parameters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.options import ExistingPath, formats, scenario_options
from optimizer.commands.outcome import tell

if TYPE_CHECKING:
    from optimizer.plan.told import Told
    from optimizer.why.fit import Fit


@click.group()
def calibrate() -> None:
    """Find a county's parameters from what it decided, or see what they change."""


@calibrate.command()
@click.argument("scenario", type=ExistingPath)
@click.option(
    "--decided", required=True, type=ExistingPath, help="CSV of decisions: service_id, decision, provider, year, note."
)
@click.option(
    "--parameter", "families", multiple=True,
    help="hurdle, administration, decision, department or reliability.  [default: all]",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Write what is found into the county's own file, scenarios/counties/.")
@scenario_options
@formats
def fit(
    scenario: Path,
    decided: Path,
    families: tuple[str, ...],
    write: bool,
    overrides: tuple[str, ...],
    county: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find the smallest change of parameters that makes past decisions best, or nearly so."""
    from optimizer.ask import load_case
    from optimizer.why.asked import OnStep
    from optimizer.why.fit import fit as fit_to
    from optimizer.why.parameters import FAMILIES
    from optimizer.why.past import read_past

    def ask(on_step: OnStep) -> Fit | _Written:
        case = load_case(scenario, overrides, county)
        found = fit_to(case, read_past(decided, case.county), families or FAMILIES, on_step)
        return _Written(found, scenario) if write else found

    tell(ask, as_json, as_csv)


class _Written:
    """A fit whose parameters are written."""

    def __init__(self, found: Fit, scenario: Path) -> None:
        from optimizer.why.county_layer import write_layer

        self.found, self.path = found, None if found.interrupted else write_layer(found, scenario)

    def told(self) -> Told:
        told = self.found.told()
        nothing = "Nothing was written." if self.found.interrupted else "Nothing to write."
        line = nothing if self.path is None else f"Written: {self.path}"
        return replace(told, lines=(*told.lines, line))


@calibrate.command()
@click.argument("scenario", type=ExistingPath)
@click.option(
    "--over", "grid", multiple=True, required=True, metavar="PATH=VALUES",
    help="A setting or a cell and its values: economics.hurdle_share=0,0.1,0.2 or =0:0.3:7 (low, high, how many).",
)  # fmt: skip
@scenario_options
@formats
def sweep(
    scenario: Path,
    grid: tuple[str, ...],
    overrides: tuple[str, ...],
    county: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Solve SCENARIO at every point of a grid of parameters, and tell what is decided otherwise where."""
    from optimizer.why.sweep import parse_grid
    from optimizer.why.sweep import sweep as sweep_over

    points = parse_grid(grid)
    tell(lambda on_step: sweep_over(scenario, points, overrides, county, on_step), as_json, as_csv)
