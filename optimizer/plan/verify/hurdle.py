"""The hurdle: a move must beat keeping by a share of the avoidable cost that moves and by so much a year besides.

Linked services do so in sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from optimizer.counts import count_of
from optimizer.county.records import Offer
from optimizer.county.terms import Decision, LinkKind
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.exact import exact, whole_cents
from optimizer.plan.verify.money import (
    Flow,
    avoidable,
    best_volume,
    gross_usd,
    kept,
    move_flows,
    present_cents,
    uncertain_cents,
)
from optimizer.plan.verify.reasons import against, considered, lawful
from optimizer.plan.verify.usage import Usage, at_least
from optimizer.plan.verify.yearly import Yearly
from optimizer.scenario.scenario import Forbid

_RULE = "does not beat keeping by the hurdle"


@dataclass(frozen=True)
class _Gain:
    """What one offer that starts in one year brings against keeping, over the horizon."""

    cents: int
    """Present cost of keeping less that of the offer with its pool's best rate."""
    needed_usd: Fraction
    """What it must be at least, present value."""


@dataclass(frozen=True)
class Hurdle:
    """The hurdle over one book; gains are worked out once per offer and start year."""

    book: Book

    def usage(self, offer: Offer, start: int) -> Usage | None:
        """Gain of the offer, with those it is linked to, against the hurdle [USD]; None: the test is not made."""
        group = self.groups.get(offer.service_id)
        if not self._exempt.isdisjoint(group or (offer.service_id,)):
            return None
        offers = (offer,) if group is None else self._linked(offer, group, start)
        gains = [self.gain(other, start) for other in offers]
        needed = sum((gain.needed_usd for gain in gains), Fraction(0))
        gained = Fraction(sum(gain.cents for gain in gains), 100)
        usage = at_least(_RULE, offer.offer_id, self._who(offer, group is not None, start), gained, needed, "USD")
        return replace(usage, rounding_usd=self._rounding_usd(offers, start)) if usage.broken else usage

    def _who(self, offer: Offer, linked: bool, start: int) -> str:
        together = " and the services linked to it" if linked else ""
        years = self.book.calendar.years
        horizon = count_of(years, "year")
        when = self.book.calendar.in_year(start)
        return f"{self.book.move(offer)}{when}{together}: beats keeping, over {horizon}, by"

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Service to all services that `together` links tie it to, itself included; others are not there."""
        group: dict[str, tuple[str, ...]] = {}
        for _, services in self.book.links.get(LinkKind.TOGETHER, []):
            merged = dict.fromkeys(member for service in services for member in group.get(service, (service,)))
            group.update(dict.fromkeys(merged, tuple(merged)))
        return group

    @cached_property
    def _open(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _cheapest(self) -> dict[object, tuple[Offer, ...]]:
        return {}

    def gain(self, offer: Offer, start: int) -> _Gain:
        """What one offer that starts in a year brings by itself."""
        return self.book.of_money((Hurdle, offer.offer_id, start), lambda: self._gain(offer, start))

    def _gain(self, offer: Offer, start: int) -> _Gain:
        keep, move = self._both(offer, start)
        since = self.book.calendar.since(start)
        volume, moving = (Flow("", amount(self.book, offer), since).present_usd for amount in (best_volume, avoidable))
        share, wanted = exact(self.book.settings.economics.hurdle_share), Yearly.of(self._wanted_usd_per_year(offer))
        return _Gain(
            cents=present_cents(keep) - present_cents(move) - whole_cents(volume),
            needed_usd=share * moving + Flow("", wanted, since).present_usd,
        )

    def _wanted_usd_per_year(self, offer: Offer) -> Fraction:
        """What it must save besides a share of the avoidable cost."""
        service, economics = self.book.services[offer.service_id], self.book.settings.economics
        decided = economics.hurdle_usd_per_year_by_decision.get(offer.decision, 0.0)
        department = economics.hurdle_usd_per_year_by_department.get(service.department, 0.0)
        provider = self.book.provider(offer)
        failure = 0.0 if provider is None else self.book.organizations[provider].probability_of_failure or 0.0
        at_risk = exact(failure) * gross_usd(service) * exact(economics.hurdle_share_of_failure)
        return exact(decided) + exact(department) + at_risk

    def _both(self, offer: Offer, start: int) -> tuple[tuple[Flow, ...], tuple[Flow, ...]]:
        """The parts of keeping the offer's service, and of the offer."""
        return kept(self.book)[offer.service_id], move_flows(self.book, offer, start)

    def _rounding_usd(self, offers: Iterable[Offer], start: int) -> Fraction:
        """How far another rounding of the same numbers may change the sum of these offers' gains."""
        cents = 0
        for offer in offers:
            keep, move = self._both(offer, start)
            cents += uncertain_cents((*keep, *move))
            # a pool's volume is one cost for all its members, so that one offer's share need not be rounded at all
            cents += best_volume(self.book, offer).today_usd > 0
        return Fraction(cents, 100)

    def _linked(self, offer: Offer, group: tuple[str, ...], start: int) -> tuple[Offer, ...]:
        """For each linked service with an admissible offer of the same decision and provider: the cheapest of them.

        The offer itself is tested for the earlier reasons elsewhere, so that it stands for its service in any case.
        """
        side = self.book.side(offer)
        if (group, side, start) not in self._cheapest:
            same = [[other for other in self._of(service) if self.book.side(other) == side] for service in group]
            admissible = [[other for other in offers if self._is_open(other)] for offers in same]
            # all offers of one service save against the same cost of keeping: the cheapest gains the most
            self._cheapest[group, side, start] = tuple(
                max(offers, key=lambda other: self.gain(other, start).cents) for offers in admissible if offers
            )
        return self._cheapest[group, side, start]

    def _of(self, service_id: str) -> list[Offer]:
        return self.book.offers_of.get(service_id, [])

    def _is_open(self, offer: Offer) -> bool:
        """Whether no earlier reason leaves the offer out."""
        if offer.offer_id not in self._open:
            service = self.book.services[offer.service_id]
            self._open[offer.offer_id] = not any(usage.broken for usage in against(self.book, service, offer))
        return self._open[offer.offer_id]

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
