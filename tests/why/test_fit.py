"""Parameters from decisions: planted ones are recovered, by hand and beside every value by trying every plan."""

from __future__ import annotations

import signal
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.ask import load_case
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve import highs
from optimizer.why.asked import ask_once
from optimizer.why.county_layer import write_layer
from optimizer.why.fit import Fit, fit
from optimizer.why.inverse import Demand, least_change
from optimizer.why.parameters import FAMILIES, Parameter, parameters_of, with_parameters
from tests.cases import case_of, offer, organization, plain_money, sampled, service
from tests.properties.small_cases import small_case
from tests.why.plans_by_hand import Way, lawful_plans, ways_of, wide_case

SAVINGS = {"a": 5, "b": 12, "c": 18, "d": 24, "e": 30, "f": 40}
"""Of services that cost 100 in house [USD/year]."""


def county(economics: dict[str, Any] | None = None, department: str = "Works", **columns: Any) -> Case:
    money = plain_money()
    money["economics"] |= economics or {}
    return case_of(
        [service(name, department=department if name in "ad" else "Works") for name in SAVINGS],
        [organization("east", **columns)],
        [offer(name, "east", 100 - saved) for name, saved in SAVINGS.items()],
        money,
    )


def decided(moved: str, services: str = "abcdef") -> list[Lock]:
    return [Lock(name, Decision.OUTSOURCE if name in moved else Decision.KEEP, None, "past.csv") for name in services]


def fitted(found: Fit) -> dict[str, float]:
    changed = found.parameters[found.parameters["fitted"] != found.parameters["now"]]
    return dict(zip(changed["path"], changed["fitted"], strict=True))


def answers(found: Fit) -> dict[str, str]:
    return dict(zip(found.decisions["service_id"], found.decisions["answer"], strict=True))


def test_a_hurdle_that_was_planted_is_found() -> None:
    """24 was not enough and 30 was: a dollar beyond 24 in 100 is the least that tells them apart."""
    found = fit(county(), decided("ef"), ["hurdle"])
    assert fitted(found) == {"economics.hurdle_share": 0.25}
    assert set(answers(found).values()) == {"agrees"}
    assert found.rounds["missed_usd_per_year"].iloc[0] == pytest.approx(5 + 12 + 18 + 24)
    assert found.rounds["missed_usd_per_year"].iloc[found.round] == 0
    assert found.case.settings.economics.hurdle_share == 0.25


def test_a_hurdle_that_was_too_high_comes_down() -> None:
    """It need not come lower than what the move asks that saved least."""
    found = fit(county({"hurdle_share": 0.3}), decided("cdef"), ["hurdle"])
    assert fitted(found) == {"economics.hurdle_share": 0.17}
    before = found.rounds.iloc[0]
    assert before["below_hurdle_usd_per_year"] == pytest.approx(12 + 6)
    assert found.rounds["missed_usd_per_year"].iloc[found.round] == 0


def test_what_a_department_wants_to_save_is_told_apart() -> None:
    found = fit(county(department="Sheriff"), decided("bcef"))
    assert fitted(found) == {"economics.hurdle_usd_per_year_by_department.Sheriff": 25}
    assert found.parameters.set_index("path")["rests_on"]["economics.hurdle_usd_per_year_by_department.Sheriff"] == 2


def test_what_partners_have_to_save_is_told_apart_from_what_firms_have_to() -> None:
    """Partners do a, c and e, of which only e goes; 18 was not enough, and 20 is a round number."""
    case = county()
    offers = tuple(
        row.model_copy(update={"decision": Decision.PARTNER}) if row.service_id in "ace" else row
        for row in case.county.offers
    )
    case = replace(case, county=case.county.with_tables(offers=offers))
    partner = Lock("e", Decision.PARTNER, None, "past.csv")
    found = fit(case, [*decided("bdf", "abcdf"), partner])
    assert fitted(found) == {"economics.hurdle_usd_per_year_by_decision.partner": 20.0}
    assert set(answers(found).values()) == {"agrees"}


