"""Rules on mandates: that each has services, and that what it asks for can be met at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from optimizer.county.checks.tables import first_words, groups
from optimizer.county.county import County
from optimizer.county.records import Mandate, MandateService, Offer
from optimizer.county.terms import DELIVERING, MOVES, Decision
from optimizer.errors import Finding

TOLERANCE = 1e-9


def mandates_have_services(county: County) -> Iterator[Finding]:
    """A duty that no service serves cannot be covered."""
    served = {row.mandate_id for row in county.mandate_services}
    for index, mandate in enumerate(county.mandates):
        if mandate.mandate_id not in served:
            where, found = county.where("mandates", index, "mandate_id"), f"{mandate.mandate_id} without services"
            yield Finding(where, found, "at least one row in mandate_services", "Add the services that serve it.")


def services_without_keep_can_move(county: County) -> Iterator[Finding]:
    """Where a duty does not let a service be kept, the service may leave and somebody can take it."""
    ways = _Ways(county)
    delegable = {service.service_id: service.delegable for service in county.services}
    mandates = {mandate.mandate_id: mandate for mandate in county.mandates}
    for index, row in enumerate(county.mandate_services):
        mandate = mandates.get(row.mandate_id)
        if mandate is None or row.service_id not in delegable or Decision.KEEP in _allowed_by(mandate):
            continue
        where, allowed = county.where("mandate_services", index, "service_id"), ", ".join(mandate.allowed_decisions)
        needs = f"a service that can leave the county, as {mandate.mandate_id} allows only {allowed}"
        if not delegable[row.service_id]:
            fix = "Correct delegable in services, or allow keep in mandates."
            yield Finding(where, f"{row.service_id}, which is not delegable", needs, fix)
        elif not ways.may_open(row.service_id, mandate) and not ways.offers(row.service_id, mandate):
            fix = "Add an offer or an overlap, or allow keep in mandates."
            yield Finding(where, f"{row.service_id}, which nobody offers to deliver so", needs, fix)


def coverage_can_be_reached(county: County) -> Iterator[Finding]:
    """With the best that each service can be, a duty is covered in each of its districts."""
    ways = _Ways(county)
    services = groups((row.mandate_id, index) for index, row in enumerate(county.mandate_services))
    everywhere = tuple(district.district for district in county.facts.districts) or ("",)
    for index, mandate in enumerate(county.mandates):
        rows = [county.mandate_services[row] for row in services.get(mandate.mandate_id, [])]
        needed = mandate.required_coverage * sum(row.weight for row in rows)
        best = {
            district: sum(row.weight * ways.best_coverage(row, mandate, district) for row in rows)
            for district in ((mandate.district,) if mandate.district else everywhere)
        }
        short = [
            f"{reached:g} of {needed:g}" + (f" in {district}" if district else "")
            for district, reached in best.items()
            if reached < needed - TOLERANCE * max(needed, 1.0)
        ]
        if short:
            where = county.where("mandates", index, "required_coverage")
            fix = "Lower it, allow keep, or add offers that cover more."
            yield Finding(where, f"at best {first_words(short)}", "a coverage that can be reached", fix)


class _Ways:
    """How each service could be delivered, as far as the tables tell before any scenario."""

    def __init__(self, county: County) -> None:
        self._offers: dict[str, list[Offer]] = defaultdict(list)
        for offer in county.offers:
            self._offers[offer.service_id].append(offer)
        self._coverage = {(row.offer_id, row.district): row.coverage for row in county.coverages}
        given = {(offer.org_id, offer.service_id) for offer in county.offers}
        self.open = {
            row.service_id
            for row in county.overlaps
            if row.stance in DELIVERING and (row.org_id, row.service_id) not in given
        }
        """Services for which an overlap could still become an offer: its terms are not given yet."""
        self._lawful: dict[str, frozenset[Decision]] = defaultdict(lambda: frozenset(Decision))
        """Decisions left by funded mandates, which bind in every scenario."""
        binding = {mandate.mandate_id: _allowed_by(mandate) for mandate in county.mandates if mandate.funded}
        for row in county.mandate_services:
            if row.mandate_id in binding:
                self._lawful[row.service_id] &= binding[row.mandate_id]

    def may_open(self, service_id: str, mandate: Mandate) -> bool:
        """Whether an overlap could still become an offer that this duty allows."""
        return service_id in self.open and not _allowed_by(mandate).isdisjoint(MOVES)

    def offers(self, service_id: str, mandate: Mandate) -> list[Offer]:
        """Offers whose decision this duty and all funded ones allow."""
        lawful = self._lawful[service_id] & _allowed_by(mandate)
        return [offer for offer in self._offers[service_id] if offer.decision in lawful]

    def best_coverage(self, row: MandateService, mandate: Mandate, district: str) -> float:
        """Best coverage of a service; 1 where it is not known yet, or where another rule tells of it."""
        keeps = Decision.KEEP in self._lawful[row.service_id] & _allowed_by(mandate)
        if keeps or row.service_id in self.open:
            return 1.0
        offers = self.offers(row.service_id, mandate)
        stated = (self._coverage.get((offer.offer_id, district), offer.coverage) for offer in offers)
        return max((1.0 if coverage is None else coverage for coverage in stated), default=1.0)


def _allowed_by(mandate: Mandate) -> frozenset[Decision]:
    return frozenset(mandate.allowed_decisions or Decision)
