"""Questions in turn, or in several processes side by side, each of which takes its share of them in turn.

Ctrl-C is for the process that was started first. When its own search has ended by it, it tells the others, whose
searches end the same way; so they do where it is gone. (Windows tells all of them.) What is refused in one ends all.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeAlias, TypeVar

from optimizer.errors import OptimizerError, SolverFailed
from optimizer.interrupts import ctrl_c_came, ctrl_c_noted, ended_together, note_ctrl_c, search_under_way

Question = TypeVar("Question")
Found = TypeVar("Found")
Ask: TypeAlias = Callable[[Sequence[Question], Any], list[Found]]
"""Asks questions in turn, and tells a second argument, unless that is None, how far it is."""

PATIENCE_S = 5.0
"""For a process to end by itself once it was told to."""
LOOK_S = 0.5
"""How often Ctrl-C that was noted, and not raised, is looked for."""


@dataclass(frozen=True)
class _Other:
    """A process that has a share of the questions."""

    process: SpawnProcess
    answers: Connection
    orders: Connection
    """Closed: Ctrl-C came."""

    def end(self) -> None:
        """Let its search end, which keeps what it has found."""
        self.orders.close()

    def gone(self) -> None:
        """Wait for it to end, which it was told, but not for ever."""
        self.answers.close()
        self.process.join(PATIENCE_S)
        self.process.kill()
        self.process.join()


def side_by_side(
    ask: Ask[Question, Found], questions: Sequence[Question], processes: int, on_progress: Any
) -> list[Found]:
    """What `ask` finds of every question, in their order; it has to be known by name, as another process calls it.

    Each process has a share that stands together; the progress that is told is that of this process. What `ask` raises
    on purpose is raised here, that of the first question for which it did. Raises `SolverFailed` where a process ends
    without an answer. Other processes read the script that calls this, too: it needs `if __name__ == "__main__":`.
    """
    distinct = list(dict.fromkeys(questions))  # two processes would get in each other's way over the same one
    shares = _shares(distinct, processes)
    if len(shares) < 2:
        return ask(questions, on_progress)
    with ended_together(), _others(ask, shares[1:]) as others:
        found = ask(shares[0], on_progress)
        for share, other in zip(shares[1:], others, strict=True):
            answer = _answer_of(other, others)
            found += ask(share, on_progress) if answer is None else answer
    by_question = dict(zip(distinct, found, strict=True))
    return [by_question[question] for question in questions]


def _shares(questions: Sequence[Question], processes: int) -> list[Sequence[Question]]:
    """The questions in as many parts of about the same number, of which none is empty."""
    parts = max(1, min(processes, len(questions)))
    ends = [len(questions) * part // parts for part in range(parts + 1)]
    return [questions[begin:end] for begin, end in pairwise(ends)]


@contextmanager
def _others(ask: Ask[Question, Found], shares: Sequence[Sequence[Question]]) -> Iterator[list[_Other]]:
    others: list[_Other] = []
    try:
        for share in shares:
            others.append(_started(ask, share))
        yield others
    except BaseException:  # nobody waits for their answers any more
        for other in others:
            other.process.terminate()
        raise
    finally:
        _end(others)
        for other in others:
            other.gone()


def _started(ask: Ask[Question, Found], share: Sequence[Question]) -> _Other:
    spawning = get_context("spawn")
    answers, theirs = spawning.Pipe(duplex=False)
    heard, orders = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_answer, args=(ask, share, theirs, heard), daemon=True)
    with _ctrl_c_kept_from_new_processes():
        process.start()
    theirs.close()
    heard.close()
    return _Other(process, answers, orders)


def _end(others: Sequence[_Other]) -> None:
    for other in others:
        other.end()


def _answer_of(other: _Other, others: Sequence[_Other]) -> list[Any] | None:
    """What a process found; None: Ctrl-C came before it had begun."""
    try:
        with search_under_way():
            while not (ctrl_c_came() or other.answers.poll(LOOK_S)):
                pass
    except KeyboardInterrupt:
        note_ctrl_c()
    if ctrl_c_came():
        _end(others)
    try:
        other.answers.poll(None)
        with ctrl_c_noted() as came:
            answer = other.answers.recv()
    except EOFError as error:
        other.process.join(PATIENCE_S)
        ended = f"exit code {other.process.exitcode}"
        raise SolverFailed(f"a process that searched beside this one ended without an answer ({ended})") from error
    if came:
        note_ctrl_c()
    if isinstance(answer, OptimizerError):
        raise answer
    found: list[Any] | None = answer
    return found


def _answer(ask: Ask[Question, Found], share: Sequence[Question], answers: Connection, orders: Connection) -> None:
    """The other process."""
    answer: list[Found] | OptimizerError | None = None
    try:
        _hear_no_ctrl_c_but_its_own()
        threading.Thread(target=_heed, args=(orders,), daemon=True).start()
        with ended_together():
            answer = ask(share, None)
    except OptimizerError as error:
        answer = error
    except KeyboardInterrupt:
        pass  # before there was anything to tell, or just as all was told
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(BrokenPipeError):  # nobody waits for it any more
        answers.send(answer)


def _heed(orders: Connection) -> None:
    """Wait until the process that was started first says so, or is gone; then it is as if Ctrl-C came."""
    try:
        orders.recv()
    except (EOFError, OSError):
        _interrupt_main_thread()


def _interrupt_main_thread() -> None:
    ident = threading.main_thread().ident
    if sys.platform == "win32" or ident is None:
        signal.raise_signal(signal.SIGINT)
    else:
        signal.pthread_kill(ident, signal.SIGINT)  # which ends its waiting, too


@contextmanager
def _ctrl_c_kept_from_new_processes() -> Iterator[None]:
    """A process that begins in the block is not interrupted before it can deal with it."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # which would let Ctrl-C through again when it is started in the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hear_no_ctrl_c_but_its_own() -> None:
    """Leave the group of processes that the terminal interrupts, and forget what came from there until now."""
    if sys.platform != "win32":
        os.setpgrp()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # which leaves nothing half written behind
