"""money: what may be spent once, what a fund may cost, what revenue must stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from optimizer.plan.verify.book import term
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.money import Flow, county_flows, flows, present_cents, uncertain_cents
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least, at_most


def transition(reading: Reading) -> Iterator[Usage]:
    """Transition of the moved services + set-up of the open pools <= limits.transition_usd [USD]."""
    most = reading.book.settings.limits.transition_usd
    if most is not None:
        moving = sum((term(offer, "transition_usd") for _, offer in reading.moved), Fraction(0))
        setup = sum((exact(reading.book.pools[pool_id].setup_usd) for pool_id in reading.choices.pools), Fraction(0))
        who = "Moving services and setting up pools costs once"
        yield at_most("limits.transition_usd", "county", who, moving + setup, exact(most), "USD")


def funds(reading: Reading) -> Iterator[Usage]:
    """Yearly equivalent of a fund's services <= its limit; the general fund also pays the county's parts [USD/year]."""
    book, rule = reading.book, "limits.net_cost_by_fund_usd_per_year"
    for fund, most in book.settings.limits.net_cost_by_fund_usd_per_year.items():
        paid = [
            flow for service, offer in reading.chosen if service.fund == fund for flow in flows(book, service, offer)
        ]
        if fund == book.county.facts.general_fund:
            paid += [flow for _, flow in county_flows(reading)]
        used = Fraction(present_cents(paid), 100) / book.calendar.annuity
        usage = at_most(rule, fund, f"{fund} costs, net of revenue,", used, exact(most), "USD/year")
        yield replace(usage, rounding_usd=_rounding_usd(reading, paid)) if usage.broken else usage


def revenue(reading: Reading) -> Iterator[Usage]:
    """Revenue of kept services + what stays of the moved ones >= limits.revenue_floor_usd_per_year [USD/year]."""
    least = reading.book.settings.limits.revenue_floor_usd_per_year
    if least is not None:
        kept = sum((exact(service.revenue_usd) for service in reading.kept), Fraction(0))
        retained = sum((term(offer, "retained_revenue_usd") for _, offer in reading.moved), Fraction(0))
        who = "Services still bring in"
        rule = "limits.revenue_floor_usd_per_year"
        yield at_least(rule, "county", who, kept + retained, exact(least), "USD/year")


def _rounding_usd(reading: Reading, paid: list[Flow]) -> Fraction:
    """How far another rounding of the same numbers may change the yearly equivalent."""
    cents = uncertain_cents(paid)
    if any(flow.part == "pool_volume_usd" for flow in paid):
        # a pool's cost may be rounded in pieces: fixed cost by pool and by tier, volume by member
        cents += sum(tier is not None for tier in reading.choices.pools.values())
        cents += sum(map(len, reading.members.values()))
    return Fraction(cents, 100) / reading.book.calendar.annuity
