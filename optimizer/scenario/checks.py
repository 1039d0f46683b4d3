"""Whether a scenario's settings speak of what the county has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from optimizer.county.county import County
from optimizer.errors import Finding
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.settings import MAX_YEARS
from optimizer.scenario.wording import nearest, shown


@dataclass(frozen=True)
class Named:
    """A table of settings whose names are the county's own."""

    section: str
    field: str
    what: str
    """What its names are."""
    known: Collection[str]

    @property
    def path(self) -> str:
        return f"{self.section}.{self.field}"

    def names(self, scenario: Scenario) -> tuple[str, ...]:
        """The names that the scenario's settings have in this table."""
        entries: dict[str, Any] = getattr(getattr(scenario.settings, self.section), self.field)
        return tuple(entries)

    def unknown(self, scenario: Scenario) -> tuple[str, ...]:
        """Those of them that the county does not have."""
        return tuple(name for name in self.names(scenario) if name not in self.known)

    def finding(self, scenario: Scenario, name: str, known: Collection[str], whose: str) -> Finding:
        """What is told of a name that nobody knows."""
        path = f"{self.path}.{name}"
        where = f"{scenario.origins.get(path, '')} {path}".strip()
        return Finding(where, shown(name), f"a {self.what} of {whose}", nearest(name, known))


def named_settings(scenario: Scenario, county: County) -> tuple[Named, ...]:
    """The tables of settings whose names have to be the county's; names that the scenario gives to services count."""
    departments = _given(scenario, county, "department")
    owners = _given(scenario, county, "consent_owner")
    places = {row.district for row in county.facts.districts} | {row.group for row in county.facts.groups}
    return (
        Named("economics", "hurdle_usd_per_year_by_department", "department", departments),
        Named("people", "attrition_share_by_department", "department", departments),
        Named("equity", "floor_by_place", "district or population group", places),
        Named("limits", "displaced_fte_by_department", "department", departments),
        Named("limits", "moved_services_by_consent_owner", "consent owner", owners),
        Named("limits", "moved_services_by_consent_owner_by_year", "consent owner", owners),
        Named("limits", "retained_share_by_class", "service class", _given(scenario, county, "service_class")),
        Named("limits", "net_cost_by_fund_usd_per_year", "fund", {fund.fund for fund in county.facts.funds}),
    )


def check_against_county(scenario: Scenario, county: County) -> list[Finding]:
    """A finding per department, official, class, fund, district or group that a setting names and the county lacks.

    Capacities and spare staff for years that no horizon reaches are told too: with a calendar year an organization
    would silently have no limit at all, and a department nobody to spare.
    """
    findings = [
        named.finding(scenario, name, named.known, "the county")
        for named in named_settings(scenario, county)
        for name in named.unknown(scenario)
    ]
    return [*findings, *_unreachable_years(county)]


def _given(scenario: Scenario, county: County, column: str) -> set[str]:
    """Every name in a column of the services, and those that the scenario writes there."""
    values = {getattr(service, column) for service in county.services}
    values |= {change.override.get(column) for change in scenario.changes if change.table == "services"}
    return {str(value) for value in values if value is not None}


def _unreachable_years(county: County) -> Iterator[Finding]:
    years = {
        "capacities": [capacity.year for capacity in county.capacities],
        "spare_staff": [staff.year for staff in county.spare_staff],
    }
    for table, column in years.items():
        for index, year in enumerate(column):
            if year is not None and not 1 <= year <= MAX_YEARS:
                fix = "Years of the plan count from 1; leave it blank if it holds in every year."
                found, needs = str(year), f"a year of the plan from 1 to {MAX_YEARS}"
                yield Finding(county.where(table, index, "year"), found, needs, fix)
