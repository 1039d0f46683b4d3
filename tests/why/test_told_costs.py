"""Analyses tell what a plan costs a year as the plan does: today's cost less what is saved, to the cent."""

from __future__ import annotations

import pytest

from optimizer.why.asked import Asked, ask
from optimizer.why.limit_curve import limit_curve
from optimizer.why.others import other_plans
from optimizer.why.robust import robust
from tests.cases import case_of, offer, organization, plain_money, service

COST = 60_000.01
"""Over three years at a twentieth its present cost is 171,564.65455: rounded down every time, by 1.6 cents a year."""
KEPT = 10


@pytest.fixture(scope="module")
def asked() -> Asked:
    services = [service(f"s{number}", COST) for number in range(KEPT + 1)]
    offers = [offer(f"s{KEPT}", "city", 50_000.0)]
    changes = plain_money(agreements=1) | {"horizon": {"years": 3, "discount_rate": 0.05, "start_years": 1}}
    return ask(case_of(services, [organization("city")], offers, settings=changes))


def test_the_case_tells_the_two_ways_apart(asked: Asked) -> None:
    plan = asked.plan
    assert plan.today_usd_per_year == round((KEPT + 1) * COST, 2)
    assert plan.cost_usd_per_year != round(plan.cost_usd / plan.annuity, 2)


def test_a_curve_of_a_limit(asked: Asked) -> None:
    plan = asked.plan
    pieces = limit_curve(asked, "limits.agreements", 0, 1, 1).pieces
    assert pieces["usd_per_year"].tolist() == [plan.cost_usd_per_year, plan.today_usd_per_year]
    assert pieces["least_usd_per_year"].tolist() == pieces["most_usd_per_year"].tolist()


def test_other_plans(asked: Asked) -> None:
    found = other_plans(asked, within_usd_per_year=20_000.0)
    assert len(found.found) > 1
    assert found.plans["usd_per_year"].tolist() == [plan.cost_usd_per_year for plan in found.found]


def test_guarding_against_dearer_offers(asked: Asked) -> None:
    found = robust(asked, 0.1, [0.0, 1.0])
    assert found.table["usd_per_year"].tolist() == [plan.cost_usd_per_year for plan in found.plans]
    assert found.table["least_worst_usd_per_year"][0] == found.table["worst_usd_per_year"][0]
    # a tenth of the price more in every year
    assert found.table["worst_usd_per_year"][1] == pytest.approx(found.table["usd_per_year"][1] + 5_000.0, abs=0.005)
