"""Locks to what only the region makes possible: kept there, no plan alone; refused where nothing could keep them."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.ask_region import find_region_plan, plans_alone
from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.options.region import RegionCase
from optimizer.scenario.scenario import Case, Lock
from tests.cases import case_of, decided, offer, organization, plain_money, service, settings_of
from tests.region.regions import region_of

POOL = records.Pool(
    pool_id="pool1", name="Shared", host_org_id="one", setup_usd=0, fixed_usd_per_year=90, min_members=2, max_members=2,
    share_rule="equal",
)  # fmt: skip
BUY = Lock("a", Decision.OUTSOURCE, "one", "a.yaml:7")
SELL = Lock("a", Decision.INSOURCE, "two", "a.yaml:7")
SHARE = Lock("b", Decision.CONSOLIDATE, "pool1", "a.yaml:7")


def region(
    one: Lock | None = None, two: Lock | None = None, sold: dict[str, Any] | None = None, **bought: Any
) -> RegionCase:
    """One could sell service a to two, and both could share a unit for service b; unasked, neither is worth it."""
    sale = {
        "sale_id": "sale", "service_id": "a", "org_id": "two", "price_usd_per_year": 90, "marginal_usd_per_year": 85,
        "buyer_cost_usd_per_year": 120, "setup_usd": 20, "fte": 0, "lead_time_months": 0, "offer_id": "a-one",
    }  # fmt: skip

    def county(lock: Lock | None, buyer: dict[str, Any], offers: list[records.Offer], **tables: Any) -> Case:
        services = [service("a", **buyer), service("b", 40)]
        both = [organization("one"), organization("two")]
        locks = [] if lock is None else [lock]
        return case_of(services, both, [offer("b", "pool1", 0), *offers], locks=locks, pools=[POOL], **tables)

    seller = county(one, {}, [], sales=[records.Sale.model_validate(sale | (sold or {}))])
    return region_of({"one": seller, "two": county(two, bought, [offer("a", "one", 90)])})


def test_unlocked_everybody_keeps_everything() -> None:
    _, plan = find_region_plan(region())
    assert plan is not None
    assert {name: decided(own) for name, own in plan.plans.items()} == {
        "one": {"a": "", "b": ""},
        "two": {"a": "", "b": ""},
    }
    assert plan.value_usd_per_year == 0


@pytest.mark.parametrize(
    ("asked", "without", "traded", "shared"),
    [
        ({"two": BUY}, ["two"], 1, 0),
        ({"one": SELL}, ["one"], 1, 0),
        ({"one": SHARE}, ["one"], 0, 2),
        ({"two": SHARE}, ["two"], 0, 2),
        ({"one": SELL, "two": SHARE}, ["one", "two"], 1, 2),
    ],
)
def test_a_lock_that_only_the_region_can_keep(
    asked: dict[str, Lock], without: list[str], traded: int, shared: int
) -> None:
    _, plan = find_region_plan(region(**asked))
    assert plan is not None
    assert (len(plan.trades), len(plan.pools)) == (traded, shared)
    # the others are told what they cost alone, these are not
    assert plan.without_plan_alone == without
    assert plan.alone_usd == {name: 140 for name in ("one", "two") if name not in without}
    assert plan.value_usd_per_year is None
    table = plan.by_county().set_index("county")
    unknown = [name for name in table.index if table["alone_usd_per_year"].isna()[name]]
    assert unknown == [*without, "all"]
    assert table["gain_usd_per_year"].isna().tolist() == table["alone_usd_per_year"].isna().tolist()
    # a sale costs its set-up and, each year, what the seller's work costs beyond the buyer's own; the unit 90 for 80
    assert plan.cost_usd == pytest.approx(280 + traded * (85 + 20 - 100) + (shared // 2) * 10)


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (
            region(two=Lock("b", Decision.OUTSOURCE, "one", "a.yaml:7")),
            ("two, a.yaml:7 lock", "to outsource with one, which nothing could keep: there is no such offer"),
        ),
        (
            region(two=BUY, sold={"marginal_usd_per_year": 91}),
            ("two, a.yaml:7 lock", "one cannot sell it (sold below its marginal cost)"),
        ),
        (
            region(one=SELL, delegable=False),
            ("one, a.yaml:7 lock", "two cannot buy it (not delegable)"),
        ),
    ],
)
def test_a_lock_that_nothing_in_the_region_could_keep(
    case: RegionCase, found: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def searched(*_: object) -> None:
        pytest.fail("refused after a search")

    monkeypatch.setattr("optimizer.ask_region.find_plan", searched)
    with pytest.raises(Refused) as refused:
        find_region_plan(case)
    (finding,) = refused.value.findings
    assert finding.where == found[0]
    assert found[1] in finding.found


def test_no_plan_alone_where_nobody_may_be_worse_off() -> None:
    cases = dict(region(two=BUY).cases)
    fair = region_of(cases, settings_of(plain_money() | {"region": {"nobody_worse_off": True}}))
    assert list(plans_alone(fair)) == ["one"]
    with pytest.raises(Refused, match=r"two, region\.nobody_worse_off: found no plan alone"):
        find_region_plan(fair)
