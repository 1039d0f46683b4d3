"""Break-even: the price at which a decision turns.

A decision is in the best plan where the best plan with it costs no more than the best plan without it. The plan without
it does not know its price; the plan with it is searched again at every price asked about, from the changed tables on,
because a price also decides admission, payback, use of a capacity in dollars and minimum volumes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.ask import options_of, program_of, row_of_service
from optimizer.county.findings import nearest
from optimizer.county.records import Decision
from optimizer.errors import Finding, Refused
from optimizer.options.options import build_options
from optimizer.plan.told import Told
from optimizer.program.program import CountyProgram
from optimizer.report.words import exact_usd
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.dial import Cell, with_value
from optimizer.why.forced import Choice, choices_of_service, forced, kept_out
from optimizer.why.turning import Turning, turning_point

PRICE_STEP_USD = 1.0
"""Prices are bracketed to this [USD a year]."""
HIGHEST_TIMES = 4.0
"""Prices are looked at up to this many times the service's gross cost or the price of now, whichever is more."""
PARTS = (0.75, 0.5, 0.25, 0.0)
"""Of the price of now: where an offer that is not in the plan is tried."""
DEARER = (1.1, 1.5, 3.0)
"""The same of sales."""
SMALL_GAP_USD = 0.01
"""Gap of the searches: small beside a step of the price."""

COLUMNS = (
    "decision", "provider", "row_id", "price_usd_per_year", "estimated", "in_the_plan", "in_at_usd_per_year",
    "out_at_usd_per_year", "out_because",
)  # fmt: skip


@dataclass(frozen=True)
class BreakEven:
    """At which price each offer and sale of a service enters or leaves the plan."""

    service_id: str
    name: str
    prices: pd.DataFrame
    """A row per offer and sale: decision, provider, row_id, price_usd_per_year now, whether it is estimated, whether it
    is in_the_plan now, the last price asked about at which it is in the plan and the first at which it is not (NaN: it
    never is, or always), and what stands against it there."""

    def told(self) -> Told:
        """The same for readers."""
        lines = [self._line(dict(zip(COLUMNS, row, strict=True))) for row in self.prices.itertuples(index=False)]
        if not lines:
            lines = [f"{self.name} ({self.service_id}) has no offer and no sale whose price could change."]
        return Told(tuple(lines), {f"Break-even prices of {self.name} ({self.service_id})": self.prices})

    def _line(self, row: dict[str, object]) -> str:
        who = f"{row['decision']} with {row['provider']}"
        price, yes, no = (float(str(row[name])) for name in COLUMNS if name.endswith("usd_per_year"))
        sells, guess = row["decision"] == str(Decision.INSOURCE), ", an estimate" if row["estimated"] else ""
        now = f"asked now: {exact_usd(price)} a year{guess}"
        if math.isnan(yes):
            return f"{who}: at no price in the plan ({row['out_because']}; {now})."
        if math.isnan(no):
            return f"{who}: in the plan at any price that was asked about ({now})."
        side = "or more" if sells else "or less"
        return f"{who}: in the plan at {exact_usd(yes)} a year {side}; {now}. Beyond that: {row['out_because']}."


def break_even(asked: Asked, service_id: str, row_id: str | None = None, on_step: OnStep = silent) -> BreakEven:
    """Break-even prices of a service's offers and sales, or of the one named.

    A price is taken never to make an offer more wanted as it rises (a sale: as it falls). A minimum volume may break
    that, as a dearer offer helps to fill it; then the bracket holds where it was asked, and there may be another.
    Raises `Refused` for services and offers that the county does not have.
    """
    service = row_of_service(asked.case, service_id)
    rows = []
    for priced in _priced(asked, service, service_id, row_id):
        on_step(f"Looking for the price of {priced.row_id}")
        rows.append(_Search(asked, priced, service).row(on_step))
    name = asked.case.county.services[service].name
    return BreakEven(service_id, name, pd.DataFrame(rows, columns=list(COLUMNS)))


@dataclass(frozen=True)
class _Priced:
    """An offer or a sale that has a price."""

    decision: str
    provider: str
    row_id: str
    price: float
    estimated: bool

    @property
    def sells(self) -> bool:
        return self.decision == str(Decision.INSOURCE)

    @property
    def place(self) -> Cell:
        """Where its price stands."""
        return Cell("sales" if self.sells else "offers", (self.row_id,), "price_usd_per_year")


