"""Answers for regions side by side: what went in differently, what came out differently, and what of it is proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from optimizer.county.terms import Decision
from optimizer.plan.answer import Answer, county_label, distinct_names, same_county
from optimizer.plan.compare import (
    Interval,
    difference_table,
    differing_inputs,
    flips,
    measure_table,
    one_time_usd,
    unlike,
)
from optimizer.plan.region import RegionAnswer, RegionPlan

REGION = "region"
"""Stands for the region where a table names a county."""
EVERY = "every county"
"""Stands for all counties where an input differs in the same way in each."""


@dataclass(frozen=True)
class RegionComparison:
    """Tables of a comparison of regions; every scenario is a column named after it, unless said otherwise."""

    answers: tuple[RegionAnswer, ...]
    measures: pd.DataFrame
    """Of each region as a whole: measure, unit, then one column per scenario."""
    counties: pd.DataFrame
    """One row per county and scenario, and one for all counties: county, scenario, and the columns of
    `RegionPlan.by_county`."""
    inputs: pd.DataFrame
    """Settings and cells that are not the same in all: county, input, then one column per scenario."""
    flips: pd.DataFrame
    """Services that are not decided the same in all: county, then the columns of `Comparison.flips`."""
    differences: pd.DataFrame
    """Per pair of scenarios: from, to, change_usd_per_year of the region's yearly equivalent, least_ and
    most_usd_per_year that it can truly be, proved, and unlike: what else the two do not share."""


def compare_regions(answers: Sequence[RegionAnswer]) -> RegionComparison:
    """Compare answers for regions by what is in their tables alone; no solver is needed."""
    return RegionComparison(
        tuple(answers),
        region_measures(answers),
        by_county(answers),
        region_inputs(answers),
        region_flips(answers),
        region_differences(answers),
    )


def distinct_regions(answers: Sequence[RegionAnswer], labels: Sequence[str]) -> list[RegionAnswer]:
    """Answers named apart, as `distinct_names` does it."""
    parts = [replace(next(iter(answer.counties.values())), name=answer.name) for answer in answers]
    named = distinct_names(parts, labels)
    return [replace(answer, name=part.name) for answer, part in zip(answers, named, strict=True)]


def region_measures(answers: Sequence[RegionAnswer]) -> pd.DataFrame:
    """The figures of the regions as a whole, one row each."""
    return measure_table({answer.name: _figures(answer) for answer in answers})


def _figures(answer: RegionAnswer) -> dict[str, tuple[Any, str]]:
    figures: dict[str, tuple[Any, str]] = {"search": (str(answer.stopped), "")}
    plan = answer.plan
    if len(answer.alone_usd) == len(answer.counties):
        alone_usd = [*answer.alone_usd_per_year.values()]
        figures["yearly equivalent cost of all plans alone"] = (sum(alone_usd), "USD/year")
    if plan is None:
        return figures
    decided = pd.concat([own.decisions["decision"] for own in plan.plans.values()])
    figures |= {
        "present cost": (plan.cost_usd, "USD"),
        "no plan costs less than": (plan.least_usd, "USD"),
        "yearly equivalent cost": (plan.cost_usd_per_year, "USD/year"),
        "yearly equivalent saving": (plan.saving_usd_per_year, "USD/year"),
        "worth of planning together": (plan.value_usd_per_year, "USD/year"),
        "one-time cost": (sum(one_time_usd(own) for own in plan.plans.values()), "USD"),
        "services sold from county to county": (len(plan.trades), "services"),
        "services in shared units": (len(plan.pools), "services"),
    }
    return figures | {f"services: {d}": (int((decided == str(d)).sum()), "services") for d in Decision}


def by_county(answers: Sequence[RegionAnswer]) -> pd.DataFrame:
    """Today, alone and together of every county under every scenario that holds a plan, county after county."""
    held = [answer.plan.by_county().assign(scenario=answer.name) for answer in answers if answer.plan is not None]
    if not held:
        return pd.DataFrame(columns=["county", "scenario"])
    table = pd.concat(held, ignore_index=True)
    table.insert(1, "scenario", table.pop("scenario"))
    names = list(dict.fromkeys(name for answer in answers for name in answer.counties))
    places = table["county"].map({name: place for place, name in enumerate([*names, "all"])})
    return table.iloc[places.argsort(kind="stable")].reset_index(drop=True)


def parts_of(answers: Sequence[RegionAnswer], county: str) -> list[Answer]:
    """One county's part of each answer, named as the answer; answers without the county have none."""
    return [replace(answer.counties[county], name=answer.name) for answer in answers if county in answer.counties]


