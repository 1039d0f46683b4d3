"""The tables of a case, looked up by key, with every number exact."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from optimizer.county.county import County
from optimizer.county.once import once_under
from optimizer.county.records import Link, Mandate, Offer, Organization, Pool, PoolTier, Proposal, Record, Sale, Service
from optimizer.county.terms import Decision, LinkKind
from optimizer.errors import Finding, Refused
from optimizer.plan.verify.calendar import Calendar
from optimizer.plan.verify.exact import exact
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import Settings

MONEY = frozenset({"horizon", "economics", "kinds"})
"""Settings that the cost of an option follows from."""

_Key = TypeVar("_Key", bound=Hashable)
_Row = TypeVar("_Row")


def term(record: Record, column: str) -> Fraction:
    """A number of a record, exact. Raises `Refused` if it is blank: a blank is not 0."""
    number = getattr(record, column)
    if number is None:
        raise Refused([_blank(record, column)])
    return exact(number)


def _blank(record: Record, column: str) -> Finding:
    key = next(iter(type(record).model_fields))
    return Finding(
        where=f"{type(record).__name__.lower()} {getattr(record, key)} {column}",
        found="a blank",
        needs="the term itself or an estimate of it",
        fix="Fill it in, or give a prior by which it can be estimated.",
    )


def grouped(pairs: Iterable[tuple[_Key, _Row]]) -> dict[_Key, list[_Row]]:
    """Rows by key, in their order."""
    groups: dict[_Key, list[_Row]] = {}
    for key, row in pairs:
        groups.setdefault(key, []).append(row)
    return groups


@once_under(MONEY)
def _of_money(_county: County, _settings: Settings) -> dict[Hashable, Any]:
    return {}


@dataclass(frozen=True)
class Book:
    """A case as the rules look things up in it."""

    case: Case

    @property
    def county(self) -> County:
        return self.case.county

    @property
    def settings(self) -> Settings:
        return self.case.settings

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.settings)

    @cached_property
    def _known(self) -> dict[Hashable, Any]:
        return _of_money(self.county, self.settings)

    def of_money(self, key: Hashable, work_out: Callable[[], _Row]) -> _Row:
        """What follows from the county and `MONEY` alone, worked out once for all cases that have both."""
        if key not in self._known:
            self._known[key] = work_out()
        found: _Row = self._known[key]
        return found

    @cached_property
    def services(self) -> Mapping[str, Service]:
        return {service.service_id: service for service in self.county.services}

    @cached_property
    def organizations(self) -> Mapping[str, Organization]:
        return {organization.org_id: organization for organization in self.county.organizations}

    @cached_property
    def pools(self) -> Mapping[str, Pool]:
        return {pool.pool_id: pool for pool in self.county.pools}

    @cached_property
    def tiers(self) -> Mapping[str, Mapping[int, PoolTier]]:
        by_pool = grouped((tier.pool_id, tier) for tier in self.county.pool_tiers)
        return {pool: {tier.tier: tier for tier in by_pool.get(pool, [])} for pool in self.pools}

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        return {offer.offer_id: offer for offer in self.county.offers}

    @cached_property
    def offers_of(self) -> Mapping[str, list[Offer]]:
        """Service to its offers."""
        return grouped((offer.service_id, offer) for offer in self.county.offers)

    @cached_property
    def sales(self) -> Mapping[str, Sale]:
        return {sale.sale_id: sale for sale in self.county.sales}

    @cached_property
    def proposals(self) -> Mapping[str, Proposal]:
        return {proposal.proposal_id: proposal for proposal in self.county.proposals}

    @cached_property
    def districts(self) -> tuple[str | None, ...]:
        """Districts; a county without any is looked at as a whole, which is None."""
        return tuple(district.district for district in self.county.facts.districts) or (None,)

    @cached_property
    def places(self) -> tuple[str | None, ...]:
        """Districts, or the county as a whole, and population groups: wherever coverage is looked at."""
        return self.districts + tuple(group.group for group in self.county.facts.groups)

    @cached_property
    def binding(self) -> tuple[Mandate, ...]:
        """Mandates that bind: funded ones, or all if unfunded ones are enforced too."""
        every = self.settings.duties.enforce_unfunded
        return tuple(mandate for mandate in self.county.mandates if mandate.funded or every)

    @cached_property
    def weights(self) -> Mapping[str, list[tuple[str, Fraction]]]:
        """Mandate to its services and their weights."""
        return grouped((row.mandate_id, (row.service_id, exact(row.weight))) for row in self.county.mandate_services)

    @cached_property
    def duties_of(self) -> Mapping[str, list[Mandate]]:
        """Service to the binding mandates that it serves."""
        return grouped(
            (service, mandate) for mandate in self.binding for service, _ in self.weights.get(mandate.mandate_id, [])
        )

    @cached_property
    def named_by_mandates(self) -> frozenset[str]:
        """Services that any mandate names, binding or not."""
        return frozenset(row.service_id for row in self.county.mandate_services)

    @cached_property
    def links(self) -> Mapping[LinkKind, list[tuple[Link, list[str]]]]:
        """Kind to its links, each with its services in the order of their positions."""
        rows = sorted(self.county.link_services, key=lambda row: row.position)
        members = grouped((row.link_id, row.service_id) for row in rows)
        return grouped((link.kind, (link, members.get(link.link_id, []))) for link in self.county.links)

    @cached_property
    def _uses(self) -> Mapping[tuple[str, str], Fraction]:
        return {(use.offer_id, use.resource): exact(use.amount) for use in self.county.uses}

    @cached_property
    def _coverages(self) -> Mapping[tuple[str, str | None], Fraction]:
        return {(row.offer_id, row.district): exact(row.coverage) for row in self.county.coverages}

    @cached_property
    def _spare_fte(self) -> Mapping[tuple[str, int | None], Fraction]:
        return {(row.department, row.year): exact(row.fte) for row in self.county.spare_staff}

    @cached_property
    def _unit_usd(self) -> Mapping[frozenset[str | None], Fraction]:
        return {
            frozenset((row.from_org_id, row.to_org_id)): exact(row.usd_per_unit)
            for row in self.county.communication_costs
        }

    def provider(self, offer: Offer) -> str | None:
        """The organization behind an offer: its own, or its pool's host; None for a pool of the county and for exit."""
        return offer.org_id if offer.pool_id is None else self.pools[offer.pool_id].host_org_id

    def side(self, offer: Offer) -> tuple[Decision, str, str | None]:
        """What linked services must share: the decision, and the organization they go to directly or else the pool."""
        if offer.pool_id is None:
            return offer.decision, "organization", offer.org_id
        return offer.decision, "pool", offer.pool_id

    def escalation(self, org_id: str | None) -> float:
        """e: the share by which what an organization charges rises every year; the county's own: as personnel does."""
        if org_id is None:
            return self.settings.economics.growth_share.personnel
        return float(term(self.organizations[org_id], "price_escalation_share"))

    def spare_fte(self, department: str, year: int) -> Fraction:
        """Staff that a department can spare in a year of the plan [FTE]; 0 where no row says any."""
        everywhere = self._spare_fte.get((department, None), Fraction(0))
        return self._spare_fte.get((department, year), everywhere)

    def of_others(self, listed: Mapping[_Key, Sequence[float]], key: _Key, year: int) -> Fraction:
        """What the other counties of a region do in a year; nothing where nothing is listed."""
        amounts = listed.get(key, ())
        return exact(amounts[min(year, len(amounts)) - 1]) if amounts else Fraction(0)

    def unit_usd(self, one: str | None, other: str | None) -> Fraction:
        """What a unit of communication costs between two organizations, of which None is the county."""
        listed = self._unit_usd.get(frozenset((one, other)))
        if listed is not None:
            return listed
        return Fraction(0) if one == other else exact(self.settings.economics.communication_usd_per_unit)

    def use(self, offer: Offer, resource: str) -> Fraction:
        """How much of a resource an offer takes per year [the resource's unit]."""
        listed = self._uses.get((offer.offer_id, resource))
        if listed is not None:
            return listed
        if resource == "usd":
            return term(offer, "price_usd_per_year")
        if resource == "fte":
            return term(offer, "moved_share") * exact(self.services[offer.service_id].fte)
        return Fraction(0)

    def coverage(self, offer: Offer, place: str | None) -> Fraction:
        """Share of today's service that a place still gets; of an ended one nothing."""
        if offer.decision is Decision.EXIT:
            return Fraction(0)
        listed = self._coverages.get((offer.offer_id, place))
        return term(offer, "coverage") if listed is None else listed

    def move(self, offer: Offer) -> str:
        """An offer in words: which service, how, to whom."""
        name, decision = self.services[offer.service_id].name, offer.decision.value
        if offer.pool_id is not None:
            return f"{name} ({decision} with {self.pools[offer.pool_id].name})"
        whom = "" if offer.org_id is None else f" with {self.organizations[offer.org_id].name}"
        return f"{name} ({decision}{whom})"

    def sale(self, sale: Sale) -> str:
        """A sale in words: which service, to whom."""
        return f"{self.services[sale.service_id].name} (insource for {self.organizations[sale.org_id].name})"

    def at_place(self, place: str | None) -> str:
        """Where coverage is looked at, in words; nothing for the county as a whole."""
        if place is None:
            return ""
        return f" in district {place}" if place in self.districts else f" for group {place}"


def unit_of(resource: str) -> str:
    """The unit in which a resource is compared."""
    return {"usd": "USD/year", "fte": "FTE"}.get(resource, resource)
