"""A plan read against the tables: what moves, to whom, into which pool, from when on, and what is sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from optimizer.county.records import Offer, PoolTier, Sale, Service
from optimizer.county.terms import Decision
from optimizer.plan.choices import Choices
from optimizer.plan.verify.book import Book, grouped
from optimizer.plan.verify.money import Flow, kept, move_flows, sale_flows


class Move(NamedTuple):
    """A service whose offer is accepted, and the year in which the move starts, from 1."""

    service: Service
    offer: Offer
    start: int


class Sold(NamedTuple):
    """A sale that is made, the service that is sold, and the year in which the sale starts, from 1."""

    sale: Sale
    service: Service
    start: int


@dataclass(frozen=True)
class Reading:
    """Choices that fit the tables: every id is there, every year within the plan."""

    book: Book
    choices: Choices

    @cached_property
    def today(self) -> Reading:
        """The plan that keeps everything and sells nothing."""
        return Reading(self.book, Choices(dict.fromkeys(self.book.services)))

    @cached_property
    def chosen(self) -> tuple[tuple[Service, Move | None], ...]:
        """Every service with its move, in the order of the table; None: kept."""
        return tuple((service, self.move(service.service_id)) for service in self.book.county.services)

    @cached_property
    def moved(self) -> tuple[Move, ...]:
        """The services that move or end."""
        return tuple(move for _, move in self.chosen if move is not None)

    @cached_property
    def handed_over(self) -> tuple[Move, ...]:
        """The services that somebody else delivers."""
        return tuple(move for move in self.moved if move.offer.decision is not Decision.EXIT)

    @cached_property
    def kept(self) -> tuple[Service, ...]:
        """The services that the county keeps, sold or not."""
        return tuple(service for service, move in self.chosen if move is None)

    @cached_property
    def sold(self) -> tuple[Sold, ...]:
        """The sales that are made, in the order of the table."""
        sales, services = self.book.county.sales, self.book.services
        starts = self.choices.sales
        return tuple(
            Sold(sale, services[sale.service_id], starts[sale.sale_id]) for sale in sales if sale.sale_id in starts
        )

    @cached_property
    def flows(self) -> Mapping[str, tuple[Flow, ...]]:
        """Service to the parts of its chosen option."""
        moved = {move.service.service_id: move_flows(self.book, move.offer, move.start) for move in self.moved}
        return {**kept(self.book), **moved}

    @cached_property
    def sale_flows(self) -> Mapping[str, tuple[Flow, ...]]:
        """Sale that is made to its parts."""
        return {sale.sale_id: sale_flows(self.book, sale, start) for sale, _, start in self.sold}

    @cached_property
    def at(self) -> Mapping[str, list[Move]]:
        """Provider organization to the services that move to it, through its pools too."""
        pairs = ((self.book.provider(move.offer), move) for move in self.moved)
        return grouped((provider, move) for provider, move in pairs if provider is not None)

    @cached_property
    def members(self) -> Mapping[str, list[Move]]:
        """Pool to the services that move into it."""
        return grouped((move.offer.pool_id, move) for move in self.moved if move.offer.pool_id is not None)

    def move(self, service_id: str) -> Move | None:
        """What happens to a service; None: kept."""
        offer_id = self.choices.offers[service_id]
        if offer_id is None:
            return None
        return Move(self.book.services[service_id], self.book.offers[offer_id], self.choices.starts[service_id])

    def offer(self, service_id: str) -> Offer | None:
        """The accepted offer of a service; None: kept."""
        move = self.move(service_id)
        return None if move is None else move.offer

    def members_by(self, pool_id: str, year: int) -> list[Move]:
        """The county's members of a pool that have started by a year."""
        return [move for move in self.members.get(pool_id, []) if move.start <= year]

    def member_count(self, pool_id: str, year: int) -> Fraction:
        """Members of a pool by a year, those of other counties included."""
        others = self.book.of_others(self.book.case.others.members, pool_id, year)
        return len(self.members_by(pool_id, year)) + others

    def tier(self, pool_id: str, year: int) -> PoolTier | None:
        """The tier in which an open pool runs in a year; None: it has none."""
        number = self.choices.pools[pool_id].tier_in(year)
        return None if number is None else self.book.tiers[pool_id][number]

    def volume(self, pool_id: str, year: int) -> Fraction:
        """Sum of the uses of a pool's resource by all members that have started by a year [the resource's unit]."""
        resource = self.book.pools[pool_id].resource
        if resource is None:
            return Fraction(0)
        others = self.book.of_others(self.book.case.others.volume, pool_id, year)
        return sum((self.book.use(move.offer, resource) for move in self.members_by(pool_id, year)), others)
