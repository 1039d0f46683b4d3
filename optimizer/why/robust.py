"""The cheapest plan if at most so many offers turn out dearer (Bertsimas and Sim 2004, "The price of robustness").

    minimize  cost'x + max { sum_{i in S} deviation_i(x) + (gamma - |S|) of one more : |S| <= gamma }
           =  cost'x + gamma z + sum_i p_i     s.t.   z + p_i >= sum_{o of i} deviation_o x_o,   z, p >= 0    [USD]

i runs over services, deviation_o = deviation_share x the present value of what the offer's provider is paid,
administration included. The second line is the dual of the first; gamma need not be whole. With gamma 0 it is the plan
of least cost, with gamma as large as the number of moves every price is taken to rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimizer.counts import count_of
from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.interrupts import ended_together
from optimizer.options.money import PARTS
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.selection import choices_of
from optimizer.plan.told import Told
from optimizer.program.columns import Columns, block
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats, RowBuilder, at_least
from optimizer.report.words import exact_usd
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.decided import changed
from optimizer.why.others import agreements_of

_CHARGES = [PARTS.index("price_usd"), PARTS.index("administration_usd")]
USUAL_GAMMAS = (1.0, 5.0, 10.0, 20.0, 40.0)
USUAL_DEVIATION_SHARE = 0.25
PROVED = "proved"


@dataclass(frozen=True)
class Robust:
    """Plans that guard against so many prices that go wrong."""

    deviation_share: float
    table: pd.DataFrame
    """A row per gamma: gamma, status, moved (services), agreements, usd_per_year (if all goes as offered),
    guard_usd_per_year (what that is dearer than the cheapest plan), worst_usd_per_year, the cheapest plan's
    (cheapest_worst_usd_per_year), and least_worst_usd_per_year, below which no plan's worst case is."""
    changed: pd.DataFrame
    """Services that these plans decide otherwise than the cheapest one: gamma, service_id, service, department,
    cheapest_plan, guarded_plan, budget_share."""
    plans: tuple[Plan, ...]
    """The verified plan of every gamma, in the order of the table."""

    def told(self) -> Told:
        """The same for readers."""
        first = f"Prices may rise by {self.deviation_share:.0%}; gamma is how many of them do at once."
        shown = ["gamma", "status", "moved", "guard_usd_per_year", "cheapest_worst_usd_per_year", "worst_usd_per_year"]
        rows = self.table[shown]
        lines = [_line(*row) for row in rows.itertuples(index=False)]
        tables = {"Guarding against dearer offers": self.table, "What is decided otherwise": self.changed}
        return Told((first, *lines), tables)


def _line(gamma: float, status: str, moved: int, guard: float, cheapest: float, worst: float) -> str:
    early = "" if status == PROVED else f" A better one may exist: {status}."
    go, move = "goes" if gamma == 1 else "go", "moves" if moved == 1 else "move"
    return (
        f"If {gamma:g} {go} wrong: {count_of(moved, 'service')} {move}; that costs {exact_usd(guard)} a year more than "
        f"the cheapest plan if none does, and {exact_usd(cheapest - worst)} less in its worst case.{early}"
    )


@ended_together()
def robust(
    asked: Asked,
    deviation_share: float = USUAL_DEVIATION_SHARE,
    gammas: Sequence[float] = USUAL_GAMMAS,
    on_step: OnStep = silent,
) -> Robust:
    """The robust plan for every gamma. Raises `Refused` for negative numbers, and where cost is not sought first."""
    _refuse_unsuited(asked, deviation_share, gammas)
    deviation = deviations(asked.program, deviation_share)
    rows, plans, changes = [], [], []
    cheapest = choices_of(asked.program, asked.x)
    for gamma in gammas:
        on_step(f"Guarding against {gamma:g} dearer offers")
        program = guarded(asked.program, deviation, gamma)
        outcome = asked.again(program, _start(asked, deviation, gamma))
        assert outcome.x is not None  # it starts from a plan
        plan = _plan(asked.program, outcome)
        rows.append((gamma, *_row(asked, deviation, gamma, outcome, plan)))
        plans.append(plan)
        changes.append(changed(asked.case, cheapest, choices_of(asked.program, outcome.x)).assign(gamma=gamma))
    columns = ["gamma", "status", "moved", "agreements", "usd_per_year", "guard_usd_per_year"]
    worst = ["worst_usd_per_year", "cheapest_worst_usd_per_year", "least_worst_usd_per_year"]
    named = pd.concat(changes).rename(columns={"before": "cheapest_plan", "after": "guarded_plan"})
    named = named[["gamma", *named.columns[:-1]]].reset_index(drop=True)
    return Robust(deviation_share, pd.DataFrame(rows, columns=[*columns, *worst]), named, tuple(plans))


