"""Which services an organization probably delivers too, the likeliest first, each with the reason.

    p = (2 prior + k) / (2 + n)      prior: likelihoods.csv, by class of work and kind of organization; at least 0.8
                                     where it is known for other work of the class, or its name names the class
    p' = 1 - (1 - r p) 0.85^s        r: by the service's reliance level

Of the n organizations of the same kind that have answered k deliver work of the class, and s the service itself.
What the organization itself is known for comes before everything else. The weights 2, 0.8 and 0.85 and the factors r
are assumptions: they decide the order of a worksheet's rows, and nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from optimizer.county.county import County
from optimizer.county.records import Organization, Service
from optimizer.county.terms import Kind, Stance
from optimizer.workshop.likelihoods import likelihood_of

WEIGHT = 2.0
"""Organizations that the table counts for."""
NAMED = 0.8
OTHERS_LEAVE = 0.85
LIKELY, POSSIBLE = 0.5, 0.2
_RELIANCE: Mapping[int, tuple[float, float]] = {
    4: (0.25, 0.25),
    3: (0.7, 0.7),
    2: (1.3, 0.8),
    1: (1.0, 1.5),
    0: (1.0, 1.5),
}
"""By reliance level, what the chance is multiplied by: of governments and nonprofits, and of firms. 4: nobody else
exists; 2: another government or nonprofit offers it; 1 and 0: firms do."""


_VAGUE = frozenset({"service", "public", "management"})
"""Words of classes that any organization may have in its name."""


class Chance(StrEnum):
    """How likely an overlap is, in a word."""

    KNOWN = "known"
    LIKELY = "likely"
    POSSIBLE = "possible"
    OTHER = "less likely"


@dataclass(frozen=True)
class Likely:
    """One service on an organization's worksheet."""

    service: Service
    chance: Chance
    probability: float
    why: str


class Answers:
    """What is known of a county's organizations: the overlaps, offers and sales of its tables."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.said: dict[tuple[str, str], list[Stance]] = defaultdict(list)
        for row in county.overlaps:
            self.said[row.org_id, row.service_id].append(row.stance)

    @cached_property
    def _offered(self) -> set[tuple[str, str]]:
        offers = {(row.org_id, row.service_id) for row in self.county.offers if row.org_id is not None}
        return offers | {(row.org_id, row.service_id) for row in self.county.sales}

    @cached_property
    def _classes(self) -> Mapping[str, set[str]]:
        """Classes of work that each organization that has answered is known to deliver."""
        of_service = {service.service_id: service.service_class for service in self.county.services}
        found: dict[str, set[str]] = defaultdict(set)
        for (org_id, service_id), stances in self.said.items():
            found[org_id] |= set() if stances == [Stance.NO] else {of_service[service_id]}
        return found

    @cached_property
    def _kinds(self) -> Mapping[Kind, list[str]]:
        found: dict[Kind, list[str]] = defaultdict(list)
        for org in self.county.organizations:
            if org.org_id in self._classes:
                found[org.kind].append(org.org_id)
        return found

    def likely(self, org: Organization) -> list[Likely]:
        """Every service for one organization: what it is known for, then by probability, then by cost."""
        rows = [self._likely(org, service) for service in self.county.services]
        order = {chance: place for place, chance in enumerate(Chance)}
        return sorted(rows, key=lambda row: (order[row.chance], -row.probability, -gross_usd(row.service)))

    def _likely(self, org: Organization, service: Service) -> Likely:
        stances = self.said.get((org.org_id, service.service_id), [])
        if stances:
            return Likely(service, Chance.KNOWN, 1.0, f"Your answer so far: {', '.join(stances)}")
        if (org.org_id, service.service_id) in self._offered:
            return Likely(service, Chance.KNOWN, 1.0, "We have an offer of yours")
        probability, why = self._probability(org, service)
        chance = (
            Chance.LIKELY if probability >= LIKELY else Chance.POSSIBLE if probability >= POSSIBLE else Chance.OTHER
        )
        return Likely(service, chance, probability, why if chance is not Chance.OTHER else "")

    def _probability(self, org: Organization, service: Service) -> tuple[float, str]:
        row, kind = likelihood_of(service.service_class, org.kind), org.kind.replace("_", " ")
        alike = self._kinds.get(org.kind, [])
        knowing = [other for other in alike if service.service_class in self._classes[other]]
        same = [other for other in alike if self._delivers(other, service.service_id)]
        share = (WEIGHT * row.likelihood + len(knowing)) / (WEIGHT + len(alike))
        own = service.service_class in self._classes.get(org.org_id, ())
        named = names_class(org.name, service.service_class)
        if own or named:
            share = max(NAMED, share)
        share = min(0.95, _RELIANCE[service.reliance_level][org.kind is Kind.PRIVATE] * share)
        probability = 1 - (1 - share) * OTHERS_LEAVE ** len(same)
        work = service.service_class.replace("_", " ")
        reasons = {
            f"You also deliver other {work}": own,
            f"Your name says {work}": named,
            f"{len(same)} of {len(alike)} of your kind ({kind}) said that they deliver it": same,
            f"{len(knowing)} of {len(alike)} of your kind ({kind}) deliver {work}": knowing,
            f"Usual for a {kind} ({row.source.partition(':')[0]})": True,
        }
        return probability, next(text for text, holds in reasons.items() if holds)

    def _delivers(self, org_id: str, service_id: str) -> bool:
        return bool(set(self.said.get((org_id, service_id), ())) - {Stance.NO, Stance.WOULD_BUY})


def names_class(name: str, service_class: str) -> bool:
    """Whether an organization's name names a class of work, such as `fire` or `library`."""
    return bool((_words(name) & _words(service_class)) - _VAGUE)


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]{4,}", text.casefold())}


def gross_usd(service: Service) -> float:
    """What a service costs in a year, before revenue."""
    return service.personnel_usd + service.nonpersonnel_usd + service.overhead_usd
