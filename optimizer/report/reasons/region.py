"""The answer for a region in a paragraph or two: what its plan does and is worth, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from optimizer.counts import all_of, count_of
from optimizer.plan.answer import RULES
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.reasons.whole import doing_words, realized_sentence, rests_sentence
from optimizer.report.region_tables import joined
from optimizer.report.region_words import region_status, value_sentence, without_plan_sentence
from optimizer.report.words import (
    decided_words,
    exact_usd,
    initial,
    listed,
    percent,
    resting,
    rules_sentence,
    unquoted_words,
    usd,
)
from optimizer.solve.outcome import Stopped


def region_sentences(answer: RegionAnswer, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the region's plan does, what planning together is worth, how sure that is and what it rests on.

    Where no plan is held: that, and what each county could do alone. `names` says what counties are called.
    """
    return tuple(_sentences(answer, names))


def region_lead(answer: RegionAnswer, names: Mapping[str, str]) -> tuple[str, ...]:
    """The answer for who reads one paragraph: what is saved and by what, what of it comes of planning together, what is
    proved, and what no search proves. Where no plan is held: that, and what each county could do alone.
    """
    plan = answer.plan
    if plan is None:
        return region_sentences(answer, names)
    decisions = joined(plan, "decisions", names)
    sold = sum(len(own.sales) for own in plan.plans.values())
    shares = [part.settings["economics.realization_share"] for part in answer.counties.values()]
    rests = rests_sentence(decisions[decisions["moved"]], sold, shares)
    told = (_saved(answer, plan, decisions), value_sentence(answer, names), *_proved(answer, plan), rests)
    return tuple(sentence for sentence in told if sentence)


def region_details(answer: RegionAnswer, names: Mapping[str, str]) -> tuple[str, ...]:
    """What else belongs to the answer; nothing where no plan is held."""
    plan = answer.plan
    if plan is None:
        return ()
    told = (_cost(answer, plan), _decided(plan, joined(plan, "decisions", names)), freed_sentence_of(plan))
    return (*told, *region_uncertainty(answer, names))


def _saved(answer: RegionAnswer, plan: RegionPlan, decisions: pd.DataFrame) -> str:
    """What all counties save, and by what."""
    who = "The county" if len(plan.plans) == 1 else f"Together the {len(plan.plans)} counties"
    verbs = ("keeps", "saves", "pays") if len(plan.plans) == 1 else ("keep", "save", "pay")
    if decisions["decision"].eq("keep").all():
        cost = usd(plan.cost_usd_per_year)
        return f"{who} {verbs[0]} {all_of(len(decisions), 'service')}, for {cost} a year net of revenue."
    saved = plan.today_usd - plan.cost_usd
    amount = usd(abs(plan.saving_usd_per_year))
    does = f"{verbs[1]} {amount} a year" if saved >= 0 else f"{verbs[2]} {amount} a year more"
    return (
        f"{who} {does}, {percent(abs(saved), plan.today_usd)} of today's net cost of {usd(plan.today_usd_per_year)}, "
        f"averaged over {count_of(int(answer.settings['horizon.years']), 'year')} and after all one-time costs: "
        f"{doing_words(decisions)}."
    )


def _proved(answer: RegionAnswer, plan: RegionPlan) -> list[str]:
    """How good the plan is among all that the rules allow; a gap by the year, as the saving is."""
    told = [region_status(answer), *_rules(answer)]
    if answer.stopped is not Stopped.PROVED and plan.bound_usd is not None:
        gap = max(0.0, plan.sought_usd - plan.bound_usd) / answer.annuity
        years = count_of(int(answer.settings["horizon.years"]), "year")
        told.insert(1, f"As an average of {years} that is {exact_usd(gap)} a year.")
    return told


def _sentences(answer: RegionAnswer, names: Mapping[str, str]) -> Iterator[str]:
    plan, rules = answer.plan, _rules(answer)
    if plan is None:
        yield from (region_status(answer), *rules, without_plan_sentence(answer, names))
        return
    yield _cost(answer, plan)
    yield value_sentence(answer, names)
    decisions = joined(plan, "decisions", names)
    yield _decided(plan, decisions)
    yield freed_sentence_of(plan)
    yield from (region_status(answer), *rules)
    yield from region_uncertainty(answer, names)


def _cost(answer: RegionAnswer, plan: RegionPlan) -> str:
    """What all counties together pay, today and in the plan."""
    saved = plan.today_usd - plan.cost_usd
    amount = usd(abs(plan.saving_usd_per_year))
    saves = f"that saves {amount}" if saved >= 0 else f"that costs {amount} more"
    years = count_of(int(answer.settings["horizon.years"]), "year")
    return (
        f"{_who_pay(plan)} {usd(plan.cost_usd_per_year)} a year net of revenue instead of "
        f"{usd(plan.today_usd_per_year)}: {saves} a year ({percent(abs(saved), plan.today_usd)}), averaged over "
        f"{years} and after all one-time costs."
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


def freed_sentence_of(plan: RegionPlan) -> str:
    """What all counties free, what they buy with it, and what other funds pay more."""
    funds, proposals = joined(plan, "funds", {}), joined(plan, "proposals", {})
    freed, spent = float(funds["freed_usd_per_year"].sum()), float(proposals["spent_usd_per_year"].sum())
    bought = int((proposals["share_done"] > 0).sum())
    go = "goes" if bought == 1 else "go"
    buys = f"{usd(spent)} of it {go} into {count_of(bought, 'proposal')} of theirs" if bought else "none is reinvested"
    more = (funds["plan_usd_per_year"] - funds["today_usd_per_year"]).clip(lower=0.0)
    losing = int((more > 0.5).sum())
    pays = (
        f" {count_of(losing, 'fund')} of theirs pay{'s' if losing == 1 else ''} {usd(float(more.sum()))} a year more."
    )
    return f"All counties free {usd(freed)} a year; {buys}.{pays if losing else ''}"


def region_uncertainty(answer: RegionAnswer, names: Mapping[str, str]) -> Iterator[str]:
    """What the saving rests on: estimates, and the share of what is promised that is counted on."""
    assert answer.plan is not None
    decisions, sales = (joined(answer.plan, table, names) for table in ("decisions", "sales"))
    moved = decisions[decisions["moved"]]
    guessed = moved[moved["estimated"] != ""]
    if len(moved):
        of_moves = initial(resting(len(guessed), len(moved), "move"))
        usd_ = usd(float(guessed["gross_usd_per_year"].sum()))
        whose = f"{unquoted_words(moved)} (services that cost {usd_} a year today)" if len(guessed) else ""
        yield f"{of_moves} on estimated terms{whose}."
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
