"""What limits cost: by hand, and against trying every plan without each of them and with a step more or less."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, reduce
from math import inf
from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why import limit_costs as limit_costs_room
from optimizer.why.asked import Asked, ask
from optimizer.why.dials import Dial, dials_of, turned
from optimizer.why.limit_costs import COSTS, FREE, HIDDEN, LimitCosts, limit_costs
from optimizer.why.limit_curve import limit_curve
from optimizer.why.limit_screen import without
from tests.cases import case_of, offer, organization, program_of, sampled, service
from tests.properties.small_cases import small_case
from tests.solve.rich import cases
from tests.why.limits_by_hand import CENTS, least_usd_per_year, loosened, three_moves

SEEDS = (3, 2, 5, 15, 34)
"""Small counties that have a plan, with limits that cost something and limits that do not."""
MORE_SEEDS = (94, 30, 22, 49, 51, 0, 18)
NO_PLAN = str(Stopped.INFEASIBLE)


@cache
def costs_of_seed(seed: int) -> tuple[Asked, LimitCosts]:
    asked = ask(small_case(seed))
    return asked, limit_costs(asked)


def _rows(found: LimitCosts) -> dict[str, dict[Any, Any]]:
    return {str(row["path"]): row for row in found.limits.to_dict("records")}


def test_by_hand() -> None:
    """Once 30 dollars are enough for s1 and s2 (260 in all), 27 for s1 and s3 (265), 45 for all three (255)."""
    case = three_moves(transition_usd=30.0, displaced_fte=2.0, net_cost_by_fund_usd_per_year={"General": 262.0})
    found = limit_costs(ask(case))
    rows = _rows(found)
    once, fund = rows["limits.transition_usd"], rows["limits.net_cost_by_fund_usd_per_year.General"]
    assert (once["answer"], once["binds"], once["saves_usd_per_year"]) == (COSTS, True, 5.0)
    assert once["enough_limit"] == 45.0
    assert (once["looser_limit"], once["looser_saves_usd_per_year"]) == (33.0, 0.0)
    assert (once["tighter_limit"], once["tighter_answer"]) == (27.0, NO_PLAN)
    assert (fund["answer"], fund["binds"], fund["tighter_limit"], fund["tighter_answer"]) == (
        FREE,
        True,
        235.8,
        NO_PLAN,
    )
    assert rows["limits.displaced_fte"]["answer"] == FREE
    assert found.together.usd_per_year == 5.0
    once = _rows(limit_costs(ask(three_moves(transition_usd=30.0))))["limits.transition_usd"]
    assert (once["tighter_answer"], once["tighter_costs_usd_per_year"]) == ("a plan", 5.0)


def test_told_in_sentences() -> None:
    told = limit_costs(ask(three_moves(transition_usd=30.0, displaced_fte=2.0))).told()
    assert told.lines == (
        "Of 2 limits 1 costs money on its own. Without any of them the best plan would cost $5 a year less.",
        "Most that may be spent once on moving, ending and selling services and on setting up pools, now $30: "
        "without it $5 a year less ($45 would be enough); at $33 $0 less; at $27 $5 more.",
        "The other limit costs nothing: dropping it saves at most $0 a year.",
    )
    table = told.tables["What each limit costs on its own"]
    assert table["now"].tolist() == ["$30"]
    assert table["set"].tolist() == ["limits.transition_usd"]


def test_two_limits_that_hold_the_same_cost_nothing_alone() -> None:
    """Both the staff who may go and the agreement's room stop the third move."""
    room = records.Capacity(org_id="east", resource="usd", amount=140)
    found = limit_costs(ask(three_moves(room, displaced_fte=1.2)))
    assert found.limits["answer"].tolist() == [HIDDEN, HIDDEN]
    assert found.limits["saves_most_usd_per_year"].tolist() == [0.0, 0.0]
    assert found.together.usd_per_year == found.together.most_usd_per_year == 5.0
    assert "2 more would hold the plan back" in found.told().lines[1]


def test_a_limit_that_a_better_way_hides_when_all_are_dropped() -> None:
    """Without any limit the service goes west, for which east's room is not needed; alone it is worth 40 too."""
    rooms = [records.Capacity(org_id=org, resource="usd", amount=1) for org in ("east", "west")]
    offers = [offer("s1", "west", 50), offer("s1", "east", 60)]
    case = case_of([service("s1")], [organization("east"), organization("west")], offers, capacities=rooms)
    found = limit_costs(ask(case))
    assert found.limits["subject"].tolist() == ["west usd *", "east usd *"]
    assert found.limits["saves_usd_per_year"].tolist() == [50.0, 40.0]
    assert found.limits["enough_limit"].tolist() == [50.0, 60.0]
    assert found.together.usd_per_year == 50.0


