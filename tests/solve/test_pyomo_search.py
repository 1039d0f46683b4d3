"""Other solvers through Pyomo give the same outcome, keep the limits of the search, and are not believed blindly."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from random import Random
from typing import Any

import highspy
import numpy as np
import pytest

from optimizer.errors import Refused
from optimizer.program.program import Program
from optimizer.solve import highs, pyomo_solvers
from optimizer.solve.outcome import Stopped
from optimizer.solve.pyomo_bridge import search_pyomo
from tests.cases import case_of, offer, organization, plain_money, program_of, sampled, service
from tests.solve.rich import QUESTIONS, cases


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
@pytest.mark.parametrize("question", sampled(QUESTIONS, 2))
def test_every_solver_gives_the_outcome_of_highs(name: str, question: str):
    program = program_of(cases()[question])
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


@pytest.mark.slow
def test_the_questions_hold_plans_and_an_impossible_one():
    stopped = {
        question: highs.search(program_of(case), case.settings.solver).stopped for question, case in cases().items()
    }
    assert {question for question, found in stopped.items() if found is not Stopped.PROVED} == {"impossible"}
    assert stopped["impossible"] is Stopped.INFEASIBLE


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
    # Gurobi may be faster than that, GLPK knows whole seconds only, and CBC calls the program infeasible when its
    # preprocessing runs out of time, so that it is asked again
    assert outcome.stopped is Stopped.TIME or (
        name != "highs" and outcome.stopped in (Stopped.PROVED, Stopped.TOLERANCE)
    )
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
        "-allowableGap 0.45",
        "-ratioGap 0.225",
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


def test_a_county_without_any_option_has_no_plan():
    settings = plain_money() | {"allowed_decisions": ["outsource"]}
    program = program_of(case_of([service("jail")], settings=settings))
    assert search_pyomo(program, program.case.settings.solver).stopped is Stopped.INFEASIBLE
