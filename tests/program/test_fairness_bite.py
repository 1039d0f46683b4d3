"""Coverage of places, what freed money buys, and who bears a pool, seen to bite."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.scenario.scenario import Case, Forbid
from optimizer.solve.outcome import Stopped
from tests.cases import FACTS, best, offer, plain_money, service, solved
from tests.program.pair import choices_without, pool, providers, two_services

PLACES = FACTS.model_copy(
    update={
        "districts": tuple(records.District(district=name, population=10) for name in ("north", "south")),
        "groups": (records.Group(group="elders", population=5),),
    }
)


def covered(**equity: Any) -> Case:
    """At east a covers 0.5 in the north, and b 0.8 for the elders; each saves 50. Weights: a 300, b 100."""
    far = [
        records.Coverage(offer_id="a-east", district="north", coverage=0.5),
        records.Coverage(offer_id="b-east", district="elders", coverage=0.8),
    ]
    return two_services(
        services=[service("a", 300), service("b", 100)],
        offers=[offer("a", "east", 250), offer("b", "east", 50)],
        facts=PLACES,
        coverages=far,
        settings=plain_money() | {"equity": equity},
    )


@pytest.mark.parametrize(
    ("equity", "where"),
    [
        ({}, "east east"),
        # the north keeps (3 x 0.5 + 1) / 4 = 0.625, the elders (3 + 0.8) / 4 = 0.95
        ({"floor": 0.625}, "east east"),
        ({"floor": 0.63}, "- east"),
        ({"floor": 0.96}, "- -"),
        # each service counting the same, the north keeps 0.75 and the elders 0.9
        ({"floor": 0.75, "weight": "equal"}, "east east"),
        ({"floor": 0.91, "weight": "equal"}, "- -"),
        ({"floor_by_place": {"north": 0.7}}, "- east"),
        ({"floor_by_place": {"elders": 0.96}}, "east -"),
        ({"floor": 0.96, "floor_by_place": {"elders": 0.9}}, "- east"),
    ],
)
def test_no_place_falls_below_its_floor(equity: dict[str, Any], where: str) -> None:
    assert providers(covered(**equity)) == where


def test_a_floor_is_kept_where_what_misses_it_is_less_than_a_solver_sees() -> None:
    # without b the north keeps 1 - 5e-7, and solvers keep a row to 1e-6
    case = two_services(
        services=[service("a", 100_000_000), service("b", 50)],
        offers=[offer("a", "east", 99_000_000), offer("b", "east", 10)],
        facts=PLACES,
        coverages=[records.Coverage(offer_id="b-east", district="north", coverage=0.0)],
        settings=plain_money() | {"equity": {"floor": 1.0}},
    )
    assert providers(case) == "east -"


@pytest.mark.parametrize(
    ("limit", "least", "where"),
    [
        # 400 today; b alone leaves the elders 0.95, a alone the north 0.625
        (400.0, 1.0, "- -"),
        (399.0, 0.95, "- east"),
        (349.0, 0.625, "east east"),
    ],
)
def test_the_worst_off_place_comes_first_within_what_the_county_may_spend(
    limit: float, least: float, where: str
) -> None:
    case = covered(objective="worst_off", cost_limit_usd_per_year=limit)
    assert providers(case) == where
    assert best(case).reached[0].value == pytest.approx(least)
    # without the rows that say what the least is, or without the limit, nothing would be gained or lost
    assert choices_without(case, "worst_off")[0].reached[0].value == pytest.approx(1.0)
    assert choices_without(case, "cost_limit")[0].cost_usd == 400


def test_a_plan_costs_no_more_than_the_limit() -> None:
    assert best(covered(cost_limit_usd_per_year=300.0)).cost_usd == 300
    assert solved(covered(cost_limit_usd_per_year=299.0))[0].stopped is Stopped.INFEASIBLE


def proposal(proposal_id: str, fund: str, usd: float, score: float, most: float = 1) -> records.Proposal:
    return records.Proposal(
        proposal_id=proposal_id, name=proposal_id, fund=fund, usd_per_year=usd, score=score, max_share=most
    )


def spending(proposals: list[records.Proposal], **reinvestment: Any) -> Case:
    """The general fund's a saves 60 at east; b, paid by roads, must move to west and loses."""
    settings = plain_money() | {"reinvestment": reinvestment}
    return two_services(
        services=[service("a"), service("b", fund="Roads")],
        offers=[offer("a", "east", 40), offer("b", "west", 120), offer("b", "east", 150)],
        settings=settings,
        proposals=proposals,
        forbids=[Forbid("b", None, Decision.KEEP, "t")],
    )


