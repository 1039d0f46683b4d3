"""A Summary Report workbook: items become services per program, department and fund."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from optimizer.county.importing import described
from optimizer.county.importing.importer import Imported, import_inventory
from optimizer.errors import Refused

INVENTORY = ["program_id", "Program", "Program Description", "Service Type", "User Group", "Final Score", "Quartile",
             "Budget", "Personnel", "NonPersonnel", "Revenue", "FTE"]  # fmt: skip
DETAILS = ["program_id", "Department", "Division", "Cost Type", "AcctType", "AcctNumber", "Fund", "ItemCat1",
           "NumOfItems", "Total Cost", "Allocation", "Year", "Budget", "Reliance", "Population Served", "Demand",
           "Cost Recovery", "Mandate", "Safe Community"]  # fmt: skip
PROGRAMS = [
    [1, "Snow Plowing", "Plows", "Community", "All", 3.1, "Most Aligned", "Base", 1000, 350.1, 40, 4],
    [2, "Subdivision Review", "Plans", "Community", "Some", 1.2, "Quartile 3", "Base", 0, 90, 120, 0],
    [3, "Old Program", "None", "Governance", "None", 0.1, 4, "Base", 0, 0, 0, 0],
]
PLOW = [2025, "Base", "High (4)", "Major (4)", "Some (2)", "Minor (1)", "Moderate (3)", 4]
PLAN = [2025, "Base", "Low", "None (0)", "(-1)", 4, None, 2]
GENERAL, ROADS = "General Fund", "Road and Bridge"
ITEMS: list[list[Any]] = [
    [1, "Road and Bridge", "Plows", "Personnel", "Expense", "01-5100", ROADS, "Driver", 2, 1200, 0.75, *PLOW],
    [1, "Road and Bridge", "Plows", "Personnel", "Expense", "10-5100", GENERAL, "Driver", 2, "$1,000.00", 0.1, *PLOW],
    [1, "Road and Bridge", "Shop", "NonPersonnel", "Expense", "01-5200", ROADS, "Salt", 1, 250.1, 1, *PLOW],
    [1, "Road and Bridge", "Shop", "NonPersonnel", "Expense", "10-5200", GENERAL, "Fuel", 1, 200, 0.5, *PLOW],
    [1, "Road and Bridge", "Plows", "Revenue", "Revenue", "01-4100", ROADS, "Fees", 1, 40, 1, *PLOW],
    [2, "Planning", None, "NonPersonnel", "Expense", "10-5300", GENERAL, "Maps", 1, 90, 1, *PLAN],
    [2, "Planning", None, "NonPersonnel", "Revenue", "10-4300", GENERAL, "Fees", 1, 120, 1, *PLAN],
    [3, "Planning", None, "Personnel", "Expense", "10-5100", GENERAL, "Clerk", 0, 900, 0, *PLAN],
    [None, None, None, "NonPersonnel", "Expense", "10-5900", GENERAL, "Postage", 1, 33.33, 1, *[None] * 8],
]
MAPPING = """\
about: Lake County
extends: onlinepbb
county:
  name: Lake
  state: CO
  population: 900
  fiscal_year: 2025
  general_fund: General Fund
  funds: {unrestricted: [General Fund], assumption: all other funds are restricted}
columns:
  mandate_level:
    column: Mandate
    patterns: [{matches: '\\((\\d)\\)$', group: 1}]
    when_blank: {value: 0}
    assumption: not scored is not mandated