def _priced(asked: Asked, service: int, service_id: str, row_id: str | None) -> list[_Priced]:
    county, table = asked.case.county, options_of(asked.case, service_id)
    price = {row.offer_id: row.price_usd_per_year for row in county.offers}
    price |= {row.sale_id: row.price_usd_per_year for row in county.sales}
    first = table[table["offer_id"] != ""].drop_duplicates("offer_id")
    first = first[first["decision"] != str(Decision.EXIT)]
    found = [
        _Priced(
            str(row.decision), str(row.provider), str(row.offer_id), float(price[str(row.offer_id)] or 0.0),
            "price_usd_per_year" in str(row.estimated),
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


class _Search:
    """The searches for one offer's or sale's price."""

    def __init__(self, asked: Asked, priced: _Priced, service: int) -> None:
        self.asked, self.priced, self.service = asked, priced, service
        self.sign = -1.0 if priced.sells else 1.0
        table = "sales" if priced.sells else "offers"
        ids = asked.case.county.frame(table)["sale_id" if priced.sells else "offer_id"]
        self.number = int(np.flatnonzero(ids == priced.row_id)[0])
        own = self._choice(asked.program)
        without = asked.program if own is None else kept_out(asked.program, own.columns)
        self.without: Outcome = asked.again(without, gap_usd=SMALL_GAP_USD, gap_share=None)

    def row(self, on_step: OnStep) -> tuple[object, ...]:
        """The table's row."""
        priced, found = self.priced, self._turning(on_step)
        own = self._choice(self.asked.program)
        yes, no = (np.nan if end is None else abs(end) for end in (found.yes_at, found.no_at))
        because = "" if found.no_at is None else self._against(abs(found.no_at))
        in_plan = own is not None and own.taken_at(self.asked.x)
        said = (priced.decision, priced.provider, priced.row_id, priced.price, priced.estimated)
        return (*said, in_plan, yes, no, because)

    def _turning(self, on_step: OnStep) -> Turning:
        """In numbers that grow as it is less wanted: prices, and of sales prices with their sign turned."""
        now, end = self.sign * self.priced.price, self._farthest()

        def misses(number: float) -> float:
            on_step(f"{self.priced.row_id}: asking at {exact_usd(abs(number))} a year")
            return self._misses(self.sign * number)

        missed = misses(now)
        start, far = (now, end) if missed <= 0 else (self._wanted(misses, now, missed), now)
        if start is None:
            return Turning(None, now)
        # whether it is admissible takes no search, and leaves a range in which the miss is a number
        open_ = turning_point(lambda number: -1.0 if self._admissible(number) else 1.0, start, far, PRICE_STEP_USD)
        last = far if open_.no_at is None else open_.yes_at
        assert last is not None
        if misses(last) <= 0:
            return Turning(last, open_.no_at)
        return turning_point(misses, start, last, PRICE_STEP_USD, self._guess(now, missed))

    def _farthest(self) -> float:
        """The number of the least wanted price that is looked at."""
        if self.priced.sells:
            return 0.0
        service = self.asked.case.county.services[self.service]
        gross = service.personnel_usd + service.nonpersonnel_usd + service.overhead_usd
        return float(math.ceil(HIGHEST_TIMES * max(gross, self.priced.price, 1.0)))

    def _wanted(self, misses: Callable[[float], float], now: float, missed: float) -> float | None:
        """A number at which it is in the plan, though it is not now; None: none was found.

        Not only the most wanted price is tried: one that pays less than a minimum volume is in no plan either.
        """
        guess = self._guess(now, missed)
        price = self.priced.price
        tried = (
            [price * (1.0 + part) for part in (0.1, 0.5, 2.0)]
            if self.priced.sells
            else [price * part for part in PARTS]
        )
        numbers = [self.sign * float(round(one)) for one in tried]
        if guess is not None and guess < now:
            numbers.insert(0, max(guess - PRICE_STEP_USD, -math.inf if self.priced.sells else 0.0))
        return next((number for number in numbers if self._admissible(number) and misses(number) <= 0), None)

    def _guess(self, now: float, missed: float) -> float | None:
        """Where it would turn were every dollar of the price a dollar of the plan's cost."""
        return float(round(now - missed / self.asked.annuity)) if math.isfinite(missed) else None

    def _admissible(self, number: float) -> bool:
        options = build_options(with_value(self.asked.case, self.priced.place, abs(number)))
        held = options.sales.sale if self.priced.sells else options.candidates.offer
        return bool((held == self.number).any())

    def _misses(self, price: float) -> float:
        """By how much the best plan with it is dearer than the best without, at this price [USD, present]."""
        program = self._program(price)
        choice = self._choice(program)
        if choice is None:
            return math.inf
        found = self.asked.again(forced(program, choice), gap_usd=SMALL_GAP_USD, gap_share=None)
        if found.cost_usd is None:
            return math.inf
        return -math.inf if self.without.cost_usd is None else found.cost_usd - self.without.cost_usd - SMALL_GAP_USD

    def _program(self, price: float) -> CountyProgram:
        return program_of(with_value(self.asked.case, self.priced.place, price))

    def _choice(self, program: CountyProgram) -> Choice | None:
        return next(
            (one for one in choices_of_service(program, self.service) if one.row_id == self.priced.row_id), None
        )

    def _against(self, price: float) -> str:
        """Why it is not in the plan at this price."""
        left_out = self._program(price).options.left_out
        reasons = left_out.loc[left_out["offer_id"] == self.priced.row_id, "reason"]
        if len(reasons):
            return str(reasons.iloc[0])
        return "the plan costs less without it" if math.isfinite(self._misses(price)) else "no plan has it"