def test_what_a_contract_costs_to_watch() -> None:
    """The offer at 88 was turned down: 14.8 % of it makes it a dollar dearer than 100 in house, 15 % is rounder."""
    found = fit(county(), decided("cdef"), ["administration"])
    assert fitted(found) == {"kinds.municipality.administration_share": 0.15}
    assert set(answers(found).values()) == {"agrees"}


def test_what_a_failure_would_cost() -> None:
    """A tenth of the services that cost 100 is at risk."""
    found = fit(county(probability_of_failure=0.1), decided("ef"), ["reliability"])
    assert fitted(found) == {"economics.hurdle_share_of_failure": 2.5}


def test_a_partner_that_fails_too_often_is_passed_over_for_another() -> None:
    """West does the same for 10 more. East saves 40 and puts 50 at risk: 0.82 of that bar it, 1 is rounder."""
    case = case_of(
        [service("s")],
        [organization("east", probability_of_failure=0.5), organization("west")],
        [offer("s", "east", 60), offer("s", "west", 70)],
    )
    found = fit(case, [Lock("s", Decision.OUTSOURCE, "west", "past.csv")], ["reliability"])
    assert fitted(found) == {"economics.hurdle_share_of_failure": 1.0}
    assert found.rounds["missed_usd_per_year"].tolist() == pytest.approx([10, 0])


def test_less_is_tried_where_demands_ask_for_too_much() -> None:
    """Watching them costs 5 %: s, which saves 10 with an agreement of 8, stays; t, which saves 9 with one of 3, goes.

    That s be barred asks for 12 %, that t be admitted for 9 %; from 6.6 % on t is not worth its agreement.
    """
    case = case_of(
        [service("s"), service("t")],
        [organization("east", 8), organization("west", 3)],
        [offer("s", "east", 90), offer("t", "west", 91)],
    )
    past = [Lock("s", Decision.KEEP, None, "past.csv"), Lock("t", Decision.OUTSOURCE, None, "past.csv")]
    found = fit(case, past, ["administration"])
    (share,) = fitted(found).values()
    assert 0.022 <= share <= 0.077
    assert found.rounds["missed_usd_per_year"].iloc[0] == pytest.approx(2)
    assert found.rounds["missed_usd_per_year"].iloc[found.round] <= 1.0
    assert set(answers(found).values()) <= {"agrees", "as good"}


def test_what_fails_the_hurdle_by_less_than_a_dollar_is_as_good() -> None:
    found = fit(county({"hurdle_share": 0.305}), decided("ef", "ef"), [])
    assert answers(found) == {"e": "as good", "f": "agrees"}


def test_what_no_parameter_explains_is_told_with_its_cost() -> None:
    """To keep f no hurdle lets go of e."""
    found = fit(county(), decided("e"), ["hurdle"])
    assert fitted(found) == {"economics.hurdle_share": 0.25}
    table = found.decisions.set_index("service_id")
    assert table["answer"]["f"] == "unexplained"
    assert table["usd_per_year"]["f"] == pytest.approx(40)
    assert found.told().tables["What they cost, by department"].to_numpy().tolist() == [["Works", 1, 40.0]]


def test_what_can_never_be_is_told_with_its_reason() -> None:
    case = case_of([service("a", delegable=False), service("b")], [organization("east")], [offer("a", "east", 50)])
    found = fit(case, [*decided("a", "a"), *decided("b", "b")])
    assert found.decisions.set_index("service_id")["why"].to_dict() == {
        "a": "not delegable",
        "b": "there is no such offer",
    }
    assert set(answers(found).values()) == {"cannot be"}


def test_decisions_that_are_best_already_change_nothing() -> None:
    found = fit(county(), decided("abcdef"))
    assert fitted(found) == {}
    assert len(found.rounds) == 1
    assert "No parameter needs to change." in found.told().lines


