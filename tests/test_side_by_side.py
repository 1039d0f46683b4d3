"""Questions asked in several processes: the same answers in the same order, and one end for all of them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import pytest

from optimizer import side_by_side as beside
from optimizer.errors import Finding, NoPlan, OptimizerError, PlanWithheld, Refused, SolverFailed
from optimizer.interrupts import ctrl_c_came, ended_together, note_at_hand, note_ctrl_c, search_under_way
from optimizer.side_by_side import side_by_side

HERE = os.getpid()
FINDING = Finding("a.csv row 2", "a blank", "a number", "Fill it in.")
REASONS: dict[int, OptimizerError] = {
    3: Refused([FINDING]),
    4: NoPlan([FINDING], proved=True),
    5: PlanWithheld(["limits.agreements"]),
    6: SolverFailed("no"),
}


def squares(numbers: Sequence[int], on_progress: Callable[[int], None] | None) -> list[tuple[int, int, int]]:
    """Of each number its square, who found it, and how many it was asked together with."""
    if on_progress is not None:
        on_progress(len(numbers))
    return [(number**2, os.getpid(), len(numbers)) for number in numbers]


def refusing(numbers: Sequence[int], _: object) -> list[int]:
    """The numbers; what some of them stand for is raised."""
    for number in numbers:
        if number in REASONS:
            raise REASONS[number]
    return list(numbers)


def dying(numbers: Sequence[int], _: object) -> list[int]:
    """Ends any other process than the one that began."""
    if 1 in numbers:
        os._exit(7)
    return list(numbers)


def waiting(place: Path, numbers: Sequence[int], _: object) -> list[str]:
    """For each number how its search ended, which Ctrl-C alone ends; who searches writes that down in a folder."""
    with ended_together():
        return [_searched(place, number) for number in numbers]


def _searched(place: Path, number: int) -> str:
    if ctrl_c_came():
        return f"{number} not searched"
    try:
        with search_under_way():
            (place / str(number)).touch()
            time.sleep(60)
    except KeyboardInterrupt:
        note_ctrl_c()
        return f"{number} interrupted"
    return f"{number} done"


@pytest.mark.parametrize("processes", [1, 3, *(pytest.param(many, marks=pytest.mark.slow) for many in (2, 9))])
def test_answers_come_in_the_order_of_the_questions_whoever_found_them(processes: int) -> None:
    told: list[int] = []
    found = side_by_side(squares, [5, 1, 4, 2], processes, told.append)
    assert [square for square, _, _ in found] == [25, 1, 16, 4]
    used = min(processes, 4)
    who = [process for _, process, _ in found]
    assert who[0] == HERE
    assert len(set(who)) == used
    # shares stand together, are about as large, and only this process tells how far it is
    assert who == sorted(who, key=who.index)
    assert {together for _, _, together in found} <= {4 // used, -(-4 // used)}
    assert told == [found[0][2]]


def test_a_question_that_is_asked_twice_is_answered_once() -> None:
    found = side_by_side(squares, [2, 3, 2, 2], 2, None)
    assert [square for square, _, _ in found] == [4, 9, 4, 4]
    assert {together for _, _, together in found} == {1}


def test_no_questions_have_no_answers() -> None:
    assert side_by_side(squares, [], 3, None) == []


@pytest.mark.parametrize("reason", REASONS)
def test_what_another_process_raises_on_purpose_is_raised_here_as_it_was(reason: int) -> None:
    with pytest.raises(type(REASONS[reason])) as raised:
        side_by_side(refusing, [1, reason], 2, None)
    assert type(raised.value) is type(REASONS[reason])
    assert str(raised.value) == str(REASONS[reason])
    assert vars(raised.value) == vars(REASONS[reason])
    assert not active_children()


def test_the_first_question_that_is_refused_is_the_one_that_is_told() -> None:
    with pytest.raises(NoPlan):
        side_by_side(refusing, [1, 4, 3], 3, None)
    with pytest.raises(Refused, match=r"a\.csv row 2"):
        side_by_side(refusing, [3, 4], 2, None)


def test_what_is_refused_here_ends_the_others_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        side_by_side(partial(refusing_once_begun, tmp_path), [1, 2, 3, 4], 2, None)
    assert {path.name for path in tmp_path.iterdir()} == {"3"}  # neither told to go on nor that Ctrl-C came
    assert not active_children()


def test_a_process_that_dies_is_told_of() -> None:
    with pytest.raises(SolverFailed, match=r"ended without an answer \(exit code 7\)"):
        side_by_side(dying, [0, 1], 2, None)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
class TestCtrlC:
    """One Ctrl-C, wherever this process is, ends all searches; what is at hand is told."""

    def test_in_the_search_here_it_ends_those_of_the_others(self, tmp_path: Path) -> None:
        _press_when(lambda: len(list(tmp_path.iterdir())) == 2)
        found = side_by_side(partial(waiting, tmp_path), [1, 2, 3, 4], 2, None)
        assert found == ["1 interrupted", "2 not searched", "3 interrupted", "4 not searched"]
        assert not active_children()

    def test_while_the_others_are_waited_for_it_ends_their_searches(self, tmp_path: Path) -> None:
        _press_when(lambda: len(list(tmp_path.iterdir())) == 2)
        found = side_by_side(partial(waiting_elsewhere, tmp_path), [1, 2, 3], 3, None)
        assert found == ["1 done", "2 interrupted", "3 interrupted"]

    def test_that_was_noted_before_the_others_are_waited_for_ends_them_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        @contextmanager
        def late() -> Iterator[None]:
            while len(list(tmp_path.iterdir())) < 2:
                time.sleep(0.02)
            os.kill(HERE, signal.SIGINT)
            with search_under_way():
                yield

        monkeypatch.setattr(beside, "search_under_way", late)
        with ended_together():
            note_at_hand()
            found = side_by_side(partial(waiting_elsewhere, tmp_path), [1, 2, 3], 3, None)
        assert found == ["1 done", "2 interrupted", "3 interrupted"]

    def test_what_another_had_not_begun_is_left_unsearched(self, tmp_path: Path) -> None:
        _press_when(lambda: (tmp_path / "1").exists())  # long before the other process has read anything
        found = side_by_side(partial(waiting, tmp_path), [1, 2], 2, None)
        assert found in (["1 interrupted", "2 not searched"], ["1 interrupted", "2 interrupted"])

    def test_the_second_one_is_meant(self, tmp_path: Path) -> None:
        _press_when(lambda: len(list(tmp_path.iterdir())) == 1, times=2)
        with pytest.raises(KeyboardInterrupt):
            side_by_side(partial(deaf_elsewhere, tmp_path), [1, 2], 2, None)
        assert not active_children()

    def test_that_comes_to_a_process_that_is_just_beginning_is_not_for_it(self, tmp_path: Path) -> None:
        def press() -> None:
            for child in active_children():
                os.kill(child.pid or HERE, signal.SIGINT)

        _once(lambda: (tmp_path / "begun").exists(), press)
        assert side_by_side(partial(slowly, Slow(tmp_path)), [1, 2], 2, None) == [1, 2]


class Slow:
    """Takes a while to be read by another process, and writes down that it is."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Callable[[Path], Slow], tuple[Path]]:
        return _read_slowly, (self.place,)


