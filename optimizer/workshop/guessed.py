"""Prices that nobody gave: the offers whose price is an estimate, and what the plan would look like at others.

A price is taken to be between `low` and `high` times its estimate, its 10th and 90th percentile, with weights of 0.3,
0.4 and 0.3 for low, estimate and high (extended Swanson-Megill; Keefer and Bodily 1983). 0.8 and 1.2 are those
percentiles of a normal distribution of 15 %, an assumption after Bel, Fageda and Warner 2010. Only the price changes;
other terms that were estimated with it stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.ask import program_of
from optimizer.errors import Refused
from optimizer.options.admissible import reasons_against
from optimizer.options.candidates import all_candidates, codes_of
from optimizer.options.money import present_parts
from optimizer.options.options import take
from optimizer.plan.choices import Choices
from optimizer.plan.selection import choices_of, point_of
from optimizer.program.rows import Codes, Floats
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked
from optimizer.why.price_terms import Own

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
    """The estimated prices of a case, and its best plan at others; every search is made once."""

    def __init__(self, asked: Asked, low: float = LOW, high: float = HIGH) -> None:
        self.asked, self.case, self.low, self.high = asked, asked.case, low, high
        self.choices = choices_of(asked.program, asked.x)
        self.searches = 0
        offers = self.case.county.frame("offers")
        orgs, pools = self.case.county.frame("organizations")["org_id"], self.case.county.frame("pools")
        hosts = np.array([*pools["host_org_id"], None], dtype=object)
        host = hosts[codes_of(offers["pool_id"], pools["pool_id"])]
        provider = np.where(offers["org_id"].notna(), offers["org_id"], host)
        self.org: Codes = codes_of(provider, orgs)
        """Row of the organization behind each offer; -1: the county itself [offers]."""
        estimated = offers["estimated"].map(lambda names: "price_usd_per_year" in names).to_numpy(dtype=bool)
        self.rows: Codes = np.flatnonzero(estimated & (offers["price_usd_per_year"] > 0).to_numpy() & (self.org >= 0))
        """Rows of the offers whose price is an estimate."""

    @property
    def taken(self) -> Codes:
        """Those of them that the plan in question takes."""
        held = [offer for offer, _ in Own(self.rows).taken(self.asked.program, self.asked.x)]
        return np.array(sorted(set(held)), dtype=np.int64)

    def case_at(self, rows: Codes, times: float) -> Case:
        """The case with some prices at a multiple of their estimates."""
        changed = set(rows.tolist())
        offers = tuple(
            row.model_copy(update={"price_usd_per_year": round(float(row.price_usd_per_year or 0.0) * times, 2)})
            if place in changed
            else row
            for place, row in enumerate(self.case.county.offers)
        )
        return replace(self.case, county=self.case.county.with_tables(offers=offers))

    def ask(self, rows: Codes, times: float) -> Asking:
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

    def carried_out_usd_per_year(self, rows: Codes, times: float) -> float:
        """What the plan in question, carried out as it is, costs more with these prices at a multiple."""
        return self._dearer_usd(self.case_at(rows, times), rows) / self.asked.annuity

    def _dearer_usd(self, case: Case, rows: Codes) -> float:
        """What the plan in question costs more in another case, where only prices of these offers differ [present]."""
        keys = Own(rows).taken(self.asked.program, self.asked.x)
        return sum(self._own_usd(case, keys)) - sum(self._own_usd(self.case, keys)) if keys else 0.0

    def _own_usd(self, case: Case, keys: Sequence[tuple[int, int]]) -> list[float]:
        everything = all_candidates(case)
        wanted = set(keys)
        pairs = zip(everything.offer.tolist(), everything.start.tolist(), strict=True)
        chosen = np.array([place for place, pair in enumerate(pairs) if pair in wanted], dtype=np.int64)
        cents = present_parts(take(everything, chosen).terms, case.settings).sum(axis=1)
        return [float(one) / 100.0 for one in cents]

    def turns_usd(self) -> Floats:
        """By how much a decision could turn by itself with each price, the plan being kept else [offers, USD a year].

        Of an offer that the plan does not take, at its low price, against what the plan does with the service; of one
        that it takes, at its high price, against the cheapest other way of that service. 0 or less: it stays as it is.
        """
        taken, turns = self.taken, np.full(len(self.case.county.offers), -np.inf)
        low = self._cheapest(self.case_at(self.rows, self.low))
        turns[self.rows] = self._in_plan_usd()[self.rows] - low[self.rows]
        high = self._cheapest(self.case_at(taken, self.high), admissible=False)
        turns[taken] = high[taken] - self._other_ways_usd()[taken]
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

    def _in_plan_usd(self) -> Floats:
        """Present cost of what the plan in question does with the service of each offer [offers]."""
        program = self.asked.program
        chosen = np.flatnonzero(self.asked.x[program.layout.chosen] > 0.5)
        usd = np.zeros(len(self.case.county.services))
        usd[program.options.candidates.service[chosen]] = program.options.cost_cents[chosen] / 100.0
        return usd[self._service()]

    def _other_ways_usd(self) -> Floats:
        """Present cost of the cheapest admissible option of each offer's service besides itself [offers]."""
        held, usd = self.asked.program.options.candidates, self.asked.program.options.cost_cents / 100.0
        least = np.full(len(self.case.county.offers), np.inf)
        for offer in self.taken.tolist():
            others = (held.service == self._service()[offer]) & (held.offer != offer)
            least[offer] = usd[others].min(initial=np.inf)
        return least

    def _service(self) -> Codes:
        offers, services = self.case.county.frame("offers"), self.case.county.frame("services")
        return codes_of(offers["service_id"], services["service_id"])
