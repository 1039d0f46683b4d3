"""Limits that only close options: what a move must beat keeping by, its payback, its coverage, its quality."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.scenario.scenario import Case
from optimizer.why.asked import Asked, ask
from optimizer.why.dials import dials_of
from optimizer.why.limit_costs import COSTS, FREE, HIDDEN, LimitCosts, limit_costs
from optimizer.why.limit_curve import limit_curve
from tests.cases import case_of, offer, organization, plain_money, program_of, service
from tests.properties.small_cases import small_case
from tests.properties.trials import changed
from tests.why.limits_by_hand import least_usd_per_year, three_moves
from tests.why.test_limit_costs import agrees_with_every_plan
from tests.why.test_limit_curve import agrees_at_every_value

SEEDS = (3,)
MORE_SEEDS = (15, 5, 34, 94, 22)


def _row(case: Case, path: str) -> dict[Any, Any]:
    limits = limit_costs(ask(case)).limits
    return {str(row["path"]): row for row in limits.to_dict("records")}[path]


def test_a_hurdle_by_hand() -> None:
    """The three moves save 30, 10 and 5 of 100: a hurdle of 8 % keeps the last one out, one of 11 % two of them."""
    row = _row(changed(three_moves(), "economics", hurdle_share=0.08), "economics.hurdle_share")
    assert (row["answer"], row["saves_usd_per_year"], row["limit"]) == (COSTS, 5.0, 0.08)
    assert (row["looser_limit"], row["looser_saves_usd_per_year"]) == (0.072, 0.0)
    assert (row["tighter_limit"], row["tighter_costs_usd_per_year"]) == (0.088, 0.0)
    row = _row(changed(three_moves(), "economics", hurdle_share=0.1), "economics.hurdle_share")
    assert (row["tighter_limit"], row["tighter_costs_usd_per_year"]) == (0.11, 10.0)


def test_the_curve_of_a_hurdle_by_hand() -> None:
    case = changed(three_moves(), "economics", hurdle_share=0.08)
    pieces = limit_curve(ask(case), "economics.hurdle_share", 0.0, 0.4, 8).pieces
    assert pieces["from_limit"].tolist() == pytest.approx([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4])
    assert pieces["usd_per_year"].tolist() == [255, 255, 260, 270, 270, 270, 270, 300, 300]


@pytest.mark.parametrize("by", [{"by_decision": {"outsource": 7.0}}, {"by_department": {"Works": 7.0}}])
def test_a_hurdle_in_dollars_by_hand(by: dict[str, dict[str, float]]) -> None:
    (name, held), *_ = by.items()
    case = changed(three_moves(), "economics", **{f"hurdle_usd_per_year_{name}": held})
    row = _row(case, f"economics.hurdle_usd_per_year_{name}.{next(iter(held))}")
    assert (row["saves_usd_per_year"], row["unit"]) == (5.0, "USD/year")


def test_a_hurdle_for_failure_by_hand() -> None:
    """A fifth of 100 dollars is at risk: half of that has to be saved, and 5 is less."""
    moves = [offer("s1", "east", 70), offer("s2", "east", 95)]
    towns = [organization("east", probability_of_failure=0.2)]
    case = case_of([service("s1"), service("s2")], towns, moves, plain_money())
    row = _row(changed(case, "economics", hurdle_share_of_failure=0.5), "economics.hurdle_share_of_failure")
    assert (row["answer"], row["saves_usd_per_year"]) == (COSTS, 5.0)


def test_payback_by_hand() -> None:
    """One-time costs of 10, 20 and 15 come back from 40, 30 and 20 a year in 0.25, 0.67 and 0.75 years."""
    row = _row(changed(three_moves(), "economics", max_payback_years=0.7), "economics.max_payback_years")
    assert (row["answer"], row["saves_usd_per_year"]) == (COSTS, 5.0)
    assert (row["looser_limit"], row["looser_saves_usd_per_year"]) == (1.7, 5.0)
    assert (row["tighter_limit"], row["tighter_costs_usd_per_year"]) == (0.0, 40.0)


def test_payback_within_the_agreements_term_by_hand() -> None:
    """300 dollars come back from 50 a year in 6 years, beyond the term of 5; in ten years 200 are saved, 20 a year."""
    settings = plain_money()
    settings["horizon"]["years"] = 10
    settings["economics"]["payback_within_term"] = True
    case = case_of([service("s")], [organization("east")], [offer("s", "east", 50, transition_usd=300)], settings)
    found = limit_costs(ask(case))
    row = found.limits.set_index("path").loc["economics.payback_within_term"]
    assert (row["answer"], row["saves_usd_per_year"], row["limit"], row["unit"]) == (COSTS, 20.0, 1.0, "yes/no")
    assert np.isnan(row["looser_limit"])
    assert np.isnan(row["tighter_limit"])
    said = "Every move pays back before its agreement runs out, now yes: without it $20 a year less."
    assert said in found.told().lines
    pieces = limit_curve(ask(case), "economics.payback_within_term").pieces
    assert pieces[["from_limit", "usd_per_year"]].to_numpy().tolist() == [[0, 80], [1, 100]]


def test_without_a_payback_what_never_pays_back_may_move_too() -> None:
    """Keeping is locked out, the cheaper offer costs a dollar once that it never earns, the dearer one nothing."""
    settings = plain_money() | {"allowed_decisions": ["outsource"]}
    moves = [offer("s", "east", 110, transition_usd=1), offer("s", "west", 100)]
    towns = [organization("east"), organization("west", agreement_usd_per_year=20)]
    case = case_of([service("s")], towns, moves, settings)
    row = _row(changed(case, "economics", max_payback_years=9.0), "economics.max_payback_years")
    assert (row["saves_usd_per_year"], row["looser_saves_usd_per_year"]) == (9.0, 0.0)


def test_a_floor_of_coverage_by_hand() -> None:
    """At level 3 the cheap offer covers too little, at level 4 nothing is offered that would."""
    offers = [offer("a", "east", 40, coverage=0.8), offer("a", "west", 60), offer("b", "east", 90, coverage=0.9)]
    case = case_of(
        [service("a", mandate_level=3), service("b", mandate_level=4), service("c", mandate_level=1)],
        [organization("east"), organization("west")],
        offers,
        plain_money() | {"duties": {"coverage_floor_by_mandate_level": {2: 0.5, 3: 0.9, 4: 0.95}}},
    )
    found = limit_costs(ask(case))
    rows = {str(row["path"]): row for row in found.limits.to_dict("records")}
    floor = "duties.coverage_floor_by_mandate_level"
    assert [*rows] == [f"{floor}.3", f"{floor}.4"]
    three, four = rows[f"{floor}.3"], rows[f"{floor}.4"]
    assert (three["saves_usd_per_year"], three["looser_saves_usd_per_year"]) == (20.0, 0.0)
    assert (four["saves_usd_per_year"], four["looser_limit"], four["tighter_limit"]) == (10.0, 0.855, 1.0)
    assert four["looser_saves_usd_per_year"] == 10.0
    assert found.together.usd_per_year == 30.0
    pieces = limit_curve(ask(case), f"{floor}.3", 0.7, 0.9, 2).pieces
    assert pieces["usd_per_year"].tolist() == [240, 240, 260]


def test_what_closes_nothing_is_no_limit() -> None:
    case = three_moves(min_quality=0.0)
    assert dials_of(program_of(case)) == ()
    assert limit_costs(ask(case)).limits.empty
    found = limit_costs(ask(changed(case, "economics", max_payback_years=9.0)))
    assert found.limits["answer"].tolist() == [FREE]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_agrees_with_every_plan(seed: int) -> None:
    agrees_with_every_plan(*_asked(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_agrees_with_every_plan_of_many_more(seed: int) -> None:
    if least_usd_per_year(_closed_much(seed)) is not None:
        asked, found = _asked(seed)
        agrees_with_every_plan(asked, found)
        agrees_at_every_value(asked)


def _closed_much(seed: int) -> Case:
    case = small_case(seed)
    case = changed(
        case,
        "economics",
        hurdle_share=0.15,
        max_payback_years=1.5,
        hurdle_share_of_failure=1.0,
        hurdle_usd_per_year_by_decision={"partner": 6.0, "consolidate": 4.0},
        hurdle_usd_per_year_by_department={case.county.services[0].department: 5.0},
    )
    case = changed(case, "duties", coverage_floor_by_mandate_level={level: 0.6 + 0.1 * level for level in range(5)})
    return changed(case, "limits", min_quality=0.9)


def _asked(seed: int) -> tuple[Asked, LimitCosts]:
    asked = ask(_closed_much(seed))
    found = limit_costs(asked)
    assert np.isin(["economics.hurdle_share", "economics.max_payback_years"], found.limits["path"]).all()
    return asked, found


def test_limits_that_hold_the_plan_back_only_together_by_hand() -> None:
    """30 dollars once do not pay for s3 too, a hurdle of 8 % keeps it out: without both 5 are saved."""
    case = changed(three_moves(transition_usd=30.0, displaced_fte=9.0), "economics", hurdle_share=0.08)
    found = limit_costs(ask(case))
    answers = found.limits.set_index("path")["answer"]
    assert answers["limits.transition_usd"] == answers["economics.hurdle_share"] == HIDDEN
    assert answers["limits.displaced_fte"] == FREE
    assert found.together.usd_per_year == 5.0
    (told,) = (line for line in found.told().lines if line.startswith("2 more would hold the plan back"))
    assert "Most that may be spent once" in told
    assert "Least that a move must save" in told
