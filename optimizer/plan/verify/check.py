"""Verification of a plan from the tables alone: every rule in one list, every limit in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain

from optimizer.errors import PlanWithheld
from optimizer.plan.choices import Choices
from optimizer.plan.verify import (
    activation,
    budget,
    capacity,
    costs,
    equity,
    funds,
    links,
    locks,
    people,
    pools,
    reinvestment,
    risk,
    selling,
    sharing,
)
from optimizer.plan.verify.admissible import admissible
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.choice import choice
from optimizer.plan.verify.claims import Claims, claims
from optimizer.plan.verify.costs import ExactCosts
from optimizer.plan.verify.mandates import mandates
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, Violation, violation
from optimizer.scenario.scenario import Case

Rule = Callable[[Reading], Iterator[Usage]]

RULES: tuple[Rule, ...] = (
    admissible,
    selling.sellable,
    activation.agreed,
    activation.opened,
    capacity.capacity,
    capacity.volume,
    mandates,
    pools.members,
    pools.tiers,
    sharing.nobody_worse_off,
    people.displaced,
    people.displaced_by_department,
    people.laid_off,
    people.consents,
    people.consents_by_year,
    people.moves_by_year,
    people.agreements,
    people.agreements_by_year,
    budget.transition,
    budget.transition_by_year,
    budget.funds,
    budget.revenue,
    selling.kept_where_sold,
    selling.spare_staff,
    risk.concentration,
    risk.critical,
    risk.retained,
    links.together,
    links.apart,
    links.needs,
    equity.equity,
    budget.cost,
    reinvestment.reinvestment,
    reinvestment.proposals_done,
    locks.locks,
    locks.forbids,
    locks.forbidden_sales,
)


def verify(
    case: Case,
    choices: Choices,
    claimed_parts_usd: Mapping[str, float] | None = None,
    claimed_total_usd: float | None = None,
) -> tuple[Violation, ...]:
    """Every rule that a plan breaks, and every claim about its cost that the tables do not bear out.

    Choices that do not fit the tables are told alone: nothing else can be tested then.
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

    Raises `PlanWithheld` if the choices do not fit the tables, `Refused` if a term is blank.
    """
    reading = _read(case, choices)
    return tuple(chain(_usages(reading), claims(reading, Claims(claimed_parts_usd, claimed_total_usd))))


def broken(found: Iterable[Usage]) -> tuple[Violation, ...]:
    """The violations among usages."""
    return tuple(violation(usage) for usage in found if usage.broken)


def exact_costs(case: Case, choices: Choices) -> ExactCosts:
    """Every part of the plan's cost [cents] and its yearly cash [USD], whatever the limits say.

    Raises `PlanWithheld` if the choices do not fit the tables, `Refused` if a term is blank. So do those below.
    """
    return costs.costs(_read(case, choices))


def shares(case: Case, choices: Choices) -> Mapping[tuple[str, str], Fraction]:
    """(pool, service) of every member of an open pool to the present value of its share of the pool's cost [USD]."""
    return sharing.shares(_read(case, choices))


def freed_usd_per_year(case: Case, choices: Choices) -> Mapping[str, Fraction]:
    """Fund to what the plan frees in it, as a yearly equivalent [USD/year]; every fund is there."""
    return funds.freed_usd_per_year(_read(case, choices))


def coverage_of_places(case: Case, choices: Choices) -> Mapping[str | None, Fraction]:
    """District or population group to its coverage by all services [share]; None: the county as a whole."""
    return equity.coverage_of_places(_read(case, choices))


def laid_off_fte(case: Case, choices: Choices) -> Mapping[tuple[str, int], Fraction]:
    """(department, year from 1) to the staff laid off [FTE]; every department and year of the plan is there."""
    return people.laid_off_fte(_read(case, choices))


def _read(case: Case, choices: Choices) -> Reading:
    book = Book(case)
    unreadable = broken(choice(book, choices))
    if unreadable:
        raise PlanWithheld(unreadable)
    return Reading(book, choices)


def _usages(reading: Reading) -> Iterator[Usage]:
    return chain.from_iterable(rule(reading) for rule in RULES)
