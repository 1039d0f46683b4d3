"""Why the plan is as it is, and what would change it. PLAN is a scenario file or a run folder."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.commands.options import ExistingPath, formats, scenario_options
from optimizer.commands.outcome import emit_told, live_steps


@click.command()
@click.argument("plan", type=ExistingPath)
@scenario_options
@click.option("--curve", metavar="LIMIT", help="The cost against one limit, named as `set` names it.")
@click.option("--low", type=float, help="With --curve: the tightest value, or the loosest of a floor.")
@click.option("--high", type=float, help="With --curve: the other end.")
@click.option("--points", default=20, show_default=True, help="With --curve: steps between the ends.")
@formats
def limits(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    curve: str | None,
    low: float | None,
    high: float | None,
    points: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Tell what each limit of PLAN costs: without it, a step more, a step less. Every amount is searched for."""
    from optimizer.why.asked import asked_of
    from optimizer.why.limit_costs import limit_costs
    from optimizer.why.limit_curve import limit_curve

    if curve is None and not (low is None and high is None):
        raise click.UsageError("--low and --high need --curve LIMIT.")
    with live_steps() as on_step:
        asked = asked_of(plan, overrides, county)
        if curve is None:
            told = limit_costs(asked, on_step).told()
        else:
            told = limit_curve(asked, curve, low, high, points, on_step).told()
    emit_told(told, as_json, as_csv)