def test_values_stay_within_their_bounds_and_are_as_they_are_written() -> None:
    share = Parameter("administration", "kinds.county.administration_share", 0.06, "share", 1.0)
    assert share.changed_by(-0.06 - 1e-17) == 0.0
    assert share.changed_by(2.0) == 1.0
    assert share.changed_by(0.1 / 3) == 0.09333333333


def test_a_crumb_of_a_change_is_left_out() -> None:
    """Of two departments only one has to save $25; a dollar of the other would help no decision across."""
    parameters = [Parameter("department", name, 0.0, "USD/year", 1e9) for name in ("Sheriff", "Works")]
    demands = [Demand(0, 25.0, (1.0, 0.0)), Demand(1, 0.4, (0.0, 1.0))]
    assert least_change(parameters, demands).tolist() == [25.0, 0.0]


def test_a_family_nobody_knows() -> None:
    with pytest.raises(Refused, match="Did you mean hurdle"):
        fit(county(), decided("a"), ["hurdl"])
    assert len(FAMILIES) == 5


def past_of(case: Case) -> list[Lock]:
    """What the best plan of a case decides, of services that it could let go."""
    offered = {row.service_id for row in case.county.offers}
    found = []
    for service_id, way in ways_of(ask_once(case).plan).items():
        if service_id in offered:
            decision, provider = (Decision.KEEP, None) if isinstance(way, frozenset) else (Decision(way[0]), way[1])
            found.append(Lock(service_id, decision, provider, "past.csv"))
    return found


@pytest.fixture
def question(desk: Path) -> Path:
    return desk / "scenarios" / "whatifs" / "pocket" / "no_transition_limit.yaml"


def kept(path: Path) -> list[Lock]:
    """Every service of the county that has an offer, kept."""
    case = load_case(path)
    offered = sorted({row.service_id for row in case.county.offers})
    return [Lock(service_id, Decision.KEEP, None, "past.csv") for service_id in offered]


def test_the_countys_file_keeps_what_else_it_says(question: Path) -> None:
    layer = question.parents[2] / "counties" / "pocket.yaml"
    layer.write_text("title: Pocket\nset:\n  limits.agreements: 7\n  # two people can watch so many\n", "utf-8")
    found = fit(load_case(question), kept(question))
    assert fitted(found)
    assert write_layer(found, question) == layer
    text = layer.read_text("utf-8")
    assert "  # two people can watch so many\n" in text
    assert f"  # fitted to {len(found.decisions)} decisions that were taken, of which it explains" in text
    again = load_case(question)
    assert again.settings == found.case.settings
    assert again.settings.limits.agreements == 7
    assert fit(again, kept(question)).rounds["missed_usd_per_year"].iloc[0] == pytest.approx(
        found.rounds["missed_usd_per_year"].iloc[found.round], abs=0.01
    )


def test_a_countys_file_is_made_where_there_is_none(question: Path) -> None:
    found = fit(load_case(question), kept(question))
    layer = write_layer(found, question)
    assert layer is not None
    assert load_case(question).settings == found.case.settings


def test_a_file_that_would_say_something_else_is_left_as_it_was(question: Path) -> None:
    layer = question.parents[2] / "counties" / "pocket.yaml"
    question.write_text(question.read_text("utf-8") + "  economics.hurdle_share: 0.0\n", "utf-8")
    found = fit(load_case(question), kept(question), ["hurdle"])
    with pytest.raises(Refused, match="other settings once this is written"):
        write_layer(found, question)
    assert not layer.exists()


def test_nothing_is_written_where_nothing_changes(question: Path) -> None:
    case = load_case(question)
    assert write_layer(fit(case, past_of(case)), question) is None


SEEDS = (1, 3, 18, 25, 45, 11, 22, 33)
"""Cases in which the planted hurdle changes what is best."""


