"""Plain words for what was found for a region: how sure it is, what planning together is worth, and why not more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.sought import Sought
from optimizer.report.words import LEAST_USD, exact_usd, found_sentence, no_plan_sentence, nothing_word, usd
from optimizer.solve.outcome import Stopped

NO_PLAN_ALONE = "no plan alone"
AS_ASKED: Mapping[str, str] = MappingProxyType({})
"""Counties are called what the region calls them."""


def region_status(answer: RegionAnswer) -> str:
    """What kind of answer this is, in the words used for a county's."""
    plan, stopped = answer.plan, answer.stopped
    if plan is None:
        return no_plan_sentence(stopped)
    gap = None if plan.bound_usd is None else plan.sought_usd - plan.bound_usd
    return found_sentence(stopped, gap, Sought.of(plan.plans.values()))


def region_proof_word(answer: RegionAnswer) -> str:
    """The kind of answer in a word or two."""
    plan = answer.plan
    if plan is None:
        return nothing_word(answer.stopped)
    if answer.stopped is Stopped.PROVED:
        return "proved best"
    return "nothing proved" if plan.bound_usd is None else f"within {exact_usd(plan.sought_usd - plan.bound_usd)}"


def value_sentence(answer: RegionAnswer, names: Mapping[str, str] = AS_ASKED) -> str:
    """What planning together is worth, and why where it is worth less than nothing; who would pay more than alone.

    `names` says what counties are called.
    """
    plan = answer.plan
    assert plan is not None
    if plan.value_usd_per_year is None:
        missing = ", ".join(names.get(name, name) for name in plan.without_plan_alone)
        return f"Alone, no plan was found for {missing}; what planning together is worth cannot be told."
    costs = {name: own.cost_usd for name, own in plan.plans.items()}
    worse = [names.get(name, name) for name, usd_ in costs.items() if usd_ > plan.alone_usd[name] + LEAST_USD]
    who = f"{', '.join(worse)} would pay more than alone." if worse else "No county pays more than alone."
    value_usd = plan.value_usd_per_year
    if value_usd > -LEAST_USD:
        return f"Planning together is worth {usd(value_usd)} a year more than every county's best plan alone. {who}"
    reasons = "; ".join(_why_worth_less(answer, plan))
    return (
        f"Together they cost {usd(-value_usd)} a year more than every county's best plan alone, added up"
        f"{': ' + reasons if reasons else ''}. {who}"
    )


def _why_worth_less(answer: RegionAnswer, plan: RegionPlan) -> Iterator[str]:
    """What lets plans alone cost less than one plan for all: they need not be possible side by side."""
    once = there_once(answer)
    if once:
        yield f"plans alone may claim the same thing twice ({', '.join(once)}), which together they cannot"
    if any(own.reinvested_usd for own in plan.plans.values()):
        yield "cost is weighed against what freed money buys"
    if answer.stopped is not Stopped.PROVED:
        yield "and a better plan of all of them may exist"


def there_once(answer: RegionAnswer) -> list[str]:
    """What several counties may use as if it were theirs alone: capacities outside the region, and shared units."""
    counties = {name: part.county for name, part in answer.counties.items()}
    claimed: dict[str, set[str]] = {}
    for name, county in counties.items():
        known = {org.org_id: org.name for org in county.organizations}
        for row in county.capacities:
            # alone, nothing is bought from another county of the region, nor from a unit that it hosts
            if row.org_id not in counties:
                claimed.setdefault(f"{known[row.org_id]}'s capacity of {row.resource}", set()).add(name)
        for pool in county.pools:
            if (pool.host_org_id or name) not in counties:
                claimed.setdefault(f"places in {pool.name}", set()).add(name)
    return [thing for thing, by in claimed.items() if len(by) > 1]


def without_plan_sentence(answer: RegionAnswer, names: Mapping[str, str] = AS_ASKED) -> str:
    """What is known of a region for which no plan is held: who has a plan alone, and what may stand against all.

    `names` says what counties are called.
    """
    alone = [f"{names.get(name, name)} ({usd(cost)} a year)" for name, cost in answer.alone_usd_per_year.items()]
    missing = ", ".join(names.get(name, name) for name in answer.counties if name not in answer.alone_usd)
    if missing and answer.stopped in (Stopped.INTERRUPTED, Stopped.UNSEARCHED):
        found = f"Alone, plans were found for {', '.join(alone)}. " if alone else ""
        return f"{found}Not searched to the end alone: {missing}."
    if not alone:
        return f"Alone, no plan was found either for {missing}."
    if missing:
        return f"Alone, plans were found for {', '.join(alone)}, none for {missing}: begin with the rules of {missing}."
    once, asked = there_once(answer), answer.settings["region.nobody_worse_off"]
    claims = f" Plans alone may claim the same thing twice: {', '.join(once)}." if once else ""
    fair = " region.nobody_worse_off lets no county pay more than that; without it there may be a plan."
    return f"Alone, every county has a plan: {', '.join(alone)}.{claims}{fair if asked else ''}"
