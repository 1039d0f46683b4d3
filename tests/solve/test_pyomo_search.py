"""Other solvers through Pyomo give the same outcome, keep the limits of the search, and are not believed blindly."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from random import Random
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest

from optimizer.errors import Refused, SolverFailed
from optimizer.program.program import Program
from optimizer.solve import highs, pyomo_search, pyomo_solvers
from optimizer.solve.outcome import Stopped
from optimizer.solve.pyomo_bridge import search_pyomo
from optimizer.solve.pyomo_model import PyomoProgram
from optimizer.solve.pyomo_solvers import ENGINES, Answer
from tests.algebra.random_cases import random_case
from tests.cases import case_of, offer, organization, plain_money, program_of, service
from tests.solve.test_pyomo_model import RICH_SEED


def _needs(found: object, name: str, what: str) -> Any:
    return pytest.param(name, marks=pytest.mark.skipif(not found, reason=f"{what} is not installed here"))


SOLVERS = [
    "highs",
    _needs(find_spec("pyscipopt"), "scip", "pyscipopt"),
    _needs(find_spec("gurobipy"), "gurobi", "gurobipy"),
    _needs(shutil.which("cbc"), "cbc", "cbc"),
    _needs(shutil.which("glpsol"), "glpk", "glpsol"),
]


def two_towns(**limits: Any) -> Program:
    """Jail and parks cost 100 each; east takes either for 60, west the parks for 50; an agreement costs 5."""
    return program_of(
        case_of(
            [service("jail"), service("parks")],
            [organization("east", 5), organization("west", 5)],
            [offer("jail", "east", 60), offer("parks", "east", 60), offer("parks", "west", 50)],
            settings=plain_money(**limits),
        )
    )


def knapsack(services: int = 40) -> Program:
    """Services whose best moves do not all fit into two towns' capacity: some minutes of thought."""
    dice = Random(7)
    offers, rows = [], []
    for number in range(services):
        cost = dice.randint(50_000, 90_000)
        rows.append(service(f"s{number}", cost))
        for org in ("east", "west"):
            price = cost - dice.randint(10_000, 30_000)
            offers.append(offer(f"s{number}", org, price, fte_displaced=dice.randint(10, 90) / 100))
    case = case_of(
        rows,
        [organization("east", 900), organization("west", 700)],
        offers,
        settings=plain_money(displaced_fte=services / 5, displaced_fte_by_department={"Works": services / 5.003}),
    )
    return program_of(case)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("seed", [RICH_SEED, 285, 96, 0, 3, 33])
def test_every_solver_gives_the_outcome_of_highs(name: str, seed: int):
    program = program_of(random_case(seed))
    solver = program.case.settings.solver
    direct, bridged = highs.search(program, solver), search_pyomo(program, solver, name)
    assert bridged.stopped is direct.stopped
    if direct.cost_usd is None:
        assert bridged.x is None
        assert bridged.bound_usd is None
    else:
        assert bridged.cost_usd == pytest.approx(direct.cost_usd, abs=0.01)
        assert bridged.bound_usd == pytest.approx(direct.cost_usd, abs=1.0)
        assert bridged.bound_usd <= bridged.cost_usd
        assert program.cost_usd(bridged.x) == bridged.cost_usd
    assert "through Pyomo" in bridged.solver
    assert bridged.log


def test_seeds_hold_plans_and_impossible_ones():
    stopped = {seed: highs.search(program_of(case), case.settings.solver).stopped
               for seed in (RICH_SEED, 33) if (case := random_case(seed))}  # fmt: skip
    assert stopped == {RICH_SEED: Stopped.PROVED, 33: Stopped.INFEASIBLE}


@pytest.mark.parametrize("name", SOLVERS)
def test_a_plan_by_hand(name: str):
    outcome = search_pyomo(two_towns(), two_towns().case.settings.solver, name)
    # both at east: 60 + 60 + 5; jail at east and parks at west: 60 + 50 + 10
    assert outcome.cost_usd == pytest.approx(120)
    assert outcome.stopped is Stopped.PROVED
    assert set(np.unique(outcome.x)) <= {0.0, 1.0}


