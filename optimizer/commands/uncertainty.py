"""How PLAN may turn out, and plans that guard against it. PLAN is a scenario file or a run folder."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.commands.options import plan_in_question
from optimizer.commands.outcome import tell


@click.command()
@plan_in_question
@click.option("--draws", type=click.IntRange(1), default=10_000, show_default=True, help="Draws.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same numbers.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", help="Replace an assumption, as realized_low=0.")
def realize(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    draws: int,
    seed: int,
    assume: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
) -> None:
    """Draw how PLAN may turn out: savings that fall short, prices that rise, partners that fail."""
    from optimizer.why.asked import asked_of
    from optimizer.why.assumptions import Assumptions
    from optimizer.why.realized import realized

    assumptions = Assumptions().with_values(assume)
    tell(
        lambda on_step: realized(asked_of(plan, overrides, county), assumptions, draws, seed, on_step), as_json, as_csv
    )


@click.command()
@plan_in_question
@click.option("--deviation", default=0.25, show_default=True, help="Share by which a price may rise.")
@click.option("--gamma", "gammas", multiple=True, type=float, help="How many rise at once.  [default: 1 5 10 20 40]")
def robust(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    deviation: float,
    gammas: tuple[float, ...],
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find plans of PLAN's scenario that guard against so many prices that rise."""
    from optimizer.why.asked import asked_of
    from optimizer.why.robust import USUAL_GAMMAS
    from optimizer.why.robust import robust as robust_plans

    tell(
        lambda on_step: robust_plans(asked_of(plan, overrides, county), deviation, gammas or USUAL_GAMMAS, on_step),
        as_json,
        as_csv,
    )


@click.command()
@plan_in_question
@click.option("--organization", "organizations", multiple=True, metavar="ID", help="One that fails; otherwise each.")
@click.option("--together", is_flag=True, help="All that are named fail at once.")
def failures(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    organizations: tuple[str, ...],
    together: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Tell what PLAN would cost if a partner failed, with the rest as it is and with everything decided anew."""
    from optimizer.why.asked import asked_of
    from optimizer.why.failure import partner_failures

    if together and not organizations:
        raise click.UsageError("--together needs the organizations: --organization A --organization B.")
    tell(
        lambda on_step: partner_failures(asked_of(plan, overrides, county), organizations, on_step, together=together),
        as_json,
        as_csv,
    )
