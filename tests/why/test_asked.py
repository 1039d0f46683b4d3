"""The plan in question: found as `solve` finds it, or taken from a run as it stands."""

from pathlib import Path

import pytest

from optimizer.ask import answer, load_case
from optimizer.errors import Refused
from optimizer.why.asked import asked_of
from tests.cases import ROOT

ON_PAPER = ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"


def test_a_scenario_and_its_run_are_asked_about_the_same_plan(tmp_path: Path) -> None:
    run = answer(load_case(ON_PAPER), tmp_path)
    of_file, of_run = asked_of(ON_PAPER), asked_of(run.folder)
    assert run.answer.plan is not None
    for asked in (of_file, of_run):
        assert asked.plan.cost_usd == run.answer.plan.cost_usd == 802_787.50
        assert asked.plan.decisions.equals(run.answer.plan.decisions)


def test_a_plan_that_is_not_the_best_is_taken_as_it_stands(tmp_path: Path) -> None:
    """The run of a search that stopped early: its plan and its bound, not a better plan."""
    case = load_case(ON_PAPER, ["solver.gap_share=0.9", "solver.gap_usd=null"])
    run = answer(case, tmp_path)
    asked = asked_of(run.folder)
    assert run.answer.plan is not None
    assert asked.plan.cost_usd == run.answer.plan.cost_usd
    assert asked.best.bound_usd == pytest.approx(run.answer.plan.bound_usd)


def test_finished_runs_are_not_changed(tmp_path: Path) -> None:
    run = answer(load_case(ON_PAPER), tmp_path)
    with pytest.raises(Refused, match="no changes to a finished run"):
        asked_of(run.folder, ["limits.agreements=3"])


def test_without_a_plan_there_is_nothing_to_ask(tmp_path: Path) -> None:
    impossible = ["limits.revenue_floor_usd_per_year=1000000000"]
    with pytest.raises(Refused, match="a plan to ask about"):
        asked_of(ON_PAPER, impossible)
    run = answer(load_case(ON_PAPER, impossible), tmp_path)
    with pytest.raises(Refused, match="a run that holds a plan"):
        asked_of(run.folder)
