"""The hurdle: a move must beat keeping by a share of the avoidable cost that moves; linked services do so in sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from optimizer.county.records import Decision, LinkKind, Offer
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.exact import exact, whole_cents
from optimizer.plan.verify.money import avoidable_usd, best_volume_usd, flows, present_cents, uncertain_cents
from optimizer.plan.verify.reasons import against, considered, lawful
from optimizer.plan.verify.usage import Usage, at_least
from optimizer.scenario.scenario import Forbid

_RULE = "does not beat keeping by the hurdle"


@dataclass(frozen=True)
class _Gain:
    """What one offer brings against keeping, over the horizon."""

    cents: int
    """Present cost of keeping less that of the offer with its pool's best rate."""
    avoidable_usd: Fraction
    """Present value of A over all years."""


@dataclass(frozen=True)
class Hurdle:
    """The hurdle over one book; gains are worked out once per offer."""

    book: Book

    def usage(self, offer: Offer) -> Usage | None:
        """Gain of the offer, with those it is linked to, against the hurdle [USD]; None: the test is not made."""
        group = self.groups.get(offer.service_id)
        if not self._exempt.isdisjoint(group or (offer.service_id,)):
            return None
        offers = (offer,) if group is None else self._linked(offer, group)
        gains = [self.gain(other) for other in offers]
        share = exact(self.book.settings.economics.hurdle_share)
        needed = share * sum((gain.avoidable_usd for gain in gains), Fraction(0))
        together = "" if group is None else " and the services linked to it"
        years = self.book.calendar.years
        horizon = "1 year" if years == 1 else f"{years} years"
        who = f"{self.book.move(offer)}{together}: beats keeping, over {horizon}, by"
        gained = Fraction(sum(gain.cents for gain in gains), 100)
        usage = at_least(_RULE, offer.offer_id, who, gained, needed, "USD")
        return replace(usage, rounding_usd=self._rounding_usd(offers)) if usage.broken else usage

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Service to all services that `together` links tie it to, itself included; others are not there."""
        group: dict[str, tuple[str, ...]] = {}
        for _, services in self.book.links.get(LinkKind.TOGETHER, []):
            merged = dict.fromkeys(member for service in services for member in group.get(service, (service,)))
            group.update(dict.fromkeys(merged, tuple(merged)))
        return group

    @cached_property
    def _gains(self) -> dict[str, _Gain]:
        return {}

    @cached_property
    def _cheapest(self) -> dict[object, tuple[Offer, ...]]:
        return {}

    def gain(self, offer: Offer) -> _Gain:
        """What one offer brings by itself."""
        if offer.offer_id not in self._gains:
            self._gains[offer.offer_id] = self._gain(offer)
        return self._gains[offer.offer_id]

    def _gain(self, offer: Offer) -> _Gain:
        service, annuity = self.book.services[offer.service_id], self.book.calendar.annuity
        keep, move = flows(self.book, service, None), flows(self.book, service, offer)
        volume = best_volume_usd(self.book, offer) * annuity
        return _Gain(
            cents=present_cents(keep) - present_cents(move) - whole_cents(volume),
            avoidable_usd=avoidable_usd(self.book, offer) * annuity,
        )

    def _rounding_usd(self, offers: Iterable[Offer]) -> Fraction:
        """How far another rounding of the same numbers may change the sum of these offers' gains."""
        cents = 0
        for offer in offers:
            service = self.book.services[offer.service_id]
            cents += uncertain_cents((*flows(self.book, service, None), *flows(self.book, service, offer)))
            # a pool's volume is one cost for all its members, so that one offer's share need not be rounded at all
            cents += best_volume_usd(self.book, offer) > 0
        return Fraction(cents, 100)

    def _linked(self, offer: Offer, group: tuple[str, ...]) -> tuple[Offer, ...]:
        """For each linked service with an admissible offer of the same decision and provider: the cheapest of them.

        The offer itself is tested for the earlier reasons elsewhere, so that it stands for its service in any case.
        """
        side = self.book.side(offer)
        if (group, side) not in self._cheapest:
            same = [[other for other in self._of(service) if self.book.side(other) == side] for service in group]
            # all offers of one service save against the same cost of keeping: the cheapest gains the most
            self._cheapest[group, side] = tuple(
                max(offers, key=lambda other: self.gain(other).cents) for offers in same if offers
            )
        return self._cheapest[group, side]

    def _of(self, service_id: str) -> list[Offer]:
        service = self.book.services[service_id]
        return [
            offer
            for offer in self.book.offers_of.get(service_id, [])
            if not any(usage.broken for usage in against(self.book, service, offer))
        ]

    @cached_property
    def _exempt(self) -> frozenset[str]:
        """Services for which the scenario decides, or for which keeping is left out."""
        book, case = self.book, self.book.case
        locked = {lock.service_id for lock in case.locks}
        closed = {forbid.service_id for forbid in case.forbids if _forbids_keeping(forbid)}
        return frozenset(
            service.service_id
            for service in book.county.services
            if service.service_id in locked
            or not closed.isdisjoint({service.service_id, None})
            or any(considered(book, service, None))
            or any(lawful(book, service, None))
        )


def _forbids_keeping(forbid: Forbid) -> bool:
    return forbid.decision == Decision.KEEP and forbid.provider is None
