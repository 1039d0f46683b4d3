"""What a small case shows: what its best plan does, and which rules keep it from doing better."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.records import Offer
from optimizer.county.terms import Decision
from optimizer.plan.choices import Choices
from optimizer.plan.verify import exact_costs, left_out
from optimizer.scenario.scenario import Case
from tests.properties.judge import Verdict, most_score

PUTS_OFF = (
    "budget.transition_by_year",
    "people.moves_by_year",
    "people.agreements_by_year",
    "people.laid_off",
    "people.consents_by_year",
    "capacity.capacity",
)
"""Rules that may put off a start."""


def features(case: Case, verdict: Verdict) -> Iterator[str]:
    """What can be told of a case once every plan has been tried."""
    yield from verdict.bites
    if verdict.plans:
        plan = verdict.plans[0]
        yield "feasible"
        yield from _of_case(case)
        yield from _of_moves(case, plan)
        yield from _of_money(case, plan)
        if max(plan.starts.values(), default=1) > 1:
            yield from (f"put off by {rule}" for rule in verdict.bites.intersection(PUTS_OFF))


def _of_case(case: Case) -> Iterator[str]:
    settings = case.settings
    yield from (f"left out: {reason}" for reason in set(left_out(case).values()))
    if settings.economics.payback_within_term and "pays back too late" in left_out(case).values():
        yield "payback within term"
    if settings.equity.cost_limit_usd_per_year is not None:
        yield "cost limit"
    if case.county.facts.groups:
        yield "population group"


def _of_moves(case: Case, plan: Choices) -> Iterator[str]:
    offers = {offer.offer_id: offer for offer in case.county.offers}
    taken = [offers[offer_id] for offer_id in plan.offers.values() if offer_id is not None]
    growth = case.settings.economics.growth_share
    seen = {
        "moves": bool(taken),
        "moves while amounts grow": bool(taken and (growth.personnel or growth.nonpersonnel)),
        "exit": any(offer.decision is Decision.EXIT for offer in taken),
        "sale": bool(plan.sales),
        "sale later": max(plan.sales.values(), default=1) > 1,
        "agreement before its use": any(
            year < _first_use(case, plan, taken, org) for org, year in plan.agreements.items()
        ),
        "pool": bool(plan.pools),
        "pool later": any(opened.start_year > 1 for opened in plan.pools.values()),
        "pool in which nobody is worse off": bool(plan.pools and case.settings.consolidation.nobody_worse_off),
    }
    yield from (feature for feature, is_so in seen.items() if is_so)


def _first_use(case: Case, plan: Choices, taken: list[Offer], org_id: str) -> int:
    hosted = {pool.pool_id for pool in case.county.pools if pool.host_org_id == org_id}
    return min(plan.starts[offer.service_id] for offer in taken if offer.org_id == org_id or offer.pool_id in hosted)


def _of_money(case: Case, plan: Choices) -> Iterator[str]:
    paid = exact_costs(case, plan).cents_by_part
    yield from (f"{part} is paid" for part in ("agreement_usd", "renewal_usd", "communication_usd") if paid[part] > 0)
    every = sum(proposal.score * proposal.max_share for proposal in case.county.proposals)
    if 0 < most_score(case, plan) < every:
        yield "proposals partly done"
