"""A plan read against the tables: what moved, to whom, into which pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from optimizer.county.records import Offer, PoolTier, Service
from optimizer.plan.choices import Choices
from optimizer.plan.verify.book import Book, grouped


@dataclass(frozen=True)
class Reading:
    """Choices whose every id is in the tables."""

    book: Book
    choices: Choices

    @cached_property
    def chosen(self) -> tuple[tuple[Service, Offer | None], ...]:
        """Every service with its accepted offer, in the order of the table; None: kept."""
        return tuple((service, self.offer(service.service_id)) for service in self.book.county.services)

    @cached_property
    def moved(self) -> tuple[tuple[Service, Offer], ...]:
        """The services that move, each with its offer."""
        return tuple((service, offer) for service, offer in self.chosen if offer is not None)

    @cached_property
    def kept(self) -> tuple[Service, ...]:
        """The services that the county keeps."""
        return tuple(service for service, offer in self.chosen if offer is None)

    @cached_property
    def at(self) -> Mapping[str, list[tuple[Service, Offer]]]:
        """Provider organization to the services that move to it, through its pools too."""
        pairs = ((self.book.provider(offer), (service, offer)) for service, offer in self.moved)
        return grouped((provider, row) for provider, row in pairs if provider is not None)

    @cached_property
    def members(self) -> Mapping[str, list[Offer]]:
        """Pool to the offers chosen in it."""
        return grouped((offer.pool_id, offer) for _, offer in self.moved if offer.pool_id is not None)

    def offer(self, service_id: str) -> Offer | None:
        """The accepted offer of a service; None: kept."""
        offer_id = self.choices.offers[service_id]
        return None if offer_id is None else self.book.offers[offer_id]

    def tier(self, pool_id: str) -> PoolTier | None:
        """The tier an open pool runs in."""
        number = self.choices.pools[pool_id]
        return None if number is None else self.book.tiers[pool_id][number]

    def volume(self, pool_id: str) -> Fraction:
        """Sum of the uses of a pool's resource by its members [the resource's unit]."""
        resource = self.book.pools[pool_id].resource
        if resource is None:
            return Fraction(0)
        return sum((self.book.use(offer, resource) for offer in self.members.get(pool_id, [])), Fraction(0))
