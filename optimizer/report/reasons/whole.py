"""The answer in one paragraph: what the plan does, and how sure that is."""

from __future__ import annotations

from optimizer.plan.answer import RULES, Answer
from optimizer.plan.plan import Plan
from optimizer.report.words import (
    count_of,
    freed_sentence,
    goal_sentences,
    plan_sentence,
    rules_sentence,
    status_sentence,
    usd,
)


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


def uncertainty_sentences(answer: Answer) -> tuple[str, ...]:
    """What the plan's saving rests on: estimates, and the share of what is promised that is counted on."""
    plan = answer.plan
    assert plan is not None
    moved = plan.decisions["moved"].any()
    told = [_estimated(plan), _realized(answer)] if moved or not plan.sales.empty else []
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


def _realized(answer: Answer) -> str:
    share, ramp = answer.settings["economics.realization_share"], answer.settings["economics.ramp_share"]
    if share == 1.0 and all(step == 1.0 for step in ramp):
        return "All that is promised is counted on."
    steps = ", ".join(f"{step:.0%}" for step in ramp)
    by_year = f", reached step by step ({steps} of that, year by year of delivery)" if len(ramp) > 1 else ""
    return f"Of what providers and buyers promise to save or pay, {share:.0%} is counted on{by_year}: an assumption."
