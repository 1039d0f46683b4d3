"""No plan exists: the conflict is one, none of it is needless, and the ways out are ways out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.county import records, terms
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.options.admissible import DUTY
from optimizer.program.program import CountyProgram
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.engines import search_once
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why import conflict
from optimizer.why.closed import closings_of
from optimizer.why.condition import Closing, Condition, conditions_of
from optimizer.why.conflict import Undecided
from optimizer.why.no_plan import why_no_plan
from tests.cases import case_of, offer, organization, plain_money, program_of, sampled, service
from tests.properties.judge import judge
from tests.properties.small_cases import small_case
from tests.why.set_aside import without_all, without_exits
from tests.why.tight_cases import tight_case


def lock(service_id: str, decision: Decision = Decision.OUTSOURCE, provider: str | None = None) -> Lock:
    return Lock(service_id, decision, provider, "here:1")


def tight(*locks: Lock, **limits: object) -> Case:
    """Two services of 100 dollars, each with an offer of 60 that displaces two people and takes 50 dollars once."""
    offers = [offer(name, "a", 60, fte_displaced=2, transition_usd=50) for name in ("s", "t")]
    return case_of([service("s"), service("t")], [organization("a")], offers, plain_money(**limits), locks=list(locks))


def texts(case: Case) -> list[str]:
    return [condition.text for condition in why_no_plan(case).conflict]


def test_a_lock_against_a_limit() -> None:
    found = why_no_plan(tight(lock("s"), displaced_fte=1.5, transition_usd=80))
    assert [condition.kind for condition in found.conflict] == ["lock", "limit"]
    assert [condition.text for condition in found.conflict] == [
        "Service s (s) is locked to outsource",
        "Most staff who may lose their position",
    ]
    cheapest, other = found.ways
    (step,) = cheapest.steps  # half a position more; a position costs a year of 100 dollars
    assert (step.to, step.price_usd) == (2.0, pytest.approx(50))
    (step,) = other.steps  # the lock goes; the service costs 100 dollars a year
    assert (step.to, step.price_usd) == (None, pytest.approx(100))
    assert (cheapest.plan.cost_usd, other.plan.cost_usd) == (60 + 50 + 100, 200)


def test_further_conflicts_are_of_other_conditions() -> None:
    """Each lock displaces 2 and takes 50 dollars: too much for either limit by itself."""
    found = why_no_plan(tight(lock("s"), lock("t"), displaced_fte=1.5, transition_usd=40))
    ((one, other), more) = found.further[0], found.more
    assert [condition.kind for condition in (*found.conflict, one, other)] == ["lock", "limit"] * 2
    assert len({condition.text for condition in (*found.conflict, one, other)}) == 4
    assert not more
    assert found.further_table()["conflict"].tolist() == [2, 2]
    assert "1 further conflict of other conditions would remain once this one is mended." in found.told().lines
    assert why_no_plan(tight(lock("s"), displaced_fte=1.5, transition_usd=40)).further == ()


@pytest.mark.parametrize(
    ("search", "listed", "what"), [(1, 0, "other"), pytest.param(2, 0, "other", marks=pytest.mark.slow), (6, 1, "more")]
)
def test_further_conflicts_that_were_not_decided_in_time_are_said_to_be_open(
    search: int, listed: int, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two departments besides the first, each with a lock and a limit of its own that it breaks; time runs out at one
    of the searches for their conflicts.
    """
    services = [service(name, department=name) for name in "pqr"]
    offers = [offer(name, "a", 60, fte_displaced=2) for name in "pqr"]
    settings = plain_money(displaced_fte_by_department=dict.fromkeys("pqr", 1.0))
    case = case_of(services, [organization("a")], offers, settings, locks=[lock(name) for name in "pqr"])
    step, found_by = [""], conflict.any_plan

    def until_then(program: CountyProgram) -> bool:
        told, _, number = step[0].rpartition(" ")
        if told == "Looking for other conflicts: search" and int(number) >= search:
            raise Undecided("no time", Stopped.TIME)
        return found_by(program)

    monkeypatch.setattr(conflict, "any_plan", until_then)
    found = why_no_plan(case, lambda text: step.__setitem__(0, text))
    assert (len(found.conflict), len(found.further), found.more) == (2, listed, None)
    said = f"Whether {what} conditions conflict as well was not decided in the time given"
    assert any(line.startswith(said) for line in found.told().lines)
    assert found.ways


def test_there_may_be_more_conflicts_than_are_listed() -> None:
    """Four departments, each with a lock and a limit of its own that it breaks."""
    services = [service(name, department=name) for name in "pqrs"]
    offers = [offer(name, "a", 60, fte_displaced=2) for name in "pqrs"]
    settings = plain_money(displaced_fte_by_department=dict.fromkeys("pqrs", 1.0))
    found = why_no_plan(case_of(services, [organization("a")], offers, settings, locks=[lock(name) for name in "pqrs"]))
    assert (len(found.conflict), [len(one) for one in found.further], found.more) == (2, [2, 2], True)
    assert (
        "At least 2 further conflicts of other conditions would remain once this one is mended." in found.told().lines
    )


