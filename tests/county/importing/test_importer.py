"""A small inventory, imported and counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.county.importing import described
from optimizer.county.importing.importer import REPORT_NAME, run_import
from optimizer.county.reading import read_county
from optimizer.county.terms import LinkKind
from optimizer.errors import Refused
from tests.county.importing.samples import CSV, MAPPING, changed, import_texts


def test_rows_become_services(tmp_path: Path) -> None:
    county = import_texts(tmp_path).county
    patrol, lending, plowing, plowing_general = county.services
    assert (patrol.service_id, patrol.name, patrol.personnel_usd, patrol.nonpersonnel_usd) == (
        "patrol",
        "Patrol",
        1000,
        500,
    )
    assert (patrol.fte, patrol.mandate_level, patrol.reliance_level, patrol.critical) == (10, 4, 4, True)
    assert (lending.mandate_level, lending.reliance_level, lending.critical) == (0, 1, False)
    assert lending.revenue_usd == 100.0  # 0.25 x (300.25 + 99.75)
    assert (plowing.reliance_level, plowing.revenue_usd) == (2, 150.0)
    assert plowing_general.service_class == "snow_removal"


def test_facts_name_the_funds_of_services_only(tmp_path: Path) -> None:
    facts = import_texts(tmp_path).county.facts
    assert {fund.fund: fund.restricted for fund in facts.funds} == {"General": False, "Roads": True}


def test_a_program_in_two_funds_is_two_services_that_move_together(tmp_path: Path) -> None:
    county = import_texts(tmp_path).county
    assert [(service.service_id, service.name, service.fund) for service in county.services[2:]] == [
        ("plowing-roads", "Plowing (Roads)", "Roads"),
        ("plowing-general", "Plowing (General)", "General"),
    ]
    (link,) = county.links
    assert link.kind is LinkKind.TOGETHER
    assert [tied.service_id for tied in county.link_services] == ["plowing-roads", "plowing-general"]
    assert {tied.link_id for tied in county.link_services} == {link.link_id}


def test_totals_are_found_again_by_fund(tmp_path: Path) -> None:
    totals = import_texts(tmp_path).report.to_frames()["totals"]
    by_hand = {
        ("General", "source", ""): 1950.0,
        ("General", "services", "personnel_usd"): 1340.25,
        ("General", "services", "nonpersonnel_usd"): 609.75,
        ("General", "difference", ""): 0.0,
        ("Roads", "source", ""): 350.0,
        ("Roads", "services", "personnel_usd"): 200.0,
        ("Roads", "services", "nonpersonnel_usd"): 100.0,
        ("Roads", "left out", "debt in a kept row"): 50.0,
        ("Roads", "difference", ""): 0.0,
        ("Bonds", "source", ""): 700.0,
        ("Bonds", "dropped", "debt only"): 700.0,
        ("Bonds", "difference", ""): 0.0,
    }
    assert {(row.fund, row.part, row.what): row.usd for row in totals.itertuples()} == by_hand


def test_a_row_that_contradicts_itself_is_told_and_not_mended(tmp_path: Path) -> None:
    report = import_texts(tmp_path, changed(CSV, "1000,500,0,1500", "1000,500,0,1525.50")).report
    (mismatch,) = report.mismatches
    assert (mismatch.service_id, mismatch.where, mismatch.source_usd, mismatch.difference_usd) == (
        "patrol",
        "row 2",
        1525.5,
        25.5,
    )
    assert report.difference_usd("spending") == 25.5
    assert "A difference is left in 1 fund, 25.50 in all" in described(report)


def test_report_counts_rows_values_and_assumptions(tmp_path: Path) -> None:
    report = import_texts(tmp_path).report
    assert (report.rows_read, report.rows_kept, report.services, report.links) == (5, 4, 4, 1)
    assert [(item.reason, item.rows) for item in report.dropped] == [("debt only", 1)]
    mapped = {(item.field, item.found): (item.became, item.rows) for item in report.mapped}
    assert mapped["mandate_level", "Yes"] == ("4", 3)
    assert mapped["reliance_level", "Some (2)"] == ("2", 2)
    assert mapped["critical", "any other row"] == ("no", 3)
    assumed = {(item.field, item.assumption): item.rows for item in report.assumptions}
    assert assumed["critical", "lives"] == 1
    assert assumed["overhead_usd", "none allocated"] == 4
    assert ("funds", "all other funds are restricted") in assumed
    assert report.fte == 15.4  # (1000 + 300.25 + 200 + 40) / 100, each to two decimals


def test_report_in_words_tells_every_part(tmp_path: Path) -> None:
    text = described(import_texts(tmp_path).report)
    assert "5 read = 4 kept + 1 dropped" in text
    assert "| debt only | 1 | 700 |" in text
    assert "| Roads | 350 | 200 | 100 | 50 |  | 0 |" in text
    assert "no difference in any fund" in text
    assert "| plowing-roads | Plowing | Plowing (Roads) |" in text


def test_lines_without_dollars_of_their_own_are_not_counted(tmp_path: Path) -> None:
    rule = '- {where: {column: Title, matches: "(?i)^total"}, reason: total line, counted: false}\ncolumns:'
    mapping = changed(MAPPING, "columns:", rule)
    report = import_texts(tmp_path, CSV + ",,,TOTAL,see above,,,3000,,,\n", mapping).report
    assert report.rows_read == 6
    assert [(item.reason, item.rows, item.counted) for item in report.dropped] == [
        ("total line", 1, False),
        ("debt only", 1, True),
    ]
    assert sum(line.usd for line in report.totals if line.part == "source") == 3000.0


@settings(max_examples=10)
@given(st.permutations(CSV.splitlines()[1:]))
def test_ids_do_not_depend_on_the_order_of_rows(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    folder = tmp_path_factory.mktemp("import")
    county = import_texts(folder, "\n".join([CSV.splitlines()[0], *lines])).county
    by_cost = {service.personnel_usd: service.service_id for service in county.services}
    assert by_cost == {1000: "patrol", 300.25: "lending", 200: "plowing-roads", 40: "plowing-general"}


def test_written_county_reads_back_with_its_report(tmp_path: Path) -> None:
    county = import_texts(tmp_path).county
    out = tmp_path / "data" / "small"
    report = run_import(tmp_path / "inventory.csv", tmp_path / "mapping.yaml", out)
    assert read_county(out) == county
    assert (out / REPORT_NAME).read_text(encoding="utf-8") == described(report)
    assert sorted(path.name for path in out.parent.iterdir()) == ["small"]


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    import_texts(tmp_path)
    out = tmp_path / "small"
    out.mkdir()
    (out / "offers.csv").write_text("by hand")
    with pytest.raises(Refused, match="a place that is taken"):
        run_import(tmp_path / "inventory.csv", tmp_path / "mapping.yaml", out)
    assert [path.name for path in out.iterdir()] == ["offers.csv"]


def test_nothing_is_written_when_the_import_is_refused(tmp_path: Path) -> None:
    import_texts(tmp_path)
    (tmp_path / "inventory.csv").write_text(changed(CSV, "1000,500", "lots,500"), encoding="utf-8")
    with pytest.raises(Refused):
        run_import(tmp_path / "inventory.csv", tmp_path / "mapping.yaml", tmp_path / "small")
    assert not (tmp_path / "small").exists()


def test_blanks_take_what_the_mapping_says_and_are_counted(tmp_path: Path) -> None:
    csv = changed(CSV, "300.25,99.75", "300.25,n/a")
    blank = 'blank_means:\n- {columns: [Supplies], also_blank: ["n/a"], taken_as: 0, assumption: no supplies}\nderive:'
    imported = import_texts(tmp_path, csv, changed(MAPPING, "derive:", blank))
    assert imported.county.services[1].nonpersonnel_usd == 0
    assumed = {item.assumption: item.rows for item in imported.report.assumptions}
    assert assumed["no supplies"] == 1


def test_numbers_as_typed_in_the_us(tmp_path: Path) -> None:
    csv = changed(CSV, "1000,500,0,1500", '"$1,000.00",500,0,1500')
    mapping = changed(MAPPING, "derive:", "source: {numbers: us}\nderive:")
    assert import_texts(tmp_path, csv, mapping).county.services[0].personnel_usd == 1000


def test_header_further_down_and_another_delimiter(tmp_path: Path) -> None:
    csv = "Inventory of Small;;\n;;\n" + CSV.replace(",", ";")
    mapping = changed(MAPPING, "derive:", 'source: {main: {header_row: 3}, delimiter: ";"}\nderive:')
    imported = import_texts(tmp_path, csv, mapping)
    assert len(imported.county.services) == 4
    assert imported.county.where("services", 0).endswith("row 4")
