"""The risks of a region's plan, and the duties that its moved services serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.duties import duty_table
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.documents.blocks import Block, Heading, Items, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.memo.duties import duties_grid, duties_summary, unlisted
from optimizer.report.memo.risks import (
    BOUND,
    bound_words,
    estimated_sentences,
    exposure,
    exposure_grid,
    held_sentences,
    realization_sentence,
)
from optimizer.report.region_tables import joined
from optimizer.report.words import exact_usd, listed

NAME_LETTERS, ORGANIZATION_LETTERS = 30, 35
DUTY_LETTERS = {"name": 45, "citation": 30, "authority": 20}


def region_risks(answer: RegionAnswer, plan: RegionPlan, names: Mapping[str, str]) -> Iterator[Block]:
    """What can go wrong."""
    yield Heading("Risks of A")
    table = region_exposure(answer, plan)
    broken = [violation.text for own in plan.plans.values() for violation in own.violations]
    texts = [f"It breaks {count_of(len(broken), 'rule')}, for example: {short(broken[0], 200)}."] if broken else []
    texts += estimated_sentences(joined(plan, "decisions", names), joined(plan, "sales", names))
    texts += [*_realization(answer, names), *_together(plan), *held_sentences(table)]
    yield Items(tuple(texts))
    bound = tuple(f"{short(names[key], NAME_LETTERS)}. {BOUND}: {bound_words(own)}." for key, own in plan.plans.items())
    yield Items(bound, lambda shown: f"{count_of(len(bound) - shown, 'other county', 'other counties')}: in the "
                "workbook.", least=1, enough=4)  # fmt: skip
    if len(table):
        called = [short(name, ORGANIZATION_LETTERS) for name in table["name"]]
        yield exposure_grid(table.assign(name=called))


def region_exposure(answer: RegionAnswer, plan: RegionPlan) -> pd.DataFrame:
    """Every county's `exposure`, summed by organization: org_id, name, kind, services, gross_usd_per_year,
    probability_of_failure, the greatest that a county puts it at; the largest first.
    """
    tables = [exposure(answer.counties[key], own) for key, own in plan.plans.items()]
    how = {"name": "first", "kind": "first", "services": "sum", "gross_usd_per_year": "sum",
           "probability_of_failure": "max"}  # fmt: skip
    table = pd.concat(tables, ignore_index=True).groupby("org_id", sort=False).agg(how).reset_index()
    columns = ["org_id", "services", "gross_usd_per_year", "name", "kind", "probability_of_failure"]
    return table[columns].sort_values(["gross_usd_per_year", "org_id"], ascending=[False, True], ignore_index=True)


def _realization(answer: RegionAnswer, names: Mapping[str, str]) -> Iterator[str]:
    """Which part of promised savings is counted on, once where it is the same in all counties."""
    told: dict[str, list[str]] = {}
    for key, part in answer.counties.items():
        told.setdefault(realization_sentence(part), []).append(short(names[key], NAME_LETTERS))
    for text, counties in told.items():
        yield text if len(told) == 1 else f"{listed(counties)}: {text}"


def _together(plan: RegionPlan) -> Iterator[str]:
    """What rests on the counties' staying together."""
    if len(plan.trades):
        usd = exact_usd(float(plan.trades["price_usd_per_year"].sum()))
        yield (
            f"{count_of(len(plan.trades), 'service is', 'services are')} sold from county to county, for {usd} a year; "
            "if a county withdraws, what it sells and buys comes back."
        )
    if len(plan.pools):
        units = plan.pools["pool_id"].nunique()
        yield (
            f"{count_of(len(plan.pools), 'service')} would go into {count_of(units, 'unit')} shared by counties; each "
            "is counted as if every member stays."
        )


def region_duties(answer: RegionAnswer, plan: RegionPlan, names: Mapping[str, str]) -> Iterator[Block]:
    """What the law asks of what moves, in every county."""
    tables = []
    for key, own in plan.plans.items():
        part = answer.counties[key]
        enforce = bool(part.settings["duties.enforce_unfunded"])
        tables.append(duty_table(part.county, own.decisions, enforce_unfunded=enforce).assign(county=names[key]))
    table = pd.concat(tables, ignore_index=True)
    order = (table["plan_share"] - table["required_share"]).sort_values(kind="stable").index
    table = table.loc[order].reset_index(drop=True)
    yield Heading("Mandates")
    duties = sum(len(part.county.mandates) for part in answer.counties.values())
    without = sum(unlisted(answer.counties[key], own) for key, own in plan.plans.items())
    yield Paragraph(duties_summary(table, duties, "the counties'", without))
    if len(table):
        # two pages hold what several counties have to say only where names are shorter than in a county's memo
        shown = {column: [short(text, letters) for text in table[column]] for column, letters in DUTY_LETTERS.items()}
        yield duties_grid(table.assign(**shown))
