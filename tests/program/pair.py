"""Two services and what can be done with them: small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.county import records
from optimizer.plan.choices import Choices
from optimizer.plan.selection import choices_of
from optimizer.scenario.scenario import Case
from optimizer.solve.engines import search_highs
from optimizer.solve.outcome import Outcome
from tests.cases import best, case_of, decided, offer, organization, plain_money, program_of, service

TOWNS = [organization("east"), organization("west")]


def two_services(**changes: Any) -> Case:
    """Two services of $100; east does each for $50 with 1 FTE displaced and $10 once, west for $60."""
    offers = [offer(one, "east", 50, transition_usd=10, fte_displaced=1) for one in ("a", "b")]
    offers += [offer(one, "west", 60, quality=0.5) for one in ("a", "b")]
    rest = {"services": [service("a"), service("b")], "organizations": TOWNS, "offers": offers} | changes
    return case_of(**rest)


def providers(case: Case) -> str:
    """Where a and b go, for example `east west`; `-` is keep."""
    where = decided(best(case))
    return " ".join(where[one] or "-" for one in ("a", "b"))


def starts(case: Case) -> tuple[int | None, int | None]:
    """The years in which a and b start to move, the earlier first; None: kept."""
    begun = sorted(choices_without(case)[1].starts.values())
    first, second, *_ = [*begun, None, None]
    return first, second


def years(count: int = 2, start_years: int = 2, **limits: Any) -> dict[str, Any]:
    """Plain money over some years, nothing discounted."""
    horizon = {"years": count, "discount_rate": 0.0, "start_years": start_years}
    return plain_money(**limits) | {"horizon": horizon}


def choices_without(case: Case, *families: str) -> tuple[Outcome, Choices]:
    """What the engine would do if it knew nothing of these families; without names, what it does."""
    program = program_of(case)
    known = {rows.family for rows in program.families}
    assert known.issuperset(families), "a family without rows cannot bite"
    left = replace(program, families=tuple(rows for rows in program.families if rows.family not in families))
    outcome = search_highs(left, case.settings.solver, None, None)
    assert outcome.x is not None
    return outcome, choices_of(left, outcome.x)


def pool(**changes: Any) -> records.Pool:
    """A pool of $10 a year that takes anybody."""
    row = {
        "pool_id": "pool", "name": "Shared", "setup_usd": 0, "fixed_usd_per_year": 10, "min_members": 0,
        "max_members": 9,
    }  # fmt: skip
    return records.Pool.model_validate(row | changes)


def linked(kind: str, offers: list[records.Offer], volume: float | None = None, **changes: Any) -> Case:
    """The two services tied by a link."""
    members = [
        records.LinkService(link_id="l", service_id=one, position=place) for place, one in enumerate(("a", "b"), 1)
    ]
    link = records.Link(link_id="l", kind=kind, volume_per_year=volume)
    return two_services(offers=offers, links=[link], link_services=members, **changes)
