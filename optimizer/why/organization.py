"""What would have to be true for a whole organization: how far its prices, or its agreement, may change before the plan
signs with it or leaves it. Bracketed as single prices are (`break_even.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from optimizer.ask import program_of
from optimizer.county.findings import nearest
from optimizer.errors import Finding, Refused
from optimizer.plan.plan import plan_of
from optimizer.plan.told import Told
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, RowBuilder, at_least
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.break_even import HIGHEST_TIMES, PARTS, SMALL_GAP_USD
from optimizer.why.dial import Cell, with_value
from optimizer.why.forced import kept_out
from optimizer.why.turning import Turning, turning_point

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
    """A row per term: term, now, the last value asked about at which it is in the plan (in_at) and the first at which
    it is not (out_at); NaN: it never is, or always."""
    services: pd.DataFrame
    """What it delivers in the plan, or would deliver were its prices just low enough: service_id, name, decision,
    gross_usd_per_year."""

    def told(self) -> Told:
        """The same for readers."""
        stands = "is in the plan" if self.in_the_plan else "is not in the plan"
        lines = [f"{self.name} ({self.org_id}) {stands}.", *map(self._line, self.terms.itertuples(index=False))]
        would = "delivers" if self.in_the_plan else "would deliver, its prices at the turning point"
        return Told(
            tuple(lines),
            {"What would have to be true": self.terms, f"What it {would}": self.services},
        )

    def _line(self, row: tuple[object, ...]) -> str:
        term, now, yes, no = str(row[0]), *(float(str(value)) for value in row[1:])
        if math.isnan(yes):
            return f"No value of {term.partition(',')[0]} that was tried brings it into the plan."
        upto = "whatever it is" if math.isnan(no) else f"up to {yes:,.10g}"
        return f"{term}: now {now:,.10g}; it is in the plan {upto}."


def organization_break_even(asked: Asked, org_id: str, on_step: OnStep = silent) -> OrganizationBreakEven:
    """What would have to be true for an organization to be in the plan, its prices and its agreement each by itself.

    Its prices are those of its own offers and of offers to pools that it hosts. Raises `Refused` for an organization
    that the county does not have.
    """
    known = [row.org_id for row in asked.case.county.organizations]
    if org_id not in known:
        near = nearest(org_id, known)
        fix = f"Did you mean {near}?" if near else "Look up its id in the organizations table."
        raise Refused([Finding("ORGANIZATION", repr(org_id), "the id of an organization of this county", fix)])
    search = _Search(asked, org_id, on_step)
    scale, services = search.turning(PRICES, 1.0)
    agreement, _ = search.turning(AGREEMENT, search.agreement_usd)
    rows = [(PRICES, 1.0, *_ends(scale)), (AGREEMENT, search.agreement_usd, *_ends(agreement))]
    name = asked.case.county.organizations[known.index(org_id)].name
    table = pd.DataFrame(rows, columns=["term", "now", "in_at", "out_at"])
    return OrganizationBreakEven(org_id, name, search.is_in, table, services)


def _ends(found: Turning) -> tuple[float, float]:
    return (math.nan if found.yes_at is None else found.yes_at, math.nan if found.no_at is None else found.no_at)


class _Search:
    """The searches for one organization."""

    def __init__(self, asked: Asked, org_id: str, on_step: OnStep) -> None:
        self.asked, self.org_id, self.on_step = asked, org_id, on_step
        own = self._columns(asked.program)
        self.is_in = bool((asked.x[own] > 0.5).any())
        self.without: Outcome = self._searched(kept_out(asked.program, own))
        row = next(row for row in asked.case.county.organizations if row.org_id == org_id)
        self.agreement_usd = float(row.agreement_usd_per_year or 0.0)
        self.hosted = {pool.pool_id for pool in asked.case.county.pools if pool.host_org_id == org_id}

    def turning(self, term: str, now: float) -> tuple[Turning, pd.DataFrame]:
        """Where a term turns, and what the organization delivers there."""
        case_at = self._scaled if term == PRICES else self._signed_for

        def misses(value: float) -> float:
            self.on_step(f"{self.org_id}: {term} at {value:,.10g}")
            return self._misses(case_at(value))

        if self.is_in:
            found = turning_point(misses, now, self._highest(term, now), STEPS[term])
            return found, self._delivered(self.asked.program, self.asked.best)
        start = next((now * part for part in PARTS if misses(now * part) <= 0), None)
        if start is None:
            return Turning(None, now), self._delivered(self.asked.program, self.asked.best)
        found = turning_point(misses, start, now, STEPS[term])
        assert found.yes_at is not None
        program = program_of(case_at(found.yes_at))
        return found, self._delivered(program, self._searched(self._forced(program)))

    def _highest(self, term: str, now: float) -> float:
        if term == PRICES:
            return HIGHEST_TIMES
        gross = self.asked.case.county.frame("services")[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]]
        return float(math.ceil(now + gross.to_numpy().sum()))

    def _misses(self, case: Case) -> float:
        program = program_of(case)
        if not len(self._columns(program)):
            return math.inf
        found = self._searched(self._forced(program))
        if found.cost_usd is None:
            return math.inf
        return -math.inf if self.without.cost_usd is None else found.cost_usd - self.without.cost_usd - SMALL_GAP_USD

    def _searched(self, program: CountyProgram) -> Outcome:
        return self.asked.again(program, gap_usd=SMALL_GAP_USD, gap_share=None)

    def _forced(self, program: CountyProgram) -> CountyProgram:
        row = RowBuilder("forced", "1", {}, *at_least(1.0)).add(0, self._columns(program), 1.0)
        return program.with_rows(row.rows())

    def _columns(self, program: CountyProgram) -> Codes:
        """Columns of the options that it delivers, as a host too."""
        layout, org = program.layout, program.options.candidates.org
        names = program.case.county.frame("organizations")["org_id"].to_numpy(dtype=object)
        own: Codes = layout.chosen[(org >= 0) & (names[org] == self.org_id)]
        return own

    def _scaled(self, times: float) -> Case:
        county = self.asked.case.county
        offers = tuple(
            row.model_copy(update={"price_usd_per_year": round(float(row.price_usd_per_year or 0.0) * times, 2)})
            if row.org_id == self.org_id or (row.pool_id is not None and row.pool_id in self.hosted)
            else row
            for row in county.offers
        )
        return replace(self.asked.case, county=county.with_tables(offers=offers))

    def _signed_for(self, usd: float) -> Case:
        place = Cell("organizations", (self.org_id,), "agreement_usd_per_year")
        return with_value(self.asked.case, place, usd)

    def _delivered(self, program: CountyProgram, outcome: Outcome) -> pd.DataFrame:
        decided = plan_of(program, outcome).decisions
        own = decided[decided["org_id"] == self.org_id]
        return own[["service_id", "name", "decision", "gross_usd_per_year"]].reset_index(drop=True)
