"""Terms that nobody gave: estimated from priors, marked, and never over a given one."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.county import County
from optimizer.errors import Refused
from optimizer.options.estimates import TERMS, complete
from optimizer.options.priors import shipped_priors
from tests.cases import FACTS, offer, organization, plain_money, service, settings_of

PRIOR = {
    "service_class": "*", "kind": "*", "decision": "partner", "price_share": 0.8, "transition_share": 0.1,
    "retained_revenue_share": 0.5, "moved_share": 0.4, "coverage": 0.95, "transferred_share": 0.5,
    "displaced_share": 0.1, "lead_time_months": 9, "quality": 0.9, "source": "assumption",
}  # fmt: skip


def completed(priors: list[dict[str, Any]] | None = None, **tables: Any) -> County:
    rows: dict[str, Any] = {
        "services": (service("a", 1000, nonpersonnel_usd=500, revenue_usd=60, fte=4),),
        "organizations": (organization("east"),),
        "overlaps": (records.Overlap(org_id="east", service_id="a", stance="delivers"),),
        "priors": tuple(records.Prior.model_validate(PRIOR | changes) for changes in priors or [{}]),
    }
    return complete(County(facts=FACTS, **(rows | tables)), settings_of(plain_money()))


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


def test_blank_terms_of_organizations_come_from_their_kind() -> None:
    bare = organization("east").model_copy(update={"agreement_usd_per_year": None, "probability_of_failure": None})
    (made,) = completed(organizations=(bare,)).organizations
    assert (made.agreement_usd_per_year, made.probability_of_failure) == (4000, 0.05)


def test_the_shipped_priors_cover_every_decision_and_name_their_source() -> None:
    priors = shipped_priors()
    assert {prior.decision for prior in priors if prior.service_class == prior.kind == "*"} == {
        "partner",
        "consolidate",
        "outsource",
    }
    assert all(prior.source for prior in priors)
    assert len({(prior.service_class, prior.kind, prior.decision) for prior in priors}) == len(priors)
