"""One Ctrl-C, in a search or between two of them, ends all that a command would search; what is at hand is told."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from docx import Document

from optimizer import ask as asking
from optimizer.ask import answer, load_case
from optimizer.interrupts import ended_together, search_under_way
from optimizer.runs.folder import find_run, read_run
from optimizer.solve import engines
from optimizer.solve.outcome import Stopped
from optimizer.why import realized as realizing
from optimizer.why.asked import ask
from optimizer.why.realized import realized
from optimizer.why.service import why_service
from tests.cases import sampled
from tests.cli.test_commands import ANALYSES, FREE, POCKET, own_question, reallocate

pytestmark = pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals")

Moment = Callable[[int], list[int]]

FEW_SEARCHES = [words for words in ANALYSES if words[0] in {"why", "others", "simplest", "failures"}]
MANY_SEARCHES = [words for words in ANALYSES if words not in FEW_SEARCHES]
"""Analyses that are interrupted at the end of a search in every run of the tests (`test_ctrl_c_at_the_end.py`)."""


@pytest.fixture
def after_search(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Lets Ctrl-C come between the search of that number and the next one; which searches were made."""
    return _coming(monkeypatch, after=True)


@pytest.fixture
def in_search(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Lets Ctrl-C come in the search of that number, before the solver has begun."""
    return _coming(monkeypatch, after=False)


def _coming(monkeypatch: pytest.MonkeyPatch, *, after: bool) -> Moment:
    made: list[int] = []

    def come(number: int) -> list[int]:
        @contextmanager
        def search() -> Iterator[None]:
            made.append(len(made))
            comes = made[-1] == number
            with search_under_way():
                if comes and not after:
                    signal.raise_signal(signal.SIGINT)
                yield
            if comes and after:
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(engines, "search_under_way", search)
        return made

    return come


def three(tmp_path: Path) -> list[Path]:
    """Three questions about one county, the second of which is another than the first."""
    own = own_question(tmp_path)
    texts = ["limits.agreements: 2", "limits.agreements: 1"]
    others = [own.with_name(f"other_{number}.yaml") for number in range(len(texts))]
    for path, text in zip(others, texts, strict=True):
        path.write_text(own.read_text(encoding="utf-8") + f"\n  {text}\n", encoding="utf-8")
    return [own, *others]


@pytest.mark.parametrize("number", sampled([2, 0], 1))
@pytest.mark.parametrize(
    "words",
    sampled([*FEW_SEARCHES, ["realize", POCKET], *MANY_SEARCHES, ["break-even", POCKET, "--organization", "ridge"]], 5),
    ids=lambda words: words[0],
)
def test_an_analysis_tells_what_it_holds_between_two_searches(
    words: list[object], number: int, after_search: Moment
) -> None:
    made = after_search(number)
    result = reallocate(*words)
    comes = len(made) > number
    assert result.exit_code == (130 if comes else 0), result.output
    assert (made[-1] <= number, bool(result.stdout)) == (True, True)


def test_before_there_is_anything_to_tell_it_ends_at_once(in_search: Moment, tmp_path: Path) -> None:
    in_search(0)
    result = reallocate("compare", *three(tmp_path), "--runs", tmp_path / "runs")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted.\n")
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.parametrize("between", sampled([True, False], 1))
def test_a_comparison_tells_the_others_as_not_searched(
    between: bool, after_search: Moment, in_search: Moment, tmp_path: Path
) -> None:
    scenarios, runs = three(tmp_path), tmp_path / "runs"
    made = after_search(0) if between else in_search(1)
    words = ("compare", *scenarios, "--runs", runs)
    result = reallocate(*words, "--json")
    assert result.exit_code == 130
    assert len(made) == (1 if between else 2)
    stopped = [one["stopped"] for one in json.loads(result.stdout)["scenarios"]]
    assert stopped[0] == str(Stopped.PROVED)
    assert stopped[1] == str(Stopped.UNSEARCHED if between else Stopped.INTERRUPTED)
    assert stopped[2] == str(Stopped.UNSEARCHED)
    later = after_search(-1)
    later.clear()
    again = reallocate(*words, "--json")  # goes on with what is left
    assert again.exit_code == 0
    assert {one["stopped"] for one in json.loads(again.stdout)["scenarios"]} == {str(Stopped.PROVED)}
    assert len(later) == 2


def test_what_has_a_run_is_told_all_the_same(in_search: Moment, tmp_path: Path) -> None:
    scenarios, runs = three(tmp_path), tmp_path / "runs"
    for made_before in scenarios[0], scenarios[2]:
        assert reallocate("solve", made_before, "--runs", runs).exit_code == 0
    in_search(0)
    result = reallocate("compare", *scenarios, "--runs", runs, "--json")
    assert result.exit_code == 130
    stopped = [one["stopped"] for one in json.loads(result.stdout)["scenarios"]]
    assert stopped == [str(Stopped.PROVED), str(Stopped.INTERRUPTED), str(Stopped.PROVED)]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", sampled(["memo.docx", "workbook.xlsx", "report.html"], 1))
def test_documents_say_what_was_not_searched(name: str, after_search: Moment, tmp_path: Path) -> None:
    out = tmp_path / name
    after_search(0)
    result = reallocate(out.stem, *three(tmp_path), "--out", out, "--runs", tmp_path / "runs")
    assert (result.exit_code, out.is_file()) == (130, True), result.output
    if out.stem == "memo":
        cells = [cell.text for table in Document(str(out)).tables for row in table.rows for cell in row.cells]
        assert (cells.count("proved best"), cells.count("not searched")) == (1, 2)
    if out.stem == "report":
        assert out.read_text(encoding="utf-8").count("not searched") >= 2


@pytest.mark.slow
def test_that_no_plan_exists_stays_so_whenever_its_reasons_are_interrupted(
    after_search: Moment, tmp_path: Path
) -> None:
    words = ("solve", own_question(tmp_path), "--set", "limits.revenue_floor_usd_per_year=1000000")
    words += ("--ways-out", tmp_path / "scenarios" / "ways")
    made, cut = after_search(-1), "The search for the reasons was interrupted. That no plan exists is proved"
    whole = reallocate(*words, "--runs", tmp_path / "whole")
    searches, said = len(made), set[bool]()
    assert (whole.exit_code, cut in whole.stdout) == (3, False)
    for number in sorted({0, 1, searches // 2, searches - 1}):
        after_search(number).clear()
        result = reallocate(*words, "--runs", tmp_path / str(number))
        assert result.exit_code == 3
        assert result.stdout.count("No plan exists: the rules cannot all hold at once") == 1
        assert len(made) == number + 1
        said.add(cut in " ".join(result.stdout.split()))
        for way in (tmp_path / "scenarios" / "ways").glob("*"):
            assert reallocate("solve", way, "--runs", tmp_path / "ways").exit_code == 0
            way.unlink()
    assert True in said


def test_a_run_made_before_says_that_no_plan_exists_too(in_search: Moment, tmp_path: Path) -> None:
    words = ("solve", own_question(tmp_path), "--set", "limits.revenue_floor_usd_per_year=1000000")
    words += ("--runs", tmp_path / "runs", "--ways-out", tmp_path / "scenarios" / "ways")
    assert reallocate(*words).exit_code == 3
    in_search(0)
    again = reallocate(*words)
    assert again.exit_code == 3
    assert "The search for the reasons was interrupted." in again.stdout
    assert "which conditions conflict was not decided: interrupted" in " ".join(again.stdout.split())


def _verifying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C comes while the plan is verified."""
    usual = asking.plan_of

    def interrupted(*found: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return usual(*found)  # type: ignore[arg-type]

    monkeypatch.setattr(asking, "plan_of", interrupted)


def test_a_plan_that_is_being_verified_is_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _verifying(monkeypatch)
    result = reallocate("solve", POCKET, "--runs", tmp_path)
    assert result.exit_code == 130
    assert "Best plan, proved" in result.stdout
    (kept,) = tmp_path.iterdir()
    assert read_run(kept).answer.plan is not None


def test_from_python_too_it_is_kept_before_the_interrupt_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _verifying(monkeypatch)
    case = load_case(POCKET)
    with pytest.raises(KeyboardInterrupt, match="what had been found by then is kept in"):
        answer(case, tmp_path)
    (kept,) = tmp_path.iterdir()
    assert read_run(kept).answer.stopped is Stopped.PROVED


def test_from_python_one_ctrl_c_ends_an_analysis(in_search: Moment) -> None:
    asked = ask(load_case(POCKET))
    made = in_search(1)
    found = why_service(asked, "blading")
    assert made == [0, 1]
    assert found.choices["status"].tolist() == ["in the plan", "possible", *["open: interrupted"] * 2]
    made.clear()
    in_search(-1)
    again = why_service(asked, "blading")  # another question
    assert not again.choices["status"].str.startswith("open").any()


def test_from_python_a_block_ends_all_that_is_in_it(after_search: Moment, tmp_path: Path) -> None:
    made, runs = after_search(0), []
    with ended_together() as came:
        for scenario in (POCKET, FREE):
            runs.append(answer(load_case(scenario), tmp_path))
    assert (made, bool(came)) == ([0], True)
    assert [run.answer.stopped for run in runs] == [Stopped.PROVED, Stopped.UNSEARCHED]


@pytest.mark.parametrize("fresh", [False, True])
def test_a_run_that_holds_a_plan_is_not_replaced_by_one_that_was_not_searched(fresh: bool, tmp_path: Path) -> None:
    case = load_case(POCKET)
    first = answer(case, tmp_path)
    with ended_together() as came, search_under_way():
        came.append(True)
        again = answer(case, tmp_path, fresh=fresh)
    assert (again.made_before, again.answer.plan is not None) == (True, True)
    found = find_run(case, asking.engine_of(asking.Search()), tmp_path)
    assert found is not None
    assert found.manifest == first.manifest


def test_a_second_ctrl_c_ends_at_once() -> None:
    with ended_together() as came:
        with search_under_way():
            pass
        signal.raise_signal(signal.SIGINT)
        assert came == [True]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_draws_end_with_those_that_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, draw = ask(load_case(POCKET)), realizing._drawn
    few = realized(asked, draws=2 * realizing.AT_A_TIME)
    blocks: list[int] = []

    def interrupted(*given: object) -> object:
        found = draw(*given)  # type: ignore[arg-type]
        blocks.append(1)
        return found

    def step(text: str) -> None:
        if text.startswith(f"Draw {realizing.AT_A_TIME:,} "):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(realizing, "_drawn", interrupted)
    found = realized(asked, draws=5 * realizing.AT_A_TIME, on_step=step)
    assert len(blocks) == 2
    assert found.saved_usd_per_year.tolist() == few.saved_usd_per_year.tolist()
    lines = found.told().lines
    assert any(line.startswith("In 4,000 draws") for line in lines)
    assert "10,000 draws were asked for; the others were interrupted." in lines
