"""Break-even: the price at which a decision turns.

A decision is in the best plan where the best plan with it costs no more than the best plan without it. What is told was
searched at that price, from the changed tables on, because a price also decides admission, payback, use of a capacity
in dollars and minimum volumes; that its own cost grows evenly with it only foretells where to ask.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from optimizer.ask import options_of, row_of_service
from optimizer.county.findings import nearest
from optimizer.county.terms import Decision
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ended_together
from optimizer.plan.told import Told
from optimizer.report.words import exact_usd
from optimizer.scenario.scenario import Case
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.break_even_words import sentence
from optimizer.why.decided import provider_names
from optimizer.why.dial import Cell, with_value
from optimizer.why.limit_screen import refuse_other_aims
from optimizer.why.price_terms import Own, OwnCost, offer_costs, sale_cost
from optimizer.why.turning import Ends, Grid, Stands, turning_point
from optimizer.why.with_without import Compared

PRICE_STEP_USD = 1.0
"""Prices are bracketed to this [USD a year]."""
HIGHEST_TIMES = 4.0
"""Prices are looked at up to this many times the service's gross cost or the price of now, whichever is more."""
PARTS = (0.75, 0.5, 0.25)
"""Of the price of now: where an offer is tried that no plan has at no price at all (a minimum volume)."""

COLUMNS = (
    "decision", "provider", "row_id", "price_usd_per_year", "estimated", "in_the_plan", "in_at_usd_per_year",
    "out_at_usd_per_year", "ends", "out_because", "asked_from_usd_per_year", "asked_to_usd_per_year",
    "other_is_cheaper_usd_per_year",
)  # fmt: skip


@dataclass(frozen=True)
class BreakEven:
    """At which price each offer and sale of a service enters or leaves the plan."""

    service_id: str
    name: str
    prices: pd.DataFrame
    """A row per offer and sale: decision, provider, row_id, price_usd_per_year now, whether it is estimated, whether it
    is in_the_plan now; in_at_usd_per_year, the last price at which it is proved to be in the plan, and
    out_at_usd_per_year, the first beyond it at which it is proved not to be (NaN: none was proved); ends, what that
    says (`turning.Ends`); what stands against it at the second; between which prices it was looked for (asked_from_,
    asked_to_); other_is_cheaper_usd_per_year: 0 or more where the plan with the other decision, at the price of now,
    costs that much less than the plan in question or as little (NaN: it costs more)."""

    def told(self) -> Told:
        """The same for readers."""
        lines = [sentence(row) for row in self.prices.to_dict("records")]
        if not lines:
            lines = [f"{self.name} ({self.service_id}) has no offer and no sale whose price could change."]
        shown = self.prices[list(COLUMNS[:9])]
        return Told(tuple(lines), {f"Break-even prices of {self.name} ({self.service_id})": shown})


@ended_together()
def break_even(asked: Asked, service_id: str, row_id: str | None = None, on_step: OnStep = silent) -> BreakEven:
    """Break-even prices of a service's offers and sales, or of the one named.

    A price is taken never to make an offer more wanted as it rises (a sale: as it falls). A minimum volume may break
    that, as a dearer offer helps to fill it; then the bracket holds where it was asked, and there may be another.
    Raises `Refused` for services and offers that the county does not have, and where something else than cost is
    sought first.
    """
    refuse_other_aims(asked.case)
    service = row_of_service(asked.case, service_id)
    rows = [_row(asked, priced, on_step) for priced in _priced(asked, service, service_id, row_id)]
    name = asked.case.county.services[service].name
    return BreakEven(service_id, name, pd.DataFrame(rows, columns=list(COLUMNS)))


@dataclass(frozen=True)
class _Priced:
    """An offer or a sale that has a price.

    Numbers grow as it is less wanted: prices, and of sales prices with their sign turned.
    """

    case: Case
    decision: str
    provider: str
    row_id: str
    price: float
    estimated: bool
    service: int
    """Row of its service."""

    @property
    def sells(self) -> bool:
        return self.decision == str(Decision.INSOURCE)

    @cached_property
    def number(self) -> int:
        """Its row in the offers or sales table."""
        table, key = ("sales", "sale_id") if self.sells else ("offers", "offer_id")
        return int(np.flatnonzero(self.case.county.frame(table)[key] == self.row_id)[0])

    def case_at(self, number: float) -> Case:
        """The case with its price at a number."""
        table = "sales" if self.sells else "offers"
        return with_value(self.case, Cell(table, (self.row_id,), "price_usd_per_year"), abs(number))

    def own_cost(self) -> OwnCost:
        """What it costs by itself at a number."""
        if self.sells:
            return sale_cost(self.case_at, self.number)
        return offer_costs(self.case, np.array([self.number]), lambda number: np.array([number]), dropped=False)

    def grid(self) -> Grid:
        """No buyer pays more than it pays today."""
        if self.sells:
            buyer = float(self.case.county.sales[self.number].buyer_cost_usd_per_year)
            return Grid(-buyer, -self.price, 0.0, PRICE_STEP_USD)
        service = self.case.county.services[self.service]
        gross = service.personnel_usd + service.nonpersonnel_usd + service.overhead_usd
        high = float(math.ceil(HIGHEST_TIMES * max(gross, self.price, 1.0)))
        return Grid(0.0, self.price, high, PRICE_STEP_USD, tuple(float(round(self.price * part)) for part in PARTS))


def _priced(asked: Asked, service: int, service_id: str, row_id: str | None) -> list[_Priced]:
    county, table = asked.case.county, options_of(asked.case, service_id)
    price = {row.offer_id: row.price_usd_per_year for row in county.offers}
    price |= {row.sale_id: row.price_usd_per_year for row in county.sales}
    names = provider_names(asked.case)
    first = table[table["offer_id"] != ""].drop_duplicates("offer_id")
    first = first[first["decision"] != str(Decision.EXIT)]
    found = [
        _Priced(
            asked.case, str(row.decision), names.get(str(row.provider), str(row.provider)), str(row.offer_id),
            float(price[str(row.offer_id)] or 0.0), "price_usd_per_year" in str(row.estimated), service,
        )
        for row in first.itertuples()
    ]  # fmt: skip
    if row_id is None:
        return found
    named = [one for one in found if one.row_id == row_id]
    if not named:
        known = [one.row_id for one in found]
        near = nearest(row_id, known)
        fix = f"Did you mean {near}?" if near else f"It has {', '.join(known) or 'none'}."
        raise Refused([Finding("--offer", repr(row_id), f"an offer or a sale of {service_id}", fix)])
    return named


def _row(asked: Asked, priced: _Priced, on_step: OnStep) -> tuple[Any, ...]:
    """The table's row."""
    grid, own_cost = priced.grid(), priced.own_cost()
    compared = Compared(asked, Own(np.array([priced.number]), priced.sells), priced.case_at, grid.now)

    def ask(number: float) -> Stands:
        on_step(f"{priced.row_id}: asking at {exact_usd(abs(number))} a year")
        return compared.stands(number)

    found = turning_point(ask, lambda number: compared.foretold(own_cost, grid, number), grid)
    yes, no = (math.nan if end is None else abs(end) for end in (found.yes_at, found.no_at))
    said = (priced.decision, priced.provider, priced.row_id, priced.price, priced.estimated, compared.is_in)
    because = compared.against(found.no_at if found.ends is not Ends.OPEN else grid.now)
    ends = sorted((abs(grid.low), abs(grid.high)))
    return (*said, yes, no, str(found.ends), because, *ends, compared.other_is_cheaper())
