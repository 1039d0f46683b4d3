"""Sales, exit and communication seen to bite: one number changes, and the decision turns."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.scenario.scenario import Case, Forbid, Lock
from tests.cases import best, completed, offer, plain_money, service
from tests.program.pair import TOWNS, choices_without, linked, providers, two_services, years

CHEAP_TO_CLOSE = {
    "allowed_decisions": [*Decision],
    "exit": {"closing_share": 0.1, "displaced_share": 0.5, "lead_time_months": 0.0},
    "duties": {"coverage_floor_by_mandate_level": {3: 0.0, 4: 0.0}},
}


def sale(sale_id: str = "sale", service_id: str = "a", price: float = 40, **changes: Any) -> records.Sale:
    """A sale to east that costs $10 a year and takes 1 FTE."""
    row = {
        "sale_id": sale_id, "service_id": service_id, "org_id": "east", "price_usd_per_year": price,
        "marginal_usd_per_year": 10, "buyer_cost_usd_per_year": 60, "setup_usd": 0, "fte": 1, "lead_time_months": 0,
    }  # fmt: skip
    return records.Sale.model_validate(row | changes)


def spare(fte: float, year: int | None = None) -> records.SpareStaff:
    return records.SpareStaff(department="Works", year=year, fte=fte)


def test_a_sale_is_made_of_what_is_kept() -> None:
    # moving a saves 20; selling it earns its price less 10
    offers = [offer("a", "west", 80)]
    for price, where, cost_usd in ((40, "- -", 170), (25, "west -", 180)):
        case = two_services(offers=offers, sales=[sale(price=price)], spare_staff=[spare(1)])
        assert (providers(case), best(case).cost_usd) == (where, cost_usd)
    # a county that could move what it sells would have both
    case = two_services(offers=offers, sales=[sale()], spare_staff=[spare(1)])
    assert choices_without(case, "sale")[0].cost_usd == 150


def test_a_sale_is_made_once() -> None:
    # over two years: 2 x 30 in all, not 60 and another 30 from year 2 on
    case = two_services(offers=[], settings=years(), sales=[sale()], spare_staff=[spare(9)])
    assert best(case).cost_usd == 400 - 60


@pytest.mark.parametrize(
    ("staff", "made"),
    [
        ([], {}),
        ([spare(1)], {"one": 1}),
        ([spare(2)], {"one": 1, "other": 1}),
        ([spare(1, year=1), spare(2)], {"one": 1, "other": 2}),
        ([spare(2, year=1), spare(1)], {"one": 1}),
        ([spare(2, year=2)], {"one": 2, "other": 2}),
    ],
)
def test_a_department_sells_with_the_staff_that_it_can_spare(
    staff: list[records.SpareStaff], made: dict[str, int]
) -> None:
    # one earns 35 a year, other 30; in years without a row nobody is spared, and what has started stays
    horizon = years(2 if len(staff) < 2 or staff[0].year else 3)
    case = two_services(
        offers=[], settings=horizon, sales=[sale("one", price=45), sale("other", "b")], spare_staff=staff
    )
    assert choices_without(case)[1].sales == made


def test_selling_counts_in_the_limits_on_money() -> None:
    # 40 of sales do for a revenue floor of 40; 20 to begin with do not fit into 19
    selling = {"sales": [sale(setup_usd=20)], "spare_staff": [spare(1)], "offers": []}
    assert best(two_services(**selling)).cost_usd == 190
    for limits, cost_usd in (({"transition_usd": 20.0}, 190), ({"transition_usd": 19.0}, 200)):
        assert best(two_services(settings=plain_money(**limits), **selling)).cost_usd == cost_usd
    floor = plain_money(revenue_floor_usd_per_year=40.0)
    loss = selling | {"sales": [sale(price=40, setup_usd=50)]}
    assert best(two_services(**loss)).cost_usd == 200
    assert best(two_services(settings=floor, **loss)).cost_usd == 220
    # the fund of the service has what its sale earns: 100 - 30 + 20
    roads = [service("a", fund="Roads"), service("b")]
    capped = plain_money(net_cost_by_fund_usd_per_year={"Roads": 90.0})
    assert best(two_services(services=roads, settings=capped, **selling)).cost_usd == 190


def test_locks_and_bans_speak_of_sales() -> None:
    offers, trade = [offer("a", "west", 10)], {"sales": [sale()], "spare_staff": [spare(1)]}
    assert providers(two_services(offers=offers, **trade)) == "west -"
    locked = two_services(offers=offers, locks=[Lock("a", Decision.INSOURCE, "east", "t")], **trade)
    assert best(locked).cost_usd == 170
    for ban in (Forbid("a", None, Decision.INSOURCE, "t"), Forbid(None, "east", Decision.INSOURCE, "t")):
        assert best(two_services(offers=[], **trade)).cost_usd == 170
        assert best(two_services(offers=[], forbids=[ban], **trade)).cost_usd == 200


def ending(money: dict[str, Any], **changes: Any) -> Case:
    """The two services, both of which may be ended."""
    return completed(two_services(settings=money | CHEAP_TO_CLOSE, **({"offers": []} | changes)))


def test_ending_a_service_saves_what_is_avoidable() -> None:
    # $10 once; whatever earns its own keep goes on, and so does what is asked for
    assert best(ending(plain_money())).cost_usd == 20
    earning = [service("a", revenue_usd=95), service("b")]
    assert best(ending(plain_money(), services=earning)).cost_usd == 15
    asked = [service("a", mandate_level=2), service("b")]
    assert best(ending(plain_money(), services=asked)).cost_usd == 110


def test_what_is_ended_counts_as_moved_but_is_handed_over_to_nobody() -> None:
    def cost_usd(**limits: Any) -> float:
        return best(ending(plain_money(**limits), offers=[offer("a", "east", 5)])).cost_usd

    assert cost_usd() == 5 + 10
    assert cost_usd(displaced_fte=0.4) == 5 + 100
    assert cost_usd(moves_by_year=[1]) == 5 + 100
    assert cost_usd(transition_usd=9.0) == 5 + 100
    # all that is handed over would be at east
    assert cost_usd(organization_share_of_moved_cost=0.5) == 10 + 10


def talk(volume: float, offers: list[records.Offer], rates: dict[tuple[str | None, str | None], float]) -> Case:
    """The two services exchange units, at $3 a unit between two organizations unless a rate says otherwise."""
    costs = [
        records.CommunicationCost(from_org_id=one, to_org_id=other, usd_per_unit=usd)
        for (one, other), usd in rates.items()
    ]
    money = plain_money()
    money["economics"] |= {"communication_usd_per_unit": 3.0}
    return linked("communicates", offers, volume, settings=money, communication_costs=costs)


def test_services_that_work_together_stay_together_where_it_costs() -> None:
    alone = [offer("a", "east", 80)]
    # a saves 20 at east; apart from b it costs 3 a unit
    for volume, where in ((6, "east -"), (7, "- -")):
        assert providers(talk(volume, alone, {})) == where
    both = [*alone, offer("b", "east", 100)]
    assert providers(talk(7, both, {})) == "east east"
    # unless exchanging within east costs too: 7 x 3 = 21
    assert providers(talk(7, both, {("east", "east"): 3.0})) == "- -"
    # rates hold both ways, also with the county
    assert providers(talk(7, alone, {("east", None): 2.0})) == "east -"
    assert providers(talk(7, alone, {(None, "east"): 2.0})) == "east -"


def test_communication_is_paid_between_the_places_of_both_services() -> None:
    apart = [offer("a", "east", 10), offer("b", "west", 10)]
    case = talk(7, apart, {(None, "east"): 0.0, (None, "west"): 0.0})
    assert best(case).cost_usd == 20 + 21
    # if only one end were where its service is, the other would be taken to be at the county
    for family in ("exchange_from", "exchange_to"):
        assert choices_without(case, family)[0].cost_usd == 20
    # what exchanging costs at home is saved by moving together
    home = talk(7, [offer("a", "east", 60), offer("b", "east", 60)], {(None, None): 1.0})
    assert best(home).cost_usd == 120
    assert best(home).today_usd == 207


def test_an_ended_service_exchanges_nothing() -> None:
    members = [records.LinkService(link_id="l", service_id=one, position=n) for n, one in enumerate(("a", "b"), 1)]
    money = plain_money()
    money["economics"] |= {"communication_usd_per_unit": 3.0}
    tied: dict[str, Any] = {
        "services": [service("a", mandate_level=2), service("b")],
        "organizations": TOWNS,
        "links": [records.Link(link_id="l", kind="communicates", volume_per_year=7)],
        "link_services": members,
    }
    assert best(ending(money, offers=[offer("a", "east", 60)], **tied)).cost_usd == 60 + 10
    # kept, b would exchange with a
    banned = [Forbid("b", None, Decision.EXIT, "t")]
    assert best(ending(money, offers=[offer("a", "east", 60)], forbids=banned, **tied)).cost_usd == 60 + 100 + 21
