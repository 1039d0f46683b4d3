"""The engine and the plain algebra of docs/model.md come to the same cost, or both to no plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from optimizer.solve.highs import search
from optimizer.solve.outcome import Outcome
from tests.algebra.plain_model import cheapest_usd
from tests.algebra.random_cases import random_case
from tests.cases import program_of

SEEDS = range(72)
_OUTCOMES: dict[int, Outcome] = {}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_says_what_the_plain_algebra_says(seed: int):
    case = random_case(seed)
    outcome = search(program_of(case), case.settings.solver)
    expected_usd = cheapest_usd(case)
    _OUTCOMES[seed] = outcome
    if expected_usd is None:
        assert outcome.cost_usd is None
    else:
        assert outcome.cost_usd == pytest.approx(expected_usd, abs=0.01)


def test_the_cases_have_every_family_and_enough_plans():
    programs = [program_of(random_case(seed)) for seed in SEEDS]
    families = Counter(rows.family for program in programs for rows in program.families)
    assert set(families) == {
        "choice", "agreement", "membership", "host", "capacity", "volume", "mandate", "pool_min", "pool_max",
        "pool_tier", "pool_volume", "tier_from", "tier_to", "displaced_fte", "displaced_fte_by_department", "consent",
        "agreements", "transition", "fund", "revenue", "moved_cost", "concentration", "critical", "retained",
        "together", "apart", "needs", "lock", "forbid",
    }  # fmt: skip
    assert min(families.values()) >= 10


BITES = {
    "agreement": 2, "capacity": 2, "volume": 2, "mandate": 2, "pool_volume": 2, "displaced_fte": 2,
}  # fmt: skip
