"""A search of HiGHS in a thread of its own, which does nothing else: of Python only one thread runs at a time."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

import highspy
from highspy.highs import HighsCallbackEvent

from optimizer.program.rows import Floats


class SearchThread(ABC):
    """Runs `search`, which is to call `better` with what it finds and to let HiGHS ask `look_up`."""

    def __init__(self, news: threading.Event) -> None:
        """`news` is set when there is something to look at, and at the end."""
        self.stopped, self.ended = False, False
        self._news = news
        self._values: list[Floats] = []
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    @property
    def begun(self) -> bool:
        """Whether it was started."""
        return self._thread.ident is not None

    def start(self) -> None:
        """Search in the thread."""
        self._thread.start()

    def told(self) -> list[Floats]:
        """Values that were found and are not forgotten, the best last. Raises whatever the thread raised."""
        if self._failed is not None:
            raise self._failed
        return self._values.copy()

    def forget(self, count: int) -> None:
        """So many of them, the first ones; the thread may have told more meanwhile."""
        del self._values[:count]

    def stop(self) -> None:
        """Ask it to end; HiGHS does when it next looks up, which is not waited for."""
        self.stopped = True

    @abstractmethod
    def search(self) -> None:
        """What is done in the thread."""

    def better(self, values: Floats) -> None:
        """Tell values that are better than those told before."""
        self._values.append(values)
        self._news.set()

    def look_up(self, event: HighsCallbackEvent) -> None:
        """Whether HiGHS is to end."""
        if self.stopped:
            event.interrupt()

    def _run(self) -> None:
        try:
            self.search()
        except BaseException as error:
            self._failed = error
        finally:
            self.ended = True
            self._news.set()
            highspy.Highs.resetGlobalScheduler(False)  # each thread has one of its own
