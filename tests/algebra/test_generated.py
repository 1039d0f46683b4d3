"""The plain algebra on counties that look real: generated ones, and every scenario that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer import ask
from optimizer.county.generator import generate, spec_for
from optimizer.county.writing import write_county
from optimizer.scenario.scenario import Case
from tests.algebra.plain_model import cheapest_usd
from tests.cases import ROOT, sampled, solved

WHATIFS = ROOT / "scenarios" / "whatifs"
NOT_IN_THE_ALGEBRA = {
    "shared_fairly": "what a department bears of a pool is a product of two choices, which the plain algebra has not",
    "worst_off_first": "the plain algebra seeks one thing only",
    "plan_together": "the plain algebra knows one county only",
}
SCENARIOS = sorted(
    path.relative_to(WHATIFS) for path in WHATIFS.glob("*/*.yaml") if path.stem not in NOT_IN_THE_ALGEBRA
)
OFTEN = {
    "recommended",
    "on_paper",
    "consortiums_claim",
}
"""Scenarios for every run of the tests; the long one has them all."""
AT_ONCE = ["horizon.start_years=1", "solver.gap_usd=0.0"]


@pytest.mark.parametrize("seed", sampled(range(3), 1))
def test_a_generated_county_under_the_countys_own_limits(seed: int, tmp_path: Path) -> None:
    write_county(generate(spec_for("clear_creek", services=200, organizations=25), seed), tmp_path / "county")
    tight = ["limits.transition_usd=20000", "limits.displaced_fte=0.5", "limits.agreements=6", *AT_ONCE]
    case = ask.load_case(WHATIFS / "clear_creek" / "recommended.yaml", tight, tmp_path / "county")
    plan = ask.find_plan(case)[1]
    assert plan is not None
    assert plan.cost_usd == pytest.approx(cheapest_usd(case), abs=0.05)
    assert (plan.decisions["decision"] != "keep").any()


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_every_scenario_that_ships_if_all_starts_at_once(scenario: Path) -> None:
    _agree(ask.load_case(WHATIFS / scenario, AT_ONCE))


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(path, marks=() if path.stem in OFTEN else pytest.mark.slow) for path in SCENARIOS],
    ids=str,
)
def test_horizon_1_equals_the_one_period_engine_on_every_shipped_scenario(scenario: Path) -> None:
    _agree(ask.load_case(WHATIFS / scenario, [*AT_ONCE, "horizon.years=1"]))


def _agree(case: Case) -> None:
    """Both come to the same, up to the cent of every amount that one of them rounds and the other does not."""
    plan = solved(case)[1]
    expected_usd = cheapest_usd(case)
    assert (plan is None) == (expected_usd is None)
    if plan is not None:
        assert plan.sought_usd == pytest.approx(expected_usd, abs=0.5)
