"""Cost, bound and gap as a plan tells them, where the cost of a pool's volume is rounded after the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.county import records
from optimizer.plan.plan import told_bound_usd
from optimizer.solve.outcome import Outcome, Stopped
from tests.cases import case_of, offer, plain_money, service, solved


def test_the_gap_told_is_that_of_the_search() -> None:
    found = Outcome(Stopped.PROVED, np.zeros(0), 100.004, 99.004, "a solver", 1.0)
    # the plan's parts come to 100.02 in whole cents, to 99.99, and to less than the bound
    assert told_bound_usd(found, 100.02) == pytest.approx(100.02 - found.gap_usd)
    assert told_bound_usd(found, 99.99) == 99.004
    assert told_bound_usd(found, 99.0) == 99.0
    assert told_bound_usd(replace(found, bound_usd=None), 100.02) is None


@pytest.mark.parametrize(("usd_per_unit", "told_usd", "least_usd"), [(1.0006, 10.01, 10.01), (1.0004, 10.0, 10.0)])
def test_a_volume_that_is_rounded_opens_no_gap(usd_per_unit: float, told_usd: float, least_usd: float) -> None:
    # a and b bring 5 units each to the pool, which the search prices at 10.006 or 10.004 in all
    outcome, plan = solved(
        case_of(
            [service("a"), service("b")],
            offers=[offer("a", "pool", 0), offer("b", "pool", 0)],
            settings=plain_money(),
            pools=[
                records.Pool(
                    pool_id="pool", name="Pool", resource="units", setup_usd=0, fixed_usd_per_year=0,
                    min_members=1, max_members=9,
                )
            ],
            pool_tiers=[
                records.PoolTier(
                    pool_id="pool", tier=1, from_volume=0, to_volume=99, usd_per_unit=usd_per_unit,
                    fixed_usd_per_year=0,
                )
            ],
            uses=[records.Use(offer_id=f"{one}-pool", resource="units", amount=5) for one in "ab"],
        )
    )  # fmt: skip
    assert outcome.stopped is Stopped.PROVED
    assert outcome.cost_usd == pytest.approx(10 * usd_per_unit)
    assert plan is not None
    assert (plan.cost_usd, plan.bound_usd) == (told_usd, pytest.approx(least_usd, abs=1e-6))
