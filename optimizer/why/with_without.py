"""The best plan with something against the best plan without it, at a number that the tables are changed to.

Both costs are intervals, [bound, cost]. It is in the plan where the cost with it is at most the bound without it, and a
cent; it is not where the bound with it is more than the cost without it; anything else is open.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.errors import Refused
from optimizer.options.dead_locks import refuse_dead_locks
from optimizer.options.options import Options, build_options
from optimizer.plan.spare import short_of_staff, staff_it_takes
from optimizer.program.program import CountyProgram, build_program
from optimizer.program.rows import RowBuilder, at_least
from optimizer.report.words import ended_words
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked
from optimizer.why.condition import conditions_of
from optimizer.why.conflict import Feasibility, Undecided, minimal_conflict
from optimizer.why.forced import kept_out
from optimizer.why.price_terms import Own, OwnCost
from optimizer.why.turning import Grid, Stands

GAP_USD = 0.005
"""Gap of the searches [USD, present]: costs are whole cents."""
TIE_USD = 0.01
"""With it and without it the plan costs the same within this [USD, present]."""

CHEAPER_WITHOUT = "the plan costs less without it"
NO_PLAN = "no plan has it"
DEAD_LOCK = "a lock could not be kept"
TIED = "the costs with it and without it are within a cent"


@dataclass(frozen=True)
class Answer:
    """What the searches say at one number."""

    stands: Stands
    why: str
    """What stands against it, or why it is not decided; an empty text where it is in."""
    program: CountyProgram | None = None
    """With the tables at this number; None: it is left out there."""
    found: Outcome | None = None
    """The best plan with it; None: it is left out there."""
    without: Outcome | None = None

    @property
    def dearer_usd(self) -> float:
        """What the plan with it costs more than the one without it, as found [USD, present]; NaN where one is not."""
        if self.found is None or self.without is None or self.found.cost_usd is None or self.without.cost_usd is None:
            return math.nan
        return self.found.cost_usd - self.without.cost_usd


class Compared:
    """Answers at the numbers asked about; each is searched once."""

    def __init__(self, asked: Asked, own: Own, case_at: Callable[[float], Case], now: float) -> None:
        self.asked, self.own, self.case_at, self.now = asked, own, case_at, now
        self.answers: dict[float, Answer] = {}
        self.is_in = bool(own.taken(asked.program, asked.x))
        self._without: dict[tuple[bytes, ...], Outcome] = {}

    def stands(self, number: float) -> Stands:
        """What is told at a number: what the plan in question has now is in the plan at the number of now."""
        return Stands.IN if self.is_in and number == self.now else self.answer(number).stands

    def answer(self, number: float) -> Answer:
        """With it against without it, whatever the plan in question has."""
        if number not in self.answers:
            self.answers[number] = self._answer(number)
        return self.answers[number]

    def _answer(self, number: float) -> Answer:
        options = self.asked.program.options if number == self.now else build_options(self.case_at(number))
        if not len(self.own.rows(options)):
            return Answer(Stands.IMPOSSIBLE, self._left_out(options))
        try:
            program = self.asked.program if number == self.now else _program(self.case_at(number), options)
        except Refused:
            return Answer(Stands.IMPOSSIBLE, DEAD_LOCK)
        found = self._searched(self._forced(program))
        without = self._best_without(program)
        stands = stands_of(found, without)
        return Answer(stands, _why(stands, found, without), program, found, without)

    def _forced(self, program: CountyProgram) -> CountyProgram:
        """The program of the plans that have it."""
        own = self.own.columns(program)
        return program.with_rows(RowBuilder("forced", "1", {}, *at_least(1.0)).add(0, own, 1.0).rows())

    def _best_without(self, program: CountyProgram) -> Outcome:
        """It knows the terms asked about only as far as they decide what else is admissible (of linked services)."""
        held = program.options.candidates
        others = np.ones(len(held), dtype=bool)
        if not self.own.sold:
            others[self.own.rows(program.options)] = False
        key = held.service[others].tobytes(), held.offer[others].tobytes(), held.start[others].tobytes()
        if key not in self._without:
            self._without[key] = self._searched(kept_out(program, self.own.columns(program)))
        return self._without[key]

    def _searched(self, program: CountyProgram) -> Outcome:
        return self.asked.again(program, gap_usd=GAP_USD, gap_share=None)

    def _left_out(self, options: Options) -> str:
        table, key = ("sales", "sale_id") if self.own.sold else ("offers", "offer_id")
        ids = self.asked.case.county.frame(table)[key].to_numpy(dtype=object)[self.own.codes]
        reasons = options.left_out.loc[options.left_out["offer_id"].isin(ids), "reason"].unique()
        return ", ".join(map(str, reasons))

    def against(self, number: float | None) -> str:
        """What stands against it at a number; where no plan has it, which conditions together stand in the way.

        That nobody can be spared for a sale is told as such: where the tables are silent on that, no condition says it.
        """
        if number is None:
            return ""
        answer = self.answer(number)
        if answer.program is None or answer.why != NO_PLAN:
            return answer.why
        if short := self._short_of_staff():
            return f"{NO_PLAN}, as it {short}"
        forced = self._forced(answer.program)
        try:
            conditions = conditions_of(forced)
            numbers = minimal_conflict(Feasibility(forced, conditions)) or []
        except Undecided as error:
            return f"{NO_PLAN}; what stands in the way was not decided {ended_words([error.stopped])}"
        return NO_PLAN + (f" that keeps {'; '.join(conditions[at].text for at in numbers)}" if numbers else "")

    def _short_of_staff(self) -> str:
        """What the sales take, if each takes more than its department can spare in any year; otherwise nothing."""
        county = self.asked.case.county
        sales = [county.sales[code] for code in self.own.codes.tolist()] if self.own.sold else []
        short = all(short_of_staff(county, sale) for sale in sales)
        return ", ".join(staff_it_takes(county, sale) for sale in sales) if short else ""

    def other_is_cheaper(self) -> float:
        """What the other decision costs less than the plan in question at the number of now [USD/year]; NaN: more."""
        answer, best = self.answer(self.now), self.asked.best.cost_usd
        other = answer.without if self.is_in else answer.found
        if other is None or other.cost_usd is None or best is None or other.cost_usd > best + TIE_USD / 2:
            return math.nan
        return max(0.0, best - other.cost_usd) / self.asked.annuity

    def foretold(self, own_cost: OwnCost, grid: Grid, number: float) -> float | None:
        """The last number at which the answer at another says that it is in, were its plan kept as it is.

        Where there is no plan with it, the last at which it is admissible.
        """
        answer = self.answer(number)
        if answer.program is None or answer.found is None or answer.found.x is None or math.isnan(answer.dearer_usd):
            return grid.last(lambda other: own_cost(other, ()) < math.inf)
        taken = self.own.taken(answer.program, answer.found.x)
        worth = own_cost(number, taken) - answer.dearer_usd + TIE_USD
        return grid.last(lambda other: own_cost(other, taken) <= worth)


def _program(case: Case, options: Options) -> CountyProgram:
    refuse_dead_locks(case, options)
    return build_program(case, options)


def stands_of(found: Outcome, without: Outcome) -> Stands:
    """What two searches prove of the plan with something and the plan without it."""
    (least, most), (least_without, most_without) = _interval(found), _interval(without)
    if least == math.inf:
        return Stands.IMPOSSIBLE
    if least > most_without:
        return Stands.OUT
    return Stands.IN if most < math.inf and most <= least_without + TIE_USD else Stands.OPEN


def _interval(outcome: Outcome) -> tuple[float, float]:
    if outcome.stopped is Stopped.INFEASIBLE:
        return math.inf, math.inf
    least = -math.inf if outcome.bound_usd is None else outcome.bound_usd
    return least, math.inf if outcome.cost_usd is None else outcome.cost_usd


def _why(stands: Stands, found: Outcome, without: Outcome) -> str:
    if stands is not Stands.OPEN:
        return {Stands.IN: "", Stands.OUT: CHEAPER_WITHOUT, Stands.IMPOSSIBLE: NO_PLAN}[stands]
    stopped = next((one.stopped for one in (found, without) if one.stopped is not Stopped.PROVED), None)
    return TIED if stopped is None else f"the search was stopped early: {stopped}"
