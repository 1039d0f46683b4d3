"""What a plan brings besides its cost, by hand: sales, ended services, shared pools, money freed and spent, places."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.county import County
from optimizer.options.estimates import complete
from optimizer.options.priors import shipped_priors
from optimizer.plan.plan import Plan
from tests.cases import FACTS, best, case_of, offer, organization, plain_money, service


def sold(price_usd: float, spare_fte: float = 1.0, **terms: Any) -> Plan:
    """Service a costs 100; a neighbour that pays 60 today would buy it, for 20 more in cost and half a position."""
    row = {
        "sale_id": "q",
        "service_id": "a",
        "org_id": "east",
        "price_usd_per_year": price_usd,
        "marginal_usd_per_year": 20,
        "buyer_cost_usd_per_year": 60,
        "setup_usd": 10,
        "fte": 0.5,
        "lead_time_months": 0,
    }
    spare = [records.SpareStaff(department="Works", fte=spare_fte)]
    sale = records.Sale.model_validate(row | terms)
    return best(case_of([service("a")], [organization("east")], sales=[sale], spare_staff=spare))


def test_a_service_is_kept_and_sold() -> None:
    plan = sold(50)
    assert plan.decisions["decision"].tolist() == ["insource"]
    assert plan.cost_usd == 100 - 50 + 20 + 10
    assert plan.sales[["price_usd_per_year", "buyer_saves_usd_per_year", "gain_usd_per_year"]].to_numpy().tolist() == [
        [50, 10, 20]
    ]
    assert plan.totals[plan.totals["by"] == "department"]["plan_usd_per_year"].sum() == 80


@pytest.mark.parametrize(
    ("price_usd", "spare_fte", "why"),
    [
        (19, 1.0, "sold below its marginal cost"),
        (61, 1.0, "the buyer would pay more than today"),
        (50, 0.4, ""),
        (29, 1.0, ""),
    ],
)
def test_a_sale_that_helps_nobody_is_not_made(price_usd: float, spare_fte: float, why: str) -> None:
    plan = sold(price_usd, spare_fte)
    assert plan.sales.empty
    assert plan.left_out["reason"].tolist() == ([why] if why else [])


def exits(level: int, **economics: Any) -> Plan:
    """Service a costs 100 a year, at a mandate level, and may be ended."""
    settings = plain_money() | {"allowed_decisions": ["keep", "exit"]}
    settings["exit"] = {"closing_share": 0.3, "lead_time_months": 0, "max_mandate_level": 1} | economics
    case = case_of([service("a", mandate_level=level)], settings=settings)
    county: County = complete(case.county.with_tables(priors=shipped_priors()), case.settings)
    return best(case_of([service("a", mandate_level=level)], offers=list(county.offers), settings=settings))


def test_a_service_is_ended_only_where_no_duty_asks_for_it() -> None:
    ended = exits(1)
    assert ended.decisions["decision"].tolist() == ["exit"]
    assert ended.cost_usd == 30
    assert ended.decisions["lowest_coverage"].tolist() == [0]
    assert ended.places[["coverage", "lost_by_exit"]].to_numpy().tolist() == [[0, 1]]
    kept = exits(2)
    assert kept.decisions["decision"].tolist() == ["keep"]
    assert kept.left_out["reason"].tolist() == ["a duty is not ended"]


def pooled(**columns: Any) -> Plan:
    """Two departments could share a unit of the county's own for 90 a year; alone they cost 100 and 40."""
    pool = {
        "pool_id": "pool1",
        "name": "Shared unit",
        "setup_usd": 0,
        "fixed_usd_per_year": 90,
        "min_members": 2,
        "max_members": 2,
    }
    services = [service("a", 100), service("b", 40, department="Clerk")]
    offers = [offer("a", "pool1", 0), offer("b", "pool1", 0)]
    settings = plain_money() | {"consolidation": {"nobody_worse_off": columns.pop("nobody_worse_off", False)}}
    uses = [records.Use(offer_id="a-pool1", resource="calls", amount=8)]
    uses.append(records.Use(offer_id="b-pool1", resource="calls", amount=1))
    return best(
        case_of(
            services, offers=offers, settings=settings, uses=uses, pools=[records.Pool.model_validate(pool | columns)]
        )
    )


