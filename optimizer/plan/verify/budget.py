"""money: what may be spent once, what a fund or the whole plan may cost, what revenue must stay."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from optimizer.plan.verify.book import term
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.funds import all_borne, borne, rounding_usd_per_year, yearly_usd
from optimizer.plan.verify.money import Flow
from optimizer.plan.verify.pool_parts import part_of_county
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least, at_most, by_year

_ONCE = "moving, ending and selling services and setting up pools costs once"


def transition(reading: Reading) -> Iterator[Usage]:
    """Transition of the moved services + set-up of pools and sales <= limits.transition_usd [USD]."""
    most = reading.book.settings.limits.transition_usd
    if most is not None:
        spent = sum(_spent_usd(reading).values(), Fraction(0))
        yield at_most("limits.transition_usd", "county", _ONCE.capitalize(), spent, exact(most), "USD")


def transition_by_year(reading: Reading) -> Iterator[Usage]:
    """The same by the year in which it is spent <= limits.transition_usd_by_year [USD]."""
    limits, spent = reading.book.settings.limits.transition_usd_by_year, _spent_usd(reading)
    for year, most in by_year(limits, reading.book.calendar.starts):
        who = f"In year {year} {_ONCE}"
        yield at_most("limits.transition_usd_by_year", f"{year}", who, spent[year], most, "USD")


def funds(reading: Reading) -> Iterator[Usage]:
    """Yearly equivalent of all that a fund bears <= its limit [USD/year]."""
    rule = "limits.net_cost_by_fund_usd_per_year"
    for fund, most in reading.book.settings.limits.net_cost_by_fund_usd_per_year.items():
        yield _cost(reading, rule, fund, f"{fund} costs, net of revenue,", borne(reading, fund), most)


def cost(reading: Reading) -> Iterator[Usage]:
    """The plan's yearly equivalent cost <= equity.cost_limit_usd_per_year [USD/year]."""
    most = reading.book.settings.equity.cost_limit_usd_per_year
    if most is not None:
        rule, who = "equity.cost_limit_usd_per_year", "The plan costs, net of revenue,"
        yield _cost(reading, rule, "county", who, all_borne(reading), most)


def revenue(reading: Reading) -> Iterator[Usage]:
    """Revenue of kept services + what stays of the moved ones + sales >= limits.revenue_floor_usd_per_year [USD/year].

    All of it in today's amounts, once everything has started.
    """
    least = reading.book.settings.limits.revenue_floor_usd_per_year
    if least is not None:
        amounts = [exact(service.revenue_usd) for service in reading.kept]
        amounts += [term(move.offer, "retained_revenue_usd") for move in reading.moved]
        amounts += [term(sold.sale, "price_usd_per_year") for sold in reading.sold]
        rule, who = "limits.revenue_floor_usd_per_year", "Services still bring in"
        yield at_least(rule, "county", who, sum(amounts, Fraction(0)), exact(least), "USD/year")


def _cost(reading: Reading, rule: str, subject: str, who: str, paid: list[Flow], most: float) -> Usage:
    rounding = partial(rounding_usd_per_year, reading, paid)
    return at_most(rule, subject, who, yearly_usd(reading, paid), exact(most), "USD/year", rounding)


def _spent_usd(reading: Reading) -> dict[int, Fraction]:
    """What is spent once, by the year in which it is: every year of starts is there."""
    book, spent = reading.book, dict.fromkeys(reading.book.calendar.starts, Fraction(0))
    for move in reading.moved:
        spent[move.start] += term(move.offer, "transition_usd")
    for sold in reading.sold:
        spent[sold.start] += exact(sold.sale.setup_usd)
    for pool_id, opened in reading.choices.pools.items():
        part = part_of_county(reading, pool_id, opened.start_year)
        spent[opened.start_year] += part * exact(book.pools[pool_id].setup_usd)
    return spent
