"""The engine against trying every plan of small regions, judged by the independent verification."""

from __future__ import annotations

import pytest

from optimizer.plan.others import PARTS, others_of
from optimizer.plan.region import region_plan_of
from optimizer.scenario.scenario import Others
from optimizer.solve.engines import search_highs
from optimizer.solve.outcome import Stopped
from tests.cases import sampled
from tests.region.draws import Draw
from tests.region.every_region_plan import best_by_hand, others_by_hand
from tests.region.regions import program_of_region

POOLED, TRADED, FAIR, NO_PLAN = (2, 8, 33, 50, 66, 72, 79), (22, 29, 41, 44, 73, 90), (5, 8, 39, 44, 49, 72), (50, 74)
"""Seeds whose best plan has a pool of both counties, a trade, a county that would lose, and those that have no plan."""
BY_DEPARTMENT = (25, 251)
"""Seeds in which a department would lose in a pool of both counties, though its county would gain."""
TELLING = sorted({*POOLED, *TRADED, *FAIR, *NO_PLAN})


@pytest.mark.parametrize("seed", sampled(TELLING, 5))
def test_the_engine_agrees_with_trying_every_plan_example(seed: int) -> None:
    _agrees(Draw(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", sorted({*range(120)} - {*TELLING}))
def test_the_engine_agrees_with_trying_every_plan(seed: int) -> None:
    _agrees(Draw(seed))


@pytest.mark.parametrize("seed", sampled(BY_DEPARTMENT, 1))
def test_the_engine_agrees_where_no_department_may_lose_example(seed: int) -> None:
    draw = Draw(seed, uneven=True, by_department=True)
    free = best_by_hand(Draw(seed, uneven=True).region, draw.limits_usd)
    fair = best_by_hand(draw.region, draw.limits_usd)
    assert free is not None
    assert fair is not None
    assert fair[0] > free[0]
    _agrees(draw)


@pytest.mark.slow
@pytest.mark.parametrize("seed", sorted({*range(50)} - {*BY_DEPARTMENT}))
def test_the_engine_agrees_where_no_department_may_lose(seed: int) -> None:
    _agrees(Draw(seed, uneven=True, by_department=True))


def _agrees(draw: Draw) -> None:
    by_hand = best_by_hand(draw.region, draw.limits_usd)
    program = program_of_region(draw.region, draw.limits_usd or None)
    outcome = search_highs(program, draw.region.settings.solver, None, None)
    if by_hand is None:
        assert outcome.stopped is Stopped.INFEASIBLE
        return
    assert outcome.stopped is Stopped.PROVED
    assert region_plan_of(program, outcome, draw.limits_usd).cost_usd == pytest.approx(by_hand[0], abs=0.02)
    told, again = others_of(draw.region, by_hand[1]), others_by_hand(draw.region, by_hand[1])
    assert {name: _said(row) for name, row in told.items()} == {name: _said(row) for name, row in again.items()}


def _said(others: Others) -> dict[object, tuple[float, ...]]:
    """What is told of other counties, without what is nothing in every year."""
    return {(part, key): years for part in PARTS for key, years in getattr(others, part).items() if any(years)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", TELLING)
def test_the_regions_are_about_what_ties_counties(seed: int) -> None:
    draw = Draw(seed)
    free, fair = best_by_hand(draw.region, {}), best_by_hand(draw.region, draw.limits_usd)
    assert free is not None
    if seed in POOLED:
        assert all(plan.pools for plan in free[1].values())
    if seed in TRADED:
        assert any(plan.sales for plan in free[1].values())
    assert (fair is None) == (seed in NO_PLAN)
    if fair is not None:
        assert (fair[0] > free[0]) == (seed in FAIR)
