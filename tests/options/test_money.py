"""Money of an option: published and hand-computed answers."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.options.money import PARTS, annuity, net_present_value
from optimizer.options.options import build_options
from optimizer.plan.plan import evaluate
from optimizer.plan.selection import choices_of
from optimizer.scenario.scenario import Case
from tests.cases import best, case_of, offer, organization, plain_money, program_of, service


def test_the_published_make_or_buy_worksheet() -> None:
    # GFOA, "An Elected Official's Guide ... outsourcing", exhibit 4: six years at 1.5 %, the first undiscounted
    assert net_present_value(np.array([684_000.0] + [700_000.0] * 5), 0.015) == pytest.approx(4_031_851, abs=1)
    assert net_present_value(np.array([645_000.0] + [576_000.0] * 5), 0.015) == pytest.approx(3_399_803, abs=1)


def test_the_worksheet_through_the_tables() -> None:
    # the same worksheet as an offer: bid 500k, 15 % administration, 70k to move; all but the 1,000 a year of
    # unemployment cost, which no column holds, and with 700k avoidable in the first year too
    money = plain_money() | {
        "horizon": {"years": 6, "discount_rate": 0.015},
        "kinds": {"private": {"administration_share": 0.15}},
    }
    money["economics"] |= {
        "avoidable_share": {"personnel": 2 / 3, "nonpersonnel": 1.0, "overhead": 0.0},
        "hurdle_share": 0.1,
    }
    house = service("refuse", 600_000, nonpersonnel_usd=300_000, overhead_usd=100_000)
    bid = offer("refuse", "firm", 500_000, transition_usd=70_000)
    case = case_of([house], [organization("firm", kind="private")], [bid], money)
    paid = parts_of(case)
    years = annuity(case.settings)
    assert paid["price_usd"] + paid["administration_usd"] + paid["transition_usd"] == pytest.approx(
        round(575_000 * years + 70_000, 2), abs=0.02
    )
    # what stays: a third of personnel and the overhead
    assert paid["stays_usd"] == pytest.approx(300_000 * years, abs=0.01)
    assert best(case).saving_usd == pytest.approx(700_000 * years - 575_000 * years - 70_000, abs=0.02)


def parts_of(case: Case) -> dict[str, float]:
    """Cost parts of the best plan [USD]."""
    costs = best(case).costs
    return {str(part): float(usd) for part, usd in costs.groupby("part")["present_usd"].sum().items()}


def moving(**terms: object) -> Case:
    """One service of 1,200 a year with 120 of revenue, moved for 600; four years, no discounting."""
    money = plain_money() | {"horizon": {"years": 4, "discount_rate": 0.0}}
    money["economics"] |= {"realization_share": 0.5, "ramp_share": [0.2, 1.0]}
    money["kinds"] = {"municipality": {"administration_share": 0.1}}
    house = service("a", 1200, revenue_usd=120)
    return case_of([house], [organization("east")], [offer("a", "east", 600, **terms)], money)


def test_lead_time_ramp_and_realization_year_by_year() -> None:
    # by hand, lead time 18 months: year 1 in house, year 2 half and half, then delivered.
    # promise s = 1200 - 660 - (120 - 20) = 440; counted on 0.5 x 0.2 in the first year of delivery (year 2), then 0.5
    plan = best(moving(lead_time_months=18, transition_usd=90, retained_revenue_usd=20))
    unrealized = [0, 0.5 * 440 * 0.9, 440 * 0.5, 440 * 0.5]
    delivered = [0, 0.5, 1, 1]
    cash = [
        (1 - part) * (1200 - 120) + part * (660 - 20) + short for part, short in zip(delivered, unrealized, strict=True)
    ]
    cash[0] += 90
    assert plan.cash["services_usd"].tolist() == pytest.approx(cash)
    assert plan.cost_usd == pytest.approx(sum(cash))
    assert plan.cash["cumulative_saving_usd"].iloc[-1] == pytest.approx(4 * 1080 - sum(cash))


def test_a_losing_move_is_never_softened() -> None:
    # keeping is not allowed: the loss counts in full in every year, whatever ramp and realization say
    money = plain_money() | {"horizon": {"years": 2, "discount_rate": 0.0}, "allowed_decisions": ["outsource"]}
    money["economics"] |= {"realization_share": 0.3, "ramp_share": [0.1]}
    case = case_of([service("a", 100)], [organization("east")], [offer("a", "east", 130)], money)
    assert best(case).cost_usd == 260
    assert "unrealized_usd" not in parts_of(case)


def test_payback() -> None:
    # promise 440, counted on 220 a year: 90 / 220 years after 18 months
    plan = best(moving(lead_time_months=18, transition_usd=90, retained_revenue_usd=20))
    assert plan.decisions["payback_years"][0] == pytest.approx(1.5 + 90 / 220)


def test_parts_add_up_to_the_cent_in_odd_numbers() -> None:
    rng = np.random.default_rng(5)
    services = [service(f"s{i}", round(rng.uniform(1, 9999), 2), revenue_usd=0.37) for i in range(40)]
    offers = [offer(f"s{i}", "east", round(rng.uniform(1, 5000), 2), transition_usd=0.01) for i in range(40)]
    money = plain_money() | {"horizon": {"years": 7, "discount_rate": 0.0377}}
    case = case_of(services, [organization("east", 3.33)], offers, money)
    program = program_of(case)
    plan = best(case)
    assert round(sum(plan.costs["present_usd"]), 2) == plan.cost_usd
    by_service = plan.costs[plan.costs["scope"] == "service"].groupby("id")["present_usd"].sum()
    decided = plan.decisions.set_index("service_id")["present_cost_usd"]
    assert (by_service.round(2) == decided.round(2).loc[by_service.index]).all()
    assert set(plan.costs["part"]) <= {*PARTS, "agreement_usd"}
    keep = evaluate(case, choices_of(program, keep_all(case)), build_options(case))
    assert keep.cost_usd == plan.today_usd


def keep_all(case: Case) -> np.ndarray:
    """The point that keeps everything."""
    program = program_of(case)
    x = np.zeros(len(program.columns))
    x[program.columns.options] = ~program.options.candidates.moved
    return x
