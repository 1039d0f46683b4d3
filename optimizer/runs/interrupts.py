"""Ctrl-C waits while something is written, so that what was found is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def interrupts_held(target: Path) -> Iterator[None]:
    """Ctrl-C during the block takes effect at its end, and then says that `target` was written.

    Only the main thread is interrupted, and only it can wait.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(f"what had been found by then is kept in {target}") from interrupt