def test_a_budget_against_two_moves_that_are_forced() -> None:
    """Either move fits into the budget, both do not."""
    found = why_no_plan(tight(lock("s"), lock("t"), transition_usd=80))
    assert [condition.kind for condition in found.conflict] == ["lock", "lock", "limit"]
    (step,) = found.ways[0].steps
    assert (step.to, step.price_usd) == (100, 20)
    assert {len(way.steps) for way in found.ways} == {1}
    assert len(found.ways) == 3


def test_only_wholeness_stands_in_the_way() -> None:
    """2.5 hours for each of three services, at two partners with 4 hours each: 7.5 of 8 hours, could they be cut.

    The relaxation has a point, so that a solver's irreducible subsystem would be empty.
    """
    offers = [offer(name, org, 60) for name in "stu" for org in "ab"]
    case = case_of(
        [service(name) for name in "stu"],
        [organization("a"), organization("b")],
        offers,
        plain_money(),
        locks=[lock(name) for name in "stu"],
        uses=[records.Use(offer_id=row.offer_id, resource="hours", amount=2.5) for row in offers],
        capacities=[records.Capacity(org_id=org, resource="hours", amount=4) for org in "ab"],
    )
    found = why_no_plan(case)
    assert sorted(condition.kind for condition in found.conflict) == ["county", "county", "lock", "lock", "lock"]
    steps = {step.condition.kind: step.to for way in found.ways[:2] for step in way.steps}
    assert steps["county"] == 5.0  # two services fit into one of the partners


def test_a_duty_is_told_with_its_citation() -> None:
    mandate = records.Mandate(
        mandate_id="m", name="Keep the roads", citation="C.R.S. 43-2-111", authority="state", required_coverage=0.9,
        funded=True, allowed_decisions=(),
    )  # fmt: skip
    case = case_of(
        [service("s")],
        [organization("a")],
        [offer("s", "a", 60, coverage=0.5)],
        locks=[lock("s")],
        mandates=[mandate],
        mandate_services=[records.MandateService(mandate_id="m", service_id="s", weight=1)],
    )
    assert texts(case) == [
        "Service s (s) is locked to outsource",
        "Keep the roads (C.R.S. 43-2-111): required coverage",
    ]
    way = next(way for way in why_no_plan(case).ways if way.steps[0].to is not None)
    assert way.steps[0].to == 0.5
    assert way.price_usd == pytest.approx(10 * 100 * 0.4)


def test_a_service_without_any_option_is_told_with_the_reasons() -> None:
    case = case_of(
        [service("s", delegable=False)],
        [organization("a")],
        [offer("s", "a", 60)],
        plain_money() | {"allowed_decisions": ["outsource"]},
    )
    found = why_no_plan(case)
    assert set(zip(found.closed["decision"], found.closed["reason"], strict=True)) == {
        ("keep", "decision not considered"),
        ("outsource", "not delegable"),
    }
    assert texts(case) == [
        "Service s (s) is not delegable",
        "The decision keep is not considered (allowed_decisions)",
    ]
    assert found.ways == ()


def test_what_has_a_plan_has_no_conflict() -> None:
    with pytest.raises(Refused, match="a scenario that has a plan"):
        why_no_plan(tight())


def only_outsourcing(service_id: str) -> tuple[records.Mandate, records.MandateService]:
    """A law that lets nobody keep the service."""
    mandate = records.Mandate(
        mandate_id=f"m-{service_id}", name="Private haulers", citation="C.R.S. 30-15-401", authority="state",
        required_coverage=0, funded=True, allowed_decisions=(Decision.OUTSOURCE,),
    )  # fmt: skip
    return mandate, records.MandateService(mandate_id=f"m-{service_id}", service_id=service_id, weight=1)


def test_a_law_that_closes_keeping_is_told_with_the_limit_that_it_meets() -> None:
    mandate, member = only_outsourcing("s")
    case = tight(transition_usd=20)
    case = replace(case, county=case.county.with_tables(mandates=(mandate,), mandate_services=(member,)))
    assert texts(case) == [
        "Most that may be spent once on moving, ending and selling services and on setting up pools",
        "Private haulers (C.R.S. 30-15-401) allows only outsource",
    ]
    (way,) = why_no_plan(case).ways
    assert [step.to for step in way.steps] == [50]


