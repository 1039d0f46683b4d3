"""A row of totals among the services is told once, and the rule that is told leaves it out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.county.importing.samples import CSV, MAPPING, changed, import_texts, refused


@pytest.mark.parametrize(
    "text", ["TOTAL", "Grand total:", "Totals", "Total for Roads", "Total Roads", "Public Works Subtotal"]
)
def test_a_row_of_totals_is_told_once_and_left_out_by_the_rule_that_is_told(tmp_path: Path, text: str) -> None:
    csv = CSV + f"{text},,,,1540.25,709.75,750,3000,,,\n"
    words = refused(tmp_path, csv)
    assert f"inventory.csv row 7 column Fund: found {text!r}, which looks like a total, needs a service" in words
    assert "blank" not in words
    (rule,) = re.findall(r"`(- \{.+\})`", words)
    imported = import_texts(tmp_path, csv, changed(MAPPING, "drop:\n", f"drop:\n{rule}\n"))
    assert imported.county.services == import_texts(tmp_path).county.services
    assert imported.report.rows_read == 6
    assert sum(line.usd for line in imported.report.totals if line.part == "source") == 3000


def test_totals_of_one_text_are_one_finding_with_their_rows(tmp_path: Path) -> None:
    csv = (
        changed(CSV, "Roads,Roads", ",,,Total,1300.25,599.75,0,1900,,,\nRoads,Roads") + ",,,Total,240,110,750,1100,,,\n"
    )
    words = refused(tmp_path, csv)
    assert "row 4 column Title: found 'Total', which looks like a total, in 2 rows (4, 8)" in words
    assert words.count("looks like") == 1


@pytest.mark.parametrize(
    "row",
    [
        "General,Library,40,Total,10,5,0,15,,Low,0",  # words beside it: a service of that name, its duty not known
        ",,,Total station,10,5,0,15,,,",  # no words of a total
        ",,,Total,,,,,,,",  # no numbers
    ],
)
def test_what_is_not_plainly_a_total_keeps_its_blanks(tmp_path: Path, row: str) -> None:
    words = refused(tmp_path, CSV + f"{row}\n")
    assert "looks like a total" not in words
    assert "row 7 column mandate_level (from Mandated): found a blank" in words


def test_a_service_of_that_name_without_blanks_is_a_service(tmp_path: Path) -> None:
    csv = CSV + "General,Library,40,Total,10,5,0,15,No,Low,0\n"
    assert "Total" in [service.name for service in import_texts(tmp_path, csv).county.services]


MEANT = changed(
    MAPPING,
    "derive:\n",
    """blank_means:
- {columns: [Debt, Recovery], taken_as: 0, assumption: nothing}
- {columns: [Fund, Dept, Code], taken_as: General, assumption: the county's own}
- {columns: [Mandated], taken_as: "No", also_blank: [n/a], assumption: no duty}
- {columns: [Reliance], taken_as: Low, assumption: others offer it}
derive:
""",
)
GROUPED = changed(
    MEANT, "columns:\n", "group: {by: [Title, Dept, Fund], sums: {paid: {of: Pay}}, first: [Supplies]}\ncolumns:\n"
)


@pytest.mark.parametrize("mapping", [MEANT, changed(GROUPED, "personnel_usd: Pay", "personnel_usd: paid")])
@pytest.mark.parametrize("duty", ["", "n/a"])
def test_a_total_is_told_where_every_blank_stands_for_something(tmp_path: Path, mapping: str, duty: str) -> None:
    csv = CSV + f",,,TOTAL,1540.25,709.75,,3000,{duty},,\n"
    words = refused(tmp_path, csv, mapping)
    assert "inventory.csv row 7 column Title: found 'TOTAL', which looks like a total, needs a service" in words
    (rule,) = re.findall(r"`(- \{.+\})`", words)
    imported = import_texts(tmp_path, csv, changed(mapping, "drop:\n", f"drop:\n{rule}\n"))
    assert imported.county.services == import_texts(tmp_path, CSV, mapping).county.services


def test_a_service_whose_blanks_stand_for_something_is_a_service(tmp_path: Path) -> None:
    # words of its own beside what looks like a total
    csv = CSV + "General,Library,40,Total,10,5,,15,,,\n"
    assert "Total" in [service.name for service in import_texts(tmp_path, csv, MEANT).county.services]
