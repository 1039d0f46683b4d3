"""Why one service is decided as it is: what every other choice would cost the whole plan, and what moves with it.

A choice is forced and the program searched again, so that its cost is that of the best plan which has it: what it takes
from others (capacity, staff, one-time money) is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import pandas as pd

from optimizer.ask import options_of, row_of_service
from optimizer.counts import count_of
from optimizer.county.terms import Decision
from optimizer.interrupts import ended_together
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.spare import short_of_staff
from optimizer.plan.told import Told
from optimizer.report.words import ended_words, exact_usd, listed
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.decided import provider_names
from optimizer.why.forced import Choice, choices_of_service, forced
from optimizer.why.limit_screen import refuse_other_aims
from optimizer.why.moving import differing, least_changed, made_up_of
from optimizer.why.pressing import pressing

IN_THE_PLAN = "in the plan"
POSSIBLE = "possible"
UNDECIDED = "open: "
"""Before how the search ended."""
NOBODY_TO_SPARE = "takes more staff than its department can spare"
TIE_USD_PER_YEAR = 0.01
"""Plans that differ by less cost the same: parts of a cost are rounded to the cent."""


@dataclass(frozen=True)
class ServiceAnswer:
    """What could be done with one service, and what each would cost the whole plan."""

    service_id: str
    name: str
    choices: pd.DataFrame
    """A row per admissible choice, the plan's own first, then the cheapest: decision, provider, row_id (offer or sale),
    start_year (the best one, which the search chose; 0: kept, or in no plan), status, and what the best plan that has
    it costs more than the plan (usd_per_year as found, least_ and most_); NaN where there is none."""
    options: pd.DataFrame
    """Every option with its money and people, and why some are left out, as `options.option_table` has it."""
    presses: pd.DataFrame
    """Limits that bind in the plan and that the choice, or the next best one, counts towards: limit, used, of, unit,
    choice_takes, next_takes."""
    made_up_of: pd.DataFrame
    """What makes the next best choice dearer, by where it arises: part, usd_per_year."""
    others: pd.DataFrame
    """Other services that are decided otherwise where the next best choice is forced, as few as there can be at that
    cost: service_id, name, in_the_plan, then, usd_per_year more."""

    def told(self) -> Told:
        """The same for readers."""
        columns = ["decision", "provider", "start_year", "yearly_equivalent_usd", "transition_usd", "fte_displaced"]
        return Told(
            tuple(self._lines()),
            {
                "What each choice would cost the whole plan more": self.choices,
                "What makes the next best choice dearer": self.made_up_of,
                "Other services that would move with the next best choice": self.others,
                "Limits that bind and that it counts towards": self.presses,
                "Its options by themselves, and why some are left out": self.options[
                    [*columns, "lowest_coverage", "estimated", "left_out"]
                ],
            },
        )

    def _lines(self) -> list[str]:
        rows = self.choices.to_dict("records")
        taken = [row for row in rows if row["status"] == IN_THE_PLAN]
        lines = [f"{self.name} ({self.service_id}): the plan says {' and '.join(map(_said, taken))}."]
        possible = [row for row in rows[len(taken) :] if row["usd_per_year"] == row["usd_per_year"]]
        if possible:
            return [*lines, _next_best(possible[0]), *self._what_moves()]
        if (self.options["decision"] == str(Decision.KEEP)).all():
            return [*lines, "Nobody offers to deliver it or to buy it."]
        if {row["status"] for row in rows[len(taken) :]} <= {str(Stopped.INFEASIBLE)}:
            return [*lines, f"Nothing else is possible under these rules{self._closed()}."]
        ends = [str(row["status"]).removeprefix(UNDECIDED) for row in rows[len(taken) :]]
        open_ = [end for end in ends if end != str(Stopped.INFEASIBLE)]
        return [*lines, f"No plan with another choice was found {ended_words(open_)}."]

    def _closed(self) -> str:
        """Why the other options were left out, those with one reason together."""
        closed = self.options[self.options["left_out"] != ""].drop_duplicates(["decision", "provider", "left_out"])
        told = [
            f"{listed([_said(row | {'start_year': 1}) for row in rows.to_dict('records')])}: {reason}"
            for reason, rows in closed.groupby("left_out", sort=False)
        ]
        return f" (left out: {'; '.join(told)})" if told else ""

    def _what_moves(self) -> list[str]:
        parts = [f"{row['part']} {_more(row['usd_per_year'])}" for row in self.made_up_of.to_dict("records")]
        others = "No other service" if self.others.empty else count_of(len(self.others), "other service")
        lines = [f"That is made up of: {', '.join(parts)}."] if len(parts) > 1 else []
        return [*lines, f"{others} would have to be decided otherwise."]


@ended_together()
def why_service(asked: Asked, service_id: str, on_step: OnStep = silent) -> ServiceAnswer:
    """Why a service is decided as it is.

    Raises `Refused` if the county has no such service, and where something else than cost is sought first.
    """
    refuse_other_aims(asked.case)
    service = row_of_service(asked.case, service_id)
    searched = []
    for choice in choices_of_service(asked.program, service):
        on_step(f"forcing {choice.decision} {choice.row_id}".rstrip())
        as_it_is = choice.taken_at(asked.x)
        searched.append((choice, asked.best if as_it_is else asked.again(forced(asked.program, choice))))
    options = options_of(asked.case, service_id)
    taken = [choice for choice, outcome in searched if outcome is asked.best]
    possible = [pair for pair in searched if pair[1] is not asked.best and pair[1].x is not None]
    nearest = min(possible, key=lambda pair: pair[1].cost_usd or 0.0, default=None)
    on_step("comparing with the next best choice")
    plan, names = asked.plan, provider_names(asked.case)
    then = plan if nearest is None else _plan_with(asked, *nearest)
    return ServiceAnswer(
        service_id,
        asked.case.county.services[service].name,
        _choice_table(asked, options, searched),
        options.assign(
            provider=[names.get(provider, provider) for provider in options["provider"]],
            left_out=_also_short_of_staff(asked, options),
        ),
        pressing(asked.program, plan.limits, taken[0], None if nearest is None else nearest[0]),
        made_up_of(asked.case, plan, then, service_id),
        differing(plan, then, service_id),
    )


def _also_short_of_staff(asked: Asked, options: pd.DataFrame) -> list[str]:
    """Why options are left out, and sales that no department has the staff for, which closes them as well."""
    county = asked.case.county
    short = {sale.sale_id for sale in county.sales if short_of_staff(county, sale)}
    rows = zip(options["decision"], options["offer_id"], options["left_out"], strict=True)
    return [
        reason or (NOBODY_TO_SPARE if decision == str(Decision.INSOURCE) and row_id in short else "")
        for decision, row_id, reason in rows
    ]


def _plan_with(asked: Asked, choice: Choice, outcome: Outcome) -> Plan:
    program = forced(asked.program, choice)
    return plan_of(program, least_changed(asked, program, outcome))


def _choice_table(asked: Asked, options: pd.DataFrame, searched: Sequence[tuple[Choice, Outcome]]) -> pd.DataFrame:
    names = provider_names(asked.case)
    provider = {row: names.get(by, by) for row, by in zip(options["offer_id"], options["provider"], strict=True)}
    rows = []
    for choice, outcome in searched:
        said = str(choice.decision), provider[choice.row_id], choice.row_id, choice.start_year_at(outcome.x)
        rows.append((*said, _status(asked, outcome), *_dearer(asked, outcome)))
    amounts = ["usd_per_year", "least_usd_per_year", "most_usd_per_year"]
    table = pd.DataFrame(rows, columns=["decision", "provider", "row_id", "start_year", "status", *amounts])
    order = table.assign(last=table["status"] != IN_THE_PLAN)
    order = order.sort_values(["last", "usd_per_year"], kind="stable", na_position="last", ignore_index=True)
    return order.drop(columns="last")


def _status(asked: Asked, outcome: Outcome) -> str:
    if outcome is asked.best:
        return IN_THE_PLAN
    if outcome.x is None:
        return str(Stopped.INFEASIBLE) if outcome.stopped is Stopped.INFEASIBLE else f"{UNDECIDED}{outcome.stopped}"
    return POSSIBLE if outcome.stopped is Stopped.PROVED else f"{POSSIBLE}, {outcome.stopped}"


def _dearer(asked: Asked, outcome: Outcome) -> tuple[float, float, float]:
    """As found, at least and at most [USD a year]; NaN where there is no plan.

    A plan that has the choice cannot be better than the best plan. One that is cheaper than the plan in question, whose
    search was stopped early, is told as such.
    """
    if outcome is asked.best:
        return 0.0, 0.0, 0.0
    dearer = asked.dearer(outcome)
    if dearer is None:
        return nan, nan, nan
    found = dearer.usd_per_year
    least = min(found, 0.0) if outcome.bound_usd is None else max(dearer.least_usd_per_year, min(found, 0.0))
    return found, least, inf if asked.best.bound_usd is None else max(dearer.most_usd_per_year, found)


def _next_best(row: Mapping[Any, Any]) -> str:
    found, least, most = (float(row[f"{end}usd_per_year"]) for end in ("", "least_", "most_"))
    if found < -TIE_USD_PER_YEAR:
        return (
            f"A plan with {_said(row)} was found that costs {exact_usd(-found)} a year less: the plan in question "
            "is not the best one. Solve it again."
        )
    between = ""
    if most - least >= 1.0:
        upper = "no upper end is proved" if most == inf else f"at most {exact_usd(most)}"
        between = f" (at least {exact_usd(least)}, {upper})"
    if found < TIE_USD_PER_YEAR:
        return f"The next best choice, {_said(row)}, costs the whole plan just as much{between}."
    proved = "" if least > 0 else "; that it is dearer is not proved"
    more = f"{exact_usd(found)} a year more{between}{proved}"
    return f"The next best choice, {_said(row)}, would cost the whole plan {more}."


def _more(usd: float) -> str:
    return f"{exact_usd(abs(usd))} {'more' if usd > 0 else 'less'}"


def _said(row: Mapping[Any, Any]) -> str:
    by = f" with {row['provider']}" if row["provider"] else ""
    return f"{row['decision']}{by}" + (f" from year {row['start_year']}" if row["start_year"] > 1 else "")
