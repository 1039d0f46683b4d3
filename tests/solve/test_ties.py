"""Plans of equal cost: fewest changes, then lowest risk, then lowest id, whatever the seed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pytest

from optimizer.county import records
from optimizer.plan.plan import plan_of
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import Solver
from optimizer.solve import ties
from optimizer.solve.highs import search
from optimizer.solve.ties import break_ties
from tests.cases import case_of, decided, offer, organization, plain_money, program_of, service


def preferred(case: Case, seed: int = 0) -> dict[str, str]:
    program = program_of(case)
    solver = case.settings.solver.model_copy(update={"seed": seed})
    outcome = search(program, solver)
    broken = break_ties(program, outcome, solver)
    assert broken.cost_usd == outcome.cost_usd
    return decided(plan_of(program, broken))


@pytest.mark.parametrize("seed", range(4))
def test_fewest_changes_first(seed: int) -> None:
    # a and b together save what c saves alone, and capacity holds either
    services = [service("a"), service("b"), service("c", 200)]
    offers = [offer("a", "east", 50), offer("b", "east", 50), offer("c", "east", 100)]
    money = plain_money(transition_usd=2.0)
    offers = [one.model_copy(update={"transition_usd": float(one.service_id == "c") + 1}) for one in offers]
    # a + b: save 100 - 2, c: save 100 - 2
    case = case_of(services, [organization("east")], offers, money)
    assert preferred(case, seed) == {"a": "", "b": "", "c": "east"}


@pytest.mark.parametrize("seed", range(4))
def test_then_lowest_risk(seed: int) -> None:
    towns = [organization("east", probability_of_failure=0.2), organization("west", probability_of_failure=0.1)]
    case = case_of([service("a")], towns, [offer("a", "east", 50), offer("a", "west", 50)])
    assert preferred(case, seed) == {"a": "west"}


@pytest.mark.parametrize("seed", range(4))
def test_then_lowest_id(seed: int) -> None:
    towns = [organization(name) for name in ("north", "east", "west")]
    offers = [offer(one, town, 50) for one in ("a", "b") for town in ("west", "east", "north")]
    case = case_of([service("a"), service("b")], towns, offers)
    assert preferred(case, seed) == {"a": "east", "b": "east"}


def test_an_equal_plan_that_keeps_more_is_taken() -> None:
    case = case_of([service("a"), service("b")], [organization("east")], [offer("a", "east", 100)])
    assert preferred(case) == {"a": "", "b": ""}


def test_a_dearer_plan_is_never_taken() -> None:
    case = case_of([service("a")], [organization("east")], [offer("a", "east", 99.99)])
    assert preferred(case) == {"a": "east"}


def tied() -> Case:
    towns = [organization(name) for name in ("north", "east", "west")]
    offers = [offer(f"s{number}", town, 50) for number in range(8) for town in ("west", "east", "north")]
    return case_of([service(f"s{number}") for number in range(8)], towns, offers)


def test_ctrl_c_while_ties_are_broken_keeps_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    case = tied()
    program, solver = program_of(case), case.settings.solver
    outcome = search(program, solver)

    def interrupted(*asked: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ties, "_same", interrupted)
    broken = break_ties(program, outcome, solver)
    assert broken.x is outcome.x
    assert (broken.stopped, broken.cost_usd) == (outcome.stopped, outcome.cost_usd)


@pytest.mark.parametrize(("gap_usd", "asked"), [(1.0, True), (1.01, False)])
def test_ties_are_looked_for_where_the_plan_is_proved_to_the_dollar(
    gap_usd: float, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tied()
    program, solver = program_of(case), case.settings.solver
    outcome, looked, run = search(program, solver), list[object](), ties.run_quietly
    assert outcome.cost_usd is not None
    monkeypatch.setattr(ties, "run_quietly", lambda *given: looked.append(given) or run(*given))
    break_ties(program, replace(outcome, bound_usd=outcome.cost_usd - gap_usd), solver)
    assert bool(looked) == asked


def searches(case: Case, monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Of each search among ties the services of which any option was open."""
    program, solver, run = program_of(case), case.settings.solver, ties.run_quietly
    outcome, found = search(program, solver), list[set[str]]()

    def recorded(lp: highspy.HighsLp, *further: Any) -> highspy.Highs:
        choose = program.columns["choose"]
        settled = np.array(lp.col_lower_)[choose.columns] > 0.5
        found.append({one.service_id for one in case.county.services} - set(choose.keys["service_id"][settled]))
        return run(lp, *further)

    monkeypatch.setattr(ties, "run_quietly", recorded)
    break_ties(program, outcome, solver)
    return found


def apart() -> Case:
    """Services of which a and b cost the same with either town, and c does with one."""
    towns = [organization(name) for name in ("east", "west")]
    offers = [offer("a", "west", 50), offer("a", "east", 50), offer("b", "west", 50), offer("b", "east", 50)]
    return case_of([service(name) for name in "abc"], towns, [*offers, offer("c", "west", 50), offer("c", "east", 51)])


def test_preferences_are_searched_over_services_that_may_have_another_option(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *others = searches(apart(), monkeypatch)
    assert first == second == {"a", "b", "c"}
    assert len(others) == 3
    assert all(one == {"a", "b"} for one in others)


def test_without_a_tie_no_preference_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_of([service("a")], [organization("east")], [offer("a", "east", 99.99)])
    assert len(searches(case, monkeypatch)) == 1


def test_where_that_takes_too_many_searches_all_services_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ties, "ROUNDS", 1)
    assert preferred(apart()) == {"a": "east", "b": "east", "c": "west"}
    assert searches(apart(), monkeypatch) == [{"a", "b", "c"}] * 4


def test_services_that_differ_in_turn_are_all_open(monkeypatch: pytest.MonkeyPatch) -> None:
    # one of the six has to go east, whichever: no plan has another option for more than two
    names = [f"s{number}" for number in range(6)]
    offers = [offer(name, town, 50) for name in names for town in ("east", "west")]
    uses = [records.Use(offer_id=one.offer_id, resource="load", amount=1) for one in offers]
    room = [records.Capacity(org_id=town, resource="load", amount=most) for town, most in (("east", 1), ("west", 5))]
    towns = [organization(town) for town in ("east", "west")]
    case = case_of([service(name) for name in names], towns, offers, uses=uses, capacities=room)
    first = preferred(case)
    assert all(preferred(case, seed) == first for seed in range(1, 4))
    assert searches(case, monkeypatch)[-1] == set(names)


def test_every_search_among_ties_has_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    case = tied()
    program, solver = program_of(case), case.settings.solver
    outcome, run, limits_s = search(program, solver), ties.run_quietly, list[float]()

    def recorded(lp: object, settings: Solver, *further: object) -> object:
        limits_s.append(settings.time_limit_s)
        return run(lp, settings, *further)

    monkeypatch.setattr(ties, "run_quietly", recorded)
    break_ties(program, replace(outcome, elapsed_s=solver.time_limit_s - 5.0), solver)
    assert len(limits_s) > 2
    assert limits_s == sorted(limits_s, reverse=True)
    assert 0.0 <= limits_s[-1] <= limits_s[0] <= 5.0
