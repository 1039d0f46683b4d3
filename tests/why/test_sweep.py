"""A grid of parameters: every point is what `solve` finds there, and flips are what differs between neighbours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.ask import find_plan, load_case
from optimizer.errors import Refused
from optimizer.program.program import CountyProgram
from optimizer.scenario.settings import Solver
from optimizer.solve.outcome import Outcome
from optimizer.why import sweep as sweep_module
from optimizer.why.sweep import MOST_POINTS, parse_grid, sweep

TRANSITION, HURDLE = "limits.transition_usd", "economics.hurdle_share"


@pytest.fixture
def question(desk: Path) -> Path:
    return desk / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"


def test_every_point_is_what_solve_finds_there(question: Path) -> None:
    steps: list[str] = []
    found = sweep(question, parse_grid([f"{HURDLE}=0,0.3", f"{TRANSITION}=0,26500"]), on_step=steps.append)
    assert len(steps) == len(found.points) == 4
    for row in found.points.itertuples(index=False):
        overrides = [f"{path}={value}" for path, value in zip((HURDLE, TRANSITION), row[:2], strict=True)]
        plan = find_plan(load_case(question, overrides))[1]
        assert plan is not None
        assert row.status == "proved"
        assert row.usd_per_year == pytest.approx(plan.cost_usd / plan.annuity, abs=0.02)
        assert row.least_usd_per_year <= row.usd_per_year + 0.01
        assert row.moved == plan.decisions["moved"].sum()
    assert found.points["usd_per_year"].nunique() == 2


def test_every_point_goes_on_from_the_last_one_that_left_something(
    question: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, lasts = sweep_module.searched, list[object]()

    def note(program: CountyProgram, solver: Solver, last: Outcome | None) -> Outcome:
        lasts.append(None if last is None else last.memory)
        return replace(search(program, solver), memory=("first", None, "third")[len(lasts) - 1])

    monkeypatch.setattr(sweep_module, "searched", note)
    sweep(question, parse_grid([f"{HURDLE}=0,0.1,0.3"]))
    assert lasts == [None, "first", "first"]


@pytest.mark.slow
def test_flips_are_what_neighbours_decide_otherwise(question: Path) -> None:
    found = sweep(question, parse_grid([f"{HURDLE}=0,0.3", f"{TRANSITION}=0,60000"]))
    for (path, low, high, at), rows in found.flips.groupby(["path", "from", "to", "at"]):
        plans = [find_plan(load_case(question, [f"{path}={value}", at]))[1] for value in (low, high)]
        before, after = (plan.decisions[["decision", "provider"]] for plan in plans if plan is not None)
        changed = (before != after).any(axis=1).to_numpy()
        assert plans[0] is not None
        assert set(rows["service_id"]) == set(plans[0].decisions.loc[changed, "service_id"])
    assert len(found.flips)
    # along the last path, at each value of the first
    along = found.flips[found.flips["path"] == TRANSITION]
    assert found.points["flips"].iloc[1] == (along["at"] == f"{HURDLE}=0").sum()
    assert found.points["flips"].isna().tolist() == [True, False, True, False]


def test_points_without_a_plan_are_rows_that_say_why(question: Path) -> None:
    path = "limits.revenue_floor_usd_per_year"
    found = sweep(question, parse_grid([f"{path}=0,1000000,-5"]))
    statuses = found.points["status"].tolist()
    assert statuses[0] == "proved"
    assert statuses[1] == "no plan exists"
    assert statuses[2].startswith("refused: ")
    assert path in statuses[2]
    assert found.points["usd_per_year"].isna().tolist() == [False, True, True]
    assert found.told().lines[0] == "3 points, 1 with a plan."


def test_a_path_that_no_point_can_have_is_refused_once(question: Path) -> None:
    with pytest.raises(Refused, match="Did you mean") as refusal:
        sweep(question, parse_grid(["economics.hurdle_shar=0:0.3:4"]))
    (finding,) = refusal.value.findings
    assert finding.where == "--set economics.hurdle_shar"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["hurdle"], "path=values"),
        (["a.b="], "path=values"),
        (["a.b=0:1:x"], "path=values"),
        (["a.b=1,2", "a.b=3"], "each path once"),
        ([f"a.b=0:1:{MOST_POINTS}", "c.d=1,2"], "2,000 points"),
    ],
)
def test_a_grid_that_cannot_be_read(texts: list[str], told: str) -> None:
    with pytest.raises(Refused, match=told):
        parse_grid(texts)


def test_values_of_a_grid() -> None:
    assert parse_grid(["a.b=1, x,3", "c.d=0:1:5"]) == {"a.b": ["1", "x", "3"], "c.d": ["0", "0.25", "0.5", "0.75", "1"]}