def deviations(program: CountyProgram, share: float) -> Floats:
    """How much dearer each option may become [options, USD present]."""
    moved = program.options.candidates.moved
    charges: Floats = program.options.present_cents[:, _CHARGES].sum(axis=1) / 100.0
    return np.where(moved, np.maximum(0.0, share * charges), 0.0)


def guarded(program: CountyProgram, deviation: Floats, gamma: float) -> CountyProgram:
    """The program that minimizes the worst case; its further columns come last."""
    service = program.options.candidates.service
    exposed, row = np.unique(service[deviation > 0], return_inverse=True)
    first = len(program.columns)
    most = float(deviation.max(initial=0.0))
    worst = block("worst_price", {}, np.array([gamma]), most, integer=False, counts=False)
    above = block("price_above", {"service": exposed}, 1.0, most, integer=False, counts=False)
    blocks = (replace(worst, first=first), replace(above, first=first + 1))
    columns = Columns((*program.columns.blocks, *blocks), program.columns.offset_usd)
    family = RowBuilder("worst_case", "USD", {"service": exposed}, *at_least(np.zeros(len(exposed))))
    family.add(np.arange(len(exposed)), first, 1.0)
    family.add(np.arange(len(exposed)), first + 1 + np.arange(len(exposed)), 1.0)
    option = np.flatnonzero(deviation > 0)
    family.add(row, program.layout.chosen[option], -deviation[option])
    return replace(program, columns=columns).with_rows(family.rows())


def _start(asked: Asked, deviation: Floats, gamma: float) -> Floats:
    """The plan in question as a point of the guarded program: what is guarded against is its own worst case."""
    service, chosen = asked.program.options.candidates.service, asked.x[asked.program.layout.chosen] > 0.5
    own = np.bincount(service, np.where(chosen, deviation, 0.0))[np.unique(service[deviation > 0])]
    rank = min(len(own), int(np.floor(gamma)) + 1)
    worst = np.sort(own)[::-1][rank - 1] if rank else 0.0
    return np.concatenate([asked.x, [worst], np.maximum(0.0, own - worst)])


def worst_usd(program: CountyProgram, deviation: Floats, gamma: float, x: Floats) -> float:
    """By how much a point's cost may rise if at most gamma of its offers go wrong [USD present]."""
    taken = np.sort(deviation[x[program.layout.chosen] > 0.5])[::-1]
    share = np.clip(gamma - np.arange(len(taken)), 0.0, 1.0)
    return float(taken @ share)


def _plan(program: CountyProgram, outcome: Outcome) -> Plan:
    """The verified plan, at what it costs if all goes as offered; nothing is proved of that."""
    assert outcome.x is not None
    x = outcome.x[: len(program.columns)]
    return plan_of(program, replace(outcome, x=x, cost_usd=program.cost_usd(x), bound_usd=None))


def _row(asked: Asked, deviation: Floats, gamma: float, outcome: Outcome, plan: Plan) -> tuple[object, ...]:
    assert outcome.x is not None
    assert asked.best.cost_usd is not None
    x = outcome.x[: len(asked.program.columns)]
    cost = asked.program.cost_usd(x)
    worst = cost + worst_usd(asked.program, deviation, gamma, x)
    cheapest = asked.best.cost_usd + worst_usd(asked.program, deviation, gamma, asked.x)
    status = PROVED if outcome.stopped is Stopped.PROVED else str(outcome.stopped)
    moved = int(plan.decisions["moved"].sum())
    guard = (cost - asked.best.cost_usd) / asked.annuity
    least = np.nan if outcome.bound_usd is None else plan.per_year(outcome.bound_usd)
    told = (plan.cost_usd_per_year, guard, plan.per_year(worst), plan.per_year(cheapest), least)
    return (status, moved, agreements_of(plan), *told)


def _refuse_unsuited(asked: Asked, deviation_share: float, gammas: Sequence[float]) -> None:
    findings = []
    if deviation_share < 0:
        findings.append(Finding("--deviation", f"{deviation_share:g}", "a share of at least 0", "Write 0.25 for 25 %."))
    findings += [
        Finding("--gamma", f"{gamma:g}", "a number of at least 0", "Write how many prices go wrong.")
        for gamma in gammas
        if gamma < 0
    ]
    raise_if_any(findings)
    if asked.program.goals:
        found, fix = "a scenario that seeks something before least cost", "Ask it of a scenario that seeks least cost."
        raise Refused([Finding(asked.case.scenario.name, found, "least cost first", fix)])
