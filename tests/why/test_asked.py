"""The plan in question: found as `solve` finds it, or taken from a run as it stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.ask import answer, load_case
from optimizer.county import records
from optimizer.errors import NoPlan, Refused
from optimizer.program.rows import RowBuilder, Rows, at_least
from optimizer.solve import engines, highs
from optimizer.solve.decomposition import bounding, stage
from optimizer.solve.decomposition.memory import Memory, Recalled, recall
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, ask, asked_of
from optimizer.why.forced import kept_out
from tests.cases import ROOT, case_of, organization, sampled, service

CLEAR_CREEK = ROOT / "scenarios" / "whatifs" / "clear_creek"
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
    with pytest.raises(NoPlan, match="a plan to ask about") as none:
        asked_of(ON_PAPER, impossible)
    assert none.value.proved
    run = answer(load_case(ON_PAPER, impossible), tmp_path)
    with pytest.raises(NoPlan, match="a run that holds a plan") as none:
        asked_of(run.folder)
    assert none.value.proved


def test_no_plan_in_the_time_given_is_not_that_none_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Outcome(Stopped.TIME, None, None, None, "test", 60.0)
    monkeypatch.setattr("optimizer.why.asked.run_engine", lambda *_: ended)
    with pytest.raises(NoPlan, match="does not mean that none exists") as none:
        asked_of(ON_PAPER)
    assert not none.value.proved


@pytest.mark.parametrize("first", ["s", "t"])
def test_what_a_run_sells_is_sold_when_it_is_asked_about(
    first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person to spare and two sales worth as much: of these the run's, though a search may find the other."""
    second = "t" if first == "s" else "s"
    sales = [
        records.Sale(
            sale_id=sale_id, service_id=of, org_id="a", price_usd_per_year=60, marginal_usd_per_year=30,
            buyer_cost_usd_per_year=80, setup_usd=12, fte=1, lead_time_months=0,
        )
        for sale_id, of in (("x", first), ("y", second))
    ]  # fmt: skip
    services = [service("s", delegable=False), service("t", delegable=False)]
    spare = [records.SpareStaff(department="Works", fte=1)]
    run = answer(case_of(services, [organization("a")], spare_staff=spare, sales=sales), tmp_path)
    assert run.answer.plan is not None
    other = run.answer.plan.sales["service_id"].map({"s": "t", "t": "s"}).tolist()
    sold = run.answer.plan.sales.assign(sale_id={first: "x", second: "y"}[other[0]], service_id=other)
    held = replace(run, answer=replace(run.answer, plan=replace(run.answer.plan, sales=sold)))
    monkeypatch.setattr("optimizer.why.asked.read_county_run", lambda _: held)
    assert asked_of(run.folder).plan.sales["service_id"].tolist() == other


@pytest.mark.parametrize("scenario", sampled(["no_layoffs", "recommended", "transition_budget_halved"], 1))
def test_a_changed_program_goes_on_from_the_best_plan_to_what_a_search_anew_finds(
    scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each service that moves is kept, and each limit of the plan is a tenth tighter, in the county of 800 services."""
    case = load_case(CLEAR_CREEK / f"{scenario}.yaml", ["solver.break_ties=false"])
    monkeypatch.setattr(engines, "MANY_OPTIONS", 0)
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    asked = ask(case)
    assert isinstance(asked.best.memory, Memory)
    recalled: list[Recalled | None] = []
    monkeypatch.setattr(bounding, "recall", lambda *given: recalled.append(recall(*given)) or recalled[-1])
    moved = asked.program.columns.options[asked.x[asked.program.columns.options] > 0.5]
    changed = [kept_out(asked.program, moved[place : place + 3]) for place in range(100, 400, 100)]
    changed.append(asked.program.with_rows(_tighter(asked, 0.9)))
    for program in changed:
        found, anew = asked.again(program), highs.search(program, asked.settings())
        assert found.stopped is anew.stopped
        assert found.cost_usd == pytest.approx(anew.cost_usd, abs=1.0)
    assert len(recalled) == len(changed)
    assert None not in recalled


def _tighter(asked: Asked, share: float) -> Rows:
    """No more than this share of what the plan saves on what it moves."""
    options = asked.program.columns.options
    dearer = asked.program.columns.cost_usd[options] @ asked.x[options] + 1_000.0
    row = RowBuilder("tighter", "1", {}, *at_least(dearer)).add(0, options, asked.program.columns.cost_usd[options])
    return row.rows()
