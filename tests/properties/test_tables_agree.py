"""The tables of a plan against the exact verification's own reading of the same plan."""

from __future__ import annotations

import pytest

from optimizer.plan.plan import evaluate
from optimizer.plan.verify import coverage_of_places, exact_costs, freed_usd_per_year, laid_off_fte, shares
from tests.cases import sampled
from tests.properties.trials import SEEDS, judged, program_of_seed, searched


@pytest.mark.parametrize("seed", sampled(SEEDS[::2], 12))
def test_tables_say_what_the_tables_of_the_county_give(seed: int) -> None:
    program = program_of_seed(seed)
    case, choices = program.case, searched(program)[1]
    if choices is None:
        assert judged(seed).value is None
        return
    plan = evaluate(case, choices, program.options)
    assert plan.violations == ()
    borne = {(row.pool_id, row.service_id): row.share_usd_per_year * plan.annuity for row in plan.members.itertuples()}
    exact_shares = {key: float(usd) for key, usd in shares(case, choices).items()}
    # half a cent of every year's equivalent
    assert borne == pytest.approx(exact_shares, abs=0.005 * plan.annuity + 0.001)
    freed = {fund: float(usd) for fund, usd in freed_usd_per_year(case, choices).items()}
    told = dict(zip(plan.funds["fund"], plan.funds["freed_usd_per_year"], strict=True))
    assert {fund: told[fund] for fund in freed} == pytest.approx(freed, abs=0.05)
    coverage = {place or "all": float(share) for place, share in coverage_of_places(case, choices).items()}
    places = dict(zip(plan.places["place"], plan.places["coverage"], strict=True))
    assert {place: places[place] for place in coverage} == pytest.approx(coverage, abs=1e-9)
    laid_off = laid_off_fte(case, choices)
    for row in plan.years.itertuples():
        exact = sum(float(staff) for (_, year), staff in laid_off.items() if year == row.year)
        assert row.laid_off_fte == pytest.approx(exact, abs=1e-9)
    costs = exact_costs(case, choices)
    cash = [
        sum(float(paid[year]) for paid in costs.cash_usd_by_service.values())
        + sum(float(paid[year]) for paid in costs.cash_usd_by_sale.values())
        + float(costs.cash_usd_county[year])
        for year in range(case.settings.horizon.years)
    ]
    # half a cent of everything that is paid for
    assert plan.cash["plan_usd"].tolist() == pytest.approx(cash, abs=0.005 * (len(plan.decisions) + len(plan.costs)))
    assert plan.totals.groupby("by")["plan_usd_per_year"].sum().tolist() == pytest.approx(
        [plan.cost_usd / plan.annuity] * 4, abs=0.02
    )
