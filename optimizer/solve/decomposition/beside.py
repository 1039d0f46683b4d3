"""Kernels that HiGHS searches in threads of their own beside whatever else is done; finds are taken as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.kernels import KernelSearch
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.submip import SubMip
from optimizer.solve.decomposition.thread import SearchThread


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
            search.stop()
        self._searches.clear()


class _Search(SearchThread):
    """One kernel and its thread."""

    def __init__(self, lot: Lot, news: threading.Event) -> None:
        super().__init__(news)
        self.lot = lot
        self._sub = SubMip(lot.kernel.point, lot.kernel.free, lot.kernel.effort)

    def search(self) -> None:
        """Search the kernel."""
        if self._sub.highs is None:
            return
        self._sub.highs.cbMipInterrupt.subscribe(self.look_up)
        self._sub.highs.cbMipImprovingSolution.subscribe(
            lambda event: self.better(self._sub.values(event.data_out.mip_solution))
        )
        found = self._sub.search()
        if found is not None:
            self.better(found.values)
