"""The inventory of a real city; skipped where it is not at hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from optimizer.county.importing.importer import Imported, import_inventory, run_import
from optimizer.county.reading import read_county

SOURCE = Path(__file__).parents[4] / "shared" / "real" / "missoula" / "program_inventory_fy24.csv"
pytestmark = pytest.mark.skipif(not SOURCE.is_file(), reason="the Missoula inventory is not at ../shared/real/missoula")

MONEY = ["personnel_g27", "o&m_g28", "debt_g29", "grant_g30", "transfers_g31", "capital_g32"]
CLASSES = {
    "administration", "finance", "human_resources", "information_technology", "facilities", "fleet", "legal",
    "assessment", "treasury", "clerk_recorder", "elections", "coroner", "district_attorney", "law_enforcement",
    "detention", "dispatch", "emergency_management", "fire", "ems", "animal_control", "planning",
    "building_inspection", "code_enforcement", "roads", "snow_removal", "transit", "airport", "solid_waste",
    "water_sewer", "environmental_health", "public_health", "human_services", "elder_services", "veterans",
    "library", "recreation", "parks_open_space", "extension", "economic_development", "weed_pest",
}  # fmt: skip


@pytest.fixture(scope="module")
def imported() -> Imported:
    return import_inventory(SOURCE, Path("missoula"))


@pytest.fixture(scope="module")
def source() -> pd.DataFrame:
    return pd.read_csv(SOURCE, dtype={"fund": str, "activity": str}, keep_default_na=False)


def test_every_row_is_accounted_for(imported: Imported) -> None:
    report = imported.report
    assert report.rows_read == 378
    assert report.rows_kept + sum(item.rows for item in report.dropped) == 378
    assert report.services == report.rows_kept == len(imported.county.services) == 211


def test_every_dollar_of_every_fund_is_found_again(imported: Imported, source: pd.DataFrame) -> None:
    totals = imported.report.to_frames()["totals"]
    totals = totals[totals["total"] == "expenditures"]
    parts = totals.pivot_table(index="fund", columns="part", values="usd", aggfunc="sum", fill_value=0.0)
    by_fund = source.groupby("fund")["total_expenditures_g33"].sum()
    assert (parts["source"] - by_fund).abs().max() < 0.005
    explained = parts["services"] + parts["left out"] + parts["dropped"]
    assert (explained - by_fund).abs().max() < 0.005
    assert set(parts["difference"]) == {0.0}
    assert parts["source"].sum() == pytest.approx(334_810_828.18, abs=0.005)
    assert not imported.report.mismatches


def test_services_hold_the_operating_dollars_of_their_rows(imported: Imported, source: pd.DataFrame) -> None:
    rows = [number - 2 for number in imported.county.sources["services"].rows]
    kept = source.iloc[rows].reset_index(drop=True)
    services = imported.county.frame("services")
    assert (services["personnel_usd"] - kept["personnel_g27"]).abs().max() < 0.005
    assert (services["nonpersonnel_usd"] - kept["o&m_g28"] - kept["grant_g30"]).abs().max() < 0.005
    assert list(services["fund"]) == list(kept["fund"])
    gone = source.drop(index=rows)
    operating = gone[["personnel_g27", "o&m_g28", "grant_g30"]].sum(axis=1)
    named = gone["program_title_h8"] + " " + gone["requested_title_change_i9"]
    without_service = gone["department_h6"].isin(["Debt Service", "Transfers", "Non Departmental"])
    one_time = named.str.contains("one[ -]?time", case=False)
    assert set(named[(operating > 0) & ~without_service & ~one_time]) == {
        "PARKING DIVISION Pledged Tax Increment - 2010B Bond",
        "INTERFUND OPERATING TRANSFERS Street Maintneance Assessment Fund",
    }


def test_the_rows_own_totals_have_no_defect(source: pd.DataFrame) -> None:
    assert (source[MONEY].sum(axis=1) - source["total_expenditures_g33"]).abs().max() < 0.005


def test_revenue_is_reconciled_too(imported: Imported, source: pd.DataFrame) -> None:
    report = imported.report
    recovered = (source["cost_recovery_p24_percent"] * source["total_expenditures_g33"]).round(2).sum()
    lines = [line for line in report.totals if line.total == "revenue"]
    assert sum(line.usd for line in lines if line.part == "source") == pytest.approx(recovered, abs=0.01)
    assert {line.usd for line in lines if line.part == "difference"} == {0.0}


def test_staff_are_believed_only_where_plausible(imported: Imported) -> None:
    services = imported.county.frame("services")
    assert (services.loc[services["personnel_usd"] == 0, "fte"] == 0).all()
    paid = services[services["personnel_usd"] > 0]
    usd_per_fte = paid["personnel_usd"] / paid["fte"]
    assert usd_per_fte.between(40_000, 250_000).all()
    assert 850 < services["fte"].sum() < 900
    # the column itself says 1,173, 385 of them as 7.0 on each of 55 rows


def test_levels_classes_and_names(imported: Imported) -> None:
    services = {service.service_id: service for service in imported.county.services}
    patrol = services["uniform-patrol"]
    assert (patrol.service_class, patrol.critical, patrol.mandate_level) == ("law_enforcement", True, 4)
    assert services["city-municipal-court"].delegable is False
    assert services["alternative-dispute-resolution"].service_class == "legal"
    assert services["mobile-support-team"].fte == 6
    assert {service.service_class for service in services.values()} <= CLASSES
    names = [service.name for service in services.values()]
    assert len(set(names)) == len(names)


def test_blanks_written_as_zero_are_not_taken_for_answers(imported: Imported) -> None:
    found = {(item.field, item.found) for item in imported.report.mapped}
    assert not {item for item in found if item[1] == "0"}
    assumed = {item.assumption: item.rows for item in imported.report.assumptions}
    assert assumed["nobody answered whether it is mandated; held to a regulator's standard until someone does"] == 15
    assert all(service.demand_level in (None, 0, 2) for service in imported.county.services)


def test_programs_in_several_funds_are_tied(imported: Imported) -> None:
    funds = {service.service_id: service.fund for service in imported.county.services}
    tied = imported.county.frame("link_services").groupby("link_id")["service_id"].agg(list)
    assert ["urban-forestry-1216", "urban-forestry-2513"] in list(tied)
    assert all(len({funds[service] for service in members}) == len(members) for members in tied)


def test_written_city_reads_back(imported: Imported, tmp_path: Path) -> None:
    run_import(SOURCE, Path("missoula"), tmp_path / "missoula")
    assert read_county(tmp_path / "missoula") == imported.county
