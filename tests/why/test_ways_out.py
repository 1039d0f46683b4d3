"""What gives way is the cheapest that could, by trying every plan."""

from __future__ import annotations

from math import inf

import pytest

from optimizer.county.terms import Decision
from optimizer.scenario.scenario import Case, Lock
from optimizer.why.condition import conditions_of
from optimizer.why.elastic import Elastic
from optimizer.why.no_plan import why_no_plan
from tests.cases import case_of, offer, organization, plain_money, program_of, sampled, service
from tests.why.least_price import least_price_usd
from tests.why.test_conflict import without_plan

SEARCHED_USD = 1.0
"""How near the searches come to the least price."""


@pytest.mark.parametrize("case", sampled(without_plan(), 1))
def test_the_cheapest_is_what_trying_every_plan_finds_also_with_parts_of_it_spared(case: Case) -> None:
    program = program_of(case)
    conditions = conditions_of(program)
    elastic = Elastic(program, conditions)
    given = elastic.cheapest()
    if given is None:
        assert least_price_usd(case, conditions) == inf
        return
    assert given.price_usd == pytest.approx(least_price_usd(case, conditions), abs=SEARCHED_USD, rel=1e-5)
    assert given.least_usd == pytest.approx(given.price_usd, abs=SEARCHED_USD, rel=1e-5)
    for spared in given.amounts:
        other = elastic.cheapest([spared])
        least = least_price_usd(case, conditions, [conditions[spared]])
        assert (inf if other is None else other.price_usd) == pytest.approx(least, abs=SEARCHED_USD, rel=1e-5)


def test_a_way_that_gives_up_more_for_hardly_less_is_not_told() -> None:
    """At a moving takes 1,100 once where 100 is allowed; at b 1,097, and its least volume lacks a dollar: 998 or 1,000.

    The lock is worth 100, what the service costs.
    """
    case = case_of(
        [service("s")],
        [organization("a"), organization("b", min_volume_usd_per_year=60)],
        [offer("s", "a", 60, transition_usd=1100), offer("s", "b", 59, transition_usd=1097)],
        plain_money(transition_usd=100),
        locks=[Lock("s", Decision.OUTSOURCE, None, "here:1")],
    )
    ways = why_no_plan(case).ways
    assert [[(step.condition.kind, step.to) for step in way.steps] for way in ways] == [
        [("lock", None)],
        [("limit", 1100.0)],
    ]
