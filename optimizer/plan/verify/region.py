"""What ties the counties of a region, judged from their tables alone; all else is judged county by county."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.county.records import Offer, Sale
from optimizer.plan.choices import Choices
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.usage import Usage, Violation, at_most, refusal, violation
from optimizer.scenario.scenario import Case


def broken_ties(
    cases: Mapping[str, Case],
    choices: Mapping[str, Choices],
    costs_usd: Mapping[str, float],
    at_most_usd: Mapping[str, float],
) -> list[Violation]:
    """Trades that are half made, pools that do not run alike everywhere, and counties that pay more than they may.

    `costs_usd` is what every county's plan costs, `at_most_usd` what it may cost where that is limited.
    """
    found = [*_trades(cases, choices), *_pools(choices), *_costs(cases, costs_usd, at_most_usd)]
    return [violation(usage) for usage in found if usage.broken]


def _trades(cases: Mapping[str, Case], choices: Mapping[str, Choices]) -> Iterator[Usage]:
    """A sale is made, from some year, exactly if the offer it delivers is accepted from that year."""
    for seller, case in cases.items():
        for sale in case.county.sales:
            offer = _offer_of(cases, sale)
            if offer is None:
                continue
            bought = choices[sale.org_id]
            accepted = bought.offers[offer.service_id] == offer.offer_id
            start = bought.starts[offer.service_id] if accepted else None
            if choices[seller].sales.get(sale.sale_id) != start:
                text = f"{seller} sells {sale.sale_id} to {sale.org_id} exactly if that accepts {offer.offer_id}"
                yield refusal("trade", f"{seller} {sale.sale_id}", text)


def _offer_of(cases: Mapping[str, Case], sale: Sale) -> Offer | None:
    if sale.org_id not in cases or sale.offer_id is None:
        return None
    return next((offer for offer in cases[sale.org_id].county.offers if offer.offer_id == sale.offer_id), None)


def _pools(choices: Mapping[str, Choices]) -> Iterator[Usage]:
    """A pool opens once and runs in one tier a year, whoever is in it."""
    runs: dict[str, object] = {}
    for county, made in choices.items():
        for pool_id, run in made.pools.items():
            if runs.setdefault(pool_id, run) != run:
                yield refusal("pools", pool_id, f"pool {pool_id} runs otherwise in {county} than elsewhere")


def _costs(
    cases: Mapping[str, Case], costs_usd: Mapping[str, float], at_most_usd: Mapping[str, float]
) -> Iterator[Usage]:
    """No county pays more than its own best plan alone costs [USD].

    A cent per service may be rounding, and one for each part of what a pool costs.
    """
    for county, limit in at_most_usd.items():
        who = f"{county} pays, in present value,"
        tables = cases[county].county
        slack = exact(round(0.01 * (len(tables.services) + 3 * len(tables.pools)), 2))
        yield at_most("region.nobody_worse_off", county, who, exact(costs_usd[county]) - slack, exact(limit), "USD")
