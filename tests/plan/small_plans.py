"""Small plans of a pocket county, which the tests of verification break or keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.plan.choices import Choices
from optimizer.scenario.scenario import Case
from tests.plan import pocket
from tests.plan.pocket import offer, organization, pool, service, use

JAIL, PARKS = service("jail"), service("parks")
TO_CITY = [offer("j", "jail"), offer("p", "parks")]
BOTH = {"jail": "j", "parks": "p"}


def moved(changes: dict[str, Any] | None = None, moves: dict[str, str] | None = None, **tables: Any) -> Any:
    """Jail and parks, both with an offer of the city; the plan accepts both unless it is told otherwise."""
    tables.setdefault("offers", TO_CITY)
    held = pocket.case([JAIL, PARKS], changes, **tables)
    return held, pocket.plan(held, BOTH if moves is None else moves)


def kept(service_row: Any, changes: dict[str, Any] | None = None, **tables: Any) -> Any:
    held = pocket.case([service_row], changes, **tables)
    return held, pocket.plan(held)


def one(service_row: Any, offer_row: Any, changes: dict[str, Any] | None = None, **tables: Any) -> Any:
    """One service that moves by one offer."""
    held = pocket.case([service_row], changes, offers=[offer_row], **tables)
    return held, pocket.plan(held, {service_row.service_id: offer_row.offer_id})


def pooled(tier_number: int | None, pool_row: Any, *tiers: Any, calls: float = 5) -> Any:
    """Jail and parks in a pool, each with this many calls."""
    held = pocket.case(
        [JAIL, PARKS],
        pools=[pool_row],
        pool_tiers=tiers,
        offers=[offer("j", "jail", pool_id="dispatch"), offer("p", "parks", pool_id="dispatch")],
        uses=[use("j", "calls", calls), use("p", "calls", calls)],
    )
    return held, pocket.plan(held, BOTH, {"dispatch": tier_number})


def without(held: tuple[Case, Choices], **changes: Any) -> Any:
    return held[0], replace(held[1], **changes)


SPLIT = [offer("j", "jail"), offer("p", "parks", "school")]
TWO = [organization(), organization("school")]
CALLS = pool(resource="calls")


def hosted(**tables: Any) -> Any:
    """The city takes jail by itself and parks in its pool."""
    held = pocket.case(
        [JAIL, PARKS],
        offers=[offer("j", "jail"), offer("p", "parks", pool_id="dispatch")],
        pools=[pool(host_org_id="city")],
        **tables,
    )
    return held, pocket.plan(held, BOTH, {"dispatch": None})


def spends_once() -> Any:
    held = pocket.case(
        [JAIL],
        {"limits.transition_usd": 299.99},
        offers=[offer("j", "jail", pool_id="dispatch", transition_usd=100)],
        pools=[pool(setup_usd=200)],
    )
    return held, pocket.plan(held, {"jail": "j"}, {"dispatch": None})


def other_fund() -> Any:
    """The agreement is paid by the general fund, which has room for it."""
    held = pocket.case(
        [service("jail", fund="Roads"), PARKS],
        {"limits.net_cost_by_fund_usd_per_year": {"Roads": 599, "General": 1050}},
        offers=[offer("j", "jail", price_usd_per_year=600)],
        organizations=[organization(agreement_usd_per_year=50)],
    )
    return held, pocket.plan(held, {"jail": "j"})


def concentrated(changes: dict[str, Any]) -> Any:
    """Of 4000 moved, 3000 and one of two critical services go to the city."""
    held = pocket.case(
        [service("jail", personnel_usd=3000, critical=True), PARKS, service("ems", critical=True)],
        changes,
        offers=SPLIT,
        organizations=TWO,
    )
    return held, pocket.plan(held, BOTH)
