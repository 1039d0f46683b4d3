"""Ctrl-C noted instead of raised, where something has to come to its own end first; and what it ends together."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CAME: ContextVar[list[bool] | None] = ContextVar("came", default=None)


@contextmanager
def ended_together() -> Iterator[list[bool]]:
    """Searches in the block end together: none begins after a Ctrl-C that came during one of them, however that ended.

    The list is empty until then. A block around this one is told, too.
    """
    came: list[bool] = []
    token = _CAME.set(came)
    try:
        yield came
    finally:
        _CAME.reset(token)
        if came:
            note_ctrl_c()


def note_ctrl_c() -> bool:
    """Ctrl-C came during a search; whether there is anybody to end those that come after it."""
    came = _CAME.get()
    if came is not None:
        came.append(True)
    return came is not None


def ctrl_c_came() -> bool:
    """Whether a search is not to begin any more."""
    return bool(_CAME.get())


@contextmanager
def ctrl_c_noted() -> Iterator[list[int]]:
    """Ctrl-C during the block raises nothing; the list has its number each time that it came.

    Only the main thread is interrupted, and only it can take note: elsewhere the list stays empty.
    """
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield came  # not callable: Ctrl-C is left to the system, or to whoever embeds Python
        return
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)
