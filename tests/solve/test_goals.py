"""What is sought before least cost, and what freed money buys after it: hand cases of each search in its turn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer import ask
from optimizer.ask import load_case
from optimizer.county import records
from optimizer.errors import SolverFailed
from optimizer.plan.plan import Plan, plan_of
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.engines import run_engine, search_decomposed, search_highs
from optimizer.solve.goals import TELLING, search_in_order
from optimizer.solve.outcome import Outcome, Progress, Stopped
from optimizer.solve.ties import spend_freed
from tests.cases import (
    FACTS,
    ROOT,
    best,
    case_of,
    decided,
    offer,
    organization,
    plain_money,
    program_of,
    service,
    solved,
)

WORST_OFF = {"objective": "worst_off", "cost_limit_usd_per_year": 1000.0}


def fair(equity: dict[str, Any] | None = None, **tables: Any) -> Case:
    """Library and parks cost 100 each. Least cost moves both to east for 50 + 60 and covers 0.85 of the two."""
    offers = [
        offer("library", "east", 50, coverage=0.8),
        offer("library", "west", 70),
        offer("parks", "east", 60, coverage=0.9),
    ]
    return case_of(
        [service("library"), service("parks")],
        [organization("east"), organization("west")],
        offers,
        plain_money() | {"equity": WORST_OFF | (equity or {})},
        **tables,
    )


def test_coverage_comes_before_cost() -> None:
    outcome, plan = solved(fair())
    assert plan is not None
    # nothing is lost where the library goes west and the parks stay: 70 + 100
    assert decided(plan) == {"library": "west", "parks": ""}
    assert outcome.cost_usd == pytest.approx(170)
    (reached,) = outcome.reached
    assert (reached.value, reached.bound) == (pytest.approx(1), pytest.approx(1))
    cheap = best(fair({"objective": "least_cost"}))
    assert (decided(cheap), cheap.cost_usd) == ({"library": "east", "parks": "east"}, 110)


def test_what_may_be_spent_limits_what_is_reached() -> None:
    # of the plans within 140 a year, west and east (130) covers 0.95, east and east (110) 0.85
    outcome, plan = solved(fair({"cost_limit_usd_per_year": 140.0}))
    assert plan is not None
    assert decided(plan) == {"library": "west", "parks": "east"}
    assert outcome.cost_usd == pytest.approx(130)
    assert outcome.reached[0].value == pytest.approx(0.95)


def test_the_place_that_has_least_counts_and_not_the_mean() -> None:
    north, south = (records.District(district=name, population=1) for name in ("north", "south"))
    coverages = [
        records.Coverage(offer_id=offer_id, district=district, coverage=share)
        for offer_id, district, share in (
            ("library-east", "north", 1.0),
            ("library-east", "south", 0.6),
            ("library-west", "north", 0.9),
            ("library-west", "south", 0.8),
        )
    ]
    # the library cannot stay: east leaves the south 0.6 of it and west 0.8, which is dearer by 20
    settings = plain_money() | {"equity": WORST_OFF, "allowed_decisions": ["outsource"]}
    case = case_of(
        [service("library")],
        [organization("east"), organization("west")],
        [offer("library", "east", 50), offer("library", "west", 70)],
        settings,
        facts=FACTS.model_copy(update={"districts": (north, south)}),
        coverages=coverages,
    )
    outcome, plan = solved(case)
    assert plan is not None
    assert decided(plan) == {"library": "west"}
    assert outcome.reached[0].value == pytest.approx(0.8)


@pytest.mark.parametrize("engine", ["highs", "decomposition"])
def test_progress_is_told_of_cost_alone(engine: str) -> None:
    program, told = program_of(fair()), list[Progress]()
    outcome = run_engine(engine, program, None, None, told.append)
    assert outcome.cost_usd is not None
    costs_usd = [one.cost_usd for one in told if one.cost_usd is not None]
    assert costs_usd
    assert min(costs_usd) >= outcome.cost_usd - 1e-6


def test_no_plan_is_told_of_the_first_search() -> None:
    outcome, plan = solved(fair({"floor": 1.0, "cost_limit_usd_per_year": 100.0}))
    assert plan is None
    assert outcome.stopped is Stopped.INFEASIBLE
    assert (outcome.cost_usd, outcome.bound_usd, outcome.reached) == (None, None, ())


class _Script:
    """A search that answers what it is told to, and remembers what it was asked."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes, self.asked = list(outcomes), []

    def __call__(self, program: CountyProgram, solver: Solver, start: Floats | None) -> Outcome:
        self.asked.append((program, solver, start))
        return self.outcomes.pop(0)


