"""What each limit costs: how much less the best plan would cost without it or with a little more of it, and how much
more with less of it.

A looser limit allows all that a tighter one does, so that what it saves is never below 0; only where one closes options
of linked services, which must save together, may more of it cost. Every amount is an interval:
[bound, cost] of one search against [bound, cost] of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, nan
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.interrupts import ended_together
from optimizer.plan.selection import choices_of
from optimizer.plan.told import Told
from optimizer.report.words import ended_words, exact_usd
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.asked import Asked, Difference, OnStep, silent
from optimizer.why.dial import YES_NO, Dial
from optimizer.why.dials import dials_of
from optimizer.why.limit_curve import enough
from optimizer.why.limit_screen import refuse_other_aims, saves, screened, search_turned, without
from optimizer.why.limit_together import all_dropped, dearer, hidden, loosest, name_of
from optimizer.why.limit_words import amount, spread

STEP_SHARE = 0.10
"""Of dollars, shares and other units a step is this part of the limit; of counts, staff and years it is 1."""

COSTS = "costs on its own"
HIDDEN = "costs nothing alone, others hold it too"
FREE = "costs nothing"
LEFT_OPEN = "left open"

MOST_SENTENCES = 5
"""Limits that are told in a sentence each; the table has them all."""

NOTHING = Difference(0.0, 0.0, 0.0)
UNKNOWN = Difference(nan, 0.0, inf)


@dataclass(frozen=True)
class Settled:
    """What dropping one limit has shown."""

    saved: Difference
    answer: str
    enough: float = nan
    """At this value of it nothing more is saved that was found [unit of the dial]."""


@dataclass(frozen=True)
class LimitCosts:
    """What the limits of a plan cost [USD a year, as a yearly equivalent]."""

    limits: pd.DataFrame
    """A row per limit, by what dropping it saves, the most first: rule, subject, path, text, limit, unit (of `limit`),
    binds (in the plan, within 1 %), answer; `saves_*`: dropped altogether; enough_limit: from this value on nothing
    more is saved; looser_limit and `looser_saves_*`: with a step more; tighter_limit, tighter_answer and
    `tighter_costs_*`: with a step less. Every amount as found, and with _least and _most; NaN: not asked or not found,
    infinite: no end is proved."""
    together: Difference
    """What dropping all of them at once saves."""

    def told(self) -> Told:
        answer = self.limits["answer"]
        costly, held_back, left_open, rest = (self.limits[answer == kind] for kind in (COSTS, HIDDEN, LEFT_OPEN, FREE))
        lines = [
            f"Of {count_of(len(self.limits), 'limit')} {len(costly)} {'costs' if len(costly) == 1 else 'cost'} "
            f"money on {'its' if len(costly) == 1 else 'their'} own. "
            f"Without any of them the best plan would cost {spread(self.together)} a year less."
        ]
        lines += [_sentence(row) for row in pd.concat([costly, left_open]).head(MOST_SENTENCES).to_dict("records")]
        if len(held_back):
            lines.append(
                f"{len(held_back)} more would hold the plan back if others were gone, but dropping "
                f"{'it' if len(held_back) == 1 else 'any one of them'} alone saves nothing that was found: "
                f"{_first(held_back['text'])}."
            )
        if len(rest):
            most = exact_usd(rest["saves_most_usd_per_year"].max())
            others = "The other limit costs" if len(rest) == 1 else f"The other {len(rest)} cost"
            them = "it" if len(rest) == 1 else "any one of them"
            lines.append(f"{others} nothing: dropping {them} saves at most {most} a year.")
        shown = self.limits[(answer != FREE) | (self.limits["tighter_answer"] != "")]
        return Told(tuple(lines), {"What each limit costs on its own": _short(shown)})


@ended_together()
def limit_costs(asked: Asked, on_step: OnStep = silent) -> LimitCosts:
    """Drop, loosen and tighten the limits of the case, each by itself, all others staying as they are.

    Raises `Refused` where something else than cost is sought first.
    """
    refuse_other_aims(asked.case)
    dials = dials_of(asked.program)
    held = [dial for dial in dials if dial.rows]
    on_step(f"dropping {count_of(len(held), 'limit')} at once")
    found = screened(asked, held)
    settled: dict[Dial, Settled] = {}
    closing = [dial for dial in dials if dial.closes_options]
    for dial in (*found.apart, *closing):
        on_step(f"without: {dial.text}")
        settled[dial] = _dropped(asked, dial)
    free = replace(_saved(asked, found.free_dropped), usd_per_year=0.0)
    settled |= {dial: Settled(free, _saves_nothing(free)) for dial in found.free}
    settled |= {dial: Settled(NOTHING, FREE) for dial in dials if dial not in settled}
    nothing_holds = all_dropped(asked, found.all_dropped, closing, on_step)
    if dearer(found.all_dropped, nothing_holds):
        names = hidden(asked, closing, nothing_holds, on_step)
        unseen = [dial for dial, answer in settled.items() if answer.answer == FREE and name_of(dial) in names]
        settled |= {dial: replace(settled[dial], answer=HIDDEN) for dial in unseen}
    bind = _binding(asked, dials)
    rows = [_row(asked, dial, answer, on_step, binds=dial in bind) for dial, answer in settled.items()]
    limits = pd.DataFrame(rows, columns=COLUMNS)
    order = ["saves_usd_per_year", "saves_most_usd_per_year"]
    limits = limits.sort_values(order, ascending=False, kind="stable", ignore_index=True)
    return LimitCosts(limits, _saved(asked, nothing_holds))


AMOUNTS = ("", "_least", "_most")
COLUMNS = [
    *("rule", "subject", "path", "text", "limit", "unit", "binds", "answer"),
    *(f"saves{end}_usd_per_year" for end in AMOUNTS),
    "enough_limit",
    *("looser_limit", *(f"looser_saves{end}_usd_per_year" for end in AMOUNTS)),
    *("tighter_limit", "tighter_answer", *(f"tighter_costs{end}_usd_per_year" for end in AMOUNTS)),
]


def _row(asked: Asked, dial: Dial, dropped: Settled, on_step: OnStep, *, binds: bool) -> dict[str, Any]:
    answer = dropped.answer
    row: dict[str, Any] = {
        **{"rule": dial.rule, "subject": dial.subject, "path": dial.path, "text": dial.text},
        **{"limit": dial.value, "unit": dial.unit, "binds": binds, "answer": answer, "tighter_answer": ""},
        **_amounts("saves", dropped.saved),
        "enough_limit": dropped.enough,
    }
    looser, tighter = step(dial, looser=True), step(dial, looser=False)
    if answer in (COSTS, LEFT_OPEN) and looser is not None:
        on_step(f"a step more: {dial.text}")
        outcome = _turned(asked, dial, looser)
        assert outcome is not None  # what keeps the locks now keeps them then
        saved = _saved(asked, outcome, may_cost=dial.closes_options)
        row |= {"looser_limit": looser, **_amounts("looser_saves", saved)}
    if (binds or answer != FREE or dial.closes_options) and tighter is not None:
        on_step(f"a step less: {dial.text}")
        outcome = _turned(asked, dial, tighter)
        row |= {"tighter_limit": tighter, **_tighter(asked, outcome, may_save=dial.closes_options)}
    return row


def _amounts(name: str, difference: Difference) -> Mapping[str, float]:
    amounts = (difference.usd_per_year, difference.least_usd_per_year, difference.most_usd_per_year)
    return {f"{name}{end}_usd_per_year": value for end, value in zip(AMOUNTS, amounts, strict=True)}


def _dropped(asked: Asked, dial: Dial) -> Settled:
    """One limit dropped, all others as they are."""
    if dial.rows:
        outcome = asked.again(without(asked.program, [dial]), asked.x)
    else:
        found = _turned(asked, dial, loosest(dial))
        assert found is not None  # what keeps the locks now keeps them then
        outcome = found
    saved = _saved(asked, outcome, may_cost=dial.closes_options)
    if not saves(asked, outcome):
        return Settled(saved, HIDDEN if dial.rows else _saves_nothing(saved))
    return Settled(saved, COSTS if saved.least_usd_per_year > 0 else LEFT_OPEN, enough(asked, dial, outcome))


def _saves_nothing(saved: Difference) -> str:
    """The answer where no search has found that anything is saved; that nothing can be takes a bound."""
    return FREE if saved.most_usd_per_year < inf else LEFT_OPEN


def _saved(asked: Asked, outcome: Outcome, *, may_cost: bool = False) -> Difference:
    """What the plan of a looser program costs less; the best plan itself is one of its plans, unless it `may_cost`."""
    dearer = asked.dearer(outcome)
    if dearer is None or outcome.bound_usd is None:
        found = 0.0 if dearer is None else max(0.0, -dearer.usd_per_year)
        return Difference(found, -inf if may_cost else 0.0, inf)
    least = -inf if may_cost else 0.0
    return Difference(
        max(least, -dearer.usd_per_year), max(least, -dearer.most_usd_per_year), max(least, -dearer.least_usd_per_year)
    )


def _tighter(asked: Asked, outcome: Outcome | None, *, may_save: bool = False) -> Mapping[str, Any]:
    """What the plan of a tighter program costs more, or that there is none."""
    floor = -inf if may_save else 0.0
    if outcome is None or outcome.stopped is Stopped.INFEASIBLE:
        return {"tighter_answer": str(Stopped.INFEASIBLE)}
    dearer = asked.dearer(outcome)
    if dearer is None:
        return {
            "tighter_answer": f"no plan found {ended_words([outcome.stopped])}",
            **_amounts("tighter_costs", UNKNOWN),
        }
    low, high = max(floor, dearer.least_usd_per_year), max(floor, dearer.most_usd_per_year)
    if outcome.bound_usd is None:
        low = floor
    return {
        "tighter_answer": "a plan",
        **_amounts("tighter_costs", Difference(max(floor, dearer.usd_per_year), low, high)),
    }


def _turned(asked: Asked, dial: Dial, value: float) -> Outcome | None:
    """The search with a limit at another value; None: it leaves a lock no option to keep."""
    found = search_turned(asked, dial, value, choices_of(asked.program, asked.x))
    return None if found is None else found[1]


def step(dial: Dial, *, looser: bool) -> float | None:
    """The limit a step looser or tighter [unit of the dial]; None: there is no such step, or it is to drop it."""
    if dial.unit == YES_NO:
        return None
    size = 1.0 if dial.whole or dial.unit in ("FTE", "years") else STEP_SHARE * abs(dial.value)
    value = dial.value + (size if looser != dial.at_least else -size)
    value = min(max(value, dial.lowest), dial.highest)
    return None if value == dial.value else round(value, 9)


def _binding(asked: Asked, dials: Sequence[Dial]) -> set[Dial]:
    """Those of the limits that bind in the plan, as `plan.limits` says it of any of their subjects."""
    limits = asked.plan.limits
    bind = set(zip(limits.loc[limits["binds"], "rule"], limits.loc[limits["binds"], "subject"], strict=True))
    return {dial for dial in dials if any((dial.rule, subject) in bind for subject in dial.subjects)}


def _first(texts: pd.Series) -> str:
    """The first of these limits, and how many more there are."""
    more = [f"{len(texts) - MOST_SENTENCES} more"] if len(texts) > MOST_SENTENCES else []
    return "; ".join([*texts.head(MOST_SENTENCES), *more])


def _sentence(row: Mapping[Any, Any]) -> str:
    saved = _difference(row, "saves")
    text = f"{row['text']}, now {amount(row['limit'], row['unit'])}: without it {spread(saved)} a year less"
    if row["enough_limit"] == row["enough_limit"]:
        text += f" ({amount(row['enough_limit'], row['unit'])} would be enough)"
    if row["looser_limit"] == row["looser_limit"]:
        more = _difference(row, "looser_saves")
        text += f"; at {amount(row['looser_limit'], row['unit'])} {spread(more)} less"
    if row["tighter_answer"] == "a plan":
        less = _difference(row, "tighter_costs")
        text += f"; at {amount(row['tighter_limit'], row['unit'])} {spread(less)} more"
    elif row["tighter_answer"]:
        text += f"; at {amount(row['tighter_limit'], row['unit'])}: {row['tighter_answer']}"
    return f"{text}."


def _difference(row: Mapping[Any, Any], name: str) -> Difference:
    return Difference(*(row[f"{name}{end}_usd_per_year"] for end in AMOUNTS))


def _short(limits: pd.DataFrame) -> pd.DataFrame:
    """What a reader needs first; limits as texts, as their units differ."""
    units = limits["unit"]

    def shown(column: str) -> list[str]:
        return [amount(value, unit) for value, unit in zip(limits[column], units, strict=True)]

    return pd.DataFrame(
        {
            "limit": limits["text"],
            "now": shown("limit"),
            "dropping_it_saves_usd_per_year": limits["saves_usd_per_year"],
            "most_usd_per_year": limits["saves_most_usd_per_year"],
            "enough_would_be": shown("enough_limit"),
            "a_step_more": shown("looser_limit"),
            "saves_usd_per_year": limits["looser_saves_usd_per_year"],
            "a_step_less": shown("tighter_limit"),
            "costs_usd_per_year": limits["tighter_costs_usd_per_year"],
            "set": limits["path"],
        }
    ).replace(inf, nan)
