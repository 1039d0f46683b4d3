"""The engine against trying every plan of small regions, judged by the independent verification."""

from __future__ import annotations

import pytest

from optimizer.plan.others import PARTS, others_of
from optimizer.scenario.scenario import Others
from optimizer.solve.outcome import Stopped
from tests.region.draws import Draw
from tests.region.every_region_plan import best_by_hand, others_by_hand
from tests.region.regions import alone_usd, solved_region


@pytest.mark.parametrize("seed", range(60))
def test_the_engine_agrees_with_trying_every_plan(seed: int) -> None:
    draw = Draw(seed)
    by_hand = best_by_hand(draw.region, alone_usd(draw.cases) if draw.nobody_worse_off else {})
    outcome, plan = solved_region(draw.cases, nobody_worse_off=draw.nobody_worse_off)
    if by_hand is None:
        assert outcome.stopped is Stopped.INFEASIBLE
        assert plan is None
    else:
        assert outcome.stopped is Stopped.PROVED
        assert plan is not None
        assert plan.cost_usd == pytest.approx(by_hand[0], abs=0.02)
        told, again = others_of(draw.region, by_hand[1]), others_by_hand(draw.region, by_hand[1])
        assert {name: _said(row) for name, row in told.items()} == {name: _said(row) for name, row in again.items()}


def _said(others: Others) -> dict[object, tuple[float, ...]]:
    """What is told of other counties, without what is nothing in every year."""
    return {(part, key): years for part in PARTS for key, years in getattr(others, part).items() if any(years)}
