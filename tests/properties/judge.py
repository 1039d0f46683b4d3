"""The best of all plans, each judged by the independent verification in exact arithmetic.

Plans are looked at from the best on, as far as their options and sales tell; what agreements, pools and links add to
the cost is never negative, so that the search ends where even without it nothing better is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from optimizer.county.records import Proposal, Service
from optimizer.plan.choices import Choices
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.check import RULES
from optimizer.plan.verify.county_money import COUNTY_PARTS, county_flows
from optimizer.plan.verify.equity import coverage_of_places
from optimizer.plan.verify.exact import exact, whole_cents
from optimizer.plan.verify.funds import freed_usd_per_year
from optimizer.plan.verify.money import Flow, kept, move_flows, present_cents, sale_flows
from optimizer.plan.verify.reading import Move, Reading, Sold
from optimizer.scenario.scenario import Case
from tests.properties.every_plan import every_plan

JUDGED = {
    f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}": rule
    for rule in RULES
    if rule.__name__ not in ("admissible", "sellable")
}
"""The verification's rules by module and name; `every_plan` leaves out what the two others would."""

Value = tuple[Fraction, ...]
"""What is sought, first things first; less is better. The last entry is in cents."""


class Aim(Protocol):
    """What makes one plan better than another."""

    def value(self, reading: Reading, cents: int) -> Value:
        """The value of a plan that costs this."""

    def bound(self, reading: Reading, cents: int) -> Value:
        """No more than the value of a plan that costs this or more."""


class LeastCost:
    """Least cost."""

    def value(self, reading: Reading, cents: int) -> Value:
        return (Fraction(cents),)

    bound = value


LEAST_COST = LeastCost()


class WorstOff:
    """The greatest coverage of the place that has least, then least cost."""

    def value(self, reading: Reading, cents: int) -> Value:
        return -min(coverage_of_places(reading).values()), Fraction(cents)

    bound = value


class Weighted:
    """Least cost with what the freed money does weighed against it."""

    def value(self, reading: Reading, cents: int) -> Value:
        return self._less(reading, cents, freed_usd_per_year(reading))

    def bound(self, reading: Reading, cents: int) -> Value:
        plenty = sum((exact(row.usd_per_year) for row in reading.book.county.proposals), Fraction(1))
        return self._less(reading, cents, {row.fund: plenty for row in reading.book.county.proposals})

    @staticmethod
    def _less(reading: Reading, cents: int, freed: Mapping[str, Fraction]) -> Value:
        per_score = exact(reading.book.settings.reinvestment.usd_per_score or 0.0)
        worth = _most(reading, freed, lambda row: per_score * exact(row.score) - exact(row.usd_per_year))
        return (cents - 100 * reading.book.calendar.annuity * worth,)


def most_score(case: Case, plan: Choices) -> Fraction:
    """The most score that what a plan frees can buy."""
    reading = Reading(Book(case), plan)
    return _most(reading, freed_usd_per_year(reading), lambda row: exact(row.score))


def _most(reading: Reading, freed: Mapping[str, Fraction], gain: Callable[[Proposal], Fraction]) -> Fraction:
    """The most that proposals can gain: in each fund the one that gains most per dollar first, none that loses."""
    left, total = dict(freed), Fraction(0)
    for row in sorted(reading.book.county.proposals, key=lambda row: -gain(row) / exact(row.usd_per_year)):
        if gain(row) > 0:
            done = min(exact(row.max_share), left[row.fund] / exact(row.usd_per_year))
            left[row.fund] -= done * exact(row.usd_per_year)
            total += done * gain(row)
    return total


