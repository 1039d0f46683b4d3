"""Small counties in a few words: what every test starts from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from optimizer.county import records, terms
from optimizer.county.county import County
from optimizer.county.generator import generate, spec_for
from optimizer.options.estimates import complete
from optimizer.options.options import build_options
from optimizer.options.priors import shipped_priors
from optimizer.plan.plan import Plan, plan_of
from optimizer.program.program import CountyProgram, build_program
from optimizer.scenario.scenario import Case, Forbid, Lock, Scenario
from optimizer.scenario.settings import Settings
from optimizer.solve.engines import search_highs
from optimizer.solve.outcome import Outcome

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "real"
"""Real inputs that are not part of the project; tests that need them are skipped where they are absent."""

FACTS = records.Facts(
    name="Test County",
    state="CO",
    population=1000,
    fiscal_year=2026,
    general_fund="General",
    funds=(records.Fund(fund="General", restricted=False), records.Fund(fund="Roads", restricted=True)),
)


@cache
def made_county(seed: int, preset: str = "clear_creek", **sizes: int) -> County:
    """A generated county, made once for all tests."""
    return generate(spec_for(preset, **sizes), seed)


def plain_money(**limits: Any) -> dict[str, Any]:
    """One year, nothing discounted, promises kept, no administration and no hurdle: numbers to add in one's head."""
    return {
        "horizon": {"years": 1, "discount_rate": 0.0, "start_years": 1},
        "economics": {
            "avoidable_share": {"personnel": 1.0, "nonpersonnel": 1.0, "overhead": 0.0},
            "hurdle_share": 0.0,
            "realization_share": 1.0,
            "ramp_share": [1.0],
            "max_payback_years": None,
        },
        "kinds": {kind: {"administration_share": 0.0} for kind in terms.Kind},
        "limits": limits,
        "solver": {"gap_usd": 0.0},
    }


@cache
def _base() -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load((ROOT / "scenarios" / "base.yaml").read_text(encoding="utf-8")))


def settings_of(changes: Mapping[str, Any]) -> Settings:
    """The shipped base settings with nested changes."""
    return Settings.model_validate(_merged(_base(), changes))


def _merged(base: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in changes.items():
        inner = merged.get(name)
        merged[name] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else value
    return merged


def service(service_id: str, cost_usd: float = 100.0, **columns: Any) -> records.Service:
    """A delegable service whose whole cost is personnel."""
    row = {
        "service_id": service_id,
        "name": f"Service {service_id}",
        "department": "Works",
        "service_class": "roads",
        "fund": "General",
        "personnel_usd": cost_usd,
        "nonpersonnel_usd": 0,
        "overhead_usd": 0,
        "revenue_usd": 0,
        "fte": 1,
        "mandate_level": 0,
        "reliance_level": 1,
        "delegable": True,
        "critical": False,
    }
    return records.Service.model_validate(row | columns)


def organization(org_id: str, agreement_usd: float = 0.0, **columns: Any) -> records.Organization:
    """A town that never fails."""
    row = {
        "org_id": org_id,
        "name": f"Town of {org_id}",
        "kind": "municipality",
        "agreement_usd_per_year": agreement_usd,
        "max_term_years": 5,
        "probability_of_failure": 0,
        "price_escalation_share": 0,
        "renewal_usd": 0,
    }
    return records.Organization.model_validate(row | columns)


def offer(service_id: str, provider: str, price_usd: float, **columns: Any) -> records.Offer:
    """A whole move at a price, at once and without one-time cost; `provider` is a pool if it begins with pool."""
    to_pool = provider.startswith("pool")
    row = {
        "offer_id": f"{service_id}-{provider}",
        "service_id": service_id,
        "pool_id" if to_pool else "org_id": provider,
        "decision": "consolidate" if to_pool else "outsource",
        "price_usd_per_year": price_usd,
        "transition_usd": 0,
        "retained_revenue_usd": 0,
        "moved_share": 1,
        "coverage": 1,
        "fte_transferred": 0,
        "fte_displaced": 0,
        "lead_time_months": 0,
        "quality": 1,
    }
    return records.Offer.model_validate(row | columns)


def case_of(
    services: list[records.Service],
    organizations: list[records.Organization] = [],  # noqa: B006 - read only
    offers: list[records.Offer] = [],  # noqa: B006 - read only
    settings: Mapping[str, Any] | None = None,
    locks: list[Lock] = [],  # noqa: B006 - read only
    forbids: list[Forbid] = [],  # noqa: B006 - read only
    facts: records.Facts = FACTS,
    **tables: list[Any],
) -> Case:
    """A case without files, under plain money unless said otherwise."""
    county = County(
        facts=facts,
        services=tuple(services),
        organizations=tuple(organizations),
        offers=tuple(offers),
        **{name: tuple(rows) for name, rows in tables.items()},
    )
    resolved = settings_of(plain_money() if settings is None else settings)
    scenario = Scenario("test", "Test", "What if?", Path("test"), (), resolved, (), (), {})
    return Case(scenario, county, tuple(locks), tuple(forbids), ())


def completed(case: Case) -> Case:
    """The case as `prepare` would leave it: blank terms filled, and services that may be ended with an offer for it."""
    filled = complete(case.county.with_tables(priors=shipped_priors()), case.settings)
    return replace(case, county=filled.with_tables(priors=()))


def assignment(jobs: int, agents: int, seed: int, *, correlated: bool = False) -> Case:
    """Tight random assignment: hard enough that a search can be stopped early.

    Where the price falls as the load rises (type D of the published generalized assignment families) it is very hard.
    """
    rng = np.random.default_rng(seed)
    load = rng.integers(5, 25, (jobs, agents))
    price = 111 - 4 * load + rng.integers(-10, 10, (jobs, agents)) if correlated else rng.integers(10, 99, load.shape)
    pairs = [(job, agent) for job in range(jobs) for agent in range(agents)]
    offers = [offer(f"j{job}", f"a{agent}", float(price[job, agent])) for job, agent in pairs]
    uses = [
        records.Use(offer_id=f"j{job}-a{agent}", resource="load", amount=float(load[job, agent]))
        for job, agent in pairs
    ]
    room = [
        records.Capacity(org_id=f"a{agent}", resource="load", amount=12.0 * jobs / agents) for agent in range(agents)
    ]
    return case_of(
        [service(f"j{job}", 0.0) for job in range(jobs)],
        [organization(f"a{agent}", 30.0) for agent in range(agents)],
        offers,
        plain_money() | {"allowed_decisions": ["outsource"]},
        uses=uses,
        capacities=room,
    )


def program_of(case: Case) -> CountyProgram:
    """The program of a case."""
    return build_program(case, build_options(case))


def solved(case: Case) -> tuple[Outcome, Plan | None]:
    """The outcome, and the verified plan if one is held."""
    program = program_of(case)
    outcome = search_highs(program, case.settings.solver, None, None)
    return outcome, plan_of(program, outcome) if outcome.holds_plan else None


def best(case: Case) -> Plan:
    """The best plan of a case that has one."""
    plan = solved(case)[1]
    assert plan is not None
    return plan


def decided(plan: Plan) -> dict[str, str]:
    """Service to its provider; an empty text means kept."""
    providers = plan.decisions["pool_id"].where(plan.decisions["pool_id"] != "", plan.decisions["org_id"])
    return dict(zip(plan.decisions["service_id"], providers, strict=True))


def sampled(values: Iterable[Any], often: int) -> list[Any]:
    """Parameters of a test: so many of them every time, the others with the long tests."""
    return [pytest.param(value, marks=() if place < often else pytest.mark.slow) for place, value in enumerate(values)]
