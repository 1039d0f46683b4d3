"""A solver is not believed blindly: wrong answers are refused, failures asked again, a start is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from optimizer.errors import SolverFailed
from optimizer.solve import pyomo_search
from optimizer.solve.outcome import Stopped
from optimizer.solve.pyomo_bridge import search_pyomo
from optimizer.solve.pyomo_model import PyomoProgram
from optimizer.solve.pyomo_solvers import ENGINES, Answer
from tests.solve.test_pyomo_search import two_towns

KEEPING_USD = 200.0
"""What keeping jail and parks costs."""


class _Liar:
    """A solver that says what it is told to say, one answer per call; costs are whole ones, told less what it is not
    asked about.
    """

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.presolve = list(answers), []

    def version(self) -> str:
        return "Liar 1.0"

    def solve(self, model: Any, variables: Any, solver: Any, *, presolve: bool) -> Answer:
        self.presolve.append(presolve)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        apart_usd = 0.0 if model.total_usd.active else KEEPING_USD
        cost_usd, bound_usd = (None if usd is None else usd - apart_usd for usd in (answer.cost_usd, answer.bound_usd))
        return replace(answer, cost_usd=cost_usd, bound_usd=bound_usd)


def _believe(monkeypatch: pytest.MonkeyPatch, *answers: Answer | BaseException, **kwargs: Any) -> tuple[Any, _Liar]:
    liar, program = _Liar(*answers), two_towns()
    monkeypatch.setattr(pyomo_search, "engine_of", lambda _: liar)
    return search_pyomo(program, program.case.settings.solver, "liar", **kwargs), liar


BEST = np.array([0, 1, 0, 0, 1, 1, 1], dtype=float)
"""Options jail keep, jail east, parks keep, parks east, parks west; agreements east, west."""
NO_PLAN = Answer(Stopped.INFEASIBLE, None, None, None, "")


def _answer(x: Any = BEST, cost: float | None = 120.0, bound: float | None = 120.0) -> Answer:
    return Answer(Stopped.PROVED, np.asarray(x, dtype=float), cost, bound, "log")


def test_a_right_answer_is_taken(monkeypatch: pytest.MonkeyPatch):
    outcome, liar = _believe(monkeypatch, _answer(BEST + 1e-7, 120.0000001, 119.5))
    assert outcome.x.tolist() == BEST.tolist()
    assert (outcome.cost_usd, outcome.bound_usd) == (120.0, 119.5)
    assert liar.presolve == [True]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_answer([0, 1, 0, 0, 1, 1, 0]), "breaks a rule"),
        (_answer([0, 0, 0, 0, 1, 1, 1]), "breaks a rule"),
        (_answer([0, 0.5, 0, 0, 1, 1, 1]), "fractional"),
        (_answer([0, np.nan, 0, 0, 1, 1, 1]), "breaks a rule"),
        (_answer(cost=100.0), r"speaks of 100.00 USD, its plan costs 120.00 USD"),
        (_answer(bound=121.0), r"speaks of 121.00 USD, its plan costs 120.00 USD"),
    ],
)
def test_a_wrong_answer_is_not(monkeypatch: pytest.MonkeyPatch, answer: Answer, words: str):
    with pytest.raises(SolverFailed, match=words):
        _believe(monkeypatch, answer)


def test_no_plan_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch):
    outcome, liar = _believe(monkeypatch, NO_PLAN, NO_PLAN)
    assert outcome.stopped is Stopped.INFEASIBLE
    assert liar.presolve == [True, False]


def test_no_plan_that_turns_out_wrong_is_forgotten(monkeypatch: pytest.MonkeyPatch):
    outcome, _ = _believe(monkeypatch, NO_PLAN, _answer())
    assert outcome.cost_usd == 120


def test_a_solver_that_breaks_down_is_asked_again_without_presolve(monkeypatch: pytest.MonkeyPatch):
    outcome, liar = _believe(monkeypatch, RuntimeError("solve error"), _answer())
    assert outcome.cost_usd == 120
    assert "RuntimeError: solve error" in outcome.log
    assert liar.presolve == [True, False]


def test_highs_finds_the_plan_that_its_presolve_loses():
    """Six options of a county; HiGHS 1.15.1 ends with a solve error on them, and without presolve it does not."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(6), domain=pyo.Binary)
    x = model.x
    work = 29001.27 * x[2] + 33247.63 * x[3] + 178181.2 * x[4]
    model.choice = pyo.Constraint(expr=x[1] + x[2] + x[3] == 1)
    model.capacity = pyo.Constraint(expr=work <= 226804.58 * x[5])
    model.volume = pyo.Constraint(expr=work >= 141215.24 * x[5])
    model.consent = pyo.Constraint(expr=x[0] + x[4] <= 1)
    model.transition = pyo.Constraint(
        expr=4956.0 * x[0] + 7901.79 * x[2] + 11259.37 * x[3] + 9948.98 * x[4] <= 29302.8828
    )
    model.needs = pyo.Constraint(expr=x[2] + x[3] <= x[0])
    model.total_usd = pyo.Objective(expr=-41019.5 * x[0] - 8799.08 * x[2] - 13912.48 * x[3] - 139659.34 * x[4])
    built = PyomoProgram(model, {}, tuple(x.values()), (), ())
    answer = pyomo_search._ask_until_sure(ENGINES["highs"], built, two_towns().case.settings.solver)
    assert answer.stopped is Stopped.PROVED
    assert answer.cost_usd == pytest.approx(-139659.34)


def test_a_solver_that_breaks_down_twice_has_failed(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SolverFailed, match=r"Liar 1.0 failed: ValueError: no"):
        _believe(monkeypatch, ValueError("no"), ValueError("no"))


KEPT = np.array([1, 0, 1, 0, 0, 0, 0], dtype=float)


def test_an_interrupted_search_keeps_the_start(monkeypatch: pytest.MonkeyPatch):
    outcome, _ = _believe(monkeypatch, KeyboardInterrupt(), start=KEPT)
    assert outcome.stopped is Stopped.INTERRUPTED
    assert (outcome.cost_usd, outcome.bound_usd) == (200.0, None)


def test_a_start_is_the_least_that_is_brought_back(monkeypatch: pytest.MonkeyPatch):
    late = Answer(Stopped.TIME, KEPT, 200.0, 90.0, "")
    outcome, _ = _believe(monkeypatch, late, start=BEST)
    assert (outcome.stopped, outcome.cost_usd, outcome.bound_usd) == (Stopped.TIME, 120.0, 90.0)
    assert outcome.x.tolist() == BEST.tolist()


def test_a_start_that_breaks_a_rule_is_not_brought_back(monkeypatch: pytest.MonkeyPatch):
    nothing = Answer(Stopped.TIME, None, None, 90.0, "")
    outcome, _ = _believe(monkeypatch, nothing, start=KEPT * 0)
    assert outcome.x is None


def test_a_start_disproves_that_no_plan_exists(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SolverFailed, match="the start keeps every rule"):
        _believe(monkeypatch, NO_PLAN, NO_PLAN, start=KEPT)
