"""HiGHS over what is left in a thread of its own, which waits while others have their turn and then goes on.

HiGHS cannot be asked to stop and go on: what its tree has come to is lost with the run. So it is held where it looks up
whether it is to stop. With a processor of its own it never waits.
"""

from __future__ import annotations

import math
import re
import threading
import time

import highspy
import numpy as np
from highspy.highs import HighsCallbackEvent

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.remainder import Rest

HELD_S = 0.5
"""Within this HiGHS looks up, mostly; else it goes on beside the others until it does."""
_EXPLORED = re.compile(r"\d+ +\d+ +\d+ +(\d+\.\d+)% ")
"""In a line of HiGHS's log: nodes, open ones, leaves, and how much of the tree these are, as deep as they are [%]."""


class ByTurns:
    """One search of HiGHS."""

    def __init__(self, rest: Rest, left: Codes, aside: bool) -> None:
        """`left`: numbers of the columns of the rest in the program. `aside`: it never waits."""
        self.left, self._rest, self._aside = left, rest, aside
        self.ended = False
        self.bound = -np.inf
        """On what it was given."""
        self.spent_s = 0.0
        self._explored = 0.0
        self._plans: list[Floats] = []
        self._better: Floats | None = None
        self._stopped = False
        self._failed: BaseException | None = None
        self._may, self._waits = threading.Event(), threading.Event()
        highs = rest.highs
        highs.cbMipInterrupt.subscribe(self._look_up)
        highs.cbMipImprovingSolution.subscribe(lambda event: self._plans.append(np.array(event.data_out.mip_solution)))
        highs.cbMipLogging.subscribe(self._tell)
        highs.cbLogging.subscribe(self._read)
        highs.cbMipUserSolution.subscribe(self._take)
        self._thread = threading.Thread(target=self._run)

    @property
    def ahead(self) -> float:
        """How many times as much as was searched is left of its tree, were all of that equally deep; infinite before
        it branches.
        """
        return 1.0 / self._explored - 1.0 if self._explored else math.inf

    def go_on(self, deadline: float) -> None:
        """Search on until about `deadline` on the monotonic clock, or to the end."""
        began = time.monotonic()
        self._waits.clear()
        self._may.set()
        if self._thread.ident is None:
            self._thread.start()
        if self._aside or self.ended:
            return
        self._waits.wait(min(max(0.0, deadline - time.monotonic()), threading.TIMEOUT_MAX))
        self._may.clear()
        self._waits.wait(HELD_S)
        self.spent_s += time.monotonic() - began

    def offer(self, x: Floats) -> None:
        """Let it know a plan [columns of the program], if it is one of the rest."""
        within = x[self.left]
        if np.count_nonzero(within) == np.count_nonzero(x):
            self._better = within

    @property
    def log(self) -> str:
        """What HiGHS has told so far."""
        return self._rest.log

    def found(self) -> list[Floats]:
        """Plans since the last look [columns of the rest], the best last. Raises whatever its thread raised."""
        if self._failed is not None:
            raise self._failed
        plans = self._plans.copy()
        del self._plans[: len(plans)]
        return plans

    def stop(self) -> None:
        """Ask it to end; HiGHS does when it next looks up, which is not waited for."""
        self._stopped = True
        self._may.set()

    def _run(self) -> None:
        try:
            self._rest.highs.run()
            ended = self._rest.ended(interrupted=False)
            self.bound = max(self.bound, ended.bound)
            if ended.x is not None:
                self._plans.append(ended.x)
        except BaseException as error:
            self._failed = error
        finally:
            self.ended = True
            self._waits.set()
            highspy.Highs.resetGlobalScheduler(False)  # each thread has one of its own

    def _look_up(self, event: HighsCallbackEvent) -> None:
        if not self._may.is_set():
            self._waits.set()
            self._may.wait()
        if self._stopped:
            event.interrupt()

    def _tell(self, event: HighsCallbackEvent) -> None:
        bound = self._rest.bound(event.data_out.mip_dual_bound)
        self.bound = max(self.bound, -np.inf if bound is None else bound)

    def _read(self, event: HighsCallbackEvent) -> None:
        line = _EXPLORED.search(event.message)
        if line is not None:
            self._explored = float(line[1]) / 100.0

    def _take(self, event: HighsCallbackEvent) -> None:
        better, self._better = self._better, None
        if better is not None and event.data_in is not None:
            event.data_in.setSolution(better)
