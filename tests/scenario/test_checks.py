"""Settings that speak of what the county does not have."""

from __future__ import annotations

from dataclasses import replace

from optimizer.county import records
from optimizer.county.county import County
from optimizer.scenario.apply import check_against_county
from tests.scenario.conftest import Desk


def told(desk: Desk, county: County, text: str) -> list[str]:
    return [str(finding) for finding in check_against_county(desk.ask(text), county)]


def test_limits_that_name_what_is_there_are_fine(desk: Desk, county: County) -> None:
    text = """
        set:
          limits.displaced_fte_by_department: {Public Works: 1, Sheriff: 0}
          limits.moved_services_by_consent_owner.Sheriff: 0
          limits.retained_share_by_class: {roads: 0.5}
          limits.net_cost_by_fund_usd_per_year.Roads: -5
          limits.moved_services_by_consent_owner_by_year.Sheriff: [0, 1]
          people.attrition_share_by_department: {Culture: 0.1}
          equity.floor_by_place: {west: 0.5, seniors: 0.9}
        """
    assert told(desk, county, text) == []


def test_every_name_the_county_lacks_is_told_with_its_setter(desk: Desk, county: County) -> None:
    desk.write("counties/clear_creek.yaml", "set: {limits.net_cost_by_fund_usd_per_year.Genral: 5}")
    text = """
        set:
          limits.displaced_fte_by_department: {Publik Works: 1, Sheriff: 0}
          limits.moved_services_by_consent_owner.Coroner: 0
          limits.retained_share_by_class.Roads: 1
        """
    path = "scenarios/whatifs/ask.yaml"
    assert told(desk, county, text) == [
        f"{path}:2 limits.displaced_fte_by_department.Publik Works: found 'Publik Works', "
        "needs a department of the county. Did you mean 'Public Works'?",
        f"{path}:3 limits.moved_services_by_consent_owner.Coroner: found 'Coroner', "
        "needs a consent owner of the county. Known: Sheriff.",
        f"{path}:4 limits.retained_share_by_class.Roads: found 'Roads', "
        "needs a service class of the county. Did you mean 'roads'?",
        "scenarios/counties/clear_creek.yaml:1 limits.net_cost_by_fund_usd_per_year.Genral: found 'Genral', "
        "needs a fund of the county. Did you mean 'General'?",
    ]


def test_staff_officials_and_places_are_the_countys_own(desk: Desk, county: County) -> None:
    text = """
        set:
          equity.floor_by_place: {wset: 0.9, east: 0.5, senior: 1}
          limits.moved_services_by_consent_owner_by_year: {Sherif: [1]}
          people.attrition_share_by_department.Cultur: 0.1
        """
    path = "scenarios/whatifs/ask.yaml"
    assert told(desk, county, text) == [
        f"{path}:4 people.attrition_share_by_department.Cultur: found 'Cultur', "
        "needs a department of the county. Did you mean 'Culture'?",
        f"{path}:2 equity.floor_by_place.wset: found 'wset', "
        "needs a district or population group of the county. Did you mean 'west'?",
        f"{path}:2 equity.floor_by_place.senior: found 'senior', "
        "needs a district or population group of the county. Did you mean 'seniors'?",
        f"{path}:3 limits.moved_services_by_consent_owner_by_year.Sherif: found 'Sherif', "
        "needs a consent owner of the county. Did you mean 'Sheriff'?",
    ]


def test_a_county_without_districts_and_groups_has_no_place_to_name(desk: Desk, county: County) -> None:
    whole = replace(county, facts=county.facts.model_copy(update={"districts": (), "groups": ()}))
    findings = told(desk, whole, "set: {equity.floor_by_place.all: 0.5, equity.floor: 0.5}")
    assert len(findings) == 1
    assert (
        "found 'all', needs a district or population group of the county. There is none to choose from." in findings[0]
    )


def test_names_that_the_scenario_itself_gives_are_known(desk: Desk, county: County) -> None:
    text = """
        set: {limits.displaced_fte_by_department: {Parks: 1, Sheriff: 1}}
        change:
          - {in: services, where: {department: Culture}, override: {department: Parks}}
          - {in: services, where: {service_id: library}, override: {department: Sheriff}}
        """
    assert told(desk, county, text) == []


def test_years_that_no_horizon_reaches_are_told(desk: Desk, county: County) -> None:
    rows = tuple(records.Capacity(org_id="jeffcom", resource="fte", year=year, amount=1) for year in (1, 50, 0, 2027))
    findings = told(desk, county.with_tables(capacities=rows), "title: x")
    assert [finding.split(":")[0] for finding in findings] == [
        "capacities row 4 column year",
        "capacities row 5 column year",
    ]
    assert "found 2027, needs a year of the plan from 1 to 50" in findings[1]


def test_staff_to_spare_in_years_that_no_horizon_reaches_is_told(desk: Desk, county: County) -> None:
    rows = tuple(records.SpareStaff(department="Culture", year=year, fte=1) for year in (None, 1, 2030))
    findings = told(desk, county.with_tables(spare_staff=rows), "title: x")
    assert len(findings) == 1
    assert findings[0].startswith("spare_staff row 4 column year: found 2030, needs a year of the plan from 1 to 50.")
