"""What follows from a frozen thing alone is worked out once, and never taken for that of a copy."""

from __future__ import annotations

import pickle
from dataclasses import replace

from optimizer.county.county import County
from optimizer.county.once import once
from tests.cases import FACTS, service

told: list[int] = []


@once
def services_of(county: County) -> int:
    told.append(len(county.services))
    return len(county.services)


def test_the_very_thing_is_asked_once_and_a_copy_anew() -> None:
    told.clear()
    one = County(FACTS, services=(service("a"),))
    two = one.with_tables(services=(service("a"), service("b")))
    assert [services_of(county) for county in (one, two, one, two, replace(one, services=()))] == [1, 2, 1, 2, 0]
    assert told == [1, 2, 0]


def test_what_is_remembered_is_no_part_of_the_thing() -> None:
    one, two = (County(FACTS, services=(service("a"),)) for _ in range(2))
    services_of(one)
    assert one == two
    assert repr(one) == repr(two)
    assert pickle.loads(pickle.dumps(one)) == two
