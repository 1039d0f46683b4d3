"""Several counties under one question, ready to be decided on together: what ties them, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from optimizer.county.county import County
from optimizer.county.records import Offer, Pool, Record, Sale
from optimizer.errors import Finding, raise_if_any
from optimizer.options.prepare import prepare
from optimizer.scenario.absent import absent_everywhere, names_fitted
from optimizer.scenario.region import RegionScenario
from optimizer.scenario.scenario import Case, Others
from optimizer.scenario.settings import EquityObjective, Settings


@dataclass(frozen=True)
class Trade:
    """An offer of one county that the sale of another delivers: one decision."""

    seller: str
    sale: Sale
    buyer: str
    offer: Offer


@dataclass(frozen=True)
class RegionCase:
    """The counties of a region, each under its own scenario."""

    scenario: RegionScenario
    cases: Mapping[str, Case]
    """Name of the county to its case; all know who the others are."""

    @property
    def settings(self) -> Settings:
        return self.scenario.settings

    @cached_property
    def shared_pools(self) -> frozenset[str]:
        """Ids of pools that several counties list."""
        return _in_several([{pool.pool_id for pool in case.county.pools} for case in self.cases.values()])

    @cached_property
    def shared_orgs(self) -> frozenset[str]:
        """Ids of organizations that several counties list."""
        return _in_several([{org.org_id for org in case.county.organizations} for case in self.cases.values()])

    @cached_property
    def trades(self) -> tuple[Trade, ...]:
        """Every sale to a county of the region that names the offer it delivers."""
        return tuple(_trades(self.cases))


def prepare_region(scenario: RegionScenario, counties: Sequence[County]) -> RegionCase:
    """Prepare every county, and check that they say the same of what they share.

    Raises `Refused` if a county's own case is refused, or with everything in which they contradict each other.
    """
    names = frozenset(scenario.counties)
    cases = {
        name: prepare(county, own)
        for name, county, own in zip(
            scenario.counties, counties, names_fitted(scenario.scenarios, counties), strict=True
        )
    }
    raise_if_any(absent_everywhere([case.absent for case in cases.values()]))
    known = {name: replace(case, others=Others(counties=names - {name})) for name, case in cases.items()}
    region = RegionCase(scenario, known)
    raise_if_any([*_contradictions(region), *_unmatched(region), *_unsought(region)])
    return region


def without_others(case: Case) -> Case:
    """The county left to itself: nothing is bought from the other counties of its region, nothing sold to them."""
    county, others = case.county, case.others.counties
    hosts = {pool.pool_id: pool.host_org_id for pool in county.pools}
    offers = tuple(offer for offer in county.offers if (offer.org_id or hosts.get(str(offer.pool_id))) not in others)
    kept = {offer.offer_id for offer in offers}
    alone = county.with_tables(
        offers=offers,
        uses=tuple(use for use in county.uses if use.offer_id in kept),
        coverages=tuple(row for row in county.coverages if row.offer_id in kept),
        sales=tuple(sale for sale in county.sales if sale.org_id not in others),
    )
    return replace(case, county=alone, others=Others())


def _in_several(ids: Sequence[set[str]]) -> frozenset[str]:
    return frozenset(found for one, other in combinations(ids, 2) for found in one & other)


def _trades(cases: Mapping[str, Case]) -> Iterator[Trade]:
    offers = {name: {offer.offer_id: offer for offer in case.county.offers} for name, case in cases.items()}
    for seller, case in cases.items():
        for sale in case.county.sales:
            if sale.org_id in case.others.counties and sale.offer_id in offers[sale.org_id]:
                yield Trade(seller, sale, sale.org_id, offers[sale.org_id][str(sale.offer_id)])


def _contradictions(region: RegionCase) -> Iterator[Finding]:
    """What two counties say differently of the same organization, capacity or pool."""
    for (first, one), (second, other) in combinations(region.cases.items(), 2):
        for table, rows in (
            ("organizations", [_organizations(case.county) for case in (one, other)]),
            ("capacities", [_capacities(case.county) for case in (one, other)]),
            ("pools", [_pools(name, case.county) for name, case in ((first, one), (second, other))]),
            ("pool_tiers", [_tiers(case.county) for case in (one, other)]),
            ("pools", [_rises(case) for case in (one, other)]),
        ):
            for key in rows[0].keys() & rows[1].keys():
                if rows[0][key] != rows[1][key]:
                    where = f"{first} and {second}, {table} {key}"
                    found = f"{_told(rows[0][key])} and {_told(rows[1][key])}"
                    yield Finding(where, found, "the same in every county", "Correct one of them.")


def _told(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, tuple) else str(values)


def _organizations(county: County) -> dict[str, object]:
    return {row.org_id: (row.name, str(row.kind)) for row in county.organizations}


def _capacities(county: County) -> dict[str, object]:
    return {f"{row.org_id}, {row.resource}, {row.year or 'every year'}": row.amount for row in county.capacities}


def _pools(name: str, county: County) -> dict[str, object]:
    """Terms of every pool; a host that is left blank is the county itself."""
    return {
        row.pool_id: _cells(row.model_copy(update={"host_org_id": row.host_org_id or name})) for row in county.pools
    }


def _rises(case: Case) -> dict[str, object]:
    """Share by which the cost of every pool rises in a year, as its host's charges do, or the county's own cost."""
    county = case.county
    charged: dict[str | None, float | None] = {row.org_id: row.price_escalation_share for row in county.organizations}
    charged[None] = case.settings.economics.growth_share.personnel
    return {f"{row.pool_id}, yearly rise of its cost": charged[row.host_org_id] for row in county.pools}


def _tiers(county: County) -> dict[str, object]:
    tiers: dict[str, list[object]] = {}
    for row in sorted(county.pool_tiers, key=lambda tier: tier.tier):
        tiers.setdefault(row.pool_id, []).extend(_cells(row)[1:])
    return {pool: tuple(cells) for pool, cells in tiers.items()}


def _cells(row: Record | Pool) -> tuple[object, ...]:
    return tuple(str(value) if isinstance(value, str) else value for value in dict(row).values())


def _unmatched(region: RegionCase) -> Iterator[Finding]:
    """Sales to a county of the region that name an offer it does not have, or one with other terms."""
    traded = {(trade.seller, trade.sale.sale_id): trade for trade in region.trades}
    for seller, case in region.cases.items():
        for index, sale in enumerate(case.county.sales):
            if sale.org_id not in case.others.counties or sale.offer_id is None:
                continue
            where = f"{seller}, {case.county.where('sales', index, 'offer_id')}"
            trade = traded.get((seller, sale.sale_id))
            if trade is None or trade.offer.org_id != seller:
                needs = f"an offer of {seller} in the tables of {sale.org_id}"
                yield Finding(where, sale.offer_id, needs, "Correct the id, or leave it blank.")
            elif (trade.offer.price_usd_per_year, trade.offer.lead_time_months) != _terms(sale):
                found = f"{sale.price_usd_per_year} USD a year, lead_time_months {sale.lead_time_months}"
                needs = f"{trade.offer.price_usd_per_year} and {trade.offer.lead_time_months}, as the offer says"
                yield Finding(where, found, needs, "Let the sale and the offer agree.")


def _terms(sale: Sale) -> tuple[float | None, float]:
    return sale.price_usd_per_year, sale.lead_time_months


def _unsought(region: RegionCase) -> Iterator[Finding]:
    for name, case in region.cases.items():
        if case.settings.equity.objective is EquityObjective.WORST_OFF:
            needs = "least_cost, as several counties are planned together"
            yield Finding(
                f"{name}, equity.objective", "worst_off", needs, "Ask for floors instead, or county by county."
            )
