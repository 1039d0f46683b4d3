"""Pocket counties for the tests of verification and baseline: a few rows, every number chosen by the test.

Defaults make money plain: one year, no discount, all cost avoidable, promises come true, no hurdle, no floors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from optimizer.county.county import County
from optimizer.county.records import (
    Capacity,
    Coverage,
    Decision,
    District,
    Facts,
    Fund,
    Link,
    LinkService,
    Mandate,
    MandateService,
    Offer,
    Organization,
    Pool,
    PoolTier,
    Service,
    Use,
)
from optimizer.plan.choices import Choices
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.reading import Reading
from optimizer.scenario.scenario import Case, Forbid, Lock, Scenario
from optimizer.scenario.settings import Settings

BASE = Path(__file__).parents[2] / "scenarios" / "base.yaml"
PLAIN = {
    "horizon.years": 1,
    "horizon.discount_rate": 0,
    "economics.avoidable_share": {"personnel": 1, "nonpersonnel": 1, "overhead": 1},
    "economics.hurdle_share": 0,
    "economics.realization_share": 1,
    "economics.ramp_share": [1],
    "duties.coverage_floor_by_mandate_level": {},
}


@cache
def _base() -> str:
    return BASE.read_text(encoding="utf-8")


def settings(changes: Mapping[str, Any]) -> Settings:
    values = YAML(typ="safe", pure=True).load(_base())
    for kind in values["kinds"].values():
        kind["administration_share"] = 0
    for path, value in {**PLAIN, **changes}.items():
        *parents, last = path.split(".")
        node = values
        for parent in parents:
            node = node[parent]
        assert last in node, path
        node[last] = value
    return Settings.model_validate(values)


def service(service_id: str, **columns: Any) -> Service:
    row = {
        "service_id": service_id,
        "name": service_id.title(),
        "department": "Public Works",
        "service_class": "roads",
        "fund": "General",
        "personnel_usd": 1000,
        "nonpersonnel_usd": 0,
        "overhead_usd": 0,
        "revenue_usd": 0,
        "fte": 10,
        "mandate_level": 0,
        "reliance_level": 0,
        "delegable": True,
        "critical": False,
    }
    return Service.model_validate(row | columns)


def organization(org_id: str = "city", **columns: Any) -> Organization:
    row = {"org_id": org_id, "name": org_id.title(), "kind": "municipality", "agreement_usd_per_year": 0}
    return Organization.model_validate(row | columns)


def offer(offer_id: str, service_id: str, org_id: str | None = "city", **columns: Any) -> Offer:
    row = {
        "offer_id": offer_id,
        "service_id": service_id,
        "org_id": None if "pool_id" in columns else org_id,
        "decision": "consolidate" if "pool_id" in columns else "partner",
        "price_usd_per_year": 500,
        "transition_usd": 0,
        "retained_revenue_usd": 0,
        "moved_share": 1,
        "coverage": 1,
        "fte_transferred": 0,
        "fte_displaced": 0,
        "lead_time_months": 0,
        "quality": 1,
    }
    return Offer.model_validate(row | columns)


def pool(pool_id: str = "dispatch", **columns: Any) -> Pool:
    row = {
        "pool_id": pool_id,
        "name": pool_id.title(),
        "setup_usd": 0,
        "fixed_usd_per_year": 0,
        "min_members": 0,
        "max_members": 10,
    }
    return Pool.model_validate(row | columns)


def tier(number: int, start: float, end: float, rate: float, fixed: float = 0, pool_id: str = "dispatch") -> PoolTier:
    return PoolTier(
        pool_id=pool_id,
        tier=number,
        from_volume=start,
        to_volume=end,
        usd_per_unit=rate,
        fixed_usd_per_year=fixed,
    )


def mandate(*weights: tuple[str, float], mandate_id: str = "jail", **columns: Any) -> dict[str, tuple[Any, ...]]:
    """A duty and its services, as the two tables that hold them."""
    row = {
        "mandate_id": mandate_id,
        "name": "Jail inspections",
        "citation": "C.R.S. 17-26-126",
        "authority": "state",
        "required_coverage": 0.95,
        "funded": True,
    }
    return {
        "mandates": (Mandate.model_validate(row | columns),),
        "mandate_services": tuple(
            MandateService(mandate_id=mandate_id, service_id=service_id, weight=weight)
            for service_id, weight in weights
        ),
    }


def links(**kinds: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """Links of the kinds named, in the order given: `together="a b"`; a number after the kind tells links apart."""
    names = {
        link_id: services.split() if isinstance(services, str) else services for link_id, services in kinds.items()
    }
    return {
        "links": tuple(Link(link_id=link_id, kind=link_id.rstrip("0123456789")) for link_id in names),
        "link_services": tuple(
            LinkService(link_id=link_id, service_id=service_id, position=position)
            for link_id, services in names.items()
            for position, service_id in enumerate(services, start=1)
        ),
    }


def capacity(amount: float, resource: str = "usd", year: int | None = None, org_id: str = "city") -> Capacity:
    return Capacity(org_id=org_id, resource=resource, year=year, amount=amount)


def use(offer_id: str, resource: str, amount: float) -> Use:
    return Use(offer_id=offer_id, resource=resource, amount=amount)


def coverage(offer_id: str, district: str, share: float) -> Coverage:
    return Coverage(offer_id=offer_id, district=district, coverage=share)


def lock(service_id: str, decision: str, provider: str | None = None) -> Lock:
    return Lock(service_id=service_id, decision=Decision(decision), provider=provider, origin="what-if.yaml:3")


def forbid(decision: str, service_id: str | None = None, provider: str | None = None) -> Forbid:
    return Forbid(service_id=service_id, provider=provider, decision=Decision(decision), origin="what-if.yaml:4")


def case(
    services: Iterable[Service],
    changes: Mapping[str, Any] | None = None,
    districts: Iterable[str] = (),
    locks: Iterable[Lock] = (),
    forbids: Iterable[Forbid] = (),
    **tables: Iterable[Any],
) -> Case:
    """A case; without a table of organizations there is one, the city."""
    services = tuple(services)
    tables.setdefault("organizations", (organization(),))
    facts = Facts(
        name="Pocket",
        state="CO",
        population=9000,
        fiscal_year=2026,
        general_fund="General",
        districts=tuple(District(district=district, population=1) for district in districts),
        funds=tuple(Fund(fund=fund, restricted=False) for fund in {row.fund: None for row in services}),
    )
    scenario = Scenario(
        name="pocket",
        title="Pocket",
        question="",
        county=Path("pocket"),
        what_ifs=(),
        settings=settings(changes or {}),
        changes=(),
        rules=(),
        origins={},
    )
    county = County(facts=facts, services=services, **{name: tuple(rows) for name, rows in tables.items()})
    return Case(scenario=scenario, county=county, locks=tuple(locks), forbids=tuple(forbids), changed=())


def plan(held: Case, moves: Mapping[str, str] | None = None, pools: Mapping[str, int | None] | None = None) -> Choices:
    """A plan that accepts these offers, with these pools open and every agreement that both need."""
    moves, pools = moves or {}, pools or {}
    hosts = {row.pool_id: row.host_org_id for row in held.county.pools}
    accepted = [row for row in held.county.offers if row.offer_id in moves.values()]
    needed = [row.org_id if row.pool_id is None else hosts[row.pool_id] for row in accepted]
    needed += [hosts[pool_id] for pool_id in pools]
    return Choices(
        offers={row.service_id: moves.get(row.service_id) for row in held.county.services},
        agreements=frozenset(org_id for org_id in needed if org_id is not None),
        pools=dict(pools),
    )


def read(held: Case, choices: Choices) -> Reading:
    return Reading(Book(held), choices)
