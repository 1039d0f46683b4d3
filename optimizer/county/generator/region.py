"""Three synthetic neighbour counties with something to plan together: shared units, and services sold to each other.

What counties share is drawn after each of them is made as any county is. Every share below is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from optimizer.county import records, terms
from optimizer.county.county import County
from optimizer.county.generator.generate import generate
from optimizer.county.generator.spec import CountySpec

COUNTIES = ("region_alder", "region_birch", "region_cedar")
"""Folders of the counties, and what they are called as organizations."""
_POPULATIONS = (14_000, 9_000, 5_000)
_TOWNS = (
    ("Alder Springs", "Quarry", "Fort Alder"),
    ("Birch Lake", "Sawmill", "White Gulch"),
    ("Cedar Pass", "Mineral", "Juniper Flats"),
)
_SERVICES, _ORGANIZATIONS = 60, 9
_SOLD_TO_EACH = 4
"""Services that each county would buy from each neighbour."""
_SALE_PRICE, _MARGINAL_COST, _STAFF_NEEDED = 0.66, 0.42, 0.25
"""What is asked, and what delivering costs and takes, as shares of what the buyer avoids."""


@dataclass(frozen=True)
class _SharedUnit:
    """A unit that the counties could share: who hosts it, what joins it, and how it is paid."""

    pool_id: str
    name: str
    host: str
    host_name: str
    service_class: str
    share_rule: terms.ShareRule
    resource: str | None = None


_UNITS = (
    _SharedUnit(
        "joint_dispatch", "Three Rivers Dispatch", "three_rivers_911", "Three Rivers Emergency Telephone Authority",
        "dispatch", terms.ShareRule.USE, "calls",
    ),
    _SharedUnit(
        "joint_office", "Shared Business Office", COUNTIES[0], "Alder County",
        "back_office", terms.ShareRule.POPULATION,
    ),
    _SharedUnit(
        "joint_health", "Three Rivers Public Health", "three_rivers_health", "Three Rivers Health District",
        "public_health", terms.ShareRule.EQUAL,
    ),
)  # fmt: skip


def generate_region(seed: int) -> dict[str, County]:
    """The three counties by the names of their folders; the same seed gives the same region."""
    made = {
        name: _own_pools_removed(generate(_spec(name, population, towns), seed + place))
        for place, (name, population, towns) in enumerate(zip(COUNTIES, _POPULATIONS, _TOWNS, strict=True))
    }
    rows: dict[str, dict[str, list[Any]]] = {name: {} for name in made}
    for unit in _UNITS:
        _add_unit(made, unit, rows)
    for buyer, seller in permutations(COUNTIES, 2):
        _add_trades(made, buyer, seller, rows)
    with_rows = {name: _with_rows(county, rows[name]) for name, county in made.items()}
    return _alike(with_rows)


def _spec(name: str, population: int, towns: tuple[str, ...]) -> CountySpec:
    return CountySpec(
        name=f"{name.removeprefix('region_').title()} County",
        state="CO",
        population=population,
        fiscal_year=2026,
        services=_SERVICES,
        budget_usd=round(population * 900.0, 2),
        fte=round(population * 0.008, 2),
        organizations=_ORGANIZATIONS,
        towns=towns,
    )


def _own_pools_removed(county: County) -> County:
    """The county without the units that it was given for itself: here units are shared."""
    offers = tuple(offer for offer in county.offers if offer.pool_id is None)
    kept = {offer.offer_id for offer in offers}
    return county.with_tables(
        offers=offers,
        pools=(),
        pool_tiers=(),
        uses=tuple(use for use in county.uses if use.offer_id in kept),
        coverages=tuple(row for row in county.coverages if row.offer_id in kept),
    )


def _avoidable_usd(service: records.Service) -> float:
    return 0.67 * service.personnel_usd + service.nonpersonnel_usd


def _joining(county: County, unit: _SharedUnit) -> list[records.Service]:
    """Up to two services of the unit's class, the dearest first."""
    fitting = [one for one in county.services if one.service_class == unit.service_class and one.delegable]
    return sorted(fitting, key=lambda one: (-_avoidable_usd(one), one.service_id))[:2]


