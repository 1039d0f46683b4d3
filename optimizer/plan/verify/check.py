"""Verification of a plan from the tables alone: every rule in one list, every limit in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from optimizer.errors import PlanWithheld
from optimizer.plan.choices import Choices
from optimizer.plan.verify import activation, budget, capacity, links, locks, people, risk
from optimizer.plan.verify.admissible import admissible
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.choice import choice
from optimizer.plan.verify.claims import Claims, claims
from optimizer.plan.verify.mandates import mandates
from optimizer.plan.verify.money import ExactCosts, costs
from optimizer.plan.verify.pools import pools
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, Violation, violation
from optimizer.scenario.scenario import Case

Rule = Callable[[Reading], Iterator[Usage]]

RULES: tuple[Rule, ...] = (
    admissible,
    activation.activation,
    capacity.capacity,
    capacity.volume,
    mandates,
    pools,
    people.displaced,
    people.displaced_by_department,
    people.consents,
    people.agreements,
    budget.transition,
    budget.funds,
    budget.revenue,
    risk.concentration,
    risk.critical,
    risk.retained,
    links.together,
    links.apart,
    links.needs,
    locks.locks,
    locks.forbids,
)


def verify(
    case: Case,
    choices: Choices,
    claimed_parts_usd: Mapping[str, float] | None = None,
    claimed_total_usd: float | None = None,
) -> tuple[Violation, ...]:
    """Every rule that a plan breaks, and every claim about its cost that the tables do not bear out.

    Choices that name what is not in the tables are told alone: nothing else can be tested then.
    Raises `Refused` if a term that the plan rests on is blank.
    """
    unreadable = broken(choice(Book(case), choices))
    return unreadable or broken(audit(case, choices, claimed_parts_usd, claimed_total_usd))


def audit(
    case: Case,
    choices: Choices,
    claimed_parts_usd: Mapping[str, float] | None = None,
    claimed_total_usd: float | None = None,
) -> tuple[Usage, ...]:
    """Every limit and claim and how far the plan uses it, broken or not; yes-or-no rules only where they are broken.

    Raises `PlanWithheld` if the choices name what is not in the tables, `Refused` if a term is blank.
    """
    reading = _read(case, choices)
    return tuple(chain(_usages(reading), claims(reading, Claims(claimed_parts_usd, claimed_total_usd))))


def broken(found: Iterable[Usage]) -> tuple[Violation, ...]:
    """The violations among usages."""
    return tuple(violation(usage) for usage in found if usage.broken)


def exact_costs(case: Case, choices: Choices) -> ExactCosts:
    """Every part of the plan's cost [cents] and its yearly cash [USD], whatever the limits say.

    Raises `PlanWithheld` if the choices name what is not in the tables, `Refused` if a term is blank.
    """
    return costs(_read(case, choices))


def _read(case: Case, choices: Choices) -> Reading:
    book = Book(case)
    unreadable = broken(choice(book, choices))
    if unreadable:
        raise PlanWithheld(unreadable)
    return Reading(book, choices)


def _usages(reading: Reading) -> Iterator[Usage]:
    return chain.from_iterable(rule(reading) for rule in RULES)
