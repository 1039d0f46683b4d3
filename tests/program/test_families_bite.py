"""Every constraint family seen to bite: one number changes, and the decision turns."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.scenario.scenario import Forbid, Lock
from optimizer.solve.outcome import Stopped
from tests.cases import FACTS, best, case_of, decided, offer, organization, plain_money, service, solved
from tests.program.pair import TOWNS, linked, pool, providers, two_services


def test_nothing_binds_and_both_take_the_cheapest() -> None:
    # by hand: east costs 50 + 10 = 60 each, west 60 each; equal cost, so any provider is best, and 120 in all
    assert best(two_services()).cost_usd == 120


def test_an_agreement_must_be_worth_its_fixed_cost() -> None:
    offers = [offer("a", "east", 50), offer("b", "east", 50)]
    # two moves save 100: an agreement of 99 is worth it, one of 101 is not
    for fixed, where in ((99, "east east"), (101, "- -")):
        assert providers(two_services(organizations=[organization("east", fixed)], offers=offers)) == where


def test_capacity_holds_what_a_provider_can_take() -> None:
    offers = [offer("a", "east", 40), offer("b", "east", 30), offer("a", "west", 70), offer("b", "west", 70)]
    for amount, where in ((70, "east east"), (69, "west east"), (29, "west west")):
        room = records.Capacity(org_id="east", resource="usd", amount=amount)
        assert providers(two_services(offers=offers, capacities=[room])) == where


def test_a_capacity_of_one_year_binds_only_if_the_horizon_reaches_it() -> None:
    room = [records.Capacity(org_id="east", resource="fte", year=2, amount=1)]
    offers = [offer("a", "east", 40), offer("b", "east", 40)]
    money = plain_money()
    for years, moved in ((1, 2), (2, 1)):
        case = two_services(
            offers=offers, capacities=room, settings=money | {"horizon": {"years": years, "discount_rate": 0.0}}
        )
        assert list(decided(best(case)).values()).count("east") == moved


def test_a_minimum_volume_takes_all_or_nothing() -> None:
    offers = [offer("a", "east", 50), offer("b", "east", 100), offer("b", "west", 90)]
    # b saves nothing at east and 10 at west; east's minimum is reached only if both move there, which saves 50
    for minimum, where in ((50, "east west"), (150, "east east"), (151, "- west")):
        towns = [organization("east", min_volume_usd_per_year=minimum), organization("west")]
        assert providers(two_services(organizations=towns, offers=offers)) == where


@pytest.mark.parametrize(("required", "where"), [(0.9, "east -"), (0.95, "- east"), (0.99, "- -")])
def test_a_mandate_keeps_its_coverage(required: float, where: str) -> None:
    offers = [offer("a", "east", 20, coverage=0.8), offer("b", "east", 40, coverage=0.9)]
    duty = records.Mandate(
        mandate_id="m", name="Duty", citation="C.R.S. 1", authority="state", required_coverage=required, funded=True
    )
    serving = [records.MandateService(mandate_id="m", service_id=one, weight=1) for one in ("a", "b")]
    # a alone 0.9, b alone 0.95, both 0.85
    assert providers(two_services(offers=offers, mandates=[duty], mandate_services=serving)) == where


def test_a_mandate_looks_at_every_district_on_its_own() -> None:
    facts = FACTS.model_copy(
        update={"districts": tuple(records.District(district=name, population=10) for name in ("north", "south"))}
    )
    serving = [records.MandateService(mandate_id="m", service_id="a", weight=1)]
    far = [records.Coverage(offer_id="a-east", district="north", coverage=0.5)]
    for district, where in ((None, ""), ("north", ""), ("south", "east")):
        duty = records.Mandate(
            mandate_id="m", name="Duty", citation="C.R.S. 1", authority="state", required_coverage=0.8,
            district=district, funded=False,
        )  # fmt: skip
        case = case_of(
            [service("a")], TOWNS, [offer("a", "east", 50)], None, [], [], facts,
            coverages=far, mandates=[duty], mandate_services=serving,
        )  # fmt: skip
        assert decided(best(case)) == {"a": where}
    optional = plain_money() | {"duties": {"enforce_unfunded": False}}
    case = case_of(
        [service("a")], TOWNS, [offer("a", "east", 50)], optional, [], [], facts,
        coverages=far, mandates=[duty.model_copy(update={"district": "north"})], mandate_services=serving,
    )  # fmt: skip
    assert decided(best(case)) == {"a": "east"}


def test_a_pool_needs_its_members_and_is_worth_its_fixed_cost() -> None:
    # a saves 40, the pool costs 10
    for changes, where in (
        ({}, "pool -"),
        ({"min_members": 2}, "- -"),
        ({"max_members": 0}, "- -"),
        ({"fixed_usd_per_year": 41}, "- -"),
        ({"setup_usd": 31}, "- -"),
    ):
        case = two_services(organizations=[], offers=[offer("a", "pool", 60)], pools=[pool(**changes)])
        assert providers(case) == where


def test_a_pool_hosted_by_a_town_needs_an_agreement_with_it() -> None:
    offers = [offer("a", "pool", 60)]
    for fixed, where in ((29, "pool -"), (31, "- -")):
        case = two_services(
            organizations=[organization("east", fixed)], offers=offers, pools=[pool(host_org_id="east")]
        )
        assert providers(case) == where


def test_volume_tiers_get_cheaper_when_both_join() -> None:
    tiers = [
        records.PoolTier(pool_id="pool", tier=1, from_volume=0, to_volume=10, usd_per_unit=9, fixed_usd_per_year=0),
        records.PoolTier(pool_id="pool", tier=2, from_volume=11, to_volume=30, usd_per_unit=4, fixed_usd_per_year=0),
    ]
    offers = [offer("a", "pool", 0), offer("b", "pool", 0)]
    # one alone: 9 x 10 = 90 + 10 fixed = keep's 100, both: 4 x 20 + 10 = 90 for what costs 200 in house
    uses = [records.Use(offer_id=f"{one}-pool", resource="calls", amount=10) for one in ("a", "b")]
    plan = best(
        two_services(organizations=[], offers=offers, pools=[pool(resource="calls")], pool_tiers=tiers, uses=uses)
    )
    assert decided(plan) == {"a": "pool", "b": "pool"}
    assert plan.cost_usd == 90
    # no tier holds 20 any more: one joins the first tier, at 90 + 10, which saves nothing
    small = [tiers[0], tiers[1].model_copy(update={"to_volume": 19})]
    plan = best(
        two_services(organizations=[], offers=offers, pools=[pool(resource="calls")], pool_tiers=small, uses=uses)
    )
    assert plan.cost_usd == 200


@pytest.mark.parametrize(
    ("limits", "cost_usd"),
    [
        # free: 120; east displaces 1 FTE each and costs 10 once, west costs 60 with quality 0.5
        ({"min_quality": 0.9, "displaced_fte": 2.0}, 120),
        ({"min_quality": 0.9, "displaced_fte": 1.5}, 160),
        ({"min_quality": 0.9, "displaced_fte_by_department": {"Works": 0.5}}, 200),
        ({"min_quality": 0.9, "transition_usd": 20.0}, 120),
        ({"min_quality": 0.9, "transition_usd": 19.0}, 160),
        ({"agreements": 0}, 200),
        ({"moved_services_by_consent_owner": {"Sheriff": 0}}, 160),
        ({"moved_services_by_consent_owner": {"Sheriff": 1}}, 120),
        ({"net_cost_by_fund_usd_per_year": {"Roads": 60.0}}, 120),
        ({"revenue_floor_usd_per_year": 0.0}, 120),
        ({"retained_share_by_class": {"roads": 0.5}}, 160),
        ({"retained_share_by_class": {"roads": 0.51}}, 200),
        ({"organization_share_of_moved_cost": 0.5}, 120),
        ({"organization_share_of_moved_cost": 0.5, "min_quality": 0.9}, 200),
        ({"organization_share_of_critical_services": 0.5, "min_quality": 0.9}, 160),
        ({"organization_share_of_critical_services": 0.4}, 200),
    ],
)
def test_each_limit_of_the_scenario_bites(limits: dict[str, Any], cost_usd: float) -> None:
    services = [service("a", consent_owner="Sheriff", critical=True), service("b", fund="Roads", critical=True)]
    assert best(two_services(services=services, settings=plain_money(**limits))).cost_usd == cost_usd


def test_a_fund_may_not_cost_more_than_its_limit() -> None:
    offers = [offer("a", "east", 50)]
    assert solved(two_services(offers=offers, settings=plain_money(net_cost_by_fund_usd_per_year={"General": 150.0})))[
        1
    ]
    outcome, plan = solved(
        two_services(offers=offers, settings=plain_money(net_cost_by_fund_usd_per_year={"General": 149.0}))
    )
    assert (outcome.stopped, plan) == (Stopped.INFEASIBLE, None)
    # the general fund pays the agreement: 100 + 50 + 20
    dear = [organization("east", 20)]
    for cap, exists in ((170.0, True), (169.0, False)):
        case = two_services(
            organizations=dear, offers=offers, settings=plain_money(net_cost_by_fund_usd_per_year={"General": cap})
        )
        assert solved(case)[0].holds_plan is exists


def test_revenue_that_would_be_lost_holds_a_service() -> None:
    services = [service("a", revenue_usd=30), service("b")]
    offers = [offer("a", "east", 20, retained_revenue_usd=10), offer("b", "east", 50)]
    for floor, where in ((10.0, "east east"), (11.0, "- east")):
        case = two_services(services=services, offers=offers, settings=plain_money(revenue_floor_usd_per_year=floor))
        assert providers(case) == where


def test_together_moves_as_one_to_one_provider() -> None:
    apart = [offer("a", "east", 40), offer("b", "west", 40)]
    assert providers(two_services(offers=apart)) == "east west"
    assert providers(linked("together", apart)) == "- -"
    # b loses 10 at east, a saves 60: as a bundle they move
    assert providers(linked("together", [offer("a", "east", 40), offer("b", "east", 110)])) == "east east"


def test_apart_never_shares_a_provider() -> None:
    offers = [offer("a", "east", 40), offer("b", "east", 30), offer("b", "west", 80)]
    assert providers(two_services(offers=offers)) == "east east"
    assert providers(linked("apart", offers)) == "east west"


def test_needs_lets_the_first_move_only_with_the_others() -> None:
    offers = [offer("a", "east", 40), offer("b", "west", 99)]
    assert providers(two_services(offers=offers)) == "east west"
    assert providers(linked("needs", [offer("a", "east", 40)])) == "- -"
    assert providers(linked("needs", [offer("b", "west", 40)])) == "- west"


def test_locks_and_bans_bind() -> None:
    lock = Lock("a", Decision.OUTSOURCE, "west", "test")
    assert providers(two_services(locks=[lock], offers=[offer("a", "west", 300)])) == "west -"
    ban = Forbid("a", None, Decision.OUTSOURCE, "test")
    assert providers(two_services(forbids=[ban], offers=[offer("a", "east", 10), offer("b", "east", 10)])) == "- east"
    gone = Forbid(None, "east", Decision.OUTSOURCE, "test")
    assert providers(two_services(forbids=[gone])) == "west west"
    nobody = solved(two_services(locks=[lock], offers=[]))
    assert nobody[0].stopped is Stopped.INFEASIBLE
