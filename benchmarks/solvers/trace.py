"""What is asked of every solver, and what is kept of its run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np

from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver


class Status(StrEnum):
    """How a run ended."""

    PROVED = "proved"
    """Within the asked gap."""
    TIME = "time limit"
    TOLERANCE = "own tolerance"
    """The solver called the search completed, but not within the asked gap."""
    INFEASIBLE = "infeasible"
    KILLED = "killed"
    """The parent ended it after the limit and the grace."""
    REFUSED = "refused"
    """The solver cannot state this program."""
    ABSENT = "absent"
    """The solver is not installed, or has no licence."""
    FAILED = "failed"
    WRONG = "wrong"
    """The point it returned breaks a row of the program, or a bound lies above its cost."""


@dataclass(frozen=True)
class Limit:
    """What every solver is given."""

    time_s: float
    gap_share: float = 1e-4
    """Proved within this share of the cost is good enough."""
    seed: int = 0
    threads: int = 1

    def settings(self) -> Solver:
        """The same for the project's own engines; ties are left as they fall."""
        return Solver(
            gap_usd=0.0,
            gap_share=self.gap_share,
            time_limit_s=self.time_s,
            seed=self.seed,
            threads=self.threads,
            break_ties=False,
        )


@dataclass(frozen=True)
class Event:
    """Where a search stood: the best cost and bound so far, None while there is none."""

    elapsed_s: float
    cost: float | None
    bound: float | None


@dataclass(frozen=True)
class Found:
    """What an adapter brings back."""

    status: Status
    x: Floats | None
    bound: float | None
    solver: str
    """Name and version."""
    counts: dict[str, int] = field(default_factory=dict)
    """Nodes, LP iterations and the like, where the solver tells them."""
    note: str = ""


@dataclass(frozen=True)
class Trace:
    """One run: how it ended, its size and work, and the events on the way."""

    status: Status
    cost: float | None
    bound: float | None
    elapsed_s: float
    """From handing the program over to the answer; building the program is not in it."""
    solver: str
    counts: dict[str, int]
    """rows, columns, nonzeros; nodes, lp_iterations and the like where known."""
    events: tuple[Event, ...]
    note: str = ""
    peak_mb: float | None = None
    """Peak resident memory of the process, which also built the program; set by the parent."""
    x: Floats | None = field(default=None, repr=False, compare=False)
    """The point that costs this much [columns]."""


class Recorder:
    """Keeps the events of a search that change anything, by its own clock, and hands each on."""

    def __init__(self, on_event: Callable[[Event], None] | None = None) -> None:
        self._began = time.monotonic()
        self._on_event = on_event
        self.events: list[Event] = []

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def __call__(self, cost: float | None, bound: float | None) -> None:
        """Note where the search stands; numbers that are not finite count as none, and neither is ever worse."""
        last = self.events[-1] if self.events else Event(0.0, None, None)
        best = _better(last.cost, _finite(cost), min)
        event = Event(self.elapsed_s, best, _better(last.bound, _finite(bound), max))
        if (event.cost, event.bound) == (last.cost, last.bound):
            return
        self.events.append(event)
        if self._on_event is not None:
            self._on_event(event)


class Adapter(Protocol):
    """A solver that can be run on a program."""

    @property
    def takes_start(self) -> bool:
        """Whether a point to begin from is used."""

    def absent(self) -> str | None:
        """Why the solver cannot be used here; None: it can."""

    def search(self, program: Program, limit: Limit, start: Floats | None, record: Recorder) -> Found:
        """Search within the limit. Raises `Refused` where the solver cannot state the program."""


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) and abs(value) < 1e19 else None


def _better(old: float | None, new: float | None, best: Callable[[float, float], float]) -> float | None:
    return old if new is None else new if old is None else best(old, new)
