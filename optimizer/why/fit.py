"""Parameters from decisions: what a county did in past years, made the best that it could do, or nearly so.

Rounds: the plan under the parameters of now; what it decides otherwise becomes a demand; the smallest change that
misses all demands least (`inverse.py`); the plan under these; and so on until nothing new is asked. Of all parameters
tried those that miss least are kept. What they miss is searched for, not foretold: the cost of going along with the
decisions beside the best plan (`taken.py`), and the dollars by which moves that were taken fail the hurdle.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import pandas as pd

from optimizer.counts import count_of
from optimizer.errors import NoPlan
from optimizer.interrupts import ctrl_c_came, ended_together
from optimizer.plan.told import Told
from optimizer.program.rows import Floats
from optimizer.report.words import exact_usd
from optimizer.scenario.scenario import Case, Lock
from optimizer.why.allowed import refuse_where_cost_is_not_alone
from optimizer.why.asked import OnStep, silent
from optimizer.why.demands import Demands
from optimizer.why.explained import decision_table
from optimizer.why.inverse import least_change, rounded
from optimizer.why.limit_words import amount
from optimizer.why.margins import margins_of
from optimizer.why.parameters import FAMILIES, Parameter, parameters_of, with_parameters
from optimizer.why.taken import Taken, taken

MOST_ROUNDS = 20
SHARES = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3)
"""Of the best change found: what else is tried where it leaves something unexplained, as demands ask for too much where
a plan would not take a move for other reasons.
"""
MET_USD = 1.0
"""Decisions that cost no more than this beside the best plan are as good as best [USD/year]."""


@dataclass(frozen=True)
class Fit:
    """Parameters under which the decisions are best, or nearly so."""

    case: Case
    """Under the parameters found."""
    parameters: pd.DataFrame
    """A row per parameter: family, path, unit, now, fitted, change_steps (a change of 1 is 5 percentage points, $5,000
    a year, or once the cost at risk), rests_on (decisions that would be missed by more without the change)."""
    decisions: pd.DataFrame
    """A row per decision: service_id, service, department, taken, planned (by the best plan under the parameters),
    answer (agrees, as good, unexplained, cannot be, not searched), why, usd_per_year (what it alone costs beside the
    best plan; NaN: no plan takes it, or it was not asked), least_usd_per_year, gross_usd_per_year."""
    rounds: pd.DataFrame
    """A row per round, the first with the parameters as they were: agree (decisions that the best plan takes),
    going_along_usd_per_year (what taking as many as can be costs beside the best plan), at_least_usd_per_year,
    below_hurdle_usd_per_year (by how much moves that were taken fail it), missed_usd_per_year (their sum)."""
    round: int
    """The one that is kept."""
    interrupted: bool = False
    """Whether Ctrl-C ended the search, so that further rounds may explain more."""

    def told(self) -> Told:
        """The same for readers."""
        first, last = self.rounds.iloc[0], self.rounds.iloc[self.round]
        changed = self.parameters[self.parameters["fitted"] != self.parameters["now"]]
        unexplained = self.decisions[~self.decisions["answer"].isin(["agrees", "as good"])]
        return Told(
            (
                f"{count_of(len(self.decisions), 'decision')}: the best plan takes {last['agree']:.0f} of them with "
                f"the parameters found, {first['agree']:.0f} as they were.",
                f"They miss by {exact_usd(last['missed_usd_per_year'])} a year, "
                f"{exact_usd(first['missed_usd_per_year'])} as they were: what going along costs beside the best plan, "
                "and what moves fail the hurdle by.",
                *(
                    _line(*row)
                    for row in changed[["path", "unit", "now", "fitted", "rests_on"]].itertuples(index=False)
                ),
                *(["No parameter needs to change."] if changed.empty and not self.interrupted else []),
                *(["The search was interrupted: other parameters may explain more."] if self.interrupted else []),
                *self._unexplained(unexplained),
            ),
            {
                "Parameters that change": changed,
                "Decisions that these parameters do not explain": unexplained,
                "What they cost, by department": _by_department(unexplained),
                "Rounds": self.rounds,
                "Every decision": self.decisions,
            },
        )

    def _unexplained(self, unexplained: pd.DataFrame) -> list[str]:
        counts = unexplained["answer"].value_counts()
        return [f"{count_of(int(number), 'decision')}: {answer}." for answer, number in counts.items()]


def _line(path: str, unit: str, now: float, fitted: float, rests_on: int) -> str:
    before, after = amount(now, unit), amount(fitted, unit)
    return f"{path}: {before} becomes {after}; without that {count_of(rests_on, 'decision')} would be missed by more."


def _by_department(unexplained: pd.DataFrame) -> pd.DataFrame:
    by = unexplained.groupby("department")["usd_per_year"].agg(["size", "sum"]).reset_index()
    named = by.set_axis(["department", "decisions", "usd_per_year"], axis=1)
    return named.sort_values("usd_per_year", ascending=False, ignore_index=True)


@dataclass(frozen=True)
class _Round:
    changes: Floats
    found: Taken
    below_usd: Floats
    """By how much each decision fails the hurdle [decisions]."""

    @property
    def missed_usd(self) -> float:
        return self.found.dearer.usd_per_year + float(self.below_usd.sum())

    def row(self) -> tuple[float, ...]:
        dearer = self.found.dearer
        least = max(0.0, dearer.least_usd_per_year)
        return (
            float(self.found.in_plan.sum()),
            dearer.usd_per_year,
            least,
            float(self.below_usd.sum()),
            self.missed_usd,
        )


ROUND_COLUMNS = (
    "agree", "going_along_usd_per_year", "at_least_usd_per_year", "below_hurdle_usd_per_year", "missed_usd_per_year",
)  # fmt: skip


@ended_together()
def fit(case: Case, past: Sequence[Lock], families: Collection[str] = FAMILIES, on_step: OnStep = silent) -> Fit:
    """The smallest change of parameters of these families under which past decisions are best, or nearly so.

    The change is the smallest for the demands of the rounds; that no other parameters do as well is not proved.
    After Ctrl-C it is the best of the rounds that were ended. Raises `Refused` for families that are none, where the
    case has no plan, and where something else than cost is sought; `KeyboardInterrupt` before the first round is ended.
    """
    refuse_where_cost_is_not_alone(case)
    parameters = parameters_of(case, families, {one.service_id for one in past})
    demands = Demands(case, past, margins_of(case, parameters))
    rounds = _rounds(case, past, parameters, demands, on_step)
    kept = min(range(len(rounds)), key=lambda number: (round(rounds[number].missed_usd), number))
    best = rounds[kept]
    decisions = decision_table(best.found, past, best.below_usd, MET_USD, on_step)
    table = pd.DataFrame([one.row() for one in rounds], columns=list(ROUND_COLUMNS))
    found = _parameter_table(parameters, best.changes, demands)
    return Fit(best.found.asked.case, found, decisions, table, kept, ctrl_c_came())


def _rounds(
    case: Case, past: Sequence[Lock], parameters: Sequence[Parameter], demands: Demands, on_step: OnStep
) -> list[_Round]:
    changes, rounds = np.zeros(len(parameters)), list[_Round]()
    steps = np.array([one.step for one in parameters])
    asked = count(1)

    def try_(changes: Floats) -> _Round | None:
        on_step(f"Round {next(asked)}: the best plan under the parameters")
        values = {one.path: one.changed_by(change) for one, change in zip(parameters, changes, strict=True) if change}
        try:
            found = taken(with_parameters(case, values), past)
        except NoPlan:
            if not ctrl_c_came():
                raise
            return None
        return None if ctrl_c_came() else _Round(changes, found, demands.below_usd(changes))

    while len(rounds) < MOST_ROUNDS:
        one = try_(changes)
        if one is None and not rounds:
            raise KeyboardInterrupt
        if one is None:
            return rounds
        rounds.append(one)
        new = demands.grow(rounds[-1].found, steps)
        if rounds[-1].missed_usd <= MET_USD:
            break
        changes = least_change(parameters, demands.of(changes))
        if not new and any(np.allclose(changes, earlier.changes) for earlier in rounds):
            break
    return [*rounds, *_of_less(try_, parameters, rounds)]


def _of_less(
    try_: Callable[[Floats], _Round | None], parameters: Sequence[Parameter], rounds: Sequence[_Round]
) -> Iterator[_Round]:
    """Rounds with a part of the best change, until one misses nothing; none where one does already."""
    tried, left_usd = [one.changes for one in rounds], min(one.missed_usd for one in rounds)
    changing = [one for one in rounds if np.any(one.changes)]
    best = min(changing or rounds, key=lambda one: one.missed_usd)
    for share in SHARES:
        changes = rounded(parameters, share * best.changes, 1)
        if left_usd > MET_USD and not any(np.allclose(changes, earlier) for earlier in tried):
            found = try_(changes)
            if found is None:
                return
            tried, left_usd = [*tried, changes], min(left_usd, found.missed_usd)
            yield found


def _parameter_table(parameters: Sequence[Parameter], changes: Floats, demands: Demands) -> pd.DataFrame:
    rows = [
        (one.family, one.path, one.unit, one.now, one.changed_by(change), abs(change) / one.step, rests)
        for one, change, rests in zip(parameters, changes, demands.rests_on(changes), strict=True)
    ]
    columns = ["family", "path", "unit", "now", "fitted", "change_steps", "rests_on"]
    return pd.DataFrame(rows, columns=columns)
