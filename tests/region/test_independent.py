"""A region whose counties share nothing costs exactly the sum of its counties."""

from __future__ import annotations

import pytest

from optimizer import ask
from optimizer.plan.region import region_plan_of
from optimizer.scenario.scenario import Case
from optimizer.solve.engines import search_highs
from optimizer.solve.outcome import Stopped
from tests.cases import ROOT, sampled, solved
from tests.properties.small_cases import small_case
from tests.region.regions import program_of_region, region_of

PAPER = ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"


def pocket(like: Case) -> Case:
    """The county on paper, over the same years as another."""
    horizon = like.settings.horizon
    years = [f"horizon.{name}={value}" for name, value in horizon.model_dump().items()]
    return ask.load_case(PAPER, [*years, "solver.gap_usd=0.0"])


@pytest.mark.parametrize("seed", sampled(range(12), 1))
def test_counties_that_share_nothing_cost_the_sum(seed: int) -> None:
    cases = {"drawn": small_case(seed), "paper": pocket(small_case(seed))}
    region = region_of(cases, cases["paper"].settings)
    assert not region.shared_pools
    assert not region.shared_orgs
    alone = {name: solved(case) for name, case in cases.items()}
    program = program_of_region(region)
    outcome = search_highs(program, region.settings.solver, None, None)
    if any(found[1] is None for found in alone.values()):
        assert outcome.stopped is Stopped.INFEASIBLE
        return
    costs = {name: found[1].cost_usd for name, found in alone.items() if found[1] is not None}
    plan = region_plan_of(program, outcome, costs)
    assert plan.cost_usd == pytest.approx(sum(costs.values()), abs=0.02)
    assert {name: own.cost_usd for name, own in plan.plans.items()} == pytest.approx(costs, abs=0.02)