def _read_slowly(place: Path) -> Slow:
    (place / "begun").touch()
    time.sleep(1.0)
    return Slow(place)


def slowly(_: Slow, numbers: Sequence[int], __: object) -> list[int]:
    """The numbers themselves."""
    return list(numbers)


def refusing_once_begun(place: Path, numbers: Sequence[int], on_progress: object) -> list[str]:
    """Refuses here, as soon as the other process searches."""
    if 1 not in numbers:
        return waiting(place, numbers, on_progress)
    while not list(place.iterdir()):
        time.sleep(0.02)
    raise REASONS[3]


def waiting_elsewhere(place: Path, numbers: Sequence[int], on_progress: object) -> list[str]:
    """Done at once here, waiting in the other processes."""
    return ["1 done"] if 1 in numbers else waiting(place, numbers, on_progress)


def deaf_elsewhere(place: Path, numbers: Sequence[int], _: object) -> list[str]:
    """Done at once here; another process does not end when it is asked to."""
    if 2 in numbers:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        (place / "2").touch()
        time.sleep(60)
    return [str(number) for number in numbers]


def _press_when(come: Callable[[], bool], times: int = 1) -> None:
    """Ctrl-C as soon as something is so, and as often again half a second later."""

    def press() -> None:
        for number in range(times):
            time.sleep(0.1 + 0.5 * number)
            os.kill(HERE, signal.SIGINT)

    _once(come, press)


def _once(come: Callable[[], bool], do: Callable[[], None]) -> None:
    """Do something, beside this, as soon as something else is so."""

    def wait() -> None:
        until = time.monotonic() + 60
        while not come() and time.monotonic() < until:
            time.sleep(0.02)
        do()

    threading.Thread(target=wait, daemon=True).start()
