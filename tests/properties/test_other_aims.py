"""The engine against trying every plan, where something else is sought than least cost."""

from __future__ import annotations

from functools import cache

import pytest

from optimizer.plan.choices import Choices
from optimizer.plan.verify import exact_costs
from optimizer.scenario.scenario import Case
from tests.cases import program_of, sampled, solved
from tests.properties.judge import Verdict, Weighted, WorstOff, judge
from tests.properties.small_cases import themes_of
from tests.properties.themes import cost_limit, reinvesting
from tests.properties.trials import SEEDS, case_of_seed, changed, judged, searched

FAIR_SEEDS = [seed for seed in SEEDS if cost_limit not in themes_of(seed)][::5]
SPENDING_SEEDS = [seed for seed in SEEDS if reinvesting in themes_of(seed)][:14]
USD_PER_SCORE = (15.0, 40.0, 100.0)


@cache
def _worst_off(seed: int) -> tuple[Case, Verdict] | None:
    """The case under a cost limit half way between its best plan and today, and its fairest plan."""
    least, case = judged(seed).value, case_of_seed(seed)
    if least is None:
        return None
    best_usd = float(least[0]) / 100
    today_usd = (
        exact_costs(case, Choices(dict.fromkeys(row.service_id for row in case.county.services))).total_cents / 100
    )
    years = sum((1 + case.settings.horizon.discount_rate) ** -year for year in range(case.settings.horizon.years))
    limit = round((best_usd + max(0.4 * (today_usd - best_usd), 5.0)) / years, 2)
    case = changed(case, "equity", objective="worst_off", cost_limit_usd_per_year=limit)
    return case, judge(case, WorstOff())


@pytest.mark.parametrize("seed", sampled(FAIR_SEEDS, 8))
def test_the_worst_off_place_comes_before_cost(seed: int) -> None:
    tried = _worst_off(seed)
    if tried is None:
        pytest.skip("no plan is lawful")
    case, by_hand = tried
    outcome, plan = searched(program_of(case))
    assert by_hand.value is not None
    assert plan is not None
    assert outcome.reached[0].value == pytest.approx(-float(by_hand.value[0]), abs=1e-6)
    assert outcome.cost_usd == pytest.approx(float(by_hand.value[1]) / 100, abs=0.02)


@pytest.mark.slow
def test_the_worst_off_place_is_often_worth_money() -> None:
    tried = {seed: _worst_off(seed) for seed in FAIR_SEEDS}
    dearer = 0
    for seed, found in tried.items():
        least = judged(seed).value
        if found is not None and found[1].value is not None and least is not None:
            dearer += found[1].value[1] > least[0]
    assert dearer >= 6


@cache
def _weighted(seed: int) -> tuple[Case, Verdict]:
    usd_per_score = USD_PER_SCORE[seed % len(USD_PER_SCORE)]
    case = changed(case_of_seed(seed), "reinvestment", rule="weighted", usd_per_score=usd_per_score)
    return case, judge(case, Weighted())


@pytest.mark.parametrize("seed", sampled(SPENDING_SEEDS, 5))
def test_freed_money_is_weighed_against_what_it_buys(seed: int) -> None:
    case, by_hand = _weighted(seed)
    _, plan = solved(case)
    if by_hand.value is None:
        assert plan is None
    else:
        assert plan is not None
        assert plan.sought_usd == pytest.approx(float(by_hand.value[0]) / 100, abs=0.03)


@pytest.mark.slow
def test_weighing_often_buys_something_and_sometimes_another_plan() -> None:
    buys = dearer = 0
    for seed in SPENDING_SEEDS:
        value, least = _weighted(seed)[1].value, judged(seed).value
        if value is not None and least is not None:
            buys += value[0] < least[0] - 1
            dearer += bool(_weighted(seed)[1].plans) and _weighted(seed)[1].plans[0] not in judged(seed).plans
    assert buys >= 5
    assert dearer >= 1
