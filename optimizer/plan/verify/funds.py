"""Who pays: each fund its services and their sales, the general fund also agreements, pools and communication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import chain

from optimizer.county.once import once
from optimizer.plan.verify.book import grouped
from optimizer.plan.verify.county_money import county_flows
from optimizer.plan.verify.money import Flow, present_cents, uncertain_cents
from optimizer.plan.verify.reading import Reading


def borne(reading: Reading, fund: str) -> list[Flow]:
    """All that a fund pays and earns under a plan."""
    own = _own(reading).get(fund, [])
    return own + _shared(reading) if fund == reading.book.county.facts.general_fund else own


def all_borne(reading: Reading) -> list[Flow]:
    """All that the county pays and earns under a plan."""
    return [*chain.from_iterable((*reading.flows.values(), *reading.sale_flows.values())), *_shared(reading)]


def freed_usd_per_year(reading: Reading) -> Mapping[str, Fraction]:
    """What each fund's services would cost if all were kept, less what the fund bears; 0 if that is negative."""
    facts = reading.book.county.facts
    named = [fund.fund for fund in facts.funds] + [facts.general_fund]
    named += [service.fund for service in reading.book.county.services]
    named += [proposal.fund for proposal in reading.book.county.proposals]
    return {fund: _freed(reading, fund) for fund in dict.fromkeys(named)}


def rounding_usd_per_year(reading: Reading, paid: Iterable[Flow]) -> Fraction:
    """How far another rounding of the same numbers may change a yearly equivalent of what is paid."""
    held = list(paid)
    cents = uncertain_cents(held)
    if any(flow.part == "pool_volume_usd" for flow in held):
        cents += _pieces(reading)
    # a link's cost may be rounded apart for every year in which one of its services may start to move
    cents += reading.book.calendar.start_years * sum(flow.part == "communication_usd" for flow in held)
    return Fraction(cents, 100) / reading.book.calendar.annuity


def yearly_usd(reading: Reading, paid: Iterable[Flow]) -> Fraction:
    """The yearly equivalent of what is paid, each part of it rounded to the cent."""
    return Fraction(present_cents(paid), 100) / reading.book.calendar.annuity


def _freed(reading: Reading, fund: str) -> Fraction:
    return max(_today_usd_per_year(reading, fund) - yearly_usd(reading, borne(reading, fund)), Fraction(0))


def _today_usd_per_year(reading: Reading, fund: str) -> Fraction:
    today = reading.today
    return reading.book.of_money((_today_usd_per_year, fund), lambda: yearly_usd(today, borne(today, fund)))


@once
def _own(reading: Reading) -> Mapping[str, list[Flow]]:
    """Fund to what its services and their sales cost and earn."""
    services = [(service.fund, reading.flows[service.service_id]) for service, _ in reading.chosen]
    sales = [(service.fund, reading.sale_flows[sale.sale_id]) for sale, service, _ in reading.sold]
    return grouped((fund, flow) for fund, flows in services + sales for flow in flows)


def _shared(reading: Reading) -> list[Flow]:
    return [flow for _, flow in county_flows(reading)]


def _pieces(reading: Reading) -> int:
    """Pieces in which pools may be rounded: fixed cost by pool and by tier and year, volume by member too."""
    return sum(
        len(opened.tiers) * ((opened.tiers[0] is not None) + len(reading.members.get(pool_id, [])))
        for pool_id, opened in reading.choices.pools.items()
    )
