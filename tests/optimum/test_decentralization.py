"""The textbook case of departments that talk to each other: five of them, today in London, to Bristol or Brighton.

Source: H. P. Williams, Model Building in Mathematical Programming, fifth edition, "Decentralization" (pages 265 and
317-319), with the data as example 10 of SAS/OR's Mathematical Programming Examples and Gurobi's modeling examples give
them. Published optimum: a net benefit of 14.9 thousand pounds a year (80 less 65.1 of communication). Checked here by
trying every way to place five departments.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import product
from random import Random
from typing import NamedTuple

import pytest

from optimizer.county import records
from optimizer.county.terms import LinkKind
from optimizer.plan.plan import Plan
from tests.cases import best, case_of, decided, offer, organization, plain_money, sampled, service

DEPARTMENTS, CITIES, MOST = "ABCDE", ("london", "bristol", "brighton"), 3
RENT = 20
"""What a place in London costs each department in this model; a benefit is what another city is cheaper by."""


class Company(NamedTuple):
    """The data, in thousands of pounds a year and thousands of units a year."""

    benefit: Mapping[str, Mapping[str, float]]
    volume: Mapping[str, float]
    cost_per_unit: Mapping[tuple[str, str], float]
    most: int


PUBLISHED = Company(
    benefit={
        "london": dict.fromkeys(DEPARTMENTS, 0),
        "bristol": {"A": 10, "B": 15, "C": 10, "D": 20, "E": 5},
        "brighton": {"A": 10, "B": 20, "C": 15, "D": 15, "E": 15},
    },
    volume={"AC": 1.0, "AD": 1.5, "BC": 1.4, "BD": 1.2, "CE": 2.0, "DE": 0.7},
    cost_per_unit={
        ("bristol", "bristol"): 5,
        ("bristol", "brighton"): 14,
        ("bristol", "london"): 13,
        ("brighton", "brighton"): 5,
        ("brighton", "london"): 9,
        ("london", "london"): 10,
    },
    most=MOST,
)


def by_hand(company: Company, *, london_is_full: bool) -> tuple[float, float, float, dict[str, str]]:
    """Net benefit, benefit, communication and places of the best of all 3^5 ways."""
    tried = []
    for cities in product(CITIES, repeat=len(DEPARTMENTS)):
        if any(cities.count(city) > company.most for city in CITIES if city != "london" or london_is_full):
            continue
        place = dict(zip(DEPARTMENTS, cities, strict=True))
        benefit = sum(company.benefit[city][department] for department, city in place.items())
        talk = sum(volume * rate(company, place[pair[0]], place[pair[1]]) for pair, volume in company.volume.items())
        tried.append((benefit - talk, benefit, talk, place))
    return max(tried, key=lambda way: way[0])


def rate(company: Company, one: str, other: str) -> float:
    """Cost per unit between two places, whichever way it is written."""
    known = company.cost_per_unit
    return known[one, other] if (one, other) in known else known[other, one]


def planned(company: Company, *, london_is_full: bool) -> Plan:
    """The engine's plan: London is the county itself, or, where it has room for a few only, one city among three."""
    orgs = [city for city in CITIES if city != "london" or london_is_full]
    offers = [
        offer(department, city, 1000 * (RENT - company.benefit[city][department]))
        for department in DEPARTMENTS
        for city in orgs
    ]
    settings = plain_money() | ({"allowed_decisions": ["outsource"]} if london_is_full else {})
    here = {city: city if city in orgs else None for city in CITIES}
    talks = sorted(company.volume)
    return best(
        case_of(
            [service(department, 1000 * RENT) for department in DEPARTMENTS],
            [organization(city) for city in orgs],
            offers,
            settings,
            capacities=[records.Capacity(org_id=city, resource="departments", amount=company.most) for city in orgs],
            uses=[records.Use(offer_id=row.offer_id, resource="departments", amount=1) for row in offers],
            links=[
                records.Link(link_id=pair, kind=LinkKind.COMMUNICATES, volume_per_year=1000 * company.volume[pair])
                for pair in talks
            ],
            link_services=[
                records.LinkService(link_id=pair, service_id=department, position=position)
                for pair in talks
                for position, department in enumerate(pair, start=1)
            ],
            communication_costs=[
                records.CommunicationCost(from_org_id=here[one], to_org_id=here[other], usd_per_unit=usd)
                for (one, other), usd in company.cost_per_unit.items()
            ],
        )
    )


def test_the_published_optimum_is_the_best_of_all_ways() -> None:
    net, benefit, talk, place = by_hand(PUBLISHED, london_is_full=True)
    assert (net, benefit, talk) == pytest.approx((14.9, 80, 65.1))
    assert place == {"A": "bristol", "B": "brighton", "C": "brighton", "D": "bristol", "E": "brighton"}


@pytest.mark.parametrize("london_is_full", [True, False], ids=["three cities", "London is home"])
def test_the_engine_reaches_the_published_optimum(london_is_full: bool) -> None:
    plan = planned(PUBLISHED, london_is_full=london_is_full)
    talk = plan.costs.set_index("part")["present_usd"]["communication_usd"].sum()
    assert talk == 65_100
    assert 1000 * RENT * len(DEPARTMENTS) - (plan.cost_usd - talk) == 80_000
    assert 1000 * RENT * len(DEPARTMENTS) - plan.cost_usd == 14_900
    assert decided(plan) == by_hand(PUBLISHED, london_is_full=london_is_full)[3]


def drawn(seed: int) -> Company:
    """The same company with other figures."""
    dice = Random(seed)
    rates = partial(dice.choice, [0, 2, 5, 9, 14])
    return Company(
        benefit={city: {one: dice.randint(0, RENT) for one in DEPARTMENTS} for city in CITIES}
        | {"london": dict.fromkeys(DEPARTMENTS, 0)},
        volume={pair: dice.choice([0.5, 1.0, 2.0]) for pair in dice.sample(["AB", "AC", "AD", "BE", "CD", "CE"], 4)},
        cost_per_unit={pair: rates() for pair in PUBLISHED.cost_per_unit},
        most=dice.choice([2, 3]),
    )


@pytest.mark.parametrize("london_is_full", [True, False], ids=["three cities", "London is home"])
@pytest.mark.parametrize("seed", sampled(range(10), 2))
def test_with_other_figures_the_engine_still_finds_the_best_of_all_ways(seed: int, london_is_full: bool) -> None:
    company = drawn(seed)
    net = by_hand(company, london_is_full=london_is_full)[0]
    plan = planned(company, london_is_full=london_is_full)
    assert 1000 * RENT * len(DEPARTMENTS) - plan.cost_usd == pytest.approx(1000 * net, abs=0.02)
