"""What would have to be true for an organization: by hand, and on both sides by trying every plan."""

from __future__ import annotations

import io
import math
import signal

import pytest

from optimizer.county import records
from optimizer.errors import Refused
from optimizer.plan.verify import exact_costs, verify
from optimizer.report.console import WholeConsole
from optimizer.report.told import show_told
from optimizer.scenario.scenario import Case
from optimizer.why.asked import ask
from optimizer.why.organization import AGREEMENT, PRICES, _Search, organization_break_even
from tests.cases import case_of, offer, organization, plain_money, sampled, service
from tests.properties.every_plan import every_plan
from tests.properties.small_cases import small_case
from tests.why.test_service import rivals


def test_an_organization_by_its_prices_and_by_its_agreement() -> None:
    """Two services kept for 100 each; 60 and 70 at the town, whose agreement costs 20: 50 saved."""
    case = case_of([service("s"), service("t")], [organization("a", 20)], [offer("s", "a", 60), offer("t", "a", 70)])
    found = organization_break_even(ask(case), "a")
    terms = {row.term: (row.in_at, row.out_at) for row in found.terms.itertuples()}
    assert terms[AGREEMENT] == (70, 71)
    yes, no = terms[PRICES]
    assert yes <= 180 / 130 < no + 1e-4
    assert no - yes == pytest.approx(0.001)
    assert found.services["service_id"].tolist() == ["s", "t"]
    assert found.told().lines[2] == (
        "Its agreement (now $20 a year): it is in the plan up to $70 a year; "
        "beyond that: the plan costs less without it."
    )


def test_an_organization_that_is_too_dear() -> None:
    case = case_of([service("s")], [organization("a", 20)], [offer("s", "a", 100)])
    found = organization_break_even(ask(case), "a")
    terms = {row.term: (row.in_at, row.out_at) for row in found.terms.itertuples()}
    assert not found.in_the_plan
    assert terms[PRICES] == pytest.approx((0.8, 0.801))
    assert terms[AGREEMENT][0] == 0  # for nothing it would be as good as keeping
    assert found.services["service_id"].tolist() == ["s"]
    with pytest.raises(Refused, match="the id of an organization"):
        organization_break_even(ask(case), "b")


def test_up_to_which_prices_was_asked() -> None:
    settings = plain_money() | {"allowed_decisions": ["outsource"]}
    case = case_of([service("s")], [organization("a", 20)], [offer("s", "a", 60)], settings)
    lines = organization_break_even(ask(case), "a").told().lines
    assert lines[1] == ("Its prices: it is in the plan up to 4 times what they are, the most that was asked about.")
    assert lines[2] == (
        "Its agreement (now $20 a year): it is in the plan up to $120 a year, the most that was asked about."
    )


def test_prices_of_a_pool_that_it_hosts_are_its_own() -> None:
    """Two services kept for 200, or in the pool for 60 and a set-up of 30: prices may be 170 / 60 times as high."""
    pool = records.Pool(
        pool_id="pool", name="Pool", host_org_id="a", setup_usd=30, fixed_usd_per_year=0, min_members=1, max_members=9
    )
    case = case_of(
        [service("s"), service("t")],
        [organization("a")],
        [offer("s", "pool", 20), offer("t", "pool", 40)],
        pools=[pool],
    )
    found = organization_break_even(ask(case), "a")
    (row,) = found.terms[found.terms["term"] == PRICES].to_dict("records")
    # from 2.5 times on t is kept, which leaves s and its set-up: 20 x 3.5 = 70
    assert row["in_at"] == pytest.approx(3.5)
    assert row["out_at"] == pytest.approx(3.501)


def test_capacity_that_stands_in_the_way() -> None:
    """The town has 8 hours, each service takes 5: without that limit it would save 30 more on t."""
    found = organization_break_even(ask(rivals()), "a").capacity
    (row,) = found.limits.to_dict("records")
    assert (row["capacity"], row["used_in_plan"], row["used_without_limits"]) == (8, 5, 10)
    assert row["saves_usd_per_year"] == pytest.approx(30)
    assert math.isnan(row["in_the_plan_from"])
    assert found.services["service_id"].tolist() == ["t"]


def test_the_least_capacity_with_which_it_is_in_the_plan() -> None:
    full = rivals()
    case = case_of(
        list(full.county.services), list(full.county.organizations), list(full.county.offers), plain_money(),
        uses=list(full.county.uses), capacities=[records.Capacity(org_id="a", resource="hours", amount=3)],
    )  # fmt: skip
    found = organization_break_even(ask(case), "a")
    (row,) = found.capacity.limits.to_dict("records")
    assert not found.in_the_plan
    assert (
        found.terms["out_because"].tolist()
        == ["no plan has it that keeps Town of a: most hours that it can take on in every year"] * 2
    )
    assert row["in_the_plan_from"] == 5
    assert (
        found.told().lines[-1]
        == "Town of a: most hours that it can take on in every year: with 5 hours it is in the plan."
    )


def test_no_capacity_no_word_of_it() -> None:
    case = case_of([service("s")], [organization("a", 20)], [offer("s", "a", 60)])
    assert organization_break_even(ask(case), "a").told().lines[-1] == "No capacity of its own counts in this plan."


def with_and_without(case: Case, org_id: str) -> tuple[float, float]:
    """Least present cost of all lawful plans in which an organization delivers something, and of the others."""
    hosted = {pool.pool_id for pool in case.county.pools if pool.host_org_id == org_id}
    own = {row.offer_id for row in case.county.offers if row.org_id == org_id or row.pool_id in hosted}
    least = [math.inf, math.inf]
    for plan in every_plan(case):
        if not verify(case, plan):
            side = 0 if own & {*plan.offers.values()} else 1
            least[side] = min(least[side], exact_costs(case, plan).total_cents / 100)
    return least[0], least[1]


@pytest.mark.parametrize("seed", sampled((2, 6), 1))
def test_both_sides_of_every_term_by_trying_every_plan(seed: int) -> None:
    case = small_case(seed)
    if case.settings.reinvestment.rule == "weighted" or case.settings.equity.objective == "worst_off":
        pytest.skip("seeks something else than least cost")
    asked = ask(case)
    for number, org in enumerate(case.county.organizations):
        search = _Search(asked, number, lambda _: None)
        for row in organization_break_even(asked, org.org_id).terms.itertuples():
            case_at = {PRICES: search._scaled, AGREEMENT: search._signed_for}[str(row.term)]
            for value, wanted in ((row.in_at, True), (row.out_at, False)):
                if not math.isnan(value):
                    own, others = with_and_without(case_at(value), org.org_id)
                    assert own <= others + 0.02 if wanted else own > others or math.isinf(own)


def test_what_more_capacity_would_save_is_open_where_it_was_not_searched() -> None:
    def step(text: str) -> None:
        if text.endswith("without its capacities"):
            signal.raise_signal(signal.SIGINT)

    told = organization_break_even(ask(rivals()), "a", step).told()
    assert told.lines[-1] == "Whether more capacity would save anything is not decided."
    console = WholeConsole(file=io.StringIO(), width=200)
    show_told(console, told)  # what has no end is a dash
