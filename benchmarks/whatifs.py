"""What-ifs on one program: searched anew, and each going on from the prices, cuts and plans of those before it.

Every what-if changes the first program a little: some capacities, the cost of some options, all prices, or a few
options that become far dearer. Both answers must agree as far as their bounds say. Times are of the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from benchmarks.instances.families import family_program
from benchmarks.solvers.trace import Limit
from optimizer.errors import SolverFailed
from optimizer.program.program import Program
from optimizer.solve import highs
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.search import search
from optimizer.solve.outcome import Outcome

TIME_LIMIT_S = 120.0


@dataclass(frozen=True)
class WhatIf:
    """One changed program, searched both ways."""

    kind: str
    anew_s: float
    recalled_s: float
    whole_s: float | None
    """By HiGHS, where it was asked."""

    @property
    def ratio(self) -> float:
        """How many times faster it was to go on."""
        return self.anew_s / self.recalled_s


def compare(size: str, count: int, gap_share: float, seed: int, whole: bool) -> list[WhatIf]:
    """So many what-ifs; with `whole`, HiGHS searches them, too.

    Raises `SolverFailed` where two answers contradict each other.
    """
    solver = Limit(TIME_LIMIT_S, gap_share).settings()
    first = family_program(size, seed)
    memory = _memory_of(search(first, solver))
    found = []
    for kind, program in _changed(first, count):
        anew, anew_s = _timed(partial(search, program, solver))
        recalled, recalled_s = _timed(partial(search, program, solver, memory=memory))
        memory = _memory_of(recalled)
        _refuse_contradiction(kind, anew, recalled)
        whole_s = None
        if whole:
            by_highs, whole_s = _timed(partial(highs.search, program, solver))
            _refuse_contradiction(kind, by_highs, recalled)
        found.append(WhatIf(kind, anew_s, recalled_s, whole_s))
    return found


def markdown(found: list[WhatIf]) -> str:
    """By kind of change: number, seconds both ways, and how many times faster in all and at the middle."""
    lines = [
        "| what changes | number | HiGHS anew | anew | going on | ratio to HiGHS | ratio | median ratio |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for kind in (*dict.fromkeys(one.kind for one in found), "all"):
        own = [one for one in found if kind in (one.kind, "all")]
        anew, again = sum(one.anew_s for one in own), sum(one.recalled_s for one in own)
        whole = sum(one.whole_s or 0.0 for one in own)
        by_highs = (f"{whole:.1f} s", f"{whole / again:.1f}") if whole else ("not asked", "")
        middle = float(np.median([one.ratio for one in own]))
        ratio = f"{anew / again:.1f} | {middle:.1f}"
        lines.append(
            f"| {kind} | {len(own)} | {by_highs[0]} | {anew:.1f} s | {again:.1f} s | {by_highs[1]} | {ratio} |"
        )
    return "\n".join(lines)


def _memory_of(outcome: Outcome) -> Memory:
    if not isinstance(outcome.memory, Memory):
        raise SolverFailed("the first search left nothing to go on from: the program is too small, or has no plan")
    return outcome.memory


def _timed(searched: Callable[[], Outcome]) -> tuple[Outcome, float]:
    began = time.process_time()
    outcome = searched()
    return outcome, time.process_time() - began


def _refuse_contradiction(kind: str, one: Outcome, other: Outcome) -> None:
    for held, told in ((one, other), (other, one)):
        if held.cost_usd is not None and told.bound_usd is not None and told.bound_usd > held.cost_usd + 1e-6:
            raise SolverFailed(f"{kind}: a bound of {told.bound_usd} where a plan costs {held.cost_usd}")


def _changed(program: Program, count: int) -> Iterator[tuple[str, Program]]:
    changes = (_capacities, _some_costs, _all_prices, _few_offers)
    for number in range(count):
        change = changes[number % len(changes)]
        yield change.__name__.strip("_").replace("_", " "), change(program, np.random.default_rng(number))


def _capacities(program: Program, random: np.random.Generator) -> Program:
    """A tenth of the rows of one family with 95 % to 110 % of their room."""
    families = list(program.families)
    roomy = [number for number, rows in enumerate(families) if (rows.upper[np.isfinite(rows.upper)] > 1.0).any()]
    number = int(random.choice(roomy))
    upper = families[number].upper.copy()
    rows = random.choice(len(upper), max(1, len(upper) // 10), replace=False)
    factor = random.uniform(0.95, 1.1, len(rows))
    upper[rows] = np.where(np.isfinite(upper[rows]), upper[rows] * factor, upper[rows])
    families[number] = replace(families[number], upper=upper)
    return replace(program, families=tuple(families))


def _some_costs(program: Program, random: np.random.Generator) -> Program:
    """One option in twenty 5 % dearer."""
    return _dearer(program, random, len(program.columns) // 20, 1.05)


def _all_prices(program: Program, random: np.random.Generator) -> Program:
    """Everything dearer by up to 5 %."""
    factor = random.uniform(1.0, 1.05)
    costs, offset = program.columns.cost_usd * factor, program.columns.offset_usd * factor
    return replace(program, columns=program.columns.with_costs(costs, offset))


def _few_offers(program: Program, random: np.random.Generator) -> Program:
    """Five options at three times their cost: as good as withdrawn."""
    return _dearer(program, random, 5, 3.0)


def _dearer(program: Program, random: np.random.Generator, count: int, factor: float) -> Program:
    costs = program.columns.cost_usd.copy()
    costs[random.choice(len(costs), count, replace=False)] *= factor
    return replace(program, columns=program.columns.with_costs(costs, program.columns.offset_usd))
