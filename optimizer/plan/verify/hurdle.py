"""The hurdle: a move must beat keeping by a share of the avoidable cost that moves; linked services do so in sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from optimizer.county.records import Decision, LinkKind, Offer
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.exact import exact, may_round_otherwise, whole_cents
from optimizer.plan.verify.money import avoidable_usd, best_volume_usd, flows, present_cents, uncertain_cents
from optimizer.plan.verify.reasons import considered, lawful
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
    uncertain_cents: int


@dataclass(frozen=True)
class Hurdle:
    """The hurdle over one book; gains are worked out once per offer."""

    book: Book

    def usage(self, offer: Offer) -> Usage | None:
        """Gain of the offer, with those it is linked to, against the hurdle [USD]; None: the test is not made."""
        group = self.groups.get(offer.service_id)
        if not self._exempt.isdisjoint(group or (offer.service_id,)):
            return None
        gains = [self.gain(offer)] if group is None else self._linked(offer, group)
        needed = exact(self.book.settings.economics.hurdle_share) * sum(
            (gain.avoidable_usd for gain in gains), Fraction(0)
        )
        together = "" if group is None else " and the services linked to it"
        who = f"{self.book.move(offer)}{together}: beats keeping, over {self.book.calendar.years} years, by"
        gained = Fraction(sum(gain.cents for gain in gains), 100)
        usage = at_least(_RULE, offer.offer_id, who, gained, needed, "USD")
        return replace(usage, rounding_usd=Fraction(sum(gain.uncertain_cents for gain in gains), 100))

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
    def _sums(self) -> dict[object, list[_Gain]]:
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
            # a pool's volume is one cost for all its members, so that its share of one offer need not be rounded
            uncertain_cents=uncertain_cents((*keep, *move)) + (volume > 0 or may_round_otherwise(volume)),
        )

    def _linked(self, offer: Offer, group: Iterable[str]) -> list[_Gain]:
        """For each linked service with an offer of the same decision and provider: the cheapest such offer."""
        services, side = tuple(group), self.book.side(offer)
        if (services, side) not in self._sums:
            same = [[other for other in self._of(service) if self.book.side(other) == side] for service in services]
            # all offers of one service save against the same cost of keeping: the cheapest gains the most
            self._sums[services, side] = [
                max((self.gain(other) for other in offers), key=lambda gain: gain.cents) for offers in same if offers
            ]
        return self._sums[services, side]

    def _of(self, service_id: str) -> list[Offer]:
        return self.book.offers_of.get(service_id, [])

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
    return forbid.decision is Decision.KEEP and forbid.provider is None
