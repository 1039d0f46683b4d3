"""The limits of section 5 of docs/model.md that a scenario sets, for plans that start at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor
from typing import Any

import pyomo.environ as pyo

from optimizer.county.records import Sale
from optimizer.county.terms import Decision
from optimizer.scenario.settings import EquityWeight
from tests.algebra.plain_money import Option, gross_usd
from tests.algebra.plain_tables import Tables


class Limits:
    """Families of limits over a model with columns x, agreement, pool and sell."""

    tables: Tables
    options: list[Option]
    sales: list[Sale]
    model: Any

    def x(self, option: Option) -> Any:
        return self.model.x[option.service.service_id, option.name]

    def rule(self, statement: Any) -> None:
        self.model.rules.add(statement)

    def total(self, terms: Iterable[Any]) -> Any:
        """A sum that is an expression also when it has no terms."""
        return sum(terms, start=1 * self.model.nothing)

    def of(self, service_id: str) -> list[Option]:
        return [option for option in self.options if option.service.service_id == service_id]

    @property
    def moves(self) -> list[Option]:
        return [option for option in self.options if option.decision != Decision.KEEP]

    def people(self) -> None:
        limits = self.tables.settings.limits
        displaced = [(move.service.department, move.offer.fte_displaced * self.x(move)) for move in self._offered()]
        if limits.displaced_fte is not None:
            self.rule(self.total(staff for _, staff in displaced) <= limits.displaced_fte)
        for department, most in limits.displaced_fte_by_department.items():
            self.rule(self.total(staff for of, staff in displaced if of == department) <= most)
        for owner, most in limits.moved_services_by_consent_owner.items():
            self.rule(self._let_go(owner) <= most)
        for owner, by_year in limits.moved_services_by_consent_owner_by_year.items():
            for most in by_year[:1]:
                self.rule(self._let_go(owner) <= most)
        signed = self.total(self.model.agreement.values())
        for most in (*_stated(limits.agreements), *limits.agreements_by_year[:1]):
            self.rule(signed <= most)
        for most in limits.moves_by_year[:1]:
            self.rule(self.total(self.x(option) for option in self.moves) <= most)

    def _offered(self) -> Iterator[Any]:
        return (option for option in self.options if option.offer is not None)

    def _let_go(self, owner: str) -> Any:
        return self.total(self.x(option) for option in self.moves if option.service.consent_owner == owner)

    def laid_off(self) -> None:
        limits, people = self.tables.settings.limits.laid_off_fte_by_year, self.tables.settings.people
        departments = {service.department for service in self.tables.county.services}
        years = range(len(self.tables.discounts)) if limits else []
        self.model.laid_off = pyo.Var(departments, years, domain=pyo.NonNegativeReals)
        for year in years:
            for department in departments:
                staff = sum(row.fte for row in self.tables.county.services if row.department == department)
                leave = people.attrition_share_by_department.get(department, people.attrition_share) * staff
                lost = self.total(
                    move.offer.fte_displaced * self.x(move)
                    for move in self._offered()
                    if move.service.department == department and floor(move.offer.lead_time_months / 12) == year
                )
                self.rule(self.model.laid_off[department, year] >= lost - leave)
            most = limits[min(year, len(limits) - 1)]
            self.rule(self.total(self.model.laid_off[department, year] for department in departments) <= most)

    def money(self) -> None:
        limits = self.tables.settings.limits
        once = self.total(move.offer.transition_usd * self.x(move) for move in self._offered())
        once += sum(pool.setup_usd * self.model.pool[pool.pool_id] for pool in self.tables.county.pools)
        once += sum(sale.setup_usd * self.model.sell[sale.sale_id] for sale in self.sales)
        for most in (*_stated(limits.transition_usd), *limits.transition_usd_by_year[:1]):
            self.rule(once <= most)
        for least in _stated(limits.revenue_floor_usd_per_year):
            revenue = self.total(
                (option.service.revenue_usd if option.offer is None else option.offer.retained_revenue_usd)
                * self.x(option)
                for option in self.options
            )
            sold = self.total(sale.price_usd_per_year * self.model.sell[sale.sale_id] for sale in self.sales)
            self.rule(revenue + sold >= least)

    def risk(self) -> None:
        limits = self.tables.settings.limits
        critical = sum(service.critical for service in self.tables.county.services)
        handed_over = [option for option in self.moves if option.decision != Decision.EXIT]
        for org_id in self.tables.orgs:
            held = [option for option in handed_over if option.provider == org_id]
            for share in _stated(limits.organization_share_of_moved_cost):
                moved = self.total(gross_usd(option.service) * self.x(option) for option in handed_over)
                there = self.total(gross_usd(option.service) * self.x(option) for option in held)
                self.rule(there <= share * moved)
            for share in _stated(limits.organization_share_of_critical_services):
                self.rule(self.total(self.x(option) for option in held if option.service.critical) <= share * critical)
        for service_class, share in limits.retained_share_by_class.items():
            of_class = [row for row in self.tables.county.services if row.service_class == service_class]
            kept = self.total(
                gross_usd(option.service) * self.x(option)
                for service in of_class
                for option in self.of(service.service_id)
                if option.decision == Decision.KEEP
            )
            self.rule(kept >= share * sum(map(gross_usd, of_class)))

    def equity(self) -> None:
        settings, services = self.tables.settings.equity, self.tables.county.services
        by_cost = settings.weight is EquityWeight.GROSS_COST
        weight = {row.service_id: gross_usd(row) if by_cost else 1.0 for row in services}
        for place in self.tables.places if sum(weight.values()) > 0 else []:
            least = settings.floor_by_place.get(place or "", settings.floor)
            if least is not None:
                covered = self.total(
                    weight[option.service.service_id] * self.tables.coverage(option.offer, place) * self.x(option)
                    for option in self.options
                )
                self.rule(covered >= least * sum(weight.values()))

    def spare_staff(self) -> None:
        stated = {(row.department, row.year): row.fte for row in self.tables.county.spare_staff}
        of = {row.service_id: row for row in self.tables.county.services}
        for department in {of[sale.service_id].department for sale in self.sales}:
            for year in range(1, len(self.tables.discounts) + 1):
                most = stated.get((department, year), stated.get((department, None), 0.0))
                taken = (
                    sale.fte * self.model.sell[sale.sale_id]
                    for sale in self.sales
                    if of[sale.service_id].department == department
                )
                self.rule(self.total(taken) <= most)


def _stated(limit: float | None) -> list[float]:
    """The limit, or none."""
    return [] if limit is None else [limit]
