"""What is shared is counted once: set-up of a shared pool in each county's one-time figures, and who bears what."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Any

import pytest

from optimizer.county import records
from optimizer.plan.compare import one_time_usd
from optimizer.plan.plan import Plan
from optimizer.plan.region import RegionPlan
from optimizer.report.console import WholeConsole
from optimizer.report.export import frame_data
from optimizer.report.region import decisions_by_county
from optimizer.report.terminal import plan_tables
from optimizer.scenario.scenario import Case
from tests.cases import FACTS, case_of, offer, organization, plain_money, service
from tests.region.regions import solved_region

YEARS = {"horizon": {"years": 2, "discount_rate": 0.0, "start_years": 1}}
POOL: dict[str, Any] = {
    "pool_id": "pool",
    "name": "Joint Office",
    "setup_usd": 40,
    "fixed_usd_per_year": 60,
    "min_members": 2,
    "max_members": 9,
    "share_rule": "population",
}


def county(people: int, host: str | None, **terms: Any) -> Case:
    """One service of 100 a year, which may join the pool that one of the counties hosts."""
    return case_of(
        [service("desk")],
        [] if host is None else [organization(host, kind="county")],
        [offer("desk", "pool", 10, **terms)],
        plain_money() | YEARS,
        facts=FACTS.model_copy(update={"population": people}),
        pools=[records.Pool.model_validate(POOL | {"host_org_id": host})],
    )


@cache
def joined() -> RegionPlan:
    """Alder (3,000 people) hosts and bears three quarters, birch (1,000) a quarter and 6 of its own once."""
    _, plan = solved_region({"alder": county(3000, None), "birch": county(1000, "alder", transition_usd=6)})
    assert plan is not None
    return plan


def test_each_county_spends_its_own_part_of_the_set_up() -> None:
    # of 40: 30 and 10
    plans, expected = joined().plans, {"alder": 30, "birch": 10 + 6}
    assert {name: one_time_usd(own) for name, own in plans.items()} == expected
    for name, own in plans.items():
        assert own.years["one_time_usd"].tolist() == [expected[name], 0]
        assert own.roadmap.set_index("step").loc["pool", "one_time_usd"] == {"alder": 30, "birch": 10}[name]
        assert own.totals.groupby("by")["one_time_usd"].sum().to_dict() == dict.fromkeys(
            ["decision", "department", "fund", "organization"], expected[name]
        )
        parts = own.costs[own.costs["part"].isin(["pool_setup_usd", "transition_usd"])]
        assert parts["present_usd"].sum() == expected[name]
    by_organization = plans["birch"].totals.set_index(["by", "name"])["one_time_usd"]
    assert by_organization["organization", "alder"] == 16
    assert decisions_by_county(joined()).set_index("county")["one_time_usd"].to_dict() == expected


def test_what_is_kept_less_share_less_own_is_saved() -> None:
    # a year: alder 3/4 of 20 + 60, birch 1/4; each pays 10 for its service, birch 3 to move it
    rows = joined().pools.set_index("county")
    told = rows[["kept_usd_per_year", "share_usd_per_year", "own_usd_per_year", "saving_usd_per_year"]]
    assert told.loc["alder"].tolist() == [100, 60, 10, 30]
    assert told.loc["birch"].tolist() == [100, 20, 13, 67]
    assert rows["share_of_cost"].tolist() == [0.75, 0.25]
    assert "alone_usd_per_year" not in rows


def test_the_countys_own_run_tells_the_same_shares() -> None:
    whole = joined().pools
    for name, own in joined().plans.items():
        part = whole[whole["county"] == name].drop(columns="county")
        assert json.dumps(frame_data(own.members)) == json.dumps(frame_data(part))


def shown(plan: Plan) -> str:
    console = WholeConsole(file=io.StringIO(), width=250)
    for table in plan_tables(plan):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("name", "figures"), [("alder", "75.0% $100 $60 $10 $30"), ("birch", "25.0% $100 $20 $13 $67")]
)
def test_every_part_of_the_sum_is_printed(name: str, figures: str) -> None:
    text = shown(joined().plans[name])
    assert any(" ".join(line.split()).endswith(figures) for line in text.splitlines())
