"""The engine against trying every plan, judged by the independent verification in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.options.options import build_options
from optimizer.plan.choices import Choices
from optimizer.plan.verify import exact_costs, left_out, verify
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Stopped
from tests.cases import solved
from tests.properties.small_cases import small_cases


def every_plan(case: Case) -> Iterator[Choices]:
    """Every combination of offers, with the agreements they need and every tier that their pools could run in.

    An agreement or a pool that nothing uses only costs money or breaks a rule, so that no best plan needs one.
    """
    county = case.county
    hosts = {pool.pool_id: pool.host_org_id for pool in county.pools}
    offers = {offer.offer_id: offer for offer in county.offers}
    ways = [
        [None, *(offer.offer_id for offer in county.offers if offer.service_id == service.service_id)]
        for service in county.services
    ]
    for accepted in product(*ways):
        moved = [offers[offer_id] for offer_id in accepted if offer_id is not None]
        pools = sorted({offer.pool_id for offer in moved if offer.pool_id is not None})
        providers = {offer.org_id if offer.pool_id is None else hosts[offer.pool_id] for offer in moved}
        tiers = [[tier.tier for tier in county.pool_tiers if tier.pool_id == pool] or [None] for pool in pools]
        for running in product(*tiers):
            yield Choices(
                offers={service.service_id: taken for service, taken in zip(county.services, accepted, strict=True)},
                agreements=frozenset(provider for provider in providers if provider is not None),
                pools=dict(zip(pools, running, strict=True)),
            )


def cheapest_by_hand(case: Case) -> float | None:
    """Cost of the best lawful plan, by trying them all [USD]."""
    lawful = [exact_costs(case, plan).total_cents for plan in every_plan(case) if not verify(case, plan)]
    return min(lawful) / 100 if lawful else None


def test_engine_agrees_with_trying_every_plan_example() -> None:
    @settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(small_cases())
    def agrees(case: Case) -> None:
        _agrees(case)

    agrees()


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_cases())
def test_engine_agrees_with_trying_every_plan(case: Case) -> None:
    _agrees(case)


def _agrees(case: Case) -> None:
    outcome, plan = solved(case)
    by_hand = cheapest_by_hand(case)
    if by_hand is None:
        assert outcome.stopped is Stopped.INFEASIBLE
        assert plan is None
    else:
        assert outcome.stopped is Stopped.PROVED
        assert plan is not None
        assert plan.cost_usd == pytest.approx(by_hand, abs=0.02)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(small_cases())
def test_both_implementations_leave_out_the_same_options_for_the_same_reason(case: Case) -> None:
    table = build_options(case).left_out
    by_engine = {(row.service_id, row.offer_id or None): row.reason for row in table.itertuples()}
    assert by_engine == dict(left_out(case))
