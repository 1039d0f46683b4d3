"""What is sought besides least cost: before it, and among the plans that cost least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.program.layout import Layout
from optimizer.program.reinvestment import proposals_of
from optimizer.program.rows import Floats
from optimizer.scenario.settings import ReinvestmentRule

SCORE = "priority score"
"""Name of the goal that spends what is freed."""
PREFERENCES = (SCORE, "changes", "risk", "id")
"""Names of the goals among plans of least cost, in their order."""


@dataclass(frozen=True)
class Goal:
    """A sum over the columns that shall be as small as it can be."""

    name: str
    weights: Floats
    """Weight of every column [columns]."""
    tolerance: float
    """Points within this of each other are equally good."""


def goals_before(layout: Layout) -> tuple[Goal, ...]:
    """The coverage of the worst-off place, where the scenario puts it before cost."""
    least = layout.columns["least_coverage"]
    if not len(least):
        return ()
    weights = np.zeros(len(layout.columns))
    weights[least.columns] = -1.0
    return (Goal("coverage of the worst-off", weights, 1e-7),)


def preferences(layout: Layout) -> tuple[Goal, ...]:
    """Most priority score for the money freed; then fewest moved services, lowest risk of failure, lowest id."""
    candidates, size = layout.options.candidates, len(layout.columns)
    changes, risk, order = np.zeros(size), np.zeros(size), np.zeros(size)
    failure = layout.case.county.frame("organizations")["probability_of_failure"].to_numpy(dtype=np.float64)
    changes[layout.chosen] = candidates.moved
    risk[layout.chosen] = np.where(candidates.moved, np.append(failure, 0.0)[candidates.org], 0.0)
    # generic fractions keep two different sets of options from having the same sum of ranks
    rank = 1.0 + np.argsort(np.argsort(np.array(layout.columns["choose"].names(), dtype=object)))
    order[layout.chosen] = (rank + 0.5 * np.modf(rank * np.sqrt(2.0))[0]) / max(1, len(rank))
    weights = dict(zip(PREFERENCES[1:], (changes, risk, order), strict=True))
    return (*_score(layout), *(Goal(name, sums, 1e-6) for name, sums in weights.items()))


def _score(layout: Layout) -> tuple[Goal, ...]:
    proposals = proposals_of(layout.case)
    rule = layout.case.settings.reinvestment.rule
    if proposals.empty or rule is not ReinvestmentRule.LEXICOGRAPHIC:
        return ()
    weights, score = np.zeros(len(layout.columns)), proposals["score"].to_numpy(dtype=np.float64)
    weights[layout.columns["proposal"].columns] = -score
    # solvers keep the share that is done of each proposal to a millionth: held closer, plans that buy the same are lost
    return (Goal(SCORE, weights, 1e-6 * max(1.0, float(score.sum()))),)
