"""What is asked of all counties of a region and may fit in some of them only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from optimizer.county.county import TABLES, County
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.scenario.absent import absent_everywhere, names_fitted
from optimizer.scenario.apply import apply_changes, check_against_county, resolve_rules
from optimizer.scenario.region import RegionScenario
from optimizer.scenario.scenario import Absent, CellChange, Lock
from tests.scenario.conftest import Desk, small_county
from tests.scenario.region_desk import HERE, gilpin, region, region_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return region_desk(tmp_path)


def applied(
    question: RegionScenario, counties: Sequence[County]
) -> tuple[list[tuple[CellChange, ...]], list[tuple[Lock, ...]], list[str]]:
    """Cells and locks of every county, and what fits in none."""
    absent: list[list[Absent]] = [[] for _ in counties]
    cells, locks = [], []
    scenarios = names_fitted(question.scenarios, counties)
    for scenario, county, left_out in zip(scenarios, counties, absent, strict=True):
        assert check_against_county(scenario, county) == []
        changed, changes = apply_changes(county, scenario, tuple(TABLES), left_out)
        cells.append(changes)
        locks.append(resolve_rules(changed, scenario, left_out)[0])
    return cells, locks, [str(finding) for finding in absent_everywhere(absent)]


def told_cells(changes: Sequence[CellChange]) -> list[tuple[object, ...]]:
    return [(change.table, change.key[0], change.column, change.after) for change in changes]


def test_selectors_for_all_counties_apply_where_they_fit(desk: Desk) -> None:
    question = region(
        desk,
        """
        counties: [clear_creek, gilpin]
        set:
          services.clinic.fte: 5
          counties.gilpin.services.plowing.fte: 3
          counties.clear_creek.services.plowing.fte: 4
        change:
          - {in: offers, where: {organization.kind: private}, scale: {price_usd_per_year: 2}}
          - {in: services, where: {department: Sheriff}, lock: keep}
          - {in: offers, county: gilpin, where: {service_id: plowing}, override: {coverage: 0.5}}
          - {in: services, county: [gilpin], where: {department: Public Works}, lock: outsource}
          - {in: sales, where: {}, scale: {fte: 2}}
        """,
    )
    (first, second), locks, nowhere = applied(question, [small_county(), gilpin()])
    assert told_cells(first) == [
        ("services", "plowing", "fte", 4),
        ("offers", "plowing-paveco", "price_usd_per_year", 700),
        ("offers", "gravel-paveco", "price_usd_per_year", 500),
        ("sales", "books_for_evergreen", "fte", 1),
        ("sales", "calls_for_jeffcom", "fte", 4),
    ]
    assert told_cells(second) == [
        ("services", "plowing", "fte", 3),
        ("services", "clinic", "fte", 5),
        ("offers", "plowing-paveco", "price_usd_per_year", 400),
        ("offers", "plowing-paveco", "coverage", 0.5),
    ]
    assert [lock.service_id for lock in locks[0]] == ["dispatch", "jail"]
    assert locks[1] == (Lock("plowing", Decision.OUTSOURCE, None, f"{HERE}:10"),)
    assert nowhere == []


def test_what_fits_in_no_county_is_told_once_and_with_the_nearest_of_all(desk: Desk) -> None:
    question = region(
        desk,
        """
        counties: [clear_creek, gilpin]
        change:
          - {in: services, where: {department: Helth}, scale: {fte: 2}}
          - {in: organizations, where: {kind: state}, forbid: [partner]}
          - {in: services, where: {department: Health}, scale: {fte: 2}}
          - {in: services, where: {department: Health, service_class: jail}, lock: keep}
        """,
    )
    _, _, nowhere = applied(question, [small_county(), gilpin()])
    assert nowhere == [
        f"{HERE}:3 services where department: found no row of services with department: 'Helth' in any county, "
        "needs a value that some row has. Did you mean 'Health'?",
        f"{HERE}:4 organizations where kind: found no row of organizations with kind: 'state' in any county, "
        "needs a value that some row has. Known: municipality, private, special_district.",
        f"{HERE}:6 services where department: found no row of services with department: 'Health' in any county, "
        "needs a value that some row has. Known: Culture, Public Works, Sheriff.",
    ]


def test_one_county_in_which_it_fits_is_enough(desk: Desk) -> None:
    text = """
        counties: [clear_creek, park, gilpin]
        change:
          - {in: services, where: {department: Health}, lock: keep}
          - {in: services, where: {department: Helth}, lock: keep}
        """
    _, locks, nowhere = applied(region(desk, text), [small_county(), small_county(), gilpin()])
    assert [len(found) for found in locks] == [0, 0, 1]
    assert [finding.split(" services")[0] for finding in nowhere] == [f"{HERE}:4"]


def test_a_selector_for_named_counties_has_to_fit_in_each(desk: Desk) -> None:
    text = "change: [{in: services, county: [gilpin, clear_creek], where: {department: Health}, scale: {fte: 2}}]"
    question = region(desk, text)
    assert apply_changes(gilpin(), question.scenarios[1], tuple(TABLES))[1][0].after == 2
    with pytest.raises(Refused, match="no row of services with department: 'Health'"):
        apply_changes(small_county(), question.scenarios[0], tuple(TABLES))
    rule = region(desk, "change: [{in: services, county: clear_creek, where: {department: Health}, lock: keep}]")
    assert rule.scenarios[1].rules == ()
    with pytest.raises(Refused, match="no row of services with department: 'Health'"):
        resolve_rules(small_county(), rule.scenarios[0])


def test_selectors_of_a_countys_own_file_have_to_fit_as_ever(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "change: [{in: services, where: {department: Health}, scale: {fte: 2}}]")
    with pytest.raises(Refused, match=r"counties/clear_creek.yaml:1 services where department"):
        apply_changes(small_county(), region(desk, "title: x").scenarios[0], tuple(TABLES))


def test_names_for_all_counties_count_where_they_are_known(desk: Desk) -> None:
    desk.write("counties/gilpin.yaml", "set: {limits.displaced_fte_by_department.Sheriff: 9}")
    question = region(
        desk,
        """
        counties: [clear_creek, gilpin]
        set:
          limits.displaced_fte_by_department: {Sheriff: 2, Health: 1, Public Works: 3}
          equity.floor_by_place: {seniors: 0.9, west: 0.8}
          limits.moved_services_by_consent_owner_by_year.Sheriff: [0, 1]
          counties.gilpin.people.attrition_share_by_department.Health: 0.1
        """,
    )
    first, second = names_fitted(question.scenarios, [small_county(), gilpin()])
    assert first.settings.limits.displaced_fte_by_department == {"Sheriff": 2, "Public Works": 3}
    assert second.settings.limits.displaced_fte_by_department == {"Health": 1, "Public Works": 3}
    assert first.settings.equity.floor_by_place == {"seniors": 0.9, "west": 0.8}
    assert second.settings.equity.floor_by_place == {}
    assert first.settings.limits.moved_services_by_consent_owner_by_year == {"Sheriff": (0, 1)}
    assert second.settings.limits.moved_services_by_consent_owner_by_year == {}
    assert second.settings.people.attrition_share_by_department == {"Health": 0.1}
    assert second.origins["equity.floor_by_place"] == f"{HERE}:4"
    assert "limits.displaced_fte_by_department.Sheriff" not in second.origins
    assert second.origins["limits.displaced_fte_by_department.Health"] == f"{HERE}:3"
    for scenario, county in ((first, small_county()), (second, gilpin())):
        assert check_against_county(scenario, county) == []


def test_a_name_that_no_county_has_is_refused(desk: Desk) -> None:
    question = region(
        desk,
        """
        counties: [clear_creek, gilpin]
        set:
          limits.displaced_fte_by_department: {Helth: 1, Sheriff: 2}
          equity.floor_by_place.north: 0.5
        """,
        overrides=["limits.retained_share_by_class.jails=1"],
    )
    with pytest.raises(Refused) as caught:
        names_fitted(question.scenarios, [small_county(), gilpin()])
    assert [str(finding) for finding in caught.value.findings] == [
        f"{HERE}:4 equity.floor_by_place.north: found 'north', needs a district or population group of a county of the "
        "region. Known: east, seniors, west.",
        f"{HERE}:3 limits.displaced_fte_by_department.Helth: found 'Helth', needs a department of a county of the "
        "region. Did you mean 'Health'?",
        "--set limits.retained_share_by_class.jails: found 'jails', needs a service class of a county of the region. "
        "Did you mean 'jail'?",
    ]


def test_names_for_one_county_have_to_be_its_own(desk: Desk) -> None:
    desk.write("counties/clear_creek.yaml", "set: {limits.net_cost_by_fund_usd_per_year.Parks: 4}")
    text = """
        counties: [clear_creek, gilpin]
        set:
          limits.displaced_fte_by_department.Sheriff: 2
          counties.gilpin.limits.displaced_fte_by_department.Sheriff: 1
        """
    counties = [small_county(), gilpin()]
    first, second = names_fitted(region(desk, text).scenarios, counties)
    assert ["Parks" in str(finding) for finding in check_against_county(first, counties[0])] == [True]
    told = [str(finding) for finding in check_against_county(second, counties[1])]
    assert len(told) == 1
    assert told[0].startswith(
        f"{HERE}:4 limits.displaced_fte_by_department.Sheriff: found 'Sheriff', needs a department"
    )


def test_two_what_ifs_may_not_touch_one_cell_of_one_county(desk: Desk) -> None:
    scale = "where: {service_id: plowing}, scale: {fte: 2}"
    desk.write("whatifs/one.yaml", f"change: [{{in: services, {scale}}}]")
    desk.write("whatifs/two.yaml", f"change: [{{in: services, county: gilpin, {scale}}}]")
    first, second = region(desk, "include: [one, two]").scenarios
    assert len(apply_changes(small_county(), first, tuple(TABLES))[1]) == 1
    with pytest.raises(Refused, match=r"plowing fte, which scenarios/whatifs/one.yaml:1 changes"):
        apply_changes(gilpin(), second, tuple(TABLES))
