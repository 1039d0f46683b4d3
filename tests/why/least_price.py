"""What the cheapest way out costs, by the verification of every plan: no program, no search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from math import ceil, inf

from optimizer.plan.choices import Choices
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.locks import forbidden_sales, forbids, locks
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage
from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.why.condition import Condition
from optimizer.why.dials import Dial
from optimizer.why.prices import Prices
from tests.properties.every_plan import every_plan
from tests.properties.judge import JUDGED

LIMITS = [rule for name, rule in JUDGED.items() if not name.startswith("locks.")]


def least_price_usd(case: Case, conditions: Sequence[Condition], spared: Iterable[Condition] = ()) -> float:
    """Of all plans the least sum of price x what a plan breaks of each condition [USD, present].

    `spared` are not to be broken, nor is what is no limit, lock or ban; inf: every plan breaks some of that.
    """
    prices, kept = Prices(case), [*spared]
    price: dict[Condition | None, float] = {
        one: inf if one in kept else prices.of(one) for one in conditions if one.source is not None
    }
    limits = {
        (one.source.rule, subject): one
        for one in conditions
        if isinstance(one.source, Dial)
        for subject in one.source.subjects
    }
    ties = {one: Book(_only(case, one.source)) for one in conditions if isinstance(one.source, Lock | Forbid)}
    book = Book(replace(case, locks=(), forbids=()))
    broken = (_broken(plan, book, limits, ties) for plan in every_plan(case))
    return min((sum(price.get(one, inf) * amount for one, amount in some.items()) for some in broken), default=inf)


def _broken(
    plan: Choices, book: Book, limits: Mapping[tuple[str, str], Condition], ties: Mapping[Condition, Book]
) -> dict[Condition | None, float]:
    """What the plan breaks, and how much of it; None stands for all that never gives way."""
    reading, amounts = Reading(book, plan), dict[Condition | None, float]()
    for usage in chain.from_iterable(rule(reading) for rule in LIMITS):
        if usage.broken:
            limit = limits.get((usage.rule, usage.subject))
            amounts[limit] = max(amounts.get(limit, 0.0), 1.0 if limit is None else _amount(limit, usage))
    for tie, own in ties.items():
        alone = Reading(own, plan)
        if any(usage.broken for rule in (locks, forbids, forbidden_sales) for usage in rule(alone)):
            amounts[tie] = 1.0
    return amounts


def _only(case: Case, tie: Lock | Forbid) -> Case:
    if isinstance(tie, Lock):
        return replace(case, locks=(tie,), forbids=())
    return replace(case, locks=(), forbids=(tie,))


def _amount(condition: Condition, usage: Usage) -> float:
    """By how much the limit itself would have to be moved; of the share of moved cost in dollars."""
    dial = condition.source
    assert isinstance(dial, Dial)
    beyond = float(usage.limit - usage.used if usage.at_least else usage.used - usage.limit)
    amount = beyond / (1.0 if usage.unit == dial.unit else dial.per_unit or 1.0)
    return float(ceil(amount - 1e-6)) if dial.whole else amount
