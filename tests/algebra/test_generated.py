"""The plain algebra on counties that look real: generated ones, and the county that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer import ask
from optimizer.county.generator import generate, spec_for
from optimizer.county.writing import write_county
from tests.algebra.plain_model import cheapest_usd
from tests.cases import ROOT

WHATIFS = ROOT / "scenarios" / "whatifs" / "clear_creek"


@pytest.mark.parametrize("seed", range(3))
def test_a_generated_county_under_the_countys_own_limits(seed: int, tmp_path: Path) -> None:
    write_county(generate(spec_for("clear_creek", services=200, organizations=25), seed), tmp_path / "county")
    tight = ["limits.transition_usd=20000", "limits.displaced_fte=0.5", "limits.agreements=6", "solver.gap_usd=0.0"]
    case = ask.load_case(WHATIFS / "recommended.yaml", tight, tmp_path / "county")
    plan = ask.find_plan(case)[1]
    assert plan is not None
    assert plan.cost_usd == pytest.approx(cheapest_usd(case), abs=0.05)
    assert (plan.decisions["decision"] != "keep").any()


@pytest.mark.parametrize("name", ["recommended", "no_layoffs", "transition_budget_halved"])
def test_the_county_that_ships(name: str) -> None:
    case = ask.load_case(WHATIFS / f"{name}.yaml", ["solver.gap_usd=0.0"])
    plan = ask.find_plan(case)[1]
    assert plan is not None
    assert plan.cost_usd == pytest.approx(cheapest_usd(case), abs=0.5)
