"""Published optima, reached through the public tables: county folder, scenario file, run."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer import ask
from optimizer.county.county import County
from optimizer.county.writing import write_county
from optimizer.solve.outcome import Stopped
from tests.cases import REAL, ROOT
from tests.optimum.instances import known_optima, read_facility_location, read_gap

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the published instances are not at {REAL}")

SCENARIO = """
title: A published instance
question: Is its published optimum reached?
county: ../county
set:
  horizon.years: 1
  horizon.discount_rate: 0.0
  allowed_decisions: [outsource]
  kinds.municipality.administration_share: 0.0
  solver.gap_usd: 0.0
  solver.break_ties: false
  solver.time_limit_s: 300.0
"""


def optimum(county: County, folder: Path) -> float:
    """Write the county and the scenario, ask for the plan, return its proved cost."""
    scenarios = folder / "scenarios"
    scenarios.mkdir()
    (scenarios / "base.yaml").write_bytes((ROOT / "scenarios" / "base.yaml").read_bytes())
    (scenarios / "instance.yaml").write_text(SCENARIO, encoding="utf-8")
    write_county(county, folder / "county")
    outcome, plan = ask.find_plan(ask.load_case(scenarios / "instance.yaml"))
    assert outcome.stopped is Stopped.PROVED
    assert plan is not None
    assert plan.bound_usd == pytest.approx(plan.cost_usd, abs=1e-4)
    return plan.cost_usd


def _some_slow(names: list[str], last: int) -> list[object]:
    """Every twentieth of the first ones in each run of the tests, all in the long one: the last ones take a minute."""
    return [
        pytest.param(name, marks=pytest.mark.slow if place % 20 or place >= last else ())
        for place, name in enumerate(names)
    ]


@needs_real
@pytest.mark.parametrize(
    "name", _some_slow([f"gap{family}-{number}" for family in range(1, 13) for number in range(5)], 60)
)
def test_generalized_assignment_reaches_the_published_minimum(name: str, tmp_path: Path) -> None:
    assert optimum(read_gap(REAL / "gap" / name), tmp_path) == known_optima(REAL / "gap")[name]


@needs_real
@pytest.mark.parametrize("name", _some_slow([f"p{number}" for number in range(1, 41)], 25))
def test_facility_location_reaches_the_published_optimum(name: str, tmp_path: Path) -> None:
    found = optimum(read_facility_location(REAL / "sscflp" / name), tmp_path)
    assert found == known_optima(REAL / "sscflp")[name]
