"""Every plan of a small case: all ways to combine offers, start years and sales, signed and opened in any year of use.

An agreement or a pool that nothing uses only costs money or breaks a rule, so that no best plan needs one; one that
begins before its first use may keep a limit by year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from optimizer.county.records import Offer
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify import left_out, sales_left_out
from optimizer.scenario.scenario import Case

Moves = Mapping[str, tuple[Offer, int] | None]
"""Service to the offer it takes and the year in which the move starts; None: kept."""


def every_plan(case: Case) -> Iterator[Choices]:
    """Every plan whose options and sales are not left out."""
    unsold = sales_left_out(case)
    for moves in every_combination(case):
        taken = {service: move for service, move in moves.items() if move is not None}
        for agreements, pools, sales in product(
            _agreements(case, list(taken.values())), _pools(case, list(taken.values())), _sales(case, {*taken}, unsold)
        ):
            yield Choices(
                offers={service: None if move is None else move[0].offer_id for service, move in moves.items()},
                starts={service: year for service, (_, year) in taken.items()},
                agreements=agreements,
                pools=pools,
                sales=sales,
            )


def every_combination(case: Case) -> Iterator[Moves]:
    """Every combination of options that are not left out, one for each service."""
    closed, years = left_out(case), range(1, case.settings.horizon.start_years + 1)
    services = [service.service_id for service in case.county.services]
    ways: list[list[tuple[Offer, int] | None]] = [
        [None] if (service, None, None) not in closed else [] for service in services
    ]
    for offer in case.county.offers:
        open_years = [year for year in years if (offer.service_id, offer.offer_id, year) not in closed]
        ways[services.index(offer.service_id)] += [(offer, year) for year in open_years]
    for taken in product(*ways):
        yield dict(zip(services, taken, strict=True))


def _agreements(case: Case, moves: list[tuple[Offer, int]]) -> list[dict[str, int]]:
    hosts = {pool.pool_id: pool.host_org_id for pool in case.county.pools}
    needed = [(offer.org_id if offer.pool_id is None else hosts[offer.pool_id], year) for offer, year in moves]
    first = {org: min(year for other, year in needed if other == org) for org, _ in needed if org is not None}
    return [dict(zip(first, years, strict=True)) for years in product(*(range(1, year + 1) for year in first.values()))]


def _pools(case: Case, moves: list[tuple[Offer, int]]) -> list[dict[str, Opened]]:
    joined = {offer.pool_id for offer, _ in moves if offer.pool_id is not None}
    ways = []
    for pool_id in sorted(joined):
        first = min(year for offer, year in moves if offer.pool_id == pool_id)
        tiers = [tier.tier for tier in case.county.pool_tiers if tier.pool_id == pool_id]
        last = case.settings.horizon.start_years
        ways.append(
            [
                Opened(start, running)
                for start in range(1, first + 1)
                for running in (product(tiers, repeat=last - start + 1) if tiers else [(None,)])
            ]
        )
    return [dict(zip(sorted(joined), running, strict=True)) for running in product(*ways)]


def _sales(case: Case, moved: set[str], unsold: Mapping[str, str]) -> list[dict[str, int]]:
    years = [None, *range(1, case.settings.horizon.start_years + 1)]
    open_ = [sale for sale in case.county.sales if sale.sale_id not in unsold and sale.service_id not in moved]
    made = product(*([*years] for _ in open_))
    return [
        {sale.sale_id: year for sale, year in zip(open_, chosen, strict=True) if year is not None} for chosen in made
    ]
