"""Options that are left out, each with its reason, and the verification's own view of the same."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.options.options import build_options
from optimizer.plan.verify import admissible as verified
from optimizer.scenario.scenario import Case, Forbid, Lock
from tests.cases import case_of, offer, organization, plain_money, service


def reasons(case: Case) -> dict[str, str]:
    left_out = build_options(case).left_out
    return dict(zip(left_out["offer_id"], left_out["reason"], strict=True))


def one(settings: dict[str, Any] | None = None, house: dict[str, Any] | None = None, **terms: Any) -> Case:
    target = service("a", **(house or {}))
    return case_of([target], [organization("east")], [offer("a", "east", 50, **terms)], settings or plain_money())


def test_nothing_is_left_out_without_a_reason() -> None:
    assert reasons(one()) == {}


@pytest.mark.parametrize(
    ("case", "left_out"),
    [
        (one(plain_money() | {"allowed_decisions": ["keep"]}), {"a-east": "decision not considered"}),
        (one(plain_money() | {"allowed_decisions": ["outsource"]}), {"": "decision not considered"}),
        (one(house={"delegable": False}), {"a-east": "not delegable"}),
        (one(house={"mandate_level": 4}, coverage=0.94), {"a-east": "coverage below the floor"}),
        (one(house={"mandate_level": 4}, coverage=0.95), {}),
        (one(house={"mandate_level": 3}, coverage=0.94), {}),
        (one(plain_money(min_quality=1.0), quality=0.99), {"a-east": "quality below the floor"}),
    ],
)
def test_each_reason(case: Case, left_out: dict[str, str]) -> None:
    assert reasons(case) == left_out


def test_the_law_may_close_a_decision_or_keeping() -> None:
    duty = records.Mandate(
        mandate_id="m", name="Duty", citation="C.R.S. 1", authority="state", required_coverage=0.5, funded=False,
        allowed_decisions="keep;partner",
    )  # fmt: skip
    serving = [records.MandateService(mandate_id="m", service_id="a", weight=1)]
    tables: dict[str, Any] = {"mandate_services": serving}

    def under(duty: records.Mandate, **settings: Any) -> dict[str, str]:
        money = plain_money() | settings
        return reasons(
            case_of([service("a")], [organization("east")], [offer("a", "east", 50)], money, mandates=[duty], **tables)
        )

    assert under(duty) == {"a-east": "law does not allow it"}
    assert under(duty, duties={"enforce_unfunded": False}) == {}
    assert under(duty.model_copy(update={"allowed_decisions": (Decision.OUTSOURCE,)})) == {"": "law does not allow it"}


def test_payback_may_be_too_late() -> None:
    money = plain_money()
    money["economics"]["max_payback_years"] = 1.0
    # saves 50 a year
    assert reasons(one(money, transition_usd=50)) == {}
    late = reasons(one(money, transition_usd=51))
    assert late == {"a-east": "pays back too late"}
    assert reasons(one(money, transition_usd=49, lead_time_months=1)) == {"a-east": "pays back too late"}


def hurdle() -> dict[str, Any]:
    money = plain_money()
    money["economics"]["hurdle_share"] = 0.1
    return money


def test_the_hurdle_is_a_tenth_of_what_is_avoided() -> None:
    below = {"a-east": "does not beat keeping by the hurdle"}
    assert reasons(one(hurdle(), price_usd_per_year=90)) == {}
    assert reasons(one(hurdle(), price_usd_per_year=90.01)) == below
    # half of it moves: 50 avoided, 45 is just enough
    assert reasons(one(hurdle(), price_usd_per_year=45, moved_share=0.5)) == {}
    assert reasons(one(hurdle(), price_usd_per_year=45.01, moved_share=0.5)) == below


@pytest.mark.parametrize(
    ("economics", "most_usd"),
    [
        ({"hurdle_usd_per_year_by_decision": {"outsource": 7}}, 93),
        ({"hurdle_usd_per_year_by_decision": {"partner": 7}}, 100),
        ({"hurdle_usd_per_year_by_department": {"Works": 8}}, 92),
        ({"hurdle_share_of_failure": 2.0}, 100 - 2 * 0.05 * 100),
        ({"hurdle_share_of_failure": 2.0, "hurdle_usd_per_year_by_decision": {"outsource": 7}}, 83),
    ],
)
def test_a_move_may_have_to_save_so_many_dollars_besides(economics: dict[str, Any], most_usd: float) -> None:
    money = plain_money()
    money["economics"] |= economics
    failing = organization("east", probability_of_failure=0.05)
    for price, out in ((most_usd, {}), (most_usd + 0.01, {"a-east": "does not beat keeping by the hurdle"})):
        case = case_of([service("a", department="Works")], [failing], [offer("a", "east", price)], money)
        assert reasons(case) == out
        assert {str(offer_id): reason for (_, offer_id, _), reason in verified.left_out(case).items()} == out


def test_no_hurdle_where_keeping_is_closed() -> None:
    dear: dict[str, Any] = {
        "services": [service("a")],
        "organizations": [organization("east")],
        "offers": [offer("a", "east", 200)],
        "settings": hurdle(),
    }
    assert reasons(case_of(**dear)) == {"a-east": "does not beat keeping by the hurdle"}
    assert reasons(case_of(**dear, locks=[Lock("a", Decision.OUTSOURCE, None, "t")])) == {}
    assert reasons(case_of(**dear, forbids=[Forbid("a", None, Decision.KEEP, "t")])) == {}


def test_linked_services_face_the_hurdle_as_one() -> None:
    links = [records.Link(link_id="l", kind="together")]
    tied = [records.LinkService(link_id="l", service_id=name, position=place) for place, name in enumerate("ab", 1)]
    for dear, left_out in ((100, 0), (100.01, 2)):
        case = case_of(
            [service("a"), service("b")], [organization("east")],
            [offer("a", "east", 80), offer("b", "east", dear)], hurdle(), links=links, link_services=tied,
        )  # fmt: skip
        assert len(reasons(case)) == left_out


def test_links_that_share_a_service_face_the_hurdle_as_one() -> None:
    pairs = {"l": "ba", "m": "cd", "n": "ce", "o": "db"}
    links = [records.Link(link_id=name, kind="together") for name in pairs]
    tied = [
        records.LinkService(link_id=link, service_id=name, position=place)
        for link, names in pairs.items()
        for place, name in enumerate(names, 1)
    ]
    for dear, left_out in ((160, 0), (160.01, 5)):
        prices = {"a": dear, "b": 80, "c": 80, "d": 70, "e": 60}
        case = case_of(
            [service(name) for name in "fabcde"], [organization("east")],
            [offer("f", "east", 90), *(offer(name, "east", usd) for name, usd in prices.items())],
            hurdle(), links=links, link_services=tied,
        )  # fmt: skip
        assert len(reasons(case)) == left_out
        assert len(verified.left_out(case)) == left_out
