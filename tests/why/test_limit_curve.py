"""Curves of cost against a limit: by hand, and against trying every plan at every value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.errors import Refused
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, ask
from optimizer.why.dials import Dial, dials_of, turned
from optimizer.why.limit_curve import limit_curve
from tests.cases import sampled
from tests.properties.small_cases import small_case
from tests.solve.rich import cases
from tests.why.limits_by_hand import CENTS, least_usd_per_year, three_moves

SEEDS = (2, 5, 9, 13, 33)
"""Small counties that have a plan, with limits of every kind among them."""
MORE_SEEDS = (18, 55, 39)
POINTS = 4
NO_PLAN = str(Stopped.INFEASIBLE)
ONCE = "limits.transition_usd"


def test_by_hand() -> None:
    """45 dollars pay for all three moves (255 in all), 30 for s1 and s2 (260), 10 for s1 (270), less for none (300)."""
    curve = limit_curve(ask(three_moves(transition_usd=30.0)), ONCE, 0, 60, 6)
    columns = ["from_limit", "to_limit", "used", "usd_per_year", "moved_services"]
    assert curve.pieces[columns].to_numpy().tolist() == [
        [60, 45, 45, 255, 3],
        [40, 30, 30, 260, 2],
        [20, 10, 10, 270, 1],
        [0, 0, 0, 300, 0],
    ]
    assert curve.pieces["least_usd_per_year"].tolist() == curve.pieces["most_usd_per_year"].tolist()
    told = curve.told()
    assert told.lines == (
        "Most that may be spent once on moving, ending and selling services and on setting up pools, now $30: "
        "from $60 to $0, settled by 4 searches.",
        "From $45 to $60 it changes nothing: the best plan costs $255 a year.",
        "At $0 it costs $45 a year more than at the loosest, and 0 services move instead of 3.",
    )
    assert told.tables["The least cost against the limit"]["to_limit"].tolist() == ["$45", "$30", "$10", "$0"]


def test_nothing_is_claimed_beyond_the_range_that_was_asked_about() -> None:
    """From $30 to $40 nothing changes, but $45 would save 5 dollars more."""
    told = limit_curve(ask(three_moves(transition_usd=30.0)), ONCE, 0, 40, 4).told().lines
    assert told[1] == "From $30 to $40 it changes nothing: the best plan costs $260 a year."


def test_searches_that_stopped_early_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    search = Asked.again

    def early(asked: Asked, *given: object, **solver: object) -> Outcome:
        return replace(search(asked, *given, **solver), stopped=Stopped.TIME, bound_usd=200.0)  # type: ignore[arg-type]

    monkeypatch.setattr(Asked, "again", early)
    told = limit_curve(ask(three_moves(transition_usd=30.0)), ONCE, 0, 60, 6).told().lines
    assert told[1] == "From $45 to $60 it changes nothing: the best plan found costs $255 a year."
    assert told[-1].startswith("4 searches stopped early: what is told is as found")


def test_from_a_limit_of_nothing_to_all_that_could_be_used() -> None:
    """45 dollars pay for all three moves, and no plan would use more."""
    curve = limit_curve(ask(three_moves(transition_usd=0.0)), ONCE, points=3)
    assert curve.pieces[["from_limit", "to_limit", "usd_per_year"]].to_numpy().tolist() == [
        [45, 45, 255],
        [30, 30, 260],
        [15, 10, 270],
        [0, 0, 300],
    ]


def test_to_where_no_plan_exists() -> None:
    path = "limits.net_cost_by_fund_usd_per_year.General"
    curve = limit_curve(ask(three_moves(net_cost_by_fund_usd_per_year={"General": 260.0})), path, 200, 280, 8)
    assert curve.pieces["from_limit"].tolist() == [280, 250]
    assert curve.pieces["to_limit"].tolist() == [255, 200]
    assert curve.pieces["status"].tolist() == [str(Stopped.PROVED), NO_PLAN]
    assert curve.pieces[["usd_per_year", "least_usd_per_year"]].iloc[1].isna().all()
    assert curve.told().lines[-1] == "At $250 a year or at a lower one no plan exists."


def test_a_limit_that_counts_is_looked_at_in_whole_numbers() -> None:
    curve = limit_curve(ask(three_moves(moved_services_by_consent_owner={}, agreements=1)), "limits.agreements")
    assert curve.pieces["from_limit"].tolist() == [2, 0]
    assert curve.pieces["to_limit"].tolist() == [1, 0]


@pytest.mark.parametrize("seed", sampled(SEEDS, 1))
def test_agrees_with_trying_every_plan_at_every_value(seed: int) -> None:
    agrees_at_every_value(ask(small_case(seed)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_agrees_with_trying_every_plan_of_many_more(seed: int) -> None:
    if least_usd_per_year(small_case(seed)) is not None:
        agrees_at_every_value(ask(small_case(seed)))


def agrees_at_every_value(asked: Asked) -> None:
    for dial in dials_of(asked.program):
        high = None if dial.value or dial.highest < np.inf else 3.0
        pieces = limit_curve(asked, dial, high=high, points=POINTS).pieces
        for value in _values(dial, pieces):
            least = least_usd_per_year(turned(asked.case, dial, value))
            piece = _piece_at(dial, pieces, value)
            if piece is None:  # between two pieces: the cost is between theirs
                assert least is not None
                near = pieces[["usd_per_year"]].to_numpy()
                assert np.nanmin(near) - CENTS <= least <= np.nanmax(near) + CENTS
            elif least is None:
                assert piece["status"] == NO_PLAN, (dial.path, value)
            else:
                assert piece["usd_per_year"] == pytest.approx(least, abs=CENTS), (dial.path, value)
                assert piece["least_usd_per_year"] <= least + CENTS
                assert least - CENTS <= piece["most_usd_per_year"]


def _values(dial: Dial, pieces: pd.DataFrame) -> list[float]:
    """Every value searched, both ends of every piece, and what lies in the middle of it."""
    ends = pieces[["from_limit", "to_limit"]].to_numpy(dtype=float)
    inside = np.column_stack([ends, ends.mean(axis=1)]).ravel()
    values = np.unique(np.floor(inside) if dial.whole else inside)
    return [float(value) for value in values if ends.min() <= value <= ends.max()]


def _piece_at(dial: Dial, pieces: pd.DataFrame, value: float) -> pd.Series | None:
    low, high = ("from_limit", "to_limit") if dial.at_least else ("to_limit", "from_limit")
    held = pieces[(pieces[low] <= value) & (value <= pieces[high])]
    return None if held.empty else held.iloc[0]


@pytest.mark.parametrize(
    ("path", "low", "high", "points", "needs"),
    [
        ("limits.transition", 0, 60, 4, "Did you mean limits.transition_usd"),
        (ONCE, 60, 60, 4, "a range that begins below its end"),
        (ONCE, 0, 60, 0, "at least 1"),
        (ONCE, -5, 60, 4, "0 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(path: str, low: float, high: float, points: int, needs: str) -> None:
    with pytest.raises(Refused, match=needs):
        limit_curve(ask(three_moves(transition_usd=30.0)), path, low, high, points)


def test_where_cost_comes_second_it_is_refused() -> None:
    with pytest.raises(Refused, match="least_cost, as costs are compared"):
        limit_curve(ask(cases()["everything"]), ONCE)
