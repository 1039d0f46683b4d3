"""Ctrl-C while a run is written: the run is whole, and then the interrupt counts."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from optimizer.runs import folder
from optimizer.runs.folder import read_run
from optimizer.runs.interrupts import interrupts_held
from tests.runs.test_folder import small_case, written


def interrupted(done: list[str], *words: str, error: Exception | None = None) -> None:
    """A block for every word, one in the other; Ctrl-C comes in the innermost."""
    with interrupts_held(Path("run")):
        if len(words) > 1:
            interrupted(done, *words[1:])
        else:
            signal.raise_signal(signal.SIGINT)
        if error is not None:
            raise error
        done.append(words[0])


def test_an_interrupt_waits_for_the_end_of_the_block() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(done, "written")
    assert done == ["written"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_outer_block_waits_for_its_own_end() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt, match="is kept in run"):
        interrupted(done, "outer", "inner")
    assert done == ["inner", "outer"]


def test_an_error_is_told_before_an_interrupt() -> None:
    with pytest.raises(OSError, match="disk full"):
        interrupted([], "written", error=OSError("disk full"))


def test_threads_are_not_held_up() -> None:
    done: list[str] = []

    def work() -> None:
        with interrupts_held(Path("run")):
            done.append("work")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["work"]


def test_a_run_is_written_whole_and_the_interrupt_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = folder.write_table

    def interrupting(*args: object) -> None:
        signal.raise_signal(signal.SIGINT)
        write(*args)

    monkeypatch.setattr(folder, "write_table", interrupting)
    with pytest.raises(KeyboardInterrupt, match="what had been found by then is kept in"):
        written(small_case(), tmp_path)
    (run,) = tmp_path.iterdir()
    assert read_run(run).answer.plan is not None
