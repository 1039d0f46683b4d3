"""Proved within the asked gap is said only where cost and bound are, whatever the solver calls its end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from click.testing import CliRunner

import cli
from optimizer.county.writing import write_county
from optimizer.options.money import HALF_A_CENT_USD
from optimizer.scenario.scenario import Case
from optimizer.solve import engines, highs
from optimizer.solve.decomposition import search as decomposition
from optimizer.solve.outcome import Outcome, Stopped, as_proved
from optimizer.solve.pyomo_bridge import search_pyomo
from optimizer.solve.pyomo_model import build_pyomo, without_constant
from tests.cases import ROOT, case_of, offer, organization, plain_money, program_of, service, settings_of
from tests.solve.test_pyomo_beliefs import BEST
from tests.solve.test_pyomo_search import SOLVERS, two_towns

SCENARIO = """
title: A road
question: Who builds it?
county: ../county
set:
  horizon.years: 1
  horizon.discount_rate: 0.0
  allowed_decisions: [outsource]
  economics.hurdle_share: 0.0
  kinds.municipality.administration_share: 0.0
"""

needs_glpk = pytest.mark.skipif(not shutil.which("glpsol"), reason="glpsol is not installed here")


def one_road(price_usd: float) -> Case:
    """A service that costs a billion dollars a year, and a town that takes it for a price; asked for to a dollar."""
    settings = plain_money() | {"solver": {"gap_usd": 1.0}}
    return case_of([service("road", 1e9)], [organization("east")], [offer("road", "east", price_usd)], settings)


def ended(cost_usd: float | None, bound_usd: float | None, stopped: Stopped = Stopped.PROVED) -> Outcome:
    return Outcome(stopped, None if cost_usd is None else np.zeros(1), cost_usd, bound_usd, "a solver", 1.0)


@pytest.mark.parametrize(
    ("cost_usd", "bound_usd", "asked", "proved"),
    [
        (1000.0, 999.0, {"gap_usd": 1.0}, True),
        (1000.0, 998.99, {"gap_usd": 1.0}, False),
        (1000.0, 1000.0, {"gap_usd": 0.0}, True),
        (1000.0, 1000.0 - 0.9 * HALF_A_CENT_USD, {"gap_usd": 0.0}, True),
        (1000.0, 1000.0 - 1.1 * HALF_A_CENT_USD, {"gap_usd": 0.0}, False),
        (1000.0, 990.0, {"gap_usd": None, "gap_share": 0.01}, True),
        (-1000.0, -1010.0, {"gap_usd": None, "gap_share": 0.01}, True),
        (1000.0, 989.0, {"gap_usd": None, "gap_share": 0.01}, False),
        # either of the two stops a search
        (1000.0, 990.0, {"gap_usd": 1.0, "gap_share": 0.01}, True),
        (1000.0, None, {"gap_usd": 1.0}, False),
        (None, 1000.0, {"gap_usd": 1.0}, False),
    ],
)
def test_proved_is_what_cost_and_bound_prove(
    cost_usd: float | None, bound_usd: float | None, asked: dict[str, Any], proved: bool
) -> None:
    solver = settings_of(plain_money()).solver.model_copy(update={"gap_share": None, **asked})
    outcome = as_proved(ended(cost_usd, bound_usd), solver)
    assert outcome.stopped is (Stopped.PROVED if proved else Stopped.TOLERANCE)
    assert (outcome.cost_usd, outcome.bound_usd) == (cost_usd, bound_usd)


@pytest.mark.parametrize("stopped", [Stopped.TIME, Stopped.INTERRUPTED, Stopped.INFEASIBLE])
def test_another_end_stays_what_it_is(stopped: Stopped) -> None:
    held = None if stopped is Stopped.INFEASIBLE else 10.0
    solver = settings_of(plain_money()).solver
    assert as_proved(ended(held, None, stopped), solver).stopped is stopped


@pytest.mark.parametrize(("engine", "module"), [("highs", highs), ("decomposition", decomposition)])
def test_an_engine_is_not_believed_where_its_bound_is_too_low(
    engine: str, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "search", lambda *_, **__: ended(100.0, 86.8))
    outcome = engines.run_engine(engine, program_of(one_road(5e8)), None, None, None)
    assert (outcome.stopped, outcome.gap_usd) == (Stopped.TOLERANCE, pytest.approx(13.2))


@pytest.mark.parametrize("engine", ["highs", "decomposition"])
def test_engines_of_our_own_prove_a_dollar_of_a_billion(engine: str) -> None:
    outcome = engines.run_engine(engine, program_of(one_road(5e8)), None, None, None)
    assert (outcome.stopped, outcome.cost_usd) == (Stopped.PROVED, 5e8)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("saving_usd", [1e3, 1e6, 5e8])
def test_no_solver_is_called_to_have_proved_more_than_it_tells(name: str, saving_usd: float) -> None:
    outcome = engines.run_engine(f"pyomo:{name}", program_of(one_road(1e9 - saving_usd)), None, None, None)
    assert outcome.cost_usd == pytest.approx(1e9 - saving_usd, abs=0.01)
    assert outcome.gap_usd is not None
    assert outcome.stopped is (Stopped.PROVED if outcome.gap_usd <= 1.0 + HALF_A_CENT_USD else Stopped.TOLERANCE)
    if saving_usd < 1e7:  # what is left open is a part of the saving, not of the billion
        assert outcome.stopped is Stopped.PROVED


@needs_glpk
def test_a_tolerance_that_is_wider_than_asked_ends_the_command_as_stopped_early(tmp_path: Path) -> None:
    write_county(one_road(5e8).county, tmp_path / "county")
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "base.yaml").write_bytes((ROOT / "scenarios" / "base.yaml").read_bytes())
    (scenarios / "road.yaml").write_text(SCENARIO, encoding="utf-8")
    words = ["solve", scenarios / "road.yaml", "--engine", "pyomo:glpk", "--runs", tmp_path / "runs"]
    result = CliRunner().invoke(cli.main, [str(word) for word in words])
    assert result.exit_code == 4, result.output
    # GLPK ends within 1e-7 of the 51 million that are saved
    told = " ".join(result.stdout.split())
    assert "the solver ended the search at a tolerance of its own; a better one may exist, cheaper by $5.10" in told
    (run,) = (tmp_path / "runs").iterdir()
    assert json.loads((run / "manifest.json").read_text(encoding="utf-8"))["stopped"] == str(Stopped.TOLERANCE)


def test_a_rule_may_speak_of_the_whole_cost() -> None:
    """The plans cost 120, 125, 155, 165, 165 and 200: of those from 150 on 155 is the least."""

    def dear(model: Any, _: Any) -> None:
        model.dear = pyo.Constraint(expr=model.total_usd >= 150.0)

    program = two_towns()
    outcome = search_pyomo(program, program.case.settings.solver, rules=dear)
    assert (outcome.stopped, outcome.cost_usd) == (Stopped.PROVED, pytest.approx(155.0))


def test_the_model_is_left_as_it_was() -> None:
    built = build_pyomo(two_towns())
    built.model.change_usd = pyo.Var()  # a rule may have taken the name
    before = {component.name for component in built.model.component_objects()}
    with without_constant(built) as constant_usd:
        (objective,) = built.model.component_data_objects(pyo.Objective, active=True)
        assert constant_usd == 200.0
        for variable, value in zip(built.variables, BEST, strict=True):
            variable.set_value(value)
        assert pyo.value(objective) == pytest.approx(120.0 - 200.0)
        assert pyo.value(built.model.total_usd) == pytest.approx(120.0)
    assert {component.name for component in built.model.component_objects()} == before
    assert built.model.total_usd.active
