"""What gives way is the cheapest that could, by trying every plan."""

from __future__ import annotations

from math import inf

import pytest

from optimizer.why.condition import conditions_of
from optimizer.why.elastic import Elastic
from tests.cases import program_of, sampled
from tests.properties.small_cases import small_case
from tests.why.least_price import least_price_usd
from tests.why.test_conflict import IMPOSSIBLE

SEARCHED_USD = 1.0
"""How near the searches come to the least price."""


@pytest.mark.parametrize("seed", sampled(IMPOSSIBLE, 2))
def test_the_cheapest_is_what_trying_every_plan_finds_also_with_parts_of_it_spared(seed: int) -> None:
    case = small_case(seed)
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
