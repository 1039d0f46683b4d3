"""HiGHS run so that Ctrl-C stops it and what it has found by then is kept.

highspy's own way has one lock for all its objects: no two threads can search at once, and a Ctrl-C that comes just as
a search ends leaves the lock taken, so that the next one never begins.
"""

from __future__ import annotations

import threading

import highspy
from highspy.highs import HighsCallbackEvent

from optimizer.interrupts import ctrl_c_noted, note_ctrl_c

LOOK_S = 0.1
"""How often Ctrl-C is looked for where waiting for a thread keeps it out."""


def run_stoppably(highs: highspy.Highs) -> bool:
    """Run HiGHS to its end or to Ctrl-C, in a thread of its own; whether Ctrl-C came.

    It may have come just as HiGHS ended by itself: what that proved is proved, and no other search begins
    (`ended_together`). What a callback raises is raised here.
    """
    failed: list[BaseException] = []

    def stop(event: HighsCallbackEvent) -> None:
        if came:
            event.interrupt()

    def run() -> None:
        try:
            highs.run()
        except BaseException as error:
            failed.append(error)
        finally:
            highspy.Highs.resetGlobalScheduler(False)  # each thread has one of its own

    looks = highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt
    for look in looks:
        look.subscribe(stop)
    thread = threading.Thread(target=run, daemon=True)
    with ctrl_c_noted() as came:
        _run_to_its_end(thread)
    if came:
        note_ctrl_c()
    for look in looks:
        look.unsubscribe(stop)
    if failed:
        raise failed[0]
    return bool(came)


def _run_to_its_end(thread: threading.Thread) -> None:
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_S)