@pytest.mark.parametrize("name", SOLVERS)
def test_the_time_limit_is_kept_and_is_not_infeasible(name: str):
    program = knapsack(services=300)
    solver = program.case.settings.solver.model_copy(update={"time_limit_s": 0.02})
    outcome = search_pyomo(program, solver, name)
    # glpk knows whole seconds only, and cbc calls the program infeasible when its preprocessing runs out of time,
    # so that it is asked again
    assert outcome.stopped is Stopped.TIME or (name in ("cbc", "glpk") and outcome.stopped is Stopped.PROVED)
    assert outcome.elapsed_s < 30
    if outcome.x is not None and outcome.bound_usd is not None:
        assert outcome.bound_usd <= outcome.cost_usd


@pytest.mark.parametrize("name", SOLVERS)
def test_either_gap_stops_the_search(name: str):
    program = knapsack()
    exact = highs.search(program, program.case.settings.solver).cost_usd
    for wide in ({"gap_usd": 1e5}, {"gap_usd": None, "gap_share": 0.05}):
        solver = program.case.settings.solver.model_copy(update=wide)
        outcome = search_pyomo(program, solver, name)
        assert outcome.stopped is Stopped.PROVED
        assert exact - 0.01 <= outcome.cost_usd <= exact + 1.5e5
        # the bound is a bound, whatever the solver rounds away
        assert outcome.bound_usd <= exact + 0.01


def test_highs_takes_every_option():
    solver = two_towns().case.settings.solver.model_copy(update={"threads": 2})
    taken = highspy.Highs()
    taken.setOptionValue("output_flag", False)
    for name, value in (pyomo_solvers._highs(solver, True) | pyomo_solvers._highs(solver, False)).items():
        assert taken.setOptionValue(name, value) == highspy.HighsStatus.kOk, name
    highspy.Highs.resetGlobalScheduler(True)


def test_threads_may_change_between_searches():
    program = two_towns()
    for threads in (1, 2, 1):
        solver = program.case.settings.solver.model_copy(update={"threads": threads})
        assert search_pyomo(program, solver).cost_usd == pytest.approx(120)


@pytest.mark.skipif(not shutil.which("cbc"), reason="cbc is not installed here")
def test_cbc_is_told_every_limit():
    solver = two_towns().case.settings.solver.model_copy(
        update={"gap_usd": 0.5, "gap_share": 0.25, "time_limit_s": 7.5, "seed": 3, "threads": 2}
    )
    log = search_pyomo(two_towns(), solver, "cbc").log
    for words in (
        "-sec 7.5",
        "-timeMode elapsed",
        "-allowableGap 0.5",
        "-ratioGap 0.25",
        "-randomCbcSeed 4",
        "-threads 2",
    ):
        assert words in log


def test_two_searches_give_the_same_plan():
    program = knapsack()
    first, second = (search_pyomo(program, program.case.settings.solver) for _ in range(2))
    assert np.array_equal(first.x, second.x)


def test_a_solver_nobody_knows_is_refused():
    with pytest.raises(Refused, match="'ipopt', needs one of highs, scip, gurobi, cbc, glpk"):
        search_pyomo(two_towns(), two_towns().case.settings.solver, "ipopt")


class _Nowhere:
    def available(self, exception_flag: bool = True) -> bool:
        return False


@pytest.mark.parametrize(("name", "install"), [("scip", "pyscipopt"), ("cbc", "coinor-cbc")])
def test_a_solver_that_is_not_installed_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, install: str):
    monkeypatch.setattr(pyomo_solvers, "DirectFactory", lambda _: _Nowhere())
    monkeypatch.setattr(pyomo_solvers.pyo, "SolverFactory", lambda _: _Nowhere())
    with pytest.raises(Refused, match=f"none on this machine.*{install}"):
        search_pyomo(two_towns(), two_towns().case.settings.solver, name)


class _Liar:
    """A solver that says what it is told to say, one answer per call."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.presolve = list(answers), []

    def version(self) -> str:
        return "Liar 1.0"

    def solve(self, model: Any, variables: Any, solver: Any, *, presolve: bool) -> Answer:
        self.presolve.append(presolve)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


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


def test_a_county_without_any_option_has_no_plan():
    settings = plain_money() | {"allowed_decisions": ["outsource"]}
    program = program_of(case_of([service("jail")], settings=settings))
    assert search_pyomo(program, program.case.settings.solver).stopped is Stopped.INFEASIBLE
