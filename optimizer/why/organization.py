"""What would have to be true for a whole organization: how far its prices, or its agreement, may change before the plan
signs with it or leaves it, and what its capacities keep it from. Bracketed as single prices are (`break_even.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimizer.county.findings import nearest
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ended_together
from optimizer.options.money import discounts, from_start, growth_factors
from optimizer.options.shared import escalation_of_orgs
from optimizer.plan.plan import plan_of
from optimizer.plan.told import Told
from optimizer.program.rows import Codes
from optimizer.scenario.scenario import Case
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.break_even import HIGHEST_TIMES, PARTS
from optimizer.why.dial import Cell, with_value
from optimizer.why.limit_screen import refuse_other_aims
from optimizer.why.organization_capacity import CapacityAnswer, capacity_answer
from optimizer.why.organization_words import agreement_line, capacity_lines, prices_line
from optimizer.why.price_terms import Own, OwnCost, offer_costs
from optimizer.why.turning import Ends, Grid, Stands, Turning, turning_point
from optimizer.why.with_without import Compared

PRICES, AGREEMENT = "all its prices, times", "its agreement, dollars a year"
STEPS = {PRICES: 0.001, AGREEMENT: 1.0}
"""Brackets are closed to this."""


@dataclass(frozen=True)
class OrganizationBreakEven:
    """What would have to be true for an organization."""

    org_id: str
    name: str
    in_the_plan: bool
    terms: pd.DataFrame
    """A row per term: term, now, in_at, the last value at which it is proved to be in the plan, and out_at, the first
    beyond it at which it is proved not to be (NaN: none was proved); ends, what that says (`turning.Ends`);
    out_because; asked_to, the highest value asked about; in_the_plan and other_is_cheaper_usd_per_year as in
    `BreakEven.prices`."""
    services: pd.DataFrame
    """What it delivers in the plan, or would deliver were its prices just low enough: service_id, name, decision,
    gross_usd_per_year."""
    capacity: CapacityAnswer

    def told(self) -> Told:
        """The same for readers."""
        stands = "is in the plan" if self.in_the_plan else "is not in the plan"
        prices, agreement = self.terms.to_dict("records")
        lines = (
            f"{self.name} ({self.org_id}) {stands}.",
            prices_line(prices),
            agreement_line(agreement),
            *capacity_lines(self.capacity, in_the_plan=self.in_the_plan),
        )
        would = "delivers" if self.in_the_plan else "would deliver, its prices at the turning point"
        return Told(
            lines,
            {
                "What would have to be true": self.terms,
                f"What it {would}": self.services,
                "Its capacities, and what it would use without them": self.capacity.limits,
                "What else it would deliver without them": self.capacity.services,
            },
        )


@ended_together()
def organization_break_even(asked: Asked, org_id: str, on_step: OnStep = silent) -> OrganizationBreakEven:
    """What would have to be true for an organization to be in the plan, its prices and its agreement each by itself.

    Its prices are those of its own offers and of offers to pools that it hosts. Raises `Refused` for an organization
    that the county does not have, and where something else than cost is sought first.
    """
    refuse_other_aims(asked.case)
    known = [row.org_id for row in asked.case.county.organizations]
    if org_id not in known:
        near = nearest(org_id, known)
        fix = f"Did you mean {near}?" if near else "Look up its id in the organizations table."
        raise Refused([Finding("ORGANIZATION", repr(org_id), "the id of an organization of this county", fix)])
    search = _Search(asked, known.index(org_id), on_step)
    scale, prices = search.turning(PRICES)
    agreement, signed = search.turning(AGREEMENT)
    rows = [
        (
            term,
            compared.now,
            *search.ends(found, compared),
            search.grids[term].high,
            compared.is_in,
            compared.other_is_cheaper(),
        )
        for term, found, compared in ((PRICES, scale, prices), (AGREEMENT, agreement, signed))
    ]
    columns = ["term", "now", "in_at", "out_at", "ends", "out_because", "asked_to"]
    columns += ["in_the_plan", "other_is_cheaper_usd_per_year"]
    on_step(f"{org_id}: without its capacities")
    return OrganizationBreakEven(
        org_id,
        asked.case.county.organizations[known.index(org_id)].name,
        prices.is_in,
        pd.DataFrame(rows, columns=columns),
        search.delivered(scale, prices),
        capacity_answer(asked, org_id, Own(search.offers)),
    )


class _Search:
    """The searches for one organization."""

    def __init__(self, asked: Asked, org: int, on_step: OnStep) -> None:
        self.asked, self.case, self.org, self.on_step = asked, asked.case, org, on_step
        row = self.case.county.organizations[org]
        self.org_id, usd = row.org_id, float(row.agreement_usd_per_year or 0.0)
        hosted = {pool.pool_id for pool in self.case.county.pools if pool.host_org_id == row.org_id}
        own = [one.org_id == row.org_id or one.pool_id in hosted for one in self.case.county.offers]
        self.offers: Codes = np.flatnonzero(own)
        self.prices = np.array([float(one.price_usd_per_year or 0.0) for one in self.case.county.offers])[self.offers]
        gross = self.case.county.frame("services")[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]]
        highest = float(math.ceil(usd + gross.to_numpy().sum()))
        self.grids = {
            PRICES: Grid(0.0, 1.0, HIGHEST_TIMES, STEPS[PRICES], PARTS),
            AGREEMENT: Grid(0.0, usd, highest, STEPS[AGREEMENT]),
        }

    def turning(self, term: str) -> tuple[Turning, Compared]:
        """Where a term turns, and the answers that show it."""
        grid, prices = self.grids[term], term == PRICES
        case_at: Callable[[float], Case] = self._scaled if prices else self._signed_for
        own_cost = (
            offer_costs(self.case, self.offers, self._prices_at, dropped=True) if prices else self._agreement_cost()
        )
        compared = Compared(self.asked, Own(self.offers), case_at, grid.now)

        def ask(number: float) -> Stands:
            self.on_step(f"{self.org_id}: {term} at {number:,.10g}")
            return compared.stands(number)

        return turning_point(ask, lambda number: compared.foretold(own_cost, grid, number), grid), compared

    def ends(self, found: Turning, compared: Compared) -> tuple[float, float, str, str]:
        """A bracket as the table tells it."""
        yes, no = (math.nan if end is None else end for end in (found.yes_at, found.no_at))
        because = compared.against(compared.now if found.ends is Ends.OPEN else found.no_at)
        return yes, no, str(found.ends), because

    def delivered(self, found: Turning, compared: Compared) -> pd.DataFrame:
        """What it delivers in the plan; if nothing, at the last of its prices with which it is in a plan."""
        program, outcome = self.asked.program, self.asked.best
        if not compared.is_in and found.yes_at is not None:
            answer = compared.answer(found.yes_at)
            assert answer.program is not None
            assert answer.found is not None
            program, outcome = answer.program, answer.found
        decided = plan_of(program, outcome).decisions
        own = decided[decided["org_id"] == self.org_id]
        return own[["service_id", "name", "decision", "gross_usd_per_year"]].reset_index(drop=True)

    def _prices_at(self, times: float) -> np.ndarray:
        return np.round(self.prices * times, 2)

    def _scaled(self, times: float) -> Case:
        changed = dict(zip(self.offers.tolist(), self._prices_at(times).tolist(), strict=True))
        offers = tuple(
            row.model_copy(update={"price_usd_per_year": changed[code]}) if code in changed else row
            for code, row in enumerate(self.case.county.offers)
        )
        return replace(self.case, county=self.case.county.with_tables(offers=offers))

    def _signed_for(self, usd: float) -> Case:
        return with_value(self.case, Cell("organizations", (self.org_id,), "agreement_usd_per_year"), usd)

    def _agreement_cost(self) -> OwnCost:
        """The first of its offers signs it; from that year on it costs as much more as it is dearer."""
        settings = self.case.settings
        growth = growth_factors(settings.horizon.years, escalation_of_orgs(self.case)[self.org])
        starts = np.arange(settings.horizon.start_years)
        dollar = from_start(np.tile(growth, (len(starts), 1)), starts) @ discounts(settings)
        return lambda usd, taken: usd * float(dollar[min((start for _, start in taken), default=0)])
