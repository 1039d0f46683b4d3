"""Every lawful plan of a small county with its cost, what it decides and how it measures, read from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from random import Random

from optimizer.county.records import Offer
from optimizer.options.money import annuity
from optimizer.plan.choices import Choices
from optimizer.plan.plan import Plan
from optimizer.plan.verify import sales_left_out
from optimizer.plan.verify.book import Book
from optimizer.scenario.scenario import Case
from tests.properties.draft import Draft
from tests.properties.every_plan import every_plan
from tests.properties.judge import Priced, Prices, broken_rules
from tests.properties.themes import duties, pooling, renewing, selling, talking, together

CENTS = 0.03
"""Two honest roundings of the same plans may be this far apart [USD]."""

Way = tuple[str, str | None] | frozenset[str]
"""Decision and provider; of a kept service the sales that are made."""


@dataclass(frozen=True)
class ByHand:
    """A lawful plan."""

    case: Case
    choices: Choices
    usd_per_year: float

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        """Service to how it is decided."""
        return {service: self._way(service) for service in self.choices.offers}

    def _way(self, service: str) -> Way:
        offer = self._offer(service)
        if offer is None:
            return frozenset(sale.sale_id for sale in self.case.county.sales if self._sold(service, sale.sale_id))
        return str(offer.decision), offer.pool_id or offer.org_id

    def _sold(self, service: str, sale_id: str) -> bool:
        return sale_id in self.choices.sales and service == next(
            sale.service_id for sale in self.case.county.sales if sale.sale_id == sale_id
        )

    def _offer(self, service: str) -> Offer | None:
        accepted = self.choices.offers[service]
        return None if accepted is None else next(row for row in self.case.county.offers if row.offer_id == accepted)

    def moved(self) -> list[tuple[str, Offer]]:
        """Services that are moved, with the offers accepted."""
        return [(service, offer) for service in self.choices.offers if (offer := self._offer(service)) is not None]

    def measure(self, name: str) -> float:
        """The value of a measure, more being better for coverage alone."""
        if name == "moves":
            return len(self.moved())
        if name == "agreements":
            return len(self.choices.agreements)
        if name == "displaced_fte":
            return sum(offer.fte_displaced for _, offer in self.moved())
        if name == "private_share":
            whole = sum(gross_of(self.case).values())
            return sum(self._gross(service) * self._is_private(offer) for service, offer in self.moved()) / whole
        if name == "risk":
            return sum(self._gross(service) * self._failure(offer) for service, offer in self.moved())
        return self._coverage()

    def _gross(self, service: str) -> float:
        return gross_of(self.case)[service]

    def _host(self, offer: Offer) -> str | None:
        hosts = {pool.pool_id: pool.host_org_id for pool in self.case.county.pools}
        return offer.org_id if offer.pool_id is None else hosts[offer.pool_id]

    def _is_private(self, offer: Offer) -> bool:
        return any(org.org_id == self._host(offer) and org.kind == "private" for org in self.case.county.organizations)

    def _failure(self, offer: Offer) -> float:
        chance = {org.org_id: org.probability_of_failure for org in self.case.county.organizations}
        host = self._host(offer)
        return 0.0 if host is None else float(chance[host] or 0.0)

    def _coverage(self) -> float:
        county, kept, full = self.case.county, 0.0, 0.0
        everywhere = [row.district for row in county.facts.districts] or [None]
        stated = {(row.offer_id, row.district): row.coverage for row in county.coverages}
        for mandate in county.mandates:
            if not (mandate.funded or self.case.settings.duties.enforce_unfunded):
                continue
            for place in [mandate.district] if mandate.district else everywhere:
                for row in county.mandate_services:
                    if row.mandate_id == mandate.mandate_id:
                        offer = self._offer(row.service_id)
                        own = 1.0 if offer is None else stated.get((offer.offer_id, place), offer.coverage)
                        kept, full = kept + row.weight * float(own or 0.0), full + row.weight
        return kept / full


def gross_of(case: Case) -> dict[str, float]:
    """Today's gross cost by service [USD/year]."""
    return {row.service_id: row.personnel_usd + row.nonpersonnel_usd + row.overhead_usd for row in case.county.services}


def ways_of(plan: Plan) -> dict[str, Way]:
    """Service to how the engine's plan decides it."""
    rows = plan.decisions[["service_id", "moved", "decision", "pool_id", "org_id"]].itertuples(index=False)
    sold = plan.sales.groupby("service_id")["sale_id"].agg(frozenset).to_dict()
    return {
        str(service): (str(decision), pool or org or None) if moved else sold.get(service, frozenset())
        for service, moved, decision, pool, org in rows
    }


def a_cost_between(plans: list[ByHand], share: float) -> float:
    """About so much of the way from the cheapest plan to the dearest, and not within cents of any [USD a year]."""
    costs = sorted({round(plan.usd_per_year - plans[0].usd_per_year, 2) for plan in plans})
    wanted = share * costs[-1]
    gaps = [(low + high) / 2 for low, high in pairwise([*costs, costs[-1] + 1.0]) if high - low > 4 * CENTS]
    return min(gaps, key=lambda middle: abs(middle - wanted))


def lawful_plans(case: Case) -> list[ByHand]:
    """Every lawful plan, the cheapest first."""
    book = Book(case)
    prices, years = Prices(book), annuity(case.settings)
    found = []
    for choices in every_plan(case):
        plan = Priced(book, choices, prices)
        if not broken_rules(plan):
            found.append(ByHand(case, choices, plan.cents / 100.0 / years))
    return sorted(found, key=lambda plan: plan.usd_per_year)


def differs(case: Case, one: Mapping[str, Way], other: Mapping[str, Way]) -> float:
    """Share of today's gross budget decided differently; sales of a kept service count by their number."""
    gross = gross_of(case)
    return sum(gross[service] * _differs(case, service, one[service], other[service]) for service in gross) / sum(
        gross.values()
    )


def _differs(case: Case, service: str, one: Way, other: Way) -> float:
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        unsold = sales_left_out(case)
        sales = [sale for sale in case.county.sales if sale.service_id == service and sale.sale_id not in unsold]
        return len(one ^ other) / max(1, len(sales))
    return float(one != other)


def wide_case(seed: int) -> Case:
    """A county in which little is forbidden: many plans, duties, sales, providers that may fail, in part private."""
    dice = Random(f"wide {seed}")
    draft = Draft(dice, over_years=seed % 3 == 0)
    for theme in (selling, duties, *dice.sample((pooling, together, renewing, talking), 1)):
        theme(draft)
    for org, kind, chance in zip(draft.organizations, ("private", "municipality"), (0.25, 0.1), strict=True):
        draft.organizations[org] |= {"kind": kind, "probability_of_failure": chance}
    draft.settings["duties"]["coverage_floor_by_mandate_level"] = {3: 0.0, 4: 0.0}
    lenient = {"required_coverage": 0.4, "allowed_decisions": ()}
    draft.tables["mandates"] = [row.model_copy(update=lenient) for row in draft.tables["mandates"]]
    offered = {row["offer_id"] for row in draft.offers}
    draft.tables["coverages"] = [row for row in draft.tables["coverages"] if row.offer_id in offered]
    return draft.case()