"""


def import_book(
    folder: Path, items: list[list[Any]] = ITEMS, mapping: str = MAPPING, details: str = "Details"
) -> Imported:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Cover"
    cover["A1"] = "Summary Report"
    cover.merge_cells("A1:D1")
    for name, header, rows in (("Programs Inventory", INVENTORY, PROGRAMS), (details, DETAILS, items)):
        sheet = book.create_sheet(name)
        for row in (header, *rows):
            sheet.append(row)
    book.save(folder / "report.xlsx")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return import_inventory(folder / "report.xlsx", folder / "mapping.yaml")


def refused(folder: Path, **changes: Any) -> str:
    with pytest.raises(Refused) as refusal:
        import_book(folder, **changes)
    return str(refusal.value).replace(str(folder), "")


def test_items_are_added_up_by_program_department_and_fund(tmp_path: Path) -> None:
    county = import_book(tmp_path).county
    by_hand = {
        # personnel 0.75 x 1200; 0.1 x 1000; supplies 1 x 250.1; 0.5 x 200
        "snow-plowing-road-and-bridge": (ROADS, 900.0, 250.1, 40.0),
        "snow-plowing-general-fund": (GENERAL, 100.0, 100.0, 0.0),
        "subdivision-review": (GENERAL, 0.0, 90.0, 120.0),
    }
    found = {
        service.service_id: (service.fund, service.personnel_usd, service.nonpersonnel_usd, service.revenue_usd)
        for service in county.services
    }
    assert found == by_hand


def test_labels_become_levels(tmp_path: Path) -> None:
    plow, _, plan = import_book(tmp_path).county.services
    assert (plow.reliance_level, plow.population_level, plow.demand_level) == (4, 4, 2)
    assert (plow.cost_recovery_level, plow.mandate_level, plow.quartile) == (1, 3, 1)
    assert (plan.reliance_level, plan.population_level, plan.demand_level) == (1, 0, -1)
    assert (plan.cost_recovery_level, plan.mandate_level, plan.quartile) == (4, 0, 3)
    assert (plow.service_class, plan.service_class) == ("roads", "planning")
    assert (plow.division, plan.division) == ("Plows", None)


def test_staff_of_a_program_are_shared_out_by_personnel_dollars(tmp_path: Path) -> None:
    plow, plow_general, plan = import_book(tmp_path).county.services
    assert (plow.fte, plow_general.fte, plan.fte) == (3.6, 0.4, 0)  # 4 x 900 / 1000


def test_a_program_in_two_funds_moves_together(tmp_path: Path) -> None:
    county = import_book(tmp_path).county
    assert [link.kind for link in county.links] == ["together"]
    tied = [row.service_id for row in county.link_services]
    assert tied == ["snow-plowing-road-and-bridge", "snow-plowing-general-fund"]


def test_totals_by_fund(tmp_path: Path) -> None:
    report = import_book(tmp_path).report
    frame = report.to_frames()["totals"].set_index(["total", "fund", "part", "what"])["usd"]
    assert frame["expenses", ROADS, "source", ""] == 1150.1
    assert frame["expenses", GENERAL, "source", ""] == 323.33
    assert frame["expenses", GENERAL, "dropped", "line item of no program"] == 33.33
    assert frame["expenses", GENERAL, "dropped", "no dollars in this department and fund"] == 0
    assert frame["revenue", GENERAL, "source", ""] == 120
    assert set(frame[frame.index.get_level_values("part") == "difference"]) == {0.0}
    assert (report.rows_read, report.rows_kept, report.services) == (9, 7, 3)
    assert not report.mismatches
    assert not report.comparisons


def test_totals_that_the_inventory_states_otherwise_are_told(tmp_path: Path) -> None:
    percent = [[*item[:10], item[10] * 100, *item[11:]] for item in ITEMS]
    report = import_book(tmp_path, percent).report
    comparisons = report.comparisons
    first = comparisons[0]
    assert (first.name, first.key) == ("personnel of a program", "1")
    assert (first.added_up_usd, first.stated_usd, first.difference_usd) == (100_000.0, 1000.0, 99_000.0)
    assert "| personnel of a program | 1 | 100,000 | 1,000 | 99,000 |" in described(report)


def test_wrong_sheet_name(tmp_path: Path) -> None:
    words = refused(tmp_path, details="Detail")
    assert "no sheet 'Details', needs every sheet of the mapping. Did you mean 'Detail'?" in words


def test_columns_that_the_sheets_lack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = "tests.county.importing.test_onlinepbb"
    monkeypatch.setattr(f"{here}.INVENTORY", ["Salaries" if name == "Personnel" else name for name in INVENTORY])
    monkeypatch.setattr(f"{here}.DETAILS", ["Total Item Cost" if name == "Total Cost" else name for name in DETAILS])
    words = refused(tmp_path)
    assert "compare.0: found source column 'programs.Personnel'" in words
    assert "derive.amount_usd: found source column 'Total Cost', needs a column of the source" in words
    assert "Did you mean 'Total Item Cost'?" in words


def test_program_that_the_inventory_lacks(tmp_path: Path) -> None:
    stranger = [[9, *ITEMS[0][1:]]]
    words = refused(tmp_path, items=[*ITEMS, *stranger, *stranger])
    assert "sheet Details row 11 column program_id: found '9' in 2 rows, here first" in words
    assert "sheet Programs Inventory" in words


def test_department_of_no_known_class(tmp_path: Path) -> None:
    odd = [[2, "Ministry", *ITEMS[5][2:]]]
    words = refused(tmp_path, items=[*ITEMS, *odd])
    assert (
        "row 11: found 'Ministry' in 1 row, needs a text that the mapping covers under columns.service_class" in words
    )
    own = MAPPING + "  service_class: {values: {Ministry: administration}}\n"
    assert import_book(tmp_path, [*ITEMS, *odd], own).county.services[-1].service_class == "administration"


def test_attributes_that_differ_within_a_program(tmp_path: Path) -> None:
    other = [[*ITEMS[0][:13], "Low (1)", *ITEMS[0][14:]]]
    words = refused(tmp_path, items=[*ITEMS, *other])
    assert "row 11 column Reliance: found 'Low (1)' where row 2 of the same group has 'High (4)'" in words


def test_blank_cost_is_not_zero(tmp_path: Path) -> None:
    blank = [[*ITEMS[0][:9], None, *ITEMS[0][10:]]]
    assert "row 11 column amount_usd: found a blank, needs a number to add up" in refused(
        tmp_path, items=[*ITEMS, *blank]
    )


def test_account_of_no_known_kind(tmp_path: Path) -> None:
    odd = [[*ITEMS[0][:3], "Depreciation", *ITEMS[0][4:]]]
    assert "row 11: found a row that fits no case" in refused(tmp_path, items=[*ITEMS, *odd])


def test_a_key_that_stands_twice_in_the_joined_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.county.importing.test_onlinepbb.PROGRAMS", [*PROGRAMS, PROGRAMS[0]])
    words = refused(tmp_path)
    assert "sheet Programs Inventory row 5 column program_id: found '1' again" in words
