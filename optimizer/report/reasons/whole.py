"""The answer in one paragraph: what the plan does, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import RULES, Answer
from optimizer.plan.plan import Plan
from optimizer.report.words import (
    exact_usd,
    freed_sentence,
    goal_sentences,
    listed,
    percent,
    plan_sentence,
    resting,
    rules_sentence,
    status_sentence,
    unquoted_words,
    usd,
)
from optimizer.solve.outcome import Stopped


def answer_sentences(answer: Answer) -> tuple[str, ...]:
    """What kind of answer it is, the plan, and what of it is uncertain; sentences in the order in which they are read.

    Where no plan is held: that, and nothing more.
    """
    rules = [rules_sentence(answer)] if RULES in answer.settings else []
    plan = answer.plan
    if plan is None:
        return (status_sentence(answer), *rules)
    told = [plan_sentence(answer), freed_sentence(answer), status_sentence(answer), *rules, *goal_sentences(answer)]
    return (*told, *uncertainty_sentences(answer))


def lead_sentences(answer: Answer) -> tuple[str, ...]:
    """The answer with its uncertainty, for who reads one paragraph: what is saved by what, what of it is proved, and
    what no search proves. Where no plan is held: that, and nothing more.
    """
    plan = answer.plan
    if plan is None:
        return (status_sentence(answer),)
    return tuple(sentence for sentence in (_saved(plan), *_proved(answer, plan), _rests_on(answer, plan)) if sentence)


def detail_sentences(answer: Answer) -> tuple[str, ...]:
    """What else belongs to the answer; nothing where no plan is held."""
    if answer.plan is None:
        return ()
    told = (plan_sentence(answer), freed_sentence(answer), *goal_sentences(answer))
    return (*told, *uncertainty_sentences(answer))


def _saved(plan: Plan) -> str:
    cost, saved = plan.cost_usd_per_year, plan.saving_usd_per_year
    if plan.decisions["decision"].eq("keep").all():
        services = count_of(len(plan.decisions), "service")
        return f"The plan keeps everything as it is, {services} for {usd(cost)} a year net of revenue."
    does = f"saves {usd(saved)} a year" if saved >= 0 else f"costs {usd(-saved)} a year more"
    share = percent(abs(plan.saving_usd), plan.today_usd)
    return (
        f"The plan {does}, {share} of today's net cost of {usd(plan.today_usd_per_year)}, averaged over "
        f"{count_of(len(plan.cash), 'year')} and after all one-time costs: {doing_words(plan.decisions)}."
    )


def doing_words(decisions: pd.DataFrame) -> str:
    """How many of all services move, end, or are kept and sold too; not all of them are kept."""
    decided = decisions["decision"]
    sold = "kept and sold to neighbours too"
    counts = (
        (int((decisions["moved"] & decided.ne("exit")).sum()), "moves", "move"),
        (int(decided.eq("exit").sum()), "ends", "end"),
        (int(decided.eq("insource").sum()), f"is {sold}", f"are {sold}"),
    )
    doing = listed([count_of(count, one, several) for count, one, several in counts if count])
    return f"of {count_of(len(decisions), 'service')} {doing}"


def _proved(answer: Answer, plan: Plan) -> list[str]:
    """How good the plan is among all that the rules allow; a gap by the year, as the saving is."""
    told = [status_sentence(answer), rules_sentence(answer)] if RULES in answer.settings else [status_sentence(answer)]
    early = answer.stopped not in (None, Stopped.PROVED, Stopped.PART)
    if early and plan.bound_usd is not None:
        gap = max(0.0, plan.sought_usd - plan.bound_usd) / plan.annuity
        told.insert(1, f"As an average of {count_of(len(plan.cash), 'year')} that is {exact_usd(gap)} a year.")
    return told


def _rests_on(answer: Answer, plan: Plan) -> str:
    share = answer.settings["economics.realization_share"]
    return rests_sentence(plan.decisions[plan.decisions["moved"]], len(plan.sales), [share])


def rests_sentence(moved: pd.DataFrame, sold: int, shares: Collection[float]) -> str:
    """What a saving rests on, which no search can prove: by the decisions that move, the services that are sold, and
    the share of what is promised that is counted on, in every county.
    """
    if moved.empty and not sold:
        return ""
    guesses, least, most = int((moved["estimated"] != "").sum()), min(shares), max(shares)
    part = f"{least:.0%}" if least == most else f"{least:.0%} to {most:.0%}, by county,"
    counted = "all that" if least == 1.0 else f"{part} of what"
    counted += f" is promised is counted on{'' if least == 1.0 else ', an assumption'}"
    of_moves = resting(guesses, len(moved), "move")
    estimated = f", and {of_moves} on estimated terms{unquoted_words(moved)}" if guesses else ""
    return f"What will be saved in fact is not proved: {counted}{estimated}."


def uncertainty_sentences(answer: Answer) -> tuple[str, ...]:
    """What the plan's saving rests on: estimates, and the share of what is promised that is counted on."""
    plan = answer.plan
    assert plan is not None
    moved = plan.decisions["moved"].any()
    told = [_estimated(plan), realized_sentence(answer)] if moved or not plan.sales.empty else []
    return tuple(sentence for sentence in told if sentence)


def _estimated(plan: Plan) -> str:
    rows = plan.decisions[plan.decisions["moved"] & (plan.decisions["estimated"] != "")]
    if rows.empty:
        return ""
    gross, saved = float(rows["gross_usd_per_year"].sum()), float(rows["saving_usd_per_year"].sum())
    price = int(rows["estimated"].str.contains("price_usd_per_year").sum())
    saves = f"save {usd(saved)}" if saved >= 0 else f"cost {usd(-saved)} more"
    return (
        f"The moves with estimated terms are of services that cost {usd(gross)} a year, and {saves} a year before "
        f"agreements and shared units; {count_of(price, 'of them has', 'of them have')} no quoted price at all."
    )


def realized_sentence(answer: Answer) -> str:
    """Which share of what is promised is counted on."""
    share, ramp = answer.settings["economics.realization_share"], answer.settings["economics.ramp_share"]
    if share == 1.0 and all(step == 1.0 for step in ramp):
        return "All that is promised is counted on."
    steps = ", ".join(f"{step:.0%}" for step in ramp)
    by_year = f", reached step by step ({steps} of that, year by year of delivery)" if len(ramp) > 1 else ""
    return f"Of what providers and buyers promise to save or pay, {share:.0%} is counted on{by_year}: an assumption."
