"""Prices that nobody gave: offers and sales whose price is an estimate, and what the plan would look like at others.

A price is taken to be between `low` and `high` times its estimate, its 10th and 90th percentile, with weights of 0.3,
0.4 and 0.3 for low, estimate and high (extended Swanson-Megill; Keefer and Bodily 1983). 0.8 and 1.2 are those
percentiles of a normal distribution of 15 %, an assumption after Bel, Fageda and Warner 2010. What a neighbour would
pay is at most what it pays today. Only the price changes; other terms that were estimated with it stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.ask import program_of
from optimizer.county.county import frame_of
from optimizer.county.records import Offer, Sale
from optimizer.errors import Refused
from optimizer.options.admissible import reasons_against
from optimizer.options.candidates import all_candidates, codes_of
from optimizer.options.money import present_parts
from optimizer.options.options import take
from optimizer.options.sales import build_sales, sales_at
from optimizer.plan.choices import Choices
from optimizer.plan.selection import choices_of, point_of
from optimizer.program.rows import Codes, Floats
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked
from optimizer.why.decided import decided
from optimizer.why.price_terms import Key, Own

LOW, HIGH = 0.8, 1.2
WEIGHT = 0.3
"""Of the low price, and of the high one."""
GAP_USD = 0.005
"""Gap of the searches [USD, present]: costs are whole cents."""


@dataclass(frozen=True)
class Asking:
    """The best plan where some prices are others than estimated."""

    outcome: Outcome | None
    """None: a lock could not be kept there."""
    choices: Choices | None
    """None: no plan is held."""
    change_usd_per_year: float
    """Of the best plan's cost, against the plan in question; NaN: no plan is held."""
    regret_usd_per_year: float
    """What the plan in question would cost more, were it carried out at these prices, than the best plan there: what it
    is worth to know. NaN: no plan is held; less than 0: the plan in question could not be carried out there."""


