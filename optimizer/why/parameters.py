"""What a county's decisions can tell about it: parameters of the hurdle, and what watching a contract costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from optimizer.county.findings import nearest
from optimizer.county.terms import MOVES, Decision
from optimizer.errors import Finding, raise_if_any
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import Settings

HURDLE, ADMINISTRATION, DECISION, DEPARTMENT, RELIABILITY = FAMILIES = (
    "hurdle",
    "administration",
    "decision",
    "department",
    "reliability",
)
"""What can be fitted: the share of the avoidable cost that a move must beat keeping by; the cost of watching a contract
by kind of partner; dollars a year that a move must save besides, by decision and by department; and how many times the
cost at risk of a provider's failure it must save besides.
"""

SHARE_STEP, USD_STEP, TIMES_STEP = 0.05, 5_000.0, 1.0
"""How far each kind of parameter moves for a change to count as one: changes of different kinds are added so."""


@dataclass(frozen=True)
class Parameter:
    """One number that is fitted."""

    family: str
    path: str
    """As `set` names it."""
    now: float
    """What the scenario has, 0 where it says nothing [its unit]."""
    unit: str
    """share, USD/year or times."""
    highest: float

    @property
    def step(self) -> float:
        """A change as large as this counts as one [its unit]."""
        return {"share": SHARE_STEP, "USD/year": USD_STEP}.get(self.unit, TIMES_STEP)

    def changed_by(self, change: float) -> float:
        """Its value after a change: within its bounds, and in ten digits, as it is written."""
        return float(f"{min(max(0.0, self.now + change), self.highest):.10g}")


def parameters_of(case: Case, families: Collection[str], service_ids: Collection[str]) -> tuple[Parameter, ...]:
    """The parameters of these families that bear on these services. Raises `Refused` for families that are none."""
    fix = "Name one of these."
    raise_if_any(
        [
            Finding("--parameter", repr(one), " or ".join(FAMILIES), _meant(nearest(one, FAMILIES), fix))
            for one in families
            if one not in FAMILIES
        ]
    )
    return tuple(one for one in _every(case, service_ids) if one.family in families)


def _meant(near: str | None, fix: str) -> str:
    return f"Did you mean {near}?" if near else fix


def _every(case: Case, service_ids: Collection[str]) -> Iterator[Parameter]:
    economics, county = case.settings.economics, case.county
    yield Parameter(HURDLE, "economics.hurdle_share", economics.hurdle_share, "share", 1.0)
    offers = [offer for offer in county.offers if offer.service_id in service_ids]
    hosts = {pool.pool_id: pool.host_org_id for pool in county.pools}
    providers = {offer.org_id or hosts.get(offer.pool_id or "") for offer in offers}
    kinds = sorted({str(org.kind) for org in county.organizations if org.org_id in providers})
    for kind in kinds:
        share = next(terms.administration_share for name, terms in case.settings.kinds.items() if str(name) == kind)
        yield Parameter(ADMINISTRATION, f"kinds.{kind}.administration_share", share, "share", 1.0)
    decisions = {offer.decision for offer in offers}
    for decision in (one for one in (*MOVES, Decision.EXIT) if one in decisions):
        usd = economics.hurdle_usd_per_year_by_decision.get(decision, 0.0)
        yield Parameter(DECISION, f"economics.hurdle_usd_per_year_by_decision.{decision}", usd, "USD/year", 1e9)
    moving = {offer.service_id for offer in offers}
    for department in sorted({row.department for row in county.services if row.service_id in moving}):
        usd = economics.hurdle_usd_per_year_by_department.get(department, 0.0)
        yield Parameter(DEPARTMENT, f"economics.hurdle_usd_per_year_by_department.{department}", usd, "USD/year", 1e9)
    yield Parameter(RELIABILITY, "economics.hurdle_share_of_failure", economics.hurdle_share_of_failure, "times", 100.0)


def with_parameters(case: Case, values: Mapping[str, float]) -> Case:
    """The case with other values of parameters, by their paths."""
    settings = case.settings.model_dump(mode="json")
    for path, value in values.items():
        *above, last = path.split(".", 2)
        group: Any = settings
        for name in above:
            group = group[name]
        # a department may have dots in its name: a path has at most three parts
        group[last] = value
    return replace(case, scenario=replace(case.scenario, settings=Settings.model_validate(settings)))
