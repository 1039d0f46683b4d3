"""Ctrl-C noted instead of raised, where something has to come to its own end first; and what it ends together."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FrameType

Handler = Callable[[int, FrameType | None], object]


@dataclass
class _Block:
    """Searches that end together."""

    came: list[bool] = field(default_factory=list)
    at_hand: bool = False
    """Whether there is something to tell."""
    searching: bool = False

    @property
    def notes(self) -> bool:
        """Whether a Ctrl-C is noted: a search ends by it and keeps what it has, and the second one is meant."""
        return self.at_hand and not self.searching and not self.came


_BLOCK: ContextVar[_Block | None] = ContextVar("block", default=None)


@contextmanager
def ended_together() -> Iterator[list[bool]]:
    """Searches in the block end together: none begins after a Ctrl-C, and what is at hand by then can be told.

    The list is empty until Ctrl-C comes. It ends the search that is under way; after the first search it is noted
    wherever else it comes, and raised if it comes again. Before there is anything to tell it is raised at once. A block
    in another one is part of that.
    """
    around = _BLOCK.get()
    if around is not None:
        yield around.came
        return
    block = _Block()
    token = _BLOCK.set(block)

    def interrupted(before: Handler, number: int, frame: FrameType | None) -> None:
        if block.notes:
            block.came.append(True)
        else:
            before(number, frame)

    try:
        with _handled(interrupted):
            yield block.came
    finally:
        _BLOCK.reset(token)


@contextmanager
def search_under_way() -> Iterator[None]:
    """A search, which ends by itself when Ctrl-C is raised in it. After it there is something to tell."""
    block = _BLOCK.get() or _Block()
    around, block.searching = block.searching, True
    try:
        yield
        block.at_hand = True
    finally:
        block.searching = around


def note_at_hand() -> None:
    """There is something to tell from here on, though nothing was searched."""
    block = _BLOCK.get()
    if block is not None:
        block.at_hand = True


def at_hand() -> bool:
    """Whether there is something to tell."""
    block = _BLOCK.get()
    return block is not None and block.at_hand


def note_ctrl_c() -> bool:
    """Ctrl-C came during a search; whether there is anybody to end those that come after it."""
    block = _BLOCK.get()
    if block is not None:
        block.came.append(True)
    return block is not None


def ctrl_c_came() -> bool:
    """Whether a search is not to begin any more."""
    block = _BLOCK.get()
    return block is not None and bool(block.came)


@contextmanager
def ctrl_c_noted() -> Iterator[list[int]]:
    """Ctrl-C during the block raises nothing; the list has its number each time that it came."""
    came: list[int] = []
    with _handled(lambda _, number, __: came.append(number)):
        yield came


@contextmanager
def _handled(handler: Callable[[Handler, int, FrameType | None], object]) -> Iterator[None]:
    """Ctrl-C during the block goes to the handler, which is told of the one before it.

    Only the main thread is interrupted, and only it can take note: elsewhere all stays as it is.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield  # not callable: Ctrl-C is left to the system, or to whoever embeds Python
        return
    signal.signal(signal.SIGINT, lambda number, frame: handler(before, number, frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
