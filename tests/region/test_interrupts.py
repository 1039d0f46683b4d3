"""One Ctrl-C ends the searches for every county alone and for all together; what was held before stays."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from optimizer.ask_region import answer_region, load_region_case
from optimizer.interrupts import ended_together, search_under_way
from optimizer.runs.region_folder import read_region_run
from optimizer.solve import engines
from optimizer.solve.outcome import Outcome, Stopped
from tests.region.test_command import PLAIN, asked, run

pytestmark = pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals")

NOBODY = PLAIN + "  region.nobody_worse_off: true\n"


def interrupt_after(monkeypatch: pytest.MonkeyPatch, number: int) -> list[int]:
    """Ctrl-C comes between the search of that number and the next; which searches are made."""
    made: list[int] = []

    @contextmanager
    def search() -> Iterator[None]:
        made.append(len(made))
        with search_under_way():
            yield
        if made[-1] == number:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(engines, "search_under_way", search)
    return made


@pytest.mark.parametrize("number", [0, 1])
def test_counties_alone_are_interrupted_and_nothing_else_is_searched(
    place: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is the region refused for want of a plan alone, where nobody may be worse off."""
    made = interrupt_after(monkeypatch, number)
    result = run(place, asked(place, NOBODY))
    assert result.exit_code == 130, result.output
    assert len(made) == number + 1
    assert "No plan was found before the search was interrupted." in result.stdout
    last = {0: "Alone, plans were found for one ($100 a year). Not searched to the end alone: two."}
    assert last.get(number, "Alone, every county has a plan: one") in " ".join(result.stdout.split())
    (kept,) = (place / "runs").iterdir()
    answer = read_region_run(kept).answer
    assert (answer.stopped, answer.plan, len(answer.alone_usd)) == (Stopped.INTERRUPTED, None, number + 1)


def test_the_plan_together_is_told_where_it_is_at_hand(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = interrupt_after(monkeypatch, 2)
    result = run(place, asked(place, NOBODY))
    assert (result.exit_code, len(made)) == (130, 3)
    assert "Best plan, proved" in result.stdout


def test_regions_that_were_not_begun_are_told_as_not_searched(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, runs = asked(place, PLAIN), place / "runs"
    other = first.with_name("other.yaml")
    other.write_text(first.read_text(encoding="utf-8") + "  region.nobody_worse_off: true\n", encoding="utf-8")
    interrupt_after(monkeypatch, 2)
    result = CliRunner().invoke(cli.main, ["compare", str(first), str(other), "--runs", str(runs), "--json"])
    assert result.exit_code == 130
    stopped = [one["stopped"] for one in json.loads(result.stdout)["scenarios"]]
    assert stopped == [str(Stopped.PROVED), str(Stopped.UNSEARCHED)]
    shown = CliRunner().invoke(cli.main, ["compare", *map(str, sorted(runs.iterdir()))])
    assert shown.exit_code == 130
    assert "not searched" in shown.stdout


def test_a_plan_that_is_not_proved_is_not_lost_to_a_search_that_is_interrupted(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, usual = asked(place, PLAIN), engines.run_engine

    def unproved(*given: object) -> Outcome:
        outcome = usual(*given)  # type: ignore[arg-type]
        return replace(outcome, stopped=Stopped.TIME, bound_usd=None)

    monkeypatch.setattr(engines, "run_engine", unproved)
    assert run(place, path).exit_code == 4
    monkeypatch.setattr(engines, "run_engine", usual)
    (kept,) = (place / "runs").iterdir()
    before = read_region_run(kept).manifest
    interrupt_after(monkeypatch, 0)
    assert run(place, path).exit_code == 130
    assert read_region_run(kept).manifest == before


@pytest.mark.slow
def test_a_run_that_holds_a_plan_is_not_replaced_by_one_that_was_not_searched(place: Path) -> None:
    path = asked(place, PLAIN)
    assert run(place, path).exit_code == 0
    (kept,) = (place / "runs").iterdir()
    before = read_region_run(kept).manifest
    with ended_together() as came, search_under_way():
        came.append(True)
        again = answer_region(load_region_case(path), place / "runs", fresh=True)
    assert (again.made_before, again.answer.plan is not None) == (True, True)
    assert read_region_run(kept).manifest == before


def test_a_program_whose_ceilings_are_not_known_is_not_exported(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_after(monkeypatch, 0)
    out = place / "model.lp"
    result = CliRunner().invoke(cli.main, ["export", str(asked(place, NOBODY)), str(out)])
    assert (result.exit_code, result.stderr, out.exists()) == (130, "Interrupted.\n", False)
