"""Money as files and JSON tell it: whole cents, and nothing saved where nothing changes."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from optimizer.plan.cents import apportioned, in_cents
from tests.cases import sampled

WHAT_IFS = Path("scenarios/whatifs")
CENT = Decimal("0.01")
Row = dict[str, str]


@pytest.fixture(
    scope="module",
    params=sampled(["pocket/on_paper", "clear_creek/five_year_roadmap", "clear_creek/recommended"], 1),
)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    runs = tmp_path_factory.mktemp("runs")
    scenario = str(WHAT_IFS / f"{request.param}.yaml")
    ended = CliRunner().invoke(main, ["solve", scenario, "--json", "--runs", str(runs)])
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.output)["plan"], next(path for path in runs.iterdir() if path.is_dir())


def rows(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def total(found: list[Row], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in found), Decimal(0))


def amounts(data: object) -> Iterator[float]:
    if isinstance(data, dict):
        yield from (v for name, v in data.items() if name.endswith(("usd", "usd_per_year")) and isinstance(v, float))
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from amounts(value)


def test_a_kept_service_saves_exactly_nothing(told: tuple[dict, Path]) -> None:
    kept = [row for row in rows(told[1], "decisions") if row["decision"] == "keep"]
    assert kept
    assert {Decimal(row["saving_usd_per_year"]) for row in kept} == {Decimal(0)}
    assert all(row["today_usd_per_year"] == row["plan_usd_per_year"] for row in kept)
    assert any(service["saving_usd_per_year"] > 0 for service in told[0]["decisions"])


def test_every_amount_is_whole_cents(told: tuple[dict, Path]) -> None:
    plan, folder = told
    written = [
        Decimal(value)
        for path in folder.glob("*.csv")
        for row in rows(folder, path.stem)
        for name, value in row.items()
        if name.endswith(("usd", "usd_per_year")) and value not in ("", "inf")
    ]
    assert written
    assert all(amount % CENT == 0 for amount in [*written, *(Decimal(repr(amount)) for amount in amounts(plan))])


def test_rows_add_up_to_what_is_told(told: tuple[dict, Path]) -> None:
    plan, folder = told
    by = pd.DataFrame(rows(folder, "totals")).groupby("by")
    saving = Decimal(repr(plan["saving_usd_per_year"]))
    assert Decimal(repr(plan["today_usd"])) - Decimal(repr(plan["cost_usd"])) == Decimal(repr(plan["saving_usd"]))
    for _, one in by:
        found = one.to_dict("records")
        today, cost, saved = (total(found, f"{name}_usd_per_year") for name in ("today", "plan", "saving"))
        assert (saved, today - cost) == (saving, saving)
        assert total(found, "one_time_usd") >= total(rows(folder, "decisions"), "one_time_usd")
    assert total(rows(folder, "costs"), "present_usd") == Decimal(repr(plan["cost_usd"]))
    services = rows(folder, "decisions")
    departments = {row["department"] for row in services}
    own = [row for row in rows(folder, "totals") if row["by"] == "department" and row["name"] in departments]
    assert total(services, "saving_usd_per_year") == total(own, "saving_usd_per_year")


def test_cash_adds_up_by_part_fund_and_year(told: tuple[dict, Path]) -> None:
    cash, funds = rows(told[1], "cash"), rows(told[1], "fund_cash")
    so_far = Decimal(0)
    for row in cash:
        parts = sum(Decimal(row[f"{part}_usd"]) for part in PARTS)
        of_year = [fund for fund in funds if fund["year"] == row["year"]]
        so_far += Decimal(row["saving_usd"])
        assert parts == Decimal(row["plan_usd"]) == total(of_year, "plan_usd")
        assert Decimal(row["today_usd"]) == total(of_year, "today_usd")
        assert Decimal(row["today_usd"]) - parts == Decimal(row["saving_usd"]) == total(of_year, "saving_usd")
        assert so_far == Decimal(row["cumulative_saving_usd"])


PARTS = ("services", "sales", "agreements", "renewals", "pools", "communication")


def test_today_is_the_inventory_where_nothing_grows(told: tuple[dict, Path]) -> None:
    inventory = {row["service_id"]: row for row in rows(told[1] / "county", "services")}
    off = [
        Decimal(row["today_usd_per_year"])
        - sum(Decimal(inventory[row["service_id"]][f"{part}_usd"] or 0) for part in ("personnel", "nonpersonnel"))
        - Decimal(inventory[row["service_id"]]["overhead_usd"] or 0)
        + Decimal(inventory[row["service_id"]]["revenue_usd"] or 0)
        for row in rows(told[1], "decisions")
    ]
    assert not any(off)


def test_today_of_a_fund_is_that_of_its_services(told: tuple[dict, Path]) -> None:
    services, funds = rows(told[1], "decisions"), rows(told[1], "funds")
    for fund in funds:
        own = total([row for row in services if row["fund"] == fund["fund"]], "today_usd_per_year")
        assert Decimal(fund["today_usd_per_year"]) == own
    year = rows(told[1], "cash")[0]
    assert total(services, "today_usd_per_year") == total(funds, "today_usd_per_year") == Decimal(year["today_usd"])


def test_limits_add_up_as_they_are_told(told: tuple[dict, Path]) -> None:
    limits = rows(told[1], "limits")
    assert limits
    for row in limits:
        used, limit, slack = (Decimal(row[column]) for column in ("used", "limit", "slack"))
        assert slack == (used - limit if row["at_least"] == "True" else limit - used)
        finest = CENT if row["unit"].startswith("USD") else Decimal("0.000001")
        assert not any(number % finest for number in (used, limit, slack)), row
    shown = told[0]["limits"]
    assert [[row[column] for column in ("used", "limit", "slack")] for row in shown] == [
        [float(row[column]) for column in ("used", "limit", "slack")] for row in limits
    ]


@given(st.lists(st.floats(-1e9, 1e9), max_size=40))
def test_what_is_apportioned_adds_up(amounts_: list[float]) -> None:
    given_ = np.array(amounts_, dtype=np.float64)
    whole = apportioned(given_)
    assert whole.sum() == round(float(given_.sum()))
    assert np.abs(whole - given_).max(initial=0.0) < 1 + 1e-5


def test_the_last_cent_goes_to_the_largest_fraction() -> None:
    assert apportioned(np.array([10.2, 0.0, 7.7, 3.6, -2.0])).tolist() == [10, 0, 8, 4, -2]
    assert apportioned(np.array([0.5, 0.5, 3.0]), 4).tolist() == [1, 0, 3]


def test_rates_and_shares_keep_every_digit() -> None:
    frame = pd.DataFrame({"usd_per_unit": [0.0375], "share": [1 / 3], "gain_usd": [0.1 + 0.2], "n": [1]})
    assert in_cents(frame).to_dict("records") == [{"usd_per_unit": 0.0375, "share": 1 / 3, "gain_usd": 0.3, "n": 1}]
