"""What offers and sales cost by themselves at other terms: it foretells where a price turns, without a search.

Of a plan that keeps all its decisions only their own present cost (docs/model.md, section 3) changes with a price, and
whether they are still admissible (section 4).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from optimizer.county.terms import LinkKind
from optimizer.options.admissible import reasons_against
from optimizer.options.candidates import all_candidates
from optimizer.options.money import present_parts
from optimizer.options.options import Options, take
from optimizer.options.sales import build_sales
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, Floats
from optimizer.scenario.scenario import Case

Key = tuple[int, int]
"""Row of the offers (or sales) table, and start year from 0."""
OwnCost = Callable[[float, Sequence[Key]], float]
"""Present cost of what a plan takes of them, at a number [USD]; infinite where it is not admissible, and, asked of
nothing taken, where none of them is."""


@dataclass(frozen=True)
class Own:
    """The offers, or the sales, whose terms are asked about."""

    codes: Codes
    """Their rows in the offers table, or in the sales table."""
    sold: bool = False

    def rows(self, options: Options) -> Codes:
        """Which of the options, or sales, are theirs."""
        return np.flatnonzero(np.isin(options.sales.sale if self.sold else options.candidates.offer, self.codes))

    def columns(self, program: CountyProgram) -> Codes:
        """Their columns."""
        held = program.columns["sell"].columns if self.sold else program.layout.chosen
        own: Codes = held[self.rows(program.options)]
        return own

    def taken(self, program: CountyProgram, x: Floats) -> list[Key]:
        """Which of them a point [columns] takes, and from when."""
        options, rows = program.options, self.rows(program.options)
        rows = rows[x[self.columns(program)] > 0.5]
        if self.sold:
            return list(zip(options.sales.sale[rows].tolist(), options.sales.terms.start[rows].tolist(), strict=True))
        held = options.candidates
        return list(zip(held.offer[rows].tolist(), held.start[rows].tolist(), strict=True))


def offer_costs(case: Case, offers: Codes, prices_at: Callable[[float], Floats], *, dropped: bool) -> OwnCost:
    """Of offers, whose prices [offers, USD/year] at a number are given.

    `dropped`: a service that is dearer, or no longer admissible, with its offer is kept instead (at least one of many
    must be taken). Only what can have a say in their hurdle is looked at: their services, and all that are linked.
    """
    everything = all_candidates(case)
    members = case.county.frame("link_services")
    links = case.county.frame("links")
    together = links.loc[links["kind"] == str(LinkKind.TOGETHER), "link_id"]
    linked = members.loc[members["link_id"].isin(together), "service_id"]
    concerned = case.county.frame("services")["service_id"].isin(linked).to_numpy(dtype=bool, copy=True)
    concerned[everything.service[np.isin(everything.offer, offers)]] = True
    few = take(everything, np.flatnonzero((everything.offer < 0) | concerned[everything.service]))
    place = np.full(len(case.county.offers) + 1, -1)
    place[offers] = np.arange(len(offers))
    own = np.flatnonzero(place[few.offer] >= 0)
    keys = list(zip(few.offer[own].tolist(), few.start[own].tolist(), strict=True))

    kept = present_parts(few.terms, case.settings).sum(axis=1)[few.service[own]] / 100.0

    @cache
    def terms(number: float) -> Mapping[Key, float]:
        price = few.terms.price.copy()
        price[own] = prices_at(number)[place[few.offer[own]]]
        asked = replace(few, terms=replace(few.terms, price=price))
        present = present_parts(asked.terms, case.settings)
        open_ = reasons_against(case, asked, present)[own] == ""
        usd = present[own].sum(axis=1) / 100.0
        if dropped and open_.any():
            usd, open_ = np.where(open_, np.minimum(usd, kept), kept), np.ones(len(own), dtype=bool)
        return {key: one for key, one, admissible in zip(keys, usd.tolist(), open_.tolist(), strict=True) if admissible}

    return lambda number, taken: _sum(terms(number), taken)


def sale_cost(case_at: Callable[[float], Case], sale: int) -> OwnCost:
    """Of one sale, from the tables with its price at a number."""

    @cache
    def terms(number: float) -> Mapping[Key, float]:
        sales = build_sales(case_at(number))[0]
        rows = np.flatnonzero(sales.sale == sale)
        usd = sales.cost_cents[rows] / 100.0
        return {(sale, start): one for start, one in zip(sales.terms.start[rows].tolist(), usd.tolist(), strict=True)}

    return lambda number, taken: _sum(terms(number), taken)


def _sum(usd: Mapping[Key, float], taken: Sequence[Key]) -> float:
    return sum(usd.get(key, math.inf) for key in taken) if usd else math.inf
