"""What follows from a frozen thing alone is worked out once, and never taken for that of a copy."""

from __future__ import annotations

import pickle
from dataclasses import replace
from operator import attrgetter

import pytest

from optimizer.county.county import County
from optimizer.county.once import once, once_under
from optimizer.options.estimates import USUAL
from optimizer.plan.verify.book import MONEY
from optimizer.scenario.settings import Settings
from tests.cases import FACTS, plain_money, service, settings_of

told: list[int] = []


@once
def services_of(county: County) -> int:
    told.append(len(county.services))
    return len(county.services)


@once_under(frozenset({"horizon.years", "limits"}))
def years_of(county: County, settings: Settings) -> int:
    told.append(settings.horizon.years)
    return settings.horizon.years + len(county.services)


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


def test_under_the_same_sections_of_settings_it_is_asked_once() -> None:
    told.clear()
    one = County(FACTS, services=(service("a"),))
    plain, other = settings_of(plain_money()), settings_of(plain_money() | {"exit": {"closing_share": 0.77}})
    limited = settings_of(plain_money(agreements=3))
    discounted = settings_of(plain_money() | {"horizon": {"years": 1, "discount_rate": 0.77, "start_years": 1}})
    assert [years_of(one, settings) for settings in (plain, other, discounted, limited, plain)] == [2] * 5
    assert len(told) == 3  # what `limited` found took the place of the first
    assert years_of(one.with_tables(services=()), plain) == 1
    assert len(told) == 4


@pytest.mark.parametrize("paths", [USUAL, MONEY], ids=["estimates", "money"])
def test_every_path_that_is_read_is_a_setting(paths: frozenset[str]) -> None:
    settings = settings_of(plain_money())
    for path in paths:
        assert attrgetter(path)(settings) is not None
        assert not any(other.startswith(f"{path}.") for other in paths)
