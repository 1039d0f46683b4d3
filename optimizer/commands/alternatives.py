"""Plans beside the best one: as good, simpler, or better in something else. PLAN is a scenario file or a run folder."""

from __future__ import annotations

from math import inf
from pathlib import Path

import click

from optimizer.commands.options import Command, plan_in_question
from optimizer.commands.outcome import tell

MEASURES = ("coverage", "displaced_fte", "agreements", "moves", "private_share", "risk")
POINTS = 10
ALL_S = 300.0
"""Seconds after which the search for every plan of a frontier ends, where nothing else is said."""


def _within(command: Command) -> Command:
    """--within-usd and --within-share."""
    share = click.option("--within-share", type=float, help="The same as a share of its cost.  [default: 0.001]")
    usd = click.option("--within-usd", type=float, help="What a plan may cost more than the best one, dollars a year.")
    return usd(share(command))


@click.command()
@plan_in_question
@_within
@click.option("--count", type=click.IntRange(1), default=4, show_default=True, help="Plans to look for.")
def others(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    within_usd: float | None,
    within_share: float | None,
    count: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find plans that cost little more than PLAN and differ most, and which services are the same in all of them."""
    from optimizer.why.asked import asked_of
    from optimizer.why.others import other_plans

    tell(
        lambda on_step: other_plans(
            asked_of(plan, overrides, county), within_usd, within_share, count, on_step=on_step
        ),
        as_json,
        as_csv,
    )


@click.command()
@plan_in_question
@_within
@click.option(
    "--by", type=click.Choice(["moves", "agreements"]), default="moves", show_default=True, help="What is fewest first."
)
def simplest(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    within_usd: float | None,
    within_share: float | None,
    by: str,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find the plan with fewest moves or agreements that costs little more than PLAN."""
    from optimizer.why.asked import asked_of
    from optimizer.why.simplest import simplest_plan

    tell(
        lambda on_step: simplest_plan(asked_of(plan, overrides, county), within_usd, within_share, by, on_step),
        as_json,
        as_csv,
    )


@click.command()
@plan_in_question
@click.option("--against", type=click.Choice(MEASURES), required=True, help="What cost is weighed against.")
@click.option("--points", type=click.IntRange(2), help=f"Plans at the most.  [default: {POINTS}]")
@click.option("--all", "every", is_flag=True, help="Every plan of the frontier, as far as the time goes.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help=f"Ends the search with what it has found.  [default: {ALL_S:g} with --all, otherwise none]",
)
def frontier(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    against: str,
    points: int | None,
    every: bool,
    time_limit: float | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find the plans of PLAN's scenario that nothing beats in cost without losing in another measure."""
    from optimizer.why.asked import asked_of
    from optimizer.why.frontier import frontier as frontier_of

    if every and points is not None:
        raise click.UsageError("--points or --all, not both.")
    most = None if every else points or POINTS
    limit_s = time_limit if time_limit is not None else ALL_S if every else inf
    tell(
        lambda on_step: frontier_of(asked_of(plan, overrides, county), against, most, on_step, limit_s),
        as_json,
        as_csv,
    )