class Guessed:
    """The estimated prices of a case, and its best plan at others; every search is made once.

    Prices are numbered: that of the offer in row i is i, that of the sale in row j is j more than there are offers.
    """

    def __init__(self, asked: Asked, low: float = LOW, high: float = HIGH) -> None:
        self.asked, self.case, self.low, self.high = asked, asked.case, low, high
        self.choices = choices_of(asked.program, asked.x)
        self.decided = decided(self.case, self.choices)
        """What the plan in question decides [services]."""
        self.searches = 0
        offers, sales = self.case.county.frame("offers"), self.case.county.frame("sales")
        self.first_sale = len(offers)
        orgs, pools = self.case.county.frame("organizations")["org_id"], self.case.county.frame("pools")
        hosts = np.array([*pools["host_org_id"], None], dtype=object)
        host = hosts[codes_of(offers["pool_id"], pools["pool_id"])]
        provider = np.where(offers["org_id"].notna(), offers["org_id"], host)
        self.org: Codes = codes_of([*provider, *sales["org_id"]], orgs)
        """Row of the organization behind each price; -1: the county itself [prices]."""
        both = pd.concat([table[["price_usd_per_year", "estimated"]] for table in (offers, sales)], ignore_index=True)
        estimated = both["estimated"].map(lambda names: "price_usd_per_year" in names).to_numpy(dtype=bool)
        self.usd: Floats = both["price_usd_per_year"].to_numpy(dtype=np.float64)
        """Prices as they are [prices, USD a year]."""
        self.rows: Codes = np.flatnonzero(estimated & (self.usd > 0) & (self.org >= 0))
        """Numbers of those that are estimates."""
        services = self.case.county.frame("services")["service_id"]
        self.service: Codes = codes_of([*offers["service_id"], *sales["service_id"]], services)
        """Row of the service of each price [prices]."""

    @property
    def taken(self) -> Codes:
        """Those of them that the plan in question takes."""
        program, x = self.asked.program, self.asked.x
        offers, sales = (own.taken(program, x) for own in self._own(self.rows))
        held = [offer for offer, _ in offers] + [sale + self.first_sale for sale, _ in sales]
        return np.array(sorted(set(held)), dtype=np.int64)

    def sold(self, rows: Codes) -> npt.NDArray[np.bool_]:
        """Which of these are prices of sales."""
        return rows >= self.first_sale

    def welcome(self, rows: Codes) -> Floats:
        """The multiple at which each of these is best for the county: what it pays low, what it is paid high."""
        return np.where(self.sold(rows), self.high, self.low)

    def unwelcome(self, rows: Codes) -> Floats:
        """The other one."""
        return np.where(self.sold(rows), self.low, self.high)

    def usd_at(self, rows: Codes, times: Floats | float) -> Floats:
        """Prices at a multiple of their estimates; no neighbour pays more than it pays today [rows, USD a year]."""
        most = np.full(len(self.usd), np.inf)
        most[self.first_sale :] = self.case.county.frame("sales")["buyer_cost_usd_per_year"]
        # the estimate itself may be more than it pays today
        most = np.maximum(most, self.usd)
        usd: Floats = np.minimum(np.round(self.usd[rows] * times, 2), most[rows])
        return usd

    def case_at(self, rows: Codes, times: Floats | float) -> Case:
        """The case with some prices at a multiple of their estimates."""
        usd = dict(zip(rows.tolist(), self.usd_at(rows, times).tolist(), strict=True))
        county = self.case.county
        tables: dict[str, tuple[Offer | Sale, ...]] = {}
        frames: dict[str, dict[Any, Any]] = {}
        for name, first in (("offers", 0), ("sales", self.first_sale)):
            records: list[Any] = [*county.table(name)]
            changed = [row for row in usd if 0 <= row - first < len(records)]
            for row in changed:
                records[row - first] = records[row - first].model_copy(update={"price_usd_per_year": usd[row]})
            if changed:
                prices = self.usd[first : first + len(records)].copy()
                prices[np.array(changed) - first] = [usd[row] for row in changed]
                tables[name] = tuple(records)
                frames[name] = {frame_of: county.frame(name).assign(price_usd_per_year=prices)}
        return replace(self.case, county=county.with_tables(**tables).knowing(frames))

    def ask(self, rows: Codes, times: Floats | float) -> Asking:
        """Search the best plan with these prices at a multiple of their estimates."""
        self.searches += 1
        case, best = self.case_at(rows, times), self.asked.best.cost_usd
        assert best is not None
        try:
            program = program_of(case)
        except Refused:
            return Asking(None, None, np.nan, np.nan)
        start = point_of(program, self.choices)
        outcome = self.asked.again(program, start, gap_usd=GAP_USD, gap_share=None)
        if outcome.x is None or outcome.cost_usd is None:
            return Asking(outcome, None, np.nan, np.nan)
        carried_out = best + self._dearer_usd(case, rows)
        change, regret = outcome.cost_usd - best, carried_out - outcome.cost_usd
        years = self.asked.annuity
        return Asking(outcome, choices_of(program, outcome.x), change / years, regret / years)

    def nothing_turns(self) -> Asking:
        """What is found without a search where only offers outside the plan are dearer: the plan in question."""
        return Asking(self.asked.best, self.choices, 0.0, 0.0)

    def carried_out_usd_per_year(self, rows: Codes, times: Floats | float) -> float:
        """What the plan in question, carried out as it is, costs more with these prices at a multiple."""
        return self._dearer_usd(self.case_at(rows, times), rows) / self.asked.annuity

    def _own(self, rows: Codes) -> tuple[Own, Own]:
        """Offers, and sales."""
        sold = self.sold(rows)
        return Own(rows[~sold]), Own(rows[sold] - self.first_sale, sold=True)

    def _dearer_usd(self, case: Case, rows: Codes) -> float:
        """What the plan in question costs more in another case, where only these prices differ [present]."""
        offers, sales = (own.taken(self.asked.program, self.asked.x) for own in self._own(rows))
        if not offers and not sales:
            return 0.0
        return self._taken_usd(case, offers, sales) - self._taken_usd(self.case, offers, sales)

    def _taken_usd(self, case: Case, offers: Sequence[Key], sales: Sequence[Key]) -> float:
        """What offers and sales from their years cost by themselves [present]."""
        everything, wanted = all_candidates(case), set(offers)
        pairs = zip(everything.offer.tolist(), everything.start.tolist(), strict=True)
        chosen = np.array([place for place, pair in enumerate(pairs) if pair in wanted], dtype=np.int64)
        cents = int(present_parts(take(everything, chosen).terms, case.settings).sum())
        sale, start = (np.array([key[part] for key in sales], dtype=np.int64) for part in (0, 1))
        return (cents + int(sales_at(case, sale, start).cost_cents.sum())) / 100.0

    def turns_usd(self) -> Floats:
        """By how much a decision could turn by itself with each price, the plan being kept else [prices, USD a year].

        Of an offer that the plan does not take, at its low price, against what the plan does with the service; of one
        that it takes, at its high price, against the cheapest other way of that service. Of a sale the other way
        round, against keeping the service unsold. 0 or less: it stays as it is.
        """
        taken, turns = self.taken, np.full(len(self.usd), -np.inf)
        outside = np.setdiff1d(self.rows, taken)
        welcome = self.case_at(self.rows, self.welcome(self.rows))
        usd = np.concatenate([self._cheapest(welcome), self._of_sales(welcome)])
        turns[outside] = self._in_plan_usd()[outside] - usd[outside]
        unwelcome = self.case_at(taken, self.unwelcome(taken))
        usd = np.concatenate([self._cheapest(unwelcome, admissible=False), self._of_sales(unwelcome, admissible=False)])
        turns[taken] = usd[taken] - self._other_ways_usd()[taken]
        return turns / self.asked.annuity

    def _cheapest(self, case: Case, *, admissible: bool = True) -> Floats:
        """Present cost of each offer in its cheapest start year, or in its cheapest that is admissible [offers]."""
        everything = all_candidates(case)
        present = present_parts(everything.terms, case.settings)
        held = everything.offer >= 0
        if admissible:
            held &= reasons_against(case, everything, present) == ""
        least = np.full(len(case.county.offers), np.inf)
        np.minimum.at(least, everything.offer[held], present[held].sum(axis=1) / 100.0)
        return least

    def _of_sales(self, case: Case, *, admissible: bool = True) -> Floats:
        """Present cost of keeping and selling each sale's service, likewise [sales]."""
        count, starts = len(case.county.sales), case.settings.horizon.start_years
        every = np.tile(np.arange(count), starts)
        sales = build_sales(case)[0] if admissible else sales_at(case, every, np.repeat(np.arange(starts), count))
        least = np.full(count, np.inf)
        np.minimum.at(least, sales.sale, sales.cost_cents / 100.0)
        return least + self._kept_usd()[self.service[self.first_sale :]]

    def _kept_usd(self) -> Floats:
        """Present cost of keeping each service [services]."""
        usd: Floats = self.asked.program.options.keep_cents / 100.0
        return usd

    def _in_plan_usd(self) -> Floats:
        """Present cost of what the plan in question does with each price's service, without selling it [prices]."""
        program = self.asked.program
        chosen = np.flatnonzero(self.asked.x[program.layout.chosen] > 0.5)
        usd = np.zeros(len(self.case.county.services))
        usd[program.options.candidates.service[chosen]] = program.options.cost_cents[chosen] / 100.0
        return usd[self.service]

    def _other_ways_usd(self) -> Floats:
        """Present cost of the cheapest admissible option of each taken price's service besides itself [prices]."""
        held, usd = self.asked.program.options.candidates, self.asked.program.options.cost_cents / 100.0
        least = np.full(len(self.usd), np.inf)
        for row in self.taken.tolist():
            others = (held.service == self.service[row]) & (held.offer != row)
            least[row] = usd[others].min(initial=np.inf)
        return least
