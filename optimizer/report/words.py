"""Plain words and budget-office numbers for what a search brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from optimizer.counts import all_of, count_of, part_of
from optimizer.plan.answer import RULES, Answer
from optimizer.plan.plan import Plan
from optimizer.report.sought import COST_ALONE, Sought
from optimizer.solve.outcome import Progress, Stopped

LEAST_USD = 0.5
"""A smaller sum is none: it would be shown as $0."""
MOST_EXACT = 1e15
"""From here on a number has no decimals that mean anything."""
STEADY = 9
"""Decimals beyond which two sums of the same numbers may differ by the order of adding."""


def usd(amount: float | None) -> str:
    """Dollars in the unit that a reader of a budget expects: $38.4M, $412k, $950."""
    if amount is None:
        return "-"
    sign = "-" if amount <= -LEAST_USD else ""
    one, name, decimals = usd_unit(amount)
    return f"{sign}${abs(amount) / one:,.{decimals}f}{name}"


def usd_unit(amount: float) -> tuple[float, str, int]:
    """The unit that an amount is told in: its dollars, its letter and its decimals."""
    if abs(amount) >= 999_500:
        return 1e6, "M", 2
    return (1e3, "k", 0) if abs(amount) >= 10_000 else (1.0, "", 0)


def exact_usd(amount: float | None) -> str:
    """Whole dollars with separators."""
    if amount is None:
        return "-"
    whole = round(amount)
    return f"-${-whole:,}" if whole < 0 else f"${whole:,}"


def signed_usd(amount: float) -> str:
    """A difference, with a plus where it is more."""
    return f"+{exact_usd(amount)}" if amount >= LEAST_USD else exact_usd(amount)


def decimals(number: float, digits: int = 2) -> str:
    """A number to so many decimals, halves away from 0 as a spreadsheet has them, whatever sum made it."""
    if not abs(number) < MOST_EXACT:
        return f"{number:,.{digits}f}"
    exact = Decimal(repr(round(float(number), STEADY)))
    return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


def status_sentence(answer: Answer) -> str:
    """What kind of answer this is, and how sure it is."""
    plan = answer.plan
    if plan is not None and answer.stopped is None:
        broken = len(plan.violations)
        return (
            f"Not searched: a rule decided. It breaks {count_of(broken, 'rule')}."
            if broken
            else "Not searched: a rule decided."
        )
    if plan is None:
        return no_plan_sentence(answer.stopped)
    gap = None if plan.bound_usd is None else plan.sought_usd - plan.bound_usd
    return found_sentence(answer.stopped, gap, Sought.of([plan]))


def rules_sentence(answer: Answer) -> str:
    """Under whose own rules it was searched, and what that means."""
    file = str(answer.settings[RULES]).partition(", sha256 ")[0]
    return f"Under the rules of {file}, which the verification from the tables does not test."


def no_plan_sentence(stopped: Stopped | None) -> str:
    """Why no plan is held."""
    if stopped is Stopped.INFEASIBLE:
        return "No plan exists: the rules cannot all hold at once (confirmed by a second search)."
    if stopped is Stopped.UNSEARCHED:
        return "Not searched: Ctrl-C came before. That does not mean that no plan exists."
    return f"No plan was found {ended_words([stopped])}. That does not mean that none exists."


def ended_words(stopped: Iterable[Stopped | str | None]) -> str:
    """How searches ended that did not find something, after that."""
    ends = {str(end) for end in stopped}
    if ends & {Stopped.INTERRUPTED, Stopped.UNSEARCHED}:
        return "before the search was interrupted"
    return "in the time given" if ends == {Stopped.TIME} else "before the search was stopped"


def found_sentence(stopped: Stopped | None, gap_usd: float | None, sought: Sought = COST_ALONE) -> str:
    """What is proved of the plan that is held."""
    if stopped is Stopped.PART:
        return "One county's part of the plan of a region: what is proved is proved of the region as a whole."
    gap = None if gap_usd is None else max(0.0, gap_usd)
    if stopped is Stopped.PROVED and gap is not None:
        return f"Best plan, proved: {sought.no_plan(None if gap < 0.01 else gap)}."
    if stopped in (Stopped.TIME, Stopped.INTERRUPTED):
        why = "the time was up" if stopped is Stopped.TIME else "the search was interrupted"
        early, most = f"{why} early", exact_usd(gap or 0.0)
    else:
        early = why = "the solver ended the search at a tolerance of its own"
        most = f"${gap or 0.0:,.2f}"
    if gap is None:
        return f"A lawful plan, but nothing is proved: {early}."
    better = "by" if sought.beside_cost else "cheaper by"
    return f"A good plan: {why}; a better one may exist, {better} {most} at the most."


def proof_word(answer: Answer) -> str:
    """The kind of answer in a word or two."""
    if answer.stopped is None:
        return "a rule's"
    if answer.plan is None:
        return nothing_word(answer.stopped)
    if answer.stopped is Stopped.PROVED:
        return "proved best"
    if answer.stopped is Stopped.PART:
        return "a region's"
    if answer.plan.bound_usd is None:
        return "nothing proved"
    return f"within {exact_usd(answer.plan.sought_usd - answer.plan.bound_usd)}"


def nothing_word(stopped: Stopped) -> str:
    """The kind of an answer that holds no plan."""
    return str(stopped) if stopped in (Stopped.INFEASIBLE, Stopped.UNSEARCHED) else "none found"


def proved_word(difference: Mapping[str, Any]) -> str:
    """What is proved of the difference of two costs: `yes`; `alike` where it can only be less than is told; or `no`."""
    ends = (difference["least_usd_per_year"], difference["most_usd_per_year"])
    if difference["proved"]:
        return "yes"
    alike = not difference["unlike"] and all(end is not None and abs(end) < LEAST_USD for end in ends)
    return "alike" if alike else "no"


def listed(parts: Sequence[str]) -> str:
    """Parts as a list in a sentence: `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def percent(part: float, whole: float) -> str:
    """A share of a whole; a dash where there is no whole."""
    return f"{part / whole:.1%}" if whole > 0 else "-"


def share_of(share: float | None) -> str:
    """A share that is known; a dash where there is no whole."""
    return "-" if share is None else f"{share:.1%}"


def plan_sentence(answer: Answer) -> str:
    """The plan in one plain paragraph."""
    plan = answer.plan
    assert plan is not None
    moved = plan.decisions[plan.decisions["moved"]]
    if moved.empty and plan.sales.empty:
        cost = usd(plan.cost_usd_per_year)
        return f"Keep {all_of(len(plan.decisions), 'service')}, for {cost} a year net of revenue."
    changed = plan.decisions.loc[plan.decisions["decision"] != "keep", "decision"]
    ended = f"; {share_of(plan.ended_share)} of it ends" if "exit" in set(changed) else ""
    guesses = int((moved["estimated"] != "").sum())
    saved = plan.saving_usd_per_year
    saves = f"it saves {usd(saved)} a year" if saved >= 0 else f"it costs {usd(-saved)} a year more"
    saves += f" ({percent(abs(plan.saving_usd), plan.today_usd)})"
    return (
        f"Of {count_of(len(plan.decisions), 'service')} {decided_words(plan.decisions)}. "
        f"{share_of(plan.handed_over_share)} of the budget changes hands, to "
        f"{count_of(moved['org_id'].replace('', None).nunique(), 'organization')}{ended}. "
        f"Net of revenue the plan costs {usd(plan.cost_usd_per_year)} a year instead of "
        f"{usd(plan.today_usd_per_year)}: {saves}, averaged over "
        f"{count_of(len(plan.cash), 'year')} and after all one-time costs; {_break_even(plan)}. "
        f"{initial(resting(guesses, len(moved), 'move'))} on estimated terms{unquoted_words(moved)}."
    )


def resting(guesses: int, whole: int, thing: str) -> str:
    """How many of a number of things rest on what is to be named, verb included."""
    return f"{part_of(guesses, whole, thing)} {'rests' if guesses <= 1 else 'rest'}"


def initial(sentence: str) -> str:
    """A sentence with a capital at its beginning; the rest is left as it is."""
    return sentence[:1].upper() + sentence[1:]


def unquoted_words(moved: pd.DataFrame) -> str:
    """How many of the moves that rest on estimated terms have no quoted price either, after their number."""
    guessed = moved.loc[moved["estimated"] != "", "estimated"]
    if guessed.empty:
        return ""
    prices = int(guessed.str.contains("price_usd_per_year").sum())
    if prices == len(guessed):
        return ", not on a quote"
    if prices:
        return f", {prices} of them without a quoted price"
    return "; its price is quoted" if len(guessed) == 1 else "; their prices are quoted"


def decided_words(decisions: pd.DataFrame) -> str:
    """How many services are decided in which way: `keep 5, partner 2`."""
    counts = decisions["decision"].value_counts()
    changed = [f"{_VERBS[str(decision)]} {count}" for decision, count in counts.items() if decision != "keep"]
    return ", ".join([f"keep {counts.get('keep', 0)}", *changed])


_VERBS = {
    "partner": "partner",
    "consolidate": "consolidate",
    "outsource": "outsource",
    "insource": "keep and sell",
    "exit": "end",
}


def _break_even(plan: Plan) -> str:
    year = plan.break_even_year
    if year is None:
        return f"within {count_of(len(plan.cash), 'year')} it does not pay for itself"
    return f"from year {year} on it has paid for itself"


def freed_sentence(answer: Answer) -> str:
    """What the plan frees, against what the county aims for, and what that buys."""
    plan = answer.plan
    assert plan is not None
    freed = float(plan.funds["freed_usd_per_year"].sum())
    spent, score = (float(plan.proposals[column].sum()) for column in ("spent_usd_per_year", "score_bought"))
    aim = answer.settings.get("reinvestment.target_share")
    aims = "" if aim is None else f", where {aim:.0%} is aimed for"
    freed_share = percent(freed, float(plan.decisions["gross_usd_per_year"].sum()))
    bought = int((plan.proposals["share_done"] > 0).sum())
    buys = (
        f"{usd(spent)} of it go into {count_of(bought, 'proposal')}, worth {score:,.1f} points"
        if bought
        else "none is reinvested"
    )
    losing = plan.funds[plan.funds["plan_usd_per_year"] - plan.funds["today_usd_per_year"] > LEAST_USD]
    more = float((losing["plan_usd_per_year"] - losing["today_usd_per_year"]).sum())
    pays = f" Other funds pay {usd(more)} a year more: {', '.join(losing['fund'])}." if len(losing) else ""
    return f"It frees {usd(freed)} a year, {freed_share} of the budget{aims}; {buys}.{pays}"


def goal_sentences(answer: Answer) -> list[str]:
    """How far the goals that came before cost were reached."""
    plan = answer.plan
    assert plan is not None
    return [
        f"Sought before cost: {goal.name}, reached {goal.value:.4f}"
        + (
            " (nothing proved)."
            if goal.bound is None
            else f"; no plan within the limits reaches more than {goal.bound:.4f}."
        )
        for goal in plan.reached
    ]


def progress_line(progress: Progress) -> str:
    """Where a running search stands."""
    best = "no plan yet" if progress.cost_usd is None else f"best plan {exact_usd(progress.cost_usd)}"
    bound = "" if progress.bound_usd is None else f", none costs less than {exact_usd(progress.bound_usd)}"
    gap = "" if progress.gap_usd is None else f", gap {exact_usd(progress.gap_usd)}"
    return f"{progress.elapsed_s:.0f} s: {best}{bound}{gap}"