@pytest.mark.parametrize("seed", sampled(SEEDS, 1))
def test_agrees_with_trying_every_plan(seed: int) -> None:
    asked, found = costs_of_seed(seed)
    assert {*found.limits["answer"]} >= {COSTS, FREE}
    agrees_with_every_plan(asked, found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_agrees_with_trying_every_plan_of_many_more(seed: int) -> None:
    if least_usd_per_year(small_case(seed)) is not None:
        agrees_with_every_plan(*costs_of_seed(seed))


def agrees_with_every_plan(asked: Asked, found: LimitCosts) -> None:
    case, best = asked.case, least_usd_per_year(asked.case)
    assert best is not None
    dials = {dial.path: dial for dial in dials_of(asked.program)}
    rows = _rows(found)
    assert rows.keys() == dials.keys()
    for path, dial in dials.items():
        row = rows[path]
        for name, other in (
            ("saves", loosened(case, dial)),
            ("saves", _at(case, dial, row["enough_limit"])),
            ("looser_saves", _at(case, dial, row["looser_limit"])),
            ("tighter_costs", _at(case, dial, row["tighter_limit"])),
        ):
            least = None if other is None else least_usd_per_year(other)
            if least is None:
                assert other is None or row["tighter_answer"] == NO_PLAN
                continue
            expected = least - best if name == "tighter_costs" else best - least
            assert row[f"{name}_usd_per_year"] == pytest.approx(expected, abs=CENTS), (path, name)
            assert row[f"{name}_least_usd_per_year"] <= expected + CENTS
            assert row[f"{name}_most_usd_per_year"] >= expected - CENTS
    everything = least_usd_per_year(reduce(loosened, dials.values(), case))
    assert everything is not None
    assert found.together.usd_per_year == pytest.approx(best - everything, abs=CENTS)


def _at(case: Case, dial: Dial, value: float) -> Case | None:
    return None if value != value else turned(case, dial, value)


def test_a_search_that_leaves_a_gap_tells_intervals_that_hold() -> None:
    """The best plan is known within 3 dollars only; the limit's 5 are within what is told."""
    case = three_moves(transition_usd=30.0)
    asked = ask(case)
    assert asked.best.cost_usd is not None
    loose = type(asked)(asked.program, type(asked.best)(**{**vars(asked.best), "bound_usd": asked.best.cost_usd - 3.0}))
    row = limit_costs(loose).limits.iloc[0]
    told = [row[f"saves{end}_usd_per_year"] for end in ("_least", "", "_most")]
    assert told == [2.0, 5.0, 5.0]


def test_a_search_without_a_plan_proves_no_amount() -> None:
    asked = ask(three_moves(transition_usd=30.0))
    stopped = Outcome(Stopped.TIME, None, None, None, "HiGHS", 1.0)
    saved = limit_costs_room._saved(asked, stopped)
    assert (saved.usd_per_year, saved.least_usd_per_year, saved.most_usd_per_year) == (0.0, 0.0, inf)
    tighter = limit_costs_room._tighter(asked, stopped)
    assert tighter["tighter_answer"] == "no plan found in the time given"
    assert (tighter["tighter_costs_least_usd_per_year"], tighter["tighter_costs_most_usd_per_year"]) == (0.0, inf)


def test_a_limit_that_leaves_a_lock_no_option_leaves_no_plan() -> None:
    locked = [Lock("s1", Decision.OUTSOURCE, None, "t")]
    case = replace(three_moves(min_quality=0.95), locks=tuple(locked))
    row = limit_costs(ask(case)).limits.iloc[0]
    assert (row["path"], row["answer"], row["tighter_answer"]) == ("limits.min_quality", FREE, NO_PLAN)
    curve = limit_curve(ask(case), "limits.min_quality", 0.5, 1.5, 2)
    assert curve.pieces["status"].tolist() == [str(Stopped.PROVED)] * 2 + [NO_PLAN]


def test_without_takes_the_rows_of_a_limit_and_no_others() -> None:
    program = program_of(cases()["everything"])
    for dial in dials_of(program):
        names = program.row_names()
        left = without(program, [dial])
        gone = [names[row] for row in dial.rows]
        assert sorted(left.row_names() + gone) == sorted(names)
        kept = [row for row in range(len(names)) if row not in dial.rows]
        assert not abs(left.matrix() - program.matrix()[kept]).count_nonzero()


def test_where_cost_comes_second_it_is_refused() -> None:
    case = cases()["everything"]
    with pytest.raises(Refused, match="least_cost, as costs are compared"):
        limit_costs(ask(case))
