"""Ctrl-C waits while something is written, so that what was found is kept."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from optimizer.interrupts import ctrl_c_noted


@contextmanager
def interrupts_held(target: Path) -> Iterator[None]:
    """Ctrl-C during the block takes effect at its end, and then says that `target` was written."""
    with ctrl_c_noted() as came:
        yield
    if came:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(f"what had been found by then is kept in {target}") from interrupt
