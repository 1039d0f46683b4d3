"""Reasons told of a plan: money as in the run's tables, and every way in which a service is kept in its own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.ask import load_case
from optimizer.county import records
from optimizer.county.terms import EXIT_ID, Decision, Stance
from optimizer.options.money import payback_years
from optimizer.options.options import build_options, every_option
from optimizer.plan.answer import Answer
from optimizer.plan.plan import Plan
from optimizer.report.reasons.kept import (
    ALL_CLOSED,
    BECAUSE,
    LEFT_TO_THE_COUNTY,
    LOCKED,
    NO_TERMS,
    NOBODY,
    NOT_WORTH_IT,
    RULE,
    kept_reasons,
)
from optimizer.report.reasons.moves import move_reasons
from optimizer.report.reasons.terms import FORBIDDEN, LEFT_OUT, OPEN, offer_terms
from optimizer.report.reasons.whole import answer_sentences, detail_sentences, lead_sentences
from optimizer.runs.manifest import flat_settings
from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.solve.outcome import Stopped
from tests.cases import ROOT, best, case_of, completed, offer, organization, plain_money, sampled, service


def answered(case: Case, stopped: Stopped | None = Stopped.PROVED, **changes: Any) -> Answer:
    plan = replace(best(case), **changes)
    return Answer("one", "One", "What?", stopped, plan, flat_settings(case), case.county)


@pytest.fixture(scope="module")
def shipped() -> tuple[Case, Answer]:
    """The pocket county with pools, revenue and capacities, solved."""
    case = load_case(ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml")
    return case, answered(case)


@pytest.mark.parametrize("name", ["pocket/on_paper", "clear_creek/recommended"])
def test_offers_promise_what_the_options_do(name: str) -> None:
    case = load_case(ROOT / "scenarios" / "whatifs" / f"{name}.yaml")
    # no plan is needed to price an offer; what is left out is tested below
    found = offer_terms(Answer("one", "", "", None, None, flat_settings(case), case.county))
    options, _ = every_option(case)
    moved = options.candidates.moved & (options.candidates.start == 0)
    by_offer = np.argsort(options.candidates.offer[moved])
    terms = options.candidates.terms
    assert found["promised_usd_per_year"].to_numpy() == pytest.approx(terms.promised_saving()[moved][by_offer])
    assert found["payback_years"].to_numpy() == pytest.approx(payback_years(terms, case.settings)[moved][by_offer])
    assert found["avoided_usd_per_year"].to_numpy() == pytest.approx(terms.avoidable[moved][by_offer])


def test_what_is_left_out_is_so_in_every_start_year(shipped: tuple[Case, Answer]) -> None:
    case, answer = shipped
    found, left_out = offer_terms(answer), build_options(case).left_out
    assert set(found.loc[found["state"] == LEFT_OUT, "offer_id"]) == set(left_out["offer_id"])
    two_years = answer.settings | {"horizon.start_years": 2}
    assert LEFT_OUT not in set(offer_terms(replace(answer, settings=two_years))["state"])


def test_the_money_of_a_move_adds_up_to_the_plans(shipped: tuple[Case, Answer]) -> None:
    plan = shipped[1].plan
    assert plan is not None
    decided = plan.decisions.set_index("service_id")
    told = move_reasons(shipped[1])
    assert list(told) == decided[decided["moved"]].sort_values("saving_usd_per_year", ascending=False).index.tolist()
    for service_id, reason in told.items():
        assert sum(reason.money.values()) == pytest.approx(decided["plan_usd_per_year"][service_id])


def test_a_move_is_told_with_its_numbers() -> None:
    # by hand: 100 today; the town charges 60, watching over it takes 10 % of that: 34 are promised
    case = case_of(
        [service("a", 100.0, name="Snow", mandate_level=4, critical=True, consent_owner="Sheriff")],
        [organization("east", 3.0, probability_of_failure=0.25)],
        [offer("a", "east", 60, transition_usd=17, lead_time_months=6, coverage=0.9, fte_displaced=0.5)],
        plain_money()
        | {"kinds": {"municipality": {"administration_share": 0.1}}}
        | {"horizon": {"years": 3, "discount_rate": 0.0}, "duties": {"coverage_floor_by_mandate_level": {4: 0.9}}},
        mandates=[
            records.Mandate(
                mandate_id="m",
                name="Open roads",
                citation="Act 1",
                authority="state",
                required_coverage=0.5,
                funded=True,
            )
        ],
        mandate_services=[records.MandateService(mandate_id="m", service_id="a", weight=1)],
    )
    reason = move_reasons(answered(case))["a"]
    assert reason.what == "Buy it from Town of east, started in year 1; delivery begins in month 7 of year 1."
    assert "Today it costs $100 a year" in reason.why
    assert "Town of east charges $60 a year and watching over the contract takes $6 a year more" in reason.why
    assert (
        "$100 a year of today's cost would no longer be paid: what is promised is a saving of $34 a year" in reason.why
    )
    # half a year of waiting and half a year of saving
    assert "Once it costs $17, paid back 1.0 years after it starts." in reason.why
    assert "agreement with Town of east, $3 a year, which serves 1 service of the plan" in reason.why
    assert "It serves: Open roads (Act 1)." in reason.why
    for said in ("asked for by federal, state or county law", "critical", "consent of Sheriff", "put at 25%", "90.0%"):
        assert said in reason.risk
    assert reason.assumed == "Its terms were given, none is estimated. 100% of the promised saving is counted on."


def test_estimates_name_their_source() -> None:
    blank = records.Offer(offer_id="o", service_id="a", org_id="east", decision=Decision.PARTNER)
    quoted = records.Offer(
        offer_id="p", service_id="b", org_id="east", decision=Decision.PARTNER, price_usd_per_year=9000, quality=1
    )
    settings = plain_money() | {"duties": {"coverage_floor_by_mandate_level": {}}}
    case = case_of([service("a", 50_000.0), service("b", 50_000.0)], [organization("east")], [blank, quoted], settings)
    filled = completed(case)
    answer = answered(filled)
    answer = replace(answer, county=answer.county.with_tables(priors=_priors()))
    reasons = move_reasons(answer)
    assert (
        "Every term is an estimate; nobody has quoted a price. Source of the estimate: a study." in reasons["a"].assumed
    )
    assert "Estimated, not quoted: part that moves, coverage" in reasons["b"].assumed
    assert "price" not in reasons["b"].assumed.split("Source")[0]
    said = " ".join(answer_sentences(answer))
    assert "services that cost $100k a year" in said
    assert "1 of them has no quoted price at all" in said


def _priors() -> tuple[records.Prior, ...]:
    shares = ("price_share", "transition_share", "retained_revenue_share", "moved_share", "coverage")
    shares += ("transferred_share", "displaced_share", "lead_time_months", "quality")
    row = dict.fromkeys(shares, 1)
    return (
        records.Prior.model_validate(
            row | {"service_class": "*", "kind": "*", "decision": "partner", "source": "a study"}
        ),
    )


def test_every_way_of_being_kept_has_its_own_words() -> None:
    services = [service(name, 100.0, name=f"The {name}") for name in ("locked", "nobody", "buyer", "dear", "fixed")]
    services += [service("law", 100.0, delegable=False), service("banned", 100.0)]
    case = case_of(
        services,
        [organization("east", 70.0), organization("west")],
        [
            offer("locked", "west", 10),
            offer("dear", "west", 130),
            offer("fixed", "east", 60),
            offer("law", "west", 10),
            offer("banned", "west", 10),
        ],
        plain_money() | {"economics": plain_money()["economics"] | {"hurdle_share": 0.1}},
        locks=[Lock("locked", Decision.KEEP, None, "here")],
        forbids=[Forbid("banned", "west", Decision.OUTSOURCE, "here")],
        overlaps=[
            records.Overlap(org_id="west", service_id="buyer", stance=Stance.WOULD_BUY),
            # who says no offers nothing
            records.Overlap(org_id="west", service_id="nobody", stance=Stance.NO),
        ],
    )
    answer = answered(case)
    table = kept_reasons(answer).set_index("service_id")
    assert table["because"].to_dict() == {
        "locked": LOCKED,
        "nobody": NOBODY,
        "buyer": NO_TERMS,
        "dear": ALL_CLOSED,
        "fixed": NOT_WORTH_IT,
        "law": LEFT_TO_THE_COUNTY,
        "banned": ALL_CLOSED,
    }
    assert set(table["because"]) <= set(BECAUSE)
    why = table["why"]
    assert "Town of west would buy it" in why["buyer"]
    assert why["dear"] == (
        "Outsource with Town of west: it does not beat keeping by the hurdle (which costs $30 a year more once it "
        "runs)."
    )
    assert "outsource with Town of east, which promises $40 a year for $0 once" in why["fixed"]
    assert "an agreement that the plan does not sign, $70 a year" in why["fixed"]
    assert "No plan that takes it costs less as a whole." in why["fixed"]
    assert why["banned"] == "Outsource with Town of west: the scenario forbids it."
    early = kept_reasons(replace(answer, stopped=Stopped.TIME)).set_index("service_id")["why"]
    assert "that no better plan does is not proved" in early["fixed"]
    assert set(kept_reasons(replace(answer, stopped=None))["because"]) == {RULE}


def test_a_limit_that_binds_is_told_where_it_may_be_why() -> None:
    case = case_of(
        [service("a", 100.0), service("b", 50.0)],
        [organization("east")],
        [offer("a", "east", 10, fte_displaced=1), offer("b", "east", 10, fte_displaced=1)],
        plain_money(displaced_fte=1.0),
    )
    why = kept_reasons(answered(case)).set_index("service_id")["why"]
    assert "Limits that bind and that it may touch: Staff who lose their position: 1 of at most 1 FTE." in why["b"]


def test_a_county_that_nobody_offers_anything() -> None:
    answer = answered(case_of([service("a")]))
    assert offer_terms(answer).empty
    assert kept_reasons(answer)["because"].tolist() == [NOBODY]


def test_states_of_offers_under_locks_and_bans() -> None:
    case = case_of(
        [service("a"), service("b")],
        [organization("east"), organization("west")],
        [offer("a", "east", 10), offer("a", "west", 20), offer("b", "west", 20)],
        locks=[Lock("a", Decision.OUTSOURCE, "west", "here")],
        forbids=[Forbid(None, "west", Decision.PARTNER, "here")],
    )
    state = offer_terms(answered(case)).set_index("offer_id")["state"]
    assert state.to_dict() == {"a-east": FORBIDDEN, "a-west": OPEN, "b-west": OPEN}


def test_an_ended_service_is_told_so() -> None:
    settings = plain_money() | {"allowed_decisions": ["keep", "exit"]}
    case = completed(case_of([service("a", 100.0)], settings=settings))
    answer = answered(case)
    reason = move_reasons(answer)["a"]
    assert case.county.offers[0].offer_id.startswith(EXIT_ID)
    assert reason.what == "End it, started in year 1; it ends in month 7 of year 1."
    assert "Nobody delivers it any more." in reason.risk
    assert "Estimated by the scenario's settings (exit)" in reason.assumed
    assert sum(reason.money.values()) == pytest.approx(plan_usd(answer.plan, "a"))


def plan_usd(plan: Plan | None, service_id: str) -> float:
    assert plan is not None
    return float(plan.decisions.set_index("service_id")["plan_usd_per_year"][service_id])


def test_without_a_plan_only_the_ending_is_told(shipped: tuple[Case, Answer]) -> None:
    none = replace(shipped[1], plan=None, stopped=Stopped.INFEASIBLE)
    assert answer_sentences(none) == (
        "No plan exists: the rules cannot all hold at once (confirmed by a second search).",
    )
    assert move_reasons(none) == {}
    assert kept_reasons(none).empty


def test_the_paragraph_tells_how_sure_it_is() -> None:
    case = case_of(
        [service("a"), service("b")],
        [organization("east")],
        [offer("a", "east", 40)],
        plain_money()
        | {"economics": plain_money()["economics"] | {"realization_share": 0.5, "ramp_share": [0.5, 1.0]}},
    )
    answer = answered(case, Stopped.TIME, bound_usd=100.0)
    said = answer_sentences(answer)
    assert said[0].startswith("Of 2 services keep 1, outsource 1.")
    assert "A good plan: the time was up; a better one may exist, cheaper by $85 at the most." in said
    assert said[-1] == (
        "Of what providers and buyers promise to save or pay, 50% is counted on, reached step by step (50%, 100% of "
        "that, year by year of delivery): an assumption."
    )
    assert isinstance(kept_reasons(answer), pd.DataFrame)


def test_the_first_paragraph_is_the_answer_with_its_uncertainty() -> None:
    case = case_of([service("a"), service("b")], [organization("east")], [offer("a", "east", 40)])
    proved = "Best plan, proved: no plan under these rules costs less."
    saved = "The plan saves $60 a year, 30.0% of today's net cost of $200, averaged over 1 year and after all one-time"
    sure = "What will be saved in fact is not proved: all that is promised is counted on."
    assert lead_sentences(answered(case)) == (f"{saved} costs: of 2 services 1 moves.", proved, sure)
    early = lead_sentences(answered(case, Stopped.TIME, bound_usd=100.0))
    assert early[1:3] == (
        "A good plan: the time was up; a better one may exist, cheaper by $40 at the most.",
        "As an average of 1 year that is $40 a year.",
    )
    kept = answered(case_of([service("a")]))
    assert lead_sentences(kept) == (
        "The plan keeps everything as it is, 1 service for $100 a year net of revenue.",
        proved,
    )
    none = replace(kept, plan=None, stopped=Stopped.INFEASIBLE)
    assert lead_sentences(none) == (
        "No plan exists: the rules cannot all hold at once (confirmed by a second search).",
    )
    assert detail_sentences(none) == ()


@pytest.mark.parametrize(
    "name",
    [
        "pocket/on_paper",
        *sampled(["recommended", "largest_partner_withdraws", "end_what_matters_least", "five_year_roadmap"], 0),
    ],
)
def test_an_offer_may_be_taken_where_the_program_has_an_option_for_it(name: str) -> None:
    path = name if "/" in name else f"clear_creek/{name}"
    case = load_case(ROOT / "scenarios" / "whatifs" / f"{path}.yaml")
    options = build_options(case).candidates
    open_ = {case.county.services[service].service_id for service in options.service[options.moved]}
    kept = kept_reasons(answered(case))
    assert len(kept) > 0
    for service_id, because, why in kept[["service_id", "because", "why"]].itertuples(index=False):
        closed_by_the_scenario = because == LOCKED or "the scenario forbids it" in why
        assert (because == NOT_WORTH_IT or closed_by_the_scenario) == (service_id in open_), service_id
