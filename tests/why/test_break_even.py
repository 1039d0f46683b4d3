"""Break-even prices: by hand, and on both sides of the turning point by trying every plan."""

from __future__ import annotations

import math

import pytest

from optimizer.errors import Refused
from optimizer.scenario.scenario import Case
from optimizer.why.asked import ask
from optimizer.why.break_even import break_even
from optimizer.why.dial import Cell, with_value
from optimizer.why.organization import AGREEMENT, PRICES, organization_break_even
from optimizer.why.turning import Turning, turning_point
from tests.cases import case_of, offer, organization, plain_money, service
from tests.properties.small_cases import small_case
from tests.why.test_service import by_hand, rivals


def prices(case: Case, service_id: str) -> dict[str, tuple[float, float, str]]:
    table = break_even(ask(case), service_id).prices
    return {
        row.row_id: (row.in_at_usd_per_year, row.out_at_usd_per_year, row.out_because) for row in table.itertuples()
    }


def test_alone_an_offer_is_worth_what_keeping_costs() -> None:
    case = case_of([service("s")], [organization("a")], [offer("s", "a", 60)])
    assert prices(case, "s") == {"s-a": (100, 101, "the plan costs less without it")}


def test_what_it_takes_from_others_counts() -> None:
    """Without s at the town t goes there and saves 30: s is worth 30 less than the 100 that keeping costs."""
    assert prices(rivals(), "s") == {"s-a": (70, 71, "the plan costs less without it")}
    assert prices(rivals(), "t") == {"t-a": (40, 41, "the plan costs less without it")}


def test_the_hurdle_may_come_first() -> None:
    settings = plain_money()
    settings["economics"]["hurdle_share"] = 0.1
    case = case_of([service("s")], [organization("a")], [offer("s", "a", 60)], settings)
    assert prices(case, "s") == {"s-a": (90, 91, "does not beat keeping by the hurdle")}


def test_too_cheap_for_a_minimum_volume_is_not_what_is_looked_for() -> None:
    """The town signs only for 50 dollars of work a year."""
    case = case_of([service("s")], [organization("a", min_volume_usd_per_year=50)], [offer("s", "a", 60)])
    assert prices(case, "s")["s-a"][:2] == (100, 101)
    dear = case_of([service("s")], [organization("a", min_volume_usd_per_year=50)], [offer("s", "a", 160)])
    assert prices(dear, "s")["s-a"][:2] == (100, 101)


def test_the_only_thing_that_is_allowed_stays_at_any_price() -> None:
    case = case_of(
        [service("s")], [organization("a")], [offer("s", "a", 60)], plain_money() | {"allowed_decisions": ["outsource"]}
    )
    yes, no, because = prices(case, "s")["s-a"]
    assert (yes, because) == (400, "")
    assert math.isnan(no)


def test_at_no_price() -> None:
    case = case_of([service("s", delegable=False)], [organization("a")], [offer("s", "a", 60)])
    yes, _, because = prices(case, "s")["s-a"]
    assert math.isnan(yes)
    assert because == "not delegable"
    told = break_even(ask(case), "s").told().lines[0]
    assert told == "outsource with a: at no price in the plan (not delegable; asked now: $60 a year)."


def test_an_offer_nobody_knows() -> None:
    with pytest.raises(Refused, match="an offer or a sale of s"):
        break_even(ask(rivals()), "s", "s-b")


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.slow if seed > 4 else ()) for seed in range(2, 7)]
)
def test_both_sides_of_every_price_by_trying_every_plan(seed: int) -> None:
    case = small_case(seed)
    asked = ask(case)
    for one in case.county.services:
        for row in break_even(asked, one.service_id).prices.itertuples():
            table = "sales" if row.decision == "insource" else "offers"
            place = Cell(table, (row.row_id,), "price_usd_per_year")
            for price, wanted in ((row.in_at_usd_per_year, True), (row.out_at_usd_per_year, False)):
                if not math.isnan(price):
                    least = by_hand(with_value(case, place, price), one.service_id)
                    others = min((usd for key, usd in least.items() if key != row.row_id), default=math.inf)
                    own = least.get(row.row_id, math.inf)
                    assert own <= others + 0.05 if wanted else own >= others - 0.05


def test_an_organization_by_its_prices_and_by_its_agreement() -> None:
    """Two services kept for 100 each; 60 and 70 at the town, whose agreement costs 20: 50 saved."""
    case = case_of([service("s"), service("t")], [organization("a", 20)], [offer("s", "a", 60), offer("t", "a", 70)])
    found = organization_break_even(ask(case), "a")
    terms = {row.term: (row.in_at, row.out_at) for row in found.terms.itertuples()}
    assert terms[AGREEMENT] == (70, 71)
    yes, no = terms[PRICES]
    assert yes <= 180 / 130 < no + 1e-4
    assert no - yes == pytest.approx(0.001)
    assert found.services["service_id"].tolist() == ["s", "t"]


def test_an_organization_that_is_too_dear() -> None:
    case = case_of([service("s")], [organization("a", 20)], [offer("s", "a", 100)])
    found = organization_break_even(ask(case), "a")
    terms = {row.term: (row.in_at, row.out_at) for row in found.terms.itertuples()}
    assert not found.in_the_plan
    assert terms[PRICES] == pytest.approx((0.8, 0.801))
    assert terms[AGREEMENT][0] == 0  # for nothing it would be as good as keeping
    assert found.services["service_id"].tolist() == ["s"]
    with pytest.raises(Refused, match="the id of an organization"):
        organization_break_even(ask(case), "b")


@pytest.mark.parametrize("at", [0.0, 3.0, 4.0, 17.5, 99.0])
def test_the_bracket_closes_on_the_turning_point(at: float) -> None:
    asked: list[float] = []

    def misses(number: float) -> float:
        asked.append(number)
        return number - at

    assert turning_point(misses, 0.0, 100.0, 1.0) == Turning(math.floor(at), math.floor(at) + 1)
    assert len(asked) <= 8


def test_a_bracket_where_the_answer_never_turns() -> None:
    assert turning_point(lambda _: 1.0, 0.0, 9.0, 1.0) == Turning(None, 0.0)
    assert turning_point(lambda _: -1.0, 0.0, 9.0, 1.0) == Turning(9.0, None)
    assert turning_point(lambda number: math.inf if number > 6.2 else -1.0, 0.0, 9.0, 1.0) == Turning(6.0, 7.0)