def _add_unit(made: Mapping[str, County], unit: _SharedUnit, rows: dict[str, dict[str, list[Any]]]) -> None:
    joining = {name: _joining(county, unit) for name, county in made.items()}
    whole_usd = sum(_avoidable_usd(service) for services in joining.values() for service in services)
    calls = {service.service_id: _calls(service) for services in joining.values() for service in services}
    alone = max(map(len, joining.values()))
    members = sum(map(len, joining.values()))
    for name, services in joining.items():
        table = rows[name]
        hosted = unit.host == name
        if not hosted:
            _add(table, "organizations", _host(unit))
        _add(
            table,
            "pools",
            records.Pool(
                pool_id=unit.pool_id,
                name=unit.name,
                host_org_id=None if hosted else unit.host,
                resource=unit.resource,
                setup_usd=round(0.05 * whole_usd, -2),
                fixed_usd_per_year=round(0.05 * whole_usd, -2),
                min_members=alone + 1,
                max_members=max(members, alone + 1),
                share_rule=unit.share_rule,
            ),
        )
        table.setdefault("pool_tiers", []).extend(_tiers(unit, whole_usd, sum(map(_calls, _all(joining)))))
        for service in services:
            _add(table, "offers", _membership(unit, service, calls[service.service_id]))
            if unit.resource is not None:
                use = records.Use(
                    offer_id=f"{unit.pool_id}~{service.service_id}",
                    resource=unit.resource,
                    amount=calls[service.service_id],
                )
                _add(table, "uses", use)


def _all(joining: Mapping[str, list[records.Service]]) -> Iterator[records.Service]:
    for services in joining.values():
        yield from services


def _add(table: dict[str, list[Any]], name: str, row: records.Record) -> None:
    known = [tuple(vars(other).values()) for other in table.get(name, [])]
    if tuple(vars(row).values()) not in known:
        table.setdefault(name, []).append(row)


def _host(unit: _SharedUnit) -> records.Organization:
    kind = terms.Kind.COUNTY if unit.host in COUNTIES else terms.Kind.SPECIAL_DISTRICT
    return records.Organization(org_id=unit.host, name=unit.host_name, kind=kind)


def _calls(service: records.Service) -> float:
    """Volume of a service, one per 80 dollars that it costs."""
    return float(max(1, round(_avoidable_usd(service) / 80.0)))


def _tiers(unit: _SharedUnit, whole_usd: float, whole_calls: float) -> list[records.PoolTier]:
    """Volume costs less from two thirds of everybody's volume on."""
    if unit.resource is None:
        return []
    turn = float(round(whole_calls * 2 / 3))
    per_call = whole_usd / whole_calls
    ends = ((1, 0.0, turn, 0.8), (2, turn, 2 * whole_calls, 0.6))
    return [
        records.PoolTier(
            pool_id=unit.pool_id,
            tier=tier,
            from_volume=low,
            to_volume=high,
            usd_per_unit=round(share * per_call, 2),
            fixed_usd_per_year=0,
        )
        for tier, low, high, share in ends
    ]


def _membership(unit: _SharedUnit, service: records.Service, calls: float) -> records.Offer:
    """A unit with a volume is paid by it, any other by a price."""
    price = 0.0 if unit.resource is not None else round(0.6 * _avoidable_usd(service), 0)
    return records.Offer(
        offer_id=f"{unit.pool_id}~{service.service_id}",
        service_id=service.service_id,
        pool_id=unit.pool_id,
        decision=terms.Decision.CONSOLIDATE,
        price_usd_per_year=price,
        transition_usd=round(0.06 * _avoidable_usd(service), 0),
        retained_revenue_usd=service.revenue_usd,
        moved_share=1,
        coverage=1,
        fte_transferred=round(0.5 * service.fte, 4),
        fte_displaced=round(0.02 * service.fte, 4),
        lead_time_months=9,
        quality=1,
    )


