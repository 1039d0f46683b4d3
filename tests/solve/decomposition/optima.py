"""The optima of programs that many tests take apart: HiGHS alone finds each of them once."""

from __future__ import annotations

from functools import cache

from benchmarks.instances import family_program
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.outcome import Outcome

EXACT = Solver(gap_usd=0.0, gap_share=None, time_limit_s=30.0, seed=0, threads=1, break_ties=False)


@cache
def best_of(family: str, seed: int) -> Outcome:
    """What HiGHS finds of the family's program of that seed."""
    return highs.search(family_program(family, seed), EXACT)
