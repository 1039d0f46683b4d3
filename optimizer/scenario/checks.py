"""Whether a scenario's settings speak of what the county has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.county.county import County
from optimizer.errors import Finding
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.settings import MAX_YEARS
from optimizer.scenario.wording import nearest, shown


def check_against_county(scenario: Scenario, county: County) -> list[Finding]:
    """A finding per department, official, class or fund that a limit names and the county does not have.

    A name that the scenario itself gives to a service counts as known. Capacities for years that no horizon
    reaches are told too: with a calendar year an organization would silently have no limit at all.
    """
    limits = scenario.settings.limits
    funds = {fund.fund for fund in county.facts.funds}
    named: tuple[tuple[str, Mapping[str, float], set[str], str], ...] = (
        (
            "displaced_fte_by_department",
            limits.displaced_fte_by_department,
            _given(scenario, county, "department"),
            "department",
        ),
        (
            "moved_services_by_consent_owner",
            limits.moved_services_by_consent_owner,
            _given(scenario, county, "consent_owner"),
            "consent owner",
        ),
        (
            "retained_share_by_class",
            limits.retained_share_by_class,
            _given(scenario, county, "service_class"),
            "service class",
        ),
        ("net_cost_by_fund_usd_per_year", limits.net_cost_by_fund_usd_per_year, funds, "fund"),
    )
    findings = [
        Finding(
            _where(scenario, f"limits.{name}.{entry}"), shown(entry), f"a {what} of the county", nearest(entry, known)
        )
        for name, table, known, what in named
        for entry in table
        if entry not in known
    ]
    return [*findings, *_unreachable_years(county)]


def _given(scenario: Scenario, county: County, column: str) -> set[str]:
    """Every name in a column of the services, and those that the scenario writes there."""
    values = {getattr(service, column) for service in county.services}
    values |= {change.override.get(column) for change in scenario.changes if change.table == "services"}
    return {str(value) for value in values if value is not None}


def _where(scenario: Scenario, path: str) -> str:
    return f"{scenario.origins.get(path, '')} {path}".strip()


def _unreachable_years(county: County) -> Iterator[Finding]:
    for row, capacity in enumerate(county.capacities):
        if capacity.year is not None and not 1 <= capacity.year <= MAX_YEARS:
            fix = "Years of the plan count from 1; leave it blank if it holds in every year."
            found, needs = str(capacity.year), f"a year of the plan from 1 to {MAX_YEARS}"
            yield Finding(county.where("capacities", row, "year"), found, needs, fix)
