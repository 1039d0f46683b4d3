"""The pocket county against its paper: every combination tried, with the money of the README alone."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from optimizer.ask import find_plan, load_case
from optimizer.county.checks import check_county
from optimizer.county.reading import read_county

ROOT = Path(__file__).parents[3]
WHATIFS = ROOT / "scenarios" / "whatifs" / "pocket"
ADMINISTRATION = {"municipality": 0.06, "special_district": 0.06, "county": 0.07, "private": 0.15}
BEST_RATE = 140.0
PERMITS = {"permits": 260, "inspections": 300, "code": 160}
KEEP = None
BEST = {
    "snow": "snow-bell",
    "blading": "blading-ridge",
    "permits": "permits-alder",
    "inspections": "inspections-alder",
    "payroll": "payroll-quick",
    "library": "library-reading",
}
POOLED = BEST | {"permits": "permits-office", "inspections": "inspections-office"}


@pytest.fixture(scope="module")
def county():
    return read_county(ROOT / "data" / "pocket")


def money(county, offer):
    """(avoided, gain without the pool's volume) of one offer in one undiscounted year [USD]."""
    service = next(row for row in county.services if row.service_id == offer.service_id)
    kinds = {org.org_id: org.kind for org in county.organizations}
    avoided = offer.moved_share * (0.67 * service.personnel_usd + service.nonpersonnel_usd)
    administration = ADMINISTRATION[kinds[offer.org_id]] if offer.org_id else 0.0
    saving = avoided - offer.price_usd_per_year * (1 + administration)
    saving -= service.revenue_usd - offer.retained_revenue_usd
    return avoided, (1 - offer.lead_time_months / 12) * saving - offer.transition_usd


def open_offers(county):
    """Offers by service that clear the hurdle on their own; the pool at its best rate."""
    found = {service.service_id: [KEEP] for service in county.services}
    for offer in county.offers:
        avoided, gain = money(county, offer)
        if offer.pool_id:
            gain -= BEST_RATE * PERMITS[offer.service_id]
        if gain >= 0.1 * avoided:
            found[offer.service_id].append(offer)
    return found


def net(county, chosen, transition_limit):
    """What a combination saves a year, or None if a rule of the README forbids it."""
    offers = [offer for offer in chosen.values() if offer is not KEEP]
    providers = {offer.org_id for offer in offers if offer.org_id}
    pooled = [offer for offer in offers if offer.pool_id]
    transition = sum(offer.transition_usd for offer in offers) + (6000 if pooled else 0)
    coverage = sum(
        weight * (chosen[service].coverage if chosen[service] else 1.0)
        for service, weight in (("snow", 2), ("blading", 1))
    )
    at_bell = sum({"snow": 1.5, "blading": 1.2}[offer.service_id] for offer in offers if offer.org_id == "bell")
    if (
        transition > transition_limit
        or (chosen["snow"] and not chosen["blading"])
        or at_bell > 2.5
        or coverage < 2.85 - 1e-9
        or len(pooled) == 1
    ):
        return None
    fixed = {org.org_id: org.agreement_usd_per_year for org in county.organizations}
    saved = sum(money(county, offer)[1] for offer in offers) - sum(fixed[org] for org in providers)
    if pooled:
        volume = sum(PERMITS[offer.service_id] for offer in pooled)
        # 300 permits may run in either tier; the dearer one never wins
        rate, tier = (200.0, 5000.0) if volume < 300 else (BEST_RATE, 8000.0)
        saved -= volume * rate + tier + 2000 + 6000
    return saved


def best(county, transition_limit):
    options = open_offers(county)
    plans = []
    for picks in product(*options.values()):
        chosen = dict(zip(options, picks, strict=True))
        saved = net(county, chosen, transition_limit)
        if saved is not None:
            plans.append((saved, {service: offer.offer_id for service, offer in chosen.items() if offer}))
    return max(plans, key=lambda plan: plan[0]), len(plans)


def test_it_is_a_county_that_passes_its_checks(county):
    assert check_county(county) == []
    assert len(county.services) == 8
    assert all(not offer.estimated for offer in county.offers)
    assert (
        sum(s.personnel_usd + s.nonpersonnel_usd + s.overhead_usd - s.revenue_usd for s in county.services) == 862_800
    )


@pytest.mark.parametrize(
    ("offer_id", "gain"),
    [
        ("snow-bell", 25_700), ("blading-bell", 14_000), ("blading-ridge", 14_100), ("blading-ridge-lean", 21_000),
        ("permits-alder", 9_720), ("inspections-alder", 9_280), ("payroll-quick", 7_300), ("library-reading", 6_912.5),
        ("permits-office", 11_800 + 36_400), ("inspections-office", 21_900 + 42_000), ("code-office", 2_200 + 22_400),
    ],
)  # fmt: skip
def test_every_offers_gain_is_that_of_the_paper(county, offer_id, gain):
    offer = next(row for row in county.offers if row.offer_id == offer_id)
    assert money(county, offer)[1] == pytest.approx(gain)


def test_only_code_enforcement_fails_the_hurdle(county):
    closed = {offer.offer_id for offer in county.offers} - {
        offer.offer_id for offers in open_offers(county).values() for offer in offers if offer
    }
    assert closed == {"code-office"}


@pytest.mark.parametrize(("limit", "saved", "plan"), [(26_500, 60_012.5, BEST), (1e9, 61_212.5, POOLED)])
def test_trying_every_combination_gives_the_plan_of_the_paper(county, limit, saved, plan):
    (found, choices), tried = best(county, limit)
    assert tried > 20
    assert found == pytest.approx(saved)
    assert choices == plan


@pytest.mark.parametrize(
    ("name", "cost", "plan"), [("on_paper", 802_787.5, BEST), ("no_transition_limit", 801_587.5, POOLED)]
)
def test_the_engine_finds_it_too(name, cost, plan):
    outcome, found = find_plan(load_case(WHATIFS / f"{name}.yaml"))
    assert outcome.cost_usd == pytest.approx(cost, abs=0.005)
    decisions = found.decisions.set_index("service_id")["offer_id"]
    assert {service: offer for service, offer in decisions.items() if isinstance(offer, str) and offer} == plan


@pytest.mark.parametrize(
    ("table", "relaxed", "worth"),
    [("capacities", {"amount": 2.7}, 5_100), ("mandates", {"required_coverage": 0.9}, 6_900)],
)
def test_rules_are_worth_what_the_paper_says(table, relaxed, worth):
    case = load_case(WHATIFS / "on_paper.yaml")
    rows = tuple(row.model_copy(update=relaxed) for row in case.county.table(table))
    outcome, _ = find_plan(replace(case, county=case.county.with_tables(**{table: rows})))
    assert outcome.cost_usd == pytest.approx(802_787.5 - worth, abs=0.005)