def common_counties(answers: Sequence[RegionAnswer]) -> list[str]:
    """Counties that all of the answers are about, in the order of the first."""
    return [name for name in answers[0].counties if all(name in answer.counties for answer in answers)]


def region_inputs(answers: Sequence[RegionAnswer]) -> pd.DataFrame:
    """What governs the regions and is not the same in all; then likewise of each county that all of them have."""
    names = [answer.name for answer in answers]
    governing = dict.fromkeys(path for answer in answers for path in answer.settings)
    rows = [(REGION, "counties", *(", ".join(answer.counties) for answer in answers))]
    rows += [(REGION, path, *(answer.settings.get(path, "-") for answer in answers)) for path in governing]
    whole = pd.DataFrame(rows, columns=["county", "input", *names], dtype="object")
    differs = [any(value != row[2] for value in row[3:]) for row in whole.itertuples(index=False)]
    tables = [whole[differs]]
    for county in common_counties(answers):
        own = differing_inputs(parts_of(answers, county))
        own = own[~own["input"].isin([*governing, "county"])]
        tables.append(own.assign(county=county))
    return _told_once(pd.concat(tables, ignore_index=True)[["county", "input", *names]], answers)


def _told_once(table: pd.DataFrame, answers: Sequence[RegionAnswer]) -> pd.DataFrame:
    """An input that differs in the same way in every county is one row."""
    keys = table.drop(columns="county").map(repr).agg("|".join, axis=1) if len(table) else pd.Series(dtype="object")
    alike = keys.groupby(keys).transform("size") == len(common_counties(answers))
    alike &= (table["county"] != REGION) & (len(common_counties(answers)) > 1)
    told = table.assign(county=table["county"].mask(alike, EVERY))
    return told[~(alike & keys.duplicated())].reset_index(drop=True)


def region_flips(answers: Sequence[RegionAnswer]) -> pd.DataFrame:
    """Services whose decision or provider differs, county by county, the one that is worth most first."""
    tables = [flips(parts_of(answers, county)).assign(county=county) for county in common_counties(answers)]
    table = pd.concat([pd.DataFrame(columns=["county", "worth_usd_per_year"]), *tables], ignore_index=True)
    return table.sort_values(["worth_usd_per_year", "county"], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )


def unlike_regions(one: RegionAnswer, other: RegionAnswer) -> list[str]:
    """What two answers do not share that makes their figures of different things, said of the other."""
    said = dict.fromkeys(_other_counties(one, other))
    for name in common_counties([one, other]):
        first, second = one.counties[name], other.counties[name]
        if not same_county(first.county, second.county):
            said[f"another {name} ({county_label(second.county)})"] = None
        else:
            said |= dict.fromkeys(unlike(first, second))
    return list(said)


def _other_counties(one: RegionAnswer, other: RegionAnswer) -> Iterator[str]:
    missing = [name for name in one.counties if name not in other.counties]
    more = [name for name in other.counties if name not in one.counties]
    if missing:
        yield f"without {', '.join(missing)}"
    if more:
        yield f"with {', '.join(more)}"


def same_region(one: RegionAnswer, other: RegionAnswer) -> bool:
    """Whether two answers are about the same counties."""
    return set(one.counties) == set(other.counties) and all(
        same_county(part.county, other.counties[name].county) for name, part in one.counties.items()
    )


def region_differences(answers: Sequence[RegionAnswer]) -> pd.DataFrame:
    """Differences in yearly equivalents: proved only where the intervals [bound, cost] of two regions do not overlap.

    What is proved is proved of a region as a whole, never of one county of it, and nothing between other counties.
    """
    held = [(answer, _interval(answer.plan)) for answer in answers if answer.plan is not None]
    return difference_table(held, same_region, unlike_regions)


def _interval(plan: RegionPlan) -> Interval:
    """Cost as a yearly equivalent: at the least, if anything is proved, and as it was found.

    Where a county weighs cost against what freed money buys, the bound is on both and proves nothing of cost.
    """
    return plan.least_usd_per_year, plan.cost_usd_per_year