def test_freed_money_buys_the_most_score_and_stays_in_its_fund() -> None:
    # 60 are free: all of p for 20, and 40 of q's 80; roads lose 20 and buy nothing
    case = spending([proposal("p", "General", 20, 3), proposal("q", "General", 80, 6), proposal("r", "Roads", 10, 9)])
    bought = best(case).proposals.set_index("proposal_id")["share_done"]
    assert bought.to_dict() == pytest.approx({"p": 1.0, "q": 0.5, "r": 0.0})
    assert best(case).cost_usd == 40 + 120
    # without the row that nothing is bought where nothing is freed, roads would buy from what they might have lost
    assert choices_without(case, "spends")[1].proposals["r"] == pytest.approx(1.0)
    assert choices_without(case, "freed")[1].proposals == pytest.approx({"p": 1.0, "q": 1.0, "r": 1.0})
    half = spending([proposal("p", "General", 20, 3, most=0.5), proposal("q", "General", 80, 6)])
    assert best(half).proposals["share_done"].tolist() == pytest.approx([0.5, 50 / 80])


def test_weighted_reinvestment_buys_what_is_worth_its_money() -> None:
    # q is worth 6 x 10 for 80, p 3 x 10 for 20; at 15 a point q is worth 90
    proposals = [proposal("p", "General", 20, 3), proposal("q", "General", 80, 6)]
    for usd_per_score, shares, sought_usd in ((10.0, [1.0, 0.0], 150), (15.0, [1.0, 0.5], 160 - 25 - 5)):
        plan = best(spending(proposals, rule="weighted", usd_per_score=usd_per_score))
        assert plan.proposals["share_done"].tolist() == pytest.approx(shares)
        assert plan.sought_usd == pytest.approx(sought_usd)
        assert plan.cost_usd == 160
    assert best(spending(proposals, rule="none")).proposals["share_done"].tolist() == [0, 0]


def sharing(rule: str | None = None, uses: tuple[float, float] = (0, 0), **changes: Any) -> Case:
    """A pool of $40: Works' a saves 90 in it, the Sheriff's b 10. All of them together gain by having both."""
    resource = None if uses == (0, 0) else "calls"
    rest: dict[str, Any] = {
        "services": [service("a"), service("b", department="Sheriff")],
        "organizations": [],
        "offers": [offer("a", "pool", 10), offer("b", "pool", 90)],
        "pools": [pool(fixed_usd_per_year=40, share_rule=rule, resource=resource)],
        "settings": plain_money() | {"consolidation": {"nobody_worse_off": True}},
    }
    if resource is not None:
        rest["pool_tiers"] = [
            records.PoolTier(pool_id="pool", tier=1, from_volume=0, to_volume=99, usd_per_unit=0, fixed_usd_per_year=0)
        ]
        rest["uses"] = [
            records.Use(offer_id=f"{one}-pool", resource="calls", amount=use)
            for one, use in zip(("a", "b"), uses, strict=True)
        ]
    return two_services(**(rest | changes))


def test_nobody_is_worse_off_in_a_pool() -> None:
    # sharing equally the Sheriff would pay 90 + 20 for what costs him 100 alone
    assert providers(sharing("equal")) == "pool -"
    assert best(sharing("equal")).cost_usd == 150
    assert best(sharing("equal", settings=plain_money())).cost_usd == 140
    # by use he bears 4 of the 40; a department pays for its services as one
    assert providers(sharing("use", (9, 1))) == "pool pool"
    assert providers(sharing(None, (9, 1))) == "pool pool"
    assert providers(sharing("equal", (9, 1))) == "pool -"
    assert providers(sharing("population")) == "pool -"
    assert providers(sharing("equal", services=[service("a"), service("b")])) == "pool pool"


@pytest.mark.parametrize("family", ["no_worse_off", "share_sum", "share_at_most", "share_at_least"])
def test_without_a_family_of_sharing_the_dearer_department_would_be_in(family: str) -> None:
    assert choices_without(sharing("equal"), family)[0].cost_usd == pytest.approx(140)


def test_only_members_bear_a_pool() -> None:
    # of 24 the Sheriff bears 12; a third that may not join would make it 8
    case = sharing(
        services=[service("a"), service("b", department="Sheriff"), service("c")],
        offers=[offer("a", "pool", 10), offer("b", "pool", 90), offer("c", "pool", 10)],
        pools=[pool(fixed_usd_per_year=24)],
        forbids=[Forbid("c", None, Decision.CONSOLIDATE, "t")],
    )
    assert best(case).cost_usd == 10 + 24 + 200
    assert choices_without(case, "share_of_member")[0].cost_usd == pytest.approx(10 + 90 + 24 + 100)


def test_members_without_weight_share_only_among_themselves() -> None:
    # a brings no calls: alone it bears all of the 40, beside b nothing
    case = sharing("use", (0, 1))
    assert best(case).cost_usd == 150
    assert choices_without(case, "share_without_weight")[0].cost_usd == pytest.approx(140)
    assert providers(sharing("use", (0, 1), offers=[offer("a", "pool", 61)])) == "- -"
