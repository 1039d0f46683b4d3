"""Where an answer turns from in to out as a number grows: bracketed by asking on both sides.

An answer foretells the turning point where the cost grows with the number as its plan has it; what is told is only what
was asked. Where the foretold point does not hold, the newest answer foretells it anew (Newton's way for a concave
cost), and the bracket is halved where that leads nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_ASKED = 40
MOST_OPEN = 3
"""A search that leaves this many numbers open is not asked any further."""
EVERY_HALVED = 3
"""One question in so many halves the bracket, whatever is foretold."""
NOISE = 1e-6
"""What floating point may add to a step."""


class Stands(StrEnum):
    """What the searches show at one number."""

    IN = "in the plan"
    OUT = "not in the plan"
    IMPOSSIBLE = "no plan has it"
    OPEN = "not decided"


class Ends(StrEnum):
    """What a bracket says."""

    TURNS = "turns between the two"
    ABOUT = "turns between the two, not decided where"
    ALWAYS = "in the plan wherever asked"
    NEVER = "not in the plan wherever asked"
    IN_SO_FAR = "in the plan so far, not decided beyond"
    OPEN = "not decided"


@dataclass(frozen=True)
class Turning:
    """The two numbers between which the answer turns, both proved."""

    yes_at: float | None
    """The largest number asked about at which it is in; None: none was proved."""
    no_at: float | None
    """The smallest number asked about beyond it at which it is out; None: none was proved."""
    ends: Ends


@dataclass(frozen=True)
class Grid:
    """The numbers that are asked about: multiples of a step, and the number of now."""

    low: float
    """The most wanted."""
    now: float
    high: float
    """The least wanted."""
    step: float
    tried: tuple[float, ...] = ()
    """Where it is looked for if no plan has it at `low`."""

    def at(self, number: float) -> float:
        """The multiple of the step at or below a number."""
        return round(math.floor(number / self.step + 1e-9) * self.step, 9)

    def after(self, number: float) -> float:
        """The multiple of the step above a number."""
        return round((math.floor(number / self.step + 1e-9) + 1) * self.step, 9)

    def last(self, holds: Callable[[float], bool]) -> float | None:
        """The last of them at which something holds that holds up to a point; None: it does not hold at the lowest."""
        first, final = math.ceil(self.low / self.step - 1e-9), math.floor(self.high / self.step + 1e-9)
        if not holds(round(first * self.step, 9)):
            return None
        while final > first:
            middle = (first + final + 1) // 2
            first, final = (middle, final) if holds(round(middle * self.step, 9)) else (first, middle - 1)
        return round(first * self.step, 9)


def turning_point(ask: Callable[[float], Stands], foretell: Callable[[float], float | None], grid: Grid) -> Turning:
    """Ask until the turning point is between two neighbours of the grid, or what is left open keeps it from that.

    `foretell` says from the answer at a number at which number of the grid it is in for the last time; None: at none.
    """
    known: dict[float, Stands] = {}
    number: float | None = grid.now
    while number is not None and len(known) < MOST_ASKED and [*known.values()].count(Stands.OPEN) < MOST_OPEN:
        known[number] = ask(number)
        number = None if _closed(known, grid) else _next(known, foretell(number), grid)
    return _turning(known, grid)


def _ends(known: Mapping[float, Stands]) -> tuple[float | None, float | None]:
    yes = max((number for number, stands in known.items() if stands is Stands.IN), default=None)
    out = [number for number, stands in known.items() if stands in (Stands.OUT, Stands.IMPOSSIBLE)]
    return yes, min((number for number in out if yes is None or number > yes), default=None)


def _closed(known: Mapping[float, Stands], grid: Grid) -> bool:
    yes, no = _ends(known)
    return yes is not None and no is not None and no - yes <= grid.step * (1 + NOISE)


def _next(known: Mapping[float, Stands], foretold: float | None, grid: Grid) -> float | None:
    """The number to ask about next; None: nothing more is to be learnt."""
    yes, no = _ends(known)
    if yes is None:
        return _first_in(known, foretold, grid)
    high = grid.high if no is None else no
    guesses = [] if foretold is None else [foretold, grid.after(max(foretold, yes))]
    if no is None:
        guesses.append(grid.high)
    following = next((one for one in guesses if yes < one <= high and one not in known), None)
    # halvings in between, so that small steps come to an end
    if following is not None and len(known) % EVERY_HALVED:
        return following
    return _halved([yes, *sorted(number for number in known if yes < number < high), high], grid)


def _first_in(known: Mapping[float, Stands], foretold: float | None, grid: Grid) -> float | None:
    """Where it may be in for the first time: as foretold, at the most wanted, and where else it is to be tried."""
    guesses = [grid.low] if foretold is None else [foretold, grid.low]
    if known.get(grid.low) is Stands.IMPOSSIBLE:
        guesses += grid.tried
    return next((one for one in guesses if grid.low <= one <= grid.high and one not in known), None)


def _halved(asked: Sequence[float], grid: Grid) -> float | None:
    """The middle of the widest gap next to an end, if there is one wider than a step."""
    first, last = (asked[0], asked[1]), (asked[-2], asked[-1])
    below, above = max(first, last, key=lambda gap: gap[1] - gap[0])
    return None if above - below <= grid.step * (1 + NOISE) else max(grid.at((below + above) / 2), grid.after(below))


def _turning(known: Mapping[float, Stands], grid: Grid) -> Turning:
    yes, no = _ends(known)
    if yes is None:
        undecided = Stands.OPEN in known.values()
        return Turning(None, None if undecided else no, Ends.OPEN if undecided else Ends.NEVER)
    if no is None:
        return Turning(yes, None, Ends.ALWAYS if yes >= grid.high else Ends.IN_SO_FAR)
    return Turning(yes, no, Ends.TURNS if _closed(known, grid) else Ends.ABOUT)
