"""Why one service is decided as it is: what every other choice would cost the whole plan, and what moves with it.

A choice is forced and the program searched again, so that its cost is that of the best plan which has it: what it takes
from others (capacity, staff, one-time money) is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.ask import options_of, row_of_service
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.told import Told
from optimizer.program.rows import Floats
from optimizer.report.words import exact_usd
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.dials import dials_of
from optimizer.why.forced import Choice, choices_of_service, forced

ITSELF = "in the plan"
TIE_USD_PER_YEAR = 0.005
_MOVES = ["decision", "provider", "start_year"]


@dataclass(frozen=True)
class ServiceAnswer:
    """What could be done with one service, and what each would cost the whole plan."""

    service_id: str
    name: str
    choices: pd.DataFrame
    """A row per admissible choice, the plan's own first, then the cheapest: decision, provider, row_id (offer or sale),
    status, and what the whole plan would cost more with it (usd_per_year, least_ and most_)."""
    options: pd.DataFrame
    """Every option with its money and people, and why some are left out, as `options.option_table` has it."""
    presses: pd.DataFrame
    """Limits that bind in the plan and that the choice, or the next best one, takes from: limit, used, of, unit,
    choice_takes, next_takes."""
    others: pd.DataFrame
    """Other services that are decided otherwise where the next best choice is forced: service_id, name, in_the_plan,
    then, usd_per_year more."""

    def told(self) -> Told:
        """The same for readers."""
        columns = ["decision", "provider", "start_year", "yearly_equivalent_usd", "transition_usd", "fte_displaced"]
        return Told(
            tuple(self._lines()),
            {
                "What each choice would cost the whole plan more": self.choices,
                "Its options by themselves, and why some are left out": self.options[
                    [*columns, "lowest_coverage", "estimated", "left_out"]
                ],
                "Limits that bind and that it takes from": self.presses,
                "Other services that move with it, were the next best choice forced": self.others,
            },
        )

    def _lines(self) -> list[str]:
        own, rest = self.choices.iloc[0], self.choices.iloc[1:]
        lines = [f"{self.name} ({self.service_id}): the plan says {_said(own)}."]
        possible = rest[rest["usd_per_year"].notna()]
        if possible.empty:
            return [*lines, "Nothing else is possible under these rules."]
        best = possible.iloc[0]
        more = float(best["usd_per_year"])
        if more < TIE_USD_PER_YEAR:
            return [*lines, f"The next best choice, {_said(best)}, costs the whole plan just as much."]
        ends = [float(best[f"{end}_usd_per_year"]) for end in ("least", "most")]
        between = f" (between {exact_usd(ends[0])} and {exact_usd(ends[1])})" if ends[1] - ends[0] >= 1.0 else ""
        proved = "" if ends[0] > 0 else "; that it is dearer is not proved"
        cost = f"{exact_usd(more)} a year more{between}{proved}"
        lines.append(f"The next best choice, {_said(best)}, would cost the whole plan {cost}.")
        if len(self.others):
            lines.append(f"{len(self.others)} other service(s) would then be decided otherwise.")
        return lines


def why_service(asked: Asked, service_id: str, on_step: OnStep = silent) -> ServiceAnswer:
    """Why a service is decided as it is. Raises `Refused` if the county has no such service."""
    service = row_of_service(asked.case, service_id)
    options = options_of(asked.case, service_id)
    searched = []
    for choice in choices_of_service(asked.program, service):
        on_step(f"Forcing {choice.decision} {choice.row_id}".rstrip())
        searched.append((choice, _forced(asked, choice)))
    table = _choice_table(asked, options, searched)
    possible = [pair for pair in searched if pair[1] is not asked.best and pair[1].x is not None]
    nearest = min(possible, key=lambda pair: pair[1].cost_usd or np.inf, default=None)
    own = next(choice for choice, outcome in searched if outcome is asked.best)
    on_step("Comparing with the next best choice")
    plan = asked.plan
    return ServiceAnswer(
        service_id,
        asked.case.county.services[service].name,
        table,
        options,
        _presses(asked, plan, own, None if nearest is None else nearest[0]),
        _others(plan, service_id, None if nearest is None else plan_of(asked.program, nearest[1])),
    )


def _forced(asked: Asked, choice: Choice) -> Outcome:
    return asked.best if choice.taken_at(asked.x) else asked.again(forced(asked.program, choice))


def _choice_table(asked: Asked, options: pd.DataFrame, searched: list[tuple[Choice, Outcome]]) -> pd.DataFrame:
    provider = dict(zip(options["offer_id"], options["provider"], strict=True))
    rows = []
    for choice, outcome in searched:
        said = (str(choice.decision), provider.get(choice.row_id, ""), choice.row_id)
        rows.append((*said, _status(asked, outcome), *_dearer(asked, outcome)))
    amounts = ["usd_per_year", "least_usd_per_year", "most_usd_per_year"]
    table = pd.DataFrame(rows, columns=["decision", "provider", "row_id", "status", *amounts])
    first = (table["status"] != ITSELF).astype(int)
    order = table.assign(first=first).sort_values(["first", "usd_per_year"], kind="stable", na_position="last")
    return order.drop(columns="first").reset_index(drop=True)


def _status(asked: Asked, outcome: Outcome) -> str:
    if outcome is asked.best:
        return ITSELF
    if outcome.x is None:
        return str(outcome.stopped)
    return "possible" if outcome.stopped is Stopped.PROVED else f"possible, {outcome.stopped}"


def _dearer(asked: Asked, outcome: Outcome) -> tuple[float, float, float]:
    """As found, at least and at most [USD a year]; NaN where there is no plan."""
    if outcome is asked.best:
        return 0.0, 0.0, 0.0
    dearer = None if outcome.x is None else asked.dearer(outcome)
    if dearer is None:
        return np.nan, np.nan, np.nan
    return dearer.usd_per_year, dearer.least_usd_per_year, dearer.most_usd_per_year


def _presses(asked: Asked, plan: Plan, own: Choice, other: Choice | None) -> pd.DataFrame:
    binding = plan.limits[plan.limits["binds"]]
    used = {(row.rule, row.subject): row for row in binding.itertuples()}
    matrix = asked.program.matrix()
    rows = []
    for dial in dials_of(asked.program):
        subjects = [subject for subject in dial.subjects if (dial.rule, subject) in used]
        if subjects and dial.rows:
            part = abs(matrix[list(dial.rows)])
            takes = [0.0 if one is None else _most(part[:, one.columns].toarray()) for one in (own, other)]
            if any(takes):
                limit = used[dial.rule, subjects[0]]
                rows.append((dial.text, limit.used, limit.limit, limit.unit, *takes))
    return pd.DataFrame(rows, columns=["limit", "used", "of", "unit", "choice_takes", "next_takes"])


def _most(entries: Floats) -> float:
    return float(entries.max(initial=0.0))


def _others(plan: Plan, service_id: str, other: Plan | None) -> pd.DataFrame:
    columns = ["service_id", "name", "in_the_plan", "then", "usd_per_year"]
    if other is None:
        return pd.DataFrame(columns=columns)
    both = plan.decisions.merge(other.decisions, on="service_id", suffixes=("", "_then"))
    unlike = (both[_MOVES] != both[[f"{name}_then" for name in _MOVES]].to_numpy()).any(axis=1)
    both = both[unlike & (both["service_id"] != service_id)]
    said = {
        name: [_decided(*cells) for cells in both[[f"{column}{end}" for column in _MOVES]].itertuples(index=False)]
        for name, end in (("in_the_plan", ""), ("then", "_then"))
    }
    more = both["plan_usd_per_year_then"] - both["plan_usd_per_year"]
    table = both[["service_id", "name"]].assign(**said, usd_per_year=more)
    return table.sort_values("usd_per_year", key=abs, ascending=False, kind="stable", ignore_index=True)[columns]


def _decided(decision: str, provider: str, start_year: int) -> str:
    by = f" with {provider}" if provider else ""
    return f"{decision}{by}" + (f" from year {start_year}" if provider and start_year > 1 else "")


def _said(row: pd.Series) -> str:
    return f"{row['decision']} with {row['provider']}" if row["provider"] else str(row["decision"])
