"""A small county by hand that breaks no rule and has every table; tests break it one cell at a time."""

from __future__ import annotations

from typing import Any

from optimizer.county import records
from optimizer.county.county import County


def service(service_id: str, **cells: Any) -> records.Service:
    """A service of 100,000 dollars and 4 staff."""
    usual: dict[str, Any] = {
        "name": service_id.title(),
        "department": "Works",
        "service_class": "roads",
        "fund": "General",
        "personnel_usd": 60_000,
        "nonpersonnel_usd": 30_000,
        "overhead_usd": 10_000,
        "revenue_usd": 5_000,
        "fte": 4,
        "mandate_level": 2,
        "reliance_level": 1,
        "delegable": True,
        "critical": False,
    }
    return records.Service(service_id=service_id, **usual | cells)


FACTS = records.Facts(
    name="Lake County",
    state="CO",
    population=7_400,
    fiscal_year=2026,
    general_fund="General",
    districts=(
        records.District(district="north", population=5_000),
        records.District(district="south", population=2_400),
    ),
    groups=(records.Group(group="elders", population=1_500),),
    funds=(records.Fund(fund="General", restricted=False), records.Fund(fund="Road and Bridge", restricted=True)),
)

COUNTY = County(
    FACTS,
    services=(
        service("plowing"),
        service("signs", fund="Road and Bridge"),
        service("jail", delegable=False, critical=True),
        service("dispatch"),
    ),
    organizations=(
        records.Organization(org_id="town", name="Town of Leadville", kind="municipality"),
        records.Organization(org_id="acme", name="Acme Plowing", kind="private"),
    ),
    capacities=(
        records.Capacity(org_id="town", resource="fte", amount=10),
        records.Capacity(org_id="acme", resource="miles", year=1, amount=120),
        records.Capacity(org_id="acme", resource="miles", year=2, amount=150),
    ),
    overlaps=(records.Overlap(org_id="town", service_id="signs", stance="would_partner"),),
    offers=(
        records.Offer(
            offer_id="o1", service_id="plowing", org_id="town", decision="partner", price_usd_per_year=70_000
        ),
        records.Offer(
            offer_id="o2",
            service_id="plowing",
            org_id="acme",
            decision="outsource",
            retained_revenue_usd=5_000,
            coverage=0.8,
            fte_transferred=3,
            fte_displaced=1,
            estimated=("coverage",),
        ),
        records.Offer(offer_id="o3", service_id="dispatch", pool_id="e911", decision="consolidate", coverage=1),
    ),
    coverages=(
        records.Coverage(offer_id="o2", district="south", coverage=0.6),
        records.Coverage(offer_id="o2", district="elders", coverage=0.7),
    ),
    uses=(
        records.Use(offer_id="o2", resource="miles", amount=90),
        records.Use(offer_id="o3", resource="calls", amount=800),
    ),
    pools=(
        records.Pool(
            pool_id="e911",
            name="Joint dispatch",
            host_org_id="town",
            resource="calls",
            setup_usd=20_000,
            fixed_usd_per_year=5_000,
            min_members=1,
            max_members=3,
            share_rule="use",
        ),
    ),
    pool_tiers=(
        records.PoolTier(pool_id="e911", tier=1, from_volume=0, to_volume=500, usd_per_unit=30, fixed_usd_per_year=0),
        records.PoolTier(
            pool_id="e911", tier=2, from_volume=500, to_volume=2_000, usd_per_unit=20, fixed_usd_per_year=0
        ),
    ),
    mandates=(
        records.Mandate(
            mandate_id="roads",
            name="Maintain county roads",
            citation="C.R.S. 43-2-111",
            authority="state",
            required_coverage=0.9,
            funded=False,
        ),
    ),
    mandate_services=(
        records.MandateService(mandate_id="roads", service_id="plowing", weight=3),
        records.MandateService(mandate_id="roads", service_id="signs", weight=1),
    ),
    links=(
        records.Link(link_id="crew", kind="needs"),
        records.Link(link_id="radio", kind="communicates", volume_per_year=300),
    ),
    link_services=(
        records.LinkService(link_id="crew", service_id="signs", position=1),
        records.LinkService(link_id="crew", service_id="plowing", position=2),
        records.LinkService(link_id="radio", service_id="dispatch", position=1),
        records.LinkService(link_id="radio", service_id="plowing", position=2),
    ),
    communication_costs=(
        records.CommunicationCost(to_org_id="town", usd_per_unit=40),
        records.CommunicationCost(from_org_id="acme", to_org_id="town", usd_per_unit=55.5),
    ),
    sales=(
        records.Sale(
            sale_id="signs-town",
            service_id="signs",
            org_id="town",
            marginal_usd_per_year=12_000,
            buyer_cost_usd_per_year=16_000,
            setup_usd=500,
            fte=0.5,
            lead_time_months=3,
            offer_id="town-signs",
            estimated=("fte",),
        ),
    ),
    spare_staff=(
        records.SpareStaff(department="Works", fte=1),
        records.SpareStaff(department="Works", year=1, fte=0.5),
    ),
    proposals=(
        records.Proposal(
            proposal_id="bridge", name="Mend the bridge", fund="General", usd_per_year=40_000, score=8, max_share=1
        ),
    ),
    priors=(
        records.Prior(
            service_class="*",
            kind="municipality",
            decision="partner",
            price_share=0.9,
            transition_share=0.1,
            retained_revenue_share=0.5,
            moved_share=1,
            coverage=0.95,
            transferred_share=0.7,
            displaced_share=0.1,
            lead_time_months=6,
            quality=1,
            source="assumption",
        ),
    ),
)


def changed(table: str, row: int = 0, **cells: Any) -> County:
    """The county with some cells of one row changed."""
    rows = list(COUNTY.table(table))
    rows[row] = type(rows[row]).model_validate(
        {name: getattr(rows[row], name) for name in type(rows[row]).model_fields} | cells
    )
    return COUNTY.with_tables(**{table: tuple(rows)})


def added(table: str, **cells: Any) -> County:
    """The county with a copy of the first row of a table added, some cells changed."""
    rows = COUNTY.table(table)
    first = {name: getattr(rows[0], name) for name in type(rows[0]).model_fields}
    return COUNTY.with_tables(**{table: (*rows, type(rows[0]).model_validate(first | cells))})
