"""Searches that go on from one another."""

from __future__ import annotations

from optimizer.scenario.settings import Solver


def solver_to(gap_share: float) -> Solver:
    """Settings that ask for this share of the cost as gap, in half a minute."""
    return Solver.model_construct(
        time_limit_s=30.0, gap_share=gap_share, gap_usd=None, seed=0, threads=1, break_ties=False
    )
