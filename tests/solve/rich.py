"""One small county that has something of everything, and a few questions about it."""

from __future__ import annotations

from typing import Any

from optimizer.county import records
from optimizer.county.terms import Decision, LinkKind, ShareRule
from optimizer.scenario.scenario import Case, Forbid, Lock
from tests.cases import FACTS, case_of, offer, organization, plain_money, service

LIMITS: dict[str, Any] = {
    "transition_usd": 60.0,
    "transition_usd_by_year": [55.0, 40.0],
    "moves_by_year": [4, 3],
    "agreements": 2,
    "agreements_by_year": [2, 1],
    "laid_off_fte_by_year": [0.4],
    "displaced_fte": 2.0,
    "displaced_fte_by_department": {"Works": 1.5},
    "moved_services_by_consent_owner": {"Sheriff": 2},
    "moved_services_by_consent_owner_by_year": {"Sheriff": [1, 2]},
    "organization_share_of_moved_cost": 0.9,
    "organization_share_of_critical_services": 1.0,
    "retained_share_by_class": {"roads": 0.1},
    "net_cost_by_fund_usd_per_year": {"General": 2000.0},
    "revenue_floor_usd_per_year": 5.0,
}


def rich_case(settings: dict[str, Any] | None = None, locks: list[Lock] = [], **limits: Any) -> Case:  # noqa: B006
    """Seven services over four years with two start years; every block of columns has some."""
    money = plain_money(**(LIMITS | limits))
    money["horizon"] = {"years": 4, "discount_rate": 0.03, "start_years": 2}
    money["economics"] |= {"communication_usd_per_unit": 2.0, "realization_share": 0.9, "ramp_share": [0.5, 1.0]}
    money["people"] = {"attrition_share": 0.1}
    money["consolidation"] = {"nobody_worse_off": True}
    money["equity"] = {"objective": "worst_off", "cost_limit_usd_per_year": 900.0}
    money["allowed_decisions"] = list(Decision)
    return case_of(
        _services(),
        [
            organization("east", 5, price_escalation_share=0.01, renewal_usd=3, max_term_years=2),
            organization("west", 4, probability_of_failure=0.1, min_volume_usd_per_year=20),
        ],
        _offers(),
        money | (settings or {}),
        locks,
        [Forbid("jail", None, Decision.CONSOLIDATE, "t")],
        FACTS.model_copy(
            update={"districts": tuple(records.District(district=name, population=500) for name in ("north", "south"))}
        ),
        **_pools(),
        **_ties(),
        **_duties(),
        **_trade(),
    )


def _services() -> list[records.Service]:
    return [
        service("dispatch", 120, department="Sheriff", consent_owner="Sheriff", critical=True),
        service("records", 100, department="Sheriff", consent_owner="Sheriff", service_class="library"),
        service("roads", 200, fund="Roads", revenue_usd=20),
        service("signs", 60, fund="Roads"),
        service("parks", 90, revenue_usd=10),
        service("library", 50, service_class="library"),
        service("jail", 150, department="Sheriff", critical=True),
    ]


def _offers() -> list[records.Offer]:
    return [
        offer("dispatch", "pool", 30, fte_displaced=0.3, transition_usd=8),
        offer("records", "pool", 25, lead_time_months=7),
        offer("roads", "east", 150, fte_displaced=0.4, fte_transferred=0.5, retained_revenue_usd=5),
        offer("roads", "west", 160, transition_usd=6, coverage=0.97),
        offer("signs", "east", 40, moved_share=0.9),
        offer("signs", "west", 38, lead_time_months=14, fte_displaced=0.2),
        offer("parks", "west", 55, coverage=0.9, transition_usd=9),
        offer("library", "east", 30, coverage=0.95),
        offer("library", "west", 45),
    ]


def _pools() -> dict[str, list[Any]]:
    pool = records.Pool(
        pool_id="pool", name="Shared dispatch", host_org_id="east", resource="calls", setup_usd=12,
        fixed_usd_per_year=5, min_members=1, max_members=2, share_rule=ShareRule.USE,
    )  # fmt: skip
    bounds = ((0, 9, 3, 1), (9, 40, 1.5, 2))
    tiers = [
        records.PoolTier(
            pool_id="pool", tier=tier, from_volume=low, to_volume=high, usd_per_unit=rate, fixed_usd_per_year=fixed
        )
        for tier, (low, high, rate, fixed) in enumerate(bounds, start=1)
    ]
    uses = [
        records.Use(offer_id=f"{one}-pool", resource="calls", amount=calls)
        for one, calls in (("dispatch", 8), ("records", 6))
    ]
    capacities = [records.Capacity(org_id="east", resource="usd", amount=230)]
    return {"pools": [pool], "pool_tiers": tiers, "uses": uses, "capacities": capacities}


def _ties() -> dict[str, list[Any]]:
    kinds = {
        "crews": (LinkKind.TOGETHER, None, ("roads", "signs")),
        "calls": (LinkKind.COMMUNICATES, 4.0, ("dispatch", "jail")),
        "desk": (LinkKind.APART, None, ("library", "parks")),
        "first": (LinkKind.NEEDS, None, ("parks", "records")),
    }
    links = [records.Link(link_id=name, kind=kind, volume_per_year=volume) for name, (kind, volume, _) in kinds.items()]
    members = [
        records.LinkService(link_id=name, service_id=one, position=place)
        for name, (_, _, tied) in kinds.items()
        for place, one in enumerate(tied, start=1)
    ]
    return {"links": links, "link_services": members}


def _duties() -> dict[str, list[Any]]:
    duty = records.Mandate(
        mandate_id="access", name="Access", citation="Statute 1", authority="state", required_coverage=0.92,
        district="north", funded=True,
    )  # fmt: skip
    served = [records.MandateService(mandate_id="access", service_id=one, weight=1) for one in ("parks", "library")]
    coverages = [records.Coverage(offer_id="parks-west", district="south", coverage=0.8)]
    return {"mandates": [duty], "mandate_services": served, "coverages": coverages}


def _trade() -> dict[str, list[Any]]:
    sale = records.Sale(
        sale_id="beds", service_id="jail", org_id="west", price_usd_per_year=40, marginal_usd_per_year=22,
        buyer_cost_usd_per_year=50, setup_usd=5, fte=0.5, lead_time_months=3,
    )  # fmt: skip
    proposals = [
        records.Proposal(proposal_id=name, name=name, fund=fund, usd_per_year=cost, score=score, max_share=1)
        for name, fund, cost, score in (("clinic", "General", 30, 5), ("bridge", "Roads", 40, 3))
    ]
    return {
        "sales": [sale],
        "spare_staff": [records.SpareStaff(department="Sheriff", fte=1)],
        "proposals": proposals,
    }


def cases() -> dict[str, Case]:
    """Questions by name; `impossible` has no plan."""
    one_year = {"horizon": {"years": 1, "discount_rate": 0.0, "start_years": 1}}
    return {
        "everything": rich_case(),
        "at once": rich_case(one_year, transition_usd=1000.0, transition_usd_by_year=[]),
        "alone": rich_case(one_year, agreements=0),
        "jail kept": rich_case(locks=[Lock("jail", Decision.KEEP, None, "t")], displaced_fte=0.0),
        "impossible": rich_case(revenue_floor_usd_per_year=1e6),
    }


QUESTIONS = sorted(cases(), key=lambda name: name not in ("everything", "impossible"))
"""Their names, those that differ most first."""
