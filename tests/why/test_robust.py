"""Robust plans and failing partners, by trying every plan and every way in which prices go wrong."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from optimizer.county import records
from optimizer.errors import Refused
from optimizer.options.money import annuity
from optimizer.plan.choices import Choices
from optimizer.plan.verify import exact_costs, verify
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, ask
from optimizer.why.failure import partner_failures
from optimizer.why.robust import deviations, guarded, robust, worst_usd
from tests.cases import case_of, offer, organization, plain_money, program_of, sampled, service
from tests.properties.every_plan import every_plan
from tests.properties.small_cases import small_case
from tests.why.plans_by_hand import wide_case

SEEDS = (2, 4, 5, 9, 16, 25, 33)


def lawful(case: Case) -> list[tuple[Choices, float]]:
    """Every lawful plan and its present cost."""
    plans = [plan for plan in every_plan(case) if not verify(case, plan)]
    return [(plan, exact_costs(case, plan).total_cents / 100) for plan in plans]


def charges(case: Case, plan: Choices, share: float) -> list[float]:
    """How much dearer every accepted offer may become, by what its provider is paid in the exact reading."""
    parts = exact_costs(case, plan)
    found = []
    for name, offer_id in plan.offers.items():
        if offer_id is not None:
            own = parts.cents_by_service[name]
            found.append(share * float(own["price_usd"] + own["administration_usd"]) / 100)
    return found


def worst(amounts: list[float], gamma: float) -> float:
    """The dearest way in which at most gamma of them go wrong, the last one in part, by trying all."""
    whole, rest = math.floor(gamma), gamma - math.floor(gamma)
    ways = [0.0]
    for size in range(min(whole, len(amounts)) + 1):
        for chosen in combinations(range(len(amounts)), size):
            left = [amounts[place] for place in range(len(amounts)) if place not in chosen]
            ways.append(sum(amounts[place] for place in chosen) + rest * max(left, default=0.0))
    return max(ways)


def test_one_dear_price_or_two_small_ones() -> None:
    """Both pay 60 less when all goes well: one offer of 40, or two of 20; 50 % dearer one of them: 20 or 10."""
    case = case_of(
        [service("s"), service("t", 50), service("u", 50)],
        [organization("a"), organization("b")],
        [offer("s", "a", 39), offer("t", "b", 20), offer("u", "b", 20)],
        plain_money(agreements=1),
    )
    found = robust(ask(case), 0.5, [0, 1, 1.5, 2])
    assert found.table["moved"].tolist() == [1, 2, 2, 1]
    assert found.table["guard_usd_per_year"].tolist() == pytest.approx([0, 1, 1, 0])
    assert found.table["worst_usd_per_year"].tolist() == pytest.approx([139, 150, 155, 158.5])
    assert found.table["cheapest_worst_usd_per_year"].tolist() == pytest.approx([139, 158.5, 158.5, 158.5])


@pytest.mark.parametrize("seed", sampled(SEEDS, 1))
def test_the_robust_plan_by_trying_every_plan_and_every_worst_case(seed: int) -> None:
    case = small_case(seed)
    asked, years = ask(case), annuity(case.settings)
    plans = [(cost, charges(case, plan, 0.4)) for plan, cost in lawful(case)]
    found = robust(asked, 0.4, [0, 1, 1.5, 2])
    for row in found.table.itertuples():
        least = min(cost + worst(amounts, row.gamma) for cost, amounts in plans) / years
        assert row.worst_usd_per_year == pytest.approx(least, abs=0.5)
        assert row.least_worst_usd_per_year <= least + 0.05


def test_the_worst_case_of_a_plan_is_its_dual() -> None:
    asked = ask(small_case(9))
    deviation = deviations(asked.program, 0.3)
    for gamma in (0.0, 0.7, 1.0, 2.3, 99.0):
        amounts = deviation[asked.x[asked.program.layout.chosen] > 0.5].tolist()
        assert worst_usd(asked.program, deviation, gamma, asked.x) == pytest.approx(worst(amounts, gamma))
    program = guarded(asked.program, deviation, 1.0)
    assert program.columns.names[: len(asked.program.columns)].tolist() == asked.program.columns.names.tolist()


def test_a_search_without_time_holds_the_plan_in_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """It starts from that plan, and the line says that a better one may exist."""
    asked = ask(small_case(9))
    again, starts = Asked.again, []

    def early(self: Asked, program: CountyProgram, start: Floats | None = None, **_: object) -> Outcome:
        assert start is not None
        activity, (lower, upper) = program.matrix() @ start, program.row_bounds()
        assert (activity >= lower - 1e-6).all()
        assert (activity <= upper + 1e-6).all()
        starts.append(program.cost_usd(start))
        return replace(again(self, program, start), x=start, cost_usd=starts[-1], stopped=Stopped.TIME)

    monkeypatch.setattr(Asked, "again", early)
    found = robust(asked, 0.3, [0, 1.5])
    assert found.table["worst_usd_per_year"].tolist() == found.table["cheapest_worst_usd_per_year"].tolist()
    assert [usd / asked.annuity for usd in starts] == pytest.approx(found.table["worst_usd_per_year"].tolist())
    assert all(line.endswith("A better one may exist: time limit.") for line in found.told().lines[1:])


def test_what_cannot_be_asked_is_refused_at_once() -> None:
    asked = ask(case_of([service("s")], [organization("a")], [offer("s", "a", 60)]))
    with pytest.raises(Refused) as refusal:
        robust(asked, -0.1, [1, -2])
    assert [finding.where for finding in refusal.value.findings] == ["--deviation", "--gamma"]


def test_the_service_comes_back_or_goes_elsewhere() -> None:
    """A fails: s comes back (40 dearer); with everything anew t stays and s goes to b (10 dearer)."""
    settings = plain_money(displaced_fte=1)
    case = case_of(
        [service("s"), service("t")],
        [organization("a", probability_of_failure=0.5), organization("b")],
        [offer("s", "a", 60), offer("s", "b", 50, fte_displaced=1), offer("t", "b", 80, fte_displaced=1)],
        settings,
    )
    found = partner_failures(ask(case))
    rows = {row.org_id: row for row in found.table.itertuples()}
    assert set(rows) == {"a", "b"}
    assert rows["a"].stays_usd_per_year == pytest.approx(40)
    assert rows["a"].anew_usd_per_year == pytest.approx(10)
    assert rows["a"].expected_usd_per_year == pytest.approx(20)
    with pytest.raises(Refused, match="the id of an organization"):
        partner_failures(ask(case), ["z"])
    (both,) = partner_failures(ask(case), ["a", "b"], together=True).table.to_dict("records")
    assert (both["org_id"], both["services"]) == ("a, b", 2)
    assert both["stays_usd_per_year"] == both["anew_usd_per_year"] == pytest.approx(40 + 20)
    assert both["probability"] == 0


def test_without_its_only_provider_no_plan_exists() -> None:
    settings = plain_money() | {"allowed_decisions": ["outsource"]}
    case = case_of([service("s")], [organization("a")], [offer("s", "a", 60)], settings)
    (row,) = partner_failures(ask(case)).table.to_dict("records")
    assert np.isnan(row["stays_usd_per_year"])
    assert row["stays_answer"] == row["anew_answer"] == "no plan exists"
    assert partner_failures(ask(case)).told().lines == ("If Town of a fails, no plan exists any more.",)


def test_what_a_partner_buys_is_gone_too() -> None:
    """It does t for 60 instead of 100, and its purchase of s brings 60 for 30 a year and 12 once."""
    sale = records.Sale(
        sale_id="sale", service_id="s", org_id="a", price_usd_per_year=60, marginal_usd_per_year=30,
        buyer_cost_usd_per_year=80, setup_usd=12, fte=1, lead_time_months=0,
    )  # fmt: skip
    case = case_of(
        [service("s", delegable=False), service("t")],
        [organization("a"), organization("b")],
        [offer("t", "a", 60)],
        spare_staff=[records.SpareStaff(department="Works", fte=1)],
        sales=[sale, sale.model_copy(update={"sale_id": "less", "org_id": "b", "price_usd_per_year": 50})],
    )
    (row,) = partner_failures(ask(case)).table.to_dict("records")
    assert (row["services"], row["sales"]) == (1, 1)
    assert row["stays_usd_per_year"] == pytest.approx(40 + 18 - 8)  # b buys it instead
    alone = replace(case, county=case.county.with_tables(offers=()))
    (row,) = partner_failures(ask(alone)).table.to_dict("records")
    assert (row["org_id"], row["services"], row["sales"]) == ("a", 0, 1)


def test_no_plan_in_the_time_given_is_not_that_none_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(case_of([service("s")], [organization("a")], [offer("s", "a", 60)]))
    monkeypatch.setattr(Asked, "again", lambda *_: Outcome(Stopped.TIME, None, None, None, "test", 60.0))
    found = partner_failures(asked)
    assert found.table["stays_answer"].tolist() == ["time limit"]
    assert found.told().lines == ("Of 1 no plan was found in the time given, which does not mean that none exists.",)


def test_failures_are_weighed_by_cost_alone() -> None:
    settings = plain_money() | {"equity": {"objective": "worst_off", "cost_limit_usd_per_year": 1000.0}}
    with pytest.raises(Refused, match="least_cost"):
        partner_failures(ask(case_of([service("s")], settings=settings)))


FAILING = [*map(small_case, SEEDS), *map(wide_case, (1, 2, 8))]


@pytest.mark.parametrize("case", sampled(FAILING, 1))
def test_every_failure_by_trying_every_plan(case: Case) -> None:
    asked, years = ask(case), annuity(case.settings)
    if program_of(case).goals:
        pytest.skip("seeks something before least cost")
    best_usd = asked.best.cost_usd
    assert best_usd is not None
    hosts = {pool.pool_id: pool.host_org_id for pool in case.county.pools}
    at = {row.offer_id: row.org_id if row.pool_id is None else hosts[row.pool_id] for row in case.county.offers}
    plan = asked.plan.decisions.set_index("service_id")
    now = {name: (row["offer_id"] or None, row["start_year"]) for name, row in plan.iterrows()}
    plans = lawful(case)
    for row in partner_failures(asked).table.itertuples():
        bought = {sale.sale_id for sale in case.county.sales if sale.org_id == row.org_id}
        without = [
            (one, cost)
            for one, cost in plans
            if row.org_id not in {at.get(key or "") for key in one.offers.values()} and not bought & {*one.sales}
        ]
        stays = [
            cost
            for one, cost in without
            if all(
                at.get(offer_id or "") == row.org_id
                or (one.offers[name] == offer_id and (offer_id is None or one.starts.get(name, 1) == start))
                for name, (offer_id, start) in now.items()
            )
        ]
        anew = min((cost for _, cost in without), default=math.nan)
        assert row.anew_usd_per_year == pytest.approx((anew - best_usd) / years, abs=0.5, nan_ok=True)
        least = min(stays, default=math.nan)
        assert row.stays_usd_per_year == pytest.approx((least - best_usd) / years, abs=0.5, nan_ok=True)
