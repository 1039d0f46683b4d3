"""Break-even prices: by hand, and on both sides of the turning point by trying every plan."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from optimizer.ask import program_of
from optimizer.county import records
from optimizer.errors import Refused
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, ask
from optimizer.why.break_even import break_even
from optimizer.why.dial import Cell, with_value
from optimizer.why.forced import choices_of_service, forced
from optimizer.why.turning import Stands
from optimizer.why.with_without import stands_of
from tests.cases import case_of, offer, organization, plain_money, service
from tests.properties.small_cases import small_case
from tests.why.test_service import by_hand, rivals

Ends_ = tuple[float | None, float | None] | None
"""Bound and cost of a search; None: no plan exists."""


def prices(case: Case, service_id: str) -> dict[str, tuple[float, float, str]]:
    table = break_even(ask(case), service_id).prices
    return {
        row.row_id: (row.in_at_usd_per_year, row.out_at_usd_per_year, row.out_because) for row in table.itertuples()
    }


def test_alone_an_offer_is_worth_what_keeping_costs() -> None:
    case = case_of([service("s")], [organization("a")], [offer("s", "a", 60)])
    assert prices(case, "s") == {"s-a": (100, 101, "does not beat keeping by the hurdle")}


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
    (line,) = break_even(ask(case), "s").told().lines
    assert "at any price up to $400 a year, the highest asked about" in line


def test_at_no_price() -> None:
    case = case_of([service("s", delegable=False)], [organization("a")], [offer("s", "a", 60)])
    yes, _, because = prices(case, "s")["s-a"]
    assert math.isnan(yes)
    assert because == "not delegable"
    told = break_even(ask(case), "s").told().lines[0]
    assert told == (
        "outsource with Town of a: at no price in the plan, of those from $0 to $400 a year "
        "(not delegable; asked now: $60 a year)."
    )


def test_an_offer_nobody_knows() -> None:
    with pytest.raises(Refused, match="an offer or a sale of s"):
        break_even(ask(rivals()), "s", "s-b")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 6])
def test_both_sides_of_every_price_by_trying_every_plan(seed: int) -> None:
    case = small_case(seed)
    if case.settings.reinvestment.rule == "weighted" or case.settings.equity.objective == "worst_off":
        pytest.skip("seeks something else than least cost")
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


def test_few_questions_are_asked() -> None:
    """Now, and one dollar to either side of the foretold price."""
    steps: list[str] = []
    break_even(ask(rivals()), "s", "s-a", steps.append)
    assert [step.partition("at ")[2] for step in steps] == ["$40 a year", "$70 a year", "$71 a year"]


def test_linked_services_turn_together() -> None:
    """Both are kept for 200, or both are at the town for 60 and what t asks: t is worth 140."""
    case = case_of(
        [service("s"), service("t"), service("u")],
        [organization("a")],
        [offer("s", "a", 60), offer("t", "a", 150), offer("u", "a", 90)],
        links=[records.Link(link_id="l", kind="together")],
        link_services=[
            records.LinkService(link_id="l", position=place, service_id=one) for place, one in enumerate("st", 1)
        ],
    )
    assert prices(case, "t")["t-a"][:2] == (140, 141)
    assert prices(case, "s")["s-a"][:2] == (50, 51)


def test_an_offer_may_be_too_cheap_now() -> None:
    """The town asks 60 and signs only for 80 dollars of work: at 80 to 100 it would be in the plan."""
    case = case_of([service("s")], [organization("a", min_volume_usd_per_year=80)], [offer("s", "a", 60)])
    assert prices(case, "s")["s-a"][:2] == (100, 101)


def test_a_sale_turns_as_its_price_falls() -> None:
    """Selling costs 30 more a year and 12 once; no buyer pays more than the 80 of today."""
    case = case_of(
        [service("s", delegable=False)],
        [organization("a")],
        spare_staff=[records.SpareStaff(department="Works", fte=1)],
        sales=[
            records.Sale(
                sale_id="sale", service_id="s", org_id="a", price_usd_per_year=60, marginal_usd_per_year=30,
                buyer_cost_usd_per_year=80, setup_usd=12, fte=1, lead_time_months=0,
            )
        ],
    )  # fmt: skip
    found = break_even(ask(case), "s")
    (row,) = found.prices.to_dict("records")
    assert (row["in_at_usd_per_year"], row["out_at_usd_per_year"], row["in_the_plan"]) == (42, 41, True)
    assert (
        found.told()
        .lines[0]
        .startswith("insource with Town of a: in the plan at $42 a year or more, up to the $80 that")
    )


def two_offers() -> Case:
    return case_of(
        [service("s")], [organization("a"), organization("b")], [offer("s", "a", 60.01), offer("s", "b", 60)]
    )


def holding(case: Case, row_id: str, over_usd: float = 0.0) -> Asked:
    """The case, and as the plan in question the best one that has an offer, told as so much dearer."""
    program = program_of(case)
    (choice,) = (one for one in choices_of_service(program, 0) if one.row_id == row_id)
    found = Asked(program, ask(case).best).again(forced(program, choice))
    assert found.cost_usd is not None
    return Asked(program, replace(found, cost_usd=found.cost_usd + over_usd, bound_usd=0.0))


def test_what_the_plan_has_now_is_in_the_plan_now() -> None:
    """Though a tighter search finds another plan a cent cheaper: that is a tie."""
    found = break_even(holding(two_offers(), "s-a"), "s", "s-a")
    (row,) = found.prices.to_dict("records")
    assert row["in_the_plan"]
    assert (row["in_at_usd_per_year"], row["out_at_usd_per_year"]) == (60.01, 61)
    assert row["other_is_cheaper_usd_per_year"] == pytest.approx(0.01)
    (line,) = found.told().lines
    assert line.endswith("It is in the plan now, and one without it costs $0.01 a year less: a tie.")
    (line,) = break_even(holding(two_offers(), "s-a", 5.0), "s", "s-a").told().lines
    assert line.endswith("costs $5.01 a year less: the plan in question is not the best one.")


def test_what_is_as_good_as_the_plan_is_told_as_a_tie() -> None:
    case = case_of([service("s")], [organization("a"), organization("b")], [offer("s", "a", 60), offer("s", "b", 60)])
    lines = break_even(ask(case), "s").told().lines
    assert sum(line.endswith("It is in the plan now, and one without it costs as much: a tie.") for line in lines) == 1
    assert sum(line.endswith("It is not in the plan now, and one with it costs as much: a tie.") for line in lines) == 1


@pytest.mark.parametrize(
    ("with_it", "without", "stands"),
    [
        ((90.0, 90.0), (100.0, 100.0), Stands.IN),
        ((90.0, 100.01), (100.0, 105.0), Stands.IN),
        ((90.0, 100.02), (100.0, 105.0), Stands.OPEN),
        ((100.0, 101.0), (90.0, 100.0), Stands.OPEN),
        ((100.01, 101.0), (90.0, 100.0), Stands.OUT),
        ((None, 90.0), (None, 100.0), Stands.OPEN),
        ((None, 90.0), (95.0, None), Stands.IN),
        ((90.0, None), (95.0, None), Stands.OPEN),
        (None, (95.0, 95.0), Stands.IMPOSSIBLE),
        ((95.0, 95.0), None, Stands.IN),
        (None, None, Stands.IMPOSSIBLE),
    ],
)
def test_costs_are_intervals(with_it: Ends_, without: Ends_, stands: Stands) -> None:
    assert stands_of(ended(with_it), ended(without)) is stands


def ended(interval: Ends_) -> Outcome:
    """A search that ended with this bound and cost; None: no plan exists."""
    if interval is None:
        return Outcome(Stopped.INFEASIBLE, None, None, None, "test", 0.0)
    bound, cost = interval
    return Outcome(Stopped.TIME, None, cost, bound, "test", 0.0)


def stop_early(monkeypatch: pytest.MonkeyPatch, gap_usd: float | None) -> None:
    """Every search is left with a gap; None: without a bound."""
    search = Asked.again

    def again(self: Asked, program: CountyProgram, start: Floats | None = None, **solver: object) -> Outcome:
        found = search(self, program, start, **solver)
        if found.cost_usd is None:
            return found
        return replace(found, stopped=Stopped.TIME, bound_usd=None if gap_usd is None else found.cost_usd - gap_usd)

    monkeypatch.setattr(Asked, "again", again)


def test_a_search_that_ends_early_is_no_turning_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """It turns at 100, of which five dollars to either side are left open."""
    case = case_of([service("s")], [organization("a"), organization("b")], [offer("s", "a", 60), offer("s", "b", 90)])
    asked = ask(case)
    stop_early(monkeypatch, 5.0)
    found = break_even(asked, "s", "s-a")
    (row,) = found.prices.to_dict("records")
    assert row["ends"] == "turns between the two, not decided where"
    assert 60 <= row["in_at_usd_per_year"] <= 85
    assert row["out_at_usd_per_year"] >= 96
    assert "not decided between" in found.told().lines[0]


def test_searches_that_prove_nothing_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(two_offers())
    stop_early(monkeypatch, None)
    found = break_even(asked, "s", "s-a")
    (row,) = found.prices.to_dict("records")
    assert row["ends"] == "not decided"
    assert math.isnan(row["in_at_usd_per_year"])
    assert (
        found.told()
        .lines[0]
        .startswith("outsource with Town of a: whether it is in the plan at some price is not decided (the search was")
    )


def test_something_else_sought_first_is_refused() -> None:
    case = case_of(
        [service("s")],
        settings=plain_money() | {"equity": {"objective": "worst_off", "cost_limit_usd_per_year": 1000.0}},
    )
    with pytest.raises(Refused, match="least_cost"):
        break_even(ask(case), "s")
