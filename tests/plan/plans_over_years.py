"""Small plans with start years, sales, ends, shares, equity or freed money, which tests break or keep."""

from __future__ import annotations

from typing import Any

from optimizer.plan.choices import Opened
from tests.plan import pocket
from tests.plan.pocket import (
    coverage,
    ending,
    offer,
    pool,
    proposal,
    sale,
    service,
    spare,
    tier,
    use,
)
from tests.plan.small_plans import (
    BOTH,
    CALLS,
    JAIL,
    PARKS,
    TO_CITY,
    one,
)

EXIT = {"allowed_decisions": ["keep", "partner", "consolidate", "outsource", "exit"]}
LATER = {"horizon.years": 3, "horizon.start_years": 2}


def apart_in_time(changes: dict[str, Any] | None = None, **tables: Any) -> Any:
    """Jail goes to the city in year 1, parks in year 2 of 3."""
    tables.setdefault("offers", TO_CITY)
    held = pocket.case([JAIL, PARKS], LATER | (changes or {}), **tables)
    return held, pocket.plan(held, BOTH, starts={"parks": 2})


def ended(service_row: Any = JAIL, changes: dict[str, Any] | None = None, **tables: Any) -> Any:
    """A service that ends."""
    return one(service_row, ending(service_row.service_id), EXIT | (changes or {}), **tables)


def sold(changes: dict[str, Any] | None = None, starts: dict[str, int] | None = None, **tables: Any) -> Any:
    """Parks is kept and sold to the city, in year 1 unless it is told otherwise; its department has staff to spare."""
    tables.setdefault("sales", [sale("s", "parks", fte=2)])
    tables.setdefault("spare_staff", [spare(9)])
    held = pocket.case([JAIL, PARKS], changes, **tables)
    return held, pocket.plan(held, sales=starts or {"s": 1})


def growing(*tiers: int) -> Any:
    """A pool with 5 calls of jail in year 1, and 5 more of parks from year 2 on, in these tiers."""
    held = pocket.case(
        [JAIL, PARKS],
        LATER,
        pools=[CALLS],
        pool_tiers=[tier(1, 0, 8, 0), tier(2, 8, 90, 0)],
        offers=[offer("j", "jail", pool_id="dispatch"), offer("p", "parks", pool_id="dispatch")],
        uses=[use("j", "calls", 5), use("p", "calls", 5)],
    )
    return held, pocket.plan(held, BOTH, {"dispatch": Opened(1, tiers)}, {"parks": 2})


def shared(rule: str | None, fixed_usd: float = 600) -> Any:
    """Jail (900 calls) and parks of another department (100) in a pool; each is charged 500 of today's 1000 besides."""
    held = pocket.case(
        [JAIL, service("parks", department="Recreation")],
        {"consolidation.nobody_worse_off": True},
        pools=[pool(resource="calls", fixed_usd_per_year=fixed_usd, share_rule=rule)],
        offers=[offer("j", "jail", pool_id="dispatch"), offer("p", "parks", pool_id="dispatch")],
        uses=[use("j", "calls", 900), use("p", "calls", 100)],
    )
    return held, pocket.plan(held, BOTH, {"dispatch": None})


def freed(share: float, changes: dict[str, Any] | None = None, fund: str = "General", **columns: Any) -> Any:
    """The move of jail frees 500 a year of the general fund, of which a proposal of 1000 a year takes its share."""
    held = pocket.case(
        [JAIL, service("parks", fund="Roads")],
        changes,
        offers=TO_CITY,
        proposals=[proposal(fund=fund, **columns)],
    )
    return held, pocket.plan(held, {"jail": "j"}, proposals={"trails": share})


def losing(floors: dict[str, Any], moves: dict[str, str] | None = None) -> Any:
    """Jail of 3000 covers 0.8 of the north after its move, parks of 1000 covers 0.6 of the elders."""
    held = pocket.case(
        [service("jail", personnel_usd=3000), PARKS],
        floors,
        ["north", "south"],
        groups=["elders"],
        offers=TO_CITY,
        coverages=[coverage("j", "north", 0.8), coverage("p", "elders", 0.6)],
    )
    return held, pocket.plan(held, BOTH if moves is None else moves)


def laid_off(most: list[float], parks_start: int, months: float = 0) -> Any:
    """Three of jail's staff and three of parks' are displaced; of the department's 20 two leave every year anyway."""
    held = pocket.case(
        [JAIL, PARKS],
        LATER | {"limits.laid_off_fte_by_year": most, "people.attrition_share": 0.1},
        offers=[
            offer("j", "jail", fte_displaced=3),
            offer("p", "parks", fte_displaced=3, lead_time_months=months),
        ],
    )
    return held, pocket.plan(held, BOTH, starts={"parks": parks_start})


def handed_over_and_ended(share: float) -> Any:
    held = pocket.case(
        [JAIL, PARKS],
        EXIT | {"limits.organization_share_of_moved_cost": share},
        offers=[TO_CITY[0], ending("parks")],
    )
    return held, pocket.plan(held, {"jail": "j", "parks": "exit~parks"})


OWNED = [service("jail", consent_owner="Sheriff"), service("parks", consent_owner="Sheriff")]


def owned(limits: list[int], starts: dict[str, int]) -> Any:
    changes = LATER | {"limits.moved_services_by_consent_owner_by_year": {"Sheriff": limits, "Clerk": []}}
    held = pocket.case(OWNED, changes, offers=TO_CITY)
    return held, pocket.plan(held, BOTH, starts=starts)


def spends_in_year_2(most: list[float]) -> Any:
    """100 for jail in year 1; 100 for parks, 20 for a sale and 200 for a pool in year 2."""
    held = pocket.case(
        [JAIL, PARKS, service("fleet")],
        LATER | {"limits.transition_usd_by_year": most},
        offers=[offer("j", "jail", transition_usd=100), offer("p", "parks", pool_id="dispatch", transition_usd=100)],
        pools=[pool(setup_usd=200)],
        sales=[sale("s", "fleet", setup_usd=20)],
    )
    return held, pocket.plan(held, BOTH, {"dispatch": Opened(2, (None,))}, {"parks": 2}, sales={"s": 2})


def one_later(offer_row: Any) -> Any:
    held = pocket.case([JAIL], LATER, offers=[offer_row])
    return held, pocket.plan(held, {"jail": "j"}, starts={"jail": 2})


def members_from_year_1(**columns: Any) -> Any:
    """Jail joins a pool in year 1, parks in year 2."""
    held = pocket.case(
        [JAIL, PARKS],
        LATER,
        pools=[pool(**columns)],
        offers=[offer("j", "jail", pool_id="dispatch"), offer("p", "parks", pool_id="dispatch")],
    )
    return held, pocket.plan(held, BOTH, {"dispatch": None}, {"parks": 2})


def sold_and_moved() -> Any:
    held = pocket.case([JAIL, PARKS], offers=TO_CITY, sales=[sale("s", "parks")])
    return held, pocket.plan(held, {"parks": "p"}, sales={"s": 1})


def pocket_of_one_sale(starts: dict[str, int], **tables: Any) -> Any:
    held = pocket.case([PARKS], sales=[sale("s", "parks")], **tables)
    return held, pocket.plan(held, sales=starts)
