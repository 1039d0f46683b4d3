"""Ctrl-C noted instead of raised, where something has to come to its own end first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
