"""The tables of a case by key, so that the plain algebra can look things up one record at a time."""

from __future__ import annotations

from collections import defaultdict

from optimizer.county.records import Offer, Organization, Service
from optimizer.county.terms import Decision
from optimizer.scenario.scenario import Case

ENDED = "nowhere"
"""Where a service is that nobody delivers any more."""


class Tables:
    """Lookups over one case; everything that the model says of single records and not of options."""

    def __init__(self, case: Case) -> None:
        self.case, self.county, self.settings = case, case.county, case.settings
        self.orgs = {org.org_id: org for org in self.county.organizations}
        self.pools = {pool.pool_id: pool for pool in self.county.pools}
        self.uses = {(use.offer_id, use.resource): use.amount for use in self.county.uses}
        self.coverages = {(row.offer_id, row.district): row.coverage for row in self.county.coverages}
        self.rates: dict[str, list[float]] = defaultdict(list)
        for tier in self.county.pool_tiers:
            self.rates[tier.pool_id].append(tier.usd_per_unit)
        self.duties_of: dict[str, set[str]] = defaultdict(set)
        for row in self.county.mandate_services:
            self.duties_of[row.service_id].add(row.mandate_id)
        self.binding = [duty for duty in self.county.mandates if duty.funded or self.settings.duties.enforce_unfunded]
        self.districts: list[str | None] = [row.district for row in self.county.facts.districts] or [None]
        self.places = [*self.districts, *(row.group for row in self.county.facts.groups)]
        horizon = self.settings.horizon
        self.discounts = [(1 + horizon.discount_rate) ** -t for t in range(horizon.years)]
        self.annuity = sum(self.discounts)

    def provider(self, offer: Offer) -> str | None:
        """Organization that delivers it or hosts its pool; None: the county, or nobody."""
        return offer.org_id if offer.pool_id is None else self.pools[offer.pool_id].host_org_id

    def escalation(self, org_id: str | None) -> float:
        """Yearly growth of what an organization charges; the county's own work grows as its personnel does."""
        if org_id is None:
            return self.settings.economics.growth_share.personnel
        return self.terms(org_id).price_escalation_share or 0.0

    def terms(self, org_id: str) -> Organization:
        return self.orgs[org_id]

    def administration(self, offer: Offer) -> float:
        provider = self.provider(offer)
        return 0.0 if provider is None else self.settings.kinds[self.orgs[provider].kind].administration_share

    def use(self, service: Service, offer: Offer, resource: str | None) -> float:
        """Section 6."""
        if resource is not None and (offer.offer_id, resource) in self.uses:
            return self.uses[offer.offer_id, resource]
        if resource == "usd":
            return offer.price_usd_per_year or 0.0
        return (offer.moved_share or 0.0) * service.fte if resource == "fte" else 0.0

    def best_rate_cost(self, service: Service, offer: Offer) -> float:
        """Q u of section 3 [USD/year of today]."""
        if offer.pool_id is None or not self.rates[offer.pool_id]:
            return 0.0
        return min(self.rates[offer.pool_id]) * self.use(service, offer, self.pools[offer.pool_id].resource)

    def coverage(self, offer: Offer | None, place: str | None) -> float:
        """Share of today's service; keep covers all of it."""
        if offer is None:
            return 1.0
        own = offer.coverage or 0.0
        return own if place is None else self.coverages.get((offer.offer_id, place), own)

    def at(self, offer: Offer | None) -> str | None:
        """Where the service is once everything has started: an organization, the county (None) or nowhere."""
        if offer is None:
            return None
        return ENDED if offer.decision == Decision.EXIT else self.provider(offer)

    def unit_usd(self, one: str | None, other: str | None) -> float:
        """What a unit of communication costs between two places."""
        if ENDED in (one, other):
            return 0.0
        for row in self.county.communication_costs:
            if {row.from_org_id, row.to_org_id} == {one, other}:
                return row.usd_per_unit
        return 0.0 if one == other else self.settings.economics.communication_usd_per_unit