def test_a_pool_is_shared_by_its_rule_and_nobody_need_be_worse_off() -> None:
    equal = pooled(share_rule="equal")
    assert equal.cost_usd == 90
    assert equal.members["share_usd_per_year"].tolist() == [45, 45]
    assert equal.members["saving_usd_per_year"].tolist() == [55, -5]
    # the clerk would pay 5 more than alone
    assert pooled(share_rule="equal", nobody_worse_off=True).members.empty
    by_use = pooled(share_rule="use", resource="calls", nobody_worse_off=True)
    assert by_use.members["share_usd_per_year"].tolist() == pytest.approx([80, 10])
    assert by_use.members["saving_usd_per_year"].tolist() == pytest.approx([20, 30])


def proposal(proposal_id: str, usd: float, score: float, fund: str = "General", most: float = 1) -> records.Proposal:
    """Something to do with freed money."""
    return records.Proposal(
        proposal_id=proposal_id, name=proposal_id, fund=fund, usd_per_year=usd, score=score, max_share=most
    )


def freed(**reinvestment: Any) -> Plan:
    """60 a year freed in the general fund, 30 in the restricted one."""
    settings = plain_money() | {"reinvestment": reinvestment}
    services = [service("a"), service("b", fund="Roads")]
    offers = [offer("a", "east", 40), offer("b", "east", 70)]
    proposals = [proposal("buses", 100, 10), proposal("parks", 40, 8, most=0.5), proposal("bridge", 300, 90, "Roads")]
    return best(case_of(services, [organization("east")], offers, settings, proposals=proposals))


def test_freed_money_buys_most_score_fund_by_fund() -> None:
    plan = freed()
    # parks first (0.2 a dollar, half of it), then buses with the 40 that are left; roads' 30 can only buy a bridge
    assert plan.proposals["share_done"].tolist() == pytest.approx([0.4, 0.5, 0.1])
    assert plan.proposals["score_bought"].sum() == pytest.approx(4 + 4 + 9)
    assert plan.funds["freed_usd_per_year"].tolist() == [60, 30]
    assert plan.funds["left_usd_per_year"].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert plan.cost_usd == 110
    assert freed(rule="none").proposals["share_done"].sum() == 0


def test_weighted_reinvestment_buys_only_what_is_worth_it() -> None:
    plan = freed(rule="weighted", usd_per_score=4.0)
    # a point is worth 4: buses 40 < 100, parks 32 < 40, bridge 360 > 300
    assert plan.proposals["share_done"].tolist() == pytest.approx([0, 0, 0.1])
    assert plan.reinvested_usd == pytest.approx(30 - 36)
    assert plan.sought_usd == pytest.approx(110 - 6)


def test_the_places_of_a_county_are_told_apart() -> None:
    facts = FACTS.model_copy(
        update={
            "districts": (
                records.District(district="north", population=600),
                records.District(district="south", population=400),
            ),
            "groups": (records.Group(group="elders", population=90),),
        }
    )
    rows = [records.Coverage(offer_id="a-east", district="south", coverage=0.5)]
    rows.append(records.Coverage(offer_id="a-east", district="elders", coverage=0.2))
    case = case_of(
        [service("a"), service("b", 300)], [organization("east")], [offer("a", "east", 10)], facts=facts, coverages=rows
    )
    places = best(case).places.set_index("place")
    assert places["coverage"].to_dict() == pytest.approx({"north": 1.0, "south": 0.875, "elders": 0.8})
    assert places["kind"].tolist() == ["district", "district", "group"]
