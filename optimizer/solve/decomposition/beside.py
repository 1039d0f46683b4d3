"""Kernels that HiGHS searches in threads of their own beside whatever else is done; finds are taken as they come.

A thread runs HiGHS and nothing else: stating a kernel and taking what it found is Python, of which only one thread runs
at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import highspy
from highspy.highs import HighsCallbackEvent

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.kernels import KernelSearch
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.submip import SubMip


@dataclass
class Lot:
    """A kernel, and what it is a kernel of."""

    kernel: KernelSearch
    model: Model
    """Without the cuts."""
    prices: Floats
    """Of its rows."""
    left: Codes
    """Numbers of its columns in the program."""
    ended: bool = False


class Beside:
    """Kernels that are searched beside the rest of the search, up to `most` at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._news = threading.Event()
        self._searches: list[_Search] = []

    @property
    def several(self) -> bool:
        """Whether anything is searched beside the rest at all."""
        return self.most > 1

    @property
    def running(self) -> int:
        """How many are searched, or have ended since the last look."""
        return len(self._searches)

    def begin(self, lot: Lot) -> None:
        """Search this one, too."""
        search = _Search(lot, self._news)
        self._searches.append(search)  # before its thread runs, so that Ctrl-C between the two leaves none behind
        search.start()

    def found(self) -> Iterator[Lot]:
        """Those whose point has become better since the last look, and those that have ended.

        What Ctrl-C keeps from being dealt with is there at the next look. Raises whatever a thread raised.
        """
        self._news.clear()
        for search in list(self._searches):
            search.lot.ended, values = search.ended, search.told()
            if values:
                search.lot.kernel.point.settle()  # Ctrl-C may have come while it was moved
                search.lot.kernel.take(values[-1])
            if values or search.lot.ended:
                yield search.lot
            search.forget(len(values))
            if search.lot.ended:
                self._searches.remove(search)

    def wait(self, seconds: float) -> None:
        """Until there is something to look at, or for so long."""
        self._news.wait(seconds)

    def stop(self) -> None:
        """Ask all to end; HiGHS does when it next looks up, which is not waited for."""
        for search in self._searches:
            search.stopped = True
        self._searches.clear()


class _Search:
    """One kernel and its thread."""

    def __init__(self, lot: Lot, news: threading.Event) -> None:
        self.lot, self._news = lot, news
        self.stopped, self.ended = False, False
        self._sub = SubMip(lot.kernel.point, lot.kernel.free, lot.kernel.effort)
        self._values: list[Floats] = []
        self._failed: BaseException | None = None

    def start(self) -> None:
        """Search it in a thread of its own."""
        threading.Thread(target=self._run).start()

    def told(self) -> list[Floats]:
        """Values that were found and are not forgotten, the best last."""
        if self._failed is not None:
            raise self._failed
        return self._values.copy()

    def forget(self, count: int) -> None:
        """So many of them, the first ones; the thread may have told more meanwhile."""
        del self._values[:count]

    def _run(self) -> None:
        try:
            self._search()
        except BaseException as error:
            self._failed = error
        finally:
            self.ended = True
            self._news.set()
            highspy.Highs.resetGlobalScheduler(False)  # each thread has one of its own

    def _search(self) -> None:
        if self._sub.highs is None:
            return
        self._sub.highs.cbMipInterrupt.subscribe(self._look_up)
        self._sub.highs.cbMipImprovingSolution.subscribe(self._better)
        found = self._sub.search()
        if found is not None:
            self._values.append(found.values)

    def _look_up(self, event: HighsCallbackEvent) -> None:
        if self.stopped:
            event.interrupt()

    def _better(self, event: HighsCallbackEvent) -> None:
        self._values.append(self._sub.values(event.data_out.mip_solution))
        self._news.set()