def test_later_searches_have_the_time_that_is_left_and_start_from_what_was_found() -> None:
    program = program_of(fair())
    solver = program.case.settings.solver.model_copy(update={"time_limit_s": 30.0, "gap_usd": 5.0, "gap_share": 0.1})
    good = highs.search(program.with_objective(program.goals[0].weights), solver)
    assert good.x is not None
    script = _Script(replace(good, elapsed_s=12.0, log="a"), replace(good, elapsed_s=3.0, log="b", cost_usd=170.0))
    sought, outcome = search_in_order(program, solver, None, script)
    (goal, first, begin), (least, second, again) = script.asked
    # scaled, so that the goal's tolerance is one that solvers see
    scale = TELLING / program.goals[0].tolerance
    assert np.array_equal(goal.columns.cost_usd, program.goals[0].weights * scale)
    assert (first.time_limit_s, first.gap_usd, first.gap_share) == (30.0, TELLING, None)
    assert (second.time_limit_s, second.gap_usd, second.gap_share) == (18.0, 5.0, 0.1)
    assert begin is None
    assert again is good.x
    assert np.array_equal(least.columns.cost_usd, program.columns.cost_usd)
    assert (outcome.elapsed_s, outcome.log, outcome.cost_usd) == (15.0, "ab", 170.0)
    # the row that holds what was reached is the only one that is new
    assert sought is least
    assert least.row_names()[program.row_count :] == ["held_coverage_of_the_worst-off"]
    below = good.x.copy()
    below[program.columns["least_coverage"].columns] = 0.9
    (upper,) = least.families[-1].upper
    weights = least.matrix()[[-1]].toarray()[0]
    assert weights @ good.x <= upper < weights @ below


@pytest.mark.slow
def test_small_sums_are_told_apart() -> None:
    """Unscaled, HiGHS 1.15.1 calls a plan best here whose worst-off place has less than another plan gives it."""
    program = ask.program_of(load_case(ROOT / "scenarios" / "whatifs" / "clear_creek" / "worst_off_first.yaml"))
    solver, (goal,) = program.case.settings.solver, program.goals
    (by_highs,) = search_highs(program, solver, None, None).reached
    (by_parts,) = search_decomposed(program, solver, None, None).reached
    assert by_highs.value == pytest.approx(by_parts.value, abs=2 * goal.tolerance)


def test_a_goal_that_finds_nothing_in_time_ends_the_search() -> None:
    program = program_of(fair())
    script = _Script(Outcome(Stopped.TIME, None, None, -1.0, "HiGHS", 30.0, "log"))
    sought, outcome = search_in_order(program, program.case.settings.solver, None, script)
    assert sought is program
    assert (outcome.stopped, outcome.x, outcome.cost_usd, outcome.bound_usd) == (Stopped.TIME, None, None, None)
    assert (outcome.elapsed_s, outcome.log) == (30.0, "log")


def test_ctrl_c_while_a_goal_is_sought_ends_the_search_with_the_plan_held() -> None:
    program = program_of(fair())
    solver = program.case.settings.solver
    good = highs.search(program.with_objective(program.goals[0].weights), solver)
    assert good.x is not None
    script = _Script(replace(good, stopped=Stopped.INTERRUPTED))
    _, outcome = search_in_order(program, solver, None, script)
    assert len(script.asked) == 1
    assert (outcome.stopped, outcome.bound_usd) == (Stopped.INTERRUPTED, None)
    assert outcome.cost_usd == pytest.approx(program.cost_usd(good.x))
    assert [goal.name for goal in outcome.reached] == [goal.name for goal in program.goals]


def test_the_plan_of_a_goal_is_held_where_the_search_after_it_finds_nothing() -> None:
    program = program_of(fair())
    solver = program.case.settings.solver
    good = highs.search(program.with_objective(program.goals[0].weights), solver)
    assert good.x is not None
    nothing = Outcome(Stopped.TIME, None, None, 5.0, "HiGHS", 1.0, "log")
    _, outcome = search_in_order(program, solver, None, _Script(good, nothing))
    assert outcome.x is good.x
    assert outcome.cost_usd == pytest.approx(program.cost_usd(good.x))
    assert (outcome.stopped, outcome.bound_usd, len(outcome.reached)) == (Stopped.TIME, None, 1)
    with pytest.raises(SolverFailed, match="infeasible of which it has found a plan"):
        search_in_order(program, solver, None, _Script(good, replace(nothing, stopped=Stopped.INFEASIBLE)))