def _add_trades(made: Mapping[str, County], buyer: str, seller: str, rows: dict[str, dict[str, list[Any]]]) -> None:
    """Offers of the seller for some of the buyer's services, and the seller's sales that deliver them."""
    spoken_for = {offer.service_id for offer in rows[buyer].get("offers", [])}
    selling = {service.service_class: service for service in made[seller].services}
    open_ = [
        service
        for service in made[buyer].services
        if service.delegable
        and service.mandate_level < 4
        and service.service_class in selling
        and service.service_id not in spoken_for
    ]
    title = f"{seller.removeprefix('region_').title()} County"
    _add(rows[buyer], "organizations", records.Organization(org_id=seller, name=title, kind=terms.Kind.COUNTY))
    for service in sorted(open_, key=lambda one: (-_avoidable_usd(one), one.service_id))[:_SOLD_TO_EACH]:
        offer_id = f"{seller}~{service.service_id}"
        price = round(_SALE_PRICE * _avoidable_usd(service), 0)
        sold = selling[service.service_class]
        _add(rows[buyer], "offers", _traded(offer_id, service, seller, price))
        _add(rows[seller], "sales", _sale(offer_id, service, sold, buyer, price))
        staff = rows[seller].setdefault("spare_staff", [])
        if sold.department not in {row.department for row in staff}:
            staff.append(records.SpareStaff(department=sold.department, fte=round(0.5 * sold.fte + 0.5, 2)))


def _traded(offer_id: str, service: records.Service, seller: str, price_usd: float) -> records.Offer:
    return records.Offer(
        offer_id=offer_id,
        service_id=service.service_id,
        org_id=seller,
        decision=terms.Decision.PARTNER,
        price_usd_per_year=price_usd,
        transition_usd=round(0.08 * price_usd, 0),
        retained_revenue_usd=service.revenue_usd,
        moved_share=1,
        coverage=1,
        fte_transferred=round(0.5 * service.fte, 4),
        fte_displaced=round(0.05 * service.fte, 4),
        lead_time_months=6,
        quality=1,
    )


def _sale(offer_id: str, service: records.Service, sold: records.Service, buyer: str, price_usd: float) -> records.Sale:
    gross_usd = service.personnel_usd + service.nonpersonnel_usd + service.overhead_usd
    return records.Sale(
        sale_id=f"{buyer}~{service.service_id}",
        service_id=sold.service_id,
        org_id=buyer,
        price_usd_per_year=price_usd,
        marginal_usd_per_year=round(_MARGINAL_COST * _avoidable_usd(service), 0),
        buyer_cost_usd_per_year=round(gross_usd, 2),
        setup_usd=round(0.03 * price_usd, 0),
        fte=round(_STAFF_NEEDED * service.fte, 2),
        lead_time_months=6,
        offer_id=offer_id,
    )


def _with_rows(county: County, added: Mapping[str, list[Any]]) -> County:
    """The county with more rows; a department's own spare staff comes before what was drawn for it."""
    tables: dict[str, tuple[Any, ...]] = {name: (*county.table(name), *rows) for name, rows in added.items()}
    if "spare_staff" in added:
        stated = {row.department for row in county.spare_staff}
        tables["spare_staff"] = (
            *county.spare_staff,
            *(row for row in added["spare_staff"] if row.department not in stated),
        )
    return county.with_tables(**tables)


def _alike(made: Mapping[str, County]) -> dict[str, County]:
    """Organizations that several counties know are described as the first of them does."""
    orgs: dict[str, records.Organization] = {}
    limits: dict[str, tuple[records.Capacity, ...]] = {}
    for county in made.values():
        for org in county.organizations:
            if org.org_id not in orgs:
                orgs[org.org_id] = org
                limits[org.org_id] = tuple(row for row in county.capacities if row.org_id == org.org_id)
    return {
        name: county.with_tables(
            organizations=tuple(orgs[org.org_id] for org in county.organizations),
            capacities=tuple(row for org in county.organizations for row in limits[org.org_id]),
        )
        for name, county in made.items()
    }
