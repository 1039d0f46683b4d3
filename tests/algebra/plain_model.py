"""docs/model.md as plain algebra: loops and dictionaries over a case's records, and nothing of the engine's.

It shares no code with optimizer/options and optimizer/program, and states pools in another way, so that an error in
either of the two is an error in one only.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.contrib.solver.common.factory import SolverFactory
from pyomo.contrib.solver.common.results import SolutionStatus, TerminationCondition

from optimizer.county.records import Decision, LinkKind
from optimizer.scenario.scenario import Case
from tests.algebra.plain_money import (
    Option,
    admissible,
    binding_mandates,
    coverage_of,
    discounts,
    districts_of,
    gross_usd,
    use_of,
)


class PlainModel:
    """Every rule of section 5, one method per family."""

    def __init__(self, case: Case) -> None:
        self.case, self.county, self.limits = case, case.county, case.settings.limits
        self.annuity = sum(discounts(case))
        self.options = admissible(case)
        self.model = model = pyo.ConcreteModel()
        model.nothing = pyo.Var(bounds=(0, 0))
        model.rules = pyo.ConstraintList()
        model.x = pyo.Var([(option.service.service_id, option.name) for option in self.options], domain=pyo.Binary)
        model.agreement = pyo.Var([org.org_id for org in self.county.organizations], domain=pyo.Binary)
        model.pool = pyo.Var([pool.pool_id for pool in self.county.pools], domain=pyo.Binary)
        for family in (
            self.choice, self.activation, self.capacity, self.volume, self.mandates, self.members, self.people,
            self.money, self.risk, self.links, self.locks,
        ):  # fmt: skip
            family()
        pools_usd = self.pools()
        agreements_usd = sum(
            round(org.agreement_usd_per_year * self.annuity, 2) * model.agreement[org.org_id]
            for org in self.county.organizations
        )
        self.funds(agreements_usd + pools_usd)
        model.cost = pyo.Objective(
            expr=sum(option.present_usd * self.x(option) for option in self.options) + agreements_usd + pools_usd
        )

    def x(self, option: Option) -> Any:
        return self.model.x[option.service.service_id, option.name]

    def rule(self, statement: Any) -> None:
        self.model.rules.add(statement)

    def total(self, terms: Any) -> Any:
        """A sum that is an expression also when it has no terms."""
        return sum(terms, start=1 * self.model.nothing)

    def of(self, service_id: str) -> list[Option]:
        return [option for option in self.options if option.service.service_id == service_id]

    @property
    def moves(self) -> list[Option]:
        return [option for option in self.options if option.decision != Decision.KEEP]

    def choice(self) -> None:
        for service in self.county.services:
            self.rule(self.total(self.x(option) for option in self.of(service.service_id)) == 1)

    def activation(self) -> None:
        for option in self.moves:
            if option.pool is not None:
                self.rule(self.x(option) <= self.model.pool[option.pool])
            if option.provider is not None:
                self.rule(self.x(option) <= self.model.agreement[option.provider])
        for pool in self.county.pools:
            if pool.host_org_id is not None:
                self.rule(self.model.pool[pool.pool_id] <= self.model.agreement[pool.host_org_id])

    def capacity(self) -> None:
        rows = {(row.org_id, row.resource, row.year): row.amount for row in self.county.capacities}
        for org_id, resource in {(org_id, resource) for org_id, resource, _ in rows}:
            for year in range(1, self.case.settings.horizon.years + 1):
                amount = rows.get((org_id, resource, year), rows.get((org_id, resource, None)))
                if amount is not None:
                    used = self.total(
                        use_of(self.case, option.service, option.offer, resource) * self.x(option)
                        for option in self.moves
                        if option.provider == org_id
                    )
                    self.rule(used <= amount)

    def volume(self) -> None:
        for org in self.county.organizations:
            if org.min_volume_usd_per_year is not None:
                work = self.total(
                    option.offer.price_usd_per_year * self.x(option)
                    for option in self.moves
                    if option.provider == org.org_id
                )
                self.rule(work >= org.min_volume_usd_per_year * self.model.agreement[org.org_id])

    def mandates(self) -> None:
        for duty in binding_mandates(self.case):
            members = [row for row in self.county.mandate_services if row.mandate_id == duty.mandate_id]
            for district in districts_of(self.case) if duty.district is None else [duty.district]:
                covered = self.total(
                    row.weight * coverage_of(self.case, option, district) * self.x(option)
                    for row in members
                    for option in self.of(row.service_id)
                )
                self.rule(covered >= duty.required_coverage * sum(row.weight for row in members))

    def members(self) -> None:
        for pool in self.county.pools:
            joined = self.total(self.x(option) for option in self.moves if option.pool == pool.pool_id)
            self.rule(joined >= pool.min_members * self.model.pool[pool.pool_id])
            self.rule(joined <= pool.max_members * self.model.pool[pool.pool_id])

    def pools(self) -> Any:
        """Cost of the pools; an option joins its pool in one tier, and pays that tier's rate for its own volume."""
        model = self.model
        cost = self.total(
            round(pool.setup_usd + pool.fixed_usd_per_year * self.annuity, 2) * model.pool[pool.pool_id]
            for pool in self.county.pools
        )
        model.tier = pyo.Var([(tier.pool_id, tier.tier) for tier in self.county.pool_tiers], domain=pyo.Binary)
        model.joins = pyo.Var(
            [
                (option.name, tier.tier)
                for option in self.moves
                for tier in self.county.pool_tiers
                if tier.pool_id == option.pool
            ],
            domain=pyo.Binary,
        )
        for pool in self.county.pools:
            tiers = [tier for tier in self.county.pool_tiers if tier.pool_id == pool.pool_id]
            joining = [option for option in self.moves if option.pool == pool.pool_id]
            if tiers:
                self.rule(sum(model.tier[pool.pool_id, tier.tier] for tier in tiers) == model.pool[pool.pool_id])
            for option in joining if tiers else []:
                self.rule(sum(model.joins[option.name, tier.tier] for tier in tiers) == self.x(option))
            for tier in tiers:
                runs = model.tier[pool.pool_id, tier.tier]
                used = [use_of(self.case, option.service, option.offer, pool.resource) for option in joining]
                volume = self.total(
                    use * model.joins[option.name, tier.tier] for use, option in zip(used, joining, strict=True)
                )
                for option in joining:
                    self.rule(model.joins[option.name, tier.tier] <= runs)
                self.rule(volume >= tier.from_volume * runs)
                self.rule(volume <= tier.to_volume * runs)
                cost += round(tier.fixed_usd_per_year * self.annuity, 2) * runs
                cost += tier.usd_per_unit * self.annuity * volume
        return cost

    def people(self) -> None:
        limits = self.limits
        displaced = [(option.service.department, option.offer.fte_displaced * self.x(option)) for option in self.moves]
        if limits.displaced_fte is not None:
            self.rule(self.total(staff for _, staff in displaced) <= limits.displaced_fte)
        for department, most in limits.displaced_fte_by_department.items():
            self.rule(self.total(staff for of, staff in displaced if of == department) <= most)
        for owner, most in limits.moved_services_by_consent_owner.items():
            let_go = (self.x(option) for option in self.moves if option.service.consent_owner == owner)
            self.rule(self.total(let_go) <= most)
        if limits.agreements is not None:
            self.rule(self.total(self.model.agreement.values()) <= limits.agreements)

    def money(self) -> None:
        limits = self.limits
        if limits.transition_usd is not None:
            once = self.total(option.offer.transition_usd * self.x(option) for option in self.moves)
            once += sum(pool.setup_usd * self.model.pool[pool.pool_id] for pool in self.county.pools)
            self.rule(once <= limits.transition_usd)
        if limits.revenue_floor_usd_per_year is not None:
            revenue = self.total(
                (option.service.revenue_usd if option.offer is None else option.offer.retained_revenue_usd)
                * self.x(option)
                for option in self.options
            )
            self.rule(revenue >= limits.revenue_floor_usd_per_year)

    def funds(self, shared_usd: Any) -> None:
        for fund, most in self.limits.net_cost_by_fund_usd_per_year.items():
            present = self.total(
                option.present_usd * self.x(option) for option in self.options if option.service.fund == fund
            )
            if fund == self.county.facts.general_fund:
                present += shared_usd
            self.rule(present / self.annuity <= most)

    def risk(self) -> None:
        limits, moves = self.limits, self.moves
        critical = sum(service.critical for service in self.county.services)
        for org in self.county.organizations:
            held = [option for option in moves if option.provider == org.org_id]
            if limits.organization_share_of_moved_cost is not None:
                moved = self.total(gross_usd(option.service) * self.x(option) for option in moves)
                there = self.total(gross_usd(option.service) * self.x(option) for option in held)
                self.rule(there <= limits.organization_share_of_moved_cost * moved)
            if limits.organization_share_of_critical_services is not None:
                there = self.total(self.x(option) for option in held if option.service.critical)
                self.rule(there <= limits.organization_share_of_critical_services * critical)
        for service_class, share in limits.retained_share_by_class.items():
            of_class = [service for service in self.county.services if service.service_class == service_class]
            kept = self.total(
                gross_usd(option.service) * self.x(option)
                for service in of_class
                for option in self.of(service.service_id)
                if option.decision == Decision.KEEP
            )
            self.rule(kept >= share * sum(map(gross_usd, of_class)))

    def links(self) -> None:
        for link in self.county.links:
            rows = sorted(
                (row for row in self.county.link_services if row.link_id == link.link_id), key=lambda row: row.position
            )
            tied = [self.of(row.service_id) for row in rows]
            if link.kind == LinkKind.TOGETHER:
                for key in {option.key for options in tied for option in options}:
                    parts = [self.total(self.x(option) for option in options if option.key == key) for options in tied]
                    for part in parts[1:]:
                        self.rule(part == parts[0])
            elif link.kind == LinkKind.APART:
                for org in self.county.organizations:
                    there = (self.x(option) for options in tied for option in options if option.provider == org.org_id)
                    self.rule(self.total(there) <= 1)
            else:
                moved = [
                    self.total(self.x(option) for option in options if option.decision != Decision.KEEP)
                    for options in tied
                ]
                for part in moved[1:]:
                    self.rule(moved[0] <= part)

    def locks(self) -> None:
        for lock in self.case.locks:
            fits = [option for option in self.of(lock.service_id) if self.meant(option, lock.decision, lock.provider)]
            self.rule(self.total(self.x(option) for option in fits) == 1)
        for ban in self.case.forbids:
            for option in self.options:
                of_service = ban.service_id in (None, option.service.service_id)
                if of_service and self.meant(option, ban.decision, ban.provider):
                    self.rule(self.x(option) == 0)

    @staticmethod
    def meant(option: Option, decision: Decision, provider: str | None) -> bool:
        return option.decision == decision and provider in (None, option.provider, option.pool)


def cheapest_usd(case: Case) -> float | None:
    """Present cost of the best plan, or None if no plan exists; without presolve, unlike the engine's own search."""
    solver = SolverFactory("highs")
    results = solver.solve(
        PlainModel(case).model,
        load_solutions=False,
        raise_exception_on_nonoptimal_result=False,
        rel_gap=0.0,
        abs_gap=1e-6,
        threads=1,
        solver_options={"presolve": "off"},
    )
    if results.termination_condition == TerminationCondition.provenInfeasible:
        return None
    assert results.solution_status == SolutionStatus.optimal
    return float(results.incumbent_objective)
