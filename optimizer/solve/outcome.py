"""What a search brought back: why it stopped, and separately what it holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from optimizer.options.money import HALF_A_CENT_USD
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver


class Stopped(StrEnum):
    """Why the search stopped."""

    PROVED = "proved within the asked gap"
    TIME = "time limit"
    TOLERANCE = "the solver's own tolerance"
    """The solver calls the search completed, but not within the asked gap."""
    INTERRUPTED = "interrupted"
    INFEASIBLE = "no plan exists"
    UNSEARCHED = "not searched"
    """Ctrl-C came before the search began."""
    PART = "part of a region's plan"


@dataclass(frozen=True)
class Progress:
    """Where a running search stands."""

    elapsed_s: float
    cost_usd: float | None
    bound_usd: float | None

    @property
    def gap_usd(self) -> float | None:
        if self.cost_usd is None or self.bound_usd is None:
            return None
        return max(0.0, self.cost_usd - self.bound_usd)


@dataclass(frozen=True)
class Reached:
    """How far a goal was reached that was sought before least cost."""

    name: str
    value: float
    bound: float | None
    """No plan reaches more than this; None: nothing is proved."""


@dataclass(frozen=True)
class Outcome:
    """The end of a search. `cost_usd` and `bound_usd` travel together: no plan costs less than the bound.

    Where goals were sought before cost, that is said of the plans that reach them as far as this one does.
    """

    stopped: Stopped
    x: Floats | None
    """Value of every column of the best plan found, integers exact; None: no plan is held."""
    cost_usd: float | None
    bound_usd: float | None
    """None: nothing is proved."""
    solver: str
    elapsed_s: float
    log: str = field(repr=False, default="")
    reached: tuple[Reached, ...] = ()
    memory: object = field(repr=False, compare=False, default=None)
    """What the decomposition can go on from when a program differs a little (`solve.decomposition.memory.Memory`);
    None: nothing was kept."""

    @property
    def holds_plan(self) -> bool:
        return self.x is not None

    @property
    def gap_usd(self) -> float | None:
        return Progress(self.elapsed_s, self.cost_usd, self.bound_usd).gap_usd


def as_proved(outcome: Outcome, solver: Solver) -> Outcome:
    """The outcome, called proved only where it holds a plan whose own cost and bound are within the gap that `solver`
    asks for.

    Solvers end by tolerances of their own, too, and rounding may make a plan dearer than the solver says.
    """
    if outcome.stopped is not Stopped.PROVED:
        return outcome
    cost_usd, gap_usd = outcome.cost_usd, outcome.gap_usd
    # a gap that is wider by less than half a cent is told as the asked one
    within = cost_usd is not None and gap_usd is not None and gap_usd < solver.asked_usd(cost_usd) + HALF_A_CENT_USD
    return outcome if within else replace(outcome, stopped=Stopped.TOLERANCE)


def last_to_go_on_from(outcome: Outcome | None, last: Outcome | None) -> Outcome | None:
    """The outcome, where its search left anything to go on from, else the `last` one that did."""
    return last if outcome is None or outcome.memory is None else outcome


def nothing_found(stopped: Stopped) -> Outcome:
    """The outcome of a search that ended before it had found or proved anything, or never began."""
    return Outcome(stopped, None, None, None, "", 0.0)
