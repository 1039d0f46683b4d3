"""HiGHS over what is left in a thread of its own, which waits while others have their turn and then goes on.

HiGHS cannot be asked to stop and go on: what its tree has come to is lost with the run. So it is held where it looks up
whether it is to stop. With a processor of its own it never waits.
"""

from __future__ import annotations

import math
import re
import threading
import time

import numpy as np
from highspy.highs import HighsCallbackEvent

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.remainder import Rest
from optimizer.solve.decomposition.thread import SearchThread

HELD_S = 0.5
"""Within this HiGHS looks up, mostly; else it goes on beside the others until it does."""
_EXPLORED = re.compile(r"\d+ +\d+ +\d+ +(\d+\.\d+)% ")
"""In a line of HiGHS's log: nodes, open ones, leaves, and how much of the tree these are, as deep as they are [%]."""


class ByTurns(SearchThread):
    """One search of HiGHS, which begins with its first turn."""

    def __init__(self, rest: Rest, left: Codes, aside: bool) -> None:
        """`left`: numbers of the columns of the rest in the program. `aside`: it never waits."""
        self._may, self._waits = threading.Event(), threading.Event()
        super().__init__(self._waits)  # its news is that it waits or has ended; plans are taken after a turn
        self.left, self._rest, self._aside = left, rest, aside
        self.bound = -np.inf
        """On what it was given."""
        self.spent_s = 0.0
        self._explored = 0.0
        self._offered: Floats | None = None
        highs = rest.highs
        highs.cbMipInterrupt.subscribe(self.look_up)
        highs.cbMipImprovingSolution.subscribe(lambda event: self._values.append(np.array(event.data_out.mip_solution)))
        highs.cbMipLogging.subscribe(self._tell)
        highs.cbLogging.subscribe(self._read)
        highs.cbMipUserSolution.subscribe(self._take)

    @property
    def ahead(self) -> float:
        """How many times as much as was searched is left of its tree, were all of that equally deep; infinite before
        it branches.
        """
        return 1.0 / self._explored - 1.0 if self._explored else math.inf

    @property
    def log(self) -> str:
        """What HiGHS has told so far."""
        return self._rest.log

    def go_on(self, deadline: float) -> None:
        """Search on until about `deadline` on the monotonic clock, or to the end."""
        began = time.monotonic()
        self._waits.clear()
        self._may.set()
        if not self.begun:
            self.start()
        if self._aside or self.ended:
            return
        self._waits.wait(min(max(0.0, deadline - began), threading.TIMEOUT_MAX))
        self._may.clear()
        self._waits.wait(HELD_S)
        self.spent_s += time.monotonic() - began

    def offer(self, x: Floats) -> None:
        """Let it know a plan [columns of the program], if it is one of the rest."""
        within = x[self.left]
        if np.count_nonzero(within) == np.count_nonzero(x):
            self._offered = within

    def stop(self) -> None:
        """Ask it to end, though it may be waiting."""
        super().stop()
        self._may.set()

    def search(self) -> None:
        """Search to the end."""
        self._rest.highs.run()
        ended = self._rest.ended(interrupted=False)
        self.bound = max(self.bound, ended.bound)
        if ended.x is not None:
            self.better(ended.x)

    def look_up(self, event: HighsCallbackEvent) -> None:
        """Wait where it is not its turn."""
        if not self._may.is_set():
            self._waits.set()
            self._may.wait()
        super().look_up(event)

    def _tell(self, event: HighsCallbackEvent) -> None:
        bound = self._rest.bound(event.data_out.mip_dual_bound)
        self.bound = max(self.bound, -np.inf if bound is None else bound)

    def _read(self, event: HighsCallbackEvent) -> None:
        line = _EXPLORED.search(event.message)
        if line is not None:
            self._explored = float(line[1]) / 100.0

    def _take(self, event: HighsCallbackEvent) -> None:
        offered, self._offered = self._offered, None
        if offered is not None and event.data_in is not None:
            event.data_in.setSolution(offered)
