"""The same question gives the same plan, in whatever order its tables are written."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from optimizer import ask
from optimizer.county.county import TABLES
from tests.cases import ROOT, decided, sampled

QUESTION = ROOT / "scenarios" / "whatifs" / "clear_creek" / "no_layoffs.yaml"


@pytest.mark.parametrize("seed", sampled(range(2), 1))
def test_the_order_of_rows_does_not_change_the_plan(seed: int) -> None:
    case = ask.load_case(QUESTION, ["solver.gap_usd=0.0"])
    dice = Random(seed)
    shuffled = {name: tuple(dice.sample(case.county.table(name), len(case.county.table(name)))) for name in TABLES}
    other = replace(case, county=case.county.with_tables(**shuffled))
    (_, first), (_, second) = ask.find_plan(case), ask.find_plan(other)
    assert first is not None
    assert second is not None
    assert first.cost_usd == second.cost_usd
    assert decided(first) == decided(second)
