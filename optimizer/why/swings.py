"""Which services every plan within an allowed cost decides alike, and which ones can be decided otherwise.

    max sum_{i not yet seen otherwise} differs_i(x)          over the plans within the allowed cost

Every search shows services that can be decided otherwise, or proves by its bound that none of the rest can: where no
plan changes any of them, every plan decides each of them as the best one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.counts import count_of
from optimizer.errors import PlanWithheld
from optimizer.plan.choices import Choices
from optimizer.plan.selection import choices_of
from optimizer.plan.verify import verify
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Flags, Floats
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked, OnStep
from optimizer.why.ways import Differing, choices_per_service, differing_from, sales_per_service

NEAR_SHARE = 0.2
"""A search for services that can change may stop this near to the most: what it leaves, the next one asks for."""


@dataclass(frozen=True)
class Swings:
    """What the searches showed, by service."""

    swings: Flags
    """Services that some plan within the cost decides otherwise [services]."""
    proved: bool
    """Whether all others are proved to be decided alike in every plan within the cost."""
    plans: tuple[Choices, ...]
    """The plans that showed it; each keeps every rule, verified from the tables."""
    searches: int


def swings_within(
    asked: Asked, program: CountyProgram, seen: Sequence[Floats], searches: int, on_step: OnStep
) -> Swings:
    """Search `program`, the plans within the cost, at most so many times; `seen` are points of some of them."""
    differing = differing_from(asked.program, asked.x)
    rest = choices_per_service(asked.program) > 1
    swings = np.zeros(len(rest), dtype=bool)
    for x in seen:
        swings |= differing.of(x) > 0
    plans: list[Choices] = []
    proved, made, start = False, 0, asked.x
    while not (proved := proved or not (rest & ~swings).any()) and made < searches:
        left = rest & ~swings
        on_step(f"which of {count_of(int(left.sum()), 'service')} can be decided otherwise within the cost")
        outcome, made = _most_changed(asked, program, differing, left, start), made + 1
        if outcome.x is None or not (left & (differing.of(outcome.x) > 0)).any():
            proved = outcome.bound_usd is not None and -outcome.bound_usd < _least_change(asked.program)
            break
        swings |= differing.of(outcome.x) > 0
        plans.append(_verified(asked, outcome.x))
        start = outcome.x
    return Swings(swings, proved, tuple(plans), made)


def _most_changed(asked: Asked, program: CountyProgram, differing: Differing, left: Flags, start: Floats) -> Outcome:
    """The plan that changes most of these services; its cost is their number, negative."""
    weights = -differing.summed(left.astype(np.float64))
    changed = replace(program, columns=program.columns.with_costs(weights, -float(left.sum())))
    return asked.again(changed, start, gap_usd=0.5 * _least_change(program), gap_share=NEAR_SHARE)


def _least_change(program: CountyProgram) -> float:
    """Less than any change of a service counts."""
    return 0.99 / max(1, int(sales_per_service(program).max(initial=0)))


def _verified(asked: Asked, x: Floats) -> Choices:
    """The plan at a point. Raises `PlanWithheld` if it breaks a rule."""
    choices = choices_of(asked.program, x)
    violations = verify(asked.case, choices)
    if violations:
        raise PlanWithheld(violations)
    return choices
