"""The best plan of a small region by trying every combination, each county judged by the independent verification.

Combinations are looked at from the cheapest on, as far as their options and sales tell: what agreements and pools add
is never negative, so that the search ends where even without it nothing better is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, product
from typing import Any

from optimizer.options.region import RegionCase
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify import exact_costs, sales_left_out
from optimizer.plan.verify.book import Book
from optimizer.plan.verify.reading import Move, Reading, Sold
from optimizer.plan.verify.region import broken_ties
from optimizer.scenario.scenario import Case, Others
from tests.properties.every_plan import Moves, every_combination
from tests.properties.judge import Prices, broken_rules

Regional = dict[str, Choices]
Limits = Mapping[str, float]


@dataclass(frozen=True)
class Combination:
    """Moves of every county and the sales that go with them, and what these cost without anything shared."""

    own_cents: int
    moves: Mapping[str, Moves]
    sales: Mapping[str, Mapping[str, int]]


def best_by_hand(region: RegionCase, limits_usd: Limits) -> tuple[float, Regional] | None:
    """A best lawful plan and its cost [USD]; `limits_usd` is what counties may cost at most, where that is limited."""
    best: tuple[int, Regional] | None = None
    for combination in sorted(_combinations(region), key=lambda one: one.own_cents):
        if best is not None and combination.own_cents >= best[0]:
            break
        for choices in _plans(region, combination):
            cents = _lawful_cents(region, choices, limits_usd)
            if cents is not None and (best is None or cents < best[0]):
                best = cents, choices
    return None if best is None else (best[0] / 100, best[1])


def _combinations(region: RegionCase) -> Iterator[Combination]:
    """Every combination of the counties' options; a sale that delivers an offer goes with it."""
    names, prices = list(region.cases), {name: Prices(Book(case)) for name, case in region.cases.items()}
    ways = [
        [(_cents(prices[name], moves, {}), moves) for moves in every_combination(region.cases[name])] for name in names
    ]
    for taken in product(*ways):
        moves = {name: own for name, (_, own) in zip(names, taken, strict=True)}
        for sales in _sales(region, moves):
            sold = sum(_cents(prices[name], {}, sales[name]) for name in names)
            yield Combination(sum(cents for cents, _ in taken) + sold, moves, sales)


def _cents(prices: Prices, moves: Moves, sales: Mapping[str, int]) -> int:
    """Present cost of some options and sales of a county."""
    book, cents = prices.book, 0
    for service_id, move in moves.items():
        service = book.services[service_id]
        cents += prices.option(service, None if move is None else Move(service, *move))[1]
    for sale_id, year in sales.items():
        sale = book.sales[sale_id]
        cents += prices.sale(Sold(sale, book.services[sale.service_id], year))[1]
    return cents


def _sales(region: RegionCase, moves: Mapping[str, Moves]) -> Iterator[dict[str, dict[str, int]]]:
    """What every county sells: to each other what is accepted there, to anybody else whatever it likes.

    None where an offer is accepted whose sale is left out.
    """
    made: dict[str, dict[str, int]] = {name: {} for name in region.cases}
    closed = {(name, sale) for name, case in region.cases.items() for sale in sales_left_out(case)}
    for trade in region.trades:
        move = moves[trade.buyer][trade.offer.service_id]
        if move is not None and move[0] == trade.offer:
            made[trade.seller][trade.sale.sale_id] = move[1]
    if any((name, sale_id) in closed for name, sold in made.items() for sale_id in sold):
        return
    traded = {(trade.seller, trade.sale.sale_id) for trade in region.trades}
    sales = [(name, sale.sale_id) for name, case in region.cases.items() for sale in case.county.sales]
    free = [sale for sale in sales if sale not in traded | closed]
    years = [None, *range(1, region.settings.horizon.start_years + 1)]
    for chosen in product(years, repeat=len(free)):
        found = {name: dict(sold) for name, sold in made.items()}
        for (name, sale_id), year in zip(free, chosen, strict=True):
            found[name] |= {} if year is None else {sale_id: year}
        yield found


def _choices(moves: Moves, sales: Mapping[str, int]) -> Choices:
    return Choices(
        offers={service: None if move is None else move[0].offer_id for service, move in moves.items()},
        starts={service: move[1] for service, move in moves.items() if move is not None},
        sales=dict(sales),
    )


