"""Today's practice as a plan: 16 categories, one answer for each, every service on its own.

The category is 1 + reliance + 2 mandate + 4 cost + 8 impact, each 1 or 0. The answers are data, in category_rules.csv.
Rule tables know no capacity, no coverage and no transition money, so that this plan may break any limit.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib import resources

import pandas as pd

from optimizer.county.field_types import Count, Decisions, Text, YesNo
from optimizer.county.records import Offer, Record, Service
from optimizer.county.terms import Decision
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify.book import Book, term
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.money import best_volume_usd
from optimizer.plan.verify.reading import Reading
from optimizer.scenario.scenario import Case

HIGH_LEVEL = 3
"""Mandate and reliance count as high from this level on."""
HIGH_QUARTILES = (1, 2)
"""Impact counts as high in these quartiles; a blank quartile counts as low, and `categories` notes it."""


class CategoryRule(Record):
    """What the rule table advises for one category."""

    category: Count
    """1 to 16."""
    high_impact: YesNo
    """Quartile 1 or 2."""
    high_cost: YesNo
    """Gross cost above the county's median."""
    mandated: YesNo
    """Mandate level 3 or 4."""
    relied_on: YesNo
    """Reliance level 3 or 4."""
    recommendation: Text
    """The advice in a few words."""
    decisions: Decisions
    """Decisions to try, best first; keep if the county holds an offer for none of them."""
    source: Text
    """Where the row comes from."""


@cache
def category_rules() -> Mapping[int, CategoryRule]:
    """The rule table by category."""
    text = resources.files("optimizer.plan").joinpath("category_rules.csv").read_text(encoding="utf-8")
    rows = (CategoryRule.model_validate(row) for row in csv.DictReader(text.splitlines()))
    return {rule.category: rule for rule in rows}


def categories(case: Case) -> pd.DataFrame:
    """One row per service, in their order: service_id, category (1-16), recommendation, decision, note."""
    book, category = Book(case), _category(case)
    taken = {service.service_id: offer for service, offer in _taken(book, category)}
    rules = [category_rules()[number] for number in category]
    unscored = case.county.frame("services")["quartile"].isna()
    return pd.DataFrame(
        {
            "service_id": list(taken),
            "category": category,
            "recommendation": [rule.recommendation for rule in rules],
            "decision": [(Decision.KEEP if offer is None else offer.decision).value for offer in taken.values()],
            "note": unscored.map({True: "quartile blank: taken as low impact", False: ""}).astype(object),
        }
    )


def baseline(case: Case) -> Choices:
    """The plan that follows the rule table at once, with an agreement for every provider and every pool used open.

    A pool runs in the tier that holds its volume, else in the nearest; of several the first.
    """
    book = Book(case)
    taken = dict((service.service_id, offer) for service, offer in _taken(book, _category(case)))
    moved = [offer for offer in taken.values() if offer is not None]
    providers = {book.provider(offer) for offer in moved}
    offers = {service: None if offer is None else offer.offer_id for service, offer in taken.items()}
    starts = {service: 1 for service, offer in offers.items() if offer is not None}
    closed = Reading(book, Choices(offers, starts))
    return Choices(
        offers=offers,
        starts=starts,
        agreements={provider: 1 for provider in sorted(filter(None, providers))},
        pools={pool_id: Opened(1, (_tier(closed, pool_id),)) for pool_id in sorted(closed.members)},
    )


def _category(case: Case) -> pd.Series[int]:
    services = case.county.frame("services")
    # amounts are whole cents, so rounding takes away what adding floats has put in
    gross = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].sum(axis=1).round(2)
    return (
        1
        + (services["reliance_level"] >= HIGH_LEVEL).astype(int)
        + 2 * (services["mandate_level"] >= HIGH_LEVEL).astype(int)
        + 4 * (gross > gross.median()).astype(int)
        + 8 * services["quartile"].isin(HIGH_QUARTILES).astype(int)
    )


def _taken(book: Book, category: pd.Series[int]) -> Iterator[tuple[Service, Offer | None]]:
    for service, number in zip(book.county.services, category, strict=True):
        yield service, _offer(book, service, category_rules()[number].decisions)


def _offer(book: Book, service: Service, decisions: tuple[Decision, ...]) -> Offer | None:
    """Of the first decision for which there is an offer: the cheapest by what it promises. Not delegable: kept."""
    if not service.delegable:
        return None
    held = book.offers_of.get(service.service_id, [])
    for decision in decisions:
        offers = [offer for offer in held if offer.decision == decision]
        if offers:
            return min(offers, key=lambda offer: (_promised_usd(book, offer), offer.offer_id))
    return None


def _promised_usd(book: Book, offer: Offer) -> Fraction:
    """Yearly price, with the pool's best rate, net of the revenue that stays with the county."""
    price = term(offer, "price_usd_per_year") + best_volume_usd(book, offer)
    return price - term(offer, "retained_revenue_usd")


def _tier(reading: Reading, pool_id: str) -> int | None:
    volume, tiers = reading.volume(pool_id, 1), reading.book.tiers[pool_id]
    if not tiers:
        return None

    def off(number: int) -> tuple[Fraction, int]:
        below, above = exact(tiers[number].from_volume) - volume, volume - exact(tiers[number].to_volume)
        return max(below, above, Fraction(0)), number

    return min(tiers, key=off)
