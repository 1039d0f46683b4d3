"""Which rows a selector means: every kind of condition, joined records, and an oracle that goes row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.county.county import TABLES, County
from optimizer.scenario.columns import JOINED, RECORDS, cells_of, names_of, plain_cell
from optimizer.scenario.selectors import nothing_selected, problems, selected
from tests.scenario.conftest import small_county

COUNTY = small_county()


def ids(county: County, table: str, where: Mapping[str, Any]) -> list[Any]:
    assert problems(table, where, {}, {}) == []
    mask = selected(county, table, where, county.frame(table))
    return [getattr(row, TABLES[table].key[0]) for row, hit in zip(county.table(table), mask, strict=True) if hit]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, ["plowing", "gravel", "dispatch", "jail", "library"]),
        ({"department": "Sheriff"}, ["dispatch", "jail"]),
        ({"department": ["Sheriff", "Culture"]}, ["dispatch", "jail", "library"]),
        ({"department": "!=Sheriff"}, ["plowing", "gravel", "library"]),
        ({"department": "Sheriff", "mandate_level": 4, "delegable": "yes"}, ["dispatch"]),
        ({"mandate_level": ">=2"}, ["plowing", "gravel", "dispatch", "jail"]),
        ({"mandate_level": ">2"}, ["plowing", "dispatch", "jail"]),
        ({"mandate_level": "<= 2"}, ["gravel", "library"]),
        ({"mandate_level": "<2"}, ["library"]),
        ({"mandate_level": "!=4"}, ["gravel", "library"]),
        ({"mandate_level": [0, 2]}, ["gravel", "library"]),
        ({"mandate_level": "4"}, ["plowing", "dispatch", "jail"]),
        ({"quartile": ">=1"}, ["plowing", "library"]),
        ({"quartile": None}, ["gravel", "dispatch", "jail"]),
        ({"quartile": "!=null"}, ["plowing", "library"]),
        ({"quartile": [None, 4]}, ["gravel", "dispatch", "jail", "library"]),
        ({"quartile": "!=4"}, ["plowing", "gravel", "dispatch", "jail"]),
        ({"division": "Pits"}, ["gravel"]),
        ({"division": None, "critical": True}, ["dispatch"]),
        ({"delegable": False}, ["jail"]),
        ({"delegable": "no"}, ["jail"]),
        ({"consent_owner": "!=~"}, ["dispatch", "jail"]),
        ({"personnel_usd": ">=4e2"}, ["plowing", "dispatch", "jail"]),
    ],
)
def test_conditions_on_a_services_own_columns(where: Mapping[str, Any], expected: list[str]) -> None:
    assert ids(COUNTY, "services", where) == expected


@pytest.mark.parametrize(
    ("table", "where", "expected"),
    [
        ("offers", {"service.department": "Sheriff"}, ["dispatch-jeffcom", "dispatch-pool_911"]),
        ("offers", {"organization.kind": "private"}, ["plowing-paveco", "gravel-paveco"]),
        ("offers", {"organization.kind": "special_district"}, ["dispatch-jeffcom", "dispatch-pool_911"]),
        ("offers", {"organization.kind": None}, ["library-pool_books"]),
        ("offers", {"organization.min_volume_usd_per_year": ">=1"}, ["dispatch-jeffcom", "dispatch-pool_911"]),
        ("offers", {"pool.name": "Books"}, ["library-pool_books"]),
        ("offers", {"pool.setup_usd": ">=100"}, ["library-pool_books", "dispatch-pool_911"]),
        (
            "offers",
            {"pool_id": None, "service.critical": False},
            ["plowing-paveco", "gravel-paveco", "gravel-evergreen"],
        ),
        ("offers", {"estimated": "price_usd_per_year"}, ["gravel-evergreen"]),
        ("offers", {"estimated": "!=null"}, ["gravel-evergreen"]),
        ("offers", {"estimated": "!=quality", "service_id": "gravel"}, ["gravel-paveco", "gravel-evergreen"]),
        (
            "offers",
            {"service.delegable": True, "decision": ["consolidate"]},
            ["library-pool_books", "dispatch-pool_911"],
        ),
        ("uses", {"offer.decision": "outsource"}, ["dispatch-jeffcom"]),
        ("uses", {"organization.org_id": "jeffcom"}, ["dispatch-jeffcom", "dispatch-pool_911"]),
        ("uses", {"service.mandate_level": 4, "pool.resource": "calls"}, ["dispatch-pool_911"]),
        ("coverages", {"service.service_class": "dispatch", "offer.price_usd_per_year": 500}, ["dispatch-jeffcom"]),
        ("capacities", {"organization.kind": "municipality"}, ["evergreen"]),
        ("capacities", {"year": None}, ["jeffcom"]),
        ("overlaps", {"organization.kind": "municipality", "service.department": "Culture"}, ["evergreen"]),
        ("pools", {"organization.kind": "special_district"}, ["pool_911"]),
        ("pool_tiers", {"pool.name": "911"}, ["pool_911"]),
        ("mandates", {"allowed_decisions": "partner"}, ["roads_open"]),
        ("mandates", {"allowed_decisions": ["outsource", "keep"]}, ["roads_open"]),
        ("mandate_services", {"mandate.authority": "state", "service.mandate_level": ">3"}, ["roads_open"]),
        ("link_services", {"link.kind": "together", "service.division": "Pits"}, ["yards"]),
        ("link_services", {"link.volume_per_year": ">100"}, ["radio", "radio"]),
        ("links", {"volume_per_year": None}, ["yards"]),
        ("sales", {"service.department": "Sheriff"}, ["calls_for_jeffcom"]),
        ("sales", {"organization.kind": "municipality", "service.mandate_level": 0}, ["books_for_evergreen"]),
        ("sales", {"price_usd_per_year": None}, ["books_for_evergreen"]),
        ("spare_staff", {"department": "Culture"}, ["Culture"]),
        ("spare_staff", {"year": [None, 2]}, ["Culture", "Sheriff"]),
        ("communication_costs", {"from_org_id": None}, [None]),
        ("communication_costs", {"to_org_id": "evergreen"}, ["jeffcom"]),
        ("proposals", {"fund": "General"}, ["trail"]),
    ],
)
def test_rows_are_chosen_by_the_records_they_belong_to(
    table: str, where: Mapping[str, Any], expected: list[str]
) -> None:
    assert ids(COUNTY, table, where) == expected


@pytest.mark.parametrize(
    ("table", "where", "told"),
    [
        (
            "services",
            {"departmnt": "x"},
            "where departmnt: found 'departmnt', needs a column of services. Did you mean 'department'?",
        ),
        ("services", {"offer.decision": "keep"}, "needs a column of services"),
        ("sales", {"offer.decision": "keep"}, "needs a column of sales"),
        ("spare_staff", {"service.department": "x"}, "needs a column of spare_staff"),
        ("offers", {"services.department": "x"}, "Did you mean 'service.department'?"),
        (
            "offers",
            {"organization.kind": "privat"},
            "found 'privat', needs one of municipality, ",
        ),
        ("services", {"mandate_level": "high"}, "found 'high', needs a whole level from 0 to 4"),
        ("services", {"mandate_level": 7}, "found 7, needs a whole level"),
        ("services", {"mandate_level": True}, "found true, needs a whole level"),
        ("services", {"mandate_level": ">=high"}, "found 'high', needs a number after the sign"),
        ("services", {"mandate_level": ">=.inf"}, "needs a number after the sign"),
        ("services", {"mandate_level": [">=3"]}, "found '>=3', needs a whole level"),
        ("services", {"mandate_level": {"a": 1}}, "needs a whole level"),
        ("services", {"mandate_level": "!="}, "found != without a value"),
        ("services", {"mandate_level": []}, "found [], needs at least one value"),
        ("services", {"department": ">=Sheriff"}, "found a comparison of size, needs a value or a list of values"),
        ("services", {"delegable": "perhaps"}, "found 'perhaps', needs yes or no"),
        ("services", {"department": True}, "found true, needs a text"),
        ("mandates", {"allowed_decisions": "kep"}, "Did you mean 'keep'?"),
        ("mandates", {"allowed_decisions": "keep; partner"}, "needs one entry of the list"),
    ],
)
def test_conditions_no_cell_could_fulfil_are_refused(table: str, where: Mapping[str, Any], told: str) -> None:
    found = problems(table, where, {}, {})
    assert len(found) == 1
    assert told in str(found[0].at("x.yaml:1:1"))


@pytest.mark.parametrize(
    ("table", "where", "told"),
    [
        (
            "services",
            {"department": "Sherif"},
            "no row of services with department: 'Sherif', needs a value that some row has. Did you mean 'Sheriff'?",
        ),
        ("services", {"department": ["Sherif", "Parks"]}, "Did you mean 'Sheriff'?"),
        (
            "services",
            {"department": "Sheriff", "mandate_level": 0},
            "found no row of services that fulfils all conditions",
        ),
        ("services", {"fte": ">100"}, "The values lie between 1 and 8."),
        ("offers", {"service.department": "public works"}, "Did you mean 'Public Works'?"),
        ("priors", {}, "found no rows in priors, needs rows to select from"),
    ],
)
def test_what_fits_no_row_is_told_with_what_would(table: str, where: Mapping[str, Any], told: str) -> None:
    frame = COUNTY.frame(table)
    assert not selected(COUNTY, table, where, frame).any()
    assert told in str(nothing_selected(COUNTY, table, where, frame, "x.yaml:3"))


def test_every_joined_column_of_every_table_can_be_asked_for() -> None:
    for table in TABLES:
        for name in names_of(table):
            mask = selected(COUNTY, table, {name: None}, COUNTY.frame(table))
            assert len(mask) == len(COUNTY.table(table))


def belongs_to(county: County, table: str, row: Any, prefix: str) -> Any:
    """The record that a row belongs to, found by walking the records."""
    if table in ("uses", "coverages") and prefix != "offer":
        return belongs_to(county, "offers", belongs_to(county, table, row, "offer"), prefix)
    if prefix == "organization" and table in ("offers", "pools"):
        pool = row if table == "pools" else belongs_to(county, table, row, "pool")
        wanted = getattr(row, "org_id", None) or (pool.host_org_id if pool is not None else None)
    else:
        wanted = getattr(row, TABLES[RECORDS[prefix]].key[0])
    rows = {getattr(other, TABLES[RECORDS[prefix]].key[0]): other for other in county.table(RECORDS[prefix])}
    return rows.get(wanted)


def cell_of(county: County, table: str, row: Any, name: str) -> Any:
    prefix, dot, own = name.rpartition(".")
    record = belongs_to(county, table, row, prefix) if dot else row
    return None if record is None else plain_cell(getattr(record, own))


def fits(cell: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(fits(cell, value) for value in wanted)
    if isinstance(wanted, str) and wanted.startswith("!="):
        text = wanted[2:]
        return not fits(cell, None if text == "null" else float(text) if isinstance(cell, int | float) else text)
    if isinstance(wanted, str) and wanted.startswith(">="):
        return cell is not None and cell >= float(wanted[2:])
    if isinstance(wanted, str) and wanted.startswith("<"):
        return cell is not None and cell < float(wanted[1:])
    if wanted is None:
        return cell is None or cell == ()
    return wanted in cell if isinstance(cell, tuple) else bool(cell == wanted)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A table that has rows, and conditions built from values that are there."""
    table = draw(st.sampled_from([name for name in TABLES if COUNTY.table(name)]))
    prefixed = [f"{prefix}.{name}" for prefix in JOINED.get(table, ()) for name in TABLES[RECORDS[prefix]].columns]
    names = draw(st.lists(st.sampled_from([*TABLES[table].columns, *prefixed]), min_size=1, max_size=3, unique=True))
    where = {}
    for name in names:
        column = cells_of(table, name)
        assert column is not None
        cells = [cell_of(COUNTY, table, row, name) for row in COUNTY.table(table)]
        entries = [entry for cell in cells for entry in (cell if isinstance(cell, tuple) else (cell,))] or [None]
        value = st.sampled_from(entries)
        forms = [value, st.just(None), st.just("!=null"), st.lists(value, min_size=1, max_size=3)]
        known = [entry for entry in entries if entry is not None and not isinstance(entry, bool)]
        if known:
            forms.append(st.sampled_from(known).map(lambda entry: f"!={entry}"))
        if known and column.is_number:
            forms += [
                st.sampled_from(known).map(lambda entry: f">={entry}"),
                st.sampled_from(known).map(lambda entry: f"<{entry}"),
            ]
        where[name] = draw(st.one_of(forms))
    return table, where


@given(questions())
def test_masks_agree_with_going_row_by_row(question: tuple[str, dict[str, Any]]) -> None:
    table, where = question
    mask = selected(COUNTY, table, where, COUNTY.frame(table))
    by_hand = [
        all(fits(cell_of(COUNTY, table, row, name), wanted) for name, wanted in where.items())
        for row in COUNTY.table(table)
    ]
    assert mask.tolist() == by_hand