def _plans(region: RegionCase, combination: Combination) -> Iterator[Regional]:
    """Every way to open what the moves of a combination need, each agreement signed when it is needed first."""
    signed = {name: _signed(case, combination.moves[name]) for name, case in region.cases.items()}
    for opened in _openings(region, combination.moves):
        yield {
            name: replace(
                _choices(moves, combination.sales[name]),
                agreements=signed[name],
                pools={pool: run for pool, run in opened.items() if pool in _joined(moves)},
            )
            for name, moves in combination.moves.items()
        }


def _signed(case: Case, moves: Moves) -> dict[str, int]:
    """Organization to the first year in which a county needs it."""
    hosts, signed = {pool.pool_id: pool.host_org_id for pool in case.county.pools}, {}
    for offer, year in filter(None, moves.values()):
        org = offer.org_id or hosts[str(offer.pool_id)]
        if org is not None:
            signed[org] = min(year, signed.get(org, year))
    return signed


def _openings(region: RegionCase, moves: Mapping[str, Moves]) -> Iterator[dict[str, Opened]]:
    """Every year in which the pools with members could open, and every tier that they could run in by year."""
    ways: dict[str, list[Opened]] = {}
    last = region.settings.horizon.start_years
    for pool_id in sorted(set().union(*map(_joined, moves.values()))):
        first = min(_joined(own)[pool_id] for own in moves.values() if pool_id in _joined(own))
        listed = next(
            case.county for case in region.cases.values() if any(p.pool_id == pool_id for p in case.county.pools)
        )
        tiers = [tier.tier for tier in listed.pool_tiers if tier.pool_id == pool_id]
        ways[pool_id] = [
            Opened(start, running)
            for start in range(1, first + 1)
            for running in (product(tiers, repeat=last - start + 1) if tiers else [(None,)])
        ]
    for opened in product(*ways.values()):
        yield dict(zip(ways, opened, strict=True))


def _joined(moves: Moves) -> dict[str, int]:
    """Pool to the first year in which a county joins it."""
    joined: dict[str, int] = {}
    for offer, year in filter(None, moves.values()):
        if offer.pool_id is not None:
            joined[offer.pool_id] = min(year, joined.get(offer.pool_id, year))
    return joined


def _lawful_cents(region: RegionCase, choices: Regional, limits_usd: Limits) -> int | None:
    """What a plan costs all counties; None if it breaks a rule."""
    told, costs_usd = others_by_hand(region, choices), {}
    for name, case in region.cases.items():
        reading = Reading(Book(replace(case, others=told[name])), choices[name])
        if broken_rules(reading):
            return None
        costs_usd[name] = exact_costs(reading.book.case, choices[name]).total_cents / 100
    if broken_ties(region.cases, choices, costs_usd, limits_usd):
        return None
    return round(100 * sum(costs_usd.values()))


def others_by_hand(region: RegionCase, choices: Regional) -> dict[str, Others]:
    """What each county is told of the others, move by move and year by year."""
    years, names = range(1, region.settings.horizon.years + 1), frozenset(region.cases)
    limited = {(row.org_id, row.resource) for case in region.cases.values() for row in case.county.capacities}
    brought = {name: list(_brought(case, choices[name], limited)) for name, case in region.cases.items()}
    told = {}
    for name in names:
        parts: dict[str, dict[Any, list[float]]] = {"members": {}, "volume": {}, "weight": {}, "uses": {}}
        for part, key, start, amount in chain.from_iterable(brought[other] for other in names - {name}):
            row = parts[part].setdefault(key, [0] * len(years))
            parts[part][key] = [held + amount * (year >= start) for held, year in zip(row, years, strict=True)]
        fixed: dict[str, Any] = {part: {key: tuple(row) for key, row in rows.items()} for part, rows in parts.items()}
        told[name] = Others(counties=names - {name}, **fixed)
    return told


def _brought(case: Case, choices: Choices, limited: set[tuple[str, str]]) -> Iterator[tuple[str, Any, int, float]]:
    """What every move of a county brings to a pool, or takes from an organization, and from which year on."""
    reading = Reading(Book(case), choices)
    for _, offer, start in reading.moved:
        org = reading.book.provider(offer)
        for _, resource in sorted(pair for pair in limited if pair[0] == org):
            yield "uses", (org, resource), start, float(reading.book.use(offer, resource))
        if offer.pool_id is not None:
            pool = reading.book.pools[offer.pool_id]
            volume = 0.0 if pool.resource is None else float(reading.book.use(offer, pool.resource))
            usual = "use" if pool.resource else "equal"
            weights = {"equal": 1.0, "use": volume, "population": float(case.county.facts.population)}
            yield "members", pool.pool_id, start, 1
            yield "volume", pool.pool_id, start, volume
            yield "weight", pool.pool_id, start, weights[pool.share_rule or usual]
