"""How the searches of a question ended: its answer is no more certain than the least certain of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from optimizer.interrupts import ended_together
from optimizer.solve.outcome import Stopped

_ENDS: ContextVar[set[Stopped] | None] = ContextVar("ends", default=None)


@contextmanager
def ends_noted() -> Iterator[set[Stopped]]:
    """How searches end from here on, as far as they are made for a question; Ctrl-C in one of them ends them all."""
    ends: set[Stopped] = set()
    token = _ENDS.set(ends)
    try:
        with ended_together() as came:
            yield ends
    finally:
        _ENDS.reset(token)
        if came:
            ends.add(Stopped.INTERRUPTED)


def note(stopped: Stopped) -> None:
    """A search ended so."""
    ends = _ENDS.get()
    if ends is not None:
        ends.add(stopped)