class Prices:
    """The parts of every option and sale of a case, and their present cost in cents, worked out once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._known: dict[tuple[str, str | None, int], tuple[tuple[Flow, ...], int]] = {}

    def option(self, service: Service, move: Move | None) -> tuple[tuple[Flow, ...], int]:
        if move is None:
            return self._once((service.service_id, None, 1), lambda: kept(self.book)[service.service_id])
        key = service.service_id, move.offer.offer_id, move.start
        return self._once(key, lambda: move_flows(self.book, move.offer, move.start))

    def sale(self, sold: Sold) -> tuple[tuple[Flow, ...], int]:
        key = sold.service.service_id, sold.sale.sale_id, sold.start
        return self._once(key, lambda: sale_flows(self.book, sold.sale, sold.start))

    def _once(
        self, key: tuple[str, str | None, int], flows: Callable[[], tuple[Flow, ...]]
    ) -> tuple[tuple[Flow, ...], int]:
        if key not in self._known:
            parts = flows()
            self._known[key] = parts, present_cents(parts)
        return self._known[key]


@dataclass(frozen=True)
class Priced(Reading):
    """A reading that looks up what its options and sales cost."""

    prices: Prices

    @cached_property
    def flows(self) -> Mapping[str, tuple[Flow, ...]]:
        return {service.service_id: self.prices.option(service, move)[0] for service, move in self.chosen}

    @cached_property
    def sale_flows(self) -> Mapping[str, tuple[Flow, ...]]:
        return {sold.sale.sale_id: self.prices.sale(sold)[0] for sold in self.sold}

    @cached_property
    def own_cents(self) -> int:
        """Present cost of the options and sales alone."""
        options = sum(self.prices.option(service, move)[1] for service, move in self.chosen)
        return options + sum(self.prices.sale(sold)[1] for sold in self.sold)

    @cached_property
    def shared_cents(self) -> Mapping[str, int]:
        """Present cost of agreements, pools and links, part by part."""
        cents = dict.fromkeys(COUNTY_PARTS, 0)
        for _, flow in county_flows(self):
            cents[flow.part] += whole_cents(flow.present_usd)
        return cents

    @cached_property
    def cents(self) -> int:
        """Present cost of the plan."""
        return self.own_cents + sum(self.shared_cents.values())


@dataclass(frozen=True)
class Verdict:
    """What trying every plan has shown."""

    value: Value | None
    """Value of the best lawful plan; None: no plan is lawful."""
    plans: tuple[Choices, ...]
    """All lawful plans of that value."""
    bites: frozenset[str]
    """Rules without which a better plan would be lawful, and shared costs without which another plan would be best."""


def judge(case: Case, aim: Aim = LEAST_COST) -> Verdict:
    """The best lawful plans of a case, by trying them all."""
    book = Book(case)
    prices = Prices(book)
    plans = [Priced(book, plan, prices) for plan in every_plan(case)]
    ordered = sorted((aim.bound(plan, plan.own_cents), place) for place, plan in enumerate(plans))
    best: Value | None = None
    lawful: list[tuple[Value, Priced]] = []
    barred: list[tuple[Value, str]] = []
    for bound, place in ordered:
        if best is not None and bound > best:
            break
        plan = plans[place]
        value, broken = aim.value(plan, plan.cents), broken_rules(plan)
        if not broken:
            best = value if best is None else min(best, value)
            lawful.append((value, plan))
        elif len(broken) == 1:
            barred.append((value, broken[0]))
    dearer = [(value, plan) for value, plan in lawful if value != best]
    barred += [(_without(value, cents), part) for value, plan in dearer for part, cents in plan.shared_cents.items()]
    bites = frozenset(name for value, name in barred if best is None or value < best)
    return Verdict(best, tuple(plan.choices for value, plan in lawful if value == best), bites)


def _without(value: Value, cents: int) -> Value:
    return (*value[:-1], value[-1] - cents)


def broken_rules(reading: Reading) -> list[str]:
    """The rules that a plan breaks; where there are many, the first two."""
    broken: list[str] = []
    for name, rule in JUDGED.items():
        if any(usage.broken for usage in rule(reading)):
            broken.append(name)
            if len(broken) == 2:
                break
    return broken
