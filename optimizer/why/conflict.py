"""Which conditions conflict: a set of which no plan keeps all, while one exists without any single one of them.

QuickXplain (Junker 2004, "QUICKXPLAIN: Preferred explanations and relaxations for over-constrained problems") by
searches for any plan at all. They are over whole plans, so that a conflict that only wholeness makes is found too; a
solver's irreducible subsystem is of the linear relaxation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.errors import OptimizerError
from optimizer.program.program import CountyProgram
from optimizer.solve.engines import search_once
from optimizer.solve.outcome import Stopped
from optimizer.why.condition import Condition, without

MANY_USD = 1e12
"""Any plan is good enough where only its existence is asked for."""


class Undecided(OptimizerError):
    """A search ended without a plan and without a proof that there is none."""

    def __init__(self, what: str, stopped: Stopped) -> None:
        super().__init__(f"{what} was not decided: {stopped}")
        self.stopped = stopped


@dataclass
class Feasibility:
    """Whether plans exist that keep some of the conditions; every answer is remembered."""

    program: CountyProgram
    conditions: Sequence[Condition]
    on_search: Callable[[int], None] = lambda _: None
    """Is told the number of the search that begins."""
    _known: dict[frozenset[int], bool] = field(default_factory=dict)

    def keeps(self, kept: Sequence[int]) -> bool:
        """Whether a plan keeps these conditions (by number). Raises `Undecided` if the search is stopped early."""
        asked = frozenset(kept)
        if asked not in self._known:
            self.on_search(len(self._known) + 1)
            self._known[asked] = self._search(asked)
        return self._known[asked]

    def _search(self, kept: frozenset[int]) -> bool:
        dropped = [condition for number, condition in enumerate(self.conditions) if number not in kept]
        return any_plan(without(self.program, dropped))


def any_plan(program: CountyProgram) -> bool:
    """Whether the program has a plan at all. Raises `Undecided` if the search is stopped early."""
    nothing = np.zeros(len(program.columns))
    asked = replace(program, goals=(), preferences=()).with_objective(nothing)
    outcome = search_once(asked, program.case.settings.solver.model_copy(update={"gap_usd": MANY_USD}))
    if outcome.x is None and outcome.stopped is not Stopped.INFEASIBLE:
        raise Undecided("whether a plan exists", outcome.stopped)
    return outcome.x is not None


@dataclass(frozen=True)
class Further:
    """Conflicts beside a first one."""

    conflicts: tuple[tuple[int, ...], ...]
    """Conditions by number; none belongs to the first conflict, or to two of these."""
    more: bool
    """Whether what none of them names conflicts still."""
    stopped: Stopped | None = None
    """How a search ended that could not tell, so that there may be more; None: all could."""


def further_conflicts(feasible: Feasibility, first: Sequence[int], most: int) -> Further:
    """Up to `most` minimal conflicts that share no condition with the first or with each other, as far as there is
    time.
    """
    found: list[tuple[int, ...]] = []
    left = [number for number in range(len(feasible.conditions)) if number not in first]
    try:
        while not feasible.keeps(left):
            if len(found) == most:
                return Further(tuple(found), more=True)
            found.append(tuple(sorted(_explained(feasible, [], False, left))))
            left = [number for number in left if number not in found[-1]]
    except Undecided as error:
        return Further(tuple(found), more=False, stopped=error.stopped)
    return Further(tuple(found), more=False)


def minimal_conflict(feasible: Feasibility) -> list[int] | None:
    """Numbers of conditions that conflict, none of them needless; None: what is no condition conflicts by itself.

    Conditions that come first are preferred. Raises `Undecided` if a search is stopped early.
    """
    if not feasible.keeps([]):
        return None
    return sorted(_explained(feasible, [], False, list(range(len(feasible.conditions)))))


def _explained(feasible: Feasibility, background: list[int], added: bool, candidates: list[int]) -> list[int]:
    """Those of the candidates that conflict with the background, `added` to which something was just now."""
    if added and not feasible.keeps(background):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    later = _explained(feasible, background + first, True, second)
    earlier = _explained(feasible, background + later, bool(later), first)
    return earlier + later
