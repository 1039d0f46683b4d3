"""Where an answer turns from yes to no as a number grows: bracketed by asking on both sides.

An asked number tells by how much it misses: at most 0 is yes. Where the miss grows evenly, two answers foretell the
turning point; the bracket is halved where they do not (Dekker 1969; Brent 1973, "Algorithms for minimization without
derivatives", chapter 4).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

Misses = Callable[[float], float]
"""By how much a number misses: at most 0 is yes, infinite where it cannot be at all."""

MOST_ASKED = 60


@dataclass(frozen=True)
class Turning:
    """The two numbers between which the answer turns."""

    yes_at: float | None
    """The largest number found at which the answer is yes; None: it is no from the start."""
    no_at: float | None
    """The smallest number found at which it is no; None: it is yes to the end."""


def turning_point(misses: Misses, low: float, high: float, step: float, guess: float | None = None) -> Turning:
    """Bracket the turning point between `low` and `high` to `step`, which the miss is taken to grow towards.

    `guess` is asked about first.
    """
    ends = {low: misses(low)}
    if ends[low] > 0:
        return Turning(None, low)
    ends[high] = misses(high)
    if ends[high] <= 0:
        return Turning(high, None)
    yes, no = low, high
    asked = 0
    while no - yes > step * (1 + 1e-9) and asked < MOST_ASKED:
        at = _next(yes, no, ends[yes], ends[no], step, guess if asked == 0 else None, asked)
        ends[at] = misses(at)
        yes, no = (at, no) if ends[at] <= 0 else (yes, at)
        asked += 1
    return Turning(yes, no)


def _next(yes: float, no: float, below: float, above: float, step: float, guess: float | None, asked: int) -> float:
    """A number strictly between the ends, a whole number of steps from the lower one."""
    at = (yes + no) / 2
    if guess is not None and yes < guess < no:
        at = guess
    elif math.isfinite(above) and math.isfinite(below) and asked % 3 < 2:
        straight = yes + (no - yes) * below / (below - above)
        # one step to either side in turn, so that both ends close in on it
        at = straight + (step if asked % 2 else -step) / 2
    steps = min(max(1, round((at - yes) / step)), max(1, math.ceil((no - yes) / step) - 1))
    return yes + steps * step
