"""Generalized assignment, types A to E: every job goes to one agent, whose capacity is limited. Nobody keeps a job.

Uses a, costs c and capacities b of n jobs and m agents, as published:

| type | use | cost | capacity |
|---|---|---|---|
| A | integers 5 to 25 | integers 10 to 50 | 9 n/m + 0.4 R |
| B | as A | as A | 0.7 of type A's |
| C | as A | as A | 0.8 sum_j a_ij / m |
| D | integers 1 to 100 | 111 - a + e, e integers -10 to 10 | as C |
| E | 1 - 10 ln u, u in (0, 1] | 1000/a - 10 e, e in [0, 1] | as C |

R = max_i sum_{j: i is cheapest for j} a_ij, the lowest i where several are. Capacities are one number for all agents in
types A and B, one for each agent in the others. Costs are uncorrelated with uses in A to C, inversely correlated in D
and exponentially in E. Integers throughout: what is drawn real is rounded, capacities down.

Sources: A to D: P. C. Chu and J. E. Beasley, A genetic algorithm for the generalised assignment problem, Computers &
Operations Research 24 (1997) 17-23. E: M. Laguna et al., Assigning multiple jobs to unequal agents by an ejection chain
approach, European Journal of Operational Research 82 (1995) 176-189; used in M. Yagiura, T. Ibaraki and F. Glover, An
ejection chain approach for the generalized assignment problem, INFORMS Journal on Computing 16 (2004) 133-151.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.instances.assignment import Assignment
from benchmarks.instances.dense import dense_assignment
from optimizer.program.rows import Floats


@dataclass(frozen=True)
class GapParameters:
    """What a generalized assignment instance is drawn from."""

    kind: str
    """A, B, C, D or E."""
    agents: int
    jobs: int

    def __post_init__(self) -> None:
        if self.kind not in _DRAWS:
            raise ValueError(f"kind {self.kind!r} is not one of {', '.join(_DRAWS)}")

    def draw(self, seed: int) -> Assignment:
        """The instance of this seed. It may have no solution: capacities are as published."""
        rng = np.random.default_rng(seed)
        use, cost = _DRAWS[self.kind](rng, (self.agents, self.jobs))
        return dense_assignment(cost, use, self._capacity(use, cost))

    def _capacity(self, use: Floats, cost: Floats) -> Floats:
        if self.kind not in "AB":
            shared: Floats = np.floor(0.8 * use.sum(axis=1) / self.agents)
            return shared
        cheapest = cost.argmin(axis=0)
        most = np.bincount(cheapest, weights=use[cheapest, np.arange(self.jobs)]).max()
        every = 9.0 * self.jobs / self.agents + 0.4 * most
        return np.full(self.agents, np.floor(every if self.kind == "A" else 0.7 * every))


def _uncorrelated(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    use = rng.integers(5, 25, shape, endpoint=True)
    return use.astype(np.float64), rng.integers(10, 50, shape, endpoint=True).astype(np.float64)


def _inverse(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    use = rng.integers(1, 100, shape, endpoint=True).astype(np.float64)
    return use, 111.0 - use + rng.integers(-10, 10, shape, endpoint=True)


def _exponential(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    use = 1.0 - 10.0 * np.log(1.0 - rng.random(shape))  # random() may be 0, never 1
    cost = 1000.0 / use - 10.0 * rng.random(shape)
    return np.rint(use), np.rint(cost)


_DRAWS = {"A": _uncorrelated, "B": _uncorrelated, "C": _uncorrelated, "D": _inverse, "E": _exponential}
