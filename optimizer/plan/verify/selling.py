"""sales: the county sells only what it keeps, at a price that helps both sides, with staff it can spare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain

from optimizer.county.records import Sale
from optimizer.county.terms import Decision
from optimizer.plan.verify.book import Book, term
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_least, at_most, refusal
from optimizer.scenario.scenario import Case


def sellable(reading: Reading) -> Iterator[Usage]:
    """Every sale that is made against every reason to leave it out."""
    return chain.from_iterable(_against(reading.book, sold.sale) for sold in reading.sold)


def sales_left_out(case: Case) -> Mapping[str, str]:
    """Sales that may not be made at all, each with the first reason."""
    return _left_out(Book(case))


def kept_where_sold(reading: Reading) -> Iterator[Usage]:
    """A sale is made only of a service that is kept."""
    for sale, service, _ in reading.sold:
        move = reading.move(service.service_id)
        if move is not None:
            text = f"{reading.book.sale(sale)}: the county does not keep it: {reading.book.move(move.offer)}"
            yield refusal("sales", sale.sale_id, text)


def spare_staff(reading: Reading) -> Iterator[Usage]:
    """FTE of a department's sales started by a year <= its spare staff of that year [FTE]."""
    book = reading.book
    out = _left_out(book)
    selling = {book.services[sale.service_id].department: None for sale in book.county.sales if sale.sale_id not in out}
    for department in selling:
        for year in book.calendar.every_year:
            taken = [
                sale for sale, service, start in reading.sold if service.department == department and start <= year
            ]
            used = sum((exact(sale.fte) for sale in taken), Fraction(0))
            who = f"{department}, staff for what it sells in year {year}:"
            yield at_most("sales", f"{department} {year}", who, used, book.spare_fte(department, year), "FTE")


def _left_out(book: Book) -> dict[str, str]:
    reasons = {}
    for sale in book.county.sales:
        first = next((usage.rule for usage in _against(book, sale) if usage.broken), None)
        if first is not None:
            reasons[sale.sale_id] = first
    return reasons


def _against(book: Book, sale: Sale) -> Iterator[Usage]:
    """Every test of one sale, broken or not, in the order in which the first reason is given."""
    if Decision.INSOURCE not in book.settings.allowed_decisions:
        text = f"{book.sale(sale)}: the county does not consider insource"
        yield refusal("decision not considered", sale.sale_id, text)
    price, marginal, today = (
        term(sale, column) for column in ("price_usd_per_year", "marginal_usd_per_year", "buyer_cost_usd_per_year")
    )
    who = f"{book.sale(sale)}: to cover its own cost it brings in"
    yield at_least("sold below its marginal cost", sale.sale_id, who, price, marginal, "USD/year")
    who = f"{book.sale(sale)}: the buyer pays"
    yield at_most("the buyer would pay more than today", sale.sale_id, who, price, today, "USD/year")
    if sale.org_id in book.case.others.counties and sale.offer_id is None:
        text = f"{book.sale(sale)}: the buyer plans in this region too and has no offer for it"
        yield refusal("the buyer plans too and has no such offer", sale.sale_id, text)
