"""Why the plan is as it is: one service, its limits, its prices. PLAN is a scenario file or a run folder."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.commands.options import ExistingPath, formats, plan_in_question, scenario_options
from optimizer.commands.outcome import tell


@click.command()
@click.argument("service_id")
@click.option("--run", "run_folder", type=ExistingPath, help="Run folder whose plan is asked about.")
@click.option("--scenario", type=ExistingPath, help="Scenario whose best plan is asked about.")
@scenario_options
@formats
def why(
    service_id: str,
    run_folder: Path | None,
    scenario: Path | None,
    overrides: tuple[str, ...],
    county: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Tell why one service is decided as it is, and what every other choice would cost the whole plan."""
    from optimizer.why.asked import asked_of
    from optimizer.why.service import why_service

    plan = run_folder or scenario
    if plan is None or (run_folder is not None and scenario is not None):
        raise click.UsageError("Name the plan in question: --run RUN or --scenario SCENARIO.")
    tell(lambda on_step: why_service(asked_of(plan, overrides, county), service_id, on_step), as_json, as_csv)


@click.command()
@plan_in_question
@click.option("--curve", metavar="LIMIT", help="The cost against one limit, named as `set` names it.")
@click.option("--low", type=float, help="With --curve: the tightest value, or the loosest of a floor.")
@click.option("--high", type=float, help="With --curve: the other end.")
@click.option("--points", type=click.IntRange(1), help="With --curve: steps between the ends.  [default: 20]")
def limits(
    plan: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    curve: str | None,
    low: float | None,
    high: float | None,
    points: int | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Tell what each limit of PLAN costs: without it, a step more, a step less. Every amount is searched for."""
    from optimizer.why.asked import OnStep, asked_of
    from optimizer.why.limit_costs import LimitCosts, limit_costs
    from optimizer.why.limit_curve import POINTS, LimitCurve, limit_curve

    if curve is None and not (low is None and high is None and points is None):
        raise click.UsageError("--low, --high and --points need --curve LIMIT.")

    def ask(on_step: OnStep) -> LimitCosts | LimitCurve:
        asked = asked_of(plan, overrides, county)
        if curve is None:
            return limit_costs(asked, on_step)
        return limit_curve(asked, curve, low, high, POINTS if points is None else points, on_step)

    tell(ask, as_json, as_csv)


@click.command("break-even")
@plan_in_question
@click.argument("service_id", required=False)
@click.option("--offer", metavar="ID", help="One offer or sale of the service; otherwise all of them.")
@click.option("--organization", metavar="ID", help="A whole organization instead: its prices, agreement, capacities.")
def break_even(
    plan: Path,
    service_id: str | None,
    overrides: tuple[str, ...],
    county: Path | None,
    offer: str | None,
    organization: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find the price at which each offer and sale of a service enters or leaves PLAN, or what would have to be true
    for a whole organization.
    """
    from optimizer.why.asked import OnStep, asked_of
    from optimizer.why.break_even import BreakEven
    from optimizer.why.break_even import break_even as prices_of
    from optimizer.why.organization import OrganizationBreakEven, organization_break_even

    if (service_id is None) == (organization is None) or (offer is not None and service_id is None):
        raise click.UsageError("Name a service (and an --offer of it), or an --organization.")

    def ask(on_step: OnStep) -> BreakEven | OrganizationBreakEven:
        asked = asked_of(plan, overrides, county)
        if service_id is not None:
            return prices_of(asked, service_id, offer, on_step)
        assert organization is not None
        return organization_break_even(asked, organization, on_step)

    tell(ask, as_json, as_csv)
