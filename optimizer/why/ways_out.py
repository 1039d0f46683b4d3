"""Ways out of a conflict, the cheapest by a stated price first, each checked by solving the case as it would then be.

After a way, those are looked for that spare one of its conditions each (Lawler 1972, "A procedure for computing the K
best solutions"), so that every way gives up something else, or something less besides.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import count

import numpy as np

from optimizer.ask import program_of
from optimizer.counts import count_of
from optimizer.errors import Refused
from optimizer.interrupts import ctrl_c_came
from optimizer.plan.plan import Plan, plan_of
from optimizer.program.program import CountyProgram
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.engines import run_engine
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import OnStep
from optimizer.why.condition import Condition
from optimizer.why.conflict import Undecided
from optimizer.why.dials import Dial, turned
from optimizer.why.elastic import Elastic, Given

_STEPS = {"USD": 1.0, "USD/year": 1.0, "FTE": 0.01, "share": 0.0001}
"""Limits are moved by whole steps of this [unit]; others by 0.01, what counts by 1."""
ROUNDING = 1e-6
"""Of a step: what the solver's rounding may add to it."""
MOST_SEARCHES = 60
"""For what gives way: where one set after another holds a cheaper one, the search for further ones ends."""
PROVED_SHARE = 1e-5
"""Of a price: what a search may leave open before it is told."""
HARDLY_SHARE = 0.01
"""Of a price: a way that gives up one thing more to be cheaper by less is not told beside the one without."""


@dataclass(frozen=True)
class Step:
    """One condition that gives way."""

    condition: Condition
    to: float | None
    """The limit that it becomes [unit]; None: it is set aside."""
    price_usd: float
    """What that is taken to be worth, in present dollars."""

    @property
    def text(self) -> str:
        if self.to is None:
            return f"Give up: {self.condition.text}"
        return f"{self.condition.text}: {self.condition.value:,.15g} becomes {self.to:,.15g} {self.condition.unit}"


@dataclass(frozen=True)
class Way:
    """What would have to give way for a plan to exist, and the best plan that there would be."""

    steps: tuple[Step, ...]
    case: Case
    """The case as it would then be."""
    outcome: Outcome
    """Of its search."""
    plan: Plan

    @property
    def price_usd(self) -> float:
        return sum(step.price_usd for step in self.steps)


def ways_out(program: CountyProgram, elastic: Elastic, most: int, on_step: OnStep) -> tuple[list[Way], list[str]]:
    """Up to so many ways out, the cheapest first, and what is not sure of them.

    Each is solved, and left out if that finds no plan.
    """
    found, failed, doubts = list[Way](), 0, list[str]()
    for given in _given(elastic, doubts):
        on_step(f"Solving way out {len(found) + 1}")
        way = _checked(program, elastic, given)
        if way is None and ctrl_c_came():
            doubts.append(f"whether what gives way leads out was not decided: {Stopped.INTERRUPTED}")
            break
        if way is None:
            failed += 1
        else:
            found = [*(one for number, one in enumerate(found) if not number or not _says_more(one, way)), way]
        if len(found) == most:
            break
    if failed:
        are = "is" if failed == 1 else "are"
        doubts.append(f"{count_of(failed, 'further way')} out led to no plan when solved, and {are} left out")
    return sorted(found, key=lambda way: way.price_usd), doubts


def _says_more(way: Way, other: Way) -> bool:
    """Whether a way gives up what another gives up and more besides, and is hardly cheaper."""
    parts, others = ({step.condition for step in one.steps} for one in (way, other))
    return others < parts and other.price_usd <= (1.0 + HARDLY_SHARE) * way.price_usd


def _given(elastic: Elastic, doubts: list[str]) -> Iterator[Given]:
    """Sets of conditions that give way, by price, no set twice and none that holds a cheaper one.

    What a search leaves open is added to `doubts`.
    """
    number, waiting = count(), list[tuple[float, int, frozenset[int], Given]]()
    asked, told = set[frozenset[int]](), list[frozenset[int]]()

    def ask(spared: frozenset[int]) -> None:
        if spared in asked or len(asked) == MOST_SEARCHES:
            return
        asked.add(spared)
        try:
            given = elastic.cheapest(spared)
        except Undecided as error:
            doubts.append(str(error))
            return
        if given is not None:
            doubts.extend(_left_open(given))
            heapq.heappush(waiting, (given.price_usd, next(number), spared, given))

    ask(frozenset())
    while waiting:
        _, _, spared, given = heapq.heappop(waiting)
        parts = frozenset(given.amounts)
        if not any(earlier <= parts for earlier in told):
            told.append(parts)
            yield given
        for part in sorted(parts):
            ask(spared | {part})


def _left_open(given: Given) -> Iterator[str]:
    if given.price_usd - given.least_usd > max(1.0, PROVED_SHARE * given.price_usd):
        yield f"instead of a way out for ${given.price_usd:,.0f} there may be one for ${given.least_usd:,.0f} or more"


def _checked(program: CountyProgram, elastic: Elastic, given: Given) -> Way | None:
    prices = dict(zip(elastic.numbers, elastic.prices.tolist(), strict=True))
    steps = tuple(
        _step(program, elastic.conditions[number], amount, prices[number], given)
        for number, amount in sorted(given.amounts.items())
    )
    try:
        case = reduce(_taken, steps, program.case)
        changed = program_of(case)
    except Refused:  # a limit that cannot be moved so far
        return None
    outcome = run_engine("auto", changed, None, None, None)
    return Way(steps, case, outcome, plan_of(changed, outcome)) if outcome.holds_plan else None


def _step(program: CountyProgram, condition: Condition, amount: float, price: float, given: Given) -> Step:
    dial = condition.source
    if not isinstance(dial, Dial):
        return Step(condition, None, price)
    if dial.per_unit is None:
        share = _share_needed(program, dial, given)
        return Step(condition, share, price * amount)
    step = 1.0 if dial.whole else _STEPS.get(dial.unit, 0.01)
    sign = -1.0 if dial.at_least else 1.0
    steps = np.ceil((sign * dial.value + amount) / step - ROUNDING)
    to = sign * float(steps) * step
    if dial.at_least:
        to = max(0.0, to)
    to = round(to, 6)
    return Step(condition, to, price * abs(to - dial.value))


def _share_needed(program: CountyProgram, dial: Dial, given: Given) -> float:
    """The largest share of moved cost that one organization holds in the elastic plan, rounded up."""
    x = given.outcome.x
    assert x is not None
    point = x[: len(program.columns)]
    moved = float(point[program.columns["moved_cost"].first])
    over = float((program.matrix()[np.array(dial.rows)] @ point).max())
    return min(1.0, float(np.ceil((dial.value + over / max(moved, 1e-9)) * 1e4 - ROUNDING)) / 1e4)


def _taken(case: Case, step: Step) -> Case:
    """The case with one more condition given way."""
    source = step.condition.source
    if isinstance(source, Dial):
        assert step.to is not None
        return turned(case, source, step.to)
    if isinstance(source, Lock):
        return replace(case, locks=tuple(lock for lock in case.locks if lock != source))
    return replace(case, forbids=tuple(ban for ban in case.forbids if ban != source))