def test_what_needs_no_closed_option_is_told_without_law() -> None:
    """The law bars the other service from being kept, and its move displaces nobody."""
    mandate, member = only_outsourcing("t")
    case = tight(lock("s"), displaced_fte=1.5)
    offers = (case.county.offers[0], offer("t", "a", 60))
    county = case.county.with_tables(offers=offers, mandates=(mandate,), mandate_services=(member,))
    found = why_no_plan(replace(case, county=county))
    assert [condition.kind for condition in found.conflict] == ["lock", "limit"]


def test_where_only_links_and_law_stand_in_the_way_nothing_gives_way() -> None:
    mandate, member = only_outsourcing("s")
    case = case_of(
        [service("s"), service("t", delegable=False)],
        [organization("a")],
        [offer("s", "a", 60), offer("t", "a", 60)],
        mandates=[mandate],
        mandate_services=[member],
        links=[records.Link(link_id="l", kind=terms.LinkKind.TOGETHER)],
        link_services=[
            records.LinkService(link_id="l", service_id=name, position=at) for at, name in enumerate(("s", "t"), 1)
        ],
    )
    found = why_no_plan(case)
    assert [condition.text for condition in found.conflict] == [
        "Link l: move together, alike and to the same provider: Service s (s), Service t (t)",
        "Private haulers (C.R.S. 30-15-401) allows only outsource",
        "Service t (t) is not delegable",
    ]
    assert found.ways == ()
    assert any(line.startswith("No limit, lock or ban that gives way leads out") for line in found.told().lines)


def ended_early(*_: object) -> Outcome:
    return Outcome(Stopped.TIME, None, None, None, "a solver", 60.0)


def test_a_search_that_ends_early_is_not_called_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.why.conflict.search_once", ended_early)
    found = why_no_plan(tight(lock("s"), displaced_fte=1.5))
    assert found.conflict == ()
    assert "which conditions conflict was not decided: time limit" in found.undecided
    assert found.told().lines[0].startswith("Not all is known: ")


def test_that_no_way_out_was_found_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.why.elastic.search_once", ended_early)
    found = why_no_plan(tight(lock("s"), displaced_fte=1.5))
    assert len(found.conflict) == 2
    assert found.ways == ()
    assert found.undecided == "what would have to give way was not decided: time limit"
    assert len(found.told().lines) == 2  # not that there is none


def test_a_way_out_that_may_not_be_the_cheapest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unproved(*asked: object) -> Outcome:
        return replace(search_once(*asked), bound_usd=30.0)  # type: ignore[arg-type]

    monkeypatch.setattr("optimizer.why.elastic.search_once", unproved)
    found = why_no_plan(tight(lock("s"), displaced_fte=1.5), most_ways=1)
    assert found.undecided == "instead of a way out for $50 there may be one for $30 or more"


IMPOSSIBLE = (14, 28, 72, 155, 274, 337, 347, 357)
"""Seeds of small cases that have no plan, and whose locks something could keep; each conflict is of another kind."""
TIGHT = (106, 111, 103, 121, 127, 149, 153, 158, 172, 177)
"""The same of tight cases, of which every way out takes other limits."""


def without_plan() -> list[Case]:
    """Two of these cases first, for every day."""
    cases = [*map(small_case, IMPOSSIBLE), *map(tight_case, TIGHT)]
    return [cases[-len(TIGHT)], cases[0], *cases[1 : -len(TIGHT)], *cases[1 - len(TIGHT) :]]


@pytest.mark.parametrize("case", sampled(without_plan(), 1))
def test_conflicts_are_minimal_and_ways_out_lead_out_by_trying_every_plan(case: Case) -> None:
    _judged(case)


def _with_alone(case: Case, conflict: tuple[Condition, ...]) -> Case:
    """The case with these conditions alone, whatever else closes options included."""
    everything = (*conditions_of(program_of(case)), *closings_of(case))
    return without_all(case, [one for one in everything if (one.kind, one.text) not in {*map(_name, conflict)}])


def _name(condition: Condition) -> tuple[str, str]:
    return condition.kind, condition.text


def _judged(case: Case) -> None:
    """By the independent verification of every plan, and by inputs alone."""
    if any(isinstance(one.source, Closing) and one.source.reason == DUTY for one in closings_of(case)):
        case = without_exits(case)
    found = why_no_plan(case)
    assert found.conflict
    alone = _with_alone(case, found.conflict)
    assert judge(alone).value is None
    for member in found.conflict:
        assert judge(without_all(alone, [member])).value is not None
    named = conditions_of(program_of(case))
    for further in found.further:
        others = [one for one in named if _name(one) not in {*map(_name, further)}]
        held = without_all(case, others)
        assert not {*map(_name, further)} & {*map(_name, found.conflict)}
        assert judge(held).value is None
        for member in further:
            assert judge(without_all(held, [member])).value is not None
    for way in found.ways:
        assert judge(way.case).value is not None
    prices = [way.price_usd for way in found.ways]
    assert prices == sorted(prices)
