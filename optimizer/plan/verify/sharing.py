"""A pool's cost is shared by its members, year by year; where the scenario says so, no department is worse off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial

from optimizer.counts import count_of
from optimizer.plan.verify.book import grouped
from optimizer.plan.verify.county_money import pool_flows
from optimizer.plan.verify.money import Flow, present_cents, uncertain_cents
from optimizer.plan.verify.pool_parts import parts_of_members
from optimizer.plan.verify.reading import Move, Reading
from optimizer.plan.verify.usage import Usage, at_most


def shares(reading: Reading) -> Mapping[tuple[str, str], Fraction]:
    """Present value of what each member of each open pool bears of set-up, fixed cost and volume [USD].

    Of a year in which the pool has no member yet nobody bears anything.
    """
    borne: dict[tuple[str, str], Fraction] = {}
    for pool_id in reading.choices.pools:
        borne |= {(pool_id, move.service.service_id): Fraction(0) for move in reading.members.get(pool_id, [])}
        costs = pool_flows(reading, pool_id)
        for year, worth in zip(reading.book.calendar.every_year, reading.book.calendar.worth, strict=True):
            usd = worth * sum((flow.cash_usd(year) for flow in costs), Fraction(0))
            for service_id, part in parts_of_members(reading, pool_id, year).items():
                borne[pool_id, service_id] += usd * part
    return borne


def nobody_worse_off(reading: Reading) -> Iterator[Usage]:
    """In every open pool a department's shares + its members' present costs <= keeping these services [USD]."""
    book = reading.book
    if not book.settings.consolidation.nobody_worse_off:
        return
    borne, years = shares(reading), count_of(book.calendar.years, "year")
    for pool_id in sorted(reading.choices.pools):
        for department, moves in grouped(
            (move.service.department, move) for move in reading.members.get(pool_id, [])
        ).items():
            keep, move = _both(reading, moves)
            shared = sum((borne[pool_id, member.service.service_id] for member in moves), Fraction(0))
            who = f"{book.pools[pool_id].name}, {department}: its services there cost, over {years},"
            paid, alone = shared + Fraction(present_cents(move), 100), Fraction(present_cents(keep), 100)
            rule, rounding = "consolidation.nobody_worse_off", partial(_rounding_usd, keep + move, len(moves))
            yield at_most(rule, f"{pool_id} {department}", who, paid, alone, "USD", rounding)


def _both(reading: Reading, moves: list[Move]) -> tuple[list[Flow], list[Flow]]:
    """The parts of keeping these services, and of moving them."""
    services = [move.service.service_id for move in moves]
    keep, move = (
        [flow for service_id in services for flow in each.flows[service_id]] for each in (reading.today, reading)
    )
    return keep, move


def _rounding_usd(parts: list[Flow], members: int) -> Fraction:
    """How far another rounding may change the sum: a share of set-up, fixed cost and volume may be rounded each."""
    return Fraction(uncertain_cents(parts) + 3 * members, 100)