def thrifty(**reinvestment: Any) -> Case:
    """The library costs 100 and goes east for 50; roads, of another fund, stay. Three proposals ask for the 50."""
    proposals = [
        records.Proposal(
            proposal_id=name, name=name, fund=fund, usd_per_year=cost, score=score, max_share=most
        )
        for name, fund, cost, score, most in (
            ("clinic", "General", 40, 5, 1),
            ("buses", "General", 30, 4, 1),
            ("bridge", "Roads", 10, 9, 1),
        )
    ]  # fmt: skip
    return case_of(
        [service("library"), service("roads", fund="Roads")],
        [organization("east")],
        [offer("library", "east", 50)],
        plain_money() | {"reinvestment": reinvestment},
        proposals=proposals,
    )


def bought(plan: Plan) -> dict[str, float]:
    return dict(zip(plan.proposals["proposal_id"], plan.proposals["share_done"].astype(float), strict=True))


def test_what_is_freed_buys_the_most_points() -> None:
    program = program_of(thrifty())
    solver = program.case.settings.solver
    outcome = highs.search(program, solver)
    spent = spend_freed(program, outcome, solver)
    # buses: 4 points for 30; what is left of the 50 does half of the clinic; the road fund frees nothing
    plan = plan_of(program, spent)
    assert bought(plan) == pytest.approx({"clinic": 0.5, "buses": 1.0, "bridge": 0.0}, abs=1e-6)
    assert plan.proposals["score_bought"].sum() == pytest.approx(6.5, abs=1e-5)
    assert (spent.cost_usd, spent.bound_usd) == (outcome.cost_usd, outcome.bound_usd)
    options = program.columns.options
    assert outcome.x is not None
    assert spent.x is not None
    assert np.array_equal(spent.x[options], outcome.x[options])


def test_a_plan_that_frees_nothing_buys_nothing() -> None:
    program = program_of(thrifty())
    solver = program.case.settings.solver
    kept = np.zeros(len(program.columns))
    kept[[name.startswith("choose") and ",keep," in name for name in program.columns.names]] = 1.0
    held = Outcome(Stopped.TIME, kept, program.cost_usd(kept), 0.0, "HiGHS", 1.0)
    assert bought(plan_of(program, spend_freed(program, held, solver))) == {"clinic": 0, "buses": 0, "bridge": 0}


@pytest.mark.parametrize("rule", ["none", "weighted"])
def test_only_what_is_found_in_order_is_spent_afterwards(rule: str) -> None:
    program = program_of(thrifty(rule=rule, usd_per_score=20.0))
    outcome = highs.search(program, program.case.settings.solver)
    assert spend_freed(program, outcome, program.case.settings.solver) is outcome


def test_without_a_plan_there_is_nothing_to_spend() -> None:
    program = program_of(thrifty())
    nothing = Outcome(Stopped.TIME, None, None, 1.0, "HiGHS", 1.0)
    assert spend_freed(program, nothing, program.case.settings.solver) is nothing


@pytest.mark.parametrize("engine", ["highs", "pyomo:highs"])
def test_both_engines_spend_alike(engine: str) -> None:
    program = program_of(thrifty())
    plan = plan_of(program, run_engine(engine, program, None, None, None))
    assert bought(plan) == pytest.approx({"clinic": 0.5, "buses": 1.0, "bridge": 0.0}, abs=1e-6)


def test_a_consultants_rule_also_holds_for_what_is_bought(tmp_path: Path) -> None:
    rules = tmp_path / "my_rules.py"
    rules.write_text("def add_rules(model, case):\n    model.proposal['buses'].fix(0)\n", encoding="utf-8")
    program = program_of(thrifty())
    outcome = run_engine("highs", program, None, rules, None)
    plan = plan_of(program, outcome)
    # without the buses all of the clinic is done, for 40 of the 50
    assert bought(plan) == pytest.approx({"clinic": 1.0, "buses": 0.0, "bridge": 0.0}, abs=1e-6)
    assert (plan.cost_usd, outcome.stopped) == (150, Stopped.PROVED)


def test_a_consultants_rule_holds_while_coverage_is_sought(tmp_path: Path) -> None:
    rules = tmp_path / "my_rules.py"
    rules.write_text("def add_rules(model, case):\n    model.agree['west', 1].fix(0)\n", encoding="utf-8")
    program = program_of(fair({"cost_limit_usd_per_year": 180.0}))
    outcome = run_engine("highs", program, None, rules, None)
    # the library stays or goes east; with both kept it costs 200, so that the parks go east: 100 + 60
    assert decided(plan_of(program, outcome)) == {"library": "", "parks": "east"}
    assert outcome.reached[0].value == pytest.approx(0.95)
