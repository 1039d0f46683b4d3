"""The answer for a region in one paragraph: what its plan does and is worth, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from optimizer.plan.answer import RULES
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.reasons.whole import realized_sentence
from optimizer.report.region_tables import joined
from optimizer.report.region_words import region_status, value_sentence, without_plan_sentence
from optimizer.report.words import count_of, decided_words, listed, percent, rules_sentence, usd


def region_sentences(answer: RegionAnswer, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the region's plan does, what planning together is worth, how sure that is and what it rests on.

    Where no plan is held: that, and what each county could do alone. `names` says what counties are called.
    """
    return tuple(_sentences(answer, names))


def _sentences(answer: RegionAnswer, names: Mapping[str, str]) -> Iterator[str]:
    plan, rules = answer.plan, _rules(answer)
    if plan is None:
        yield from (region_status(answer), *rules, without_plan_sentence(answer, names))
        return
    yield _cost(answer, plan)
    yield value_sentence(answer, names)
    decisions = joined(plan, "decisions", names)
    yield _decided(plan, decisions)
    yield from (region_status(answer), *rules)
    yield from region_uncertainty(answer, names)


def _cost(answer: RegionAnswer, plan: RegionPlan) -> str:
    """What all counties together pay, today and in the plan."""
    today_usd = sum(own.today_usd for own in plan.plans.values())
    saved = today_usd - plan.cost_usd
    saves = (
        f"that saves {usd(saved / answer.annuity)}" if saved >= 0 else f"that costs {usd(-saved / answer.annuity)} more"
    )
    years = count_of(int(answer.settings["horizon.years"]), "year")
    return (
        f"{_who_pay(plan)} {usd(plan.cost_usd / answer.annuity)} a year net of revenue instead of "
        f"{usd(today_usd / answer.annuity)}: {saves} a year ({percent(abs(saved), today_usd)}), averaged over {years} "
        "and after all one-time costs."
    )


def _who_pay(plan: RegionPlan) -> str:
    return "The county pays" if len(plan.plans) == 1 else f"Together the {len(plan.plans)} counties pay"


def _decided(plan: RegionPlan, decisions: pd.DataFrame) -> str:
    """What is done with all services, and what of it is between the counties."""
    trades, pooled = len(plan.trades), len(plan.pools)
    moved = decisions[decisions["moved"]]
    share = percent(float(moved["gross_usd_per_year"].sum()), float(decisions["gross_usd_per_year"].sum()))
    between = [
        f"{count_of(trades, 'service is', 'services are')} sold from county to county" if trades else "",
        f"{count_of(pooled, 'service works', 'services work')} in shared units" if pooled else "",
    ]
    told = "; ".join(part for part in between if part) or "nothing is sold from county to county or shared"
    return (
        f"Of {count_of(len(decisions), 'service')} {decided_words(decisions)}, so that {share} of the budget is moved "
        f"or ends; {told}."
    )


def region_uncertainty(answer: RegionAnswer, names: Mapping[str, str]) -> Iterator[str]:
    """What the saving rests on: estimates, and the share of what is promised that is counted on."""
    assert answer.plan is not None
    decisions, sales = (joined(answer.plan, table, names) for table in ("decisions", "sales"))
    moved = decisions[decisions["moved"]]
    guessed = moved[moved["estimated"] != ""]
    if len(moved):
        rests = "rests" if len(guessed) == 1 else "rest"
        usd_ = usd(float(guessed["gross_usd_per_year"].sum()))
        whose = f", not on a quote: services that cost {usd_} a year today" if len(guessed) else ""
        yield f"{len(guessed)} of {count_of(len(moved), 'move')} {rests} on estimated terms{whose}."
    if len(moved) or len(sales):
        told: dict[str, list[str]] = {}
        for key, part in answer.counties.items():
            told.setdefault(realized_sentence(part), []).append(names[key])
        if len(told) == 1:
            yield next(iter(told))
        else:
            yield from (f"{listed(counties)}: {sentence}" for sentence, counties in told.items())


def _rules(answer: RegionAnswer) -> list[str]:
    part = next(iter(answer.counties.values()))
    return [rules_sentence(part)] if RULES in part.settings else []
