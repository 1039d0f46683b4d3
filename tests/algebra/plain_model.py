"""docs/model.md as plain algebra: loops and dictionaries over a case's records, and nothing of the engine's.

It plans for one start year: everything that is done starts at once. It shares no code with optimizer/options and
optimizer/program, and states pools, communication and capacities in another way, so that an error in either of the two
is an error in one only. It knows nothing of sharing a pool's cost among departments, nor of the worst-off place.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pyomo.environ as pyo
from pyomo.contrib.solver.common.factory import SolverFactory
from pyomo.contrib.solver.common.results import SolutionStatus, TerminationCondition

from optimizer.county.terms import Decision, LinkKind
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import EquityObjective, ReinvestmentRule
from tests.algebra.plain_limits import Limits
from tests.algebra.plain_money import Option, agreement_usd, gross_usd, present_usd, rising_annuity, sale_usd
from tests.algebra.plain_reasons import admissible, sellable
from tests.algebra.plain_tables import Tables


class PlainModel(Limits):
    """Every rule of section 5, one method per family."""

    def __init__(self, case: Case) -> None:
        assert case.settings.horizon.start_years == 1
        assert case.settings.equity.objective is EquityObjective.LEAST_COST
        assert not case.settings.consolidation.nobody_worse_off
        self.case, self.county, self.tables = case, case.county, Tables(case)
        self.options, self.sales = admissible(self.tables), sellable(self.tables)
        self.model = model = pyo.ConcreteModel()
        model.nothing = pyo.Var(bounds=(0, 0))
        model.rules = pyo.ConstraintList()
        model.x = pyo.Var([(option.service.service_id, option.name) for option in self.options], domain=pyo.Binary)
        model.agreement = pyo.Var([org.org_id for org in self.county.organizations], domain=pyo.Binary)
        model.pool = pyo.Var([pool.pool_id for pool in self.county.pools], domain=pyo.Binary)
        model.sell = pyo.Var([sale.sale_id for sale in self.sales], domain=pyo.Binary)
        for family in (
            self.choice, self.activation, self.capacity, self.volume, self.mandates, self.members, self.people,
            self.laid_off, self.money, self.risk, self.equity, self.kept_where_sold, self.spare_staff, self.links,
            self.locks,
        ):  # fmt: skip
            family()
        self.shared_usd = self.agreements() + self.pools() + self.communication()
        self.funds()
        cost = sum(self.borne(fund.fund) for fund in self.county.facts.funds)
        if case.settings.equity.cost_limit_usd_per_year is not None:
            self.rule(cost <= case.settings.equity.cost_limit_usd_per_year * self.tables.annuity)
        model.cost = pyo.Objective(expr=cost + self.spending())

    def choice(self) -> None:
        for service in self.county.services:
            self.rule(self.total(self.x(option) for option in self.of(service.service_id)) == 1)

    def activation(self) -> None:
        for option in self.moves:
            if option.pool is not None:
                self.rule(self.x(option) <= self.model.pool[option.pool])
            if option.provider is not None:
                self.rule(self.x(option) <= self.model.agreement[option.provider])

    def capacity(self) -> None:
        rows = {(row.org_id, row.resource, row.year): row.amount for row in self.county.capacities}
        for org_id, resource in sorted({(org_id, resource) for org_id, resource, _ in rows}):
            used = self.total(
                self.tables.use(option.service, option.offer, resource) * self.x(option)
                for option in self.moves
                if option.provider == org_id and option.offer is not None
            )
            for year in range(1, len(self.tables.discounts) + 1):
                amount = rows.get((org_id, resource, year), rows.get((org_id, resource, None)))
                if amount is not None:
                    self.rule(used <= amount)

    def volume(self) -> None:
        for org in self.county.organizations:
            if org.min_volume_usd_per_year is not None:
                work = self.total(
                    option.offer.price_usd_per_year * self.x(option)
                    for option in self.moves
                    if option.provider == org.org_id and option.offer is not None
                )
                self.rule(work >= org.min_volume_usd_per_year * self.model.agreement[org.org_id])

    def mandates(self) -> None:
        for duty in self.tables.binding:
            members = [row for row in self.county.mandate_services if row.mandate_id == duty.mandate_id]
            for place in self.tables.districts if duty.district is None else [duty.district]:
                covered = self.total(
                    row.weight * self.tables.coverage(option.offer, place) * self.x(option)
                    for row in members
                    for option in self.of(row.service_id)
                )
                self.rule(covered >= duty.required_coverage * sum(row.weight for row in members))

    def members(self) -> None:
        for pool in self.county.pools:
            joined = self.total(self.x(option) for option in self.moves if option.pool == pool.pool_id)
            self.rule(joined >= pool.min_members * self.model.pool[pool.pool_id])
            self.rule(joined <= pool.max_members * self.model.pool[pool.pool_id])

    def agreements(self) -> Any:
        return self.total(
            agreement_usd(self.tables, org) * self.model.agreement[org.org_id] for org in self.county.organizations
        )

    def pools(self) -> Any:
        """Cost of the pools; an option joins its pool in one tier, and pays that tier's rate for its own volume."""
        model, tiers = self.model, self.county.pool_tiers
        model.tier = pyo.Var([(tier.pool_id, tier.tier) for tier in tiers], domain=pyo.Binary)
        joins = [(option.name, tier.tier) for option in self.moves for tier in tiers if tier.pool_id == option.pool]
        model.joins = pyo.Var(joins, domain=pyo.Binary)
        return self.total(self._pool_usd(pool.pool_id) for pool in self.county.pools)

    def _pool_usd(self, pool_id: str) -> Any:
        model, pool = self.model, self.tables.pools[pool_id]
        worth = rising_annuity(self.tables, pool.host_org_id)
        cost = round(pool.setup_usd + pool.fixed_usd_per_year * worth, 2) * model.pool[pool_id]
        tiers = [tier for tier in self.county.pool_tiers if tier.pool_id == pool_id]
        joining = [option for option in self.moves if option.pool == pool_id and option.offer is not None]
        if tiers:
            self.rule(sum(model.tier[pool_id, tier.tier] for tier in tiers) == model.pool[pool_id])
        for option in joining if tiers else []:
            self.rule(sum(model.joins[option.name, tier.tier] for tier in tiers) == self.x(option))
        for tier in tiers:
            runs = model.tier[pool_id, tier.tier]
            volume = self.total(
                self.tables.use(option.service, option.offer, pool.resource) * model.joins[option.name, tier.tier]
                for option in joining
                if option.offer is not None
            )
            for option in joining:
                self.rule(model.joins[option.name, tier.tier] <= runs)
            self.rule(volume >= tier.from_volume * runs)
            self.rule(volume <= tier.to_volume * runs)
            cost += round(tier.fixed_usd_per_year * worth, 2) * runs + tier.usd_per_unit * worth * volume
        return cost

    def communication(self) -> Any:
        """Cost of links whose services are in two places; a pair of places costs if both of its services are there."""
        self.model.apart = pyo.VarList(domain=pyo.NonNegativeReals)
        cost = self.total([])
        for link in self.county.links:
            if link.kind == LinkKind.COMMUNICATES:
                one, other = (self._places(service_id) for service_id in self._tied(link.link_id))
                for (here, at_here), (there, at_there) in product(one.items(), other.items()):
                    usd = (link.volume_per_year or 0.0) * self.tables.unit_usd(here, there) * self.tables.annuity
                    if usd > 0:
                        both = self.model.apart.add()
                        self.rule(both >= at_here + at_there - 1)
                        cost += usd * both
        return cost

    def _places(self, service_id: str) -> dict[str | None, Any]:
        """Where a service can be, and the sum of its options that bring it there."""
        places: dict[str | None, Any] = {}
        for option in self.of(service_id):
            at = self.tables.at(option.offer)
            places[at] = places.get(at, 0) + self.x(option)
        return places

    def _tied(self, link_id: str) -> list[str]:
        rows = [row for row in self.county.link_services if row.link_id == link_id]
        return [row.service_id for row in sorted(rows, key=lambda row: row.position)]

    def kept_where_sold(self) -> None:
        for sale in self.sales:
            kept = (self.x(option) for option in self.of(sale.service_id) if option.decision == Decision.KEEP)
            self.rule(self.model.sell[sale.sale_id] <= self.total(kept))

    def borne(self, fund: str) -> Any:
        """Present cost that a fund bears."""
        of = {service.service_id: service.fund for service in self.county.services}
        cost = self.total(option.present_usd * self.x(option) for option in self.options if option.service.fund == fund)
        for sale in self.sales:
            if of[sale.service_id] == fund:
                cost += sale_usd(self.tables, sale) * self.model.sell[sale.sale_id]
        return cost + (self.shared_usd if fund == self.county.facts.general_fund else 0.0)

    def funds(self) -> None:
        for fund, most in self.case.settings.limits.net_cost_by_fund_usd_per_year.items():
            self.rule(self.borne(fund) / self.tables.annuity <= most)

    def spending(self) -> Any:
        """What freed money buys, where it is weighed against the plan's cost [USD, present]."""
        reinvestment, model = self.case.settings.reinvestment, self.model
        if reinvestment.rule is not ReinvestmentRule.WEIGHTED:
            return 0.0
        model.done = pyo.Var([row.proposal_id for row in self.county.proposals], domain=pyo.NonNegativeReals)
        funds = {row.fund for row in self.county.proposals}
        model.spends = pyo.Var(funds, domain=pyo.Binary)
        for fund in funds:
            spent = sum(row.usd_per_year * model.done[row.proposal_id] for row in self._proposed(fund))
            freed = (self._today_usd(fund) - self.borne(fund)) / self.tables.annuity
            # no plan costs a fund more above today than all of its services and of what is shared do
            most = 3.0 * sum(map(gross_usd, self.county.services))
            self.rule(spent <= most * model.spends[fund])
            self.rule(spent <= freed + most * (1 - model.spends[fund]))
        for row in self.county.proposals:
            self.rule(model.done[row.proposal_id] <= row.max_share)
        worth = float(reinvestment.usd_per_score or 0.0)
        return self.tables.annuity * sum(
            (row.usd_per_year - worth * row.score) * model.done[row.proposal_id] for row in self.county.proposals
        )

    def _proposed(self, fund: str) -> list[Any]:
        return [row for row in self.county.proposals if row.fund == fund]

    def _today_usd(self, fund: str) -> float:
        kept = sum(present_usd(self.tables, row, None) for row in self.county.services if row.fund == fund)
        exchanged = sum(link.volume_per_year or 0.0 for link in self.county.links if link.kind == LinkKind.COMMUNICATES)
        home = exchanged * self.tables.unit_usd(None, None) * self.tables.annuity
        return kept + (home if fund == self.county.facts.general_fund else 0.0)

    def links(self) -> None:
        for link in self.county.links:
            tied = [self.of(service_id) for service_id in self._tied(link.link_id)]
            if link.kind == LinkKind.TOGETHER:
                self._together(tied)
            elif link.kind == LinkKind.APART:
                for org_id in self.tables.orgs:
                    there = (self.x(option) for options in tied for option in options if option.provider == org_id)
                    self.rule(self.total(there) <= 1)
            elif link.kind == LinkKind.NEEDS:
                moved = [
                    self.total(self.x(option) for option in options if option.decision != Decision.KEEP)
                    for options in tied
                ]
                for part in moved[1:]:
                    self.rule(moved[0] <= part)

    def _together(self, tied: list[list[Option]]) -> None:
        for key in {option.key for options in tied for option in options}:
            parts = [self.total(self.x(option) for option in options if option.key == key) for options in tied]
            for part in parts[1:]:
                self.rule(part == parts[0])

    def locks(self) -> None:
        for lock in self.case.locks:
            decision = Decision.KEEP if lock.decision == Decision.INSOURCE else lock.decision
            provider = None if lock.decision == Decision.INSOURCE else lock.provider
            fits = [option for option in self.of(lock.service_id) if meant(option, decision, provider)]
            self.rule(self.total(self.x(option) for option in fits) == 1)
            if lock.decision == Decision.INSOURCE:
                self.rule(self._sold(lock.service_id, lock.provider) >= 1)
        for ban in self.case.forbids:
            if ban.decision == Decision.INSOURCE:
                self.rule(self._sold(ban.service_id, ban.provider) == 0)
            for option in self.options:
                of_service = ban.service_id in (None, option.service.service_id)
                if of_service and meant(option, ban.decision, ban.provider):
                    self.rule(self.x(option) == 0)

    def _sold(self, service_id: str | None, buyer: str | None) -> Any:
        return self.total(
            self.model.sell[sale.sale_id]
            for sale in self.sales
            if service_id in (None, sale.service_id) and buyer in (None, sale.org_id)
        )


def meant(option: Option, decision: Decision, provider: str | None) -> bool:
    """Whether a lock or a ban speaks of an option."""
    return option.decision == decision and provider in (None, option.provider, option.pool)


def cheapest_usd(case: Case) -> float | None:
    """Present cost of the best plan, or None if no plan exists; without presolve, unlike the engine's own search.

    Where reinvestment is weighted, less what the freed money gains.
    """
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
