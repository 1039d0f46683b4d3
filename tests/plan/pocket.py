"""Pocket counties for the tests of verification and baseline: a few rows, every number chosen by the test.

Defaults make money plain: one year, no discount, all cost avoidable, promises come true, no hurdle, no floors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from optimizer.county.county import County
from optimizer.county.records import (
    Capacity,
    CommunicationCost,
    Coverage,
    District,
    Facts,
    Fund,
    Group,
    Link,
    LinkService,
    Mandate,
    MandateService,
    Offer,
    Organization,
    Pool,
    PoolTier,
    Proposal,
    Sale,
    Service,
    SpareStaff,
    Use,
)
from optimizer.county.terms import Decision
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.reading import Reading
from optimizer.scenario.scenario import Case, Forbid, Lock, Others, Scenario
from optimizer.scenario.settings import Settings

BASE = Path(__file__).parents[2] / "scenarios" / "base.yaml"
PLAIN = {
    "horizon.years": 1,
    "horizon.discount_rate": 0,
    "horizon.start_years": 1,
    "economics.avoidable_share": {"personnel": 1, "nonpersonnel": 1, "overhead": 1},
    "economics.hurdle_share": 0,
    "economics.realization_share": 1,
    "economics.ramp_share": [1],
    "duties.coverage_floor_by_mandate_level": {},
}


@cache
def _base() -> Any:
    return YAML(typ="safe", pure=True).load(BASE)


def settings(changes: Mapping[str, Any]) -> Settings:
    values = deepcopy(_base())
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
    row = {
        "org_id": org_id,
        "name": org_id.title(),
        "kind": "municipality",
        "agreement_usd_per_year": 0,
        "max_term_years": 99,
        "price_escalation_share": 0,
        "renewal_usd": 0,
    }
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


def ending(service_id: str, **columns: Any) -> Offer:
    """The exit offer of a service: nothing is charged, nothing is left."""
    row = {"decision": "exit", "price_usd_per_year": 0, "coverage": 0}
    return offer(f"exit~{service_id}", service_id, None, **(row | columns))


def sale(sale_id: str, service_id: str, org_id: str = "city", **columns: Any) -> Sale:
    row = {
        "sale_id": sale_id,
        "service_id": service_id,
        "org_id": org_id,
        "price_usd_per_year": 300,
        "marginal_usd_per_year": 200,
        "buyer_cost_usd_per_year": 400,
        "setup_usd": 0,
        "fte": 0,
        "lead_time_months": 0,
    }
    return Sale.model_validate(row | columns)


def spare(fte: float, year: int | None = None, department: str = "Public Works") -> SpareStaff:
    return SpareStaff(department=department, year=year, fte=fte)


def proposal(proposal_id: str = "trails", fund: str = "General", **columns: Any) -> Proposal:
    row = {
        "proposal_id": proposal_id,
        "name": proposal_id.title(),
        "fund": fund,
        "usd_per_year": 1000,
        "score": 1,
        "max_share": 1,
    }
    return Proposal.model_validate(row | columns)


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


def talk(units: float, services: str, *costs: tuple[str | None, str | None, float]) -> dict[str, tuple[Any, ...]]:
    """A link `talk` between two services that exchange so many units a year, and what a unit costs between whom."""
    return {
        "links": (Link(link_id="talk", kind="communicates", volume_per_year=units),),
        "link_services": tuple(
            LinkService(link_id="talk", service_id=service_id, position=position)
            for position, service_id in enumerate(services.split(), start=1)
        ),
        "communication_costs": tuple(
            CommunicationCost(from_org_id=one, to_org_id=other, usd_per_unit=usd) for one, other, usd in costs
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
    groups: Iterable[str] = (),
    others: Others | None = None,
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
        groups=tuple(Group(group=group, population=1) for group in groups),
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
    return Case(
        scenario=scenario,
        county=county,
        locks=tuple(locks),
        forbids=tuple(forbids),
        changed=(),
        others=others or Others(),
    )


def plan(
    held: Case,
    moves: Mapping[str, str] | None = None,
    pools: Mapping[str, int | Opened | None] | None = None,
    starts: Mapping[str, int] | None = None,
    **more: Any,
) -> Choices:
    """A plan that accepts these offers, with these pools open and every agreement that both need, just in time.

    What nothing is said of starts in year 1; a pool with a single tier, or none, opens in year 1.
    """
    moves, pools = moves or {}, pools or {}
    starts = dict.fromkeys(moves, 1) | dict(starts or {})
    opened = {pool_id: runs if isinstance(runs, Opened) else Opened(1, (runs,)) for pool_id, runs in pools.items()}
    hosts = {row.pool_id: row.host_org_id for row in held.county.pools}
    needed = [(hosts.get(pool_id), pool.start_year) for pool_id, pool in opened.items()]
    for row in held.county.offers:
        if moves.get(row.service_id) == row.offer_id:
            needed.append((row.org_id if row.pool_id is None else hosts[row.pool_id], starts[row.service_id]))
    orgs = {org_id for org_id, _ in needed if org_id is not None}
    return Choices(
        offers={row.service_id: moves.get(row.service_id) for row in held.county.services},
        starts=starts,
        agreements={org_id: min(year for org, year in needed if org == org_id) for org_id in orgs},
        pools=opened,
        **more,
    )


def read(held: Case, choices: Choices) -> Reading:
    return Reading(Book(held), choices)