@pytest.mark.parametrize("seed", sampled(SEEDS, 1))
def test_a_planted_hurdle_is_explained_as_well_as_by_any_by_trying_every_plan(seed: int) -> None:
    case = small_case(seed)
    past = past_of(with_parameters(case, {"economics.hurdle_share": 0.33}))
    found = fit(case, past, ["hurdle"])
    missed = found.rounds["missed_usd_per_year"].iloc[found.round]
    assert found.rounds["missed_usd_per_year"].iloc[0] > 1.0
    assert missed == pytest.approx(_missed_by_hand(found.case, past), abs=1.0)
    others = [with_parameters(case, {"economics.hurdle_share": share}) for share in np.linspace(0.0, 0.6, 7)]
    assert missed <= min(_missed_by_hand(other, past) for other in others) + 1.0


PLANTED = [
    (12, "economics.hurdle_usd_per_year_by_decision.partner", 30.0),
    (8, "economics.hurdle_usd_per_year_by_department.Sheriff", 30.0),
    (7, "kinds.private.administration_share", 0.4),
    (3, "economics.hurdle_share_of_failure", 1.5),
    (4, "economics.hurdle_share", 0.33),
]
"""Seeds of wide cases, and what changes their best plan."""


@pytest.mark.parametrize(
    ("seed", "path", "value"),
    [pytest.param(*row, marks=pytest.mark.slow if number else ()) for number, row in enumerate(PLANTED)],
)
def test_what_was_planted_in_any_family_is_explained_by_trying_every_plan(seed: int, path: str, value: float) -> None:
    case = wide_case(seed)
    past = past_of(with_parameters(case, {path: value}))
    assert _missed_by_hand(case, past) > 1.0
    (family,) = {
        one.family for one in parameters_of(case, FAMILIES, {one.service_id for one in past}) if one.path == path
    }
    found = fit(case, past, [family])
    assert set(fitted(found)) == {path}
    assert _missed_by_hand(found.case, past) <= 1.0
    assert found.rounds["missed_usd_per_year"].iloc[found.round] <= 1.0


def _missed_by_hand(case: Case, past: list[Lock]) -> float:
    """What the cheapest plan that takes every decision costs more than the cheapest; infinite if there is none."""
    plans = lawful_plans(case)
    along = [plan for plan in plans if all(_takes(plan.ways[one.service_id], one) for one in past)]
    return min((plan.usd_per_year for plan in along), default=inf) - plans[0].usd_per_year


def _takes(way: Way, lock: Lock) -> bool:
    if isinstance(way, frozenset):
        return lock.decision is Decision.KEEP
    return way == (str(lock.decision), lock.provider)


def test_decisions_are_told_by_the_names_of_those_who_deliver(question: Path) -> None:
    case = load_case(question)
    found = fit(case, [Lock("blading", Decision.OUTSOURCE, "ridge", "past.csv")], ["hurdle"])
    names = {row.org_id: row.name for row in case.county.organizations}
    assert found.decisions["taken"].tolist() == [f"outsource: {names['ridge']}"]


def test_interrupted_it_is_the_best_of_the_rounds_that_were_ended() -> None:
    def step(text: str) -> None:
        if text.startswith("Round 2"):
            signal.raise_signal(signal.SIGINT)

    found = fit(county(), decided("ef"), ["hurdle"], step)
    assert (found.interrupted, len(found.rounds), found.round, fitted(found)) == (True, 1, 0, {})
    assert {answers(found)[name] for name in "abcd"} == {"not searched"}  # of 12 to 24 that moving them would save
    told = found.told().lines
    assert "The search was interrupted: other parameters may explain more." in told
    assert "No parameter needs to change." not in told


def test_interrupted_before_a_round_was_ended_there_is_nothing_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(highs, "refuse_unsafe", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit(county(), decided("ef"), ["hurdle"])
