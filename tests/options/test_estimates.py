"""Terms that nobody gave: estimated from priors, marked, and never over a given one."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.county import County
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.options.estimates import EXIT_TERMS, TERMS, USUAL, complete
from optimizer.options.priors import shipped_priors
from optimizer.scenario.settings import Economics, Settings
from tests.cases import FACTS, offer, organization, plain_money, service, settings_of

PRIOR = {
    "service_class": "*", "kind": "*", "decision": "partner", "price_share": 0.8, "transition_share": 0.1,
    "retained_revenue_share": 0.5, "moved_share": 0.4, "coverage": 0.95, "transferred_share": 0.5,
    "displaced_share": 0.1, "lead_time_months": 9, "quality": 0.9, "source": "assumption",
}  # fmt: skip


def completed(
    priors: list[dict[str, Any]] | None = None, changes: dict[str, Any] | None = None, **tables: Any
) -> County:
    """The small county below with some tables replaced, under plain money with some settings changed."""
    rows: dict[str, Any] = {
        "services": (service("a", 1000, nonpersonnel_usd=500, revenue_usd=60, fte=4),),
        "organizations": (organization("east"),),
        "overlaps": (records.Overlap(org_id="east", service_id="a", stance="delivers"),),
        "priors": tuple(records.Prior.model_validate(PRIOR | changes) for changes in priors or [{}]),
    }
    return complete(County(facts=FACTS, **(rows | tables)), settings_of(plain_money() | (changes or {})))


def sale(**columns: Any) -> records.Sale:
    row = {
        "sale_id": "s", "service_id": "a", "org_id": "east", "marginal_usd_per_year": 100,
        "buyer_cost_usd_per_year": 180, "setup_usd": 5, "fte": 0.5, "lead_time_months": 3,
    }  # fmt: skip
    return records.Sale.model_validate(row | columns)


def test_an_overlap_becomes_an_offer_with_every_number_marked() -> None:
    (made,) = completed().offers
    # by hand: avoidable 1,500 (plain money), 0.4 of it moves: 600; price 480, transition 48, revenue 30, staff 0.4 x 4
    assert made.offer_id == "est~east~a~partner"
    assert (made.price_usd_per_year, made.transition_usd, made.retained_revenue_usd) == (480, 48, 30)
    assert (made.moved_share, made.coverage, made.lead_time_months, made.quality) == (0.4, 0.95, 9, 0.9)
    assert (made.fte_transferred, made.fte_displaced) == (0.8, 0.16)
    assert set(made.estimated) == set(TERMS)


def test_given_offers_override_estimated_ones() -> None:
    given = offer("a", "east", 700, decision="outsource")
    assert completed(offers=(given,)).offers == (given,)


def test_blanks_follow_from_what_is_given() -> None:
    half = offer("a", "east", 1, decision="partner").model_copy(
        update={"price_usd_per_year": 900.0, "transition_usd": None, "moved_share": 1.0, "fte_displaced": None}
    )
    (made,) = completed(offers=(half,)).offers
    assert (made.price_usd_per_year, made.transition_usd, made.fte_displaced) == (900, 90, 0.4)
    assert made.estimated == ("transition_usd", "fte_displaced")


def test_the_nearest_prior_is_used() -> None:
    ladder = [{"price_share": 0.8}, {"kind": "municipality", "price_share": 0.7}]
    assert completed(ladder).offers[0].price_usd_per_year == 420
    ladder.append({"service_class": "roads", "price_share": 0.6})
    assert completed(ladder).offers[0].price_usd_per_year == 360
    ladder.append({"service_class": "roads", "kind": "municipality", "price_share": 0.5})
    assert completed(ladder).offers[0].price_usd_per_year == 300


def test_without_a_prior_an_overlap_is_no_offer_and_a_blank_is_refused() -> None:
    other = [{"decision": "outsource"}]
    assert completed(other).offers == ()
    blank = offer("a", "east", 1, decision="partner").model_copy(update={"quality": None})
    with pytest.raises(Refused, match="priors"):
        completed(other, offers=(blank,))


def test_what_is_not_delegable_is_never_offered() -> None:
    assert completed(services=(service("a", delegable=False),)).offers == ()


BARE = records.Organization(org_id="east", name="East", kind="municipality")
KIND = {"price_escalation_share": 0.02, "renewal_usd": 700.0, "max_term_years": 4}


def test_blank_terms_of_organizations_come_from_their_kind() -> None:
    kinds = {"municipality": KIND, "private": {"renewal_usd": 1.0}}
    (made,) = completed(changes={"kinds": kinds}, organizations=(BARE,)).organizations
    assert (made.agreement_usd_per_year, made.probability_of_failure) == (4000, 0.05)
    assert (made.price_escalation_share, made.renewal_usd, made.max_term_years) == (0.02, 700, 4)


def test_given_terms_of_organizations_stay_also_where_they_are_nothing() -> None:
    given = BARE.model_copy(update={"price_escalation_share": -0.01, "renewal_usd": 0.0, "max_term_years": 9})
    (made,) = completed(changes={"kinds": {"municipality": KIND}}, organizations=(given,)).organizations
    assert (made.price_escalation_share, made.renewal_usd, made.max_term_years) == (-0.01, 0, 9)


# by hand: 100 + 0.5 x 80; 100 + 0.3 x 80; 100 - 0.5 x 30, which is below cost; thirds of a dollar to the cent
@pytest.mark.parametrize(
    ("buyer_usd", "share", "price_usd"), [(180, 0.5, 140), (180, 0.3, 124), (70, 0.5, 85), (101, 1 / 3, 100.33)]
)
def test_a_sale_without_a_price_is_priced_between_the_two_costs(
    buyer_usd: float, share: float, price_usd: float
) -> None:
    changes = {"economics": plain_money()["economics"] | {"sale_price_share": share}}
    blank = sale(buyer_cost_usd_per_year=buyer_usd, estimated="fte")
    (made,) = completed(changes=changes, sales=(blank,)).sales
    assert made.price_usd_per_year == price_usd
    assert made.estimated == ("fte", "price_usd_per_year")
    assert made.model_copy(update={"price_usd_per_year": None, "estimated": ("fte",)}) == blank


def test_a_sale_with_a_price_keeps_it() -> None:
    given = sale(price_usd_per_year=0)
    assert completed(sales=(given,)).sales == (given,)


WITH_EXIT = {
    "allowed_decisions": ["keep", "partner", "exit"],
    "exit": {"closing_share": 0.12345, "displaced_share": 0.7, "lead_time_months": 8.0},
}


def test_every_service_gets_an_offer_to_end_it_where_exit_is_considered() -> None:
    services = (
        service("a", 1000, nonpersonnel_usd=500, overhead_usd=70, revenue_usd=60, fte=4),
        service("jail", 0.0, delegable=False, mandate_level=4, fte=0.3333),
    )
    partner, *made = completed(changes=WITH_EXIT, services=services).offers
    assert partner.offer_id == "est~east~a~partner"
    assert [offer.offer_id for offer in made] == ["exit~a", "exit~jail"]
    # by hand: 0.12345 x 1,570 = 193.8165; 0.7 x 4; 0.7 x 0.3333 = 0.23331
    assert [(offer.transition_usd, offer.fte_displaced) for offer in made] == [(193.82, 2.8), (0, 0.2333)]
    for ending in made:
        assert records.Offer.model_validate(ending.model_dump()) == ending
        assert (ending.decision, ending.org_id, ending.pool_id) == ("exit", None, None)
        assert (ending.moved_share, ending.price_usd_per_year, ending.retained_revenue_usd) == (1, 0, 0)
        assert (ending.coverage, ending.quality, ending.fte_transferred, ending.lead_time_months) == (0, 1, 0, 8)
        assert ending.estimated == EXIT_TERMS == ("transition_usd", "fte_displaced", "lead_time_months")


def test_where_exit_is_not_considered_nothing_is_offered_to_end() -> None:
    decisions = {offer.decision for offer in completed(changes={"allowed_decisions": ["keep", "partner"]}).offers}
    assert decisions == {"partner"}


def test_the_shipped_priors_cover_every_decision_and_name_their_source() -> None:
    priors = shipped_priors()
    assert {prior.decision for prior in priors if prior.service_class == prior.kind == "*"} == {
        "partner",
        "consolidate",
        "outsource",
    }
    assert all(prior.source for prior in priors)
    assert len({(prior.service_class, prior.kind, prior.decision) for prior in priors}) == len(priors)


def test_estimates_follow_from_the_usual_settings_alone() -> None:
    settings = settings_of({"allowed_decisions": list(Decision), **plain_money()})
    county = County(FACTS, (service("a"), service("b")), (organization("east"),), sales=(sale(),)).with_tables(
        overlaps=(records.Overlap(org_id="east", service_id="a", stance="delivers"),), priors=shipped_priors()
    )
    # whatever else is asked for is not there
    named = [path.removeprefix("economics.") for path in USUAL if "." in path]
    economics = Economics.model_construct(**{name: getattr(settings.economics, name) for name in named})
    sections = {path: getattr(settings, path) for path in USUAL if "." not in path}
    usual = Settings.model_construct(economics=economics, **sections)
    found = complete(county, usual)
    assert {offer.decision for offer in found.offers} >= {Decision.EXIT, Decision.PARTNER}
    assert complete(county, settings) is found
    dearer = settings_of({"allowed_decisions": list(Decision), **plain_money(), "exit": {"closing_share": 0.77}})
    assert complete(county, dearer).offers != found.offers
    money = plain_money()
    short = money | {"economics": money["economics"] | {"realization_share": 0.3}}
    assert complete(county, settings_of({"allowed_decisions": list(Decision), **short})) is complete(county, settings)
