"""What moves with a choice: as few services as at that cost can be, and a difference whose parts add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.ask import row_of_service
from optimizer.errors import Refused
from optimizer.options.money import annuity
from optimizer.plan.choices import Choices
from optimizer.plan.plan import plan_of
from optimizer.plan.selection import choices_of, point_of
from optimizer.plan.verify.book import Book
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import Asked, ask
from optimizer.why.forced import choices_of_service, forced
from optimizer.why.moving import least_changed
from optimizer.why.service import ServiceAnswer, why_service
from tests.cases import case_of, offer, organization, plain_money, sampled, service
from tests.properties.every_plan import every_plan
from tests.properties.judge import Priced, Prices, broken_rules
from tests.properties.small_cases import small_case
from tests.solve.rich import cases

SEEDS = (13, 1)
CENTS = 2
"""Two honest roundings of the same plan may be this far apart."""


def one_agreement() -> Case:
    """East saves 30 on s and 5 on t, for an agreement of 20 that both need; north saves 5 on t, too."""
    offers = [offer("s", "east", 70), offer("t", "east", 95), offer("t", "north", 95)]
    return case_of([service("s"), service("t")], [organization("east", 20), organization("north")], offers)


def test_of_plans_that_cost_the_same_the_one_that_leaves_most_as_it_is() -> None:
    """Two towns ask the same for eight services; the plan in question gives them out in turn."""
    names = [f"t{number}" for number in range(8)]
    offers = [offer(name, town, 50) for name in names for town in ("east", "west")]
    case = case_of(
        [service("s"), *map(service, names)],
        [organization("east"), organization("west")],
        [*offers, offer("s", "east", 40), offer("s", "west", 45)],
    )
    asked = ask(case)
    given = {name: f"{name}-{'east' if number % 2 else 'west'}" for number, name in enumerate(names)}
    choices = Choices({"s": "s-east", **given}, dict.fromkeys(["s", *names], 1), {"east": 1, "west": 1})
    x = point_of(asked.program, choices)
    assert x is not None
    assert asked.program.cost_usd(x) == asked.best.cost_usd
    found = why_service(Asked(asked.program, replace(asked.best, x=x)), "s")
    assert found.choices["usd_per_year"].tolist() == pytest.approx([0, 5, 60])
    assert found.others.empty


def test_a_difference_is_told_by_where_it_arises() -> None:
    found = why_service(ask(one_agreement()), "s")
    parts = dict(zip(found.made_up_of["part"], found.made_up_of["usd_per_year"], strict=True))
    assert parts == pytest.approx({"the service itself": 30, "agreements": -20})
    lines = found.told().lines
    assert "That is made up of: the service itself $30 more, agreements $20 less." in lines


def test_an_agreement_counts_towards_the_limit_of_agreements() -> None:
    case = case_of([service("s")], [organization("east", 20)], [offer("s", "east", 70)], plain_money(agreements=1))
    (limit,) = why_service(ask(case), "s").presses.to_dict("records")
    assert (limit["used"], limit["of"], limit["choice_takes"], limit["next_takes"]) == (1, 1, 1, 0)


def test_a_gap_of_the_plan_in_question_is_in_every_interval() -> None:
    asked = ask(one_agreement())
    assert asked.best.cost_usd is not None
    open_ = Asked(asked.program, replace(asked.best, bound_usd=asked.best.cost_usd - 4.0))
    row = why_service(open_, "s").choices.iloc[1]
    assert [row[f"{end}usd_per_year"] for end in ("least_", "", "most_")] == pytest.approx([10, 10, 14])
    unknown = Asked(asked.program, replace(asked.best, bound_usd=None, stopped=Stopped.TIME))
    found = why_service(unknown, "s")
    assert found.choices["most_usd_per_year"].iloc[1] == np.inf
    assert "no upper end is proved" in found.told().lines[1]


def test_a_plan_that_was_not_the_best_is_told_as_such() -> None:
    """The plan in question keeps s and t, as a search stopped early might."""
    asked = ask(one_agreement())
    kept = asked.program.columns.options[~asked.program.options.candidates.moved]
    x = np.zeros(len(asked.program.columns))
    x[kept] = 1.0
    early = replace(asked.best, x=x, cost_usd=200.0, bound_usd=None, stopped=Stopped.TIME)
    found = why_service(Asked(asked.program, early), "s")
    assert found.choices["usd_per_year"].iloc[1] == pytest.approx(-15)
    assert found.told().lines[1].endswith("the plan in question is not the best one. Solve it again.")


def test_where_cost_comes_second_it_is_refused() -> None:
    with pytest.raises(Refused, match="least_cost, as costs are compared"):
        why_service(ask(cases()["everything"]), "s1")


@pytest.mark.parametrize("seed", sampled(SEEDS, 1))
def test_parts_add_up_and_no_plan_of_that_cost_leaves_more_as_it_is(seed: int) -> None:
    case = small_case(seed)
    asked = ask(case)
    years = annuity(case.settings)
    for row in case.county.services:
        found = why_service(asked, row.service_id)
        possible = found.choices[(found.choices["status"] != "in the plan") & found.choices["usd_per_year"].notna()]
        if possible.empty:
            continue
        assert found.made_up_of["usd_per_year"].sum() * years == pytest.approx(
            possible["usd_per_year"].iloc[0] * years, abs=0.1
        )
        _is_fewest(asked, row.service_id, found)


def _is_fewest(asked: Asked, service_id: str, found: ServiceAnswer) -> None:
    """Of all lawful plans that have the next best choice at its cost none differs in fewer options and sales."""
    next_best = found.choices[found.choices["status"] != "in the plan"].iloc[0]
    choices = choices_of_service(asked.program, row_of_service(asked.case, service_id))
    program = forced(asked.program, next(one for one in choices if one.row_id == next_best["row_id"]))
    outcome = asked.again(program)
    least = least_changed(asked, program, outcome)
    assert outcome.cost_usd is not None
    assert least.x is not None
    assert least.cost_usd == pytest.approx(outcome.cost_usd, abs=0.01)
    plan_of(program, least)
    best, book = choices_of(asked.program, asked.x), Book(asked.case)
    prices, fewest = Prices(book), np.inf
    for other in every_plan(asked.case):
        if _taken(asked.case, other, service_id) == {next_best["row_id"]} and _changes(best, other) < fewest:
            plan = Priced(book, other, prices)
            if plan.cents <= 100 * outcome.cost_usd + CENTS and not broken_rules(plan):
                fewest = _changes(best, other)
    assert _changes(best, choices_of(program, least.x)) == fewest


def _taken(case: Case, choices: Choices, service_id: str) -> set[str]:
    """What a plan takes for a service: offer, sales, or an empty text."""
    own = {sale.sale_id for sale in case.county.sales if sale.service_id == service_id}
    return own & {*choices.sales} or {choices.offers[service_id] or ""}


def _changes(best: Choices, other: Choices) -> int:
    """Options of the best plan that another does not take, and sales that only one of them makes, years counted."""
    options = sum(
        (offer, best.starts.get(name)) != (other.offers[name], other.starts.get(name))
        for name, offer in best.offers.items()
    )
    return options + len(best.sales.items() ^ other.sales.items())
